//! What an enterprise is and what each step makes of it, of its listings and of its documents: written from
//! docs/enterprises.md and docs/review.md, not from the program.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::listing::Verdict;
use super::papers::{Finding, LastDay, Paper, PaperDeed};
use super::posts::{Post, PostDeed};
use super::{
    DECIDED, EARLY, ENTERPRISE_STATUS, FORBIDDEN, INVALID, NOT_ACTIVE, NOT_FOUND, Outcome, STALE, UNAUTHENTICATED,
    refuse,
};

/// Who tries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    Visitor,
    /// The owner of another enterprise, into which this one may be merged.
    Stranger,
    Owner,
    Editor,
    /// Reviews enterprises and listings.
    Officer,
    /// Reviews listings only.
    Clerk,
}

static ACTORS: [Actor; 6] = [
    Actor::Visitor,
    Actor::Stranger,
    Actor::Owner,
    Actor::Editor,
    Actor::Officer,
    Actor::Clerk,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// One of those that are possible, by whom it is for.
    GoOn(usize),
    /// Of what needs no officer.
    Edit,
    /// Of what was verified, to another name or to the one that is live.
    EditVerified,
    EditBack,
    TakeWishBack,
    Submit,
    Decide(Verdict),
    DecideWish(Verdict),
    Suspend,
    Lift,
    Close,
    Reopen,
    Merge,
    Post(usize, PostDeed),
    Paper(usize, PaperDeed),
    /// Time's: the verification may be renewed, or is over.
    TermComesNear,
    TermEnds,
}

#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub deed: Deed,
    pub by: Actor,
    /// On a version that nothing has.
    pub is_stale: bool,
}

/// A deed, mostly by whom it is for.
pub fn by_mostly(deed: BoxedStrategy<Deed>, by: Actor) -> BoxedStrategy<Step> {
    let actor = prop_oneof![5 => Just(by), 1 => proptest::sample::select(&ACTORS[..])];
    let step = (deed, actor, prop::bool::weighted(0.06));
    step.prop_map(|(deed, by, is_stale)| Step { deed, by, is_stale })
        .boxed()
}

/// What is possible.
pub fn going_on() -> BoxedStrategy<Step> {
    let step = any::<usize>().prop_map(|which| Step {
        deed: Deed::GoOn(which),
        by: Actor::Visitor,
        is_stale: false,
    });
    step.boxed()
}

/// Steps, those that lead on more often than the others.
pub fn steps() -> impl Strategy<Value = Step> {
    use Verdict::*;
    let deed = |deed: Deed, by: Actor| by_mostly(Just(deed).boxed(), by);
    let verdict = || prop_oneof![4 => Just(Approve), 1 => Just(Reject), 1 => Just(SendBack)];
    let post = |deed: PostDeed, by: Actor| {
        let one = any::<usize>().prop_map(move |which| Deed::Post(which, deed));
        by_mostly(one.boxed(), by)
    };
    prop_oneof![
        40 => going_on(),
        3 => deed(Deed::Edit, Actor::Owner),
        4 => deed(Deed::EditVerified, Actor::Owner),
        1 => deed(Deed::EditBack, Actor::Owner),
        1 => deed(Deed::TakeWishBack, Actor::Owner),
        5 => deed(Deed::Submit, Actor::Owner),
        10 => by_mostly(verdict().prop_map(Deed::Decide).boxed(), Actor::Officer),
        4 => by_mostly(verdict().prop_map(Deed::DecideWish).boxed(), Actor::Officer),
        3 => deed(Deed::Suspend, Actor::Officer),
        5 => deed(Deed::Lift, Actor::Officer),
        1 => deed(Deed::Close, Actor::Owner),
        1 => deed(Deed::Close, Actor::Officer),
        3 => deed(Deed::Reopen, Actor::Officer),
        1 => deed(Deed::Merge, Actor::Officer),
        8 => post(PostDeed::HandIn, Actor::Owner),
        1 => post(PostDeed::TakeBack, Actor::Editor),
        8 => post(PostDeed::Approve, Actor::Clerk),
        2 => post(PostDeed::Suspend, Actor::Officer),
        2 => post(PostDeed::Reinstate, Actor::Clerk),
        2 => post(PostDeed::TakeOut, Actor::Editor),
        2 => deed(Deed::TermComesNear, Actor::Visitor),
        1 => deed(Deed::TermEnds, Actor::Visitor),
    ]
}

