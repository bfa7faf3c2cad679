//! Records of the shared line format (`listings.jsonl` of the test collection), and how one becomes a listing.
//!
//! The format was made from trade descriptions, catalogues and research abstracts, so the mapping has two rules: only
//! what is unambiguous becomes a typed value (a country, an amount of money, a unit of measurement), and nothing is
//! dropped: what fits no typed field becomes a specification, what is too long for one becomes a paragraph of the
//! description. The one exception is the literal value `null`, which is the source's way of saying nothing.
//!
//! What is deliberately absent: storing. The result is plain data that the import use case parses like any other input.

mod measure;
mod price;
mod readiness;
mod wire;

#[cfg(test)]
mod tests;

use serde::Deserialize;
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::domain::listing::MAX_SPECIFICATIONS;
use crate::domain::taxonomy::Taxonomies;
use crate::domain::text::{WebAddress, is_invisible, is_visible};

pub(crate) use wire::attributes as read_attributes;

/// Longest line that is read. Every text of such a line fits the 20,000 characters of a description, so that nothing
/// can be lost there.
pub const MAX_LINE_BYTES: usize = 16 * 1024;

/// The site under which imported listings name their origin.
pub const SOURCE_SITE: &str = "vptex-search-eval";

const MAX_TITLE: usize = 256;
const MAX_SUMMARY: usize = 500;
const MAX_BRAND: usize = 100;
const MAX_MODEL: usize = 200;
const MAX_SPECIFICATION_NAME: usize = 100;
const MAX_SPECIFICATION_VALUE: usize = 500;

/// Sources whose licence asks that they be named wherever their data goes.
const ATTRIBUTIONS: [(&str, &str); 1] = [(
    "github.com/ozvietnam/hs-code-api",
    "© ozvietnam/hs-code-api, CC BY-SA 4.0",
)];

/// One line of the shared format. Members that it does not know are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct EvalRecord {
    /// Identifier in the source, such as `VTS-0001`.
    pub id: String,
    /// Title as published.
    pub title: String,
    /// Path of field names: `Thực phẩm > Sấy, bảo quản sau thu hoạch`.
    #[serde(default)]
    pub category: String,
    /// What the record offers or asks for.
    pub kind: RecordKind,
    /// One or two sentences; may be empty.
    #[serde(default)]
    pub summary: String,
    /// Names and values in the order of the source; numbers and booleans are read as text.
    #[serde(default, deserialize_with = "wire::attributes")]
    pub attributes: Vec<(String, String)>,
    /// Where it was found: mostly an address, sometimes with a remark, sometimes only a reference.
    #[serde(default)]
    pub source_url: String,
}

/// Kind of a record in the shared format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// A technology, process or research result on offer.
    Technology,
    /// A machine or device on offer.
    Equipment,
    /// A service on offer.
    Service,
    /// Somebody looks for something.
    Request,
}

/// Why a line is not a record.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Longer than [`MAX_LINE_BYTES`].
    #[error("a record has at most {MAX_LINE_BYTES} bytes")]
    TooLong,
    /// Not the expected JSON.
    #[error("not a record: {0}")]
    Malformed(#[from] serde_json::Error),
    /// The identifier or the title is missing or blank, or the identifier is longer than 100 characters.
    #[error("a record needs an {0}")]
    Missing(&'static str),
}

impl EvalRecord {
    /// Reads one line of the shared format.
    pub fn parse(line: &str) -> Result<Self, RecordError> {
        if line.len() > MAX_LINE_BYTES {
            return Err(RecordError::TooLong);
        }
        let record: Self = serde_json::from_str(line)?;
        if clean(&record.id).is_empty() || record.id.chars().count() > 100 {
            return Err(RecordError::Missing("id of at most 100 characters"));
        }
        if clean(&record.title).is_empty() {
            return Err(RecordError::Missing("title"));
        }
        Ok(record)
    }
}

/// A listing as it comes out of a record: texts are NFC, on one line and within the limits of the domain types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedListing {
    /// Always [`SOURCE_SITE`].
    pub source_site: &'static str,
    /// Identifier of the record.
    pub source_external_id: String,
    /// Address of the source, if it has one that a browser can open.
    pub source_url: Option<String>,
    /// Code of the list `listing_kinds`.
    pub kind: &'static str,
    /// Title.
    pub title_vi: String,
    /// Summary; where the record has none, its title and field, because a listing cannot be submitted without.
    pub summary_vi: String,
    /// What was too long for another place, and the attribution that the source's licence asks for.
    pub description_vi: Option<String>,
    /// Codes of the list `fields`: one, `other` if the category is unknown.
    pub field_codes: Vec<String>,
    /// Readiness of an offered technology, estimated from the words; none for anything else.
    pub trl: Option<u8>,
    /// Code of the list `countries`.
    pub origin_country: Option<String>,
    /// Brand (hãng, thương hiệu).
    pub brand: Option<String>,
    /// Model or models, separated as in the source.
    pub model: Option<String>,
    /// Everything else.
    pub specifications: Vec<ImportedSpecification>,
    /// Code of the list `price_modes`.
    pub price_mode: &'static str,
    /// Amount in VND, or the lower of two.
    pub price_min: Option<i64>,
    /// Upper amount in VND; for a need its budget.
    pub price_max: Option<i64>,
    /// Codes of the list `transfer_modes`.
    pub transfer_modes: Vec<String>,
}

