//! Files of dossiers' papers: sent by whoever files, read by whoever reads the dossier, and kept as evidence from the moment
//! that it is handed in.

use jiff::Timestamp;

use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::audit::Deed;
use crate::domain::calendar::{day_of, midnight};
use crate::domain::dossier::{Dossier, DossierContent, DossierFile, MAX_DOSSIER_BYTES, MAX_DOSSIER_FILES, NewPaper};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::{DossierFileId, DossierId, EnterpriseId};
use crate::domain::procedure::{Event, Procedure};
use crate::service::audit::state;
use crate::service::context::{Caller, Work};
use crate::service::dossiers::handling::refusals;
use crate::service::dossiers::{found, reading, remember_reading, resource, rules_of, writes};
use crate::service::files::{FileRules, Prepared, reached, require_bytes_left, require_kept};
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::{AnyConn, dossier_consultations as consultations, dossier_files as rows, files};

/// A file, and whether the dossier's content names it now.
pub type Listed = (DossierFile, bool);

/// The subject of its rows in the trail.
const SUBJECT: &str = "dossier_file";

/// A dossier whose papers the caller may change now.
fn open(
    conn: &mut AnyConn,
    caller: &Caller,
    id: DossierId,
    new: Option<&NewPaper>,
    now: Timestamp,
) -> Result<(Permit, Dossier)> {
    let (actor, _, dossier) = found(conn, caller, id, now)?;
    let permit = decide(&actor, Action::EditDossier, &resource(&dossier))?;
    let set = rules_of(conn, &dossier, day_of(now))?;
    if !dossier.is_editable(&set.rules) && !awaits(&dossier, &set.rules, new) {
        return Err(refusals::no_papers(&set.rules, &dossier, new));
    }
    if new.is_some_and(|new| !new.suits(&set.rules)) {
        return Err(Error::field("document", Violation::Malformed { what: "rule_document" }));
    }
    Ok((permit, dossier))
}

/// Whether something can be done with a dossier that comes with papers, or with such a one.
fn awaits(dossier: &Dossier, rules: &Procedure, new: Option<&NewPaper>) -> bool {
    let awaited = dossier.awaited_papers(rules);
    match new {
        Some(new) => awaited.contains(&new.document.as_str()),
        None => !awaited.is_empty(),
    }
}

/// Whether somebody who reads a dossier is shown a file: whoever files all of them, others what was handed in, the other party
/// of the contract what was handed in with it. Who takes its place later has not filed that. Answers of those whom the Department asked are
/// for officers only (Luật CGCN Đ.20), and so is what officers keep beside the papers of what nobody files.
fn shows(actor: &Actor, (dossier, rules): (&Dossier, &Procedure), file: &DossierFile) -> bool {
    let is_officer = matches!(actor, Actor::Officer { .. });
    let is_officers = file.is_confidential || rules.is_entered() && !dossier.content.names_file(file);
    if is_officers && !is_officer {
        return false;
    }
    let is_evidence = file.handed_in_at.is_some();
    let own = actor.enterprise().map(|(enterprise, _)| enterprise);
    let is_shown_all = is_officer || own.is_some() && own == dossier.enterprise;
    writes(actor, dossier) || is_evidence && (is_shown_all || own.is_some() && own == file.filed_with)
}

/// What an enterprise files counts among what it may keep; what officers enter does not.
fn require_room(conn: &mut AnyConn, rules: FileRules, dossier: &Dossier, more: i64, now: Timestamp) -> Result<()> {
    let kept = rows::of_dossier(conn, dossier.id)?;
    if kept.len() >= MAX_DOSSIER_FILES {
        return Err(reached(
            format!("Mỗi hồ sơ có tối đa {MAX_DOSSIER_FILES} tệp."),
            format!("A dossier has at most {MAX_DOSSIER_FILES} files."),
        ));
    }
    let bytes = kept
        .iter()
        .fold(more, |sum, file| sum.saturating_add(file.content.size));
    if bytes > MAX_DOSSIER_BYTES {
        let most = MAX_DOSSIER_BYTES >> 20;
        return Err(reached(
            format!("Các tệp của mỗi hồ sơ có tối đa {most} MiB; hãy bỏ bớt tệp chưa nộp hoặc nộp bản giấy tại quầy."),
            format!(
                "The files of a dossier have at most {most} MiB; remove some that were not handed in, or bring the paper to the \
                 counter."
            ),
        ));
    }
    match dossier.enterprise.filter(|_| !dossier.is_paper) {
        Some(enterprise) => {
            if dossier.handed_in_at.is_none() {
                require_few_given_up(conn, rules, enterprise, more, now)?;
            }
            require_bytes_left(conn, rules, enterprise, more)
        }
        None => Ok(()),
    }
}

