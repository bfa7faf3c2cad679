//! The demonstration data: a catalogue of real, published listings and invented enterprises that post them.
//!
//! Everything is compiled in, so that the first start of a fresh copy shows a market place and not an empty page. The
//! listings come from public sources (`demo/ATTRIBUTION.md`; those of `catalogue-hs-code-api.jsonl` are under
//! CC BY-SA 4.0). No enterprise exists: see [`enterprises`].
//!
//! Architecture invariant: this is data access only. Storing goes through the same use cases as any other import, which
//! do not know this module: they are handed what it holds.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

use crate::domain::drafts::EnterpriseDraft;
use crate::domain::enterprise::MAX_FIELDS;
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::Taxonomies;
use crate::service::import::record::{EvalRecord, RecordError, RecordKind, read_attributes};

/// Two files, because they are under different licences.
const CATALOGUE: [&str; 2] = [
    include_str!("demo/catalogue.jsonl"),
    include_str!("demo/catalogue-hs-code-api.jsonl"),
];

/// Short forms of sources in the files, and what they stand for.
const SOURCES: [(&str, &str); 6] = [
    (
        "oz:",
        "https://github.com/ozvietnam/hs-code-api/blob/main/data/oz-gold-final.jsonl#L",
    ),
    (
        "bxd:",
        "https://github.com/diepxuan/diepxuan.github.io (Thông tư 38/2026/TT-BXD)",
    ),
    ("bom:", "https://github.com/nnduyquang/maybomnuoc"),
    (
        "nntm:",
        "https://github.com/maymocnonghiep-dotcom/nongnghiep-thong-minh",
    ),
    ("123doc:", "https://123docz.net/"),
    ("123text:", "https://text.123docz.net/"),
];

/// One line of the files: a record without the names of its members, its category as a field code.
#[derive(Deserialize)]
struct CatalogueLine(
    String,
    RecordKind,
    String,
    String,
    String,
    #[serde(deserialize_with = "read_attributes")] Vec<(String, String)>,
    String,
);

/// The 1,252 records of the catalogue, in the order of the files.
pub fn catalogue() -> impl Iterator<Item = Result<EvalRecord, RecordError>> {
    CATALOGUE.into_iter().flat_map(str::lines).map(record_of)
}

fn record_of(line: &str) -> Result<EvalRecord, RecordError> {
    let CatalogueLine(id, kind, field, title, summary, attributes, source) = serde_json::from_str(line)?;
    let source_url = SOURCES
        .iter()
        .find_map(|(short, long)| Some(format!("{long}{}", source.strip_prefix(short)?)))
        .unwrap_or(source);
    Ok(EvalRecord {
        id,
        title,
        category: Taxonomies::embedded().field_path(&field).unwrap_or(field),
        kind,
        summary,
        attributes,
        source_url,
    })
}

/// An invented enterprise.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DemoEnterprise {
    /// Tax code in its written form; its check digit is right.
    pub tax_code: String,
    /// Code of the list `legal_forms`.
    pub legal_form: String,
    /// Full name; has the word `Demo` in it.
    pub legal_name: String,
    /// Short name.
    pub short_name: String,
    /// English name.
    pub name_en: String,
    /// Code of the list `provinces`.
    pub province_code: String,
    /// Code of the list `communes`, within the province.
    pub commune_code: String,
    /// House number and street.
    pub address_line: String,
    /// A department, never a person.
    pub contact_name: String,
    /// Mail address in a domain that cannot exist.
    pub contact_email: String,
    /// Telephone number that cannot ring.
    pub contact_phone: String,
    /// Web address in a domain that cannot exist.
    pub website: String,
    /// Codes of the list `fields`: all of the four columns below.
    #[serde(deserialize_with = "codes")]
    pub field_codes: Vec<String>,
    /// Fields in which it offers technology.
    #[serde(deserialize_with = "codes")]
    pub technology: Vec<String>,
    /// Fields in which it offers equipment.
    #[serde(deserialize_with = "codes")]
    pub equipment: Vec<String>,
    /// Fields in which it offers services.
    #[serde(deserialize_with = "codes")]
    pub services: Vec<String>,
    /// Fields in which it looks for something.
    #[serde(deserialize_with = "codes")]
    pub needs: Vec<String>,
}

fn codes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text
        .split('|')
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect())
}

