//! Who may do what: every operation of the table, asked by everybody, of things in every state.
//!
//! An operation that `cases` does not know fails the test, and so does a caller who gets through unforeseen: the right
//! that the table of operations names must be the one that is asked for, and the whole is a snapshot that a person reads.

mod accounts;
mod bodies;
mod cases;
mod cast;
mod documents;
mod dossiers;
mod entries;
mod imports;
mod inquiries;
mod left;
mod listings;
mod rules;
mod search;
mod standings;
mod things;
mod words;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};
use vptex::domain::access::{Action, Refusal};
use vptex::domain::account::Permission;
use vptex::http::openapi::document;
use vptex::http::routes::{self, Access, BESIDE, Keys, Operation};

use cases::{Case, On, Wear, case};
use cast::{ALL_BUT, CALLERS, Cast, ONLY};
use entries::{is_anothers, is_gone, is_untold};

use crate::harness::Reply;

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
fn check(operation: &Operation, case: Case, state: &str, demands: bool, statuses: &BTreeMap<&str, u16>) {
    let place = format!("{} {state}", operation.name);
    if state == "merged" {
        return check_merged(operation, statuses);
    }
    let visitor = statuses["visitor"];
    assert_eq!(visitor == 401, demands, "{place}: the description says otherwise");
    for (caller, status) in statuses {
        assert!(*status < 500 && *status != 429, "{place} {caller}: {status}");
        let is_key = caller.starts_with("k:");
        // With the enterprise its keys are over.
        let is_ended = case.on == On::Enterprise && state == "closed" && *caller != "k:other";
        if is_key && operation.keys == Keys::Refused {
            let is_deaf = !demands && *status == visitor;
            assert!(
                *status == 403 || is_deaf,
                "{place} {caller}: keys are refused, and got {status}"
            );
        } else if is_key && is_ended {
            assert_eq!(*status, 401, "{place} {caller}");
        } else if *caller != "broken" {
            check_rule(operation, case, state, caller, *status);
        }
        let is_nobody = ["visitor", "broken", "k:none"].contains(caller);
        assert!(!(is_nobody && demands && *status < 300), "{place} {caller}: {status}");
        // GHSA-569v (vaultwarden), CVE-2026-20897 (gitea): the path named one owner, and the thing was another's.
        let names_foreign = state == "foreign" && operation.path.contains('{');
        assert!(!names_foreign || *status >= 400, "{place} {caller}: {status}");
    }
    // The sort of a thing is nobody's.
    let owned = operation.path.replace("{type}", "");
    let is_nested = owned.contains("{id}") && owned.matches('{').count() > 1;
    assert!(
        !is_nested || case.on == On::Nothing || case.states.contains(&"foreign"),
        "{place}: nobody asks for a foreign one"
    );
}

/// Of what became part of another enterprise nothing is read or done: everybody is led there or told so. Only its contact person is
/// still erased.
fn check_merged(operation: &Operation, statuses: &BTreeMap<&str, u16>) {
    for (caller, status) in statuses {
        let is_erased = operation.name == "erase_enterprise_contact" && ["officer", "remote"].contains(caller);
        let is_refused = *status == 308 || (400..500).contains(status) && *status != 429;
        let is_right = if is_erased { *status == 204 } else { is_refused };
        assert!(is_right, "{} merged {caller}: {status}", operation.name);
    }
}

/// Whom the named right refuses is refused so; whom it does not is at least known.
fn check_rule(operation: &Operation, case: Case, state: &str, caller: &str, status: u16) {
    let place = format!("{} {state} {caller}", operation.name);
    let Access::Of(actions) = operation.access else {
        return assert!(status != 403 || state != "-", "{place}: anybody may, and got 403");
    };
    if is_gone(state) || is_untold(operation.name, case.on, state) {
        return assert!(status >= 400, "{place}: {status}");
    }
    // A link is somebody's: whoever is nobody is told so before anything is looked up.
    if (operation.name, caller) == ("link_file", "visitor") {
        return assert_eq!(status, 401, "{place}");
    }
    let Some(refusal) = rules::refusal(actions, case.on, state, caller) else {
        return assert_ne!(status, 401, "{place}: the rule allows it");
    };
    // What the body names is no resource: whoever might enter such a thing is told of the member, whether it is hidden or
    // not there at all.
    if operation.name == "enter_takedown" && refusal == Refusal::Hidden && status == 422 {
        return;
    }
    // Whoever belongs to an enterprise already is told so.
    let joins = [Action::RequestToJoin, Action::AcceptInvitation]
        .iter()
        .any(|action| actions.contains(action));
    assert!(
        status == rules::status_of(refusal, actions, case.on, state) || (joins && status == 409),
        "{place}: the rule says {refusal}, and the answer is {status}"
    );
}

