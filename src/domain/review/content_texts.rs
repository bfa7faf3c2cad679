//! Which members of a listing's content may tell how to be reached past the exchange, and as what each is read.

use super::is_contact;
use crate::domain::drafts::{ListingDraft, SpecificationDraft, TextPair};
use crate::domain::listing::details::{Certification, IpRight, Owner};

/// Whether a text tells how to be reached past the exchange.
///
/// Every member stands here by its name: one that comes new has to be placed before this compiles, and told in `docs/review.md` before
/// the tests pass.
pub(super) fn leads_past(draft: &ListingDraft) -> bool {
    let ListingDraft {
        title,
        summary,
        description,
        brand,
        model,
        specifications,
        ip_rights,
        owners,
        certifications,
        warranty_text,
        extra_costs,
        delivery_terms,
        payment_terms,
        problem,
        principle,
        advantages,
        applications,
        target_customers,
        socio_economic_effect,
        requirements,
        partner_role,
        ocop_decision_no,
        degree,
        specialities,
        rd_task_code,
        acceptance_no,
        // By it a product is traced, at the address of who traces it.
        trace_code: _,
        // Codes of lists, numbers, days and choices.
        kind: _,
        field_codes: _,
        trl: _,
        origin_country: _,
        price_mode: _,
        currency: _,
        price_min: _,
        price_max: _,
        transfer_modes: _,
        stage: _,
        condition: _,
        manufacture_year: _,
        warranty_months: _,
        price_kind: _,
        budget_min: _,
        budget_max: _,
        needed_by: _,
        partner_kinds: _,
        stars: _,
        experience_years: _,
        state_funded: _,
        regulatory_class: _,
        regulated_items: _,
    } = draft;
    let pairs = [
        summary,
        description,
        warranty_text,
        extra_costs,
        delivery_terms,
        payment_terms,
        problem,
        principle,
        advantages,
        applications,
        target_customers,
        socio_economic_effect,
        requirements,
        partner_role,
    ];
    let mut pairs = pairs.into_iter().flatten().chain([title]);
    let mut lines = [brand, degree].into_iter().flatten();
    let mut codes = [model, ocop_decision_no, rd_task_code, acceptance_no]
        .into_iter()
        .flatten();
    pairs.any(|pair| of_pair(pair).any(is_contact))
        || lines.any(|line| is_contact(line))
        || is_contact_among(specialities)
        || codes.any(|code| is_contact_as_code(code))
        || specifications.iter().any(is_contact_in_specification)
        || owners.iter().any(|owner| is_contact(name_of(owner)))
        || ip_rights.iter().any(is_contact_in_right)
        || certifications.iter().any(is_contact_in_certification)
}

/// Both languages of a text.
pub(super) fn of_pair(pair: &TextPair) -> impl Iterator<Item = &str> {
    [Some(pair.vi.as_str()), pair.en.as_deref()].into_iter().flatten()
}

/// Whether one of some entries tells it, or all of them one behind the other: `Gia công 0912`, `345 678`.
fn is_contact_among(entries: &[String]) -> bool {
    entries.iter().any(|entry| is_contact(entry)) || (entries.len() > 1 && is_contact(&entries.join(" ")))
}

/// Whether a code or a number of something tells it: digits do not, unless they are said to be called.
fn is_contact_as_code(code: &str) -> bool {
    is_contact(&format!("mã {code}"))
}

/// Name, value and unit are read together: the name says of the value what a word before it says in a text (`Hotline`, `Số seri`).
fn is_contact_in_specification(specification: &SpecificationDraft) -> bool {
    let SpecificationDraft { name, value, unit } = specification;
    let unit = unit.as_deref().unwrap_or_default();
    is_contact(&format!("{name} {value} {unit}")) || is_contact(&format!("{name}: {value} {unit}"))
}

fn name_of(owner: &Owner) -> &str {
    let Owner {
        name,
        r#type: _,
        share_percent: _,
        enterprise_id: _,
    } = owner;
    name
}

fn is_contact_in_right(right: &IpRight) -> bool {
    let IpRight {
        application_number,
        grant_number,
        r#type: _,
        status: _,
        office: _,
        filed_on: _,
        granted_on: _,
        expires_on: _,
        is_public: _,
    } = right;
    let mut numbers = [application_number, grant_number].into_iter().flatten();
    numbers.any(|number| is_contact_as_code(number))
}

