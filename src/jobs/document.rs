//! What the index is told of a listing.

use search_index::{IndexDocument, QuantityRange, hash_of};

use crate::domain::listing::details::{Certification, CertificationScheme, Details, IpRight, IpRightStatus};
use crate::domain::listing::{Bilingual, Listing, Specification};
use crate::domain::quantity::Quantity;
use crate::domain::taxonomy::{Taxonomies, TaxonomyName};
use crate::domain::text::Prose;
use crate::store::listings::OwnerCard;

/// Version of how [`document`] makes documents; raised with every change of it.
const MAPPING: &str = "5";

/// Identity of everything outside the index that decides what its documents say: the mapping, and the names of the
/// fields, which are indexed with the listings.
pub(super) fn content_id() -> String {
    let fields = Taxonomies::embedded().items(TaxonomyName::Fields, None);
    let names = fields.flat_map(|item| [&item.code, &item.name_vi].into_iter().chain(&item.name_en));
    let hash = hash_of([MAPPING].into_iter().chain(names.map(String::as_str)));
    format!("d{hash:016x}")
}

/// Makes the index's document of a listing and whose it is.
pub fn document(lists: &Taxonomies, listing: &Listing, owner: &OwnerCard) -> IndexDocument {
    let shown = listing.shown_to_all();
    let content = &shown.content;
    let (summary_vi, summary_en) = both(content.summary.as_ref());
    let (description_vi, description_en) = both(content.description.as_ref());
    let details = content.details.public();
    IndexDocument {
        id: listing.id.to_string(),
        version: listing.version,
        kind: content.kind.as_str().to_owned(),
        title_vi: content.title.vi.as_str().to_owned(),
        title_en: content.title.en.as_ref().map(|text| text.as_str().to_owned()),
        summary_vi,
        summary_en,
        description_vi,
        description_en,
        brand: content.brand.as_ref().map(|text| text.as_str().to_owned()),
        model: content.model.as_ref().map(|text| text.as_str().to_owned()),
        attributes: content.specifications.iter().map(attribute).collect(),
        organisation: owner.legal_name.clone(),
        enterprise: listing.enterprise_id.to_string(),
        passages: passages(&details),
        fields: content.field_codes.clone(),
        field_names: field_names(lists, &content.field_codes),
        province: Some(owner.province_code.clone()).filter(|code| !code.is_empty()),
        trl: content.trl,
        price_mode: content.price.mode.as_str().to_owned(),
        // A negative amount is refused at the door; one in the database would be damage, not a price.
        price_vnd: content
            .price
            .comparable_vnd()
            .and_then(|amount| u64::try_from(amount).ok()),
        stage: details.stage.clone(),
        transfer_modes: content.transfer_modes.iter().map(ToString::to_string).collect(),
        ip_statuses: details.ip_rights.iter().map(|right| right.status.clone()).collect(),
        origin: content.origin_country.clone(),
        certifications: details.certifications.iter().map(|held| held.scheme.clone()).collect(),
        quantities: content.specifications.iter().filter_map(amount).collect(),
        has_evidence: has_evidence(&details),
        published_at: listing.published_at.unwrap_or(listing.updated_at).as_microsecond(),
    }
}

fn both<const MAX: usize>(text: Option<&Bilingual<Prose<MAX>>>) -> (String, Option<String>) {
    text.map_or_else(Default::default, |text| {
        (
            text.vi.as_str().to_owned(),
            text.en.as_ref().map(|text| text.as_str().to_owned()),
        )
    })
}

/// Every text in the parts that not every listing has. A part that is new does not compile before somebody has said
/// here whether it is searched in. `details` are those that the public sees.
fn passages(details: &Details) -> Vec<String> {
    let Details {
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
        trace_code,
        ocop_decision_no,
        degree,
        specialities,
        rd_task_code,
        acceptance_no,
        // Choices, numbers and days.
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
    } = details;
    let pairs = [
        problem,
        principle,
        advantages,
        applications,
        target_customers,
        socio_economic_effect,
        requirements,
        partner_role,
        warranty_text,
        extra_costs,
        delivery_terms,
        payment_terms,
    ];
    let pairs = pairs.into_iter().flatten();
    let pairs = pairs.flat_map(|pair| [Some(pair.vi.clone()), pair.en.clone()].into_iter().flatten());
    let numbers = ip_rights
        .iter()
        .flat_map(|right| [&right.application_number, &right.grant_number]);
    let lines = [trace_code, ocop_decision_no, degree, rd_task_code, acceptance_no];
    let lines = lines.into_iter().chain(numbers).flatten().cloned();
    let owners = owners.iter().map(|owner| owner.name.clone());
    pairs
        .chain(lines)
        .chain(specialities.iter().cloned())
        .chain(owners)
        .chain(certifications.iter().map(certificate))
        .collect()
}

/// `iso 22000:2018`, as people ask for it; of another scheme its number says which.
fn certificate(certificate: &Certification) -> String {
    let number = certificate.number.as_deref().unwrap_or_default();
    if certificate.scheme == CertificationScheme::Other.as_str() {
        number.to_owned()
    } else {
        format!("{} {number}", certificate.scheme)
    }
}

/// Value and unit as one text, so that `50 kg/h` is found as a quantity.
fn attribute(specification: &Specification) -> (String, String) {
    let Specification { name, value, unit } = specification;
    (
        name.clone(),
        unit.as_ref()
            .map_or_else(|| value.clone(), |unit| format!("{value} {unit}")),
    )
}

