//! An exchange that faults befall: where it is, who is in it, and what was acknowledged so far.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::chance::Chance;
use crate::counter;
use crate::ledger::Ledger;
use crate::mail::Mail;
use crate::people::{People, Who};
use crate::program::{Place, Program};
use crate::sites::By;
use crate::web::Web;
use crate::writer::Writer;

/// Clients that write at once.
const WRITERS: u64 = 8;

/// Tells clients to stop when it is dropped, also by a panic: they would be waited for without end.
pub struct Stopping<'a>(pub &'a AtomicBool);

impl Drop for Stopping<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// An exchange with its people.
pub struct World {
    pub place: Place,
    pub people: People,
    /// What the events of a dossier lead to, as they did while nothing was amiss.
    pub states: BTreeMap<&'static str, String>,
    /// Addresses whose registration was acknowledged and whose letter was not opened yet.
    pub asked: Mutex<Vec<String>>,
    /// Letters.
    pub mail: Mutex<Mail>,
    /// Servers that are asked, one or several.
    pub addresses: Mutex<Vec<SocketAddr>>,
    /// Whether files of listings are sent, too.
    pub has_imports: bool,
    /// Token of another enterprise's owner, who asks about listings; nobody does where there is none.
    pub buyer: Option<String>,
    /// What half of all that is written is to be, for a place in the program that little else comes by.
    pub mostly: Option<By>,
    /// Whether the program is made to panic: 500 is then an answer that says nothing of whether it was done.
    pub is_panicking: bool,
    numbers: AtomicU32,
}

impl World {
    /// Sets one up in a place that is empty; gives it with a server that runs.
    pub fn set_up(place: Place) -> (Self, Program) {
        let passwords = People::appoint(&place);
        let program = place.start().unwrap_or_else(|why| panic!("{why}"));
        program.until_ready().unwrap_or_else(|why| panic!("{why}"));
        let mut web = Web::to(program.addr);
        let mut mail = Mail::of(&place.data);
        let people = People::settle(&mut web, &mut mail, &passwords);
        let states = counter::learn(&mut web, &people);
        let world = Self {
            place,
            people,
            states,
            asked: Mutex::default(),
            mail: Mutex::new(mail),
            addresses: Mutex::new(vec![program.addr]),
            has_imports: true,
            buyer: None,
            mostly: None,
            is_panicking: false,
            numbers: AtomicU32::new(2),
        };
        (world, program)
    }

    /// A number that nothing else of this exchange has.
    pub fn number(&self) -> u32 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    pub fn token(&self, who: &Who) -> String {
        match who {
            Who::Owner => self.people.owner.token.clone(),
            Who::Officer => self.people.officer.token.clone(),
            Who::Signer => self.people.signer.token.clone(),
            Who::Nobody => String::new(),
            Who::Bearer(token) => token.clone(),
        }
    }

    /// From now on this one is asked.
    pub fn moved_to(&self, program: &Program) {
        self.here_are([program]);
    }

    /// From now on any of these is asked.
    pub fn here_are<'p>(&self, programs: impl IntoIterator<Item = &'p Program>) {
        *self.addresses.lock().unwrap() = programs.into_iter().map(|program| program.addr).collect();
    }

    /// Lets clients write, each on its own, until `until` has come back; gives what they know.
    pub fn written_while<T>(&self, chance: &Chance, until: impl FnOnce() -> T) -> (Ledger, T) {
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS)
                .map(|number| {
                    let (chance, stop) = (chance.part(number), &stop);
                    scope.spawn(move || Writer::new(self, chance).write_until(stop))
                })
                .collect();
            let stopping = Stopping(&stop);
            let came = until();
            drop(stopping);
            let mut ledger = Ledger::default();
            for writer in writers {
                ledger.add(writer.join().unwrap());
            }
            (ledger, came)
        })
    }
}