/// One technical property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedSpecification {
    /// Name with a capital first letter.
    pub name: String,
    /// Value, without the unit if that could be told apart.
    pub value: String,
    /// Unit as written in the source.
    pub unit: Option<String>,
}

/// Turns a record into a listing.
pub fn map(record: &EvalRecord) -> ImportedListing {
    let mut remainder = Remainder::default();
    let title = clean(&record.title);
    let title_vi = remainder.bounded(title.clone(), MAX_TITLE);
    let summary_vi = match clean(&record.summary) {
        summary if summary.is_empty() => {
            let field = record.category.rsplit('>').next().map(clean).unwrap_or_default();
            head(&format!("{title_vi}. Lĩnh vực: {field}."), MAX_SUMMARY)
        }
        summary => remainder.bounded(summary, MAX_SUMMARY),
    };
    let kind = kind_of(record, &title, &summary_vi);
    let mut listing = ImportedListing {
        source_site: SOURCE_SITE,
        source_external_id: clean(&record.id),
        source_url: None,
        kind,
        title_vi,
        summary_vi,
        description_vi: None,
        field_codes: vec![field_of(&record.category, &mut remainder)],
        trl: None,
        origin_country: None,
        brand: None,
        model: None,
        specifications: Vec::new(),
        price_mode: "contact",
        price_min: None,
        price_max: None,
        transfer_modes: transfer_modes_of(record.kind),
    };
    if kind == "technology_offer" {
        listing.trl = Some(readiness::level(record));
    }
    for (name, value) in &record.attributes {
        let (name, value) = (clean(name), clean(value));
        if !value.is_empty() && value != "null" && !listing.take(&name, &value) {
            remainder.keep(&name, &value);
        }
    }
    listing.source_url = source_of(&record.source_url, &mut remainder);
    for (marker, attribution) in ATTRIBUTIONS {
        if record.source_url.contains(marker) {
            remainder.paragraphs.push(attribution.to_owned());
        }
    }
    listing.specifications = remainder.specifications;
    if !remainder.paragraphs.is_empty() {
        listing.description_vi = Some(remainder.paragraphs.join("\n\n"));
    }
    listing
}

impl ImportedListing {
    /// Puts an attribute where the listing has a field of its own; says whether nothing of it is left to tell.
    fn take(&mut self, name: &str, value: &str) -> bool {
        match name.to_lowercase().as_str() {
            "xuất xứ" | "nước sản xuất" | "origin" if self.origin_country.is_none() => {
                self.origin_country = Taxonomies::embedded()
                    .country_named(value)
                    .map(|country| country.code.clone());
                self.origin_country.is_some()
            }
            "hãng" | "thương hiệu" | "hãng sản xuất" | "brand"
                if self.brand.is_none() && value.chars().count() <= MAX_BRAND =>
            {
                self.brand = Some(value.to_owned());
                true
            }
            "model" | "mẫu" if self.model.is_none() => {
                let whole = value.chars().count() <= MAX_MODEL;
                self.model = if whole {
                    Some(value.to_owned())
                } else {
                    // The first of the list leads; the list itself stays a specification.
                    let first = value.split([';', ',']).next().unwrap_or_default().trim();
                    (1..=MAX_MODEL)
                        .contains(&first.chars().count())
                        .then(|| first.to_owned())
                };
                whole
            }
            "giá" | "giá bán" | "đơn giá" => match price::parse(value) {
                Some(price) if self.price_mode == "contact" => {
                    self.price_mode = price.mode;
                    self.price_min = price.min;
                    self.price_max = price.max;
                    true
                }
                _ => false,
            },
            "ngân sách" if self.price_mode == "contact" => {
                // A budget bounds what can be agreed. The word itself has to stay readable, so it is kept as well.
                if let Some(amount) = price::parse(value).filter(|price| price.mode == "fixed") {
                    self.price_mode = "negotiable";
                    self.price_max = amount.min;
                }
                false
            }
            _ => false,
        }
    }
}

