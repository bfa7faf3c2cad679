//! Two registrations of one enterprise, which an officer makes one: whatever befalls meanwhile, in the end all listings of the
//! one that goes are the other's.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::ledger::read;
use crate::people::{Person, approval, expect, registration};
use crate::program::PATIENCE;
use crate::stories::equipment;
use crate::web::{Ask, Reply, Web};
use crate::world::World;

const PAUSE: Duration = Duration::from_millis(50);

/// An enterprise that is to go, with its listings.
pub struct Leaving {
    enterprise: String,
    listings: Vec<String>,
}

/// Registers an enterprise, and has it verified; gives it with its owner's token. Nothing is amiss.
pub fn newcomer(world: &World, web: &mut Web) -> (String, String) {
    let body = registration(world.number());
    let email = body["account"]["email"].as_str().unwrap().to_owned();
    expect(web, &Ask::post("/registrations").json(&body), 202);
    let token = until("its letter", || world.mail.lock().unwrap().token_for(&email));
    let confirmed = expect(web, &world.people.confirm(&token), 201);
    let enterprise = confirmed.text("/enterprise/id");
    let path = format!("/enterprises/{enterprise}");
    expect(web, &approval(&path).by(&world.people.officer.token).of_version(1), 200);
    let owner = expect(web, &Person::of_enterprise(&email).sign_in(), 201).text("/access_token");
    (enterprise, owner)
}

/// One with a listing, and with so many more by a file.
pub fn prepared(world: &World, web: &mut Web, more: u64) -> Leaving {
    let (enterprise, owner) = newcomer(world, web);
    let number = world.number();
    let ask = Ask::post("/listings").json(&equipment(&format!("Máy sấy KX{number}")));
    let mut listings = vec![expect(web, &ask.by(&owner), 201).text("/id")];
    if more > 0 {
        listings.extend(imported(world, web, &owner, more));
    }
    Leaving { enterprise, listings }
}

/// Listings that came by a file.
fn imported(world: &World, web: &mut Web, owner: &str, rows: u64) -> Vec<String> {
    let mut file = String::from("Mã nội bộ;Loại tin;Tên;Tóm tắt;Lĩnh vực;Hình thức giá;Giá\n");
    let number = world.number();
    for row in 0..rows {
        file += &format!(
            "SP-{number}-{row};Chào bán thiết bị;Máy sấy IX{number}R{row};Sấy lúa tươi, đốt trấu.;food.drying;Giá cố định;185000000\n"
        );
    }
    let ask = Ask::post("/listing-imports?name=tin.csv").file("text/csv", file.into_bytes());
    let taken = expect(web, &ask.by(owner), 202).text("/id");
    let ask = Ask::get(format!("/listing-imports/{taken}")).by(owner);
    let ended = until("the end of its import", || {
        let reply = read(web, &ask).unwrap();
        (reply.text("/status") == "finished").then_some(reply)
    });
    assert_eq!(ended.at("/counts/created"), json!(rows), "{}", ended.in_words());
    let (mut listings, mut after) = (Vec::new(), String::new());
    loop {
        let page = Ask::get(format!("/listing-imports/{taken}/rows?limit=100{after}")).by(owner);
        let page = expect(web, &page, 200);
        let rows = page.at("/items");
        let ids = rows.as_array().into_iter().flatten();
        listings.extend(ids.filter_map(|row| row["listing_id"].as_str().map(str::to_owned)));
        match page.at("/page/next").as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return listings,
        }
    }
}

/// Waits for what must come while nothing is amiss.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(PAUSE);
    }
}

impl Leaving {
    fn path(&self) -> String {
        format!("/enterprises/{}", self.enterprise)
    }

    /// Asks once to make it one with the owner's; nothing where there is no answer. Whether it was done says the next start.
    pub fn merge(&self, world: &World, web: &mut Web) -> Option<Reply> {
        let officer = &world.people.officer.token;
        let seen = web.send(&Ask::get(self.path()).by(officer)).ok()?;
        if seen.status != 200 {
            return Some(seen);
        }
        let body = json!({"into": world.people.enterprise});
        let ask = Ask::post(format!("{}/merge", self.path()));
        web.send(&ask.by(officer).of_version(seen.version()).json(&body)).ok()
    }

    /// What is wrong when nothing is amiss any more: it is merged by now or can be, once, and all that it had followed.
    pub fn check(&self, world: &World, web: &mut Web) -> Vec<String> {
        let begun = Instant::now();
        loop {
            match self.merge(world, web) {
                Some(reply) if reply.status == 308 => break,
                // It waits for files that are still being loaded.
                Some(reply) if reply.text("/code") == "merge_hindered" && begun.elapsed() < PATIENCE => {
                    std::thread::sleep(PAUSE);
                }
                Some(reply) if !reply.is_done() && !reply.is_of_the_moment() => {
                    return vec![format!("a merger: {}", reply.in_words())];
                }
                _ if begun.elapsed() > PATIENCE => return vec!["a merger is never done".into()],
                _ => std::thread::sleep(PAUSE),
            }
        }
        self.listings
            .iter()
            .filter_map(|listing| followed(world, web, listing))
            .collect()
    }
}

/// Waits until the owner of the one that stays reads a listing of the one that went, which the job may bring.
fn followed(world: &World, web: &mut Web, listing: &str) -> Option<String> {
    let begun = Instant::now();
    let ask = Ask::get(format!("/listings/{listing}")).by(&world.people.owner.token);
    loop {
        match read(web, &ask) {
            Ok(reply) if reply.status == 200 => return None,
            Ok(reply) if begun.elapsed() > PATIENCE => {
                return Some(format!("a listing did not follow its enterprise: {}", reply.in_words()));
            }
            Ok(_) => std::thread::sleep(PAUSE),
            Err(why) => return Some(why),
        }
    }
}
