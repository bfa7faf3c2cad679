//! What became of codes that ended, and which codes of two classifications correspond.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Path};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::page::PageInfo;
use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, MaybeSignedIn, Page};
use super::problem::{Answer, ProblemBody};
use crate::domain::fields::{Successor, Violation};
use crate::domain::taxonomy::{Asked, Correspondence, CrosswalkRelation, Former, Outcome, Taxonomies, TaxonomyName};
use crate::service::{App, Error, ErrorCode, Result};

/// Most that is answered: whoever asks for a name that fits more must say the district.
const MOST: usize = 100;
/// Most characters of a name that is asked for.
const NAME_MAX: usize = 100;
/// Longest code that is looked for, in characters.
const CODE_MAX: usize = 64;

/// What is asked for: a code or a name.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuccessorQuery {
    /// A code that ended.
    #[param(max_length = 64, example = "04798")]
    pub code: Option<String>,
    /// Its name, with or without diacritics and kind (`Phường`, `Xã`, `Thị trấn`).
    #[param(max_length = 100)]
    pub name: Option<String>,
    /// Of an old commune: name or code of its district.
    #[param(max_length = 100)]
    pub district: Option<String>,
    /// Of an old commune: name or code of its province, of then or of now.
    #[param(max_length = 100)]
    pub province: Option<String>,
}

/// A place by code and name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedCode {
    /// Its code.
    #[schema(example = "148")]
    pub code: String,
    /// Its name.
    #[schema(example = "Thành phố Hòa Bình")]
    pub name_vi: String,
}

/// A code that ended, and what it became.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FormerView {
    /// The code. Codes of communes were given again: the same digits can be valid with another meaning.
    #[schema(example = "04798")]
    pub code: String,
    /// Its name.
    #[schema(example = "Phường Hữu Nghị")]
    pub name_vi: String,
    /// The district, of old communes.
    #[schema(required)]
    pub district: Option<NamedCode>,
    /// The province, of old communes.
    #[schema(required)]
    pub province: Option<NamedCode>,
    /// The first day on which it was no longer valid.
    pub valid_to: Date,
    /// Whether it was divided, so that the person must say in which part. Not every part need be known.
    pub is_split: bool,
    /// What took its place.
    #[schema(max_items = 100)]
    pub successors: Vec<Successor>,
}

impl From<&Former> for FormerView {
    fn from(former: &Former) -> Self {
        let named = |place: &Option<(String, String)>| {
            place.as_ref().map(|(code, name_vi)| NamedCode {
                code: code.clone(),
                name_vi: name_vi.clone(),
            })
        };
        Self {
            code: former.code.clone(),
            name_vi: former.name_vi.clone(),
            district: named(&former.district),
            province: named(&former.province),
            valid_to: former.valid_to,
            is_split: former.is_split,
            successors: former.successors.clone(),
        }
    }
}

/// What is known of the successors.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SuccessorPage {
    /// `one`: take it. `split`: ask in which part. `several`: ask which of the old ones is meant. `none`: nothing is known.
    #[schema(value_type = Outcome)]
    pub outcome: &'static str,
    /// What ended and fits what was asked for.
    #[schema(max_items = 100)]
    pub items: Vec<FormerView>,
    /// The one page that there is.
    pub page: PageInfo,
}

/// Refuses a text that is longer than anything that could be found by it.
fn require_short(parameter: &str, text: Option<&str>, most: usize) -> Result<()> {
    if text.is_some_and(|text| text.chars().count() > most) {
        return Err(wrong_parameter(parameter, Violation::TooLong { max: most }));
    }
    Ok(())
}

/// Find what a code that ended became (mã đã hết hiệu lực).
///
/// Of `communes` it knows every commune of the former Phú Thọ, Vĩnh Phúc and Hòa Bình, of `provinces` all 63 of before
/// 2025-07-01.
#[utoipa::path(
    get, path = "/taxonomies/{name}/successors", operation_id = "list_successors", tag = "taxonomies",
    security((), ("bearer" = [])),
    params(("name" = String, Path, description = "Name of the list", max_length = 64, example = "communes"), SuccessorQuery),
    responses(
        (status = 200, description = "What ended and fits", body = SuccessorPage),
        (status = 400, description = "Neither code nor name, or a name that fits too much", body = ProblemBody),
        (status = 404, description = "No such list", body = ProblemBody),
    )
)]
pub async fn list_successors(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    name: Path<String>,
    query: JudgedQuery<SuccessorQuery>,
) -> Answer {
    let list = list_named(&name)?;
    let (query, ()) = query.by(|query| {
        for (parameter, text) in [
            ("name", &query.name),
            ("district", &query.district),
            ("province", &query.province),
        ] {
            require_short(parameter, text.as_deref(), NAME_MAX)?;
        }
        require_short("code", query.code.as_deref(), CODE_MAX)?;
        if query.code.is_none() && query.name.is_none() {
            return Err(wrong_parameter("code", Violation::Required));
        }
        Ok(())
    })?;
    let in_force = app.in_force().await?;
    let asked = Asked {
        code: query.code.as_deref(),
        name: query.name.as_deref(),
        district: query.district.as_deref(),
        province: query.province.as_deref(),
    };
    let found = in_force.lists().former(list, &asked, in_force.today());
    if found.len() > MOST {
        return Err(wrong_parameter("name", Violation::TooMany { max: MOST }).into());
    }
    let items: Vec<_> = found.iter().map(FormerView::from).collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(SuccessorPage {
            outcome: Former::outcome(&found).as_str(),
            page: whole(items.len()),
            items,
        }))
}

