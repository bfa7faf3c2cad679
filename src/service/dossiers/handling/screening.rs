//! What the technology of a dossier is by the list of regulated technologies (đối chiếu danh mục công nghệ): what is declared counts for no
//! less than the list of now says of it; what hints at something stricter is told, and an officer writes down what it is before anybody
//! says yes to the transfer (Luật CGCN Đ.9–12).

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{proposals, refusals};
use crate::domain::access::{Action, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::dossier::{Dossier, DossierContent, Screening, TechnologyDraft, licensed_not_registered};
use crate::domain::drafts::parse_regulation;
use crate::domain::fields::{FieldErrors, LawFault, Violation};
use crate::domain::ids::DossierId;
use crate::domain::listing::regulation::{RegulatedList, RegulatoryClass};
use crate::domain::procedure::{Event, Issues};
use crate::domain::taxonomy::InForce;
use crate::domain::text::Prose;
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::{Opened, found, opened, require_seen, resource, rules_of};
use crate::service::regulated::{Hinted, Watch};
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
use crate::store::dossier_screenings as rows;
use crate::store::{self, AnyConn, dossiers as dossier_rows, listings};

/// Where a dossier says what the technology is by the list.
const STATUS: &str = "/content/technology_status";

/// Something that hints at a stricter class than what is declared and found.
#[derive(Clone, Debug)]
pub struct TechnologyHint {
    /// Code of the entry; none where the listing says so from which the dossier was begun.
    pub item: Option<String>,
    /// What the entry is called, and the same in English.
    pub name: Option<(String, Option<String>)>,
    /// The class.
    pub class: RegulatoryClass,
    /// Where, as a JSON pointer into the content; `/listing_id` for the listing.
    pub pointer: String,
    /// The words as they stand there; none where the field, or the listing, hints at it.
    pub found: Option<String>,
}

/// What is known of a dossier's technology.
#[derive(Clone, Debug)]
pub struct Known {
    /// What the law says of it by what is declared and found, by the list of now; nothing where nothing is.
    pub class: Option<RegulatoryClass>,
    /// What hints at something stricter; once an officer looked at the same technology by the same list only the listing, where it says
    /// something stricter than it said then.
    pub hints: Vec<TechnologyHint>,
    /// What an officer found last.
    pub screening: Option<Screening>,
    /// Whether that was of what the dossier says now, by the entries that are in force now.
    pub is_screened: bool,
}

/// What is known of the technology of a dossier, by the content that the dossier is read with.
pub fn known(work: &mut Work<'_, '_>, dossier: &Dossier) -> Result<Known> {
    let (content, now) = (&dossier.content, work.now);
    let watch = work.edition()?.watch(now);
    let screening = rows::last(work.conn(), dossier.id)?;
    let of_listing = listing_class(work.conn(), dossier, watch.list(), now)?;
    let (mut is_screened, mut declared) = (false, content.declared());
    if let Some(made) = &screening {
        // What was found stands until something else is, whatever is written meanwhile.
        declared.items.extend(made.items.iter().cloned());
        let is_by_the_same = made.entries_sha256 == watch.entries_sha256();
        is_screened = is_by_the_same && made.technology_sha256 == fingerprint(content)?;
    }
    let class = declared.class.max(watch.list().class_today(&declared.items));
    // What the listing said then the officer knew, and not what is found of it afterwards.
    let looked_at = screening.as_ref().filter(|_| is_screened);
    let looked_at = class.max(looked_at.and_then(|made| made.listing_class));
    let of_listing = of_listing.filter(|hinted| is_stricter(*hinted, looked_at));
    let mut hints: Vec<TechnologyHint> = of_listing.map(hint_of_listing).into_iter().collect();
    if !is_screened {
        hints.extend(hints_in(content, &watch, class)?);
    }
    Ok(Known {
        class,
        hints,
        screening,
        is_screened,
    })
}

/// Hash of what a dossier says of its technology.
fn fingerprint(content: &DossierContent) -> Result<Vec<u8>> {
    let draft = content.draft();
    let told = serde_json::to_string(&(&draft.technology_status, &draft.technology)).map_err(Error::internal)?;
    Ok(sha256(told.as_bytes()).to_vec())
}

fn is_stricter(hinted: RegulatoryClass, class: Option<RegulatoryClass>) -> bool {
    hinted.is_watched() && Some(hinted) > class
}

fn hint_of_listing(class: RegulatoryClass) -> TechnologyHint {
    TechnologyHint {
        item: None,
        name: None,
        class,
        pointer: "/listing_id".to_owned(),
        found: None,
    }
}

/// What hints at something stricter than a class in the text of the technology and its fields.
fn hints_in(content: &DossierContent, watch: &Watch, class: Option<RegulatoryClass>) -> Result<Vec<TechnologyHint>> {
    let technology = &content.draft().technology;
    if *technology == TechnologyDraft::default() {
        return Ok(Vec::new());
    }
    let text = text(technology)?;
    let hints = watch.hints_in(&text, (technology.fields.as_slice(), "/technology/fields"));
    let stricter = hints.into_iter().filter(|hint| is_stricter(hint.class, class));
    Ok(stricter.map(|hint| named(hint, watch.list())).collect())
}

fn named(hint: Hinted, list: &RegulatedList) -> TechnologyHint {
    let entry = list.entry(&hint.item);
    TechnologyHint {
        name: entry.map(|entry| (entry.name_vi.clone(), entry.name_en.clone())),
        item: Some(hint.item),
        class: hint.class,
        pointer: hint.pointer,
        found: hint.found,
    }
}

/// The technology as it stands in a dossier, without the codes of the list itself.
fn text(technology: &TechnologyDraft) -> Result<Value> {
    let words = TechnologyDraft {
        regulated_items: Vec::new(),
        ..technology.clone()
    };
    let words = serde_json::to_value(words).map_err(Error::internal)?;
    Ok(json!({"technology": words}))
}

/// What the listing says today from which a dossier was begun.
fn listing_class(
    conn: &mut AnyConn,
    dossier: &Dossier,
    list: &RegulatedList,
    now: Timestamp,
) -> Result<Option<RegulatoryClass>> {
    let Some(id) = dossier.listing else {
        return Ok(None);
    };
    match listings::find_at(conn, id, now) {
        Ok((listing, _)) => Ok(Some(list.judge(listing.regulation()))),
        Err(store::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Refuses what is told to be laxer than the list of now says of the entries that are named: of one that ended, what took its place.
pub(in crate::service::dossiers) fn check_declared(
    work: &mut Work<'_, '_>,
    dossier: &Dossier,
    errors: &mut FieldErrors,
) -> Result<()> {
    let declared = dossier.content.declared();
    if declared.items.is_empty() || declared.class.is_none() {
        return Ok(());
    }
    let watch = work.edition()?.watch(work.now);
    if watch.list().class_today(&declared.items) > declared.class {
        let with = "regulated_items";
        errors.add(STATUS, Violation::Conflicts { with });
    }
    Ok(())
}

/// Refuses to say yes to what the list forbids, or what is licensed and not registered; and where something hints at that and no officer
/// looked. Of what nothing hints at it is not asked: the screening is advised then.
pub(super) fn require(work: &mut Work<'_, '_>, dossier: &Dossier, event: &Event) -> Result<()> {
    if !event.needs_screening {
        return Ok(());
    }
    let known = known(work, dossier)?;
    let registers = matches!(event.issues, Some(Issues::Registration | Issues::Amendment));
    match known.class {
        Some(RegulatoryClass::Prohibited) => Err(Error::field(
            STATUS,
            LawFault::citing(&Violation::Prohibited, "Luật CGCN Đ.11, 12"),
        )),
        Some(RegulatoryClass::Restricted) if registers => Err(Error::field(STATUS, licensed_not_registered())),
        _ => strictest(&known).map_or(Ok(()), |hint| Err(unlooked(hint))),
    }
}

/// The strictest of what hints at something.
pub fn strictest(known: &Known) -> Option<&TechnologyHint> {
    known.hints.iter().max_by_key(|hint| hint.class)
}

/// What a hint says, in Vietnamese and in English.
pub fn words(hint: &TechnologyHint) -> (String, String) {
    let class = hint.class;
    let Some((vi, en)) = &hint.name else {
        return (
            format!(
                "Tin đăng mà hồ sơ lập từ đó ghi công nghệ thuộc nhóm {}.",
                class.name_vi()
            ),
            format!(
                "The listing from which the dossier was begun says of the technology: {}.",
                class.name_en()
            ),
        );
    };
    (
        format!(
            "Nội dung công nghệ giống mục “{vi}” của danh mục công nghệ ({}); nếu đúng thì phải khai mục đó.",
            class.name_vi()
        ),
        format!(
            "What is told of the technology resembles “{}” on the list of technologies ({}); if it is that, the entry is to be named.",
            en.as_ref().unwrap_or(vi),
            class.name_en()
        ),
    )
}

fn unlooked(hint: &TechnologyHint) -> Error {
    let (vi, en) = words(hint);
    Error::new(
        ErrorCode::ScreeningRequired,
        format!("{vi} Cán bộ phải đối chiếu danh mục trước (PUT …/screening)."),
        format!("{en} An officer holds it against the list first (PUT …/screening)."),
    )
}

/// What an officer says.
#[derive(Clone, Debug)]
pub struct Said {
    /// Codes of entries; none where the technology falls under none.
    pub items: Vec<String>,
    /// Words.
    pub note: Option<String>,
}

impl Said {
    /// The entries and the words; else all that is wrong with them.
    pub fn parse(&self, lists: &InForce) -> Result<(Vec<String>, Option<Prose<2_000>>)> {
        let mut errors = FieldErrors::default();
        let told = parse_regulation(&mut errors, None, &self.items, lists);
        let note = errors.keep_opt("/note", self.note.as_deref(), Prose::<2_000>::parse);
        errors.finish(Some((told.items, note))).map_err(Error::fields)
    }
}

/// Writes down what an officer found. What was proposed before is over with it.
pub fn screen(work: &mut Work<'_, '_>, caller: &Caller, (id, seen): (DossierId, i64), said: &Said) -> Result<Opened> {
    let now = work.now;
    let (actor, _, mut dossier) = found(work.conn(), caller, id, now)?;
    let permit = decide(&actor, Action::HandleDossier, &resource(&dossier))?;
    require_seen(&actor, &dossier, seen)?;
    let set = rules_of(work.conn(), &dossier, day_of(now))?;
    if dossier.closed_at.is_some() || set.rules.text.is_derived {
        return Err(refusals::not_screened(&set.rules, &dossier.standing.state));
    }
    let (items, note) = said.parse(&work.in_force()?)?;
    let before = state::of_dossier(&dossier)?;
    let declared = dossier.content.declared();
    let edition = work.edition()?;
    let watch = edition.watch(now);
    let list = watch.list();
    let class = declared.class.max(list.class_today(&declared.items));
    let screening = Screening {
        number: rows::last(work.conn(), id)?.map_or(1, |last| last.number + 1),
        after_event: dossier_rows::count_events(work.conn(), id)?,
        class: list.judge((class, &items)),
        items,
        note: note.map(Prose::into_string),
        officer: actor.account().ok_or(ErrorCode::Forbidden)?,
        edition: edition.number,
        entries_sha256: watch.entries_sha256().to_vec(),
        technology_sha256: fingerprint(&dossier.content)?,
        listing_class: listing_class(work.conn(), &dossier, list, now)?,
        at: now,
    };
    rows::insert(work.uow, &permit, id, &screening)?;
    proposals::drop_of(work.uow, &permit, id)?;
    dossier.updated_at = now;
    dossier_rows::update(work.uow, &permit, &mut dossier)?;
    let change = Change::between(before, state::of_dossier(&dossier)?);
    work.remember_change(&permit, Deed::DossierScreened, ("dossier", id.0), None, change)?;
    opened(work.conn(), &actor, dossier, now)
}

/// What officers found, oldest first: told with the history by whoever read that.
pub fn all(conn: &mut AnyConn, id: DossierId) -> Result<Vec<Screening>> {
    Ok(rows::of_dossier(conn, id)?)
}
