//! Public listings side by side (so sánh).

use super::likeness::current;
use super::{App, Error, ErrorCode, Result};
use crate::domain::comparison::{Property, align, differ};
use crate::domain::ids::ListingId;
use crate::domain::listing::{Listing, ListingContent, Price, PriceMode, Specification};
use crate::domain::matching::grouped;
use crate::domain::taxonomy::{Taxonomies, TaxonomyName};
use crate::store::listings::OwnerCard;

/// How many listings are compared.
pub const FEWEST: usize = 2;
/// The same at the most.
pub const MOST: usize = 5;

/// Listings side by side.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The listings, in the order in which they were named.
    pub listings: Vec<(Listing, OwnerCard)>,
    /// What every listing may say.
    pub members: Vec<Member>,
    /// Technical properties.
    pub properties: Vec<Property>,
}

/// One member of all listings, in words.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name on the wire.
    pub code: &'static str,
    /// Its Vietnamese and its English name.
    pub name: (&'static str, &'static str),
    /// What each says, in Vietnamese and in English.
    pub cells: Vec<Option<(String, String)>>,
    /// Whether not all say the same.
    pub differs: bool,
}

/// Compares public listings, as everybody sees them; what is not public is not found. Blocks.
pub fn compare(app: &App, lists: &Taxonomies, ids: &[ListingId]) -> Result<Comparison> {
    let listings = current(app, ids)?;
    let is_found = |id: &&ListingId| listings.iter().any(|(listing, _)| listing.id == **id);
    let missing: Vec<String> = ids.iter().filter(|id| !is_found(id)).map(ToString::to_string).collect();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        return Err(Error::new(
            ErrorCode::NotFound,
            format!("Không tìm thấy tin: {missing}."),
            format!("Not found: {missing}."),
        ));
    }
    let properties: Vec<&[Specification]> = listings
        .iter()
        .map(|(listing, _)| listing.content.specifications.as_slice())
        .collect();
    let properties = align(&properties);
    let members = MEMBERS.iter().map(|member| member.of(lists, &listings));
    let members = members.filter(|member| member.cells.iter().any(Option::is_some));
    Ok(Comparison {
        members: members.collect(),
        properties,
        listings,
    })
}

type Told = Option<(String, String)>;

/// A member and how it is told.
struct Telling {
    code: &'static str,
    name: (&'static str, &'static str),
    tell: fn(&Taxonomies, &ListingContent, &OwnerCard) -> Told,
}

const MEMBERS: &[Telling] = &[
    telling("kind", ("Loại tin", "Kind"), |lists, content, _| {
        coded(lists, TaxonomyName::ListingKinds, [content.kind.as_str()])
    }),
    telling("field_codes", ("Lĩnh vực", "Fields"), |lists, content, _| {
        coded(
            lists,
            TaxonomyName::Fields,
            content.field_codes.iter().map(String::as_str),
        )
    }),
    telling("province", ("Tỉnh, thành phố", "Province"), |lists, _, owner| {
        let code = Some(owner.province_code.as_str()).filter(|code| !code.is_empty());
        coded(lists, TaxonomyName::Provinces, code)
    }),
    telling("price", ("Giá", "Price"), |lists, content, _| {
        price(lists, &content.price)
    }),
    telling(
        "trl",
        ("Mức sẵn sàng công nghệ", "Technology readiness"),
        |_, content, _| content.trl.map(|trl| alike(format!("TRL {trl}"))),
    ),
    telling("stage", ("Giai đoạn", "Stage"), |_, content, _| {
        content.details.stage.as_deref().map(stage)
    }),
    telling(
        "transfer_modes",
        ("Hình thức chuyển giao", "Ways of transfer"),
        |lists, content, _| {
            coded(
                lists,
                TaxonomyName::TransferModes,
                content.transfer_modes.iter().map(|mode| mode.as_str()),
            )
        },
    ),
    telling("origin_country", ("Xuất xứ", "Origin"), |lists, content, _| {
        coded(lists, TaxonomyName::Countries, content.origin_country.as_deref())
    }),
    telling("brand", ("Thương hiệu", "Brand"), |_, content, _| {
        content.brand.as_ref().map(|brand| alike(brand.as_str().to_owned()))
    }),
    telling("model", ("Model", "Model"), |_, content, _| {
        content.model.as_ref().map(|model| alike(model.as_str().to_owned()))
    }),
    telling("condition", ("Tình trạng", "Condition"), |_, content, _| {
        content.details.condition.as_deref().map(condition)
    }),
    telling(
        "manufacture_year",
        ("Năm sản xuất", "Year of manufacture"),
        |_, content, _| content.details.manufacture_year.map(|year| alike(year.to_string())),
    ),
    telling("warranty_months", ("Bảo hành", "Warranty"), |_, content, _| {
        let months = content.details.warranty_months;
        months.map(|months| (format!("{months} tháng"), format!("{months} months")))
    }),
    telling("certifications", ("Chứng nhận", "Certificates"), |_, content, _| {
        let certificates = content.details.certifications.iter().map(|certificate| {
            let number = certificate.number.as_deref().unwrap_or_default();
            format!("{} {number}", certificate.scheme.to_uppercase())
                .trim()
                .to_owned()
        });
        let certificates: Vec<String> = certificates.collect();
        (!certificates.is_empty()).then(|| alike(certificates.join(", ")))
    }),
];

