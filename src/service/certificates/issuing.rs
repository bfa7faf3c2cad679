//! Issuing: the number, the record, its signature, its document and what it brings about, all in the transaction of the
//! event, so that a number is never without its certificate nor the other way round.

use std::collections::BTreeMap;

use aws_lc_rs::rand;
use jiff::civil::Date;

use super::genuine::Genuine;
use super::titles::title_for;
use super::writing::{self, Heading};
use super::{approved, keys, replacing, sides, signing, succession};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::code::{self, VerificationCode};
use crate::domain::certificate::number::{PLAIN, counted_by, in_address, render};
use crate::domain::certificate::record::{CertificateRecord, RecordKind, RecordReplaced, Signer};
use crate::domain::certificate::{Certificate, Validity, validity};
use crate::domain::dossier::{Dossier, WorkingCopy, obligation};
use crate::domain::ids::{AccountId, CertificateId, DossierId};
use crate::domain::procedure::engine::{Standing, Step};
use crate::domain::procedure::{AuthorityDraft, Issues, Procedure, Side};
use crate::print::{self, PrintError};
use crate::service::audit::proof::SUBJECT;
use crate::service::audit::state;
use crate::service::context::Work;
use crate::service::dossiers::events::settle;
use crate::service::dossiers::{holding, receipt};
use crate::service::procedures::{self, RuleSet};
use crate::service::{Error, ErrorCode, Result};
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
use crate::store::certificates as rows;
use crate::store::{accounts, dossier_proposals as proposal_rows, dossiers as dossier_rows};

/// Who signs, and where certificates are verified.
#[derive(Clone, Copy, Debug)]
pub struct Signing<'a> {
    /// Who prepared it.
    pub prepared_by: AccountId,
    /// As what the signer signs; as the head of the authority when absent.
    pub signed_as: Option<&'a str>,
    /// The address at which people reach the exchange.
    pub public_url: &'a str,
}

fn new_code() -> Result<VerificationCode> {
    let mut random = [0_u8; code::LENGTH];
    rand::fill(&mut random).map_err(|_unspecified| Error::internal("no random numbers"))?;
    Ok(VerificationCode::of(random))
}

/// The first row whose conditions hold for what a dossier tells.
pub fn authority<'a>(rules: &'a Procedure, dossier: &Dossier) -> Option<&'a AuthorityDraft> {
    let (content, draft) = (&dossier.content, dossier.content.draft());
    let duty = obligation(content, None).map(|obligation| obligation.duty.as_str().to_owned());
    let holds = |condition: &Option<String>, said: &Option<String>| condition.is_none() || condition == said;
    let fits = |authority: &&AuthorityDraft| {
        let more = &authority.when;
        holds(&authority.form, &draft.form)
            && holds(&authority.direction, &draft.direction)
            && holds(&authority.decided_by, &draft.decided_by)
            && holds(&authority.duty, &duty)
            && more
                .iter()
                .all(|condition| content.tells(&condition.member, &condition.is))
    };
    rules.text.authorities.iter().find(fits)
}

/// That another authority is competent, with what says so.
fn elsewhere(authority: &AuthorityDraft) -> Error {
    let (vi, en, basis) = (&authority.name_vi, &authority.name_en, &authority.legal_basis);
    Error::new(
        ErrorCode::NotCompetent,
        format!("Thẩm quyền thuộc về {vi}, không nộp và không cấp ở đây ({basis})."),
        format!("{en} is competent; it is neither filed nor issued here ({basis})."),
    )
}

/// Refuses what comes before an authority that takes nothing here, and names that.
pub(crate) fn require_here(rules: &Procedure, dossier: &Dossier) -> Result<()> {
    let authority = authority(rules, dossier).ok_or_else(|| Error::internal("a rule set without an authority"))?;
    if rules.takes(authority) {
        Ok(())
    } else {
        Err(elsewhere(authority))
    }
}

