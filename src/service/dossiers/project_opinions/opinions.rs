//! The register of opinions on the technology of projects (sổ ý kiến về công nghệ dự án đầu tư): what was given, by which letter. A
//! dossier has as many as were given in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::access::{Action, Refusal, Refused, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::procedure::CountsAs;
use crate::domain::text::fold;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::{resource, rules_of};
use crate::service::exports;
use crate::service::paging::{LOOKED_THROUGH, Register, within_scope};
use crate::service::periodic_reports::gathering::Counting;
use crate::service::procedures::{RuleSet, Shelf};
use crate::service::{Error, Result};
use crate::store::AnyConn;
use crate::store::dossiers::opinions as rows;
pub use crate::store::dossiers::opinions::{Asked, Done, Place};

/// Which opinions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the database sorts out; which events are opinions is in the rules.
    pub asked: Asked,
    /// With all of these words or their beginnings, folded, in project, investor, who asked, technology or number of the letter.
    pub words: Vec<String>,
    /// Where the party that files is in one of these communes.
    pub communes: Option<BTreeSet<String>>,
}

impl Wanted {
    fn has(&self, done: &Done) -> bool {
        let draft = done.dossier.content.draft();
        let project = &draft.project;
        let told = [
            &project.name,
            &project.code,
            &project.investor,
            &project.investor_tax_code,
            &project.requesting_body,
            &draft.technology.name,
            &done.event.letter_number,
        ];
        let text: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
        let text = format!(" {}", fold(&text.join("\n")));
        let communes = self.communes.as_ref();
        self.words.iter().all(|word| text.contains(&format!(" {word}")))
            && communes.is_none_or(|communes| communes.contains(done.dossier.commune()))
    }
}

/// An opinion that was given.
#[derive(Clone, Debug)]
pub struct Opinion {
    /// How, in which dossier.
    pub done: Done,
    /// The rules that the dossier goes by.
    pub set: Arc<RuleSet>,
}

/// What counts as an opinion, for whoever may ask. It is read before the unit of work that shows a page: all versions of all procedures
/// are a lot of text.
pub fn counting(conn: &mut AnyConn, caller: &Caller, now: Timestamp) -> Result<Counting> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleDossier, &Resource::None)?;
    Counting::read(conn)
}

/// A page of those that are the officer's business, the newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    (wanted, counting): (&Wanted, &Counting),
    (after, limit): (Option<Place>, u32),
    now: Timestamp,
) -> Result<Register<Opinion, Place>> {
    let actor = caller.actor(conn, now)?;
    decide(&actor, Action::HandleDossier, &Resource::None)?;
    let asked = Asked {
        events: counting.names(),
        ..wanted.asked.clone()
    };
    let page = rows::page(conn, &asked, after, LOOKED_THROUGH)?;
    let (today, mut shelf) = (day_of(now), Shelf::default());
    within_scope(page, limit, Done::place, |done| {
        decide(&actor, Action::ReadDossier, &resource(&done.dossier))?;
        let counted = counting.of(&done.dossier.procedure, done.dossier.rule_version, &done.event.event);
        if counted != Some(CountsAs::Opinion) || !wanted.has(&done) {
            return Err(passed_over());
        }
        let set = match done.dossier.rule_version {
            Some(version) => shelf.get(conn, &done.dossier.procedure, version)?,
            None => Arc::new(rules_of(conn, &done.dossier, today)?),
        };
        Ok(Opinion { done, set })
    })
}

/// That something is not on the page, as what the officer may not see is not.
fn passed_over() -> Error {
    let why = Refusal::Hidden;
    Refused {
        action: Action::ReadDossier,
        why,
    }
    .into()
}

/// The same, of which the trail tells: it names projects and investors.
pub fn show_list(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    (wanted, counting, filter): (&Wanted, &Counting, &str),
    page: (Option<Place>, u32),
) -> Result<Register<Opinion, Place>> {
    let now = work.now;
    let page = list(work.conn(), caller, (wanted, counting), page, now)?;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::HandleDossier, &Resource::None)?;
    let filter = format!("opinions {filter}");
    exports::remember_page(work, &permit, Deed::DossiersListed, (&filter, page.entries.len()))?;
    Ok(page)
}
