//! An exchange in which enterprises live, each with its people, its listings and its documents.

use diesel::prelude::*;
use jiff::{SignedDuration, ToSpan as _};
use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::calendar::day_of;
use vptex::domain::clock::Clock as _;
use vptex::service::verification_terms;
use vptex::store::schema::{enterprise_documents, enterprises};
use vptex::store::types::{DbId, DbTs};

use super::enterprise::{Actor, Deed, Enterprise, Step, Term};
use super::listing::Verdict;
use super::papers::{Finding, LastDay, PAST, PaperDeed};
use super::posts::PostDeed;
use super::{Answer, Count, answer_of, expected, same};
use crate::harness::{Call, Person, TestApp, pictures};

/// A version that nothing has.
const STALE: i64 = 1_000_000;

/// Documents of a life at the most: each is looked into by a process of its own.
const PAPERS: usize = 5;

pub struct World {
    pub app: TestApp,
    pub officer: Person,
    clerk: Person,
    /// The owner of another enterprise.
    pub stranger: Person,
    /// Drafts with which each enterprise begins.
    drafts: usize,
    /// Texts so far; no two ever say the same.
    texts: u32,
    count: Count,
}

/// One life in it.
pub struct Life<'a> {
    pub world: &'a mut World,
    pub id: String,
    pub owner: Person,
    pub editor: Person,
    pub model: Enterprise,
    /// Its listings, each with the word by which it is found, and its documents.
    pub posts: Vec<(String, String)>,
    pub papers: Vec<String>,
    /// What its people saw last.
    seen: Vec<Value>,
}

pub fn why() -> Value {
    json!({"reason_code": "other", "reason_text": "Số đăng ký không khớp với giấy chứng nhận."})
}

/// A word that stands in one text alone.
pub fn word(text: u32) -> String {
    format!("KX{text}")
}

pub fn name(text: u32) -> String {
    format!("Công ty TNHH Cơ khí {}", word(text))
}

pub fn mission(text: u32) -> String {
    format!("Chế tạo máy nông nghiệp {}", word(text))
}

impl World {
    pub async fn new(drafts: usize) -> Self {
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        let clerk = app.officer_who_may(&[Permission::ReviewListings]).await;
        let stranger = app.active_enterprise(&officer).await;
        // However long it takes, nobody has to sign in again.
        app.clock.hold();
        Self {
            app,
            officer,
            clerk,
            stranger,
            drafts,
            texts: 0,
            count: Count::default(),
        }
    }

    fn text(&mut self) -> u32 {
        self.texts += 1;
        self.texts
    }

    async fn begin(&mut self) -> Life<'_> {
        let text = self.text();
        let owner = self.app.register(&name(text)).await;
        let editor = self.app.member(&owner.enterprise, Role::Editor).await;
        let mut posts = Vec::new();
        for _ in 0..self.drafts {
            let word = word(self.text());
            let (id, _) = self.app.listing_draft(&owner, &format!("Máy sấy {word}")).await;
            posts.push((id, word));
        }
        Life {
            id: owner.enterprise.clone(),
            model: Enterprise::new(text, self.drafts),
            world: self,
            owner,
            editor,
            posts,
            papers: Vec::new(),
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
            outcome = life.is_found_as_it_is_seen().await;
        }
        life.leave().await;
        outcome
    }

    fn count(&self) -> Count {
        self.count
    }
}