/// The authority, and where it signs. Whose place the rule set does not tell issues elsewhere.
pub(crate) fn competent<'a>(rules: &'a Procedure, dossier: &Dossier) -> Result<(&'a AuthorityDraft, &'a str)> {
    let authority = authority(rules, dossier).ok_or_else(|| Error::internal("a rule set without an authority"))?;
    let place = authority.place.as_deref().filter(|_| !authority.is_elsewhere);
    Ok((authority, place.ok_or_else(|| elsewhere(authority))?))
}

/// What a dossier amends, in its order; empty of what amends nothing.
fn amended(
    work: &mut Work<'_, '_>,
    (dossier, set): (&Dossier, &RuleSet),
    issues: Issues,
    today: Date,
) -> Result<Genuine<Vec<Certificate>>> {
    if issues != Issues::Amendment {
        return Ok(Genuine::none());
    }
    let root = dossier.certificate.ok_or_else(of_none)?;
    let chain = Genuine::chain(work, root)?;
    let (first, last) = chain.first().zip(chain.last()).ok_or_else(of_none)?;
    // Who left by an amendment that was issued meanwhile agrees on nothing any more.
    let filer = holding::filer(work.conn(), dossier)?;
    if !holding::is_holder_still(dossier, filer.as_ref(), last) {
        return Err(of_another(last));
    }
    succession::require(work, (dossier, set), first, today)?;
    // That the contract ended while the authority had the dossier is not the filer's fault.
    let day = receipt::first_day(work.conn(), dossier)?.unwrap_or(today);
    match validity(&chain, 0, day) {
        Validity::Valid | Validity::Amended => Ok(chain),
        over @ (Validity::Expired | Validity::Superseded | Validity::Annulled) => Err(not_in_force(&chain, over)),
    }
}

/// Of what was handed in before there were certificates here.
fn of_none() -> Error {
    Error::new(
        ErrorCode::CertificateNotInForce,
        "Hồ sơ chưa gắn với Giấy chứng nhận, Giấy phép nào trong sổ; hãy yêu cầu sửa đổi để hồ sơ được nộp lại.",
        "The dossier is about no certificate of the register; ask for corrections, so that it is handed in again.",
    )
}

/// Of what holds for another party by now.
fn of_another(last: &Certificate) -> Error {
    let number = &last.record.number;
    Error::new(
        ErrorCode::CertificateNotInForce,
        format!(
            "Theo Giấy chứng nhận số {number}, người nộp hồ sơ không còn là bên của hợp đồng; hãy từ chối hồ sơ (Luật CGCN Đ.33.1)."
        ),
        format!(
            "By certificate {number} whoever filed is a party of the contract no more; refuse the dossier (Luật CGCN Đ.33.1)."
        ),
    )
}

/// Why a certificate cannot be amended.
pub(crate) fn not_in_force(chain: &[Certificate], over: Validity) -> Error {
    let (vi, en, basis) = over_words(chain, over);
    let (vi, en) = (format!("{vi} ({basis})."), format!("{en} ({basis})."));
    Error::new(ErrorCode::CertificateNotInForce, vi, en)
}

/// That a certificate holds no more, in both languages, and the article.
pub(crate) fn over_words(chain: &[Certificate], over: Validity) -> (String, String, &'static str) {
    let first = chain.first().map(|first| &first.record);
    let number = first.map(|first| first.number.as_str()).unwrap_or_default();
    let (vi, en) = over.name();
    let (paper, basis) = match first.map(|first| first.kind) {
        Some(RecordKind::Licence) => (("Giấy phép", "Licence"), "Luật CGCN Đ.30.6"),
        _ => (("Giấy chứng nhận", "Certificate"), "Luật CGCN Đ.33.1"),
    };
    // What annuls both.
    let basis = if over == Validity::Annulled {
        "Luật CGCN Đ.32.2"
    } else {
        basis
    };
    let words = (
        format!("{} số {number}: {vi}", paper.0),
        format!("{} {number}: {en}", paper.1),
    );
    (words.0, words.1, basis)
}

