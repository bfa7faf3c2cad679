//! Whether anything gets through the one writer.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use vptex::store::Error;

use crate::samples::store;

#[test]
fn each_unit_of_a_group_is_progress() {
    let store = store();
    // Elsewhere nobody waits for one writer.
    if !store.queues_writes() {
        return;
    }
    let (enter, entered) = channel();
    let (tell, told) = channel();
    // Each waits within, so that the second comes into the group of the first.
    let [first, second] = [1, 2].map(|number| {
        let (open, gate) = channel::<()>();
        let (enter, tell) = (enter.clone(), tell.clone());
        store.submit(
            move |_| {
                enter.send(number).unwrap();
                gate.recv().unwrap();
                Ok::<_, Error>(())
            },
            move |result| tell.send(result.is_ok()).unwrap(),
        );
        open
    });
    assert_eq!(entered.recv().unwrap(), 1);
    // The first is slow.
    let slow = Duration::from_millis(20);
    while store.stuck_for().unwrap() < slow {
        std::thread::yield_now();
    }
    let before_second = Instant::now();
    first.send(()).unwrap();
    assert_eq!(entered.recv().unwrap(), 2);
    let stuck_for = store.stuck_for().unwrap();
    assert!(stuck_for <= before_second.elapsed(), "{stuck_for:?}");
    // Nobody was answered yet: both are committed at once.
    assert!(told.try_recv().is_err());

    second.send(()).unwrap();
    assert_eq!([told.recv().unwrap(), told.recv().unwrap()], [true, true]);
    assert_eq!(store.stuck_for(), None, "nothing is under way");
}
