//! An exchange in which listings are reported, taken down and complained about.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::clock::Clock as _;

use super::duties::{Actor, DUTIES, Deed, Duty, Entry, Matter, Step};
use super::enterprise_view::{all_pages, kinds, shown};
use super::enterprise_world::why;
use super::{Answer, Count, answer_of, expected, same};
use crate::harness::{Call, Person, Reply, TestApp};

/// A version that nothing has.
const STALE: i64 = 1_000_000;

/// Entries of each register in a life at the most.
const MOST: usize = 3;

const AUTHORITY: &str = "Thanh tra Sở Khoa học và Công nghệ";
const ADDRESS: &str = "nguoi-gui@example.com";

pub struct World {
    app: TestApp,
    stranger: Person,
    officer: Person,
    registrar: Person,
    clerk: Person,
    lives: u32,
    count: Count,
}

/// One life in it: of a listing, and of all that is said about it.
struct Life<'a> {
    world: &'a mut World,
    owner: Person,
    editor: Person,
    id: String,
    /// The word by which it is found.
    word: String,
    model: Matter,
    /// Identifiers of the entries.
    entries: Vec<String>,
    /// What insiders saw last.
    seen: Vec<Value>,
}

impl World {
    pub async fn new() -> Self {
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        let registrar = app.officer_who_may(&[Permission::ReviewEnterprises]).await;
        let clerk = app.officer_who_may(&[Permission::ReviewListings]).await;
        let stranger = app.active_enterprise(&officer).await;
        // No time passes but what a life lets pass.
        app.clock.hold();
        Self {
            app,
            stranger,
            officer,
            registrar,
            clerk,
            lives: 0,
            count: Count::default(),
        }
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    async fn begin(&mut self) -> Life<'_> {
        self.lives += 1;
        let word = format!("KX{}", self.lives);
        let owner = self.app.active_enterprise(&self.officer).await;
        let editor = self.app.member(&owner.enterprise, Role::Editor).await;
        let title = format!("Máy sấy {word}");
        let (id, _) = self.app.published_listing(&owner, &self.officer, &title).await;
        self.app.settle().await;
        let mut model = Matter::default();
        // That the enterprise and the listing were approved.
        model.notices.insert("review_decided".to_owned(), 2);
        Life {
            world: self,
            owner,
            editor,
            id,
            word,
            model,
            entries: Vec::new(),
            seen: Vec::new(),
        }
    }
}

impl super::World<Step> for World {
    async fn live(&mut self, steps: &[Step]) -> Result<(), String> {
        let mut life = self.begin().await;
        life.seen = life.insiders().await;
        let mut outcome = life.is_as_it_is_seen().await;
        for (number, step) in steps.iter().enumerate() {
            if outcome.is_err() {
                break;
            }
            outcome = life.step(*step).await;
            outcome = outcome.map_err(|why| format!("step {number}, {why}"));
        }
        if outcome.is_ok() {
            outcome = life.registers_are_the_models().await;
        }
        outcome
    }

    fn count(&self) -> Count {
        self.count
    }
}

fn path_of(duty: Duty) -> &'static str {
    match duty {
        Duty::Notice => "/ip-notices",
        Duty::Takedown => "/takedowns",
        Duty::Report => "/reports",
        Duty::Complaint => "/complaints",
    }
}

fn reference(number: usize) -> String {
    format!("{number}/TTr-SKHCN")
}

