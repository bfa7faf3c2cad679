//! A client that writes of every kind, one thing after the other, and keeps book of what was acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::chance::Chance;
use crate::ledger::{Begun, Facts, Ledger, Made};
use crate::people::Who;
use crate::web::{Ask, Lost, Reply, Web};
use crate::world::World;

/// How long it waits before it tries again somewhere.
const PAUSE: Duration = Duration::from_millis(20);
/// So many answers that no client should get are enough.
const MOST_WRONG: usize = 20;

/// Why something was not done, or is not known to be.
#[derive(Debug)]
pub enum End {
    /// There was no answer.
    Gone(Lost),
    /// The answer was that it does not work at the moment.
    NotNow,
    /// Another answer than it should be.
    Wrong(String),
}

impl End {
    /// Whether it may have been done all the same.
    fn may_be_done(&self) -> bool {
        !matches!(self, Self::Gone(Lost::Refused) | Self::Wrong(_))
    }
}

pub type Done<T> = Result<T, End>;

pub struct Writer<'a> {
    pub world: &'a World,
    pub chance: Chance,
    pub ledger: Ledger,
    /// Listings of its own that came out.
    pub published: Vec<String>,
    web: Web,
}

impl<'a> Writer<'a> {
    pub fn new(world: &'a World, mut chance: Chance) -> Self {
        let web = somewhere(world, &mut chance);
        Self {
            world,
            chance,
            ledger: Ledger::default(),
            published: Vec::new(),
            web,
        }
    }

    /// Writes until it is told to stop; gives what it knows then.
    pub fn write_until(mut self, stop: &AtomicBool) -> Ledger {
        while !stop.load(Ordering::Relaxed) && self.ledger.wrong.len() < MOST_WRONG {
            match self.write() {
                Ok(()) => {}
                // Twenty keys, three imports that wait (of those that were cut off until their lease is over), reports of
                // one listing: as many as are allowed are there.
                Err(End::Wrong(why)) if why.contains("\"limit_reached\"") => {}
                // Guesses are counted before anything is compared: five sign-ins that were cut off, or are under way on another
                // node, make their address rest for a minute.
                Err(End::Wrong(why)) if why.contains("\"too_many_requests\"") && why.contains(" /api/v1/sessions:") => {
                }
                // An officer takes one file at a time; and one person sends twenty inquiries in a day.
                Err(End::Wrong(why)) if why.contains("\"too_many_requests\"") && is_rationed(&why) => {}
                Err(End::Wrong(why)) => self.ledger.wrong.push(why),
                Err(End::NotNow | End::Gone(_)) => {
                    std::thread::sleep(PAUSE);
                    self.web = somewhere(self.world, &mut self.chance);
                }
            }
        }
        self.ledger
    }

    /// Asks something.
    pub fn ask(&mut self, ask: &Ask) -> Done<Reply> {
        let came = self.web.send(ask);
        self.judged(ask, came)
    }

    /// Asks for a file, which does not say beforehand how long it is.
    pub fn download(&mut self, ask: &Ask) -> Done<Reply> {
        let came = self.web.download(ask);
        self.judged(ask, came)
    }

    fn judged(&mut self, ask: &Ask, came: Result<Reply, Lost>) -> Done<Reply> {
        match came {
            Ok(reply) if reply.is_done() => Ok(reply),
            Ok(reply) if reply.is_of_the_moment() || (self.world.is_panicking && reply.status == 500) => {
                self.ledger.refused += 1;
                Err(End::NotNow)
            }
            Ok(reply) => Err(End::Wrong(format!("{}: {}", ask.name(), reply.in_words()))),
            Err(lost) => {
                self.ledger.unanswered += u64::from(lost != Lost::Refused);
                Err(End::Gone(lost))
            }
        }
    }

    /// Makes something; gives where it stands in the book, and the answer.
    pub fn create(&mut self, kind: &'static str, who: Who, ask: Ask, made: Made) -> Done<(usize, Reply)> {
        let done = self.ask(&ask.clone().by(&self.world.token(&who)));
        match done {
            Ok(reply) => {
                self.ledger.entities.push(made(&reply));
                self.ledger.acknowledged.push(kind);
                Ok((self.ledger.entities.len() - 1, reply))
            }
            Err(end) => {
                if ask.has_key() && end.may_be_done() {
                    self.ledger.begun.push(Begun { who, ask, made });
                }
                Err(end)
            }
        }
    }

    /// Changes something: what it will be is written down before it is asked.
    pub fn change(&mut self, kind: &'static str, at: usize, who: &Who, ask: Ask, next: Facts) -> Done<Reply> {
        self.ledger.entities[at].next = Some(next);
        let done = self.ask(&ask.by(&self.world.token(who)));
        let entity = &mut self.ledger.entities[at];
        match &done {
            Ok(_) => {
                entity.now = entity.next.take().unwrap();
                self.ledger.acknowledged.push(kind);
            }
            Err(end) if !end.may_be_done() => entity.next = None,
            Err(_) => {}
        }
        done
    }

    /// As it was acknowledged last.
    pub fn now(&self, at: usize) -> &Facts {
        &self.ledger.entities[at].now
    }

    /// Writes down the version that an answer told.
    pub fn versioned(&mut self, at: usize, reply: &Reply) -> i64 {
        let entity = &mut self.ledger.entities[at];
        entity.now = entity.now.but([("/version", reply.at("/version"))]);
        reply.version()
    }
}

/// Whether what was asked is given so often, and no oftener.
fn is_rationed(why: &str) -> bool {
    why.contains(" /api/v1/exports/") || why.contains("/inquiries:")
}

/// A connection to one of the servers.
fn somewhere(world: &World, chance: &mut Chance) -> Web {
    let addresses = world.addresses.lock().unwrap();
    Web::to(*chance.pick(&addresses))
}
