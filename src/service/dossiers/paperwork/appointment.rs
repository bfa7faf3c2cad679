//! The receipt of a dossier with the day of its result (giấy tiếp nhận hồ sơ và hẹn trả kết quả, NĐ 61/2018/NĐ-CP, NĐ 118/2025/NĐ-CP): what was
//! handed in last, by whom and when, who handles it, and until when it is decided. What it tells is of the moment in which it is read.

use jiff::civil::Date;

use crate::domain::calendar::{Calendar, day_of};
use crate::domain::certificate::names::InVietnamese as _;
use crate::domain::dossier::{AttachmentDraft, DossierContent, DossierEvent, PaperForm};
use crate::domain::ids::DossierId;
use crate::domain::procedure::{AuthorityDraft, Event, ProcedureDraft, Side, engine};
pub use crate::print::NoDay;
use crate::print::{self, PrintError, Receipt, ReceivedPaper};
use crate::service::certificates::succession;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::amendment::amending;
use crate::service::dossiers::handling::refusals;
use crate::service::dossiers::{Opened, read as read_dossier};
use crate::service::{Error, ErrorCode, Result, procedures};
use crate::store::{AnyConn, accounts, dossiers as rows, enterprises};

/// Most events that are looked through.
const MOST: i64 = 1_000;

/// What a receipt tells.
#[derive(Clone, Debug)]
pub struct Appointment {
    /// The dossier, as the caller reads it.
    pub opened: Opened,
    /// What was handed in.
    pub content: DossierContent,
    /// The handing in.
    pub handed_in: DossierEvent,
    /// Who handed it in.
    pub handed_in_by: Option<String>,
    /// The officer who handles it, or entered it; nobody before somebody does.
    pub officer: Option<String>,
    /// The authority before which it comes.
    pub authority: Option<AuthorityDraft>,
    /// Until when it is decided, or why nobody can say.
    pub result_due_on: std::result::Result<Date, NoDay>,
    /// The day that was promised in the last apology for missing that one.
    pub promised_on: Option<Date>,
}

/// Reads the receipt of what was handed in last: for whoever reads the dossier. A reading of it, too.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, id: DossierId) -> Result<Appointment> {
    let opened = read_dossier(work, caller, id)?;
    let rules = &opened.set.rules;
    let events = rows::events(work.conn(), id, 0, MOST)?;
    let calendar = work.calendar()?;
    let result_due_on = result_due(&opened, &calendar.calendar);
    let promised_on = result_due_on
        .ok()
        .and_then(|_due_on| promised(&opened, &events, &calendar.calendar));
    let hands_in = |event: &DossierEvent| rules.event(&event.event).is_some_and(|known| known.hands_in);
    let Some(handed_in) = events.into_iter().rev().find(hands_in) else {
        return Err(refusals::not_received(rules, &opened.dossier.standing.state));
    };
    let content = opened.handed_in.as_ref().unwrap_or(&opened.dossier.content).clone();
    let entered_by = opened.dossier.created_by.filter(|_| opened.dossier.is_paper);
    let officer = match opened.dossier.handler.or(entered_by) {
        Some(officer) => Some(accounts::find(work.conn(), officer)?.display_name.to_string()),
        None => None,
    };
    let authority = match succession::before_whom(work, &opened)? {
        Some(authority) => Some(seated(work.conn(), authority)?),
        None => None,
    };
    Ok(Appointment {
        handed_in_by: handed_in_by(work.conn(), &opened, &content)?,
        authority,
        result_due_on,
        promised_on,
        content,
        handed_in,
        officer,
        opened,
    })
}

/// An authority with its place and the body above it. Rules of what it issues tell both, and those of what it only answers need not.
fn seated(conn: &mut AnyConn, mut authority: AuthorityDraft) -> Result<AuthorityDraft> {
    if authority.place.is_some() {
        return Ok(authority);
    }
    let sets = procedures::all(conn)?.into_iter();
    let mut known = sets.flat_map(|set| set.rules.text.authorities);
    let is_it = |other: &AuthorityDraft| other.code == authority.code && other.place.is_some();
    if let Some(other) = known.find(is_it) {
        authority.superior_vi = authority.superior_vi.or(other.superior_vi);
        authority.place = other.place;
    }
    Ok(authority)
}

/// What people call a paper, in Vietnamese and English: by its title, else by the rules.
pub fn name_of<'a>(paper: &'a AttachmentDraft, rules: &'a ProcedureDraft) -> Option<(&'a str, &'a str)> {
    let title = paper.title.as_deref();
    title.map(|title| (title, title)).or_else(|| ruled(paper, rules))
}

/// What the rules call it.
fn ruled<'a>(paper: &AttachmentDraft, rules: &'a ProcedureDraft) -> Option<(&'a str, &'a str)> {
    let mut known = rules.documents.iter();
    let known = known.find(|known| Some(&known.code) == paper.document.as_ref())?;
    Some((known.name_vi.as_str(), known.name_en.as_str()))
}

