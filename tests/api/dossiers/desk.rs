//! Both sides of the counter, and what is filed at it.

use jiff::civil::Date;
use serde_json::{Value, json};
use vptex::domain::account::Permission;
use vptex::domain::calendar::{Calendar, Term, day_of, midnight};
use vptex::domain::clock::Clock as _;

use crate::harness::documents::{PDF, pdf};
use crate::harness::{Person, Reply, TestApp};

/// An enterprise that files, and an officer behind the counter.
pub struct Desk {
    pub app: TestApp,
    pub officer: Person,
    /// Signs what the officer proposes.
    pub signer: Person,
    pub owner: Person,
    pub tax_code: String,
}

/// The same, borrowed.
pub struct Counter<'a> {
    pub app: &'a TestApp,
    pub owner: &'a Person,
    pub officer: &'a Person,
    pub signer: &'a Person,
}

impl Counter<'_> {
    async fn post(&self, seen: &Reply, by: &Person, body: &Value) -> Reply {
        let path = format!("/dossiers/{}/events", seen.text("/id"));
        let call = self.app.post(&path).by(by).if_match(seen.number("/version"));
        call.json(body).send().await
    }

    pub async fn propose(&self, seen: &Reply, body: &Value) -> Reply {
        let path = format!("/dossiers/{}/proposal", seen.text("/id"));
        let call = self.app.put(&path).by(self.officer).if_match(seen.number("/version"));
        call.json(body).send().await
    }

    /// An event with all that it needs, done by whoever does it; what two officers do is proposed by the one before.
    pub async fn try_event(&self, seen: &Reply, event: &str) -> Reply {
        let possible = seen.body["possible"].as_array().unwrap();
        let known = possible.iter().find(|known| known["event"]["code"] == event);
        let known = known.unwrap_or_else(|| panic!("{event} is not possible: {possible:?}"));
        let mut body = json!({"event": event});
        if known["takes_day"] == true {
            body["given_on"] = json!(day_of(self.app.clock.now()));
        }
        if known["year"].is_number() {
            body["year"] = known["year"].clone();
        }
        if known["needs_note"] == true {
            body["note"] = json!("Theo văn bản của Sở.");
        }
        if known["needs_letter"] == true {
            // Each opinion of a dossier has a letter of its own.
            let count = if event == "issue_opinion" {
                seen.number("/version")
            } else {
                0
            };
            body["letter_number"] = json!(format!("{}/SKHCN-QLCN", 512 + count));
            body["letter_on"] = json!(day_of(self.app.clock.now()));
        }
        if known["needs_addressees"] == true {
            body["addressees"] = json!(["Công ty TNHH Cơ khí Sông Thao", "Sở Tài chính", "Thuế tỉnh Phú Thọ"]);
        }
        if known["promises_day"] == true {
            let soon = day_of(self.app.clock.now());
            body["promised_on"] = json!(Calendar::shipped().due(soon, Term::WorkingDays(1)));
        }
        if let Some(ground) = known["grounds"].get(0) {
            body["ground"] = ground.clone();
        }
        if known["needs_two"] == true {
            let proposed = self.propose(seen, &body).await;
            if proposed.status != 200 {
                return proposed;
            }
            return self.post(&proposed, self.signer, &json!({"event": event})).await;
        }
        let is_filers = known["side"] == "filer" && seen.body["is_paper"] == false;
        let by = if is_filers { self.owner } else { self.officer };
        if event.ends_with("_report") {
            send_report(self.app, by, seen).await;
        }
        if event == "repay" {
            send_receipt(self.app, by, seen).await;
        }
        self.post(seen, by, &body).await
    }

    pub async fn take(&self, seen: &Reply, event: &str) -> Reply {
        let taken = self.try_event(seen, event).await;
        assert_eq!(taken.status, 200, "{event}: {}", taken.body);
        taken
    }

    /// A registration as far as the officer accepted it.
    pub async fn accepted(&self, content: &Value) -> Reply {
        let new = json!({"procedure": "REG", "content": content});
        let mut seen = self.app.post("/dossiers").by(self.owner).json(&new).expect(201).await;
        for event in ["sign_contract", "submit", "accept_complete"] {
            seen = self.take(&seen, event).await;
        }
        seen
    }

    /// A registration to its end: the dossier with its certificate.
    pub async fn register(&self, content: &Value) -> Reply {
        let accepted = self.accepted(content).await;
        self.take(&accepted, "issue").await
    }
}

/// Sends the paper of a report on a licence.
pub async fn send_report(app: &TestApp, by: &Person, seen: &Reply) {
    send_later(app, by, seen, "annual_report").await;
}

/// Sends the receipt of what was repaid to the Treasury.
pub async fn send_receipt(app: &TestApp, by: &Person, seen: &Reply) {
    send_later(app, by, seen, "treasury_receipt").await;
}

/// Sends a paper that comes after the decision.
async fn send_later(app: &TestApp, by: &Person, seen: &Reply, document: &str) {
    let path = format!("/dossiers/{}/files?document={document}&name=giay.pdf", seen.text("/id"));
    app.post(&path).by(by).file(PDF, pdf(5)).expect(201).await;
}

impl Desk {
    pub async fn open() -> Self {
        Self::of(TestApp::spawn().await).await
    }

    /// On the morning of a day.
    pub async fn on(day: Date) -> Self {
        let mut app = TestApp::prepare();
        let morning = midnight(day).as_second() + 9 * 3_600;
        app.clock.pass(morning - app.clock.now().as_second());
        app.start();
        app.settle().await;
        assert_eq!(day_of(app.clock.now()), day);
        Self::of(app).await
    }

