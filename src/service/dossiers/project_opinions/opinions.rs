//! The register of opinions on the technology of projects (sổ ý kiến về công nghệ dự án đầu tư): what was given, by which letter. A
//! dossier has as many as were given in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::access::{Action, Refusal, Refused, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::dossier::DossierEvent;
use crate::domain::dossier::letter_number::is_same_number;
use crate::domain::ids::DossierId;
use crate::domain::procedure::CountsAs;
use crate::domain::text::fold;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::handling::events::Given;
use crate::service::dossiers::{resource, rules_of};
use crate::service::exports;
use crate::service::paging::{LOOKED_THROUGH, Register, within_scope};
use crate::service::periodic_reports::counting::{self, Counting};
use crate::service::procedures::{RuleSet, Shelf};
use crate::service::{Error, ErrorCode, Result};
use crate::store::AnyConn;
pub use crate::store::dossiers::opinions::{Asked, Done, Place};
use crate::store::dossiers::{self, opinions as rows};

/// Most events of a dossier that are looked through.
const MOST: i64 = 1_000;

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
        let subject = done.subject();
        let project = &subject.project;
        let told = [
            &project.name,
            &project.code,
            &project.investor,
            &project.investor_tax_code,
            &project.requesting_body,
            &subject.technology,
            &done.event.letter_number,
        ];
        let text: Vec<&str> = told.into_iter().flatten().map(String::as_str).collect();
        let text = format!(" {}", fold(&text.join("\n")));
        let communes = self.communes.as_ref();
        self.words.iter().all(|word| text.contains(&format!(" {word}")))
            && communes.is_none_or(|communes| communes.contains(&subject.commune))
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

/// Refuses the letter of another opinion of the same dossier: each is given by its own (Luật CGCN Đ.13.4, 18).
pub(in crate::service::dossiers) fn require_new_letter(
    conn: &mut AnyConn,
    id: DossierId,
    set: &RuleSet,
    (event, given): (&str, &Given),
) -> Result<()> {
    let Some((number, on)) = given.letter_number.as_ref().zip(given.letter_on) else {
        return Ok(());
    };
    if !counting::is_opinion(set, event) {
        return Ok(());
    }
    let number = number.as_str();
    let is_same = |known: &DossierEvent| {
        let known_number = known.letter_number.as_deref();
        known.letter_on == Some(on)
            && known_number.is_some_and(|known| is_same_number(known, number))
            && counting::is_opinion(set, &known.event)
    };
    let given = dossiers::events(conn, id, 0, MOST)?;
    if !given.iter().any(is_same) {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::AlreadyThere,
        format!(
            "Hồ sơ này đã có ý kiến theo văn bản số {number} ngày {}; ý kiến cho lại là văn bản khác, có số, ngày riêng.",
            on.strftime("%d/%m/%Y")
        ),
        format!(
            "An opinion was given in this dossier by letter {number} of {on}; another one has a letter of its own."
        ),
    ))
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