const fn telling(
    code: &'static str,
    name: (&'static str, &'static str),
    tell: fn(&Taxonomies, &ListingContent, &OwnerCard) -> Told,
) -> Telling {
    Telling { code, name, tell }
}

impl Telling {
    fn of(&self, lists: &Taxonomies, listings: &[(Listing, OwnerCard)]) -> Member {
        let cells: Vec<Told> = listings
            .iter()
            .map(|(listing, owner)| (self.tell)(lists, &listing.content, owner))
            .collect();
        Member {
            code: self.code,
            name: self.name,
            differs: differ(&cells, PartialEq::eq),
            cells,
        }
    }
}

/// What is the same in both languages.
fn alike(text: String) -> (String, String) {
    (text.clone(), text)
}

/// The names of some codes.
fn coded<'c>(lists: &Taxonomies, list: TaxonomyName, codes: impl IntoIterator<Item = &'c str>) -> Told {
    let names = codes.into_iter().map(|code| {
        let vi = lists.name_vi(list, code).unwrap_or(code);
        (vi, lists.name_en(list, code).unwrap_or(vi))
    });
    let (vi, en): (Vec<&str>, Vec<&str>) = names.unzip();
    (!vi.is_empty()).then(|| (vi.join(", "), en.join(", ")))
}

fn price(lists: &Taxonomies, price: &Price) -> Told {
    let currency = price.currency;
    let told = |amount: i64| {
        (
            format!("{} {}", grouped(amount, '.'), currency.name_vi()),
            format!("{} {currency}", grouped(amount, ',')),
        )
    };
    match (price.mode, price.min.map(told), price.max.map(told)) {
        (PriceMode::Fixed, Some(amount), _) => Some(amount),
        (PriceMode::From, Some((vi, en)), _) => Some((format!("từ {vi}"), format!("from {en}"))),
        (_, Some((vi, en)), Some((to_vi, to_en))) => Some((format!("{vi} – {to_vi}"), format!("{en} – {to_en}"))),
        (mode, ..) => coded(lists, TaxonomyName::PriceModes, [mode.as_str()]),
    }
}

fn stage(code: &str) -> (String, String) {
    let (vi, en) = match code {
        "idea" => ("Ý tưởng", "Idea"),
        "lab" => ("Phòng thí nghiệm", "Laboratory"),
        "prototype" => ("Mẫu thử nghiệm", "Prototype"),
        "pilot" => ("Thử nghiệm thực tế", "Pilot"),
        "industrial" => ("Ứng dụng công nghiệp", "Industrial use"),
        "commercial" => ("Thương mại hóa", "On the market"),
        other => (other, other),
    };
    (vi.to_owned(), en.to_owned())
}

fn condition(code: &str) -> (String, String) {
    let (vi, en) = match code {
        "new" => ("Mới", "New"),
        "used" => ("Đã qua sử dụng", "Used"),
        "refurbished" => ("Tân trang", "Refurbished"),
        other => (other, other),
    };
    (vi.to_owned(), en.to_owned())
}
