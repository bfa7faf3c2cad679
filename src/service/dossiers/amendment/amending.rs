//! What an amendment may say (gia hạn, sửa đổi, bổ sung, Luật CGCN Đ.33): whatever it tells otherwise than the certificate that
//! holds is named as a change, and days come in their order. What is not named stays as it was certified.

use jiff::civil::Date;

use super::changes::{self, Compared};
use super::heirs;
use super::holding::{active_filer, is_holder};
use super::value;
use crate::domain::certificate::Certificate;
use crate::domain::certificate::difference::{RecordDifference, TERM_MONTHS, differences, is_within};
use crate::domain::certificate::record::{CertificateRecord, RecordKind};
use crate::domain::certificate::stale::stale_terms;
use crate::domain::dossier::price::Price;
use crate::domain::dossier::{AmendmentDraft, AmendmentKind, Dossier, TransferDirection, filer, persons, sense};
use crate::domain::fields::{FieldErrors, LawFault, Violation};
use crate::domain::ids::EnterpriseId;
use crate::domain::periodic_report::money::in_vietnamese;
use crate::domain::procedure::{Issues, Procedure, day};
use crate::service::certificates::genuine::Genuine;
use crate::service::certificates::party::Party;
use crate::service::certificates::writing;
use crate::service::context::Work;
use crate::service::dossiers::Opened;
use crate::service::dossiers::filing::slips;
use crate::service::{Error, Result};
use crate::store::{AnyConn, certificates, enterprises};

/// What a certificate of amendment rests on.
pub(super) const BASIS: &str = "Luật CGCN Đ.33.1";
/// What the term of a contract rests on.
const TERM: &str = "Luật CGCN Đ.23.7";
/// The day on which an amendment was signed, in rule sets.
const SIGNED: &str = "amendment_signed_on";
/// Most letters of a value that a refusal repeats.
const SHOWN: usize = 200;

/// Whether certificates are amended under a rule set.
pub(in crate::service::dossiers) fn amends(rules: &Procedure) -> bool {
    rules.events.iter().any(|event| event.issues == Some(Issues::Amendment))
}

/// What a dossier amends, in its order: what was found when it was handed in, as long as it names that; else the one certificate of its
/// filer that it names.
pub(super) fn chain(conn: &mut AnyConn, dossier: &Dossier) -> Result<Vec<Certificate>> {
    let Some(number) = &dossier.content.draft().amendment.certificate_number else {
        return Ok(Vec::new());
    };
    let named = certificates::find_by_number(conn, number)?;
    // What is written since it was handed in may name another one.
    if let Some(root) = dossier
        .certificate
        .filter(|root| named.iter().any(|one| one.chain() == *root))
    {
        return Ok(certificates::chain(conn, root)?);
    }
    let Ok(filer) = active_filer(conn, dossier) else {
        return Ok(Vec::new());
    };
    let mut fitting = Vec::new();
    for found in named {
        let chain = certificates::chain(conn, found.chain())?;
        let is_amendable =
            |last: &Certificate| last.record.kind != RecordKind::Licence && is_holder(dossier, filer.as_ref(), last);
        if chain.last().is_some_and(is_amendable) {
            fitting.push(chain);
        }
    }
    let only = fitting.pop().filter(|_| fitting.is_empty());
    Ok(only.unwrap_or_default())
}

/// Whether whoever reads a dossier is still a party of what it amends, whoever filed it: who left by another amendment reads
/// nothing of what came after.
pub(super) fn is_still_party(conn: &mut AnyConn, reader: Option<EnterpriseId>, last: &Certificate) -> Result<bool> {
    let Some(reader) = reader else {
        return Ok(false);
    };
    let reader = enterprises::find(conn, reader)?;
    let is_linked = [last.enterprise, last.counterparty].contains(&Some(reader.id));
    Ok(is_linked || Party::of(conn, reader)?.is_named_by(&last.record))
}

/// On which side of the contract its filer stands, `transferor` or `transferee`: by the direction that a dossier tells, else by
/// that of the certificate that it amends; where neither does, who gets the technology.
pub(in crate::service::dossiers) fn files_as(conn: &mut AnyConn, dossier: &Dossier) -> Result<&'static str> {
    if let Some(side) = filer(&dossier.content) {
        return Ok(side);
    }
    let chain = match dossier.certificate {
        Some(root) => certificates::chain(conn, root)?,
        None => Vec::new(),
    };
    let direction = chain.last().and_then(|last| last.record.direction.as_ref());
    let is_outbound = direction.is_some_and(|direction| direction.code == TransferDirection::Outbound.as_str());
    Ok(if is_outbound { "transferor" } else { "transferee" })
}