/// All operations; last those for which rules are published, which everybody must accept from then on.
fn operations() -> Vec<&'static Operation> {
    let mut all: Vec<_> = routes::operations().collect();
    all.sort_by_key(|operation| case(operation.name).on == On::Rules || operation.name == "publish_policy");
    all
}

/// Asks, and makes anew next time what the answer wore out.
async fn ask(cast: &mut Cast, operation: &Operation, case: Case, state: &'static str, caller: &str) -> Reply {
    let mut thing = match cast.take_left(operation, case, state) {
        Some(left) => left,
        None => cast.thing(case.on, state, caller).await,
    };
    let reply = cast.ask(operation, &thing, state, caller).await;
    let is_done = reply.status < 300 && operation.method != "get";
    thing.is_changed |= is_done;
    // A factor that was set up for the question would be in the way of the next case.
    let is_worn = is_done || (case.on == On::OwnFactor && state != "none");
    match case.wears(state) {
        Wear::Thing if is_worn => {}
        Wear::Caller if is_worn => cast.renew(caller, &thing),
        Wear::Scene if is_worn => cast.forget_scene(&thing.scene.id),
        _ => cast.leave(operation, case, state, thing),
    }
    reply
}

/// Whether everybody asks in every state. Who may what is decided before any database is asked, so on PostgreSQL every
/// third does, others from row to row, unless `VPTEX_TEST_MATRIX=whole`: all of them take seven minutes of a processor.
#[expect(clippy::disallowed_methods, reason = "settings of this test alone")]
fn is_whole() -> bool {
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|told| told == value);
    !is("VPTEX_TEST_DATABASE", "postgres") || is("VPTEX_TEST_MATRIX", "whole")
}

/// CVE-2026-27898 (vaultwarden): reading was refused, and a write on a path beside it gave the thing in its refusal.
#[actix_web::test]
async fn cve_2026_27898_everybody_asks_for_everything() {
    let demands = demands_token();
    let mut cast = Cast::new().await;
    let (is_whole, mut turn) = (is_whole(), 0);
    let mut table = format!("{:<31}{:<13}", "operation", "state");
    CALLERS.iter().for_each(|caller| write!(table, "{caller:<8}").unwrap());
    for operation in operations() {
        let case = case(operation.name);
        for state in case.states {
            table = format!("{}\n{:<31}{state:<13}", table.trim_end(), operation.name);
            let mut statuses = BTreeMap::new();
            turn += 1;
            for (place, caller) in CALLERS.into_iter().enumerate() {
                if !is_whole && caller != "visitor" && place % 3 != turn % 3 {
                    continue;
                }
                let status = ask(&mut cast, operation, case, state, caller).await.status;
                write!(table, "{status:<8}").unwrap();
                statuses.insert(caller, status);
            }
            check(operation, case, state, demands[operation.name], &statuses);
        }
    }
    let fewest = if is_whole { 200 } else { 60 };
    let shown = cast.shown;
    assert!(shown > fewest, "insiders see what no refusal may hold, {shown} times");
    if is_whole {
        insta::assert_snapshot!("everybody_asks_for_everything", table.trim_end());
    }
}

