//! Named places at which the fault harness makes the program fail (`scripts/faults points`, docs/faults.md).
//!
//! Nothing of this is in a build without the feature `failpoints`. With it, `FAILPOINTS` in the environment says what befalls
//! at which place, as the crate `fail` reads it: `store.commit.before=2*off->1*return(abort)`. What a place may be told is
//! `panic`, `error`, `sleep` and `abort`. All places are listed in `tests/faults/sites.rs`, but for the one of the harness's own
//! control, which is told `forget`.

#[cfg(feature = "failpoints")]
use std::io::Write;
#[cfg(feature = "failpoints")]
use std::sync::Once;
#[cfg(feature = "failpoints")]
use std::time::Duration;

/// A place at which something may befall: `failpoint!("store.commit.before", Error::Storage)`. The second word makes an error
/// of the place's own layer out of a `String`; without it nothing can fail there, but all else can befall.
#[cfg(feature = "failpoints")]
macro_rules! failpoint {
    ($site:literal) => {
        drop(crate::failpoint::befall($site));
    };
    ($site:literal, $error:path) => {
        if let Some(why) = crate::failpoint::befall($site) {
            return Err($error(why).into());
        }
    };
}

/// A place at which nothing befalls.
#[cfg(not(feature = "failpoints"))]
macro_rules! failpoint {
    ($site:literal $(, $error:path)?) => {};
}

/// Whether a place is to leave out what it does, and to tell success all the same: the harness must find that.
#[cfg(feature = "failpoints")]
macro_rules! forgets {
    ($site:literal) => {
        crate::failpoint::befall($site).is_some()
    };
}

/// A place that forgets nothing.
#[cfg(not(feature = "failpoints"))]
macro_rules! forgets {
    ($site:literal) => {
        false
    };
}

/// How long a place sleeps: longer than a commit takes, shorter than anybody waits.
#[cfg(feature = "failpoints")]
const SLEEP: Duration = Duration::from_millis(150);

/// Does what the environment says of a place; gives the cause of the error that it is to answer.
#[cfg(feature = "failpoints")]
pub(crate) fn befall(site: &'static str) -> Option<String> {
    static ORDERS: Once = Once::new();
    // What is ordered stands until the process ends.
    ORDERS.call_once(|| std::mem::forget(fail::FailScenario::setup()));
    fail::fail_point!(site, |order| obey(site, order.as_deref().unwrap_or_default()));
    None
}

#[cfg(feature = "failpoints")]
fn obey(site: &str, order: &str) -> Option<String> {
    // Told before it is done, and in one piece: whoever counts must know of it whatever comes of it.
    let told = format!("failpoint {site} {order}\n");
    drop(std::io::stderr().lock().write_all(told.as_bytes()));
    match order {
        "panic" => panic!("failpoint {site}"),
        "abort" => std::process::abort(),
        "sleep" => {
            std::thread::sleep(SLEEP);
            None
        }
        "error" | "forget" => Some(format!("failpoint {site}")),
        other => panic!("failpoint {site} does not know {other:?}"),
    }
}
