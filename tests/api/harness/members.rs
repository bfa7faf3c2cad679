//! People of an enterprise, made at once: how they come in by mail is tested where it belongs.

use diesel::connection::SimpleConnection;
use serde_json::json;
use vptex::app;
use vptex::domain::account::{Email, Role, Standing};
use vptex::domain::ids::EnterpriseId;
use vptex::domain::text::Line;
use vptex::service::accounts::demo_account;
use vptex::service::credentials::Hasher;
use vptex::store::AnyConn;

use super::{Call, PASSWORD, Person, Reply, TestApp};

impl TestApp {
    /// Opens an account and signs it in.
    pub async fn account(&self, standing: Standing) -> Person {
        let text = format!("nguoi{}@example.com", self.number());
        let (exchange, settings) = (self.exchange().clone(), app::hash_settings(&self.config));
        let email = Email::parse(&text).unwrap();
        let open = move || {
            let hash = Hasher::hash_blocking(settings, PASSWORD).unwrap();
            let name = Line::parse("Lê Thị Hoa").unwrap();
            let make =
                move |work: &mut vptex::service::Work<'_, '_>| demo_account(work, &email, &name, &standing, &hash);
            exchange.write_blocking(make).unwrap()
        };
        tokio::task::spawn_blocking(open).await.unwrap();
        self.sign_in(&text, PASSWORD).await
    }

    /// Somebody who belongs to no enterprise.
    pub async fn person(&self) -> Person {
        self.account(Standing::Person).await
    }

    /// A further member of an enterprise.
    pub async fn member(&self, enterprise: &str, role: Role) -> Person {
        let standing = Standing::Member {
            enterprise: EnterpriseId(enterprise.parse().unwrap()),
            role,
        };
        let mut member = self.account(standing).await;
        member.enterprise = enterprise.to_owned();
        member
    }

    /// The account of somebody who is signed in.
    pub async fn id_of(&self, somebody: &Person) -> String {
        let me = self.get("/me").by(somebody).expect(200).await;
        me.text("/id").to_owned()
    }

    /// A key of an enterprise.
    pub async fn key(&self, owner: &Person, scopes: &[&str]) -> String {
        let path = format!("/enterprises/{}/api-keys", owner.enterprise);
        let wanted = json!({"name": format!("ERP {}", self.number()), "scopes": scopes, "expires_in_days": 30});
        let made = self.post(&path).by(owner).json(&wanted).expect(201).await;
        made.text("/key").to_owned()
    }

    /// Halts an enterprise.
    pub async fn suspend(&self, enterprise: &str, officer: &Person) {
        let path = format!("/enterprises/{enterprise}");
        let version = self.get(&path).by(officer).expect(200).await.number("/version");
        let call = self.post(&format!("{path}/suspension")).by(officer).if_match(version);
        let why = json!({"reason_code": "unlawful", "reason_text": "Đăng bán hàng cấm, đang xác minh."});
        call.json(&why).expect(200).await;
    }

    /// Sends a request of somebody who has shown no password or code of late.
    pub async fn send_stale(&self, call: Call) -> Reply {
        self.by_hand("UPDATE sessions SET authenticated_at = NULL").await;
        let reply = call.send().await;
        self.by_hand("UPDATE sessions SET authenticated_at = rotated_at WHERE authenticated_at IS NULL")
            .await;
        reply
    }

    /// Changes rows by hand, for states that only older versions of the program left behind.
    pub async fn by_hand(&self, statement: &str) {
        self.try_by_hand(statement).await.unwrap();
    }

    /// The same for what a database may refuse.
    pub async fn try_by_hand(&self, statement: &str) -> vptex::service::Result<()> {
        let (exchange, statement) = (self.exchange().clone(), statement.to_owned());
        let change = move || {
            exchange.write_blocking(move |work| {
                let done = match work.conn() {
                    AnyConn::Pg(conn) => conn.batch_execute(&statement),
                    AnyConn::Sqlite(conn) => conn.batch_execute(&statement),
                };
                done.map_err(vptex::service::Error::internal)
            })
        };
        tokio::task::spawn_blocking(change).await.unwrap()
    }
}
