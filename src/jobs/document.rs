//! What the index is told of listings, and how those are skipped that it cannot bear.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use search_index::{Change, IndexDocument, QuantityRange, Watermark, Writer, hash_of};
use tracing::{error, warn};

use crate::domain::access::is_in_search;
use crate::domain::ids::ListingId;
use crate::domain::listing::details::{Certification, CertificationScheme, Details, IpRight, IpRightStatus};
use crate::domain::listing::{Bilingual, Listing, Specification};
use crate::domain::quantity::Quantity;
use crate::domain::taxonomy::{Taxonomies, TaxonomyName};
use crate::domain::text::Prose;
use crate::service::search::{in_full, readable, readable_of};
use crate::store::listings::OwnerCard;
use crate::store::{self, AnyConn, listings, reference};

/// Listings that are read at once.
pub(super) const PAGE: usize = 500;

/// Marks commits of an index that is still being built: older than every outbox.
pub(super) const UNFINISHED: Watermark = Watermark {
    txid: 0,
    seq: -1,
    mark: 0,
    at: 0,
};

/// [`PAGE`] as the store counts.
pub(super) fn limit() -> i64 {
    i64::try_from(PAGE).unwrap_or(i64::MAX)
}

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

type Rows = Vec<(Listing, OwnerCard)>;

/// A page of public listings, where the next one starts (if there is one), and how many rows are broken.
pub(super) fn public_page(
    conn: &mut AnyConn,
    after: Option<ListingId>,
) -> store::Result<(Rows, Option<ListingId>, u64)> {
    match listings::public_after(conn, after, limit()) {
        Ok(rows) => {
            let is_full = rows.len() == PAGE;
            let last = rows.last().filter(|_| is_full).map(|(listing, _)| listing.id);
            Ok((rows, last, 0))
        }
        Err(store::Error::Row(_)) => {
            let versions = listings::public_versions(conn, after, limit())?;
            let ids: Vec<ListingId> = versions.into_iter().map(|(id, _)| id).collect();
            let (mut rows, broken) = readable_of(conn, &ids)?;
            rows.retain(|(listing, owner)| is_in_search(listing, owner.status));
            Ok((rows, ids.last().filter(|_| ids.len() == PAGE).copied(), broken))
        }
        Err(error) => Err(error),
    }
}

/// What the index has to do about these listings, and how many cannot be indexed. What cannot be is removed: an old
/// version of it must not be found.
pub(super) fn changes_of(conn: &mut AnyConn, ids: &[ListingId]) -> store::Result<(Vec<Change>, u64)> {
    let (mut rows, broken) = readable(conn, ids)?;
    rows.retain(|(listing, owner)| is_in_search(listing, owner.status));
    let lists = reference::lists(conn)?;
    let (changes, unfit) = puts(&lists, &rows);
    let mut changes: HashMap<String, Change> = changes
        .into_iter()
        .map(|change| (change.id().to_owned(), change))
        .collect();
    let change = |id: &ListingId| {
        let id = id.to_string();
        changes.remove(&id).unwrap_or(Change::Remove(id))
    };
    Ok((ids.iter().map(change).collect(), broken + unfit))
}

/// Documents of public listings, and how many there could be none of.
pub(super) fn puts(lists: &Taxonomies, rows: &[(Listing, OwnerCard)]) -> (Vec<Change>, u64) {
    let mut unfit = 0;
    let mut changes = Vec::with_capacity(rows.len());
    for (listing, owner) in rows {
        match catch_unwind(|| document(lists, listing, owner)) {
            Ok(document) => changes.push(Change::Put(Box::new(document))),
            Err(_panic) => {
                error!(listing.id = %listing.id, "a listing cannot be made a document; it is skipped");
                unfit += 1;
            }
        }
    }
    (changes, unfit)
}

/// Stages changes; gives how many documents were skipped because taking them apart panicked.
pub(super) fn stage(writer: &mut Writer, changes: &[Change]) -> Result<u64, search_index::Error> {
    let mut poison = 0;
    for change in changes {
        let staged = catch_unwind(AssertUnwindSafe(|| writer.stage(std::slice::from_ref(change))));
        match staged {
            Ok(staged) => staged?,
            Err(_panic) => {
                error!(listing.id = change.id(), "a listing cannot be indexed; it is skipped");
                poison += 1;
            }
        }
    }
    Ok(poison)
}