/// A receipt as a document (PDF): what the same tells has the same bytes.
pub fn document(told: &Appointment) -> Result<Vec<u8>> {
    print::receipt(&printed(told)).map_err(|error| match error {
        PrintError::Letter(letter) => Error::new(
            ErrorCode::NotPrintable,
            format!("Không in được ký tự “{letter}” lên giấy tiếp nhận; hãy ghi tên bằng chữ La-tinh."),
            format!(
                "The letter \u{201c}{letter}\u{201d} cannot be printed on a receipt; write names in Latin letters."
            ),
        ),
        other => Error::internal(other),
    })
}

fn is_printable(text: &str) -> bool {
    print::unprintable([text]).iter().all(Option::is_none)
}

/// What stands on it.
fn printed(told: &Appointment) -> Receipt {
    let (dossier, rules) = (&told.opened.dossier, &told.opened.set.rules);
    let authority = told.authority.as_ref();
    let state = &dossier.standing.state;
    let entered_on = day_of(told.handed_in.at);
    let papers = told.content.draft().attachments.iter().map(|paper| {
        // A title that no font here has keeps nobody from the receipt: it is called as the rules do.
        let names = [paper.title.as_deref(), ruled(paper, &rules.text).map(|(vi, _en)| vi)];
        let name = names.into_iter().flatten().find(|name| is_printable(name));
        let form = paper.form.as_deref().and_then(|form| form.parse::<PaperForm>().ok());
        ReceivedPaper {
            name: name.unwrap_or("Giấy tờ khác").to_owned(),
            form: form.map(|form| form.in_vietnamese()),
            pages: paper.pages,
        }
    });
    Receipt {
        superior: authority.and_then(|authority| authority.superior_vi.clone()),
        authority: authority.map_or_else(
            || "Bộ phận tiếp nhận và trả kết quả".to_owned(),
            |authority| authority.name_vi.clone(),
        ),
        place: authority.and_then(|authority| authority.place.clone()),
        number: dossier.number.clone().unwrap_or_default(),
        procedure: rules.text.name_vi.clone(),
        handed_in_by: told.handed_in_by.clone(),
        received_on: told.handed_in.received_on.unwrap_or(entered_on),
        entered_on,
        papers: papers.collect(),
        // Nor does a name of an officer: whose it is, is told on the exchange.
        officer: told.officer.clone().filter(|name| is_printable(name)),
        fee: told.opened.fee(),
        state: rules
            .state(state)
            .map_or_else(|| state.clone(), |known| known.name_vi.clone()),
        result_due_on: told.result_due_on,
        promised_on: told.promised_on,
    }
}

/// Who handed it in: the enterprise, of a paper the party that files, of an opinion who asks for it.
fn handed_in_by(conn: &mut AnyConn, opened: &Opened, content: &DossierContent) -> Result<Option<String>> {
    let (dossier, draft) = (&opened.dossier, content.draft());
    if !opened.set.rules.is_filed() {
        return Ok(draft.project.requesting_body.clone());
    }
    if let Some(enterprise) = dossier.enterprise {
        let enterprise = enterprises::find(conn, enterprise)?;
        return Ok(Some(enterprise.profile.legal_name.to_string()));
    }
    Ok(match amending::files_as(conn, dossier)? {
        "transferor" => draft.transferor.name.clone(),
        _ => draft.transferee.name.clone(),
    })
}

/// The day that was promised last, as far as that was for the term that runs now: an apology for another one was written before this one was
/// over.
fn promised(opened: &Opened, events: &[DossierEvent], calendar: &Calendar) -> Option<Date> {
    let (rules, standing) = (&opened.set.rules, &opened.dossier.standing);
    let last = events.iter().rev().find(|event| event.promised_on.is_some())?;
    let due_on = engine::last_day(rules.event(&last.event)?, standing, opened.dossier.group(), calendar)?;
    last.promised_on.filter(|_day| day_of(last.at) > due_on)
}

/// The earliest end of the terms of what decides a dossier, as far as those run; they do not while more is waited for.
fn result_due(opened: &Opened, calendar: &Calendar) -> std::result::Result<Date, NoDay> {
    let (rules, standing) = (&opened.set.rules, &opened.dossier.standing);
    let is_open = |state: &str| {
        let known = rules.state(state);
        known.is_some_and(|known| !known.is_final && !known.is_decided)
    };
    if !is_open(&standing.state) {
        return Err(NoDay::Decided);
    }
    let is_filers = |event: &Event| event.hands_in && event.actor.side() == Side::Filer;
    let mut leads = rules.events.iter().flat_map(|event| &event.to_on_ground);
    if engine::possible(rules, standing).any(is_filers) || leads.any(|lead| lead.to == standing.state) {
        return Err(NoDay::Awaited);
    }
    let decides = |event: &&Event| {
        let is_officers = event.actor.side() == Side::Officer && !event.only_after_term;
        is_officers && !is_open(&event.to) && event.from.iter().any(|state| is_open(state))
    };
    let decisions = rules.events.iter().filter(decides);
    let days = decisions.filter_map(|event| engine::last_day(event, standing, opened.dossier.group(), calendar));
    days.min().ok_or(NoDay::NoTerm)
}
