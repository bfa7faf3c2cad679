//! Procedures of the law and dossiers, and what is asked about them.

use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::procedure;

use super::cases::{On, Wear};
use super::cast::{Cast, SECRET, Scene};
use crate::harness::pictures;

/// As [`case`](super::cases::case) tells it.
pub fn case(name: &str) -> (On, &'static [&'static str], Wear) {
    const STATES: &[&str] = &["draft", "submitted", "absent"];
    match name {
        "list_procedures"
        | "get_procedure"
        | "publish_procedure"
        | "list_procedure_versions"
        | "get_procedure_version"
        | "create_dossier"
        | "list_dossiers"
        | "list_my_dossiers"
        | "list_certificates"
        | "enter_certificate"
        | "list_my_certificates"
        | "list_annulled_certificates"
        | "verify_certificate"
        | "export_certificates"
        | "list_opinions"
        | "export_opinions"
        | "preview_periodic_report"
        | "publish_periodic_report"
        | "list_periodic_reports" => (On::Nothing, &["-"][..], Wear::Nothing),
        "get_dossier"
        | "edit_dossier"
        | "list_dossier_events"
        | "get_proposal"
        | "propose"
        | "withdraw_proposal"
        | "put_dossier_consultations"
        | "screen_dossier" => (On::Dossier, STATES, Wear::Thing),
        "get_dossier_consultations"
        | "list_dossier_files"
        | "add_dossier_file"
        | "get_dossier_receipt"
        | "get_dossier_receipt_document" => (On::Dossier, STATES, Wear::Nothing),
        "get_dossier_file" | "remove_dossier_file" => (
            On::DossierFile,
            &["draft", "submitted", "foreign", "absent"][..],
            Wear::Thing,
        ),
        // What was accepted may be signed.
        "take_dossier_event" => (
            On::Dossier,
            &["draft", "submitted", "accepted", "absent"][..],
            Wear::Thing,
        ),
        "get_certificate"
        | "get_certificate_document"
        | "get_certificate_record"
        | "get_certificate_proof"
        | "propose_duplicate"
        | "get_duplicate_proposal"
        | "withdraw_duplicate_proposal"
        | "issue_duplicate"
        | "propose_restoration"
        | "get_restoration_proposal"
        | "withdraw_restoration_proposal"
        | "confirm_restoration" => (On::Certificate, &["issued", "absent"][..], Wear::Nothing),
        "get_periodic_report" | "get_periodic_report_file" => {
            (On::PeriodicReport, &["published", "absent"][..], Wear::Nothing)
        }
        unknown => panic!("nobody has thought about who may call {unknown}"),
    }
}

/// The body that an operation takes.
pub fn body(name: &str, number: u32) -> Option<Value> {
    match name {
        // As they are: no version is made, so that everybody asks about the same one.
        "publish_procedure" => serde_json::to_value(&procedure::shipped()["REG"].text).ok(),
        "create_dossier" => Some(json!({"procedure": "REG"})),
        "edit_dossier" => Some(json!({"technology": {"name": "Công nghệ khác"}})),
        "take_dossier_event" => Some(json!({"event": "withdraw"})),
        // No procedure of the scene issues anything: whoever may propose is told of that.
        "propose" => Some(json!({"event": "issue"})),
        "put_dossier_consultations" => Some(json!({"consultations": []})),
        "screen_dossier" => Some(json!({"regulated_items": []})),
        "enter_certificate" => {
            let mut paper = crate::certificates::old_paper("2600357502");
            paper["number"] = json!(format!("{number}/2023/CNĐKCGCN-SKHCN"));
            Some(paper)
        }
        "publish_periodic_report" => Some(report(number)),
        // Of a day to come: whoever may is told so, and nothing waits for anybody.
        "propose_duplicate" => {
            Some(json!({"asked_by": "Bên nhận", "asked_on": "2031-01-01", "cause": "lost", "reason": "Mất."}))
        }
        "issue_duplicate" | "confirm_restoration" => Some(json!({"proposal": uuid::Uuid::from_u128(7)})),
        "propose_restoration" => Some(json!({"reason": "Bản ghi bị thay đổi."})),
        _ => None,
    }
}