/// The document; a letter that no font has is told to whoever can have it corrected.
pub(super) fn printed(record: &CertificateRecord, attachment: &[u8]) -> Result<Vec<u8>> {
    let paper = match record.kind {
        RecordKind::Licence => ("Giấy phép", "licence"),
        RecordKind::Registration | RecordKind::Amendment => ("Giấy chứng nhận", "certificate"),
    };
    print::certificate(record, attachment).map_err(|error| match error {
        PrintError::Letter(letter) => Error::new(
            ErrorCode::NotPrintable,
            format!(
                "Không in được ký tự “{letter}” lên {}; hãy yêu cầu ghi bằng chữ La-tinh.",
                paper.0
            ),
            format!(
                "The letter \u{201c}{letter}\u{201d} cannot be printed on a {}; have it written in Latin letters.",
                paper.1
            ),
        ),
        other => Error::internal(other),
    })
}

/// What would be issued, as it would read, before there is a number: for who prepares and who signs.
pub fn draft(work: &mut Work<'_, '_>, dossier: &Dossier, set: &RuleSet, issues: Issues) -> Result<CertificateRecord> {
    let today = day_of(work.now);
    let present = succession::rules_for(work, (dossier, set), today)?;
    let (authority, place) = competent(&present.rules, dossier)?;
    let chain = amended(work, (dossier, set), issues, today)?;
    let replaced = replacing::replaced(work, (dossier, set), issues, today)?;
    let heading = Heading {
        kind: issues.into(),
        approval: approved::of(work, dossier, issues.into())?,
        replaces: replaced.as_ref().map(|licence| RecordReplaced::of(licence)),
        number: "…".to_owned(),
        authority,
        place: place.to_owned(),
        issued_on: today,
        signer: Signer {
            name: "…".to_owned(),
            title: "…".to_owned(),
        },
        verify_at: "…".to_owned(),
    };
    let lists = work.in_force()?;
    let record = writing::record(heading, dossier, &set.rules, &chain, lists.lists())?;
    printed(&record, b"{}")?;
    Ok(record)
}

/// What of a draft must not change until it is signed: all but the day.
pub fn fingerprint(record: &CertificateRecord) -> Result<Vec<u8>> {
    let undated = CertificateRecord {
        issued_on: Date::constant(1970, 1, 1),
        ..record.clone()
    };
    Ok(sha256(signing::payload(&undated)?.as_bytes()).to_vec())
}

/// The next number of a series; one that was entered from paper is passed over.
fn next_number(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (authority, series): (&AuthorityDraft, &str),
    today: Date,
) -> Result<String> {
    let template = authority.number_template.as_deref().unwrap_or(PLAIN);
    loop {
        let year = counted_by(template, today.year());
        let seq = dossier_rows::next_number(work.uow, permit, series, year)?;
        let number = render(template, &authority.code, today.year(), seq);
        let taken = rows::find_by_number(work.conn(), &number)?;
        if !taken.iter().any(|one| one.record.issuer.code == authority.code) {
            return Ok(number);
        }
    }
}

