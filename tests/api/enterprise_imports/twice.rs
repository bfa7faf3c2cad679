//! Lines of which it is not known what they say, because a member stands twice.

use super::send;
use crate::harness::TestApp;

#[actix_web::test]
async fn the_row_and_the_member_that_stands_twice_are_told() {
    let app = TestApp::spawn().await;
    let officer = app.officer().await;
    let file =
        "{\"enterprise\": {\"legal_name\": \"A\"}}\n{\"enterprise\": {\"legal_name\": \"A\", \"legal_name\": \"B\"}}\n";
    let refused = send(&app, &officer, "", file).await;
    assert_eq!((refused.status, refused.pointers()), (422, vec!["content"]));
    assert_eq!(refused.text("/errors/0/code"), "malformed");
    let detail = refused.text("/errors/0/detail");
    assert!(
        detail.starts_with("Dòng 2 ") && detail.contains("“/enterprise/legal_name”"),
        "{detail}"
    );
}
