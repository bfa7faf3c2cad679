//! What is wrong with the form of a body and with its values is told together: handlers take bodies that are judged.

use std::collections::BTreeSet;

use super::{assert_none, program, read, rust_files};

/// Why a body is not judged before it is used, and the handlers that take such a one.
const UNJUDGED: [(&str, &[&str]); 3] = [
    (
        "a patch is judged with what it is laid onto",
        &[
            "edit_enterprise",
            "edit_listing",
            "edit_me",
            "edit_taxonomy_entry",
            "edit_vocabulary_entry",
        ],
    ),
    (
        "a secret, a token or a digest is right or not, and what comes with it is judged where it is right",
        &[
            "accept_undertaking",
            "confirm_email",
            "confirm_email_change",
            "confirm_second_factor",
            "count_search_click",
            "decline_invitation",
            "refresh_session",
            "step_up",
        ],
    ),
    (
        "what an identifier names is looked up; with itself nothing more can be wrong",
        &["accept_policy", "hand_over_entry", "merge_enterprise", "order_files"],
    ),
];

#[test]
fn handlers_take_bodies_that_are_judged() {
    let listed = UNJUDGED.iter().flat_map(|(_, handlers)| handlers.iter().copied());
    let listed: BTreeSet<&str> = listed.collect();
    let mut violations = Vec::new();
    let mut unseen = listed.clone();
    for file in rust_files(&["src/http"]) {
        let source = program(&read(&file));
        for (at, _) in source.match_indices(": Body<") {
            let before = source.get(..at).unwrap_or_default();
            let handler = before.rsplit("async fn ").next().unwrap_or_default();
            let handler = handler.split('(').next().unwrap_or_default();
            if !listed.contains(handler) {
                violations.push(format!("{}: {handler} takes Body, not Judged", file.display()));
            }
            unseen.remove(handler);
        }
    }
    violations.extend(
        unseen
            .iter()
            .map(|handler| format!("{handler} is listed, and takes no Body")),
    );
    assert_none(
        "what cannot be read of a body hides what is wrong with its values; take Judged, or list the handler with its reason",
        &violations,
    );
}
