//! Whether the time of an answer tells which addresses have an account: pairs of requests, one about a known and one about
//! an unknown address, in random order over one connection.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Instant;

use serde_json::json;
use vptex::config::{Config, DatabaseUrl, MigrateOnStart, Value as _};
use vptex::domain::access::{Action, Actor, Resource, decide};
use vptex::domain::account::{Email, Language, Standing};
use vptex::domain::ids::AccountId;
use vptex::domain::text::Line;
use vptex::service::credentials::Hasher;
use vptex::store::accounts::{self, NewAccount};

use crate::client::{answer, post};
use crate::server::{Running, UNLIMITED};
use crate::statistics::{auc, percentile};

const PASSWORD: &str = "trời hôm nay xanh quá";
const SEED: u64 = 0x2026_1127;

/// An operation that takes an address: makes the request, from the number of the pair and the address.
type Flow<'a> = (&'static str, u16, Box<dyn Fn(u64, &str) -> Vec<u8> + 'a>);

pub fn measure(database: Option<&str>, pairs: u64) {
    let data = tempfile::tempdir().unwrap();
    open_accounts(data.path(), database, pairs);
    // Letters wait: less goes on beside what is measured, and so more would show.
    let server = Running::vptex(data.path(), database, &[UNLIMITED, &["mail_transport=hold"]].concat());
    let tokens = std::cell::RefCell::new(Tokens::new(server.addr));
    let flows: [Flow<'_>; 5] = [
        (
            "sign-in",
            401,
            Box::new(|_, email| sign_in(email, "không phải mật khẩu này")),
        ),
        (
            "opening of an account",
            202,
            Box::new(|_, email| post("/api/v1/accounts", "", &account(email).to_string())),
        ),
        (
            "registration",
            202,
            Box::new(|_, email| post("/api/v1/registrations", "", &registration(email))),
        ),
        (
            "password reset",
            202,
            Box::new(|_, email| post("/api/v1/password-resets", "", &json!({"email": email}).to_string())),
        ),
        (
            "e-mail change",
            202,
            Box::new(|pair, email| {
                let headers = format!("Authorization: Bearer {}\r\n", tokens.borrow_mut().of(pair));
                post("/api/v1/me/email", &headers, &json!({"email": email}).to_string())
            }),
        ),
    ];
    println!(
        "| flow | n | known, median ms | unknown, median ms | gap ms | AUC | aim: 0.45–0.55, gap < 2 ms |\n|---|---|---|---|---|---|---|"
    );
    for (name, status, make) in flows {
        let [mut unknown, mut known] = ask(server.addr, pairs, status, &make);
        let area = auc(&unknown, &known);
        let [low, high] = [&mut unknown, &mut known].map(|times| {
            times.sort_unstable();
            f64::from(percentile(times, 50)) / 1_000.0
        });
        let is_met = (0.45..=0.55).contains(&area) && (high - low).abs() < 2.0;
        println!(
            "| {name} | {pairs} | {high:.3} | {low:.3} | {:+.3} | {area:.3} | {} |",
            high - low,
            if is_met { "met" } else { "**missed**" }
        );
    }
}

/// The times of all pairs, in µs: of unknown addresses, of known ones.
fn ask(addr: SocketAddr, pairs: u64, status: u16, make: &dyn Fn(u64, &str) -> Vec<u8>) -> [Vec<u32>; 2] {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut buffer, mut random, mut times) = (vec![0; 64 * 1_024], SEED, [Vec::new(), Vec::new()]);
    for pair in 0..pairs {
        // Xorshift: which comes first must not depend on anything else.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let first = usize::from(random >> 32 & 1 == 1);
        for side in [first, 1 - first] {
            // Somebody else's address, where somebody is signed in.
            let email = address(side == 1, (pair + 1) % pairs);
            let request = make(pair, &email);
            let sent = Instant::now();
            std::io::Write::write_all(&mut stream, &request).unwrap();
            let (told, body) = answer(&mut stream, &mut buffer).unwrap();
            times[side].push(sent.elapsed().as_micros() as u32);
            assert_eq!(told, status, "{email}: {}", String::from_utf8_lossy(&body));
        }
    }
    times
}

/// Both kinds are equally long.
fn address(is_known: bool, number: u64) -> String {
    format!("{}{number:05}@example.com", if is_known { "known" } else { "other" })
}

fn sign_in(email: &str, password: &str) -> Vec<u8> {
    post(
        "/api/v1/sessions",
        "",
        &json!({"email": email, "password": password}).to_string(),
    )
}

fn account(email: &str) -> serde_json::Value {
    json!({"email": email, "display_name": "Nguyễn Thị Lan"})
}

fn registration(email: &str) -> String {
    let enterprise = json!({
        "tax_code": "2600108263", "legal_form": "tnhh_2tv", "legal_name": "Công ty Cơ khí Sông Thao", "address_line": "Khu 5",
        "province_code": "25", "commune_code": "08494", "contact_name": "Nguyễn Thị Lan",
        "contact_email": "lienhe@example.com", "contact_phone": "0210 3 846 555", "field_codes": ["mechanics"],
    });
    json!({"enterprise": enterprise, "account": account(email)}).to_string()
}

/// Access tokens of the accounts, each fresh enough for what is sensitive.
struct Tokens {
    addr: SocketAddr,
    newest: Option<(u64, String)>,
}

impl Tokens {
    fn new(addr: SocketAddr) -> Self {
        Self { addr, newest: None }
    }

    fn of(&mut self, number: u64) -> String {
        if let Some((_, token)) = self.newest.as_ref().filter(|(of, _)| *of == number) {
            return token.clone();
        }
        let (status, body) = crate::client::once(self.addr, &sign_in(&address(true, number), PASSWORD));
        assert_eq!(status, 201, "{body}");
        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
        let token = answer["access_token"].as_str().unwrap().to_owned();
        self.newest = Some((number, token.clone()));
        token
    }
}

/// Opens accounts past the letters; all have one password and one hash of it.
fn open_accounts(data: &Path, database: Option<&str>, count: u64) {
    let config = Config {
        data_dir: data.to_owned(),
        database_url: database.map(|url| DatabaseUrl::parse(url).unwrap()),
        migrate_on_start: MigrateOnStart::Yes,
        ..Config::default()
    };
    let app = vptex::app::context(&config).unwrap();
    let hash = Hasher::hash_blocking(vptex::app::hash_settings(&config), PASSWORD).unwrap();
    let open = move |work: &mut vptex::service::Work<'_, '_>| {
        let permit = decide(&Actor::Visitor, Action::Register, &Resource::None)?;
        for number in 0..count {
            let row = NewAccount {
                id: AccountId(work.next_id()),
                email: &Email::parse(&address(true, number)).unwrap(),
                display_name: &Line::parse("Nguyễn Thị Lan").unwrap(),
                password_hash: &hash,
                one_time_until: None,
                password_stands_alone: true,
                standing: &Standing::Person,
                email_verified_at: Some(work.now),
                language: Language::Vi,
            };
            accounts::insert(work.uow, &permit, &row, work.now)?;
        }
        Ok(())
    };
    app.write_blocking(open).unwrap();
}
