//! Things that are as they were made, kept for whoever asks about such a thing next. Most calls are refused and change nothing,
//! and making a thing takes several calls: made anew for each operation they took more time than the asking.

use vptex::http::routes::Operation;

use super::cases::{Case, On};
use super::cast::Cast;
use super::entries::entry;
use super::things::Thing;

/// A thing that is there.
pub struct Left {
    on: On,
    state: &'static str,
    /// The operation of which alone it may be asked, if there is one.
    only: Option<&'static str>,
    thing: Thing,
}

impl Left {
    /// Whether it is of an enterprise's scene.
    pub fn is_of(&self, id: &str) -> bool {
        self.thing.scene.id == id
    }
}

impl On {
    /// Whether a thing in a state is the same however much else was asked about in between: what was made for other things neither
    /// changes nor ends it, nor does the upkeep, which writes down the ends of terms.
    fn stands_by_itself(self, state: &str) -> bool {
        let kinds = [
            Self::Listing,
            Self::Revision,
            Self::File,
            Self::Takedown,
            Self::Report,
            Self::IpNotice,
            Self::Complaint,
            Self::DataRequest,
            Self::Dossier,
            Self::DossierFile,
            Self::Certificate,
        ];
        kinds.contains(&self) && state != "expired"
    }
}

impl Cast {
    /// Something that is there and may be asked about.
    pub fn take_left(&mut self, operation: &Operation, case: Case, state: &str) -> Option<Thing> {
        self.left
            .retain(|left| left.only.is_none_or(|name| name == operation.name));
        let (_, on, state) = entry(case.on, state);
        let place = self.left.iter().position(|left| left.on == on && left.state == state);
        place.map(|place| self.left.swap_remove(place).thing)
    }

    /// Keeps what was asked about: for everybody, or where something was done to it for the other callers of this operation, to whom
    /// that does not matter.
    pub fn leave(&mut self, operation: &Operation, case: Case, state: &'static str, thing: Thing) {
        if case.is_made_for_caller(state) {
            return;
        }
        let (_, on, state) = entry(case.on, state);
        let is_for_all = !thing.is_changed && on.stands_by_itself(state);
        self.left.push(Left {
            on,
            state,
            only: (!is_for_all).then_some(operation.name),
            thing,
        });
    }
}
