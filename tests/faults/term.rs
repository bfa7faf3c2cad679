//! SIGTERM under load: whatever was under way is answered in full, and what came too late is answered by whoever takes over.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::chance::Chance;
use crate::ledger::{CONTENT, Entity, Facts, Ledger, When};
use crate::people::Who;
use crate::program::{PATIENCE, Place};
use crate::round::{Outcome, Wish};
use crate::stories::{equipment, picture};
use crate::web::{Ask, Lost, Reply, Web};
use crate::world::{Stopping, World};

/// How long clients ask before the signal, in milliseconds.
const LIFE: (u64, u64) = (300, 2_000);
const PAUSE: Duration = Duration::from_millis(10);
/// A request that was sent so long before the signal was under way. One that was sent later may still have waited, unread, in
/// the kernel, and is turned away: its client asks again, as clients do on a connection that was closed before an answer.
const UNDER_WAY: Duration = Duration::from_millis(150);
/// Clients of each kind. Signing in and pictures take long, so that some are always under way.
const CLIENTS: [(Kind, usize); 4] = [
    (Kind::SignIn, 3),
    (Kind::Picture, 3),
    (Kind::Create, 3),
    (Kind::Read, 2),
];

#[derive(Clone, Copy, Debug)]
enum Kind {
    SignIn,
    Picture,
    Create,
    Read,
}

pub fn rounds(wish: &Wish) -> Outcome {
    let scratch = tempfile::tempdir().unwrap();
    let mut place = Place::new(&scratch.path().join("data"), &scratch.path().join("log"));
    place.database.clone_from(&wish.postgres);
    let (mut world, program) = World::set_up(place);
    let mut running = Some(program);
    let mut outcome = Outcome::of("term");
    let (mut turned_away, mut finished, mut slowest) = (0, 0, Duration::ZERO);
    let chance = Chance::new(wish.seed);
    for number in 0..wish.rounds {
        let mut chance = chance.part(number as u64);
        let Some(program) = running.take() else { break };
        world.people.renew(&mut Web::to(program.addr));
        let life = Duration::from_millis(chance.between(LIFE.0, LIFE.1));
        let mut wrong = Vec::new();
        let (clients, told) = asked_while(&world, &chance, || {
            std::thread::sleep(life);
            let told = Instant::now();
            match program.end() {
                Ok((status, took)) => {
                    outcome.took(took);
                    slowest = slowest.max(took);
                    wrong.extend((!status.success()).then(|| format!("it ended with {status}")));
                }
                Err(why) => wrong.push(why),
            }
            match world.place.start() {
                Ok(next) => {
                    // Nobody is led to it before it says that it is ready: until then searches are refused.
                    wrong.extend(next.until_ready().err());
                    world.moved_to(&next);
                    running = Some(next);
                }
                Err(why) => wrong.push(why),
            }
            // Long enough for everybody to come again.
            std::thread::sleep(life / 4);
            told
        });
        let mut ledger = Ledger::default();
        let (mut turned, mut at_work) = (0, 0);
        for client in clients {
            let (own, late, under_way) = judged(client, told);
            ledger.add(own);
            turned += late;
            at_work += under_way;
        }
        turned_away += turned;
        finished += at_work;
        outcome.count(&ledger);
        let words = format!(
            "told to end after {:.2} s; {} acknowledged, {at_work} under way at the signal and answered, {turned} turned away and answered by the next",
            life.as_secs_f64(),
            ledger.acknowledged.len(),
        );
        if let Some(program) = &running {
            wrong.extend(ledger.check(&world, &mut Web::to(program.addr), When::AtLast));
        }
        if !outcome.round(&words, wrong) {
            break;
        }
    }
    outcome.notes.push(format!(
        "{finished} requests were under way at the signal and were answered, {turned_away} came too late and were answered by the next program; the times are from SIGTERM to the end, {:.2} s at most",
        slowest.as_secs_f64()
    ));
    outcome
}

/// What one client met.
struct Client<'a> {
    world: &'a World,
    web: Web,
    ledger: Ledger,
    /// Requests without an answer: when they had been sent, and how they were lost.
    lost: Vec<(Option<Instant>, Lost, String)>,
    /// When requests with an answer had been sent, and when it came.
    answered: Vec<(Instant, Instant)>,
}