/// Applies changes and commits them with `to`. When the engine fails and a document can be to blame, finds out whether
/// one is, skips that one, and gives how many were skipped. A failure of the disk is never a document's.
pub(super) fn put_through(writer: &mut Writer, changes: &[Change], to: Watermark) -> Result<u64, search_index::Error> {
    let before = writer.watermark().unwrap_or(UNFINISHED);
    match apply(writer, changes, to) {
        Err(error) if error.may_blame_document() && !changes.is_empty() => {
            warn!(
                error = in_full(&error),
                "a page of changes cannot be indexed; trying one by one"
            );
        }
        other => return other,
    }
    let mut poison = 0;
    for change in changes {
        poison += put_one(writer, change, before)?;
    }
    writer.commit(to).map(|()| poison)
}

fn put_one(writer: &mut Writer, change: &Change, place: Watermark) -> Result<u64, search_index::Error> {
    let one = std::slice::from_ref(change);
    match apply(writer, one, place) {
        Err(error) if error.may_blame_document() => {}
        other => return other,
    }
    // When even nothing cannot be committed, it is not the document.
    writer.commit(place)?;
    match apply(writer, one, place) {
        Err(error) if error.may_blame_document() && matches!(change, Change::Put(_)) => {
            error!(
                listing.id = change.id(),
                error = in_full(&error),
                "a listing cannot be indexed; it is skipped"
            );
            // An old version of it must not be found.
            writer.apply(&[Change::Remove(change.id().to_owned())], place)?;
            Ok(1)
        }
        other => other,
    }
}

fn apply(writer: &mut Writer, changes: &[Change], to: Watermark) -> Result<u64, search_index::Error> {
    let poison = stage(writer, changes)?;
    failpoint!("index.staged", std::io::Error::other);
    writer.commit(to).map(|()| poison)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::listing::{Price, PriceMode};
    use crate::jobs::samples::{listing, owner};
    use search_index::{Fault, SearchIndex};
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

    fn put(id: &str) -> Change {
        Change::Put(Box::new(IndexDocument {
            id: id.into(),
            title_vi: "Máy sấy".into(),
            ..IndexDocument::default()
        }))
    }

    fn to(seq: i64) -> Watermark {
        Watermark {
            seq,
            ..Watermark::default()
        }
    }

    #[test]
    fn changes_are_put_through_with_their_place() {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        assert_eq!(put_through(&mut writer, &[put("a"), put("b")], to(2)).unwrap(), 0);
        assert_eq!(
            put_through(&mut writer, &[Change::Remove("a".into())], to(3)).unwrap(),
            0
        );
        assert_eq!((reader.len(), reader.watermark()), (1, Some(to(3))));
    }
    #[test]
    fn a_full_disk_is_no_documents_fault() {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        writer.inject(Some(Fault::Commit(2)));
        for _ in 0..2 {
            let failed = put_through(&mut writer, &[put("a"), put("b")], to(2));
            assert!(matches!(failed, Err(search_index::Error::Io(_))), "{failed:?}");
            assert_eq!((reader.len(), writer.watermark()), (0, None), "nothing is passed over");
        }
        assert_eq!(put_through(&mut writer, &[put("a"), put("b")], to(2)).unwrap(), 0);
        assert_eq!((reader.len(), reader.watermark()), (2, Some(to(2))));
    }

    #[test]
    fn only_what_fails_again_is_skipped() {
        // In the page, alone, and once more after a commit of nothing: from the third failure on it is the document.
        for (times, poison) in [(1, 0), (2, 0), (3, 1), (100, 1)] {
            let (mut writer, reader) = SearchIndex::in_memory().unwrap();
            put_through(&mut writer, &[put("b")], to(1)).unwrap();
            let document = hash_of(["b"]);
            writer.inject(Some(Fault::Refuse { document, times }));
            let changes = [put("a"), put("b"), put("c")];
            assert_eq!(put_through(&mut writer, &changes, to(4)).unwrap(), poison, "{times}");
            assert_eq!(reader.len(), 3 - poison, "{times}: its old version is gone too");
            assert_eq!(reader.watermark(), Some(to(4)));
        }
    }

    #[test]
    fn what_panics_is_skipped() {
        let (mut writer, reader) = SearchIndex::in_memory().unwrap();
        put_through(&mut writer, &[put("b")], to(1)).unwrap();
        let document = hash_of(["b"]);
        writer.inject(Some(Fault::Panic { document }));
        assert_eq!(
            put_through(&mut writer, &[put("a"), put("b"), put("c")], to(4)).unwrap(),
            1
        );
        assert_eq!((reader.len(), reader.watermark()), (2, Some(to(4))));
    }
}
