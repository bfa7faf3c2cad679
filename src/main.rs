//! The program: see `vptex --help`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // Where huge pages are given unasked, or the allocator asks for them, half-empty ones stay in memory: a third more of
    // it, and nothing that could be measured is faster. Without the call it is only more memory.
    #[cfg(target_os = "linux")]
    let _refused = rustix::thread::disable_transparent_huge_pages(true);
    vptex::cli::main(std::env::args_os().collect())
}
