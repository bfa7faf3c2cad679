//! Letters that waited in the queue while the program became another.

use super::*;

/// Letters that waited when others of their kind said less, or had a name of their own.
#[test]
fn letters_of_before_are_still_read() {
    let read = |before: &str| serde_json::from_str::<Letter>(before).unwrap();
    let before =
        r#"{"kind": "amendment_decided", "enterprise": "Công ty", "verdict": "rejected", "reason": "Sai số."}"#;
    let Letter::ReviewDecided(ruling) = read(before) else {
        panic!("another letter");
    };
    assert_eq!((ruling.about.as_str(), ruling.name.as_str()), ("amendment", "Công ty"));
    assert_eq!((ruling.reason.as_deref(), ruling.notes.len()), (Some("Sai số."), 0));
    let before = r#"{"kind": "confidential_granted", "title": "Máy", "owner": "Công ty", "purpose": "Thẩm định",
        "expires_at": "2026-03-09T03:00:00Z"}"#;
    assert!(matches!(read(before), Letter::ConfidentialGranted(news) if news.covers_part));
}