    /// At a server that runs already.
    pub async fn of(app: TestApp) -> Self {
        let reviewer = app.officer().await;
        let owner = app.active_enterprise(&reviewer).await;
        let officer = app.officer_who_may(&[Permission::HandleDossiers]).await;
        let signer = app
            .officer_who_may(&[Permission::HandleDossiers, Permission::SignCertificates])
            .await;
        let seen = app.get(&format!("/enterprises/{}", owner.enterprise)).by(&owner);
        let tax_code = seen.expect(200).await.text("/tax_code").to_owned();
        Self {
            app,
            officer,
            signer,
            owner,
            tax_code,
        }
    }

    pub fn today(&self) -> Date {
        day_of(self.app.clock.now())
    }

    /// Begins a dossier: the officer one that came on paper, the enterprise its own.
    pub async fn begin(&self, by: &Person, body: &Value) -> Reply {
        self.app.post("/dossiers").by(by).json(body).expect(201).await
    }

    pub async fn read(&self, by: &Person, seen: &Reply) -> Reply {
        let path = format!("/dossiers/{}", seen.text("/id"));
        self.app.get(&path).by(by).expect(200).await
    }

    pub fn counter(&self) -> Counter<'_> {
        Counter {
            app: &self.app,
            owner: &self.owner,
            officer: &self.officer,
            signer: &self.signer,
        }
    }

    /// Everybody signs in anew after days have passed.
    pub async fn later(self, days: i64) -> Self {
        self.app.clock.pass(days * 86_400);
        Self {
            owner: self.app.another_day(&self.owner).await,
            officer: self.app.another_day(&self.officer).await,
            signer: self.app.another_day(&self.signer).await,
            ..self
        }
    }

    pub async fn try_event(&self, seen: &Reply, event: &str) -> Reply {
        self.counter().try_event(seen, event).await
    }

    pub async fn take(&self, seen: &Reply, event: &str) -> Reply {
        self.counter().take(seen, event).await
    }

    pub async fn post(&self, seen: &Reply, by: &Person, body: &Value) -> Reply {
        let path = format!("/dossiers/{}/events", seen.text("/id"));
        let call = self.app.post(&path).by(by).if_match(seen.number("/version"));
        call.json(body).send().await
    }
}

/// A contract that comes from abroad, with everything that the law asks for.
pub fn content(tax_code: &str) -> Value {
    let papers = [
        "application",
        "contract",
        "amendment",
        "legal_status",
        "explanation",
        "conditions",
        "standards",
        "technology_list",
    ];
    let papers: Vec<Value> = papers
        .iter()
        .map(|paper| json!({"document": paper, "form": "original"}))
        .collect();
    json!({
        "transferor": {
            "name": "Nakamura Seiki K.K.", "country": "JP", "address": "Osaka", "representative": "Nakamura Ken",
        },
        "transferee": {
            "name": "Công ty TNHH Cơ khí Sông Thao", "tax_code": tax_code, "country": "VN", "commune_code": "08494",
            "address": "Khu 5, phường Việt Trì", "representative": "Nguyễn Thị Lan", "economic_type": "non_state",
        },
        "direction": "inbound", "form": "independent", "technology_status": "normal", "parties_are_related": false,
        "contract": {"ends_on": "2031-12-31", "effect": "Từ ngày được cấp Giấy chứng nhận", "place": "Phú Thọ"},
        "technology": {
            "name": "Công nghệ sấy lúa tầng sôi", "objects": ["know_how"], "products": "Lúa sấy", "standards": "TCVN 8370",
            "rights": ["non_exclusive_use"], "methods": ["training"], "fields": ["food.drying"],
        },
        "money": {"amount": "300000.00", "currency": "USD", "vnd_value": 7_500_000_000_i64, "exchange_rate_on": "2025-12-01",
            "payment_methods": ["lump_or_instalments"]},
        "terms": {
            "rights_and_duties": "Theo Điều 4", "schedule": "12 tháng", "warranty": "24 tháng", "penalties": "8 %",
            "liability": "Theo Điều 9", "dispute_body": "VIAC",
        },
        "amendment": {"certificate_number": "01/2024/CNĐKCGCN", "kinds": ["extension"], "new_ends_on": "2034-12-31",
            "changes": [{"clause": "Điều 3", "before": "2026", "after": "2031"}]},
        "project": {"name": "Nhà máy sấy", "investor": "Công ty TNHH Cơ khí Sông Thao", "group": "B",
            "requesting_body": "Sở Tài chính", "decided_by": "provincial", "appraisal_number": "12/SKHCN-QLCN", "appraised_on": "2025-06-02",
            "appraised_by": "Sở Khoa học và Công nghệ tỉnh Phú Thọ"},
        "appraisal": {
            "fitness": "Phù hợp quy mô dự án", "proof_of_use": "Đã dùng ở Nhật Bản từ 2015", "training": "Đào tạo 12 người",
            "conditions": "Có nguồn điện ba pha", "environment": "Bụi được lọc", "transfers_technology": false,
            "claims_high_technology": false, "products": "Lúa sấy theo TCVN 8370", "materials": "Trấu của vùng, đủ cho cả năm",
            "costs": "Công nghệ và thiết bị 6 tỷ đồng, đào tạo 200 triệu đồng",
        },
        "support": {"product": "Bưởi Đoan Hùng", "right": "Nhãn hiệu chứng nhận"},
        "attachments": papers,
    })
}