impl DemoEnterprise {
    /// Its registration, as an enterprise would send it.
    pub fn draft(&self) -> EnterpriseDraft {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        EnterpriseDraft {
            tax_code: Some(self.tax_code.clone()),
            personal_id: None,
            foreign_register: None,
            address_country: None,
            legal_form: self.legal_form.clone(),
            legal_name: self.legal_name.clone(),
            short_name: some(&self.short_name),
            name_en: some(&self.name_en),
            address_line: self.address_line.clone(),
            province_code: self.province_code.clone(),
            commune_code: self.commune_code.clone(),
            commune_name: None,
            district_name: None,
            contact_name: self.contact_name.clone(),
            contact_email: self.contact_email.clone(),
            contact_phone: self.contact_phone.clone(),
            website: some(&self.website),
            field_codes: self.field_codes.iter().take(MAX_FIELDS).cloned().collect(),
            kind: None,
            registration_no: None,
            registration_date: None,
            st_certificate_no: None,
            parent_id: None,
            vsic: Vec::new(),
            legal_rep_name: None,
            legal_rep_title: None,
            size_band: None,
            st_services: Vec::new(),
            capabilities: Vec::new(),
            mission: None,
            fax: None,
            public_groups: Vec::new(),
        }
    }

    /// The fields in which it posts listings of this kind.
    fn fields_for(&self, kind: RecordKind) -> &[String] {
        match kind {
            RecordKind::Technology => &self.technology,
            RecordKind::Equipment => &self.equipment,
            RecordKind::Service => &self.services,
            RecordKind::Request => &self.needs,
        }
    }
}

/// The 48 invented enterprises; two thirds of them in Phú Thọ, in all three of its former provinces.
///
/// Nobody can be reached or mistaken for them:
///
/// - every name says `Demo`;
/// - tax codes begin with 99. The first two digits name the range of the province that issued the code, and those run
///   from 01 to the sixties, with 8 for persons and 90 for foreign suppliers; no office issues 99 (as far as known:
///   the circular publishes no list, therefore the rows are to be marked as demonstration data as well). The check
///   digit is right, so that they pass where a real code passes;
/// - mail and web addresses are in the top-level domain `example`, which RFC 2606 reserves;
/// - subscriber numbers begin with 0 (`0210 000 xxxx`), which no Vietnamese fixed line does: 0 and 1 after the area
///   code are taken by the trunk prefix and by special services.
pub fn enterprises() -> &'static [DemoEnterprise] {
    static ENTERPRISES: OnceLock<Vec<DemoEnterprise>> = OnceLock::new();
    ENTERPRISES.get_or_init(|| {
        csv::Reader::from_reader(include_str!("demo/enterprises.csv").as_bytes())
            .into_deserialize()
            .filter_map(Result::ok)
            .collect()
    })
}

/// The enterprise that posts a record: always the same one, and the same one for all goods of a brand in a field.
///
/// None only if there is no enterprise at all, which a unit test excludes.
pub fn enterprise_for(record: &EvalRecord) -> Option<&'static DemoEnterprise> {
    let field = Taxonomies::embedded()
        .field_of_path(&record.category)
        .map_or("", |field| field.code.as_str());
    let posting: Vec<_> = enterprises()
        .iter()
        .filter(|enterprise| enterprise.fields_for(record.kind).iter().any(|code| code == field))
        .collect();
    let brand = record
        .attributes
        .iter()
        .find(|(name, _)| matches!(name.as_str(), "hãng" | "thương hiệu"))
        .map_or(record.id.as_str(), |(_, brand)| brand.as_str());
    let candidates = if posting.is_empty() {
        enterprises().iter().collect()
    } else {
        posting
    };
    let number = u64::try_from(candidates.len()).ok()?;
    let chosen = fnv1a(&brand.to_lowercase()).checked_rem(number)?;
    candidates.get(usize::try_from(chosen).ok()?).copied()
}

/// The tax code of the enterprise that posts a record, for [`Owner::Demo`](crate::service::import::Owner).
pub fn tax_code_for(record: &EvalRecord) -> Option<TaxCode> {
    TaxCode::parse(&enterprise_for(record)?.tax_code).ok()
}

/// The registrations of all [`enterprises`].
pub fn drafts() -> Vec<EnterpriseDraft> {
    enterprises().iter().map(DemoEnterprise::draft).collect()
}

/// FNV-1a, 64 bits: written out because the hasher of the standard library may change between releases, and a listing
/// would then change its owner.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