/// How far the term of the verification has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    NotBegun,
    Long,
    Near,
    Over { is_told: bool },
}

/// Whether nothing may be changed for it.
pub fn is_halted(status: &str) -> bool {
    ["suspended", "closed"].contains(&status)
}

/// When its owner may do something for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum While {
    NotHalted,
    NotClosed,
    Always,
}

#[derive(Clone, Debug)]
pub struct Enterprise {
    pub status: &'static str,
    pub renewal: Option<&'static str>,
    pub term: Term,
    /// Number of its name, and of what it says of its mission.
    pub name: u32,
    pub mission: Option<u32>,
    /// The change of the name that is open: where it stands, and to which.
    pub wish: Option<(&'static str, u32)>,
    pub version: i64,
    pub posts: Vec<Post>,
    pub papers: Vec<Paper>,
    /// What its owner was told, by kind.
    pub notices: BTreeMap<String, usize>,
    /// It is part of another one; whether it was approved before.
    pub merged: Option<bool>,
}

impl Enterprise {
    /// One that was registered, with drafts of listings.
    pub fn new(name: u32, drafts: usize) -> Self {
        Self {
            status: "submitted",
            renewal: None,
            term: Term::NotBegun,
            name,
            mission: None,
            wish: None,
            version: 1,
            posts: vec![Post::new(); drafts],
            papers: Vec::new(),
            notices: BTreeMap::new(),
            merged: None,
        }
    }

    /// How everybody is answered who asks for it.
    pub fn public(&self) -> u16 {
        match self.status {
            _ if self.merged.is_some() => 308,
            "active" => 200,
            "closed" => 410,
            _ => 404,
        }
    }

    /// What waits for an officer, by type.
    pub fn queue(&self) -> Vec<String> {
        let is_active = self.status == "active";
        let registration = self.status == "submitted" || (is_active && self.renewal == Some("submitted"));
        let wish = is_active && self.wish.is_some_and(|(status, _)| status == "submitted");
        let papers = self
            .papers
            .iter()
            .filter(|paper| paper.waits() && self.status != "closed");
        let mut waiting = vec!["document"; papers.count()];
        waiting.extend(registration.then_some("enterprise"));
        waiting.extend(wish.then_some("amendment"));
        waiting.extend(
            self.posts
                .iter()
                .filter(|post| post.waits(self.status))
                .map(|_| "listing"),
        );
        waiting.sort_unstable();
        waiting.into_iter().map(str::to_owned).collect()
    }

    /// One of the steps that are possible now, of those that lead somewhere.
    pub fn possible(&self, which: usize) -> Option<Step> {
        let mut deeds = vec![
            (Deed::Decide(Verdict::Approve), Actor::Officer),
            (Deed::Submit, Actor::Owner),
            (Deed::EditVerified, Actor::Owner),
            (Deed::DecideWish(Verdict::Approve), Actor::Officer),
            (Deed::Suspend, Actor::Officer),
            (Deed::Lift, Actor::Officer),
            (Deed::Reopen, Actor::Officer),
        ];
        for post in 0..self.posts.len() {
            let post = |deed| Deed::Post(post, deed);
            deeds.extend([
                (post(PostDeed::HandIn), Actor::Owner),
                (post(PostDeed::Approve), Actor::Clerk),
                (post(PostDeed::Suspend), Actor::Officer),
                (post(PostDeed::Reinstate), Actor::Clerk),
                (post(PostDeed::TakeOut), Actor::Editor),
            ]);
        }
        for paper in 0..self.papers.len() {
            let accept = PaperDeed::Decide(Finding::Accepted, LastDay::Never);
            deeds.extend([
                (Deed::Paper(paper, accept), Actor::Officer),
                (Deed::Paper(paper, PaperDeed::Remove), Actor::Owner),
            ]);
        }
        let steps = deeds.into_iter().map(|(deed, by)| Step {
            deed,
            by,
            is_stale: false,
        });
        let possible: Vec<Step> = steps.filter(|step| self.clone().step(*step, 0).is_ok()).collect();
        (!possible.is_empty()).then(|| possible[which % possible.len()])
    }

