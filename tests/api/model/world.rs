//! An exchange in which lives are lived.

use diesel::prelude::*;
use jiff::SignedDuration;
use serde_json::{Value, json};
use vptex::domain::account::{Permission, Role};
use vptex::domain::clock::Clock as _;
use vptex::service::listing_terms;
use vptex::store::schema::listings;
use vptex::store::types::{DbId, DbTs};

use super::listing::{Deed, Listing, Sort, Step, Verdict};
use super::rights::Actor;
use super::{Answer, Count, NOT_FOUND, answer_of, expected, same};
use crate::harness::{Call, Person, Reply, TestApp};

/// A version that nothing has.
const STALE: i64 = 1_000_000;

pub struct World {
    app: TestApp,
    owner: Person,
    editor: Person,
    viewer: Person,
    /// The owner of another enterprise.
    stranger: Person,
    officer: Person,
    /// Officers of listings only, and of enterprises only.
    second: Person,
    clerk: Person,
    /// Texts so far; no two listings ever say the same.
    texts: u32,
    count: Count,
}

/// One life in it.
struct Life<'a> {
    world: &'a mut World,
    id: String,
    model: Listing,
    takedowns: Vec<String>,
    /// What its people read last, and how much the trail told.
    seen: (Vec<Value>, usize),
}

fn why() -> Value {
    json!({"reason_code": "unlawful", "reason_text": "Số máy trên tem không khớp với hồ sơ."})
}

fn title(text: u32) -> String {
    format!("Máy sấy {}", word(text))
}

/// A word that stands in one text alone.
fn word(text: u32) -> String {
    format!("KX{text}")
}

/// Where it is taken up.
fn claim(sort: Sort, id: &str) -> String {
    let sort = match sort {
        Sort::Listing => "listing",
        Sort::Revision => "revision",
    };
    format!("/moderation/claims/{sort}/{id}")
}

impl World {
    pub async fn new() -> Self {
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        let second = app.officer_who_may(&[Permission::ReviewListings]).await;
        let clerk = app.officer_who_may(&[Permission::ReviewEnterprises]).await;
        let owner = app.active_enterprise(&officer).await;
        let stranger = app.active_enterprise(&officer).await;
        let editor = app.member(&owner.enterprise, Role::Editor).await;
        let viewer = app.member(&owner.enterprise, Role::Viewer).await;
        // However long it takes, nobody has to sign in again.
        app.clock.hold();
        Self {
            app,
            owner,
            editor,
            viewer,
            stranger,
            officer,
            second,
            clerk,
            texts: 0,
            count: Count::default(),
        }
    }

    fn text(&mut self) -> u32 {
        self.texts += 1;
        self.texts
    }

    fn by(&self, actor: Actor, call: Call) -> Call {
        match actor {
            Actor::Visitor => call,
            Actor::Stranger => call.by(&self.stranger),
            Actor::Viewer => call.by(&self.viewer),
            Actor::Editor => call.by(&self.editor),
            Actor::Owner => call.by(&self.owner),
            Actor::Clerk => call.by(&self.clerk),
            Actor::Officer => call.by(&self.officer),
            Actor::Second => call.by(&self.second),
        }
    }

    /// Nobody is suspended, and no officer has anything, when the next life begins: they may have so much and no more.
    async fn leave(&self, id: &str, claims: [Option<Actor>; 2]) {
        let path = format!("/enterprises/{}/suspension", self.owner.enterprise);
        self.app.delete(&path).by(&self.officer).send().await;
        for (sort, holder) in [Sort::Listing, Sort::Revision].into_iter().zip(claims) {
            if let Some(holder) = holder {
                let call = self.app.delete(&claim(sort, id));
                self.by(holder, call).send().await;
            }
        }
    }
}

impl super::World<Step> for World {
    async fn live(&mut self, steps: &[Step]) -> Result<(), String> {
        let text = self.text();
        let (id, _) = self.app.listing_draft(&self.owner, &title(text)).await;
        let mut life = Life {
            world: self,
            id,
            model: Listing::new(text),
            takedowns: Vec::new(),
            seen: (Vec::new(), 0),
        };
        life.seen = life.told(&life.insiders().await);
        let mut outcome = Ok(());
        for (number, step) in steps.iter().enumerate() {
            outcome = life.step(*step).await;
            if let Err(why) = &mut outcome {
                why.insert_str(0, &format!("step {number} {step:?}: "));
                break;
            }
        }
        if outcome.is_ok() {
            outcome = life.is_found_as_it_is_seen().await;
        }
        let (id, claims) = (life.id, life.model.claims);
        self.leave(&id, claims).await;
        outcome
    }

    fn count(&self) -> Count {
        self.count
    }
}