/// Issues what an event of a dossier issues.
pub fn issue(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    dossier: &mut Dossier,
    (set, issues): (&RuleSet, Issues),
    signing: Signing<'_>,
) -> Result<()> {
    let today = day_of(work.now);
    let present = succession::rules_for(work, (&*dossier, set), today)?;
    let (authority, place) = competent(&present.rules, dossier)?;
    let chain = amended(work, (&*dossier, set), issues, today)?;
    let replaced = replacing::replaced(work, (&*dossier, set), issues, today)?;
    let kind = RecordKind::from(issues);
    let series = format!("{}:{}", authority.code, kind.as_str());
    let number = next_number(work, permit, (authority, &series), today)?;
    failpoint!("certificates.number.given", Error::busy);
    let code = new_code()?;
    let signer = permit
        .actor()
        .account()
        .ok_or_else(|| Error::internal("nobody signs"))?;
    let account = accounts::find(work.conn(), signer)?;
    let heading = Heading {
        kind,
        approval: approved::of(work, dossier, kind)?,
        replaces: replaced.as_ref().map(|licence| RecordReplaced::of(licence)),
        verify_at: format!(
            "{}/verify/{}/{}",
            signing.public_url,
            in_address(&number),
            code.as_str()
        ),
        number,
        authority,
        place: place.to_owned(),
        issued_on: today,
        signer: Signer {
            name: account.display_name.into_string(),
            title: title_for(signing.signed_as, authority)?,
        },
    };
    let lists = work.in_force()?;
    let record = writing::record(heading, dossier, &set.rules, &chain, lists.lists())?;
    let (kid, key) = keys::signing(work)?;
    let jws = signing::sign(&record, &kid, &key)?;
    failpoint!("certificates.signed", Error::busy);
    let file = signing::file(&record, &jws)?;
    let document = printed(&record, &file)?;
    let root = chain.first().map(|first| first.id);
    let before = chain.last().map(|last| &last.record);
    let (enterprise, counterparty) = sides::of_record(work.conn(), dossier, &record, before)?;
    let mut certificate = Certificate {
        id: CertificateId(work.next_id()),
        root,
        position: chain.last().map_or(0, |last| last.position + 1),
        dossier: Some(dossier.id),
        case: None,
        enterprise,
        counterparty,
        expires_on: record.contract.ends_on,
        record,
        code: Some(code.as_str().to_owned()),
        jws: Some(jws),
        annulled_on: None,
        replaced_by: None,
        commune: dossier.commune().to_owned(),
        prepared_by: Some(signing.prepared_by),
        signed_by: Some(signer),
        created_at: work.now,
    };
    bring_about(work, permit, (dossier, &mut certificate), (issues, chain.as_slice()))?;
    rows::insert(work.uow, permit, &certificate)?;
    failpoint!("certificates.inserted", Error::busy);
    rows::insert_document(work.uow, permit, certificate.id, &sha256(&document), &document)?;
    if let Some(before) = replaced {
        replacing::end(work, permit, before.into_inner(), certificate.id)?;
    }
    if root.is_none() {
        dossier.certificate = Some(certificate.id);
    }
    let change = Change::made(state::of_certificate(&certificate)?);
    work.remember_change(
        permit,
        Deed::CertificateIssued,
        ("certificate", certificate.id.0),
        None,
        change,
    )?;
    let subject = (SUBJECT, certificate.id.0);
    work.remember_openly(Deed::CertificateRecorded, subject, sha256(&file))
}

/// What a certificate brings about elsewhere: a case of its own, or an event of the case of the one that it amends.
pub(super) fn bring_about(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (dossier, certificate): (&Dossier, &mut Certificate),
    (issues, chain): (Issues, &[Certificate]),
) -> Result<()> {
    let case = chain.first().and_then(|root| root.case);
    if let Some((case, last)) = case.zip(chain.last()) {
        let given = certificate.expires_on;
        let follow = |case: &mut Dossier| sides::follow(case, &last.record, (dossier, &*certificate));
        return go_on(work, permit, case, (issues, given), follow);
    }
    let days = (certificate.record.issued_on, day_of(work.now));
    for set in procedures::cases_first(work.conn())? {
        // By the rules of its day, not by those of some day to come.
        let Some(set) = procedures::of_day(work.conn(), &set.code, days)? else {
            continue;
        };
        let opening = set.rules.coming_of(issues).filter(|event| event.from.is_empty());
        if let Some(event) = opening.filter(|_| set.rules.text.is_derived) {
            let code = event.code.clone();
            certificate.case = Some(open_case(work, permit, (dossier, certificate), (&set, &code))?);
            return Ok(());
        }
    }
    Ok(())
}

/// What a certificate brings about in the case of the one that it amends, or the dossier of the one that it replaces, by the
/// rules of that. What was proposed there is over.
pub(super) fn go_on(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    case: DossierId,
    (issues, given): (Issues, Option<Date>),
    follow: impl FnOnce(&mut Dossier),
) -> Result<()> {
    let mut case = dossier_rows::find(work.conn(), case)?;
    let set = procedures::version(work.conn(), &case.procedure, case.rule_version.unwrap_or_default())?;
    let Some(code) = set.rules.coming_of(issues).map(|event| event.code.clone()) else {
        return Ok(());
    };
    let before = state::of_dossier(&case)?;
    follow(&mut case);
    settle(work, permit, &mut case, &set, Some((&code, given, issues)))?;
    proposal_rows::delete(work.uow, permit, case.id)?;
    dossier_rows::update(work.uow, permit, &mut case)?;
    let change = Change::between(before, state::of_dossier(&case)?);
    work.remember_change(permit, Deed::DossierEventTaken, ("dossier", case.id.0), None, change)
}