fn is_contact_in_certification(certification: &Certification) -> bool {
    let Certification {
        number,
        scheme: _,
        valid_to: _,
        file_id: _,
    } = certification;
    number.as_deref().is_some_and(is_contact_as_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::listing::ListingKind;
    use serde_json::{Map, Value, json};
    use std::collections::BTreeSet;
    use utoipa::PartialSchema;

    /// A listing of nothing but what is told.
    fn draft(told: &Value) -> ListingDraft {
        let mut whole = json!({"kind": "equipment_offer", "title": {"vi": "Máy sấy"}});
        let members = whole.as_object_mut().unwrap();
        members.extend(told.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    fn specification(name: &str, value: &str, unit: Option<&str>) -> Value {
        let mut told = json!({"name": name, "value": value});
        if let Some(unit) = unit {
            told["unit"] = unit.into();
        }
        json!({"specifications": [told]})
    }

    #[test]
    fn name_value_and_unit_are_read_together() {
        for (name, value, unit, verdict) in [
            ("Hotline", "1900 6789", None, true),
            ("Điện thoại", "912345678", None, true),
            ("Điện thoại", "0912345678", None, true),
            ("SĐT", "912.345.678", None, true),
            ("Zalo", "maysay8888", None, true),
            ("Zalo", "lan_8888", None, true),
            ("WeChat", "maysayVN", None, true),
            ("Website", "maysay.farm", None, true),
            ("Tư vấn", "0912 345", Some("678"), true),
            ("Tư vấn 0912", "345 678", None, true),
            ("Tư vấn", "có", Some("Gọi 0912 345 678"), true),
            ("Năng suất", "500", Some("0912 345 678"), true),
            ("Model", "gọi 0912345678", None, true),
            ("Model", "0912345678", None, false),
            ("Số seri", "0812345678", None, false),
            ("Số sê-ri", "0987654321", None, false),
            ("Mã phụ tùng", "0812 345 678", None, false),
            ("Mã vật tư", "0312345678", None, false),
            ("Số máy", "0912345678", None, false),
            ("Đời máy", "1900 6789", None, false),
            ("Chi phí", "912345678", Some("đồng"), false),
            ("Vốn đầu tư", "84912345678", Some("đồng"), false),
            ("Các cỡ", "05 10 15 20 25 30 35", Some("kg"), false),
            ("Cỡ ống", "08 10 12 14 16", Some("mm"), false),
            ("Năng suất", "500", Some("kg/h"), false),
            ("Điện áp", "380", Some("V"), false),
        ] {
            let told = specification(name, value, unit);
            assert_eq!(leads_past(&draft(&told)), verdict, "{told}");
        }
    }

    /// What is no text of its own is read as a code.
    #[test]
    fn names_and_codes_are_read_too() {
        let right = |number: &str| {
            json!({"ip_rights": [{
                "type": "patent", "status": "granted", "office": "VN", "grant_number": number, "is_public": true
            }]})
        };
        let certificate = |number: &str| json!({"certifications": [{"scheme": "iso", "number": number}]});
        let owner = |name: &str| json!({"owners": [{"type": "organisation", "name": name}]});
        for (told, verdict) in [
            (owner("Viện Cơ điện nông nghiệp 0912 345 678"), true),
            (owner("Viện Cơ điện nông nghiệp"), false),
            (json!({"model": "0912345678"}), false),
            (json!({"model": "Gọi 0912 345 678"}), true),
            (json!({"model": "SL-500, songthao.shop"}), true),
            (right("1-0034567"), false),
            (right("0912345678"), false),
            (right("Gọi 0912345678"), true),
            (certificate("22000:2018, VN-1234"), false),
            (certificate("0912345678"), false),
            (certificate("Zalo 0912345678"), true),
            (json!({"ocop_decision_no": "1234/QĐ-UBND"}), false),
            (json!({"ocop_decision_no": "SĐT 912345678"}), true),
            (json!({"rd_task_code": "ĐTĐL.CN-12/23"}), false),
            (json!({"rd_task_code": "lan@songthao.vn"}), true),
            (json!({"acceptance_no": "gọi 0912345678"}), true),
            (json!({"trace_code": "https://songthao.vn/1"}), false),
            (json!({"specialities": ["Gia công 0912", "345 678"]}), true),
            (json!({"specialities": ["Gia công 09", "Đúc gang 345 678"]}), false),
        ] {
            assert_eq!(leads_past(&draft(&told)), verdict, "{told}");
        }
    }

    fn members(schema: impl serde::Serialize) -> Map<String, Value> {
        let schema = serde_json::to_value(schema).unwrap();
        schema["properties"].as_object().unwrap().clone()
    }

    /// Whatever may be sent of a listing is told in the page about reviews: as looked at, or as not.
    #[test]
    fn every_member_of_a_listing_is_placed_in_the_docs() {
        let docs = include_str!("../../../docs/review.md");
        let (_, table) = docs.split_once("### Where contact data are looked for").unwrap();
        let (table, _) = table.split_once("\n##").unwrap();
        let named = |name: &str| table.contains(&format!("`{name}`"));
        let own = members(ListingDraft::schema()).into_iter().map(|(name, _)| name);
        let below = [
            ("specifications", members(SpecificationDraft::schema())),
            ("ip_rights", members(IpRight::schema())),
            ("owners", members(Owner::schema())),
            ("certifications", members(Certification::schema())),
        ];
        let below_names = below
            .iter()
            .flat_map(|(list, parts)| parts.keys().map(move |part| format!("{list}[].{part}")));
        let lists: BTreeSet<&str> = below.iter().map(|(list, _)| *list).collect();
        let own = own.filter(|name| !lists.contains(name.as_str()));
        let missing: Vec<String> = own.chain(below_names).filter(|name| !named(name)).collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    /// Whatever the kind, its texts are looked at: no kind has a form of its own.
    #[test]
    fn texts_of_every_kind_are_looked_at() {
        for kind in ListingKind::ALL {
            let told = json!({"kind": kind.as_str(), "description": {"vi": "Gọi 0912 345 678"}});
            assert!(leads_past(&draft(&told)), "{kind:?}");
        }
    }
}
