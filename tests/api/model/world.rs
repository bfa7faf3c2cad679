//! An exchange in which lives are lived.

use diesel::prelude::*;
use jiff::SignedDuration;
use serde_json::{Value, json};
use vptex::domain::clock::Clock as _;
use vptex::service::listing_terms;
use vptex::store::schema::listings;
use vptex::store::types::{DbId, DbTs};

use super::listing::{Listing, Step, Verdict};
use super::{Answer, Count, NOT_FOUND, answer_of, expected, same};
use crate::harness::{Call, Person, Reply, TestApp};

/// A version that nothing has.
const STALE: i64 = 1_000_000;

pub struct World {
    app: TestApp,
    owner: Person,
    officer: Person,
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

impl World {
    pub async fn new() -> Self {
        let app = TestApp::spawn().await;
        let officer = app.officer().await;
        let owner = app.active_enterprise(&officer).await;
        // However long it takes, nobody has to sign in again.
        app.clock.hold();
        Self {
            app,
            owner,
            officer,
            texts: 0,
            count: Count::default(),
        }
    }

    fn text(&mut self) -> u32 {
        self.texts += 1;
        self.texts
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
        };
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
        let path = format!("/enterprises/{}/suspension", self.owner.enterprise);
        self.app.delete(&path).by(&self.officer).send().await;
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
        let expected = expected(self.model.step(step, text));
        self.world.count.add(expected.0);
        same("the answer", answer, expected)?;
        self.is_as_it_is_seen().await
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

    async fn answer(&mut self, step: Step, text: u32) -> Answer {
        let call = match step {
            Step::TakeDown => return self.take_down().await,
            Step::TermEnds => return self.end_term().await,
            Step::EndsAreWrittenDown => {
                let app = self.world.app.exchange().clone();
                let run = move || listing_terms::run(&app).unwrap();
                tokio::task::spawn_blocking(run).await.unwrap();
                return expected(Ok(200));
            }
            // There is nothing that could be lifted.
            Step::Restore if self.takedowns.is_empty() => return expected(Err(NOT_FOUND)),
            Step::Restore => {
                let path = format!("/takedowns/{}/restoration", self.takedowns[0]);
                let reply = self
                    .world
                    .app
                    .post(&path)
                    .by(&self.world.officer)
                    .json(&why())
                    .send()
                    .await;
                if reply.status == 200 {
                    self.takedowns.remove(0);
                }
                return answer_of(&reply);
            }
            Step::SuspendEnterprise | Step::LiftEnterprise => return self.halt(step).await,
            Step::Decide { .. } | Step::DecideRevision { .. } | Step::Suspend | Step::Reinstate => {
                self.officers(step).await
            }
            _ => self.owners(step, text).await,
        };
        answer_of(&call.send().await)
    }

    async fn owners(&self, step: Step, text: u32) -> Call {
        let app = &self.world.app;
        let post = |of: &str| app.post(&self.path(of)).by(&self.world.owner);
        let delete = |of: &str| app.delete(&self.path(of)).by(&self.world.owner);
        match step {
            Step::Edit { stale } => {
                let revises = self.model.status() == "published" && self.model.revision.is_some();
                let version = self.version(if revises { "/revision" } else { "" }, stale).await;
                let patch = app.patch(&self.path("")).by(&self.world.owner).if_match(version);
                patch.json(&json!({"title": {"vi": title(text)}}))
            }
            Step::Submit { stale } => post("/submission").if_match(self.version("", stale).await),
            Step::Renew { stale } => post("/renewal").if_match(self.version("", stale).await),
            Step::TakeBack => delete("/submission"),
            Step::Archive => post("/archive"),
            Step::Unarchive => delete("/archive"),
            Step::SubmitRevision { stale } => {
                post("/revision/submission").if_match(self.version("/revision", stale).await)
            }
            Step::TakeRevisionBack => delete("/revision/submission"),
            Step::DiscardRevision => delete("/revision"),
            other => panic!("{other:?} is not an owner's"),
        }
    }

    async fn officers(&self, step: Step) -> Call {
        let of = match step {
            Step::DecideRevision { .. } => "/revision",
            _ => "",
        };
        let call = |to: &str| {
            self.world
                .app
                .post(&self.path(&format!("{of}{to}")))
                .by(&self.world.officer)
        };
        match step {
            Step::Decide { verdict, stale } | Step::DecideRevision { verdict, stale } => {
                let version = self.version(of, stale).await;
                match verdict {
                    Verdict::Approve => call("/approval"),
                    Verdict::Reject => call("/rejection").json(&why()),
                    Verdict::SendBack => call("/change-request").json(&why()),
                }
                .if_match(version)
            }
            Step::Suspend => call("/suspension").json(&why()),
            _ => {
                let path = self.path("/suspension");
                self.world.app.delete(&path).by(&self.world.officer)
            }
        }
    }

    async fn halt(&mut self, step: Step) -> Answer {
        let (app, officer) = (&self.world.app, &self.world.officer);
        let path = format!("/enterprises/{}", self.world.owner.enterprise);
        let version = app.get(&path).by(officer).expect(200).await.number("/version");
        let suspension = format!("{path}/suspension");
        let call = match step {
            Step::SuspendEnterprise => app.post(&suspension).json(&why()),
            _ => app.delete(&suspension),
        };
        let reply = call.by(officer).if_match(version).send().await;
        if reply.status == 200 {
            // A suspension ends all sessions; its people read on in new ones.
            self.world.owner = app.again(&self.world.owner).await;
        }
        answer_of(&reply)
    }

    async fn take_down(&mut self) -> Answer {
        let (app, officer) = (&self.world.app, &self.world.officer);
        let received_at = app.clock.now() - SignedDuration::from_hours(1);
        let body = json!({
            "listing_id": self.id, "authority": "Thanh tra Sở", "reference": "125/TTr-SKHCN",
            "ground": "illegal", "received_at": received_at.to_string(),
        });
        let entered = app.post("/takedowns").by(officer).json(&body).send().await;
        if entered.status != 201 {
            return answer_of(&entered);
        }
        let id = entered.text("/id").to_owned();
        let path = format!("/takedowns/{id}/execution");
        let done = app.post(&path).by(officer).send().await;
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
    async fn is_as_it_is_seen(&self) -> Result<(), String> {
        let model = &self.model;
        let seen = self.read("").await;
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
        let revision = self.read("/revision").await;
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