/// Every operation that takes a permission, as officers with one permission alone and with all but one.
#[actix_web::test]
async fn one_permission_opens_what_it_is_for() {
    let mut cast = Cast::new().await;
    let heads = ["operation", "each alone suffices", "refused without", "states"];
    let row = |[name, alone, needed, states]: [&str; 4]| format!("{name:<31}{alone:<44}{needed:<23}{states}");
    let mut table = row(heads);
    let (mut count, mut turn) = (0, 0);
    for operation in operations() {
        let (case, Access::Of(actions)) = (case(operation.name), operation.access) else {
            continue;
        };
        let takes_permission = |state: &&&str| {
            let refusal = |caller| rules::refusal(actions, case.on, state, caller);
            let is_there = !is_gone(state) && !is_untold(operation.name, case.on, state);
            is_there && refusal("officer").is_none() && refusal("clerk").is_some()
        };
        let mut rows: Vec<(String, String, Vec<&str>)> = Vec::new();
        let mut is_first = true;
        for state in case.states.iter().filter(takes_permission) {
            let (mut alone, mut needed) = (Vec::new(), Vec::new());
            let full = ask(&mut cast, operation, case, state, "officer").await.status;
            for (place, permission) in Permission::ALL.iter().enumerate() {
                for kind in [ONLY, ALL_BUT] {
                    let caller = format!("{kind}{permission}");
                    // Whoever is of no account by the rule asks in the first state, and in one of the others in turn.
                    let is_let_in = rules::refusal(actions, case.on, state, &caller).is_none();
                    let is_kept_out = is_let_in && is_anothers(operation.name, state, &caller);
                    let is_of_account = is_let_in == (kind == ONLY) || is_kept_out;
                    if !is_first && !is_of_account && place != turn % Permission::ALL.len() {
                        continue;
                    }
                    let status = ask(&mut cast, operation, case, state, &caller).await.status;
                    let refusal = rules::refusal(actions, case.on, state, &caller);
                    let told = |refusal| rules::status_of(refusal, actions, case.on, state);
                    let expected = match refusal {
                        Some(refusal) => told(refusal),
                        None if is_kept_out => 409,
                        None => full,
                    };
                    assert_eq!(status, expected, "{} {state} {caller}: {refusal:?}", operation.name);
                    let is_enough = refusal.is_none() && !is_kept_out;
                    match kind {
                        ONLY if is_enough => alone.push(permission.as_str()),
                        ALL_BUT if !is_enough => needed.push(permission.as_str()),
                        _ => {}
                    }
                    count += 1;
                }
            }
            (is_first, turn) = (false, turn + 1);
            let (alone, needed) = (alone.join(", "), needed.join(", "));
            match rows.last_mut() {
                Some(row) if (&row.0, &row.1) == (&alone, &needed) => row.2.push(state),
                _ => rows.push((alone, needed, vec![state])),
            }
        }
        for (alone, needed, states) in rows {
            let states = states.join(", ");
            table = table + "\n" + &row([operation.name, &alone, &needed, &states]);
        }
    }
    assert!(count > 1_000, "{count}");
    insta::assert_snapshot!(table);
}

/// What is served beside the operations asks nobody who calls, and tells everybody the same.
#[actix_web::test]
async fn what_is_beside_the_operations_is_the_same_for_everybody() {
    let mut cast = Cast::new().await;
    let people = ["person", "unenrol", "officer", "k:other"];
    let mut tokens = vec!["broken".to_owned()];
    for name in people {
        tokens.push(cast.somebody(name).await.access);
    }
    for pattern in BESIDE {
        let path = pattern.replace("{_:.*}", "index.html");
        let get = || cast.app.request(Method::GET, &path);
        // How far the index is behind changes while people come in.
        let steady = |mut reply: Reply| {
            if let Some(lag) = reply.body.pointer_mut("/index/lag") {
                *lag = Value::Null;
            }
            reply
        };
        let visitor = steady(get().send().await);
        // What is of one thing is not there where none is named.
        let is_of_one = pattern.contains('{') && !pattern.contains("{_:");
        assert!(
            visitor.status < 400 || (is_of_one && visitor.status == 404),
            "{path}: {}",
            visitor.status
        );
        for token in &tokens {
            let reply = steady(get().token(token).send().await);
            assert_eq!((reply.status, &reply.body), (visitor.status, &visitor.body), "{path}");
        }
        for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE"] {
            let call = cast.app.request(method.parse().unwrap(), &path).token(&tokens[3]);
            assert_eq!(call.send().await.status, 405, "{method} {path}");
        }
    }
}

/// What is sensitive, as the table of operations says, asks for a password or code of the last five minutes; nothing else
/// does.
#[actix_web::test]
async fn what_is_sensitive_asks_for_a_fresh_sign_in() {
    let mut cast = Cast::new().await;
    cast.is_stale = true;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for operation in operations() {
        let case = case(operation.name);
        let mut asked = false;
        for state in case.states {
            for caller in ["person", "owner", "officer"] {
                let reply = ask(&mut cast, operation, case, state, caller).await;
                asked |= reply.body["code"] == "step_up_required";
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
