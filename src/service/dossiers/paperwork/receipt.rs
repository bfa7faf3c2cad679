//! The day on which a paper came (ngày tiếp nhận giấy tờ), of a filing or of what a party does later: whoever enters it tells it, and
//! terms run from it.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::domain::calendar::day_of;
use crate::domain::dossier::{Dossier, DossierEvent};
use crate::domain::fields::{LawFault, Violation};
use crate::domain::procedure::{Event, Mark, MarkFrom, Procedure, Side};
use crate::service::{Error, Result};
use crate::store::{AnyConn, dossiers as rows};

/// The most days after which a handing in is entered.
const LATEST: i64 = 60;
/// Most events that are looked through.
const MOST: i64 = 1_000;

/// Checks it: of what a party hands in or does on paper and an officer enters, not after today, and not before what was before: the
/// contract, what was asked back, and what came since it was first handed in. Ends of terms are none of those, also once they are over:
/// what came in time may be entered later. What is handed in was entered within sixty days; a report of long ago counts when it came.
pub(in crate::service::dossiers) fn check(
    conn: &mut AnyConn,
    dossier: &Dossier,
    (rules, event): (&Procedure, &Event),
    (day, today): (Date, Date),
) -> Result<()> {
    let is_partys = event.actor.side() == Side::Filer && dossier.handed_in_at.is_some();
    if !dossier.is_paper || !(event.hands_in || is_partys) {
        return Err(Error::field("/received_on", none_came(dossier, event)));
    }
    let marked = last_step(dossier, rules, today);
    let before = marked.into_iter().chain(steps(conn, dossier, rules)?).max();
    let is_slip = event.hands_in && day < today.saturating_sub(LATEST.days());
    if day > today || is_slip || before.is_some_and(|before| day < before) {
        let wrong = Violation::Malformed { what: "receipt_day" };
        return Err(Error::field(
            "/received_on",
            LawFault::citing(&wrong, &event.legal_basis),
        ));
    }
    Ok(())
}

/// The day of the last step that left a mark, as far as it is past.
pub(in crate::service::dossiers) fn last_step(dossier: &Dossier, rules: &Procedure, today: Date) -> Option<Date> {
    let marks = dossier.standing.marks.iter();
    let past = marks.filter(|(code, day)| **day <= today && is_of_a_step(rules, code));
    past.map(|(_, day)| *day).max()
}

/// Whether a mark is the day of something that happened: the day of an event, or one that was told with it. What is counted from
/// another day, or is told as the end of a contract, is the end of a term.
fn is_of_a_step(rules: &Procedure, code: &str) -> bool {
    let mut own: Vec<(&Event, &Mark)> = Vec::new();
    for event in &rules.events {
        let marks = event.marks.iter().filter(|mark| mark.code == code);
        own.extend(marks.map(|mark| (event, mark)));
    }
    let is_end = |(event, mark): &(&Event, &Mark)| {
        mark.plus.is_some()
            || match mark.from {
                MarkFrom::Today | MarkFrom::Due => false,
                // Of a certificate that is issued the day that comes with it is the end of its contract.
                MarkFrom::Given => event.comes_of.is_some(),
                MarkFrom::Mark(_) | MarkFrom::Member(_) => true,
            }
    };
    !own.is_empty() && !own.iter().any(is_end)
}

/// The days of what somebody did since the dossier was first handed in; of what was never handed in here, as entered licences and the
/// cases of certificates, of all that was done. What is written before the handing in is written when it is; what comes of time or
/// of certificates has its marks.
fn steps(conn: &mut AnyConn, dossier: &Dossier, rules: &Procedure) -> Result<Vec<Date>> {
    if dossier.handed_in_at.is_none() {
        return Ok(Vec::new());
    }
    let events = rows::events(conn, dossier.id, 0, MOST)?;
    let handed_in = events
        .iter()
        .position(|event| rules.event(&event.event).is_some_and(|event| event.hands_in));
    let since = events.into_iter().skip(handed_in.unwrap_or_default());
    let done = since.filter(|event| event.account.is_some());
    let day = |event: DossierEvent| event.received_on.or(event.given_on).unwrap_or_else(|| day_of(event.at));
    Ok(done.map(day).collect())
}

/// That with such an event no paper came.
fn none_came(dossier: &Dossier, event: &Event) -> Violation {
    let (vi, en) = (&event.name_vi, &event.name_en);
    let words = if !dossier.is_paper {
        (
            "Hồ sơ này nộp trên Sàn, không có ngày tiếp nhận giấy; hãy bỏ trống".to_owned(),
            "This dossier is filed on the exchange, where no paper comes; leave the day out".to_owned(),
        )
    } else if event.actor.side() == Side::Officer {
        let who = event.actor.name();
        (
            format!(
                "“{vi}” do {} thực hiện, không có ngày tiếp nhận giấy; hãy bỏ trống",
                who.0
            ),
            format!(
                "“{en}” is done by {}, and no paper comes with it; leave the day out",
                who.1
            ),
        )
    } else {
        (
            format!("“{vi}” thực hiện trước khi nộp hồ sơ; ngày tiếp nhận ghi khi nộp"),
            format!("“{en}” is before the dossier is handed in; tell the day of receipt with that"),
        )
    };
    LawFault::coded("conflicts", words, &event.legal_basis)
}

/// The day on which a dossier was first handed in; of a paper the one on which that came. Nothing of one that never was. What
/// is asked back and handed in anew was asked for on this day.
pub fn first_day(conn: &mut AnyConn, dossier: &Dossier) -> Result<Option<Date>> {
    let Some(handed_in) = dossier.handed_in_at.map(day_of) else {
        return Ok(None);
    };
    // Nothing that comes later comes before it.
    let came = rows::received_on(conn, dossier.id)?.into_iter().min();
    Ok(Some(came.map_or(handed_in, |came| came.min(handed_in))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::procedure::shipped;

    #[test]
    fn ends_of_terms_are_no_steps() {
        for (procedure, mark, is_step) in [
            ("REG", "contract_signed_on", true),
            ("REG", "submitted_on", true),
            ("LIC", "amendment_requested_on", true),
            ("LIC", "licensed_on", true),
            ("LIC", "repayment_notice_received_on", true),
            ("CERT", "issued_on", true),
            ("LIC", "period_end", false),
            ("LIC", "contract_expires_on", false),
            ("CERT", "contract_expires_on", false),
            ("OPN_DECISION", "original_deadline", false),
            ("REG", "nothing_of_these_rules", false),
        ] {
            let rules = shipped().get(procedure).unwrap();
            assert_eq!(is_of_a_step(rules, mark), is_step, "{procedure} {mark}");
        }
    }
}
