//! Who amends and annuls what was issued: the authority that issued it (Luật CGCN Đ.33.1, Đ.32.2), or the one that took its
//! place. Which that is, the rules of today say, not those of the day on which a dossier was handed in: authorities merge while
//! dossiers are open.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::issuing;
use crate::domain::calendar::day_of;
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::dossier::Dossier;
use crate::domain::fields::Violation;
use crate::domain::procedure::{AuthorityDraft, Procedure};
use crate::service::context::Work;
use crate::service::dossiers::Opened;
use crate::service::procedures::{self, RuleSet};
use crate::service::{Error, ErrorCode, Result};

/// The rules by which authorities are found: those that are in force today, whenever a dossier was handed in. What is issued is
/// issued by an authority that is there.
pub(crate) fn rules_of_today(work: &mut Work<'_, '_>, set: &RuleSet, today: Date) -> Result<RuleSet> {
    let present = procedures::in_force(work.conn(), &set.code, today)?;
    Ok(present.unwrap_or_else(|| set.clone()))
}

/// The same for one dossier: what was handed in here while this was the place for it is finished here, whoever takes such cases since.
pub(crate) fn rules_for(work: &mut Work<'_, '_>, (dossier, set): (&Dossier, &RuleSet), today: Date) -> Result<RuleSet> {
    let present = rules_of_today(work, set, today)?;
    let is_here = |set: &RuleSet| issuing::authority(&set.rules, dossier).is_some_and(|row| set.rules.takes(row));
    let stays = dossier.handed_in_at.is_some() && !is_here(&present) && is_here(set);
    Ok(if stays { set.clone() } else { present })
}

/// Whether a row of authorities hangs on what a dossier tells somewhere.
fn hangs_on(row: &AuthorityDraft, member: &str) -> bool {
    let own = match member {
        "/form" => row.form.is_some(),
        "/direction" => row.direction.is_some() || row.duty.is_some(),
        "/decided_by" => row.decided_by.is_some(),
        "/technology_status" => row.duty.is_some(),
        _ => false,
    };
    own || row.when.iter().any(|condition| condition.member == member)
}

/// Whether a dossier tells what it is asked for on which the authority hangs: until then it is as good as anybody's.
fn is_told(rules: &Procedure, dossier: &Dossier) -> bool {
    let rows = &rules.text.authorities;
    let asked = rules.text.checklist.iter();
    let asked = asked.filter(|item| dossier.content.is_asked_for(item));
    let members = asked.map(|item| item.member.as_str());
    let deciding = members.filter(|member| rows.iter().any(|row| hangs_on(row, member)));
    dossier.content.missing(deciding).is_empty()
}

/// The authority before which a dossier comes, as it would issue today, once it tells enough; of what was issued and goes on the one that
/// issued by the rules that the dossier is under, or that took its place; of what is closed the one that issued, or that would have by these
/// rules.
pub(crate) fn before_whom(work: &mut Work<'_, '_>, opened: &Opened) -> Result<Option<AuthorityDraft>> {
    let (dossier, set) = (&opened.dossier, &opened.set);
    let present = rules_for(work, (dossier, set), day_of(work.now))?;
    if dossier.closed_at.is_none() {
        if dossier.handed_in_at.is_none() && opened.certificate.is_none() && !is_told(&present.rules, dossier) {
            return Ok(None);
        }
        let of_today = issuing::authority(&present.rules, dossier);
        let Some(issued) = &opened.certificate else {
            return Ok(of_today.cloned());
        };
        let (issuer, today) = (&issued.record.issuer.code, day_of(work.now));
        let own = issuing::authority(&set.rules, dossier);
        let successor = of_today.filter(|row| row.stands_for(issuer, today));
        let is_own = own.is_some_and(|row| row.code == *issuer);
        let row = if is_own { own } else { successor.or(own) };
        return Ok(row.cloned());
    }
    let issuer = opened.certificate.as_ref().map(|issued| &issued.record.issuer.code);
    let known = [&present.rules, &set.rules].into_iter();
    let mut known = known.flat_map(|rules| &rules.text.authorities);
    let issued = known.find(|authority| Some(&authority.code) == issuer);
    Ok(issued.or_else(|| issuing::authority(&set.rules, dossier)).cloned())
}

/// Refuses what another authority issued whose place the one that the dossier comes before did not take.
pub(crate) fn require(
    work: &mut Work<'_, '_>,
    (dossier, set): (&Dossier, &RuleSet),
    certificate: &Certificate,
    today: Date,
) -> Result<()> {
    let present = rules_of_today(work, set, today)?;
    let Some(authority) = issuing::authority(&present.rules, dossier) else {
        return Err(Error::internal("a rule set without an authority"));
    };
    let issuer = &certificate.record.issuer;
    if authority.stands_for(&issuer.code, today) {
        return Ok(());
    }
    let (number, issuer) = (&certificate.record.number, &issuer.name);
    Err(Error::new(
        ErrorCode::NotCompetent,
        format!(
            "Giấy số {number} do {issuer} cấp; chỉ cơ quan đã cấp hoặc cơ quan kế thừa được sửa đổi, hủy bỏ (Luật CGCN Đ.32.2, \
             Đ.33.1). {} không kế thừa cơ quan đó.",
            authority.name_vi
        ),
        format!(
            "{number} was issued by {issuer}; only the authority that issued it, or its successor, amends or annuls it (Luật \
             CGCN Đ.32.2, Đ.33.1). {} did not take its place.",
            authority.name_en
        ),
    ))
}

/// Refuses what an authority cannot have issued, because another one had its place by then.
pub(super) fn require_still_there(work: &mut Work<'_, '_>, authority: &str, issued_on: Date) -> Result<()> {
    let today = day_of(work.now);
    for set in procedures::all(work.conn())? {
        let present = procedures::in_force(work.conn(), &set.code, today)?;
        let since = present.as_ref().unwrap_or(&set).rules.succeeded_since(authority);
        if since.is_some_and(|since| issued_on >= since) {
            let gone = Violation::Malformed {
                what: "succeeded_authority",
            };
            return Err(Error::field("/issued_on", gone));
        }
    }
    Ok(())
}

/// Refuses an amendment that its authority cannot have issued on its day: another one issued what it amends, whose place it had not
/// taken by then (Luật CGCN Đ.33.1). Only where the rules know both: of others nobody knows here who took whose place.
pub(super) fn require_amender(
    work: &mut Work<'_, '_>,
    authority: &str,
    base: &CertificateRecord,
    issued_on: Date,
) -> Result<()> {
    let issuer = &base.issuer.code;
    let (mut known, mut stands_for) = (BTreeSet::new(), authority == issuer);
    let today = day_of(work.now);
    for set in procedures::all_on(work.conn(), today)? {
        for row in set.rules.text.authorities {
            stands_for |= row.code == authority && row.stands_for(issuer, issued_on);
            known.insert(row.code);
            known.extend(row.succeeds.into_iter().map(|before| before.code));
        }
    }
    if stands_for || !known.contains(authority) || !known.contains(issuer) {
        return Ok(());
    }
    let what = "amending_authority";
    Err(Error::field("/authority", Violation::Malformed { what }))
}
