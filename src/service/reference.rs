//! The reference lists as they are now.

use super::Result;
use super::context::{App, Work};
use crate::domain::calendar::day_of;
use crate::domain::taxonomy::{InForce, Taxonomies};

impl App {
    /// The lists as they stand today.
    pub fn in_force_at_hand(&self) -> InForce {
        InForce::on(Taxonomies::embedded().clone(), day_of(self.clock.now()))
    }
}

impl Work<'_, '_> {
    /// The lists as they stand in this unit of work.
    pub fn in_force(&mut self) -> Result<InForce> {
        Ok(InForce::on(Taxonomies::embedded().clone(), day_of(self.now)))
    }
}