impl Life<'_> {
    /// Names the entry that is meant, of those that there are; nothing where it cannot be tried.
    fn tried(&self, mut step: Step) -> Option<Step> {
        match &mut step.deed {
            Deed::GoOn(which) => return self.model.possible(*which, self.world.now()),
            Deed::On(duty, which, _) => *which = self.model.find(*duty, *which)?,
            Deed::Begin(duty, _) => {
                let all = self.model.entries.iter().filter(|entry| entry.duty == *duty);
                if all.count() == MOST {
                    return None;
                }
            }
            _ => {}
        }
        Some(step)
    }

    async fn step(&mut self, step: Step) -> Result<(), String> {
        let Some(step) = self.tried(step) else { return Ok(()) };
        self.try_it(step).await.map_err(|why| format!("{step:?}: {why}"))
    }

    async fn try_it(&mut self, step: Step) -> Result<(), String> {
        let was_public = self.model.public() == 200;
        let answer = self.answer(step).await;
        let outcome = self.model.step(step, self.world.now());
        let is_done = outcome.is_ok();
        let expected = expected(outcome);
        self.world.count.add(expected.0);
        same("the answer", answer, expected)?;
        if is_done && step.deed == Deed::SuspendEnterprise {
            self.sign_in_again().await;
        }
        let seen = self.insiders().await;
        if !is_done {
            return same("what insiders see after a refusal", &seen, &self.seen);
        }
        self.seen = seen;
        self.is_as_it_is_seen().await?;
        if was_public && self.model.public() != 200 {
            // Before the index has heard of it.
            let found = self.world.app.found(&self.word).await;
            same("found though hidden", found.contains(&self.id), false)?;
        }
        Ok(())
    }

    /// A suspension ends the sessions of its people.
    async fn sign_in_again(&mut self) {
        self.owner = self.world.app.again(&self.owner).await;
        self.editor = self.world.app.again(&self.editor).await;
    }

    /// Everybody comes another day.
    async fn wait(&mut self, days: i64) {
        self.world.app.clock.pass(days * 24 * 60 * 60);
        self.sign_in_again().await;
        let world = &mut *self.world;
        for person in [
            &mut world.stranger,
            &mut world.officer,
            &mut world.registrar,
            &mut world.clerk,
        ] {
            *person = world.app.another_day(person).await;
        }
    }

    fn by(&self, actor: Actor, call: Call) -> Call {
        match actor {
            Actor::Visitor => call,
            Actor::Stranger => call.by(&self.world.stranger),
            Actor::Owner => call.by(&self.owner),
            Actor::Editor => call.by(&self.editor),
            Actor::Officer => call.by(&self.world.officer),
            Actor::Registrar => call.by(&self.world.registrar),
            Actor::Clerk => call.by(&self.world.clerk),
        }
    }

    async fn answer(&mut self, step: Step) -> Answer {
        let call = match step.deed {
            Deed::Wait(days) => {
                self.wait(days).await;
                return (200, String::new());
            }
            Deed::GoOn(_) => panic!("it is not said what is done"),
            Deed::Begin(duty, is_about_listing) => self.beginning(duty, is_about_listing),
            Deed::On(_, number, what) => {
                let version = self.model.entries[number].version;
                self.on(number, what)
                    .if_match(if step.is_stale { STALE } else { version })
            }
            Deed::SuspendListing => {
                self.standing(Method::POST, &format!("/listings/{}", self.id), step)
                    .await
            }
            Deed::ReinstateListing => {
                self.standing(Method::DELETE, &format!("/listings/{}", self.id), step)
                    .await
            }
            Deed::SuspendEnterprise => self.standing(Method::POST, &self.enterprise(), step).await,
            Deed::LiftEnterprise => self.standing(Method::DELETE, &self.enterprise(), step).await,
        };
        let reply = self.by(step.by, call).send().await;
        if matches!(step.deed, Deed::Begin(..)) && reply.status < 300 {
            self.entries.push(reply.text("/id").to_owned());
        }
        answer_of(&reply)
    }

    fn enterprise(&self) -> String {
        format!("/enterprises/{}", self.owner.enterprise)
    }

    /// Suspending something or letting it go on, in the version that it has.
    async fn standing(&self, method: Method, path: &str, step: Step) -> Call {
        let app = &self.world.app;
        let seen = app.get(path).by(&self.world.officer).expect(200).await;
        let version = if step.is_stale { STALE } else { seen.number("/version") };
        let is_suspension = method == Method::POST;
        let call = app.call(method, &format!("{path}/suspension")).if_match(version);
        if is_suspension { call.json(&why()) } else { call }
    }

    fn beginning(&self, duty: Duty, is_about_listing: bool) -> Call {
        let (listing, enterprise) = (format!("/listings/{}", self.id), self.enterprise());
        let (path, body) = match duty {
            Duty::Notice => (
                format!("{listing}/ip-notices"),
                json!({
                    "right": "patent", "right_number": "1-0034567", "claimant": "Viện Cơ điện nông nghiệp",
                    "contact": ADDRESS, "statement": "Buồng sấy trùng với điểm 1 yêu cầu bảo hộ.", "is_true": true,
                }),
            ),
            Duty::Takedown => (
                String::from("/takedowns"),
                json!({
                    "listing_id": self.id, "authority": AUTHORITY, "reference": reference(self.entries.len()),
                    "ground": "illegal", "received_at": (self.world.now() - SignedDuration::from_hours(1)).to_string(),
                }),
            ),
            Duty::Report => (
                format!("{listing}/reports"),
                json!({"ground": "fraud", "details": "Ảnh là của hãng khác.", "contact": ADDRESS}),
            ),
            Duty::Complaint => (
                format!("{}/complaints", if is_about_listing { listing } else { enterprise }),
                json!({"ground": "conduct", "details": "Không trả lời.", "contact": ADDRESS}),
            ),
        };
        self.world.app.post(&path).json(&body)
    }

    fn path(&self, number: usize) -> String {
        format!("{}/{}", path_of(self.model.entries[number].duty), self.entries[number])
    }

    fn on(&self, number: usize, what: &str) -> Call {
        let post = |of: &str| self.world.app.post(&format!("{}/{of}", self.path(number)));
        match what {
            "acceptance" | "execution" | "acknowledgement" => post(what),
            "counter-notice" => {
                post(what).json(&json!({"statement": "Buồng sấy đối lưu, không thuộc phạm vi bảo hộ."}))
            }
            "upheld" | "dismissed" => {
                post("decision").json(&json!({"outcome": what, "answer": "Đã kiểm tra tại cơ sở."}))
            }
            "reopening" => {
                let mut body = why();
                body["contact"] = json!(ADDRESS);
                post(what).json(&body)
            }
            _ => post(what).json(&why()),
        }
    }

    async fn read(&self, path: &str, by: &Person) -> Reply {
        self.world.app.get(path).by(by).send().await
    }

    /// What its owner and officers see of it and of all that was said about it, and what the trail has about it.
    async fn insiders(&self) -> Vec<Value> {
        let listing = format!("/listings/{}", self.id);
        let mut seen = vec![shown(self.read(&listing, &self.owner).await)];
        seen.push(shown(self.read("/me/notices?limit=100", &self.owner).await));
        seen.push(json!(self.world.app.deeds(&self.id).len()));
        for number in 0..self.entries.len() {
            seen.push(shown(self.read(&self.path(number), &self.world.officer).await));
            seen.push(json!(self.world.app.deeds(&self.entries[number]).len()));
        }
        seen
    }

    async fn is_as_it_is_seen(&self) -> Result<(), String> {
        let listing = format!("/listings/{}", self.id);
        let everybody = self.world.app.get(&listing).send().await;
        same("the listing", everybody.status, self.model.public())?;
        if let Some(number) = self.model.blocked_by() {
            let blocked = &everybody.body["blocked"];
            same("by whom it is blocked", blocked["authority"].as_str(), Some(AUTHORITY))?;
            same(
                "by which letter",
                blocked["reference"].as_str(),
                Some(reference(number).as_str()),
            )?;
            same(
                "the link of the stub",
                everybody.header("link"),
                Some("</>; rel=\"blocked-by\""),
            )?;
        }
        let own = self.read(&listing, &self.owner).await;
        same("the listing for its owner", own.status, 200)?;
        let holds = own.body["holds"].as_array().cloned().unwrap_or_default();
        let mut holds: Vec<String> = holds.iter().map(|hold| hold.as_str().unwrap().to_owned()).collect();
        holds.sort_unstable();
        same("what hides it", holds, self.model.holds())?;
        let told = self.read("/me/notices?limit=100", &self.owner).await;
        same("what its owner was told", &kinds(&told.body), &self.model.notices)?;
        for (number, entry) in self.model.entries.iter().enumerate() {
            self.entry_is_the_models(number, entry).await?;
        }
        Ok(())
    }

    async fn entry_is_the_models(&self, number: usize, entry: &Entry) -> Result<(), String> {
        let what = |of: &str| format!("{of} of {:?} {number}", entry.duty);
        let reviewer = match entry.duty {
            Duty::Complaint => &self.world.registrar,
            _ => &self.world.clerk,
        };
        let seen = self.read(&self.path(number), reviewer).await;
        same(&what("the status"), seen.status, 200)?;
        same(&what("the state"), seen.text("/state"), entry.state)?;
        same(&what("the version"), seen.number("/version"), entry.version)?;
        let due_at: Timestamp = seen.text("/due_at").parse().unwrap();
        same(&what("the term"), due_at, entry.due_at)?;
        let is_overdue = entry.is_overdue(self.world.now());
        same(&what("overdue"), &seen.body["overdue"], &json!(is_overdue))?;
        if entry.duty != Duty::Takedown {
            let contact = seen.body["contact"].as_str();
            same(&what("the address"), contact, entry.has_contact.then_some(ADDRESS))?;
        }
        if entry.duty == Duty::Complaint {
            let former = seen.body["former_answers"].as_array().map(Vec::len);
            same(&what("former answers"), former, Some(entry.former))?;
        }
        // Its owner reads who says what once the listing is hidden because of it, and never an address.
        let own = self.read(&self.path(number), &self.owner).await;
        let is_shown = entry.duty == Duty::Notice && entry.was_accepted;
        let hidden = if entry.duty == Duty::Notice { 404 } else { 403 };
        same(&what("for its owner"), own.status, if is_shown { 200 } else { hidden })?;
        same(&what("the address for its owner"), own.body.get("contact"), None)
    }

    /// The registers show, the most urgent first, what waits, and what was not done in time; and searches what is public.
    async fn registers_are_the_models(&self) -> Result<(), String> {
        let now = self.world.now();
        for duty in DUTIES {
            for (query, is_overdue) in [("", false), ("&overdue=true", true)] {
                let path = format!("{}?limit=100{query}", path_of(duty));
                let items = all_pages(&self.world.app, &path, &self.world.officer).await;
                let terms = items.iter().map(|item| item["due_at"].as_str().unwrap());
                let terms: Vec<Timestamp> = terms.map(|term| term.parse().unwrap()).collect();
                same(&format!("the order of {path}"), terms.is_sorted(), true)?;
                let is_listed = |entry: &Entry| {
                    let is_meant = if is_overdue {
                        entry.is_overdue(now)
                    } else {
                        entry.waits()
                    };
                    entry.duty == duty && is_meant
                };
                for (number, entry) in self.model.entries.iter().enumerate() {
                    let is_there = items.iter().any(|item| item["id"] == self.entries[number].as_str());
                    same(&format!("{number} in {path}"), is_there, is_listed(entry))?;
                }
            }
        }
        self.world.app.settle().await;
        let found = self.world.app.found(&self.word).await;
        same("found", found.contains(&self.id), self.model.public() == 200)?;
        let told = self.read("/me/notices", &self.editor).await;
        same(
            "what its editor was told",
            told.body["items"].as_array().map(Vec::len),
            Some(0),
        )
    }
}
