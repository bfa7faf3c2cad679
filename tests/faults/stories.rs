//! What clients write, each a short story of one thing. Dossiers and certificates are in `counter`, what enterprises and officers have
//! to do with each other besides in `dealings`.

use serde_json::{Value, json};

use crate::ledger::{CONTENT, Entity, Facts, anything};
use crate::people::{Who, approval, registration};
use crate::sites::By;
use crate::web::{Ask, Reply};
use crate::writer::{Done, Writer};

/// Rows of a file of listings, at most.
const ROWS: u64 = 60;

impl Writer<'_> {
    /// One thing, of some kind.
    pub fn write(&mut self) -> Done<()> {
        match self.world.mostly {
            Some(by) if self.chance.is(50) => self.towards(by),
            _ => self.anything(),
        }
    }

    /// One thing that leads by a place in the program.
    fn towards(&mut self, by: By) -> Done<()> {
        match by {
            By::Listing | By::Revision => self.listing(),
            By::Picture => self.picture(),
            By::Dossier => self.dossier(),
            By::Session => self.session(),
            By::Key => self.key(),
            By::Letter if self.chance.is(60) => self.open_letter(),
            By::Registration | By::Letter => self.register(),
            By::Vocabulary => self.vocabulary(),
            By::ListEntry => self.list_entry(),
            By::Import => self.import(),
            By::Report if !self.published.is_empty() => self.report(),
            By::Report => self.listing(),
            By::EnterpriseImport => self.enterprises(),
            By::Inquiry => self.inquiry(),
            By::Export => self.export(),
            By::Duplicate => self.duplicate(),
            By::Annulment => self.annulment(),
            _ => self.anything(),
        }
    }

    fn anything(&mut self) -> Done<()> {
        match self.chance.below(40) {
            0..=13 => self.listing(),
            14..=17 => self.picture(),
            18..=23 => self.dossier(),
            24..=26 => self.session(),
            // There may be twenty: those that were cut off would keep out the ones that a place is come by with.
            27..=28 if self.world.mostly.is_none() => self.key(),
            29..=31 => self.register(),
            32..=33 => self.open_letter(),
            34..=35 => self.vocabulary(),
            36 => self.list_entry(),
            37..=38 if self.world.has_imports => self.import(),
            _ => self.report(),
        }
    }

    /// A listing from draft to the public, and perhaps back.
    pub fn listing(&mut self) -> Done<()> {
        let (at, id) = self.draft()?;
        let path = format!("/listings/{id}");
        let mut version = 1;
        for _ in 0..self.chance.below(3) {
            let model = format!("M-{}", self.world.number());
            let next = self.now(at).but([("/model", json!(model))]);
            let ask = Ask::new("PATCH", &path)
                .of_version(version)
                .json(&json!({"model": model}));
            let reply = self.change("listing edited", at, &Who::Owner, ask, next)?;
            version = self.versioned(at, &reply);
        }
        let next = self.now(at).but([("/status", json!("submitted"))]);
        let ask = Ask::post(format!("{path}/submission"));
        let reply = self.change("listing submitted", at, &Who::Owner, ask, next)?;
        version = self.versioned(at, &reply);
        if self.chance.is(20) {
            return Ok(());
        }
        let next = self
            .now(at)
            .but([("/status", json!("published")), ("/code", anything())]);
        let ask = approval(&path).of_version(version);
        let reply = self.change("listing approved", at, &Who::Officer, ask, next)?;
        version = self.versioned(at, &reply);
        match self.chance.below(4) {
            0 => {
                let next = self.now(at).but([("/status", json!("withdrawn"))]);
                let ask = Ask::new("DELETE", format!("{path}/submission")).of_version(version);
                self.change("listing withdrawn", at, &Who::Owner, ask, next)?;
            }
            1 => self.revise(at, &path, version)?,
            _ => self.published.push(id),
        }
        Ok(())
    }

    /// A draft; gives where it stands in the book, and its identifier.
    fn draft(&mut self) -> Done<(usize, String)> {
        let number = self.world.number();
        let (title, word) = (format!("Máy sấy KX{number}"), format!("KX{number}"));
        let ask = Ask::post("/listings")
            .json(&equipment(&title))
            .under(format!("listing-{number}"));
        let made = move |reply: &Reply| Entity {
            word: Some(word.clone()),
            ..Entity::new(
                "listing",
                Who::Owner,
                format!("/listings/{}", reply.text("/id")),
                Facts::of([
                    ("/title/vi", json!(title)),
                    ("/status", json!("draft")),
                    ("/version", json!(1)),
                    ("/model", Value::Null),
                    ("/code", Value::Null),
                ]),
            )
        };
        let (at, reply) = self.create("listing created", Who::Owner, ask, Box::new(made))?;
        Ok((at, reply.text("/id")))
    }

    /// A change of what is public, which an officer approves.
    fn revise(&mut self, at: usize, path: &str, version: i64) -> Done<()> {
        let model = format!("R-{}", self.world.number());
        let ask = Ask::new("PATCH", path)
            .of_version(version)
            .json(&json!({"model": model}));
        let made = {
            let (path, model) = (format!("{path}/revision"), model.clone());
            move |_: &Reply| {
                let facts = Facts::of([("/status", json!("draft")), ("/content/model", json!(model))]);
                Entity::new("revision", Who::Owner, path.clone(), facts)
            }
        };
        let (open, reply) = self.create("revision begun", Who::Owner, ask, Box::new(made))?;
        let next = self.now(open).but([("/status", json!("submitted"))]);
        let ask = Ask::post(format!("{path}/revision/submission")).of_version(reply.version());
        let reply = self.change("revision submitted", open, &Who::Owner, ask, next)?;
        // Two things change with one request: the listing, and that there is no revision any more.
        let ask = approval(&format!("{path}/revision")).of_version(reply.version());
        self.ledger.entities[open].next = Some(Facts::refused(404));
        let next = self.now(at).but([("/model", json!(model))]);
        let done = self.change("revision approved", at, &Who::Officer, ask, next);
        let listing_may_change = self.ledger.entities[at].next.is_some();
        let revision = &mut self.ledger.entities[open];
        if done.is_ok() {
            revision.now = revision.next.take().unwrap();
        } else if !listing_may_change {
            revision.next = None;
        }
        done.map(drop)
    }

    /// A picture of a draft, which is decoded and made anew; perhaps removed again.
    fn picture(&mut self) -> Done<()> {
        let (at, listing) = self.draft()?;
        // Each picture, and its removal, makes another version of the listing.
        self.ledger.entities[at].now = self.now(at).but([]);
        let number = self.world.number();
        let ask = Ask::post(format!("/listings/{listing}/files?name=anh-{number}.png"))
            .file("image/png", picture(number))
            .under(format!("picture-{number}"));
        let made = |reply: &Reply| {
            let facts = Facts::of([(CONTENT, reply.at("/sha256"))]);
            Entity::new("picture", Who::Owner, format!("/files/{}", reply.text("/id")), facts)
        };
        let (at, reply) = self.create("picture added", Who::Owner, ask, Box::new(made))?;
        if self.chance.is(30) {
            let ask = Ask::new("DELETE", format!("/files/{}", reply.text("/id")));
            self.change("picture removed", at, &Who::Owner, ask, Facts::refused(404))?;
        }
        Ok(())
    }

    /// A session that is begun, and perhaps ended.
    fn session(&mut self) -> Done<()> {
        let ask = self.world.people.owner.sign_in();
        let email = self.world.people.owner.email.clone();
        let made = move |reply: &Reply| {
            let who = Who::Bearer(reply.text("/access_token"));
            Entity::new("session", who, "/me".into(), Facts::of([("/email", json!(email))]))
        };
        let (at, reply) = self.create("signed in", Who::Nobody, ask, Box::new(made))?;
        if self.chance.is(50) {
            let who = Who::Bearer(reply.text("/access_token"));
            let ask = Ask::new("DELETE", "/sessions/current");
            self.change("signed out", at, &who, ask, Facts::refused(401))?;
        }
        Ok(())
    }

    /// A key for an enterprise's own system, made by whoever has just signed in; and its revocation.
    fn key(&mut self) -> Done<()> {
        let session = self.ask(&self.world.people.owner.sign_in())?;
        let who = Who::Bearer(session.text("/access_token"));
        let keys = format!("/enterprises/{}/api-keys", self.world.people.enterprise);
        let body = json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 30});
        let made = |reply: &Reply| {
            let who = Who::Bearer(reply.text("/key"));
            Entity::new("key", who, "/me/listings?limit=1".into(), Facts::of([]))
        };
        let ask = Ask::post(&keys).json(&body);
        let (at, reply) = self.create("key made", who.clone(), ask, Box::new(made))?;
        let ask = Ask::new("DELETE", format!("{keys}/{}", reply.text("/id")));
        self.change("key revoked", at, &who, ask, Facts::refused(401))?;
        Ok(())
    }

    /// A registration: what is acknowledged is that a letter comes.
    fn register(&mut self) -> Done<()> {
        let body = registration(self.world.number());
        self.ask(&Ask::post("/registrations").json(&body))?;
        self.ledger.acknowledged.push("registered");
        let email = body["account"]["email"].as_str().unwrap().to_owned();
        self.world.asked.lock().unwrap().push(email);
        Ok(())
    }

    /// Opens a letter that came: the enterprise is there, and an officer verifies it.
    fn open_letter(&mut self) -> Done<()> {
        let opened = {
            let (mut asked, mut mail) = (self.world.asked.lock().unwrap(), self.world.mail.lock().unwrap());
            let came = asked
                .iter()
                .enumerate()
                .find_map(|(at, email)| Some((at, mail.token_for(email)?)));
            came.map(|(at, token)| {
                asked.remove(at);
                token
            })
        };
        let Some(token) = opened else { return Ok(()) };
        let made = |reply: &Reply| {
            let facts = Facts::of([
                ("/status", reply.at("/enterprise/status")),
                ("/legal_name", reply.at("/enterprise/legal_name")),
            ]);
            let path = format!("/enterprises/{}", reply.text("/enterprise/id"));
            Entity::new("enterprise", Who::Officer, path, facts)
        };
        let ask = self.world.people.confirm(&token);
        let (at, reply) = self.create("registration confirmed", Who::Nobody, ask, Box::new(made))?;
        let next = self.now(at).but([("/status", json!("active"))]);
        let ask = approval(&format!("/enterprises/{}", reply.text("/enterprise/id"))).of_version(1);
        self.change("enterprise verified", at, &Who::Officer, ask, next)?;
        Ok(())
    }

    /// An entry of the vocabulary, changed and withdrawn.
    fn vocabulary(&mut self) -> Done<()> {
        let words = || json!([letters("zq", self.world.number()), letters("xk", self.world.number())]);
        let members = words();
        let ask = Ask::post("/vocabulary").json(&json!({"relation": "regional", "members": members}));
        let made = move |reply: &Reply| {
            let facts = Facts::of([
                ("/entry/words/members", members.clone()),
                ("/entry/status", json!("in_force")),
                ("/version", json!(1)),
            ]);
            Entity::new(
                "vocabulary",
                Who::Officer,
                format!("/vocabulary/{}", reply.text("/entry/id")),
                facts,
            )
        };
        let others = words();
        let (at, reply) = self.create("word added", Who::Officer, ask, Box::new(made))?;
        let path = format!("/vocabulary/{}", reply.text("/entry/id"));
        let next = self
            .now(at)
            .but([("/entry/words/members", others.clone()), ("/version", json!(2))]);
        let ask = Ask::new("PATCH", &path).of_version(1).json(&json!({"members": others}));
        self.change("word changed", at, &Who::Officer, ask, next)?;
        let next = self
            .now(at)
            .but([("/entry/status", json!("withdrawn")), ("/version", json!(3))]);
        self.change(
            "word withdrawn",
            at,
            &Who::Officer,
            Ask::new("DELETE", &path).of_version(2),
            next,
        )?;
        Ok(())
    }

    /// An entry of a reference list.
    fn list_entry(&mut self) -> Done<()> {
        let number = self.world.number();
        let code = format!("food.novelty_{number}");
        let body = json!({"code": code, "parent": "food", "name_vi": format!("Nghề {number}"), "name_en": format!("Craft {number}")});
        let path = format!("/taxonomies/fields/entries/{code}");
        let made = {
            let path = path.clone();
            move |_: &Reply| {
                let facts = Facts::of([
                    ("/version", json!(1)),
                    ("/entry/name_en", json!(format!("Craft {number}"))),
                ]);
                Entity::new("list entry", Who::Nobody, path.clone(), facts)
            }
        };
        let ask = Ask::post("/taxonomies/fields/entries").json(&body);
        let (at, _) = self.create("list entry added", Who::Officer, ask, Box::new(made))?;
        let name = format!("Trade {number}");
        let next = self
            .now(at)
            .but([("/version", json!(2)), ("/entry/name_en", json!(name))]);
        let ask = Ask::new("PATCH", path).of_version(1).json(&json!({"name_en": name}));
        self.change("list entry changed", at, &Who::Officer, ask, next)?;
        Ok(())
    }

    /// A file of listings: every row once, however often the program dies over it.
    fn import(&mut self) -> Done<()> {
        let rows = self.chance.between(1, ROWS);
        let mut file = String::from("Mã nội bộ;Loại tin;Tên;Tóm tắt;Lĩnh vực;Hình thức giá;Giá\n");
        let number = self.world.number();
        for row in 0..rows {
            file += &format!(
                "SP-{number}-{row};Chào bán thiết bị;Máy sấy IX{number}R{row};Sấy lúa tươi, đốt trấu.;food.drying;Giá cố định;185000000\n"
            );
        }
        let made = move |reply: &Reply| Entity {
            settles: true,
            ..Entity::new(
                "import",
                Who::Owner,
                format!("/listing-imports/{}", reply.text("/id")),
                Facts::of([
                    ("/status", json!("finished")),
                    ("/counts/created", json!(rows)),
                    ("/counts/refused", json!(0)),
                ]),
            )
        };
        let ask = Ask::post("/listing-imports?name=tin.csv").file("text/csv", file.into_bytes());
        self.create("import taken", Who::Owner, ask, Box::new(made))?;
        Ok(())
    }

    /// What somebody says of a public listing.
    fn report(&mut self) -> Done<()> {
        if self.published.is_empty() {
            return Ok(());
        }
        let listing = self.chance.pick(&self.published).clone();
        let details = format!("Ảnh số {} là của hãng khác.", self.world.number());
        let ask =
            Ask::post(format!("/listings/{listing}/reports")).json(&json!({"ground": "fraud", "details": details}));
        let made = move |reply: &Reply| {
            let facts = Facts::of([("/details", json!(details))]);
            Entity::new("report", Who::Officer, format!("/reports/{}", reply.text("/id")), facts)
        };
        self.create("report received", Who::Nobody, ask, Box::new(made))?;
        Ok(())
    }
}

/// A complete listing.
pub fn equipment(title: &str) -> Value {
    json!({
        "kind": "equipment_offer", "title": {"vi": title}, "field_codes": ["food.drying"], "origin_country": "VN",
        "summary": {"vi": "Máy sấy lúa, ngô, đậu cho hợp tác xã; đốt trấu, quạt ly tâm, bảo hành 24 tháng."},
        "specifications": [{"name": "Năng suất", "value": "5", "unit": "tấn/mẻ"}],
        "price_mode": "fixed", "price_min": 185_000_000, "transfer_modes": ["sale_of_equipment"],
    })
}

/// A small picture, each of another colour.
pub fn picture(number: u32) -> Vec<u8> {
    let [_, red, green, blue] = number.to_be_bytes();
    let image = image::RgbImage::from_fn(48, 32, |x, _| image::Rgb([red ^ (x as u8 & 1), green, blue]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A number in letters: a word that no search takes for anything else.
fn letters(before: &str, number: u32) -> String {
    let digits = number.to_string();
    let letters = digits.bytes().map(|digit| char::from(b'a' + (digit - b'0')));
    before.chars().chain(letters).collect()
}
