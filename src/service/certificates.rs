//! Certificates: issued by the events of dossiers ([`issuing`]), signed so that anybody can check them ([`signing`]), read
//! by the parties and by officers, and verified by everybody who has a number and its code.

mod approved;
mod beside;
pub mod checking;
pub mod duplicating;
pub mod entering;
pub mod genuine;
pub mod issuing;
pub mod keys;
pub(crate) mod party;
mod place;
mod printed;
pub mod publishing;
pub mod reading;
pub(crate) mod replacing;
pub mod restoring;
mod sides;
pub mod signing;
pub(crate) mod succession;
mod titles;
pub(crate) mod writing;