fn open_case(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    (dossier, certificate): (&Dossier, &Certificate),
    (set, event): (&RuleSet, &str),
) -> Result<DossierId> {
    let (now, today) = (work.now, day_of(work.now));
    let series = format!("HS-{}", set.code);
    let number = dossier_rows::next_number(work.uow, permit, &series, today.year())?;
    let mut case = Dossier {
        id: DossierId(work.next_id()),
        procedure: set.code.clone(),
        rule_version: Some(set.version),
        enterprise: certificate.enterprise,
        counterparty: certificate.counterparty,
        // Whose holder is not on the exchange is done for by officers.
        is_paper: certificate.enterprise.is_none() || dossier.is_paper,
        number: Some(format!("{series}-{}-{number:05}", today.year())),
        follows: certificate.dossier,
        certificate: None,
        standing: Standing {
            state: String::new(),
            marks: BTreeMap::new(),
            done: BTreeMap::new(),
        },
        handler: permit.actor().account(),
        handed_in_at: Some(now),
        due_at: None,
        closed_at: None,
        created_by: permit.actor().account(),
        created_at: now,
        updated_at: now,
        version: 1,
        working: WorkingCopy::default(),
        ..dossier.clone()
    };
    dossier_rows::insert(work.uow, permit, &case)?;
    let issues = certificate.record.kind.issues();
    settle(
        work,
        permit,
        &mut case,
        set,
        Some((event, certificate.expires_on, issues)),
    )?;
    dossier_rows::update(work.uow, permit, &mut case)?;
    let change = Change::made(state::of_dossier(&case)?);
    work.remember_change(permit, Deed::DossierOpened, ("dossier", case.id.0), None, change)?;
    Ok(case.id)
}

/// What would be annulled, by whoever may.
pub fn annulled(work: &mut Work<'_, '_>, dossier: &Dossier, set: &RuleSet) -> Result<Genuine<Certificate>> {
    let certificate = match rows::find_by_case(work.conn(), dossier.id)? {
        Some(certificate) => certificate,
        None => rows::find_by_dossier(work.conn(), dossier.id)?.ok_or_else(of_none)?,
    };
    let today = day_of(work.now);
    // Whose it is to annul is what was signed.
    let certificate = Genuine::one(work, certificate)?;
    succession::require(work, (dossier, set), &certificate, today)?;
    Ok(certificate)
}

/// Annuls what a dossier issued, or whose life it follows.
pub fn annul(work: &mut Work<'_, '_>, permit: &Permit, dossier: &Dossier, set: &RuleSet) -> Result<()> {
    let today = day_of(work.now);
    let certificate = annulled(work, dossier, set)?;
    rows::annul(work.uow, permit, certificate.id, today)?;
    failpoint!("certificates.annulled", Error::busy);
    let before = state::of_certificate(&certificate)?;
    let annulled = Certificate {
        annulled_on: Some(today),
        ..certificate.into_inner()
    };
    let change = Change::between(before, state::of_certificate(&annulled)?);
    let subject = ("certificate", annulled.id.0);
    work.remember_change(permit, Deed::CertificateAnnulled, subject, None, change)
}

/// A step without a side, of what the exchange does by itself or what a certificate brings about.
pub(crate) fn derived_step<'a>(
    rules: &Procedure,
    event: &'a str,
    given: Option<Date>,
    comes_of: Option<Issues>,
    group: Option<&'a str>,
) -> Step<'a> {
    Step {
        event,
        side: rules.event(event).map_or(Side::Officer, |event| event.actor.side()),
        given,
        ground: None,
        has_note: false,
        group,
        comes_of,
    }
}
