//! Where certificates hang, and who prepared and signed them: what somebody changed of that is named, and what helps is told at once.

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use vptex::domain::account::Permission;
use vptex::service::certificates::checking::Part;
use vptex::store::audit::Row;
use vptex::store::audit_chain::NOTHING;
use vptex::store::schema::audit_log;
use vptex::store::types::DbId;
use vptex::store::{AnyConn, Uow};

use super::forging::amended;
use super::remade::{assert_damaged, change};
use super::swapped::check;
use super::{amendment, case_of, old_paper, printed, registered, verify};
use crate::dossiers::Desk;
use crate::harness::Reply;

const REASON: &str = "Lệnh kiểm tra báo cột không còn đúng như khi cấp.";

/// Sets members of the row of a certificate.
async fn set(desk: &Desk, certificate: &Reply, set: &str) {
    let (_, code) = printed(certificate);
    desk.app
        .by_hand(&format!("UPDATE certificates SET {set} WHERE code = '{code}'"))
        .await;
}

async fn propose(desk: &Desk, certificate: &Reply) -> Reply {
    let path = format!("/certificates/{}/restoration-proposal", certificate.text("/id"));
    let call = desk.app.post(&path).by(&desk.officer);
    call.json(&json!({"reason": REASON})).send().await
}

async fn confirm(desk: &Desk, certificate: &Reply, proposed: &Reply) {
    let path = format!("/certificates/{}/restorations", certificate.text("/id"));
    let body = json!({"proposal": proposed.text("/id")});
    desk.app.post(&path).by(&desk.signer).json(&body).expect(201).await;
}

/// That no file helps, and a backup does.
fn assert_moved(refused: &Reply) {
    assert_eq!(
        (refused.status, refused.code()),
        (422, "certificate_not_genuine"),
        "{}",
        refused.body
    );
    let said = refused.text("/messages/vi");
    assert!(
        said.contains("không giúp được") && said.contains("bản sao lưu"),
        "{said}"
    );
}

#[actix_web::test]
async fn case_dossier_and_chain_that_were_changed_are_named() {
    for (column, part, name) in [
        ("case_id", Part::Case, "case"),
        ("dossier_id", Part::Dossier, "dossier"),
    ] {
        let desk = Desk::open().await;
        let certificate = registered(&desk).await;
        set(&desk, &certificate, &format!("{column} = NULL")).await;
        let found = check(&desk).await;
        assert_eq!(found[0].damaged, [part], "{column}");
        assert!(found[0].to_string().ends_with(&format!("): {name}")), "{}", found[0]);
        assert_moved(&propose(&desk, &certificate).await);
    }
    let desk = Desk::open().await;
    let (_, second) = amended(&desk).await;
    let (_, other) = printed(&registered(&desk).await);
    let root = format!("root_id = (SELECT id FROM certificates WHERE code = '{other}')");
    set(&desk, &second, &root).await;
    let found = check(&desk).await;
    let found = found
        .iter()
        .find(|one| one.id.0.to_string() == second.text("/id"))
        .unwrap();
    assert!(found.damaged.contains(&Part::Chain), "{found}");
    assert_moved(&propose(&desk, &second).await);
}

/// An amendment that was signed is one of its own certificate, at its own place, and of no other.
#[actix_web::test]
async fn what_was_hung_behind_another_certificate_amends_nothing_there() {
    let desk = Desk::open().await;
    let (first, second) = amended(&desk).await;
    let other = registered(&desk).await;
    let is_genuine = async |certificate: &Reply| verify(&desk, certificate).await.body["is_genuine"].clone();
    for certificate in [&first, &second, &other] {
        assert_eq!(is_genuine(certificate).await, json!(true));
    }
    // In its own chain, at another place.
    set(&desk, &second, "position = 9").await;
    assert_eq!(is_genuine(&second).await, json!(false));
    set(&desk, &second, "position = 1").await;
    assert_eq!(is_genuine(&second).await, json!(true));
    let longer = |text: &mut Value| text["amendment"]["kinds"] = json!(["extension", "amendment"]);
    let mut seen = amendment(&desk, other.text("/number"), &longer).await;
    let (_, code) = printed(&other);
    let root = format!("root_id = (SELECT id FROM certificates WHERE code = '{code}'), position = 9");
    set(&desk, &second, &root).await;
    assert_eq!(is_genuine(&second).await, json!(false));
    assert_eq!(is_genuine(&other).await, json!(false), "it would be read as amended");
    assert_eq!(is_genuine(&first).await, json!(true));
    let path = format!("/certificates/{}", other.text("/id"));
    let read = desk.app.get(&path).by(&desk.officer).expect(200).await;
    assert_eq!(read.body["is_genuine"], json!(true), "{}", read.body);
    assert_eq!(read.body["is_effective_genuine"], json!(false), "{}", read.body);
    // Nothing is made of it: no amendment of what it does not amend.
    for event in ["submit", "accept_complete", "issue"] {
        seen = desk.try_event(&seen, event).await;
        if seen.status != 200 {
            break;
        }
    }
    assert_damaged(&seen);
}

