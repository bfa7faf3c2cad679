//! Entries of the reference lists, one by one, as officers maintain them.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Path};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::creates::{self, Made};
use super::extract::{Body, IdempotencyKey, IfMatch, Judged, MaybeSignedIn, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::successors::list_named;
use super::taxonomies::TaxonomyEntry;
use crate::domain::taxonomy::{EntryChange, EntryPatch, NewEntry};
use crate::service::App;
use crate::service::reference::{self, KnownEntry, MovedCommune};

/// A code of any list as it may stand in a path; what cannot be one is not found, before anything else is looked at.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct CodeInPath(String);

impl TryFrom<String> for CodeInPath {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_code = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'));
        if is_code { Ok(Self(text)) } else { Err("no code") }
    }
}

/// What an entry said in one version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryVersion {
    /// The version.
    pub version: i64,
    /// When it was made.
    pub changed_at: Timestamp,
    /// The entry above it, as it was said then: of a commune the province into which it was put.
    #[schema(required)]
    pub parent: Option<String>,
    /// Vietnamese name.
    pub name_vi: String,
    /// English name.
    #[schema(required)]
    pub name_en: Option<String>,
    /// The first day on which it is valid.
    #[schema(required)]
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer valid.
    #[schema(required)]
    pub valid_to: Option<Date>,
    /// What took its place.
    #[schema(max_items = 20)]
    pub successors: Vec<String>,
    /// Whatever else it said, of lists of which officers say it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    pub attributes: BTreeMap<String, String>,
}

/// An entry of a reference list with its history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EntryView {
    /// Version, also in `ETag`; 1 is what the entry began with.
    pub version: i64,
    /// The entry.
    pub entry: TaxonomyEntry,
    /// What officers made of it, oldest first; empty as long as it is as the release has it.
    pub history: Vec<EntryVersion>,
    /// Only in the answer to an edit, of a field that ends with nothing in its place: how many public listings name it, one below
    /// it, or one in whose place it came, and are left with a code that ended. `valid_to: null` takes an end back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 12)]
    pub listings_left_behind: Option<u64>,
    /// Only in the answer to an edit of a province: the communes that wait since to be put into a part (`parent`), because it was divided, or has
    /// not the part any more in which they lay.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 5000)]
    pub communes_to_file: Vec<MovedCommuneView>,
    /// Only in the answer to an edit of a province whose division is taken back, or leaves one part: the communes that lay in a part and
    /// are where the province is again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 5000)]
    pub communes_returned: Vec<MovedCommuneView>,
}

/// A commune whose province was divided, divided otherwise, or made whole again (xã, phường của tỉnh chia tách).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MovedCommune)]
pub struct MovedCommuneView {
    /// Its code.
    #[schema(example = "06658")]
    pub code: String,
    /// Its name.
    pub name_vi: String,
    /// Code of the part in which it lay, if it lay in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "98")]
    pub former_part: Option<String>,
}

impl From<&KnownEntry> for EntryView {
    fn from(known: &KnownEntry) -> Self {
        let version = |change: &EntryChange| EntryVersion {
            version: change.version,
            changed_at: change.changed_at,
            parent: change.text.parent.clone(),
            name_vi: change.text.name_vi.clone(),
            name_en: change.text.name_en.clone(),
            valid_from: change.text.valid_from,
            valid_to: change.text.valid_to,
            successors: change.text.successors.clone(),
            attributes: change.text.attributes.clone().unwrap_or_default(),
        };
        Self {
            version: known.item.version,
            entry: TaxonomyEntry::of(&known.item, known.parent.clone()),
            history: known.history.iter().map(version).collect(),
            listings_left_behind: None,
            communes_to_file: known.moved.to_file.iter().map(MovedCommuneView::from).collect(),
            communes_returned: known.moved.returned.iter().map(MovedCommuneView::from).collect(),
        }
    }
}

impl From<&MovedCommune> for MovedCommuneView {
    fn from(commune: &MovedCommune) -> Self {
        Self {
            code: commune.code.clone(),
            name_vi: commune.name_vi.clone(),
            former_part: commune.former_part.clone(),
        }
    }
}

fn answer(view: &EntryView) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::ETAG, etag(view.version)))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(view)
}

