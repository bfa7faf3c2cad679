//! Memory that nothing uses goes back to the system.

use std::hint::black_box;
use std::thread;

/// Has the allocator give back whole pages that were free for a second.
///
/// It does so where a thread ends, and hardly anywhere else, and no thread of a server at work ends: what a build of the
/// index and the making of suggestions had used stayed with the program until its end, a third of all that it had.
pub(super) fn give_back() {
    // A thread without memory of its own is nobody to the allocator.
    let ending = thread::Builder::new()
        .name("vptex-memory".into())
        .spawn(|| drop(black_box(Box::new(0_u64))));
    // Where there is no thread to be had, it is tried again at the next time.
    if let Ok(ending) = ending {
        drop(ending.join());
    }
}