pub(super) fn list_named(name: &str) -> Result<TaxonomyName> {
    name.parse().map_err(|_unknown| ErrorCode::NotFound.into())
}

fn whole(count: usize) -> PageInfo {
    PageInfo {
        next: None,
        limit: u32::try_from(count).unwrap_or(u32::MAX),
    }
}

/// Which part of a crosswalk is asked for.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CrosswalkQuery {
    /// Only the rows of this code of the first list.
    #[param(max_length = 64, example = "2")]
    pub code: Option<String>,
}

/// One correspondence of two classifications.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CrosswalkRow {
    /// Code of the first list.
    #[schema(example = "2")]
    pub from: String,
    /// Its name.
    #[schema(example = "Khoa học kỹ thuật và công nghệ")]
    pub from_name_vi: String,
    /// Code of the second list.
    #[schema(example = "2")]
    pub to: String,
    /// Its name.
    #[schema(example = "Kỹ thuật và công nghệ")]
    pub to_name_vi: String,
    /// How far they agree.
    #[schema(value_type = CrosswalkRelation, example = "exact")]
    pub relation: String,
    /// Where this is written, or how it was found.
    pub source: String,
    /// Whether somebody held it against its source.
    pub is_verified: bool,
    /// The entry of the list `correspondences` that says so, with its history.
    #[schema(example = "science_fields-2-fos-2")]
    pub entry: String,
    /// The first day on which it is valid; always, as far as is known, where absent.
    #[schema(required)]
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer valid.
    #[schema(required)]
    pub valid_to: Option<Date>,
}

fn row(lists: &Taxonomies, (from, to): (TaxonomyName, TaxonomyName), row: &Correspondence<'_>) -> CrosswalkRow {
    let name = |list, code: &str| lists.name_vi(list, code).unwrap_or(code).to_owned();
    CrosswalkRow {
        from: row.from.to_owned(),
        from_name_vi: name(from, row.from),
        to: row.to.to_owned(),
        to_name_vi: name(to, row.to),
        relation: row.relation.to_owned(),
        source: row.source.to_owned(),
        is_verified: row.is_verified,
        entry: row.entry.code.clone(),
        valid_from: row.entry.valid_from,
        valid_to: row.entry.valid_to,
    }
}

/// Read a crosswalk between two classifications, in either direction.
///
/// The rows that are valid today, of which officers keep the list `correspondences`: between `science_fields`, `fos`, `ipc`
/// and `vsic`. `is_verified` tells which were held against their source. A pair of lists without rows is 404.
#[utoipa::path(
    get, path = "/taxonomies/crosswalks/{from}/{to}", operation_id = "get_crosswalk", tag = "taxonomies",
    security((), ("bearer" = [])),
    params(
        ("from" = String, Path, description = "Name of the first list", max_length = 64, example = "science_fields"),
        ("to" = String, Path, description = "Name of the second list", max_length = 64, example = "fos"),
        CrosswalkQuery,
    ),
    responses(
        (status = 200, description = "The rows", body = Page<CrosswalkRow>),
        (status = 404, description = "No such list, or no crosswalk between the two", body = ProblemBody),
    )
)]
pub async fn get_crosswalk(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    path: Path<(String, String)>,
    query: JudgedQuery<CrosswalkQuery>,
) -> Answer {
    let lists = (list_named(&path.0)?, list_named(&path.1)?);
    let (query, ()) = query.by(|query| require_short("code", query.code.as_deref(), CODE_MAX))?;
    let in_force = app.in_force().await?;
    let known = in_force.lists();
    let rows = known.crosswalk(lists.0, lists.1, in_force.today()).ok_or_else(|| {
        Error::new(
            ErrorCode::NotFound,
            "Sàn chưa có bảng chuyển đổi giữa hai danh mục này.",
            "The exchange has no crosswalk between these two lists.",
        )
    })?;
    let items: Vec<_> = rows
        .iter()
        .filter(|row| query.code.as_deref().is_none_or(|code| row.from == code))
        .map(|found| row(known, lists, found))
        .collect();
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(Page::new(items, count, None).with_total(u64::from(count))))
}