/// Whether something is told that others confirmed and officers can look up: a certificate by its number, a public right
/// that was granted.
fn has_evidence(public: &Details) -> bool {
    let granted = |right: &IpRight| right.status == IpRightStatus::Granted.as_str() && right.grant_number.is_some();
    public.certifications.iter().any(|held| held.number.is_some()) || public.ip_rights.iter().any(granted)
}

/// The quantity that a property tells, where it is certain which.
fn amount(specification: &Specification) -> Option<QuantityRange> {
    let told = Quantity::read(&specification.value, specification.unit.as_deref())?;
    let (from, to) = (told.min.or(told.value), told.max.or(told.value));
    let unit = match told.unit.as_deref()? {
        // Units that only their capitals tell from others.
        "mW" | "mPa" | "nm" => return None,
        "N·m" => "Nm",
        "vòng/phút" => "rpm",
        unit => unit,
    };
    match (from, to) {
        (Some(from), Some(to)) => QuantityRange::between(&from.to_string(), &to.to_string(), unit),
        (Some(from), None) => format!("{from}{unit}..").parse().ok(),
        (None, Some(to)) => format!("..{to}{unit}").parse().ok(),
        (None, None) => None,
    }
}

/// Vietnamese and English names; a code that the lists no longer have adds nothing.
fn field_names(lists: &Taxonomies, codes: &[String]) -> Vec<String> {
    let items = codes.iter().filter_map(|code| lists.get(TaxonomyName::Fields, code));
    items
        .flat_map(|item| [Some(item.name_vi.clone()), item.name_en.clone()])
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::listing::{Price, PriceMode};
    use crate::jobs::samples::{listing, owner};
    use uuid::Uuid;

    #[test]
    fn everything_searchable_is_told() {
        let document = document(Taxonomies::embedded(), &listing(7), &owner());
        assert_eq!(document.id, Uuid::from_u128(7).to_string());
        assert_eq!((document.version, document.kind.as_str()), (4, "equipment_offer"));
        assert_eq!(
            (document.title_vi.as_str(), document.title_en.as_deref()),
            ("Máy sấy lạnh", Some("Heat pump dryer"))
        );
        assert_eq!(
            (document.summary_vi.as_str(), document.description_vi.as_str()),
            ("Sấy nông sản.", "")
        );
        let attributes: Vec<_> = document
            .attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(attributes, [("Năng suất", "50 kg/h"), ("Vỏ", "inox 304")]);
        assert_eq!(document.quantities, ["50kg/h".parse().unwrap()]);
        assert_eq!(document.organisation, "Công ty Cơ khí Việt Trì");
        assert_eq!(document.fields, ["food.drying", "no.such"]);
        assert_eq!(
            document.field_names,
            ["Sấy, bảo quản sau thu hoạch", "Drying and post-harvest storage"]
        );
        assert_eq!((document.province.as_deref(), document.trl), (Some("25"), Some(9)));
        assert_eq!((document.price_mode.as_str(), document.price_vnd), ("range", Some(100)));
        assert_eq!(document.published_at, 1_773_214_200_123_456);
    }

    #[test]
    fn a_price_on_request_is_none_and_free_is_nothing() {
        let mut listing = listing(7);
        listing.content.price = Price::CONTACT;
        assert_eq!(document(Taxonomies::embedded(), &listing, &owner()).price_vnd, None);
        listing.content.price.mode = PriceMode::Free;
        assert_eq!(document(Taxonomies::embedded(), &listing, &owner()).price_vnd, Some(0));
        // Of another currency nothing is sorted among amounts in đồng.
        listing.content.price = Price::parse(PriceMode::Fixed, Some(12_500), None).unwrap();
        assert_eq!(
            document(Taxonomies::embedded(), &listing, &owner()).price_vnd,
            Some(12_500)
        );
        listing.content.price.currency = "USD".parse().unwrap();
        assert_eq!(document(Taxonomies::embedded(), &listing, &owner()).price_vnd, None);
    }

    #[test]
    fn only_what_is_certain_is_a_quantity() {
        let told = |value: &str, unit: Option<&str>| {
            amount(&Specification::parse("Thông số", value, unit).unwrap()).map(|range| (range.dimension(), range))
        };
        for (value, unit, same) in [
            ("50", Some("kg/giờ"), "50kg/h"),
            ("1.500 – 2.000", Some("kg/h"), "1.5..2t/h"),
            ("0,8", Some("m3"), "800l"),
            ("1450", Some("vòng/phút"), "1450rpm"),
            ("12 N.m", None, "12Nm"),
            ("3", Some("m"), "300cm"),
            ("≥ 0,5 tấn/giờ", None, "500kg/h.."),
            ("≤ 1500", Some("vòng/phút"), "..1500rpm"),
        ] {
            let range: QuantityRange = same.parse().unwrap();
            assert_eq!(told(value, unit), Some((range.dimension(), range)), "{value} {unit:?}");
        }
        for (value, unit) in [
            ("12", Some("mW")),
            ("500", Some("nm")),
            ("-18 – 5", Some("°C")),
            ("-5", Some("kW")),
            ("3", None),
            ("1.5kW (2HP)", None),
            ("inox 304", None),
        ] {
            assert_eq!(told(value, unit), None, "{value} {unit:?}");
        }
    }
}