/// What was handed in stays for ever, whatever came of it: whoever hands in and withdraws again and again would fill the store. What
/// the authority asks for in addition is always taken.
fn require_few_given_up(
    conn: &mut AnyConn,
    rules: FileRules,
    enterprise: EnterpriseId,
    more: i64,
    now: Timestamp,
) -> Result<()> {
    let new_year = midnight(day_of(now).first_of_year());
    if files::bytes_of_ended_dossiers(conn, enterprise, new_year)?.saturating_add(more) > rules.bytes_of_ended_dossiers
    {
        let most = rules.bytes_of_ended_dossiers >> 20;
        return Err(reached(
            format!(
                "Giấy tờ đã nộp của các hồ sơ kết thúc trong năm nay mà không được cấp giấy có tối đa {most} MiB; hồ sơ đã nộp vẫn \
                 bổ sung được."
            ),
            format!(
                "What was handed in with dossiers that ended this year without a certificate has at most {most} MiB; dossiers that \
                 were handed in are supplemented all the same."
            ),
        ));
    }
    Ok(())
}

/// Asks before anything is read whether the caller may send one.
pub fn may_add(
    conn: &mut AnyConn,
    caller: &Caller,
    rules: FileRules,
    (id, new): (DossierId, &NewPaper),
    now: Timestamp,
) -> Result<()> {
    let (_, dossier) = open(conn, caller, id, Some(new), now)?;
    require_room(conn, rules, &dossier, 0, now)
}

/// Adds a file to a dossier's papers.
pub fn add(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    rules: FileRules,
    (id, new): (DossierId, &NewPaper),
    prepared: &Prepared,
) -> Result<DossierFile> {
    let now = work.now;
    let (permit, dossier) = open(work.conn(), caller, id, Some(new), now)?;
    require_room(work.conn(), rules, &dossier, prepared.content.size, now)?;
    let file = DossierFile {
        id: DossierFileId(work.next_id()),
        dossier: id,
        paper: new.clone(),
        content: (&prepared.content).into(),
        pages: prepared.pages,
        handed_in_at: None,
        filed_with: None,
        is_confidential: false,
        added_by: permit.actor().account(),
        created_at: now,
    };
    rows::insert(work.uow, &permit, &file)?;
    require_kept(work.conn(), prepared.put_at, [&file.content.digest])?;
    let made = Change::made(state::of_dossier_file(&file)?);
    work.remember_change(&permit, Deed::DossierFileAdded, (SUBJECT, file.id.0), None, made)?;
    Ok(file)
}

/// The files of a dossier. A reading of it, too.
pub fn list(work: &mut Work<'_, '_>, caller: &Caller, id: DossierId) -> Result<Vec<Listed>> {
    let now = work.now;
    let (actor, permit, dossier) = found(work.conn(), caller, id, now)?;
    remember_reading(work, &actor, &permit, &dossier)?;
    let set = rules_of(work.conn(), &dossier, day_of(now))?;
    let content = if writes(&actor, &dossier) {
        dossier.written()
    } else {
        &dossier.content
    };
    let named = content.named_files();
    let files = rows::of_dossier(work.conn(), id)?.into_iter();
    let files = files.filter(|file| shows(&actor, (&dossier, &set.rules), file));
    let listed = files.map(|file| {
        let is_named = named.contains(file.id.to_string().as_str());
        (file, is_named)
    });
    Ok(listed.collect())
}

/// One that the caller may read, with its dossier.
fn shown(
    conn: &mut AnyConn,
    caller: &Caller,
    (id, file): (DossierId, DossierFileId),
    now: Timestamp,
) -> Result<(Actor, Permit, Dossier, DossierFile)> {
    let (actor, permit, dossier) = found(conn, caller, id, now)?;
    let file = rows::find(conn, id, file)?;
    let set = rules_of(conn, &dossier, day_of(now))?;
    if !shows(&actor, (&dossier, &set.rules), &file) {
        return Err(ErrorCode::NotFound.into());
    }
    Ok((actor, permit, dossier, file))
}

/// Looks one up, and whether it is remembered that the caller reads it.
pub fn look(
    conn: &mut AnyConn,
    caller: &Caller,
    place: (DossierId, DossierFileId),
    now: Timestamp,
) -> Result<(DossierFile, bool)> {
    let (actor, _, dossier, file) = shown(conn, caller, place, now)?;
    let is_remembered = reading(&actor, &dossier).is_some();
    Ok((file, is_remembered))
}

/// Reads one. What officers and the other party read is remembered, of the dossier and file by file.
pub fn read(work: &mut Work<'_, '_>, caller: &Caller, place: (DossierId, DossierFileId)) -> Result<DossierFile> {
    let now = work.now;
    let (actor, permit, dossier, file) = shown(work.conn(), caller, place, now)?;
    if reading(&actor, &dossier).is_some() {
        remember_reading(work, &actor, &permit, &dossier)?;
        work.remember(&permit, Deed::DossierFileRead, SUBJECT, file.id.0, None)?;
    }
    Ok(file)
}