/// A client's book, with what was lost and must not have been; how many came too late, and how many were answered that were
/// under way.
fn judged(client: Client<'_>, told: Instant) -> (Ledger, usize, usize) {
    let mut ledger = client.ledger;
    let at_work = client
        .answered
        .iter()
        .filter(|(sent, came)| *sent < told && told < *came);
    let at_work = at_work.count();
    let mut late = 0;
    for (sent, lost, what) in client.lost {
        let was_under_way = sent.is_some_and(|sent| sent + UNDER_WAY < told);
        if was_under_way || matches!(lost, Lost::Broken | Lost::Late) {
            let before = sent.map(|sent| told.saturating_duration_since(sent));
            ledger
                .wrong
                .push(format!("{what}: {lost:?}, sent {before:?} before the signal"));
        } else {
            late += 1;
        }
    }
    (ledger, late, at_work)
}

/// Lets clients ask until `until` has come back.
fn asked_while<'a, T>(world: &'a World, chance: &Chance, until: impl FnOnce() -> T) -> (Vec<Client<'a>>, T) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mut clients = Vec::new();
        for (kind, count) in CLIENTS {
            for _ in 0..count {
                let (stop, mut chance) = (&stop, chance.part(clients.len() as u64));
                clients.push(scope.spawn(move || {
                    let mut client = Client {
                        world,
                        web: here(world),
                        ledger: Ledger::default(),
                        lost: Vec::new(),
                        answered: Vec::new(),
                    };
                    while !stop.load(Ordering::Relaxed) && client.ledger.wrong.is_empty() {
                        client.ask(kind, &mut chance);
                    }
                    client
                }));
            }
        }
        let stopping = Stopping(&stop);
        let came = until();
        drop(stopping);
        (clients.into_iter().map(|client| client.join().unwrap()).collect(), came)
    })
}

fn here(world: &World) -> Web {
    Web::to(world.addresses.lock().unwrap()[0])
}

impl Client<'_> {
    fn ask(&mut self, kind: Kind, chance: &mut Chance) {
        let number = self.world.number();
        let owner = &self.world.people.owner;
        let ask = match kind {
            Kind::SignIn => owner.sign_in(),
            Kind::Create => Ask::post("/listings")
                .json(&equipment(&format!("Máy sấy KX{number}")))
                .under(format!("listing-{number}"))
                .by(&owner.token),
            Kind::Picture => return self.picture(number),
            Kind::Read => {
                Ask::get(chance.pick(&["/search?q=may+say", "/me/listings?limit=5", "/taxonomies"])).by(&owner.token)
            }
        };
        let Some(reply) = self.insist(&ask) else { return };
        match kind {
            Kind::Create => {
                let facts = Facts::of([
                    ("/title/vi", json!(format!("Máy sấy KX{number}"))),
                    ("/status", json!("draft")),
                ]);
                self.made("listing", Who::Owner, format!("/listings/{}", reply.text("/id")), facts);
            }
            Kind::SignIn => {
                let who = Who::Bearer(reply.text("/access_token"));
                self.made(
                    "session",
                    who,
                    "/me".into(),
                    Facts::of([("/email", json!(owner.email))]),
                );
            }
            Kind::Picture | Kind::Read => {}
        }
    }

    fn picture(&mut self, number: u32) {
        let token = &self.world.people.owner.token;
        let draft = Ask::post("/listings")
            .json(&equipment(&format!("Máy sấy KX{number}")))
            .under(format!("listing-{number}"))
            .by(token);
        let Some(draft) = self.insist(&draft) else { return };
        let ask = Ask::post(format!("/listings/{}/files?name=anh.png", draft.text("/id")))
            .file("image/png", picture(number))
            .under(format!("picture-{number}"))
            .by(token);
        let Some(reply) = self.insist(&ask) else { return };
        let facts = Facts::of([(CONTENT, reply.at("/sha256"))]);
        self.made("picture", Who::Owner, format!("/files/{}", reply.text("/id")), facts);
    }

    fn made(&mut self, kind: &'static str, who: Who, path: String, facts: Facts) {
        self.ledger.acknowledged.push(kind);
        self.ledger.entities.push(Entity::new(kind, who, path, facts));
    }

    /// Asks until there is an answer, which must be one of success; each time that there was none is written down.
    fn insist(&mut self, ask: &Ask) -> Option<Reply> {
        let begun = Instant::now();
        loop {
            match self.web.send(ask) {
                Ok(reply) if reply.is_done() => {
                    self.answered.extend(self.web.sent.map(|sent| (sent, Instant::now())));
                    return Some(reply);
                }
                Ok(reply) => {
                    self.ledger.wrong.push(format!("{}: {}", ask.name(), reply.in_words()));
                    return None;
                }
                Err(Lost::Refused) => {}
                Err(lost) => self.lost.push((self.web.sent, lost, ask.name())),
            }
            if begun.elapsed() > PATIENCE {
                self.ledger.wrong.push(format!("{}: never answered", ask.name()));
                return None;
            }
            std::thread::sleep(PAUSE);
            self.web = here(self.world);
        }
    }
}