    /// Does a step that would write `text`. A refused step changes nothing.
    pub fn step(&mut self, step: Step, text: u32) -> Outcome {
        let done = match step.deed {
            Deed::Post(which, deed) => {
                let (outcome, notice) = self.posts[which].step(deed, step.by, self.status);
                notice.into_iter().for_each(|kind| self.tell(kind));
                return outcome;
            }
            Deed::TermComesNear | Deed::TermEnds => {
                self.pass(step.deed);
                Ok(200)
            }
            _ if step.by == Actor::Visitor && !matches!(step.deed, Deed::Paper(_, PaperDeed::Ends)) => {
                Err(UNAUTHENTICATED)
            }
            _ if self.merged.is_some() => Err((409, "enterprise_superseded")),
            Deed::Paper(which, deed) => self.paper(step, which, deed),
            Deed::Edit | Deed::EditVerified | Deed::EditBack | Deed::TakeWishBack | Deed::Submit => {
                self.owners(step, text)
            }
            Deed::Decide(verdict) => self.decide(step, verdict),
            Deed::DecideWish(verdict) => self.decide_wish(step, verdict),
            Deed::Suspend | Deed::Lift | Deed::Close | Deed::Reopen => self.standing(step),
            Deed::Merge => self.merge(step),
            Deed::GoOn(_) => panic!("it is not said what is done"),
        };
        if self.status == "active" && self.merged.is_none() && self.term == (Term::Over { is_told: false }) {
            self.term = Term::Over { is_told: true };
            self.tell("verification_expired");
        }
        done
    }

    fn tell(&mut self, kind: &str) {
        *self.notices.entry(kind.to_owned()).or_default() += 1;
    }

    fn pass(&mut self, deed: Deed) {
        if self.term != Term::NotBegun && self.merged.is_none() {
            self.term = match deed {
                Deed::TermEnds => Term::Over { is_told: false },
                _ => Term::Near,
            };
        }
    }

    /// Everybody else is told whether it is there only while everybody sees it.
    fn others(&self) -> Outcome {
        Err(if self.status == "active" { FORBIDDEN } else { NOT_FOUND })
    }

    fn only_officers(&self, by: Actor) -> Outcome {
        match by {
            Actor::Officer => Ok(200),
            Actor::Owner | Actor::Editor => Err(FORBIDDEN),
            _ => self.others(),
        }
    }

    fn only_owners(&self, by: Actor, when: While) -> Outcome {
        match by {
            Actor::Owner => {
                let is_barred = match when {
                    While::NotHalted => is_halted(self.status),
                    While::NotClosed => self.status == "closed",
                    While::Always => false,
                };
                refuse(is_barred, NOT_ACTIVE)?;
                Ok(200)
            }
            Actor::Editor | Actor::Officer => Err(FORBIDDEN),
            _ => self.others(),
        }
    }

    fn owners(&mut self, step: Step, text: u32) -> Outcome {
        self.only_owners(step.by, While::NotHalted)?;
        refuse(step.is_stale, STALE)?;
        let is_active = self.status == "active";
        match step.deed {
            Deed::Edit => self.mission = Some(text),
            Deed::EditVerified if is_active => self.wish = Some(("submitted", text)),
            Deed::EditVerified => self.name = text,
            // What changes nothing leaves no trace.
            Deed::EditBack if self.wish.is_none() => return Ok(200),
            Deed::EditBack => self.wish = None,
            Deed::TakeWishBack => {
                self.wish.take().ok_or(NOT_FOUND)?;
            }
            _ if is_active => {
                refuse(self.renewal == Some("submitted"), ENTERPRISE_STATUS)?;
                refuse(self.term == Term::Long, EARLY)?;
                self.renewal = Some("submitted");
            }
            _ => {
                let is_returned = ["changes_requested", "rejected"].contains(&self.status);
                refuse(!is_returned, ENTERPRISE_STATUS)?;
                self.status = "submitted";
            }
        }
        self.version += 1;
        Ok(200)
    }