/// What the contract is worth by a dossier: as amended, else as it is certified, for officers and those who are still a party. Of
/// what was issued, what that says.
pub(in crate::service::dossiers) fn value(
    conn: &mut AnyConn,
    dossier: &Dossier,
    (is_for_officer, reader): (bool, Option<EnterpriseId>),
    issued: Option<&Certificate>,
) -> Result<Option<i64>> {
    if let Some(issued) = issued {
        return Ok(issued.record.money.vnd_value);
    }
    let draft = dossier.content.draft();
    let told = draft.amendment.new_vnd_value.or(draft.money.vnd_value);
    if told.is_some() {
        return Ok(told);
    }
    let chain = chain(conn, dossier)?;
    let Some(last) = chain.last() else {
        return Ok(None);
    };
    let is_told = is_for_officer || is_still_party(conn, reader, last)?;
    Ok(last.record.money.vnd_value.filter(|_| is_told))
}

fn written(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// That an amendment was signed before what it amends, if it was.
fn signed_before(dossier: &Dossier, record: &CertificateRecord) -> Option<Violation> {
    let signed = dossier.standing.marks.get(SIGNED).copied()?;
    let contract = record.contract.signed_on.filter(|contract| signed < *contract)?;
    let words = (
        format!(
            "Văn bản gia hạn, sửa đổi, bổ sung ký ngày {}, trước hợp đồng ký ngày {}",
            written(signed),
            written(contract)
        ),
        format!("The amendment was signed on {signed}, before the contract, which was on {contract}"),
    );
    Some(LawFault::of(words, BASIS))
}

/// Refuses to begin an amendment that is older than its contract, where that is known.
pub(in crate::service::dossiers) fn require_later(conn: &mut AnyConn, dossier: &Dossier) -> Result<()> {
    let chain = chain(conn, dossier)?;
    let wrong = chain.last().and_then(|last| signed_before(dossier, &last.record));
    wrong.map_or(Ok(()), |wrong| Err(Error::field("/given_on", wrong)))
}

/// What an amendment makes different from what holds; nothing of what amends nothing.
pub fn compared(conn: &mut AnyConn, dossier: &Dossier, record: &CertificateRecord) -> Result<Vec<RecordDifference>> {
    if record.amendment.is_none() {
        return Ok(Vec::new());
    }
    let chain = chain(conn, dossier)?;
    Ok(chain
        .last()
        .map_or_else(Vec::new, |last| differences(&last.record, record)))
}

/// What an amendment makes different from what holds, or made where it was certified; for officers and whoever filed it, of what is
/// not over without a certificate.
pub fn would_change(work: &mut Work<'_, '_>, opened: &Opened) -> Result<Vec<RecordDifference>> {
    let dossier = &opened.dossier;
    if !amends(&opened.set.rules) || !(opened.is_for_officer || opened.is_filers) {
        return Ok(Vec::new());
    }
    if let Some(issued) = &opened.certificate {
        let chain = certificates::chain(work.conn(), issued.chain())?;
        let before = chain.iter().rfind(|one| one.position < issued.position);
        return Ok(before.map_or_else(Vec::new, |before| differences(&before.record, &issued.record)));
    }
    if dossier.closed_at.is_some() {
        return Ok(Vec::new());
    }
    let chain = chain(work.conn(), dossier)?;
    let Some(last) = chain.last() else {
        return Ok(Vec::new());
    };
    if !opened.is_for_officer && !is_still_party(work.conn(), opened.reader, last)? {
        return Ok(Vec::new());
    }
    let before = &last.record;
    let lists = work.in_force()?;
    // What does not tell yet who the parties are would change nobody knows what.
    let after = writing::amended(dossier.content.draft(), before, &lists);
    Ok(after.map_or_else(|_untold| Vec::new(), |after| differences(before, &after)))
}

/// Holds an amendment against the certificate that it amends, as that holds now.
pub(in crate::service::dossiers) fn check(
    work: &mut Work<'_, '_>,
    dossier: &Dossier,
    errors: &mut FieldErrors,
) -> Result<()> {
    let chain = chain(work.conn(), dossier)?;
    let chain = Genuine::all(work, chain)?;
    let Some(before) = chain.last().map(|last| &last.record) else {
        return Ok(());
    };
    if let Some(wrong) = signed_before(dossier, before) {
        errors.add("/content/amendment/certificate_number", wrong);
    }
    let draft = dossier.content.draft();
    let is_term_right = term(dossier, before, errors);
    let is_said_alike = said_again(dossier, before, errors);
    let lists = work.in_force()?;
    let after = writing::amended(draft, before, &lists)?;
    let countries = (
        after.transferor.country.code.as_str(),
        after.transferee.country.code.as_str(),
    );
    let direction = after.direction.as_ref().map(|direction| direction.code.as_str());
    // Told anew it is looked at with the parties.
    let wrong = sense::direction(direction, countries).filter(|_| draft.direction.is_none());
    if let Some(wrong) = wrong {
        errors.add("/content/direction", wrong);
    }
    let mut faults = of_both(dossier, before, &after);
    faults.extend(became_one(work.conn(), before, &after)?);
    faults.extend(value::change(draft, before, &after));
    for (place, wrong) in faults {
        errors.add(format!("/content{place}"), wrong);
    }
    let others = differences(before, &after);
    let unnamed: Vec<&RecordDifference> = others
        .iter()
        .filter(|other| !is_named(&draft.amendment, other))
        .collect();
    for difference in &unnamed {
        errors.add(format!("/content{}", difference.member), self::unnamed(difference));
    }
    heirs::check(dossier, before, &others, errors);
    let compared = Compared {
        before,
        after: &after,
        others: &others,
    };
    let is_told_wrong = changes::told(&draft.amendment, &compared, errors);
    // What it is called is of interest once it is clear what it is.
    if is_term_right && is_said_alike && unnamed.is_empty() && !is_told_wrong {
        changes::kinds(&draft.amendment, &compared, errors);
    }
    Ok(())
}

/// What a draft tells of term and value that cannot be beside what it amends, as it is refused when it is handed in; for officers and
/// whoever files, as long as they are a party of it.
pub fn contradicted(work: &mut Work<'_, '_>, opened: &Opened) -> Result<Vec<sense::Fault>> {
    let (dossier, rules) = (&opened.dossier, &opened.set.rules);
    if !amends(rules) || !dossier.is_editable(rules) || !(opened.is_for_officer || opened.is_filers) {
        return Ok(Vec::new());
    }
    let chain = chain(work.conn(), dossier)?;
    let Some(last) = chain.last() else {
        return Ok(Vec::new());
    };
    if !opened.is_for_officer && !is_still_party(work.conn(), opened.reader, last)? {
        return Ok(Vec::new());
    }
    let (draft, before) = (dossier.content.draft(), &last.record);
    let mut errors = FieldErrors::default();
    term(dossier, before, &mut errors);
    said_again(dossier, before, &mut errors);
    let wrong = errors.finish(Some(())).err().unwrap_or_default();
    let within = |pointer: &str| pointer.strip_prefix("/content").unwrap_or(pointer).to_owned();
    let mut faults: Vec<sense::Fault> = wrong
        .into_iter()
        .map(|field| (within(&field.pointer), field.violation))
        .collect();
    // What does not tell yet who the parties are is worth nobody knows what.
    if let Ok(after) = writing::amended(draft, before, &work.in_force()?) {
        faults.extend(value::change(draft, before, &after));
    }
    Ok(faults)
}

/// Whether an amendment puts an enterprise into the place of one party of which the other became part.
fn became_one(
    conn: &mut AnyConn,
    before: &CertificateRecord,
    after: &CertificateRecord,
) -> Result<Option<sense::Fault>> {
    let codes = (after.transferor.tax_code.as_ref(), after.transferee.tax_code.as_ref());
    if codes == (before.transferor.tax_code.as_ref(), before.transferee.tax_code.as_ref()) {
        return Ok(None);
    }
    slips::one_enterprise(conn, codes)
}

/// What is wrong with what would be certified, of what a dossier tells in part and the certificate for the rest: one person in both
/// places, and a price that is not worth what is told, or is none.
fn of_both(dossier: &Dossier, before: &CertificateRecord, after: &CertificateRecord) -> Vec<sense::Fault> {
    let draft = dossier.content.draft();
    let mut faults = Vec::new();
    let one = |record: &CertificateRecord| persons::one((&record.transferor).into(), (&record.transferee).into());
    // What was certified so is nobody's fault now.
    if let Some((member, wrong)) = one(after).filter(|_| one(before).is_none()) {
        let is_givers = persons::Person::from(&after.transferor) != persons::Person::from(&before.transferor);
        let side = if is_givers { "transferor" } else { "transferee" };
        faults.push((format!("/{side}/{member}"), wrong));
    }
    let (old, new) = (&before.money, &after.money);
    let is_other = (&old.amount, &old.currency, old.vnd_value) != (&new.amount, &new.currency, new.vnd_value);
    let price = Price {
        amount: new.amount.as_deref(),
        currency: new.currency.as_deref(),
        rate: draft.money.exchange_rate.as_deref(),
        rate_on: draft.money.exchange_rate_on.as_deref(),
        vnd_value: new.vnd_value,
    };
    let mut wrong: Vec<_> = price.fault().filter(|_| is_other).into_iter().collect();
    let is_paid_otherwise = (&old.amount, &old.currency) != (&new.amount, &new.currency)
        || (&old.payment_methods, &old.payment_terms) != (&new.payment_methods, &new.payment_terms);
    if is_paid_otherwise {
        let ways = new.payment_methods.iter().map(|way| way.code.as_str());
        wrong.extend(price.untold(ways, (new.payment_terms.as_deref(), !new.shares.is_empty())));
    }
    wrong.extend(stale_terms(old, new).map(|terms| (changes::TERMS, changes::stale(terms))));
    faults.extend(wrong.into_iter().map(|(member, wrong)| (member.to_owned(), wrong)));
    faults
}

fn is_named(amendment: &AmendmentDraft, difference: &RecordDifference) -> bool {
    let member = difference.member.as_str();
    let names = |member: &str| {
        let mut named = amendment.changes.iter().filter_map(|change| change.member.as_deref());
        named.any(|named| is_within(member, named))
    };
    let is_change = || names(member);
    match member {
        "/contract/ends_on" => amendment.new_ends_on.is_some(),
        // A contract that is worth something does not become one of which nobody knows.
        "/money/vnd_value" if difference.after.is_none() => false,
        "/money/amount" | "/money/currency" | "/money/vnd_value" => amendment.new_vnd_value.is_some() || is_change(),
        // Another way of paying comes with its terms and shares.
        changes::TERMS | changes::SHARES => is_change() || names(changes::METHODS),
        // A term leads to the end beside which it is told.
        TERM_MONTHS => amendment.new_ends_on.is_some() || is_change(),
        "/contract/province_code" => is_change() || names("/contract/place"),
        // Number and certificate of investment are the project's: another one comes with its own, or with none.
        "/contract/project_code" | "/contract/irc_number" => is_change() || names("/contract/project"),
        "/contract/irc_on" => is_change() || names("/contract/irc_number") || names("/contract/project"),
        // Who moves tells a new address, which may lie in another commune.
        _ => {
            let party = member.strip_suffix("/commune_code");
            is_change() || party.is_some_and(|party| names(&format!("{party}/address")))
        }
    }
}

pub(super) fn shown(value: Option<&String>) -> String {
    let Some(value) = value else {
        return "—".to_owned();
    };
    let mut letters = value.chars();
    let mut shown: String = letters.by_ref().take(SHOWN).collect();
    if letters.next().is_some() {
        shown.push('…');
    }
    format!("“{shown}”")
}

/// The same in Vietnamese, where days are written otherwise.
pub(super) fn shown_vi(value: Option<&String>) -> String {
    let told = value.and_then(|value| day(value).ok());
    told.map_or_else(|| shown(value), |told| format!("“{}”", written(told)))
}

/// The same of what stands at a member: of prices the digits are in groups.
pub(super) fn shown_at(member: &str, value: Option<&String>) -> String {
    let is_amount = ["/money/amount", "/money/vnd_value"].contains(&member);
    let amount = value.filter(|_| is_amount);
    amount.map_or_else(|| shown_vi(value), |amount| format!("“{}”", in_vietnamese(amount)))
}

fn unnamed(difference: &RecordDifference) -> Violation {
    let (old, new) = (difference.before.as_ref(), difference.after.as_ref());
    let member = &difference.member;
    let (old_vi, new_vi) = (shown_at(member, old), shown_at(member, new));
    let (before, after) = (shown(old), shown(new));
    let place = match member.as_str() {
        "/contract/ends_on" => "/amendment/new_ends_on".to_owned(),
        "/money/vnd_value" => "/amendment/new_vnd_value".to_owned(),
        member => format!("/amendment/changes (member “{member}”)"),
    };
    let words = (
        format!("Đang chứng nhận là {old_vi}, hồ sơ ghi {new_vi}; thay đổi phải nêu ở {place}, không thì ghi như cũ"),
        format!("Certified is {before}, the dossier tells {after}; name the change in {place}, or leave it as it was"),
    );
    LawFault::coded("unnamed_change", words, BASIS)
}

/// A contract goes on by an extension only, and to a later day; it is made shorter by an amendment. Whether that is so.
fn term(dossier: &Dossier, before: &CertificateRecord, errors: &mut FieldErrors) -> bool {
    const ENDS: &str = "/content/amendment/new_ends_on";
    const KINDS: &str = "/content/amendment/kinds";
    let Some(end) = dossier.content.day("/amendment/new_ends_on") else {
        return true;
    };
    let kinds = &dossier.content.draft().amendment.kinds;
    let is = |kind: AmendmentKind| kinds.iter().any(|told| told == kind.as_str());
    let (extends, amends) = (is(AmendmentKind::Extension), is(AmendmentKind::Amendment));
    let signed = before
        .contract
        .signed_on
        .max(dossier.standing.marks.get(SIGNED).copied());
    if let Some(signed) = signed.filter(|signed| end < *signed) {
        let words = (
            format!("Ngày kết thúc {} trước ngày ký {}", written(end), written(signed)),
            format!("The end, {end}, is before the day of signing, {signed}"),
        );
        errors.add(ENDS, LawFault::of(words, TERM));
        return false;
    }
    let present = before.contract.ends_on;
    let told = present.map_or_else(|| "—".to_owned(), written);
    if extends && present.is_some_and(|present| end <= present) {
        let words = (
            format!("Gia hạn phải đến sau ngày kết thúc hiện tại ({told})"),
            format!("An extension goes on past the present end ({told})"),
        );
        errors.add(ENDS, LawFault::of(words, BASIS));
    } else if !extends && present.is_some_and(|present| end > present) {
        let words = (
            format!("Kéo dài thời hạn hợp đồng quá {told} là gia hạn (extension)"),
            format!("To go on past {told} is an extension"),
        );
        errors.add(KINDS, LawFault::of(words, BASIS));
    } else if !extends && !amends && present != Some(end) {
        let words = (
            format!("Đổi ngày kết thúc hợp đồng (hiện là {told}) là sửa đổi (amendment)"),
            format!("Another end of the contract (at present {told}) is an amendment"),
        );
        errors.add(KINDS, LawFault::of(words, BASIS));
    } else {
        return true;
    }
    false
}

/// What is told twice is told alike: what is nowhere certified would be lost. Whether it is.
fn said_again(dossier: &Dossier, before: &CertificateRecord, errors: &mut FieldErrors) -> bool {
    let draft = dossier.content.draft();
    let mut is_alike = true;
    let end = dossier.content.day("/contract/ends_on").map(|day| day.to_string());
    let value = draft.money.vnd_value.map(|value| value.to_string());
    let present_end = before.contract.ends_on.map(|day| day.to_string());
    let present_value = before.money.vnd_value.map(|value| value.to_string());
    let new_value = draft.amendment.new_vnd_value.map(|value| value.to_string());
    for (member, again, (new, present)) in [
        (
            "/contract/ends_on",
            end,
            (draft.amendment.new_ends_on.clone(), present_end),
        ),
        ("/money/vnd_value", value, (new_value, present_value)),
    ] {
        if again.is_some() && new.is_some() && again != new && again != present {
            let words = (
                format!(
                    "Ghi {}, trong khi sửa thành {}",
                    shown_at(member, again.as_ref()),
                    shown_at(member, new.as_ref())
                ),
                format!(
                    "Tells {}, and is changed to {}",
                    shown(again.as_ref()),
                    shown(new.as_ref())
                ),
            );
            errors.add(format!("/content{member}"), LawFault::of(words, BASIS));
            is_alike = false;
        }
    }
    is_alike
}
