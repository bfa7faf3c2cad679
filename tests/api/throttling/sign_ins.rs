//! What sign-ins cost that were right.

use serde_json::json;
use vptex::config::Rate;

use super::{assert_refused, few};
use crate::harness::TestApp;

/// An office of many behind one address begins its day.
#[actix_web::test]
async fn right_sign_ins_cost_little_and_wrong_ones_as_much_as_ever() {
    let mut app = TestApp::prepare();
    app.start();
    let lan = app.registered_enterprise().await;
    app.stop().await;
    few(&mut app.config);
    app.config.rate_password = Rate::new(3, 86_400);
    app.start();
    let sign_in = |password: &str| {
        app.post("/sessions")
            .json(&json!({"email": lan.email, "password": password}))
    };
    for _ in 0..9 {
        sign_in(&lan.password).expect(201).await;
    }
    for _ in 0..3 {
        let again = app.post("/sessions/current/step-up").by(&lan);
        again.json(&json!({"password": lan.password})).expect(204).await;
    }
    // These cost as much as one that is wrong; of three two are left.
    for _ in 0..2 {
        sign_in("mật khẩu sai bét").expect(401).await;
    }
    assert_refused(&sign_in(&lan.password).send().await, "password");
}

/// Each sign-in leaves a session and a record for ever: one account cannot have them at a twelfth of the cost without end.
#[actix_web::test]
async fn an_account_that_signs_in_again_and_again_pays_in_full() {
    let mut app = TestApp::prepare();
    app.start();
    let lan = app.registered_enterprise().await;
    app.stop().await;
    few(&mut app.config);
    app.config.rate_password = Rate::new(3, 86_400);
    app.start();
    let sign_in = || {
        app.post("/sessions")
            .json(&json!({"email": lan.email, "password": lan.password}))
    };
    // Ten cost less than one; of three two are left.
    for _ in 0..12 {
        sign_in().expect(201).await;
    }
    assert_refused(&sign_in().send().await, "password");
}
