//! The oracle: what the program acknowledged, and what an unanswered request would have made of it. Whatever is found must be
//! one or the other, in every member at once; a mixture is something half done.

use std::time::{Duration, Instant};

use aws_lc_rs::digest;
use serde_json::{Value, json};

use crate::people::Who;
use crate::program::PATIENCE;
use crate::web::{Ask, Lost, Reply, Web};
use crate::world::World;

/// A member of this name is the SHA-256 of the whole answer.
pub const CONTENT: &str = "content";
const PAUSE: Duration = Duration::from_millis(50);

/// What is read of a thing: the status of the answer and members of it, by JSON pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    status: u16,
    members: Vec<(&'static str, Value)>,
}

/// Of a member that must be there, whatever it says.
pub fn anything() -> Value {
    json!("*")
}

impl Facts {
    /// It is read, and says this.
    pub fn of<const N: usize>(members: [(&'static str, Value); N]) -> Self {
        Self {
            status: 200,
            members: members.into(),
        }
    }

    /// Reading it is refused.
    pub fn refused(status: u16) -> Self {
        Self {
            status,
            members: Vec::new(),
        }
    }

    /// With other members. What is not known before an answer, such as a version, is left out.
    pub fn but<const N: usize>(&self, members: [(&'static str, Value); N]) -> Self {
        let mut facts = self.clone();
        facts.members.retain(|(name, _)| *name != "/version");
        for (name, value) in members {
            facts.members.retain(|(known, _)| *known != name);
            facts.members.push((name, value));
        }
        facts
    }

    pub fn get(&self, pointer: &str) -> Option<&Value> {
        self.members
            .iter()
            .find(|(name, _)| *name == pointer)
            .map(|(_, value)| value)
    }

    /// How an answer differs from it.
    fn differs(&self, reply: &Reply) -> Option<String> {
        if reply.status != self.status {
            return Some(format!(
                "{} instead of {}: {}",
                reply.status,
                self.status,
                reply.in_words()
            ));
        }
        let body = reply.json();
        for (name, wanted) in &self.members {
            let found = match *name {
                CONTENT => json!(sha256(&reply.bytes)),
                pointer => body.pointer(pointer).cloned().unwrap_or_default(),
            };
            let fits = if *wanted == anything() {
                !found.is_null()
            } else {
                found == *wanted
            };
            if !fits {
                return Some(format!("{name} is {found} instead of {wanted}"));
            }
        }
        None
    }
}

/// Whether the program may still be about what it took on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It may: what was begun before a crash is gone on with when its lease is over.
    Soon,
    /// It must come to its end now.
    AtLast,
}

/// As lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Something that was acknowledged.
#[derive(Clone, Debug)]
pub struct Entity {
    /// What kind of write it was.
    pub kind: &'static str,
    /// Who reads it, and where.
    pub who: Who,
    pub path: String,
    /// As it was acknowledged last.
    pub now: Facts,
    /// As a request that was not answered would have left it.
    pub next: Option<Facts>,
    /// Whether the program comes to it by itself, after a while.
    pub settles: bool,
    /// The word by which searches find it while it is public.
    pub word: Option<String>,
}

impl Entity {
    pub fn new(kind: &'static str, who: Who, path: String, now: Facts) -> Self {
        Self {
            kind,
            who,
            path,
            now,
            next: None,
            settles: false,
            word: None,
        }
    }

    /// Reads it and compares. What an unanswered request did is from then on what is. What the program is still about is
    /// waited for, or left for later.
    pub fn check(&mut self, world: &World, web: &mut Web, when: When) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let reply = read(web, &Ask::get(&self.path).by(&world.token(&self.who)))?;
            let Some(wrong) = self.now.differs(&reply) else {
                return Ok(());
            };
            if let Some(next) = self.next.take_if(|next| next.differs(&reply).is_none()) {
                self.now = next;
                return Ok(());
            }
            let is_under_way = self.settles && ["waiting", "running"].contains(&reply.text("/status").as_str());
            if is_under_way && when == When::Soon {
                return Ok(());
            }
            if !is_under_way || begun.elapsed() > PATIENCE {
                let next = if self.next.is_some() {
                    ", nor is it what was asked last"
                } else {
                    ""
                };
                return Err(format!("{} {}: {wrong}{next}", self.kind, self.path));
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Whether everybody finds it: known where no request was left open.
    pub fn is_public(&self) -> Option<bool> {
        let is_settled = self.next.is_none() && self.word.is_some();
        is_settled.then(|| self.now.get("/status") == Some(&json!("published")))
    }
}

/// Reads what must be answered now; the moment's refusals are waited out.
pub fn read(web: &mut Web, ask: &Ask) -> Result<Reply, String> {
    let begun = Instant::now();
    loop {
        match web.read(ask) {
            Ok(reply) if !reply.is_of_the_moment() => return Ok(reply),
            Ok(reply) if begun.elapsed() > PATIENCE => return Err(format!("{}: {}", ask.name(), reply.in_words())),
            Err(lost @ (Lost::Late | Lost::Refused)) => return Err(format!("{}: no answer ({lost:?})", ask.name())),
            Err(lost) if begun.elapsed() > PATIENCE => return Err(format!("{}: no answer ({lost:?})", ask.name())),
            Ok(_) | Err(_) => std::thread::sleep(PAUSE),
        }
    }
}

/// What an answer to a create says of what was made.
pub type Made = Box<dyn Fn(&Reply) -> Entity + Send>;

/// A create that was not answered, under a key, so that asking again does it once.
pub struct Begun {
    pub who: Who,
    pub ask: Ask,
    pub made: Made,
}

/// What some client knows.
#[derive(Default)]
pub struct Ledger {
    pub entities: Vec<Entity>,
    pub begun: Vec<Begun>,
    /// Writes that were acknowledged, by kind, as often as each.
    pub acknowledged: Vec<&'static str>,
    /// Writes without an answer.
    pub unanswered: u64,
    /// Answers that say that it does not work at the moment.
    pub refused: u64,
    /// Answers that no client should get.
    pub wrong: Vec<String>,
}

impl Ledger {
    pub fn add(&mut self, other: Self) {
        self.entities.extend(other.entities);
        self.begun.extend(other.begun);
        self.acknowledged.extend(other.acknowledged);
        self.unanswered += other.unanswered;
        self.refused += other.refused;
        self.wrong.extend(other.wrong);
    }

    /// Without sessions, whose tokens end within the hour.
    pub fn lasting(mut self) -> Self {
        self.entities.retain(|entity| entity.kind != "session");
        self
    }

    /// Asks again what was not answered, then reads everything; gives what is wrong.
    pub fn check(&mut self, world: &World, web: &mut Web, when: When) -> Vec<String> {
        let mut wrong = std::mem::take(&mut self.wrong);
        for begun in self.begun.drain(..) {
            match read(web, &begun.ask.clone().by(&world.token(&begun.who))) {
                Ok(reply) if reply.is_done() => self.entities.push((begun.made)(&reply)),
                Ok(reply) => wrong.push(format!("asked again, {}: {}", begun.ask.name(), reply.in_words())),
                Err(why) => wrong.push(why),
            }
        }
        for entity in &mut self.entities {
            wrong.extend(entity.check(world, web, when).err());
        }
        wrong
    }

    /// Each of up to so many listings is found by its own word exactly when it is public.
    pub fn check_searches(&self, web: &mut Web, most: usize) -> Vec<String> {
        let known = self.entities.iter().rev().filter_map(|entity| {
            let (word, is_public) = (entity.word.as_ref()?, entity.is_public()?);
            Some((entity, word, is_public))
        });
        let mut wrong = Vec::new();
        for (entity, word, is_public) in known.take(most) {
            match found(web, word, &entity.path) {
                Ok(found) if found == is_public => {}
                Ok(true) => wrong.push(format!("{} is found by {word} and is not public", entity.path)),
                Ok(false) => wrong.push(format!("{} is public and is not found by {word}", entity.path)),
                Err(why) => wrong.push(why),
            }
        }
        wrong
    }
}

/// Whether a search for a word shows a listing. Others that are like it may be shown, too.
fn found(web: &mut Web, word: &str, path: &str) -> Result<bool, String> {
    let reply = read(
        web,
        &Ask::get(format!("/search?verbatim=true&facets=false&limit=5&q={word}")),
    )?;
    if reply.status != 200 {
        return Err(format!("a search for {word}: {}", reply.in_words()));
    }
    let id = path.trim_start_matches("/listings/");
    let items = reply.at("/items");
    Ok(items.as_array().into_iter().flatten().any(|item| item["id"] == id))
}
