/* Flushes of files that fail with EIO, as of a disk that lost what it was given: every so many-th call while the file named by
 * FAULTS_FLUSH is there, whose length says how many. The fault harness puts this before the C library (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>

static atomic_ulong calls;

static int is_lost(void) {
    int before = errno;
    struct stat about;
    const char *sign = getenv("FAULTS_FLUSH");
    int is_there = sign != NULL && stat(sign, &about) == 0 && about.st_size > 0;
    errno = before;
    return is_there && atomic_fetch_add(&calls, 1) % (unsigned long)about.st_size == 0;
}

static int flush(const char *name, int file) {
    if (is_lost()) {
        errno = EIO;
        return -1;
    }
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return next(file);
}

int fsync(int file) { return flush("fsync", file); }

int fdatasync(int file) { return flush("fdatasync", file); }