#[actix_web::test]
async fn who_prepared_and_signed_and_when_is_found_shown_and_put_back_with_its_reason() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    let earlier = if desk.app.exchange().db.queues_writes() {
        "created_at = created_at - 86400000000"
    } else {
        "created_at = created_at - interval '1 day'"
    };
    for (change, column) in [
        ("prepared_by = NULL", "prepared_by"),
        ("signed_by = prepared_by", "signed_by"),
        (earlier, "created_at"),
        ("expires_on = '2099-12-31'", "expires_on"),
    ] {
        set(&desk, &certificate, change).await;
        assert_eq!(check(&desk).await[0].damaged, [Part::Columns], "{change}");
        let proposed = propose(&desk, &certificate).await;
        assert_eq!(proposed.status, 201, "{change}: {}", proposed.body);
        // The record is what was signed; what stands beside it the second officer sees.
        assert_eq!(proposed.body["changes"], json!([]), "{change}");
        let columns = proposed.body["columns"].as_array().unwrap();
        assert_eq!(columns.len(), 1, "{change}: {columns:?}");
        assert_eq!(columns[0]["member"], column);
        assert_ne!(columns[0]["kept"], columns[0]["signed"], "{change}");
        confirm(&desk, &certificate, &proposed).await;
        assert!(check(&desk).await[0].damaged.is_empty(), "{change}");
    }
    let auditor = desk.app.officer_who_may(&[Permission::ReadAudit]).await;
    for deed in ["certificate.restoration_proposed", "certificate.restored"] {
        let trail = desk.app.get("/audit").by(&auditor).query(&[("deed", deed)]);
        let trail = trail.expect(200).await;
        assert_eq!(trail.text("/items/0/reason_text"), REASON, "{deed}");
    }
}

/// A row of a deed with another doer, which hashes to what it says.
fn forged(conn: &mut AnyConn, deed: &str, doer: Uuid, place: Option<(i64, i64)>) -> vptex::store::Result<Row> {
    let mut row: Row = audit_log::table
        .filter(audit_log::deed.eq(deed.to_owned()))
        .order(audit_log::seq)
        .first(conn)?;
    row.actor_id = Some(DbId(doer));
    let (lane, link) = place.unwrap_or((row.lane.unwrap(), row.link.unwrap()));
    (row.lane, row.link, row.prev_hash) = (Some(lane), Some(link), Some(NOTHING.to_vec()));
    row.hash = Some(row.content(lane, link, NOTHING).hash().to_vec());
    assert!(row.is_as_hashed());
    Ok(row)
}

/// Writes a forged row as another one, under a number.
fn written(uow: &mut Uow<'_>, mut row: Row, seq: i64) -> vptex::store::Result<()> {
    row.id = DbId(Uuid::from_u128(7));
    row.hash = Some(
        row.content(row.lane.unwrap(), row.link.unwrap(), NOTHING)
            .hash()
            .to_vec(),
    );
    assert!(row.is_as_hashed());
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::seq.eq(seq),
            audit_log::id.eq(row.id),
            audit_log::at.eq(row.at),
            audit_log::actor_kind.eq(row.actor_kind),
            audit_log::actor_id.eq(row.actor_id),
            audit_log::deed.eq(row.deed),
            audit_log::subject_kind.eq(row.subject_kind),
            audit_log::subject_id.eq(row.subject_id),
            audit_log::request_id.eq(row.request_id),
            audit_log::session_id.eq(row.session_id),
            audit_log::ip.eq(row.ip),
            audit_log::port.eq(row.port),
            audit_log::after_hash.eq(row.after_hash),
            audit_log::lane.eq(row.lane),
            audit_log::link.eq(row.link),
            audit_log::prev_hash.eq(row.prev_hash),
            audit_log::hash.eq(row.hash),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Opens the trail to whoever owns the tables.
async fn open_trail(desk: &Desk) {
    let open = if desk.app.exchange().db.queues_writes() {
        "DROP TRIGGER IF EXISTS audit_log_no_update"
    } else {
        "ALTER TABLE audit_log DISABLE TRIGGER USER; ALTER TABLE audit_log ALTER COLUMN seq SET GENERATED BY DEFAULT"
    };
    desk.app.by_hand(open).await;
}

/// Whoever can write rows can write such that hash to what they say: they tell nothing of who prepared and signed, since no others are chained to them.
#[actix_web::test]
async fn rows_of_the_trail_to_which_nothing_is_chained_are_not_believed() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    open_trail(&desk).await;
    let forger: Uuid = desk.app.id_of(&desk.owner).await.parse().unwrap();
    // Another issue, before the one that was.
    let insert = move |uow: &mut Uow<'_>| -> vptex::store::Result<()> {
        let row = forged(uow.conn(), "certificate.issued", forger, Some((4_000, 1)))?;
        written(uow, row, -1)
    };
    desk.app.change(insert).await;
    assert!(check(&desk).await[0].damaged.is_empty());
    // Who signed is still found by the row that was written then.
    set(&desk, &certificate, "signed_by = prepared_by").await;
    assert_eq!(check(&desk).await[0].damaged, [Part::Columns]);
    let proposed = propose(&desk, &certificate).await;
    assert_eq!(proposed.status, 201, "{}", proposed.body);
    let signer = desk.app.id_of(&desk.signer).await;
    assert_eq!(proposed.body["columns"][0]["member"], "signed_by");
    assert_eq!(proposed.body["columns"][0]["signed"], json!(signer));
    confirm(&desk, &certificate, &proposed).await;
    // Another proposer in the row that there is.
    let update = move |uow: &mut Uow<'_>| -> vptex::store::Result<()> {
        let row = forged(uow.conn(), "dossier.proposed", forger, None)?;
        diesel::update(audit_log::table.filter(audit_log::seq.eq(row.seq)))
            .set((
                audit_log::actor_id.eq(row.actor_id),
                audit_log::prev_hash.eq(row.prev_hash),
                audit_log::hash.eq(row.hash),
            ))
            .execute(uow.conn())?;
        Ok(())
    };
    desk.app.change(update).await;
    assert!(check(&desk).await[0].damaged.is_empty());
}