/// Read one entry of a reference list, with its history.
#[utoipa::path(
    get, path = "/taxonomies/{name}/entries/{code}", operation_id = "get_taxonomy_entry", tag = "taxonomies",
    security((), ("bearer" = [])),
    params(
        ("name" = String, Path, description = "Name of the list", max_length = 64, example = "fields"),
        ("code" = String, Path, description = "Code of the entry", max_length = 64, example = "food"),
    ),
    responses(
        (status = 200, description = "The entry", body = EntryView),
        (status = 404, description = "No such list or entry", body = ProblemBody),
    )
)]
pub async fn get_taxonomy_entry(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    path: Path<(String, CodeInPath)>,
) -> Answer {
    let list = list_named(&path.0)?;
    let edition = app.edition().await?;
    let known = reference::get(&edition, list, &path.1.0, app.clock.now())?;
    Ok(answer(&EntryView::from(&known)))
}

/// Add an entry to a reference list (thêm mã vào danh mục).
///
/// To `provinces`, `communes`, `fields`, `vsic`, `science_fields`, `fos`, `ipc`, `regulated_technologies` and
/// `correspondences`. It is valid on every node at once.
#[utoipa::path(
    post, path = "/taxonomies/{name}/entries", operation_id = "add_taxonomy_entry", tag = "taxonomies",
    security(("bearer" = [])), request_body = NewEntry,
    params(
        ("name" = String, Path, description = "Name of the list", max_length = 64, example = "fields"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Added", body = EntryView),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody),
        (status = 404, description = "No such list", body = ProblemBody),
        (status = 409, description = "`list_not_editable`: law or a standard says what is in it", body = ProblemBody),
    )
)]
pub async fn add_taxonomy_entry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    name: Path<String>,
    key: IdempotencyKey,
    body: Judged<NewEntry>,
) -> Answer {
    let list = list_named(&name)?;
    let key = key.of(&format!("add_taxonomy_entry {list}"), &body.raw);
    let new = body.value(|new| reference::judge(&app.editions.at_hand(), list, &new, app.clock.now()))?;
    creates::create(&app, caller, key, move |work| {
        let known = reference::add(work, &caller, list, &new)?;
        let location = format!("/taxonomies/{list}/entries/{}", known.item.code);
        Ok(Made::versioned(location, known.item.version, EntryView::from(&known)))
    })
    .await
}

/// Rename an entry of a reference list, end it, or take its end back (sửa, kết thúc mã).
///
/// A JSON merge patch (RFC 7396). What has the code keeps it and stays readable; what is written anew from `valid_to` on is
/// refused with its successors. Of the lists to which entries are added, and of `transfer_modes`. Communes go with a province
/// that ends; `parent` puts one of a divided province into the part in which it lies, or into another part. That holds as long as the province has the part: the
/// answer tells which communes wait to be put into one since (`communes_to_file`); when its end is taken back, all are its own, and those that
/// lay in a part are told (`communes_returned`). Successors need the day from which on they take its place. Of a field that ends without any the answer tells how many public
/// listings name it (`listings_left_behind`).
#[utoipa::path(
    patch, path = "/taxonomies/{name}/entries/{code}", operation_id = "edit_taxonomy_entry", tag = "taxonomies",
    security(("bearer" = [])), request_body(content = EntryPatch, description = "Members to change; `null` removes", example = json!({"valid_to": "2027-07-01", "successors": ["food.processing"]})),
    params(
        ("name" = String, Path, description = "Name of the list", max_length = 64, example = "fields"),
        ("code" = String, Path, description = "Code of the entry", max_length = 64, example = "food"),
        ("If-Match" = String, Header, description = "`ETag` of the version that was read"),
    ),
    responses(
        (status = 200, description = "Changed", body = EntryView),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody),
        (status = 404, description = "No such list or entry", body = ProblemBody),
        (status = 409, description = "`list_not_editable`: law or a standard says what is in it", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn edit_taxonomy_entry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: Path<(String, CodeInPath)>,
    if_match: IfMatch,
    body: Body<serde_json::Map<String, serde_json::Value>>,
) -> Answer {
    let (name, CodeInPath(code)) = path.into_inner();
    let (list, seen) = (list_named(&name)?, if_match.required()?);
    let patch = serde_json::Value::Object(body.value);
    let known = app
        .write(caller.origin, move |work| {
            reference::edit(work, &caller, (list, &code), seen, &patch)
        })
        .await?;
    let (exchange, edition) = (app.get_ref().clone(), app.edition().await?);
    let mut view = EntryView::from(&known);
    view.listings_left_behind = app
        .run_blocking(move || Ok(reference::left_behind(&exchange, &edition, list, &known.item)))
        .await?;
    Ok(answer(&view))
}
