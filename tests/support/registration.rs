//! What is filed at the counter of technology transfer.

use serde_json::{Value, json};

/// A registration with everything that the law asks for, as it comes on paper.
pub fn registration() -> Value {
    let papers: Vec<Value> = ["application", "contract", "legal_status", "explanation"]
        .iter()
        .map(|paper| json!({"document": paper, "form": "original"}))
        .collect();
    json!({
        "transferor": {"name": "Nakamura Seiki K.K.", "country": "JP", "address": "Osaka", "representative": "Nakamura Ken"},
        "transferee": {"name": "Công ty TNHH Cơ khí Sông Thao", "tax_code": "2600357502", "country": "VN",
            "commune_code": "08494", "address": "Khu 5, phường Việt Trì", "representative": "Nguyễn Thị Lan",
            "economic_type": "non_state"},
        "direction": "inbound", "form": "independent", "technology_status": "normal", "parties_are_related": false,
        "contract": {"ends_on": "2036-12-31", "effect": "Từ ngày được cấp Giấy chứng nhận", "place": "Phú Thọ"},
        "technology": {"name": "Công nghệ sấy lúa tầng sôi", "objects": ["know_how"], "products": "Lúa sấy",
            "standards": "TCVN 8370", "rights": ["non_exclusive_use"], "methods": ["training"], "fields": ["food.drying"]},
        "money": {"amount": "300000.00", "currency": "USD", "vnd_value": 7_500_000_000_i64, "exchange_rate_on": "2026-01-05",
            "payment_methods": ["lump_or_instalments"]},
        "terms": {"rights_and_duties": "Theo Điều 4", "schedule": "12 tháng", "warranty": "24 tháng", "penalties": "8 %",
            "liability": "Theo Điều 9", "dispute_body": "VIAC"},
        "attachments": papers,
    })
}