/// Removes one that was not handed in and that the content does not name.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller, (id, file): (DossierId, DossierFileId)) -> Result<()> {
    let now = work.now;
    let (permit, dossier) = open(work.conn(), caller, id, None, now)?;
    let file = rows::find(work.conn(), id, file)?;
    if file.handed_in_at.is_some() {
        return Err(Error::new(
            ErrorCode::DossierWrongState,
            "Tệp đã nộp là chứng cứ nên không xóa được; hãy gửi bản mới và nêu bản đó trong hồ sơ.".to_owned(),
            "The file was handed in and is evidence: it stays. Send a new one and name that in the dossier.".to_owned(),
        ));
    }
    if consultations::names_file(work.conn(), id, file.id)? {
        return Err(Error::new(
            ErrorCode::FileInUse,
            "Tệp là văn bản trả lời của cơ quan được lấy ý kiến; hãy bỏ `file` ở đó trước.".to_owned(),
            "The file is the answer of somebody who was asked; take `file` away there first.".to_owned(),
        ));
    }
    if dossier.written().names_file(&file) {
        return Err(Error::new(
            ErrorCode::FileInUse,
            "Tệp đang được nêu trong hồ sơ; hãy bỏ `file` ở giấy tờ đó trước.".to_owned(),
            "The dossier names the file as one of its papers; take `file` away there first.".to_owned(),
        ));
    }
    drop_file(work, &permit, &file)
}

fn drop_file(work: &mut Work<'_, '_>, permit: &Permit, file: &DossierFile) -> Result<()> {
    rows::remove(work.uow, permit, file.id)?;
    let change = Change::between(state::of_dossier_file(file)?, state::of_removed_dossier_file(file)?);
    work.remember_change(permit, Deed::DossierFileRemoved, (SUBJECT, file.id.0), None, change)
}

/// What a dossier says, with the digests of the files that it names, or what does not agree with these.
pub(in crate::service::dossiers) fn agreed(
    conn: &mut AnyConn,
    (id, is_paper): (DossierId, bool),
    content: DossierContent,
) -> Result<std::result::Result<DossierContent, Vec<FieldError>>> {
    let names_some = !content.named_files().is_empty();
    let files = if names_some {
        rows::of_dossier(conn, id)?
    } else {
        Vec::new()
    };
    Ok(content.agreed(&files, is_paper))
}

/// What comes with an event becomes evidence, and stays whatever comes of the dossier. Where that comes to its end, what was
/// never handed in is nobody's evidence and goes.
pub(in crate::service::dossiers) fn keep(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    dossier: &Dossier,
    (rules, event): (&Procedure, &Event),
) -> Result<()> {
    let now = work.now;
    let all = rows::of_dossier(work.conn(), dossier.id)?;
    let (new, rest): (Vec<&DossierFile>, Vec<&DossierFile>) = all
        .iter()
        .filter(|file| file.handed_in_at.is_none())
        .partition(|file| file.comes_with(event, rules, &dossier.content));
    if !new.is_empty() {
        let ids: Vec<DossierFileId> = new.iter().map(|file| file.id).collect();
        let before = state::of_evidence(dossier.id, &all)?;
        rows::hand_in(work.uow, permit, &ids, (dossier.counterparty, now))?;
        let after = state::of_evidence(dossier.id, &rows::of_dossier(work.conn(), dossier.id)?)?;
        let (subject, change) = (("dossier", dossier.id.0), Change::between(before, after));
        work.remember_change(permit, Deed::DossierFilesHandedIn, subject, None, change)?;
    }
    if event.hands_in {
        file_again(work, permit, dossier, &all)?;
    }
    if rules.is_final(&dossier.standing.state) {
        for file in rest {
            drop_file(work, permit, file)?;
        }
    }
    Ok(())
}

/// What is handed in again and still named is filed with whoever is the other party now: that one sees the dossier that names
/// it. What is named no more stays whose it was.
fn file_again(work: &mut Work<'_, '_>, permit: &Permit, dossier: &Dossier, all: &[DossierFile]) -> Result<()> {
    let named = dossier.content.named_files();
    let again: Vec<DossierFileId> = all
        .iter()
        .filter(|file| file.handed_in_at.is_some() && file.filed_with != dossier.counterparty)
        .map(|file| file.id)
        .filter(|id| named.contains(id.to_string().as_str()))
        .collect();
    if again.is_empty() {
        return Ok(());
    }
    rows::file_with(work.uow, permit, &again, dossier.counterparty)?;
    Ok(())
}
