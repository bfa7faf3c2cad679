//! What officers change now and then and everybody reads: editions, of which each process has the newest that it has seen.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Result;
use crate::store::AnyConn;

/// Something that is the same as long as its number is, and never altered.
pub trait Edition: Sized {
    /// Number of the last change; 0 for what comes with the program.
    fn number(&self) -> i64;

    /// This edition, or that of the database where it is another one: one look at the end of an index.
    fn or_present(self: &Arc<Self>, conn: &mut AnyConn) -> Result<Arc<Self>>;
}

/// The newest edition that this process has seen. Reading takes no lock.
#[derive(Debug, Default)]
pub struct Slot<E>(ArcSwap<E>);

impl<E: Edition> Slot<E> {
    /// The newest that was seen.
    pub fn at_hand(&self) -> Arc<E> {
        self.0.load_full()
    }

    /// The present one of the database.
    pub fn present(&self, conn: &mut AnyConn) -> Result<Arc<E>> {
        let known = self.at_hand();
        let present = known.or_present(conn)?;
        if present.number() != known.number() {
            // Somebody who looked earlier may come later. A database that was restored may have a smaller number.
            self.0.rcu(|kept| {
                if kept.number() == known.number() {
                    present.clone()
                } else {
                    kept.clone()
                }
            });
        }
        Ok(present)
    }
}
