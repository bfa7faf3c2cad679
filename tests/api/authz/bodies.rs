//! What each operation is sent.

use serde_json::{Value, json};

use super::things::Thing;
use super::words;
use crate::harness::{dryer, looked_at};

/// The body that an operation takes, right in everything, so that only the caller's right decides.
pub fn body(name: &str, thing: &Thing, number: u32) -> Option<Value> {
    let email = format!("khach{number}@example.com");
    Some(match name {
        "edit_listing" => json!({"model": "B"}),
        "order_files" => json!({"files": []}),
        "label_file" => json!({"kind": "picture"}),
        "replace_videos" => json!({"videos": []}),
        "edit_enterprise_contact" => json!({
            "contact_name": "Trần Văn Bình", "contact_email": email, "contact_phone": "0912 345 678",
        }),
        "edit_enterprise" => json!({"short_name": "B"}),
        "create_listing" => dryer("Máy sấy"),
        "close_enterprise" => json!({"reason": {"reason_code": "other", "reason_text": "Doanh nghiệp đã giải thể."}}),
        "remove_logo" => json!({"reason": super::things::why()}),
        "decide_document" => json!({"verdict": "refused", "reason": super::things::why()}),
        "reject_enterprise"
        | "request_enterprise_changes"
        | "suspend_enterprise"
        | "suspend_officer"
        | "suspend_account"
        | "suspend_listing"
        | "inspect_confidential"
        | "dismiss_takedown"
        | "restore_takedown"
        | "reject_ip_notice"
        | "uphold_ip_notice"
        | "restore_after_ip_notice"
        | "reject_listing"
        | "request_listing_changes"
        | "reject_amendment"
        | "request_amendment_changes"
        | "reject_revision"
        | "request_revision_changes" => {
            json!({"reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy và giấy chứng nhận."})
        }
        "approve_enterprise" | "approve_amendment" | "approve_listing" | "approve_revision" => looked_at(),
        // Of nothing that is there: whoever may ask is told so of each.
        "decide_several" => json!({"decisions": [{
            "type": "listing", "id": uuid::Uuid::nil(), "version": 1, "verdict": "rejected",
            "reason_code": "incomplete", "reason_text": "Thiếu ảnh tem máy và giấy chứng nhận.",
        }]}),
        "renew_several" => json!({"renewals": [{"id": uuid::Uuid::nil(), "version": 1}]}),
        "choose_audience" => json!({"visibility": "on_request", "open_for_inquiry": true, "hide_contact": true}),
        "put_confidential" => json!({"text": "Công thức phối trộn."}),
        "accept_undertaking" => json!({"undertaking_sha256": thing.token}),
        "classify_listing" => json!({"regulatory_class": "restricted", "note": "Thuộc Phụ lục II."}),
        "write_review_message" => json!({"text": "Xin bổ sung ảnh tem máy."}),
        "change_member_role" | "approve_join_request" => json!({"role": "editor"}),
        "invite_member" => json!({"email": email, "role": "viewer"}),
        "create_api_key" => json!({"name": "ERP", "scopes": ["listings:read"], "expires_in_days": 1}),
        "appoint_officer" => {
            json!({"email": email, "display_name": "Trần Văn Duyệt", "permissions": ["review_listings"]})
        }
        "edit_officer" => json!({"permissions": ["read_reports"]}),
        "add_taxonomy_entry" => {
            json!({"code": format!("food.new{number}"), "parent": "food", "name_vi": format!("Lên men {number}")})
        }
        // As it is: no version is made, so that everybody asks about the same one.
        "edit_taxonomy_entry" => json!({"name_en": "Food"}),
        "enter_takedown" => json!({
            "listing_id": thing.ids[0], "authority": "Thanh tra Sở", "reference": format!("{number}/TTr"),
            "ground": "illegal", "received_at": "2026-01-05T01:00:00Z",
        }),
        "report_listing" => json!({"ground": "spam", "details": "Quảng cáo, không có máy."}),
        "notify_ip_infringement" => json!({
            "right": "patent", "claimant": "Viện Cơ điện", "contact": "phap-che@example.com",
            "statement": "Buồng sấy trùng với yêu cầu bảo hộ.", "is_true": true,
        }),
        "counter_ip_notice" => json!({"statement": "Không thuộc phạm vi bảo hộ."}),
        "complain_about_listing" | "complain_about_enterprise" => json!({
            "ground": "conduct", "details": "Không trả lời hồ sơ.", "contact": "nguoi-dan@example.com",
        }),
        "reopen_complaint" => json!({
            "reason_code": "other", "reason_text": "Người khiếu nại gửi thêm biên bản.", "contact": "nguoi-dan@example.com",
        }),
        "decide_report" | "decide_complaint" => json!({"outcome": "dismissed", "answer": "Đã đối chiếu với hồ sơ."}),
        "add_screening_term" => json!({"phrase": format!("vật lạ {number}"), "severity": "flag", "ground": "CV 12"}),
        "add_import_alias" => json!({"list": "fields", "name": format!("mục lạ {number}"), "code": "food.drying"}),
        "publish_policy" => json!({
            "kind": "consent_text", "purpose": "newsletter", "title_vi": "Đồng ý nhận bản tin",
            "body_vi": "Tôi đồng ý nhận bản tin của Sàn qua thư điện tử.",
        }),
        "accept_policy" => json!({"policy_id": thing.ids[1]}),
        "give_consent" => json!({"purpose": "newsletter", "policy_id": thing.ids[1]}),
        "count_search_click" => json!({"query_id": "not given out"}),
        "ask_about_my_data" => json!({"kind": "access"}),
        "extend_data_request" => json!({"days": 5, "answer": "Cần xác minh với đơn vị liên quan."}),
        "fulfil_data_request" | "refuse_data_request" => json!({"answer": "Đã xem xét yêu cầu của ông/bà."}),
        "ask_to_join" => json!({"tax_code": "2600357502"}),
        "ask_password_reset" | "ask_email_change" => json!({"email": email}),
        "edit_me" => json!({"language": "en"}),
        "set_my_review_digest" => json!({"wanted": false}),
        "confirm_second_factor" => json!({"code": thing.token}),
        "confirm_registration" | "confirm_account" => {
            json!({"token": thing.token, "password": crate::harness::PASSWORD})
        }
        "decline_invitation" | "confirm_email" | "confirm_email_change" => json!({"token": thing.token}),
        "reset_password" => json!({"token": thing.token, "new_password": crate::harness::NEW_PASSWORD}),
        "refresh_session" => json!({"refresh_token": thing.token}),
        _ => return words::body(name, number),
    })
}