impl Life<'_> {
    async fn step(&mut self, step: Step) -> Result<(), String> {
        let text = self.world.text();
        let answer = self.answer(step, text).await;
        let outcome = self.model.step(step, text);
        let is_done = outcome.is_ok();
        let expected = expected(outcome);
        self.world.count.add(expected.0);
        same("the answer", answer, expected)?;
        let read = self.insiders().await;
        let seen = self.told(&read);
        if !is_done {
            same("what its people see after a refusal", &seen, &self.seen)?;
        }
        self.seen = seen;
        self.is_as_it_is_seen(&read).await
    }

    /// What its owner reads of it, and of what is to change of it.
    async fn insiders(&self) -> [Reply; 2] {
        [self.read("").await, self.read("/revision").await]
    }

    /// What that says, and how much the trail has about it.
    fn told(&self, read: &[Reply; 2]) -> (Vec<Value>, usize) {
        let bodies = read.iter().filter(|reply| reply.status == 200).map(|reply| {
            let mut body = reply.body.clone();
            // What is counted of readers is written down now and then.
            if let Some(members) = body.as_object_mut() {
                members.remove("view_count");
            }
            body
        });
        (bodies.collect(), self.world.app.deeds(&self.id).len())
    }

    fn path(&self, of: &str) -> String {
        format!("/listings/{}{of}", self.id)
    }

    async fn read(&self, of: &str) -> Reply {
        self.world.app.get(&self.path(of)).by(&self.world.owner).send().await
    }

    /// The version that a client has read: the revision's where there is one.
    async fn version(&self, of: &str, stale: bool) -> i64 {
        let read = self.read(of).await;
        match read.status {
            200 if !stale => read.number("/version"),
            _ => STALE,
        }
    }

    async fn answer(&mut self, Step { by, deed }: Step, text: u32) -> Answer {
        let call = match deed {
            Deed::TakeDown => return self.take_down(by).await,
            Deed::TermEnds => return self.end_term().await,
            Deed::EndsAreWrittenDown => {
                let app = self.world.app.exchange().clone();
                let run = move || listing_terms::run(&app).unwrap();
                tokio::task::spawn_blocking(run).await.unwrap();
                return expected(Ok(200));
            }
            // There is nothing that could be lifted.
            Deed::Restore if self.takedowns.is_empty() => return expected(Err(NOT_FOUND)),
            Deed::Restore => {
                let path = format!("/takedowns/{}/restoration", self.takedowns[0]);
                let call = self.world.app.post(&path).json(&why());
                let reply = self.world.by(by, call).send().await;
                if reply.status == 200 {
                    self.takedowns.remove(0);
                }
                return answer_of(&reply);
            }
            Deed::SuspendEnterprise | Deed::LiftEnterprise => return self.halt(deed).await,
            Deed::Decide { .. }
            | Deed::DecideRevision { .. }
            | Deed::Claim { .. }
            | Deed::Release { .. }
            | Deed::Suspend
            | Deed::Reinstate => self.officers(deed).await,
            _ => self.owners(deed, text).await,
        };
        answer_of(&self.world.by(by, call).send().await)
    }

    async fn owners(&self, deed: Deed, text: u32) -> Call {
        let app = &self.world.app;
        let post = |of: &str| app.post(&self.path(of));
        let delete = |of: &str| app.delete(&self.path(of));
        match deed {
            Deed::Edit { stale, is_risky } => {
                let revises = self.model.status() == "published" && self.model.revision.is_some();
                let version = self.version(if revises { "/revision" } else { "" }, stale).await;
                let price = if is_risky { 5_000 } else { 185_000_000 };
                let patch = app.patch(&self.path("")).if_match(version);
                patch.json(&json!({"title": {"vi": title(text)}, "price_min": price}))
            }
            Deed::Submit { stale } => post("/submission").if_match(self.version("", stale).await),
            Deed::Renew { stale } => post("/renewal").if_match(self.version("", stale).await),
            Deed::TakeBack => delete("/submission"),
            Deed::Archive => post("/archive"),
            Deed::Unarchive => delete("/archive"),
            Deed::Show { to } => {
                let audience = json!({"visibility": to, "open_for_inquiry": true});
                app.put(&self.path("/audience")).json(&audience)
            }
            Deed::SubmitRevision { stale } => {
                post("/revision/submission").if_match(self.version("/revision", stale).await)
            }
            Deed::TakeRevisionBack => delete("/revision/submission"),
            Deed::DiscardRevision => delete("/revision"),
            other => panic!("{other:?} is not an owner's"),
        }
    }

    async fn officers(&self, deed: Deed) -> Call {
        let app = &self.world.app;
        let of = match deed {
            Deed::DecideRevision { .. } => "/revision",
            _ => "",
        };
        let call = |to: &str| app.post(&self.path(&format!("{of}{to}")));
        match deed {
            Deed::Decide { verdict, stale } | Deed::DecideRevision { verdict, stale } => {
                let version = self.version(of, stale).await;
                match verdict {
                    Verdict::Approve => call("/approval"),
                    Verdict::Reject => call("/rejection").json(&why()),
                    Verdict::SendBack => call("/change-request").json(&why()),
                }
                .if_match(version)
            }
            Deed::Claim { of } => app.post(&claim(of, &self.id)),
            Deed::Release { of } => app.delete(&claim(of, &self.id)),
            Deed::Suspend => call("/suspension").json(&why()),
            _ => app.delete(&self.path("/suspension")),
        }
    }

    async fn halt(&mut self, deed: Deed) -> Answer {
        let (app, officer) = (&self.world.app, &self.world.officer);
        let path = format!("/enterprises/{}", self.world.owner.enterprise);
        let version = app.get(&path).by(officer).expect(200).await.number("/version");
        let suspension = format!("{path}/suspension");
        let call = match deed {
            Deed::SuspendEnterprise => app.post(&suspension).json(&why()),
            _ => app.delete(&suspension),
        };
        let reply = call.by(officer).if_match(version).send().await;
        if reply.status == 200 {
            // A suspension ends all sessions; its people read on in new ones.
            let world = &self.world;
            let [owner, editor, viewer] = [
                app.again(&world.owner).await,
                app.again(&world.editor).await,
                app.again(&world.viewer).await,
            ];
            (self.world.owner, self.world.editor, self.world.viewer) = (owner, editor, viewer);
        }
        answer_of(&reply)
    }

    async fn take_down(&mut self, by: Actor) -> Answer {
        let (app, world) = (&self.world.app, &self.world);
        let received_at = app.clock.now() - SignedDuration::from_hours(1);
        let body = json!({
            "listing_id": self.id, "authority": "Thanh tra Sở", "reference": format!("{}/TTr-SKHCN", world.texts),
            "ground": "illegal", "received_at": received_at.to_string(),
        });
        let entered = world.by(by, app.post("/takedowns").json(&body)).send().await;
        if entered.status != 201 {
            return answer_of(&entered);
        }
        let id = entered.text("/id").to_owned();
        let path = format!("/takedowns/{id}/execution");
        let done = world.by(by, app.post(&path)).send().await;
        self.takedowns.push(id);
        answer_of(&done)
    }

    /// Puts the end of the term a moment back, each time another: of one moment nothing is told twice.
    async fn end_term(&self) -> Answer {
        let id = DbId(self.id.parse().unwrap());
        let back = SignedDuration::from_micros(1_000_000 + i64::from(self.world.texts));
        let end = self.world.app.clock.now() - back;
        let ended = move |uow: &mut vptex::store::Uow<'_>| -> vptex::store::Result<()> {
            diesel::update(listings::table.find(id).filter(listings::status.eq("published")))
                .set(listings::expires_at.eq(Some(DbTs(end))))
                .execute(uow.conn())?;
            Ok(())
        };
        self.world.app.change(ended).await;
        expected(Ok(200))
    }

    /// What its owner and everybody read.
    async fn is_as_it_is_seen(&self, [seen, revision]: &[Reply; 2]) -> Result<(), String> {
        let model = &self.model;
        same("status for its owner", seen.status, 200)?;
        same("the state", seen.text("/status"), model.status())?;
        same("the text", seen.text("/title/vi"), &title(model.text))?;
        let holds = seen.body.get("holds").cloned().unwrap_or_else(|| json!([]));
        same("what holds", holds, json!(model.holds()))?;
        let everybody = self.world.app.get(&self.path("")).send().await;
        same("status for everybody", everybody.status, model.public())?;
        if everybody.status == 200 {
            same("the public text", everybody.text("/title/vi"), &title(model.text))?;
        }
        let stranger = self.world.by(Actor::Stranger, self.world.app.get(&self.path("")));
        let stranger = stranger.send().await;
        same("status for another member", stranger.status, model.public_to_members())?;
        let Some(open) = &model.revision else {
            return same("status of no revision", revision.status, 404);
        };
        same("status of the revision", revision.status, 200)?;
        same("the revision's state", revision.text("/status"), open.status)?;
        same(
            "the revision's text",
            revision.text("/content/title/vi"),
            &title(open.text),
        )?;
        let versions = [seen.number("/version"), revision.number("/version")];
        same(
            "two texts have two tags",
            versions[0] == versions[1] && !self.model.is_outdated(),
            false,
        )
    }

    /// Searches find it by what is public, and by nothing else.
    async fn is_found_as_it_is_seen(&self) -> Result<(), String> {
        self.world.app.settle().await;
        let mut texts = vec![(self.model.text, self.model.is_found())];
        if let Some(open) = self.model.revision.as_ref().filter(|open| open.text != self.model.text) {
            texts.push((open.text, false));
        }
        for (text, expected) in texts {
            let found = self.world.app.found(&word(text)).await;
            same(&format!("{} is found", word(text)), found.contains(&self.id), expected)?;
        }
        Ok(())
    }
}
