//! Who may do what: every operation of the table, asked by everybody, of things in every state.
//!
//! An operation that `cases` does not know fails the test, and so does a caller who gets through unforeseen: the whole
//! table is a snapshot that a person reads.

mod accounts;
mod cases;
mod cast;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;
use vptex::http::openapi::document;
use vptex::http::routes::{Keys, OPERATIONS, Operation};

use cases::{Wear, case};
use cast::{CALLERS, Cast};

/// Operation by operation: whether the description demands a token.
fn demands_token() -> BTreeMap<String, bool> {
    let document = serde_json::to_value(document()).unwrap();
    let mut demands = BTreeMap::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            demands.insert(name, operation["security"] == json!([{"bearer": []}]));
        }
    }
    demands
}

/// What must hold whatever the snapshot says.
fn check(operation: &Operation, place: &str, demands: bool, statuses: &BTreeMap<&str, u16>) {
    let visitor = statuses["visitor"];
    assert_eq!(visitor == 401, demands, "{place}: the description says otherwise");
    for (caller, status) in statuses {
        assert!(*status < 500 && *status != 429, "{place} {caller}: {status}");
        let is_key = caller.starts_with("k:");
        if is_key && operation.keys == Keys::Refused {
            let is_deaf = !demands && *status == visitor;
            assert!(
                *status == 403 || is_deaf,
                "{place} {caller}: keys are refused, and got {status}"
            );
        }
        let is_nobody = ["visitor", "broken", "k:none"].contains(caller);
        assert!(!(is_nobody && demands && *status < 300), "{place} {caller}: {status}");
    }
}

#[actix_web::test]
async fn everybody_asks_for_everything() {
    let demands = demands_token();
    let mut cast = Cast::new().await;
    let mut table = format!("{:<27}{:<11}", "operation", "state");
    CALLERS.iter().for_each(|caller| write!(table, "{caller:<8}").unwrap());
    for operation in OPERATIONS {
        let case = case(operation.name);
        cast.rest();
        for state in case.states {
            table = format!("{}\n{:<27}{state:<11}", table.trim_end(), operation.name);
            let (mut thing, mut statuses) = (None, BTreeMap::new());
            for caller in CALLERS {
                let present = match thing.take() {
                    Some(present) if !case.is_made_for_caller() => present,
                    _ => cast.thing(case.on, state, caller).await,
                };
                let status = cast.ask(operation, &present, state, caller).await.status;
                write!(table, "{status:<8}").unwrap();
                statuses.insert(caller, status);
                if status < 300 && operation.method != "get" {
                    match case.wear {
                        Wear::Nothing => thing = Some(present),
                        Wear::Thing => {}
                        Wear::Caller => cast.renew(caller, &present),
                        Wear::Scene => cast.forget_scenes(),
                    }
                } else {
                    thing = Some(present);
                }
            }
            let place = format!("{} {state}", operation.name);
            check(operation, &place, demands[operation.name], &statuses);
        }
    }
    insta::assert_snapshot!(table.trim_end());
}

/// What is sensitive, as the table of operations says, asks for a password or code of the last five minutes; nothing else
/// does.
#[actix_web::test]
async fn what_is_sensitive_asks_for_a_fresh_sign_in() {
    let mut cast = Cast::new().await;
    cast.is_stale = true;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for operation in OPERATIONS {
        let case = case(operation.name);
        cast.rest();
        let mut asked = false;
        for state in case.states {
            for caller in ["person", "owner", "officer"] {
                let thing = cast.thing(case.on, state, caller).await;
                let reply = cast.ask(operation, &thing, state, caller).await;
                asked |= reply.body["code"] == "step_up_required";
                if reply.status < 300 && operation.method != "get" {
                    // Nothing of what it did is there for the next one.
                    cast.renew(caller, &thing);
                    cast.forget_scenes();
                }
            }
        }
        count += usize::from(asked);
        if asked != operation.needs_fresh {
            wrong.push(operation.name);
        }
    }
    assert!(wrong.is_empty(), "the table says otherwise of {wrong:?}");
    assert!(count >= 20, "{count}");
}