/// What has found no field of its own.
#[derive(Default)]
struct Remainder {
    specifications: Vec<ImportedSpecification>,
    paragraphs: Vec<String>,
}

impl Remainder {
    fn keep(&mut self, name: &str, value: &str) {
        let name = match name {
            "" => "Thông số".to_owned(),
            "mã HS" | "HS" => "Mã HS".to_owned(),
            other => with_capital(other),
        };
        let is_specification = self.specifications.len() < MAX_SPECIFICATIONS
            && name.chars().count() <= MAX_SPECIFICATION_NAME
            && value.chars().count() <= MAX_SPECIFICATION_VALUE;
        if is_specification {
            let (value, unit) = measure::split(value);
            self.specifications.push(ImportedSpecification {
                name,
                value: value.to_owned(),
                unit: unit.map(str::to_owned),
            });
        } else {
            self.paragraphs.push(format!("{name}: {value}"));
        }
    }

    /// The text if it is short enough, else its beginning; the whole then goes to the description.
    fn bounded(&mut self, text: String, max: usize) -> String {
        if text.chars().count() <= max {
            return text;
        }
        let beginning = head(&text, max);
        self.paragraphs.push(text);
        beginning
    }
}

fn kind_of(record: &EvalRecord, title: &str, summary: &str) -> &'static str {
    match record.kind {
        RecordKind::Technology | RecordKind::Service => "technology_offer",
        RecordKind::Equipment => "equipment_offer",
        RecordKind::Request => {
            let text = format!("{title} {summary}").to_lowercase();
            let asks_for = |words: &[&str]| words.iter().any(|word| text.contains(word));
            // Who asks for a line or a machine asks for equipment, whatever technology it contains.
            if asks_for(&["máy", "thiết bị", "dây chuyền", "hệ thống"]) {
                "equipment_need"
            } else if asks_for(&["công nghệ", "quy trình", "giải pháp", "phần mềm", "nghiên cứu"]) {
                "technology_need"
            } else {
                "equipment_need"
            }
        }
    }
}

/// What the kind alone implies; how a technology would pass over is not said in these records.
fn transfer_modes_of(kind: RecordKind) -> Vec<String> {
    match kind {
        RecordKind::Service => vec!["technical_service".to_owned()],
        RecordKind::Equipment => vec!["sale_of_equipment".to_owned()],
        RecordKind::Technology | RecordKind::Request => Vec::new(),
    }
}

fn field_of(category: &str, remainder: &mut Remainder) -> String {
    let category = clean(category);
    if let Some(field) = Taxonomies::embedded().field_of_path(&category) {
        return field.code.clone();
    }
    if !category.is_empty() {
        remainder.keep("Danh mục", &category);
    }
    "other".to_owned()
}

/// The address in a source reference. What is not an address, or stands behind one, is kept as a specification.
fn source_of(reference: &str, remainder: &mut Remainder) -> Option<String> {
    let reference = clean(reference);
    let (first, rest) = reference.split_once(' ').unwrap_or((&reference, ""));
    let address = WebAddress::parse(first).ok();
    let remark = if address.is_some() { rest } else { &reference };
    let remark = match remark.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if !inner.contains(['(', ')']) => inner,
        _ => remark,
    };
    if !remark.is_empty() {
        // Not "Nguồn": that word means a power supply too, and specifications are searched.
        remainder.keep("Dẫn từ", remark);
    }
    address.map(|address| address.as_str().to_owned())
}

/// One line, NFC, without control and invisible characters; nothing when nothing of it can be seen.
fn clean(text: &str) -> String {
    let plain: String = text
        .nfc()
        .filter(|c| !is_invisible(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if !plain.chars().any(is_visible) {
        return String::new();
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first `max` characters.
fn head(text: &str, max: usize) -> String {
    text.chars().take(max).collect::<String>().trim_end().to_owned()
}

fn with_capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().chain(characters).collect())
        .unwrap_or_default()
}
