//! Many officers at once: no number twice, none left out.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;
use vptex::domain::account::Permission;

use crate::dossiers::{Desk, content};

#[actix_web::test]
async fn sixty_four_certificates_at_once_have_one_number_each() {
    const AT_ONCE: usize = 64;
    let desk = Desk::open().await;
    let mut proposed = Vec::new();
    for _ in 0..AT_ONCE {
        let accepted = desk.counter().accepted(&content(&desk.tax_code)).await;
        proposed.push(desk.counter().propose(&accepted, &json!({"event": "issue"})).await);
    }
    // As many officers, who come when all is proposed: whoever may sign is written to each time.
    let mut signers = Vec::new();
    for _ in 0..AT_ONCE {
        let may = [Permission::HandleDossiers, Permission::SignCertificates];
        signers.push(desk.app.officer_who_may(&may).await);
    }
    let issue = json!({"event": "issue"});
    let calls = proposed.iter().zip(&signers);
    let answers = join_all(calls.map(|(seen, signer)| desk.post(seen, signer, &issue))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let year = desk.today().year();
    let numbers: BTreeSet<String> = answers
        .iter()
        .map(|answer| answer.text("/certificate/number").to_owned())
        .collect();
    let expected: BTreeSet<String> = (1..=AT_ONCE)
        .map(|seq| format!("{seq:02}/{year}/CNĐKCGCN-SKHCN"))
        .collect();
    assert_eq!(numbers, expected);
    // Who comes a moment later, having read the same, signs nothing.
    let late = proposed.iter().zip(signers.iter().rev());
    for answer in join_all(late.map(|(seen, signer)| desk.post(seen, signer, &issue))).await {
        assert_eq!(answer.status, 412, "{}", answer.body);
    }
}