    fn decide(&mut self, step: Step, verdict: Verdict) -> Outcome {
        self.only_officers(step.by)?;
        refuse(step.is_stale, STALE)?;
        let is_approval = verdict == Verdict::Approve;
        let has_unread = self.papers.iter().any(Paper::waits);
        refuse(is_approval && has_unread, (409, "documents_undecided"))?;
        let returned = returned(verdict);
        if self.status == "active" && self.renewal == Some("submitted") {
            self.renewal = returned;
        } else {
            refuse(self.status != "submitted", ENTERPRISE_STATUS)?;
            self.status = returned.unwrap_or("active");
        }
        if is_approval {
            self.renewal = None;
            self.term = Term::Long;
        }
        self.version += 1;
        self.tell("review_decided");
        Ok(200)
    }

    fn decide_wish(&mut self, step: Step, verdict: Verdict) -> Outcome {
        self.only_officers(step.by)?;
        let (status, name) = self.wish.ok_or(NOT_FOUND)?;
        refuse(step.is_stale, STALE)?;
        refuse(self.status != "active" || status != "submitted", ENTERPRISE_STATUS)?;
        self.wish = returned(verdict).map(|status| (status, name));
        if self.wish.is_none() {
            self.name = name;
        }
        self.version += 1;
        self.tell("review_decided");
        Ok(200)
    }

    fn standing(&mut self, step: Step) -> Outcome {
        if step.deed == Deed::Close && step.by != Actor::Officer && step.by != Actor::Clerk {
            self.only_owners(step.by, While::Always)?;
        } else {
            self.only_officers(step.by)?;
        }
        refuse(step.is_stale, STALE)?;
        let (next, notice) = match (step.deed, self.status) {
            (Deed::Suspend, "active") => ("suspended", "enterprise_suspended"),
            (Deed::Lift, "suspended") => ("active", "enterprise_reinstated"),
            (Deed::Close, "active") => ("closed", "enterprise_closed"),
            (Deed::Close, "suspended") if step.by == Actor::Officer => ("closed", "enterprise_closed"),
            (Deed::Reopen, "closed") => ("active", "enterprise_reopened"),
            _ => return Err(ENTERPRISE_STATUS),
        };
        self.status = next;
        if next == "closed" {
            // What it asked for is over.
            (self.wish, self.renewal) = (None, None);
            self.posts.iter_mut().for_each(Post::put_away);
        }
        self.version += 1;
        self.tell(notice);
        Ok(200)
    }

    fn merge(&mut self, step: Step) -> Outcome {
        self.only_officers(step.by)?;
        refuse(step.is_stale, STALE)?;
        refuse(is_halted(self.status) || self.wish.is_some(), (409, "merge_hindered"))?;
        let was_approved = self.status == "active";
        self.merged = Some(was_approved);
        if was_approved {
            self.tell("enterprise_merged");
        } else {
            // Its people belong to no enterprise any more.
            self.notices.clear();
        }
        Ok(200)
    }

    fn paper(&mut self, step: Step, which: usize, deed: PaperDeed) -> Outcome {
        match deed {
            PaperDeed::HandIn(kind, last) => {
                self.only_owners(step.by, While::NotClosed)?;
                refuse(matches!(last, LastDay::In(days) if days < 0), INVALID)?;
                self.papers.push(Paper::new(kind, last));
                self.version += 1;
                return Ok(201);
            }
            PaperDeed::Decide(finding, last) => {
                self.only_officers(step.by)?;
                refuse(self.papers[which].is_removed, NOT_FOUND)?;
                refuse(step.is_stale, STALE)?;
                refuse(!self.papers[which].decide(finding, last), INVALID)?;
                self.tell("document_decided");
            }
            PaperDeed::Remove => {
                self.only_owners(step.by, While::NotHalted)?;
                let paper = &self.papers[which];
                refuse(paper.is_removed, NOT_FOUND)?;
                refuse(!paper.may_go(&self.papers, which), DECIDED)?;
                self.papers[which].is_removed = true;
                self.version += 1;
                return Ok(204);
            }
            PaperDeed::Ends => self.papers[which].end(),
        }
        Ok(200)
    }
}

/// What is returned to its owner stands so.
fn returned(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Approve => None,
        Verdict::Reject => Some("rejected"),
        Verdict::SendBack => Some("changes_requested"),
    }
}
