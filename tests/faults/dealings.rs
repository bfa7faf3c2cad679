//! What enterprises have to do with each other and officers with them: inquiries and what comes of them, enterprises from a file of the
//! Department's, a register that is taken as a file.

use serde_json::{Value, json};

use crate::ledger::{Entity, Facts};
use crate::people::Who;
use crate::tax_codes::tax_code;
use crate::web::{Ask, Reply};
use crate::writer::{Done, Writer};

/// Rows of a file of enterprises, at most.
const ROWS: u64 = 8;
const HEAD: &str = "Mã số thuế;Loại hình pháp lý;Tên đơn vị;Địa chỉ;Xã, phường;Tỉnh, thành phố;Người liên hệ;Điện thoại;\
                    Thư điện tử;Lĩnh vực\n";

impl Writer<'_> {
    /// An inquiry about a public listing, on which both sides agree, and the dossier that the owner begins of it. Where nothing is
    /// public, or nobody asks, a listing.
    pub fn inquiry(&mut self) -> Done<()> {
        let Some(buyer) = self.world.buyer.clone().map(Who::Bearer) else {
            return self.listing();
        };
        // One that goes on about each listing.
        let Some(listing) = self.published.pop() else {
            return self.listing();
        };
        let number = self.world.number();
        let question = json!({"interest": "quote", "message": format!("Hợp tác xã cần máy sấy kiểu {number}.")});
        let ask = Ask::post(format!("/listings/{listing}/inquiries"))
            .json(&question)
            .under(format!("inquiry-{number}"));
        let made = |reply: &Reply| {
            let facts = Facts::of([("/state", json!("submitted")), ("/proposal/by", Value::Null)]);
            // The owner reads it: whoever asked is of this round only.
            Entity::new(
                "inquiry",
                Who::Owner,
                format!("/inquiries/{}", reply.text("/id")),
                facts,
            )
        };
        let (at, sent) = self.create("inquiry sent", buyer.clone(), ask, Box::new(made))?;
        let path = format!("/inquiries/{}", sent.text("/id"));
        let ask = Ask::post(format!("{path}/messages")).json(&json!({"text": "Máy có sẵn, xin mời xem tại xưởng."}));
        let next = self.now(at).but([("/state", json!("replied"))]);
        self.change("inquiry answered", at, &Who::Owner, ask, next)?;
        let next = self.now(at).but([("/proposal/by", json!("owner"))]);
        let body = json!({"outcome": {"contract_no": format!("{number}/HĐCGCN")}});
        self.agree("agreement proposed", (at, &path), &Who::Owner, &body, next)?;
        let next = self
            .now(at)
            .but([("/state", json!("agreed")), ("/proposal/by", Value::Null)]);
        self.agree("inquiry agreed", (at, &path), &buyer, &json!({}), next)?;
        let id = sent.at("/id");
        let ask = Ask::post("/dossiers")
            .json(&json!({"procedure": "REG", "inquiry_id": id}))
            .under(format!("deal-{number}"));
        let made = move |reply: &Reply| {
            let facts = Facts::of([("/inquiry_id", id.clone()), ("/number", Value::Null)]);
            Entity::new("dossier", Who::Owner, format!("/dossiers/{}", reply.text("/id")), facts)
        };
        self.create("dossier of an inquiry", Who::Owner, ask, Box::new(made))?;
        Ok(())
    }

    /// One side says that both agree.
    fn agree(
        &mut self,
        kind: &'static str,
        (at, path): (usize, &str),
        who: &Who,
        body: &Value,
        next: Facts,
    ) -> Done<Reply> {
        let seen = self.ask(&Ask::get(path).by(&self.world.token(who)))?;
        let ask = Ask::post(format!("{path}/agreement")).of_version(seen.version());
        self.change(kind, at, who, ask.json(body), next)
    }

    /// A file of enterprises that the Department knows: every row once, however often the program dies over it.
    pub fn enterprises(&mut self) -> Done<()> {
        let rows = self.chance.between(1, ROWS);
        let mut file = String::from(HEAD);
        for _ in 0..rows {
            let number = self.world.number();
            let code = tax_code(number);
            file += &format!(
                "{code};Công ty cổ phần;Công ty Cổ phần Chè Số {number};Khu 5;Lâm Thao;Phú Thọ;Nguyễn Thị Lan;0210 3 846 555;\
                 lan@{code}.example;mechanics\n"
            );
        }
        let made = move |reply: &Reply| Entity {
            settles: true,
            ..Entity::new(
                "enterprise import",
                Who::Officer,
                format!("/enterprise-imports/{}", reply.text("/id")),
                Facts::of([
                    ("/status", json!("finished")),
                    ("/counts/created", json!(rows)),
                    ("/counts/refused", json!(0)),
                ]),
            )
        };
        let ask = Ask::post("/enterprise-imports?name=dn.csv").file("text/csv", file.into_bytes());
        self.create("enterprise import taken", Who::Officer, ask, Box::new(made))?;
        Ok(())
    }

    /// The register of certificates as a file, which one of two officers takes. What comes is whole or breaks off.
    pub fn export(&mut self) -> Done<()> {
        let who = self.chance.pick(&[Who::Officer, Who::Signer]).clone();
        let ask = Ask::get("/exports/certificates?format=jsonl").by(&self.world.token(&who));
        self.download(&ask)?;
        self.ledger.acknowledged.push("register taken");
        Ok(())
    }
}