/// What ended a certificate is believed of rows that the chain holds alone; where it holds none of them, nothing is put back.
#[actix_web::test]
async fn an_annulment_that_the_chain_does_not_hold_is_not_believed() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    open_trail(&desk).await;
    let forger: Uuid = desk.app.id_of(&desk.owner).await.parse().unwrap();
    let insert = move |uow: &mut Uow<'_>| -> vptex::store::Result<()> {
        let mut row = forged(uow.conn(), "certificate.issued", forger, Some((4_000, 1)))?;
        row.deed = "certificate.annulled".to_owned();
        written(uow, row, -1)
    };
    desk.app.change(insert).await;
    // It is named, and not taken for what the register is to have.
    assert_eq!(check(&desk).await[0].damaged, [Part::Trail]);
    assert_eq!(verify(&desk, &certificate).await.text("/validity"), "valid");
    set(&desk, &certificate, "signed_by = prepared_by").await;
    let refused = propose(&desk, &certificate).await;
    assert_eq!((refused.status, refused.code()), (422, "certificate_not_genuine"));
    assert!(
        refused.text("/messages/vi").contains("vptex audit verify"),
        "{}",
        refused.body
    );
}

#[actix_web::test]
async fn an_annulment_whose_row_was_changed_is_not_undone() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    desk.take(&case_of(&desk, &certificate).await, "annul").await;
    assert!(check(&desk).await[0].damaged.is_empty());
    open_trail(&desk).await;
    let forger: Uuid = desk.app.id_of(&desk.owner).await.parse().unwrap();
    let update = move |uow: &mut Uow<'_>| -> vptex::store::Result<()> {
        let row = forged(uow.conn(), "certificate.annulled", forger, None)?;
        diesel::update(audit_log::table.filter(audit_log::seq.eq(row.seq)))
            .set((
                audit_log::actor_id.eq(row.actor_id),
                audit_log::prev_hash.eq(row.prev_hash),
                audit_log::hash.eq(row.hash),
            ))
            .execute(uow.conn())?;
        Ok(())
    };
    desk.app.change(update).await;
    for change in ["expires_on = '2099-12-31'", "annulled_on = NULL"] {
        set(&desk, &certificate, change).await;
        assert!(check(&desk).await[0].damaged.contains(&Part::Trail), "{change}");
        let refused = propose(&desk, &certificate).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "certificate_not_genuine"),
            "{change}"
        );
    }
}

#[actix_web::test]
async fn what_is_damaged_or_was_never_signed_is_told_what_helps() {
    let desk = Desk::open().await;
    let certificate = registered(&desk).await;
    change(&desk, &certificate).await;
    let refused = desk.try_event(&case_of(&desk, &certificate).await, "annul").await;
    assert_damaged(&refused);
    let said = refused.text("/messages/vi");
    assert!(said.contains("restoration-proposal"), "{said}");
    // What was entered has no signed record, and no file of it helps.
    let call = desk.app.post("/certificates").by(&desk.signer);
    let entered = call.json(&old_paper(&desk.tax_code)).expect(201).await;
    let refused = propose(&desk, &entered).await;
    assert_eq!((refused.status, refused.code()), (422, "certificate_not_genuine"));
    let said = refused.text("/messages/vi");
    assert!(said.contains("không ký trên Sàn"), "{said}");
}