impl Life<'_> {
    /// Names the listing or the document that is meant, of those that there are; nothing where it cannot be tried.
    fn tried(&self, mut step: Step) -> Option<Step> {
        match &mut step.deed {
            Deed::GoOn(which) if self.model.merged.is_none() => return self.model.possible(*which),
            Deed::GoOn(_) => return None,
            Deed::Post(..) if self.posts.is_empty() || self.model.merged.is_some() => return None,
            Deed::Post(which, _) => *which %= self.posts.len(),
            Deed::Paper(_, PaperDeed::HandIn(..)) if self.papers.len() == PAPERS => return None,
            Deed::Paper(_, PaperDeed::HandIn(..)) => {}
            Deed::Paper(..) if self.papers.is_empty() => return None,
            Deed::Paper(which, _) => *which %= self.papers.len(),
            _ => {}
        }
        Some(step)
    }

    async fn step(&mut self, step: Step) -> Result<(), String> {
        let Some(step) = self.tried(step) else { return Ok(()) };
        self.try_it(step).await.map_err(|why| format!("{step:?}: {why}"))
    }

    async fn try_it(&mut self, step: Step) -> Result<(), String> {
        let text = self.world.text();
        let was_public = self.public_posts();
        let answer = self.answer(step, text).await;
        let outcome = self.model.step(step, text);
        let is_done = outcome.is_ok();
        let expected = expected(outcome);
        self.world.count.add(expected.0);
        same("the answer", answer, expected)?;
        self.tell_terms().await;
        if is_done {
            self.sign_in_again(step.deed).await;
        }
        let seen = self.insiders().await;
        if !is_done {
            return same("what its people see after a refusal", &seen, &self.seen);
        }
        self.seen = seen;
        self.is_as_it_is_seen().await?;
        self.is_hidden_at_once(&was_public).await?;
        match step.deed {
            Deed::Lift | Deed::Merge => self.is_found_as_it_is_seen().await,
            _ => Ok(()),
        }
    }

    /// Who is signed out by a step reads on in new sessions.
    async fn sign_in_again(&mut self, deed: Deed) {
        let is_let_go = deed == Deed::Merge && self.model.merged == Some(false);
        if deed == Deed::Suspend || is_let_go {
            self.owner = self.world.app.again(&self.owner).await;
            self.editor = self.world.app.again(&self.editor).await;
        }
    }

    pub fn path(&self, of: &str) -> String {
        format!("/enterprises/{}{of}", self.id)
    }

    fn by(&self, actor: Actor, call: Call) -> Call {
        match actor {
            Actor::Visitor => call,
            Actor::Stranger => call.by(&self.world.stranger),
            Actor::Owner => call.by(&self.owner),
            Actor::Editor => call.by(&self.editor),
            Actor::Officer => call.by(&self.world.officer),
            Actor::Clerk => call.by(&self.world.clerk),
        }
    }

    async fn answer(&mut self, step: Step, text: u32) -> Answer {
        let version = if step.is_stale { STALE } else { self.model.version };
        let call = match step.deed {
            Deed::TermComesNear | Deed::TermEnds => {
                self.move_term(step.deed).await;
                return (200, String::new());
            }
            Deed::Post(which, deed) => self.on_post(which, deed).await,
            Deed::Paper(which, PaperDeed::Ends) => {
                self.end_paper(which).await;
                return (200, String::new());
            }
            Deed::Paper(which, deed) => self.on_paper(which, deed, step.is_stale),
            deed => self.on_enterprise(deed, step.by, text).if_match(version),
        };
        let reply = self.by(step.by, call).send().await;
        if let (Deed::Paper(_, PaperDeed::HandIn(..)), 201) = (step.deed, reply.status) {
            self.papers.push(reply.text("/id").to_owned());
        }
        answer_of(&reply)
    }

    fn on_enterprise(&self, deed: Deed, by: Actor, text: u32) -> Call {
        let call = |method: Method, of: &str| self.world.app.call(method, &self.path(of));
        let post = |of: &str| self.world.app.post(&self.path(of));
        let patch = |body: &Value| call(Method::PATCH, "").json(body);
        let decision = |of: &str, verdict: Verdict| match verdict {
            Verdict::Approve => post(&format!("{of}/approval")),
            Verdict::Reject => post(&format!("{of}/rejection")).json(&why()),
            Verdict::SendBack => post(&format!("{of}/change-request")).json(&why()),
        };
        match deed {
            Deed::Edit => patch(&json!({"mission": mission(text)})),
            Deed::EditVerified => patch(&json!({"legal_name": name(text)})),
            Deed::EditBack => patch(&json!({"legal_name": name(self.model.name)})),
            Deed::TakeWishBack => call(Method::DELETE, "/amendment"),
            Deed::Submit => post("/submission"),
            Deed::Decide(verdict) => decision("", verdict),
            Deed::DecideWish(verdict) => decision("/amendment", verdict),
            Deed::Suspend => post("/suspension").json(&why()),
            Deed::Lift => call(Method::DELETE, "/suspension"),
            Deed::Close if by == Actor::Owner => post("/closure").json(&json!({})),
            Deed::Close => post("/closure").json(&json!({"reason": why()})),
            Deed::Reopen => call(Method::DELETE, "/closure"),
            Deed::Merge => post("/merge").json(&json!({"into": self.world.stranger.enterprise})),
            other => panic!("{other:?} is not the enterprise's"),
        }
    }

    async fn on_post(&self, which: usize, deed: PostDeed) -> Call {
        let (app, path) = (&self.world.app, format!("/listings/{}", self.posts[which].0));
        let call = |method: Method, of: &str| app.call(method, &format!("{path}{of}"));
        match deed {
            PostDeed::HandIn => call(Method::POST, "/submission"),
            PostDeed::TakeBack => call(Method::DELETE, "/submission"),
            PostDeed::TakeOut => call(Method::DELETE, "/archive"),
            PostDeed::Suspend => call(Method::POST, "/suspension").json(&why()),
            PostDeed::Reinstate => call(Method::DELETE, "/suspension"),
            PostDeed::Approve => {
                let seen = app.get(&path).by(&self.owner).expect(200).await;
                app.post(&format!("{path}/approval")).if_match(seen.number("/version"))
            }
        }
    }

    /// The day in so many days.
    pub fn day(&self, days: i64) -> String {
        let today = day_of(self.world.app.clock.now());
        today.checked_add(days.days()).unwrap().to_string()
    }

    fn on_paper(&self, which: usize, deed: PaperDeed, is_stale: bool) -> Call {
        let app = &self.world.app;
        let paper = |of: &str| self.path(&format!("/documents/{}{of}", self.papers[which]));
        match deed {
            PaperDeed::HandIn(kind, last) => {
                let path = self.path(&format!("/documents?name=giay.png&kind={kind}"));
                let until = match last {
                    LastDay::In(days) => format!("&valid_to={}", self.day(days)),
                    _ => String::new(),
                };
                let call = app.post(&format!("{path}{until}"));
                call.file("image/png", pictures::png(6, 4))
            }
            PaperDeed::Decide(finding, last) => {
                let mut body = json!({"verdict": finding.name()});
                if finding != Finding::Accepted {
                    body["reason"] = why();
                }
                match last {
                    LastDay::Unsaid => {}
                    LastDay::Never => body["valid_to"] = Value::Null,
                    LastDay::In(days) => body["valid_to"] = json!(self.day(days)),
                }
                let version = if is_stale {
                    STALE
                } else {
                    self.model.papers[which].version
                };
                app.post(&paper("/verdict")).if_match(version).json(&body)
            }
            _ => app.delete(&paper("")),
        }
    }

    /// Puts the end of the verification to where it may be renewed, or to a moment ago; each time another: of one end
    /// nothing is told twice.
    async fn move_term(&self, deed: Deed) {
        if self.model.merged.is_some() {
            return;
        }
        let id = DbId(self.id.parse().unwrap());
        let back = SignedDuration::from_micros(1_000_000 + i64::from(self.world.texts));
        let ahead = match deed {
            Deed::TermEnds => SignedDuration::ZERO,
            _ => SignedDuration::from_hours(89 * 24),
        };
        let end = self.world.app.clock.now() + ahead - back;
        let moved = move |uow: &mut vptex::store::Uow<'_>| -> vptex::store::Result<()> {
            let begun = enterprises::table
                .find(id)
                .filter(enterprises::verified_until.is_not_null());
            diesel::update(begun)
                .set(enterprises::verified_until.eq(Some(DbTs(end))))
                .execute(uow.conn())?;
            Ok(())
        };
        self.world.app.change(moved).await;
    }

    /// Lets the last day of a document, if it has one, be yesterday.
    async fn end_paper(&self, which: usize) {
        let (id, yesterday) = (DbId(self.papers[which].parse().unwrap()), self.day(PAST));
        let ended = move |uow: &mut vptex::store::Uow<'_>| -> vptex::store::Result<()> {
            let ending = enterprise_documents::table
                .find(id)
                .filter(enterprise_documents::valid_to.is_not_null());
            diesel::update(ending)
                .set(enterprise_documents::valid_to.eq(Some(yesterday.clone())))
                .execute(uow.conn())?;
            Ok(())
        };
        self.world.app.change(ended).await;
    }

    /// What the job about terms of verifications does every five minutes.
    async fn tell_terms(&self) {
        if matches!(self.model.term, Term::Over { .. }) {
            let exchange = self.world.app.exchange().clone();
            let run = move || verification_terms::run(&exchange).unwrap();
            tokio::task::spawn_blocking(run).await.unwrap();
        }
    }

    /// The life is over: whatever is left waits for nobody.
    async fn leave(&self) {
        let (app, officer) = (&self.world.app, &self.world.officer);
        let end = if self.model.status == "submitted" {
            app.post(&self.path("/rejection")).json(&why())
        } else {
            app.post(&self.path("/closure")).json(&json!({"reason": why()}))
        };
        end.by(officer).if_match(self.model.version).send().await;
    }
}
