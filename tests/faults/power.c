/* What of a folder is on the disk for certain: at each flush the file's content, or the folder's list of names, is kept aside
 * under its inode, and no more is done. When the power goes, that is all that must be there. The fault harness puts this before
 * the C library (LD_PRELOAD) and makes an image of it (tests/faults/image.rs).
 *
 * FAULTS_POWER_ROOT    the folder, FAULTS_POWER_SHADOW where it is kept aside
 * FAULTS_POWER_STRICT  only a flush of a folder keeps its names; else a flush of a file keeps those that lead to it, as
 *                      file systems with a journal do
 * FAULTS_POWER_LYING   SQLite's log is flushed before its database only, as with synchronous=NORMAL: the control */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char buffer[1 << 20];

/* What an inode is called: its number may be another file's later, so its birth belongs to it. */
static int name_of(int at, const char *path, char *name, char *kind) {
    struct statx about;
    int flags = AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
    if (statx(at, path, flags, STATX_BASIC_STATS | STATX_BTIME, &about) != 0) return -1;
    *kind = S_ISDIR(about.stx_mode) ? 'd' : 'f';
    snprintf(name, NAME_MAX, "%llu-%lld.%09u", (unsigned long long)about.stx_ino, (long long)about.stx_btime.tv_sec,
             about.stx_btime.tv_nsec);
    return 0;
}

/* Nothing is kept by half: it gets its name when it is whole. What cannot be kept would be taken for lost. */
static void keep(const char *draft, const char *what, const char *name) {
    char kept[PATH_MAX];
    snprintf(kept, sizeof kept, "%s/%s-%s", getenv("FAULTS_POWER_SHADOW"), what, name);
    if (rename(draft, kept) != 0) abort();
}

static int draft_at(char *draft) {
    snprintf(draft, PATH_MAX, "%s/draft-%d", getenv("FAULTS_POWER_SHADOW"), (int)getpid());
    int file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) abort();
    return file;
}

static void keep_file(const char *path) {
    char draft[PATH_MAX], name[NAME_MAX], kind;
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return;
    if (name_of(from, "", name, &kind) == 0) {
        int to = draft_at(draft);
        ssize_t count;
        while ((count = read(from, buffer, sizeof buffer)) > 0)
            if (write(to, buffer, (size_t)count) != count) abort();
        if (count < 0) abort();
        close(to);
        keep(draft, "file", name);
    }
    close(from);
}

static void keep_folder(const char *path) {
    char draft[PATH_MAX], name[NAME_MAX], inside[NAME_MAX], kind;
    DIR *folder = opendir(path);
    if (folder == NULL) return;
    if (name_of(dirfd(folder), "", name, &kind) == 0) {
        FILE *list = fdopen(draft_at(draft), "w");
        struct dirent *entry;
        if (list == NULL) abort();
        while ((entry = readdir(folder)) != NULL) {
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
            if (name_of(dirfd(folder), entry->d_name, inside, &kind) != 0) continue;
            fprintf(list, "%c %s %s\n", kind, inside, entry->d_name);
        }
        if (fclose(list) != 0) abort();
        keep(draft, "dir", name);
    }
    closedir(folder);
}

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void keep_what_is_at(const char *link, char *path, size_t root) {
    struct stat about;
    if (stat(path, &about) != 0) return;
    if (S_ISDIR(about.st_mode)) {
        keep_folder(path);
        return;
    }
    if (getenv("FAULTS_POWER_LYING") != NULL) {
        if (ends_with(path, "-wal")) return;
        if (ends_with(path, ".sqlite3")) {
            char log[PATH_MAX + 4];
            snprintf(log, sizeof log, "%s-wal", path);
            keep_file(log);
        }
    }
    /* By its handle: it may get another name meanwhile. */
    keep_file(link);
    if (getenv("FAULTS_POWER_STRICT") != NULL) return;
    /* The folders that lead to it, up to the first. */
    for (char *end = strrchr(path, '/'); end != NULL && (size_t)(end - path) >= root; end = strrchr(path, '/')) {
        *end = '\0';
        keep_folder(path);
    }
}

static int flush(int file) {
    const char *root = getenv("FAULTS_POWER_ROOT");
    char link[64], path[PATH_MAX];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = root == NULL ? -1 : readlink(link, path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        size_t most = strlen(root);
        if (strncmp(path, root, most) == 0 && (path[most] == '/' || path[most] == '\0')) {
            pthread_mutex_lock(&turn);
            keep_what_is_at(link, path, most);
            pthread_mutex_unlock(&turn);
        }
    }
    errno = before;
    return 0;
}

int fsync(int file) { return flush(file); }

int fdatasync(int file) { return flush(file); }