/// A report of a day of its own.
fn report(number: u32) -> Value {
    let day = jiff::civil::date(1990, 1, 1).saturating_add(jiff::Span::new().days(i64::from(number % 12_000)));
    json!({"form": "a_iv_11", "from": day, "to": day})
}

impl Cast {
    /// A report that was published.
    pub async fn periodic_report(&mut self) -> String {
        let number = self.number();
        let officer = self.app.officer_who_may(&[Permission::PublishReports]).await;
        let call = self.app.post("/periodic-reports").by(&officer);
        let published = call.json(&report(number)).expect(201).await;
        published.text("/id").to_owned()
    }

    /// A certificate that was issued to the scene's enterprise.
    pub async fn certificate(&mut self, scene: &Scene) -> String {
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let path = format!("/enterprises/{}", scene.id);
        let code = app.get(&path).by(owner).expect(200).await.text("/tax_code").to_owned();
        let officer = app.officer_who_may(&[Permission::HandleDossiers]).await;
        let signer = app
            .officer_who_may(&[Permission::HandleDossiers, Permission::SignCertificates])
            .await;
        let counter = crate::dossiers::Counter {
            app,
            owner,
            officer: &officer,
            signer: &signer,
        };
        let issued = counter.register(&crate::dossiers::content(&code)).await;
        issued.text("/certificate/id").to_owned()
    }

    /// A dossier of the scene's enterprise with a file of its papers, or with the name of another dossier's.
    pub async fn dossier_file(&mut self, scene: &Scene, state: &str) -> [String; 2] {
        let of = if state == "submitted" { "draft" } else { state };
        let (dossier, version) = self.dossier(scene, of).await;
        let holder = if state == "foreign" {
            self.dossier(scene, of).await.0
        } else {
            dossier.clone()
        };
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let call = app.post(&format!("/dossiers/{holder}/files?document=other&name=a.png"));
        let sent = call.by(owner).file("image/png", pictures::png(4, 3)).expect(201).await;
        if state == "submitted" {
            // What the content does not name is nobody's but its sender's.
            let path = format!("/enterprises/{}", scene.id);
            let code = app.get(&path).by(owner).expect(200).await.text("/tax_code").to_owned();
            let mut content = crate::dossiers::content(&code);
            content["technology"]["name"] = json!(format!("Công nghệ {SECRET}"));
            let paper = json!({"document": "other", "file": sent.text("/id")});
            content["attachments"].as_array_mut().unwrap().push(paper);
            let call = app.put(&format!("/dossiers/{dossier}")).by(owner).if_match(version);
            let named = call.json(&content).expect(200).await;
            let call = app
                .post(&format!("/dossiers/{dossier}/events"))
                .by(owner)
                .if_match(named.number("/version"));
            call.json(&json!({"event": "submit"})).expect(200).await;
        }
        [dossier, sent.text("/id").to_owned()]
    }

    /// A dossier of the scene's enterprise: identifier and version.
    pub async fn dossier(&mut self, scene: &Scene, state: &str) -> (String, i64) {
        let (app, owner) = (&self.app, &scene.people["owner"]);
        let path = format!("/enterprises/{}", scene.id);
        let code = app.get(&path).by(owner).expect(200).await.text("/tax_code").to_owned();
        let mut content = crate::dossiers::content(&code);
        content["technology"]["name"] = json!(format!("Công nghệ {SECRET}"));
        if state == "accepted" {
            let officer = app.officer_who_may(&[Permission::HandleDossiers]).await;
            let counter = crate::dossiers::Counter {
                app,
                owner,
                officer: &officer,
                signer: &officer,
            };
            let accepted = counter.accepted(&content).await;
            return (accepted.text("/id").to_owned(), accepted.number("/version"));
        }
        let body = json!({"procedure": "IP_SUPPORT", "content": content});
        let mut seen = app.post("/dossiers").by(owner).json(&body).expect(201).await;
        if state == "submitted" {
            let path = format!("/dossiers/{}/events", seen.text("/id"));
            let call = app.post(&path).by(owner).if_match(seen.number("/version"));
            seen = call.json(&json!({"event": "submit"})).expect(200).await;
        }
        (seen.text("/id").to_owned(), seen.number("/version"))
    }
}
