//! Accounts that are suspended, each made for one question.

use serde_json::json;
use vptex::domain::account::Role;

use super::cast::Cast;

impl Cast {
    /// A viewer of an enterprise: identifier and version.
    pub async fn account(&mut self, enterprise: &str, state: &str) -> (String, i64) {
        let officer = self.somebody("officer").await;
        let viewer = self.app.member(enterprise, Role::Viewer).await;
        let path = format!("/accounts/{}", self.app.id_of(&viewer).await);
        if state == "closed" {
            let why = json!({"reason_code": "other", "reason_text": "Mạo danh người khác, đang xác minh."});
            let call = self.app.post(&format!("{path}/suspension")).by(&officer);
            call.json(&why).expect(200).await;
        }
        let seen = self.app.get(&path).by(&officer).expect(200).await;
        (seen.text("/id").to_owned(), seen.number("/version"))
    }
}
