//! What comes with the program keeps to what the law counts, and to the order that it asks for.

use std::collections::BTreeMap;

use super::super::engine::{self, Refusal, Standing, Step, step};
use super::{date, rules};
use crate::domain::calendar::Calendar;
use crate::domain::procedure::{Side, shipped_versions};

/// Repayment is demanded after the notice of the annulment, of a licence as of a certificate.
#[test]
fn repayment_is_demanded_after_the_notice() {
    for code in ["CERT", "LIC"] {
        let annulled = Standing {
            state: "annulled".to_owned(),
            marks: BTreeMap::from([("annulled_on".to_owned(), date("2026-03-02"))]),
            ..Standing::default()
        };
        let officer = |event, given| Step {
            event,
            side: Side::Officer,
            given,
            ground: None,
            has_note: true,
            group: None,
            comes_of: None,
        };
        let today = date("2026-03-04");
        let demand = officer("demand_repayment", Some(today));
        let calendar = Calendar::shipped();
        let early = step(rules(code), &annulled, &demand, calendar, today);
        assert_eq!(early, Err(Refusal::NotBegun), "{code}");
        let known = |standing: &Standing| -> Vec<String> {
            let possible = engine::possible(rules(code), standing);
            // That is published by the exchange itself.
            let by_officers = possible.filter(|event| event.code != "publish_annulment");
            by_officers.map(|event| event.code.clone()).collect()
        };
        assert_eq!(known(&annulled), ["notify_annulment"], "{code}");
        let notice = officer("notify_annulment", None);
        let notified = step(rules(code), &annulled, &notice, calendar, today).unwrap().standing;
        assert_eq!(known(&notified), ["demand_repayment", "no_repayment"], "{code}");
        let demanded = step(rules(code), &notified, &demand, calendar, today).unwrap();
        assert_eq!(demanded.standing.state, "repayment_due", "{code}");
    }
}

/// What comes with the program keeps to what the law counts.
#[test]
fn all_that_come_with_the_program_are_lawful() {
    for (code, versions) in shipped_versions() {
        for one in versions {
            assert_eq!(
                one.rules.check_lawful(code),
                Ok(()),
                "{code} from {}",
                one.rules.valid_from
            );
        }
    }
}
