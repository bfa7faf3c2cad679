//! The one table of operations: path, method, handler, and three policies without which an operation does not compile:
//! which limit counts its calls, whether keys of enterprises' systems may call it, and whose it is. It stands in rooms by what
//! operations are about.

#[macro_use]
mod macros;
mod accounts;
mod dossiers;
mod enterprises;
mod listings;
mod market;
mod operation;
mod plain;
mod reference;
mod review;
mod vocabulary;

use actix_web::web::{ServiceConfig, scope};

pub use operation::{Access, Class, Keys, Operation, operation};
pub use plain::BESIDE;

/// A room of the table.
struct Room {
    /// Its operations.
    operations: &'static [Operation],
    /// Adds them. Every path is a resource, so that a wrong method is answered with 405 and `Allow`.
    configure: fn(&mut ServiceConfig),
}

/// All rooms. Patterns are tried in this order, so what is asked most stands first.
const ROOMS: &[Room] = &[
    market::ROOM,
    accounts::ROOM,
    enterprises::ROOM,
    listings::ROOM,
    review::ROOM,
    reference::ROOM,
    dossiers::ROOM,
    vocabulary::ROOM,
];

/// Every operation.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    ROOMS.iter().flat_map(|room| room.operations)
}

fn version_1(config: &mut ServiceConfig) {
    for room in ROOMS {
        (room.configure)(config);
    }
}

/// Adds everything.
pub fn configure(config: &mut ServiceConfig) {
    plain::beside(config);
    config.service(scope("/api/v1").configure(version_1));
}
