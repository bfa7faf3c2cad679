//! The vocabulary of searches, as officers keep it.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Path};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::{after, cursor, limit};
use super::extract::query::{chosen, wrong_parameter};
use super::extract::{Body, IdempotencyKey, IfMatch, Judged, JudgedQuery, Page, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::calendar::day_of;
use crate::domain::fields::{Violation, among};
use crate::domain::ids::VocabularyEntryId;
use crate::domain::vocabulary::{Relation, SourceClass, Standing, VocabularyChange, WordsDraft};
use crate::service::context::Caller;
use crate::service::vocabulary::catalogue::{self, Listed, Place, Wanted, effective_weight, standing_of};
use crate::service::{App, Result, vocabulary};

/// Most characters of what is looked for.
const PHRASE_MAX: usize = 100;

/// Which entries.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VocabularyQuery {
    /// Those with these words in a member, with or without diacritics.
    #[param(max_length = 100, example = "may say")]
    pub q: Option<String>,
    /// Those of this relation.
    #[param(inline, value_type = Option<Relation>, example = "regional")]
    pub relation: Option<String>,
    /// Those from this class of sources.
    #[param(inline, value_type = Option<SourceClass>, example = "law")]
    pub source: Option<String>,
    /// Where they stand today.
    #[param(inline, value_type = Option<Standing>, example = "in_force")]
    pub status: Option<String>,
    /// `department` or `built_in`.
    #[param(max_length = 20, example = "department")]
    pub origin: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl VocabularyQuery {
    fn wanted(&self) -> Result<Wanted> {
        let phrase = self.q.as_deref().map(|text| {
            if text.chars().count() > PHRASE_MAX {
                return Err(wrong_parameter("q", Violation::TooLong { max: PHRASE_MAX }));
            }
            let nothing = || wrong_parameter("q", Violation::Malformed { what: "searchable" });
            catalogue::phrase(text).ok_or_else(nothing)
        });
        Ok(Wanted {
            phrase: phrase.transpose()?,
            relation: chosen("relation", self.relation.as_deref())?,
            source: chosen("source", self.source.as_deref())?,
            standing: chosen("status", self.status.as_deref())?,
            is_built_in: match self.origin.as_deref() {
                None => None,
                Some("built_in") => Some(true),
                Some("department") => Some(false),
                Some(_) => return Err(wrong_parameter("origin", among(&["built_in", "department"]))),
            },
        })
    }

    /// Names the list for its cursors.
    fn tag(&self) -> String {
        let Self {
            q,
            relation,
            source,
            status,
            origin,
            ..
        } = self;
        format!("vocabulary:{q:?}:{relation:?}:{source:?}:{status:?}:{origin:?}")
    }
}

/// An entry of the Department, or a built-in group.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VocabularyItem {
    /// Identifier: a UUID, of a built-in group 16 hexadecimal digits made of what it says.
    #[schema(max_length = 36, example = "0197f1c2-7c3a-7d45-9b1e-3f2a6c8d9e01")]
    pub id: String,
    /// `department` or `built_in`.
    #[schema(example = "department")]
    pub origin: &'static str,
    /// Where it stands today.
    #[schema(value_type = Standing, example = "in_force")]
    pub status: &'static str,
    /// What it says.
    pub words: WordsDraft,
    /// Percent of what was typed that another member is worth in effect; null without members.
    #[schema(example = 90)]
    pub effective_weight: Option<u8>,
    /// Of a built-in group: the entry in force that switches it off.
    pub switched_off_by: Option<Uuid>,
    /// When its newest version was made; null for a built-in group.
    pub changed_at: Option<Timestamp>,
}

impl VocabularyItem {
    fn kept(change: &VocabularyChange, status: Standing) -> Self {
        Self {
            id: change.entry.to_string(),
            origin: "department",
            status: status.as_str(),
            words: WordsDraft::from(&change.words),
            effective_weight: effective_weight(&change.words),
            switched_off_by: None,
            changed_at: Some(change.changed_at),
        }
    }
}

impl From<&Listed> for VocabularyItem {
    fn from(listed: &Listed) -> Self {
        match listed {
            Listed::Kept(entry, status) => Self::kept(&entry.change, *status),
            Listed::BuiltIn(group, switch) => Self {
                id: group.id.to_string(),
                origin: "built_in",
                status: standing_of(*switch).as_str(),
                words: WordsDraft {
                    relation: Some(group.relation.code().to_owned()),
                    members: group.members.iter().map(|member| (*member).to_owned()).collect(),
                    switches_off: None,
                    source: group.source.code().to_owned(),
                    weight: None,
                    note: None,
                    valid_from: None,
                    valid_to: None,
                },
                effective_weight: Some(group.relation.usual_weight()),
                switched_off_by: switch.map(|entry| entry.0),
                changed_at: None,
            },
        }
    }
}

/// What an entry said in one version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VocabularyVersion {
    /// The version.
    pub version: i64,
    /// When it was made.
    pub changed_at: Timestamp,
    /// Which officer made it.
    pub changed_by: Option<Uuid>,
    /// Whether it withdrew the entry.
    pub is_withdrawn: bool,
    /// What it said.
    pub words: WordsDraft,
}

impl From<&VocabularyChange> for VocabularyVersion {
    fn from(change: &VocabularyChange) -> Self {
        Self {
            version: change.version,
            changed_at: change.changed_at,
            changed_by: change.changed_by.map(|account| account.0),
            is_withdrawn: change.is_withdrawn,
            words: WordsDraft::from(&change.words),
        }
    }
}

/// An entry or a built-in group with its history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VocabularyEntryView {
    /// Version, also in `ETag`; 0 of a built-in group.
    pub version: i64,
    /// As it is.
    pub entry: VocabularyItem,
    /// Its versions, oldest first; none of a built-in group.
    pub history: Vec<VocabularyVersion>,
}

impl VocabularyEntryView {
    fn of(listed: &Listed, history: &[VocabularyChange]) -> Self {
        Self {
            version: history.last().map_or(0, |newest| newest.version),
            entry: VocabularyItem::from(listed),
            history: history.iter().map(VocabularyVersion::from).collect(),
        }
    }

    fn answer(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::ETAG, etag(self.version)))
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .json(self)
    }
}

/// List the vocabulary of searches (từ vựng tìm kiếm): the Department's entries, newest first, then the built-in groups.
#[utoipa::path(
    get, path = "/vocabulary", operation_id = "list_vocabulary", tag = "taxonomies", security(("bearer" = [])),
    params(VocabularyQuery),
    responses(
        (status = 200, description = "A page", body = Page<VocabularyItem>),
    )
)]
pub async fn list_vocabulary(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<VocabularyQuery>,
) -> Answer {
    let (query, (wanted, limit)) = query.by(|query| Ok((query.wanted()?, limit(query.limit, &settings)?)))?;
    let tag = query.tag();
    let after: Option<Place> = after(query.after.as_deref(), &tag)?;
    let index = app.index.clone();
    let listing = app
        .read(move |conn, now| catalogue::list(conn, &index.vocabulary, &caller, &wanted, (after, limit), now))
        .await?;
    let next = listing.next.map(|place| cursor(&tag, &place));
    let items = listing.items.iter().map(VocabularyItem::from).collect();
    let total = u64::try_from(listing.total).unwrap_or(u64::MAX);
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next).with_total(total)))
}

/// Read an entry of the vocabulary with its history, or a built-in group.
#[utoipa::path(
    get, path = "/vocabulary/{id}", operation_id = "get_vocabulary_entry", tag = "taxonomies", security(("bearer" = [])),
    params(("id" = String, Path, description = "The entry or built-in group", max_length = 36)),
    responses(
        (status = 200, description = "The entry", body = VocabularyEntryView),
        (status = 404, description = "No such entry", body = ProblemBody),
    )
)]
pub async fn get_vocabulary_entry(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<String>) -> Answer {
    Ok(view(&app, caller, id.into_inner()).await?.answer())
}

async fn view(app: &web::Data<App>, caller: Caller, id: String) -> Result<VocabularyEntryView> {
    let index = app.index.clone();
    let (listed, history) = app
        .read(move |conn, now| catalogue::get(conn, &index.vocabulary, &caller, &id, now))
        .await?;
    Ok(VocabularyEntryView::of(&listed, &history))
}

/// Add an entry to the vocabulary of searches (thêm từ vựng).
///
/// Searches on every node use it within a second, from its first day on.
#[utoipa::path(
    post, path = "/vocabulary", operation_id = "add_vocabulary_entry", tag = "taxonomies", security(("bearer" = [])),
    request_body = WordsDraft,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Added", body = VocabularyEntryView),
        (status = 409, description = "`limit_reached`", body = ProblemBody),
        (status = 422, description = "`validation_failed` at the member that is wrong; `taken` where the same is there", body = ProblemBody),
    )
)]
pub async fn add_vocabulary_entry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<WordsDraft>,
) -> Answer {
    let key = key.of("add_vocabulary_entry", &body.raw);
    let index = app.index.clone();
    let draft = body.value(|draft| vocabulary::parsed(&draft))?;
    let made = creates::create(&app, caller, key, move |work| {
        let change = vocabulary::add(work, &index.vocabulary, &caller, &draft)?;
        let view = VocabularyEntryView {
            version: change.version,
            entry: VocabularyItem::kept(&change, change.standing(day_of(work.now))),
            history: vec![VocabularyVersion::from(&change)],
        };
        Ok(Made::versioned(
            format!("/vocabulary/{}", change.entry),
            change.version,
            view,
        ))
    })
    .await;
    app.vocabulary_changed();
    made
}

/// Change an entry of the vocabulary (sửa từ vựng).
///
/// A JSON merge patch (RFC 7396). What changes nothing makes no version.
#[utoipa::path(
    patch, path = "/vocabulary/{id}", operation_id = "edit_vocabulary_entry", tag = "taxonomies",
    security(("bearer" = [])), request_body(content = WordsDraft, description = "Members to change; `null` removes", example = json!({"valid_to": "2027-07-01"})),
    params(
        ("id" = Uuid, Path, description = "The entry"),
        ("If-Match" = String, Header, description = "`ETag` of the version that was read"),
    ),
    responses(
        (status = 200, description = "Changed", body = VocabularyEntryView),
        (status = 404, description = "No such entry", body = ProblemBody),
        (status = 409, description = "`already_decided`: it was withdrawn", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn edit_vocabulary_entry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Body<serde_json::Map<String, serde_json::Value>>,
) -> Answer {
    let (id, seen) = (VocabularyEntryId(id.into_inner()), if_match.required()?);
    let (index, patch) = (app.index.clone(), serde_json::Value::Object(body.value));
    app.write(caller.origin, move |work| {
        vocabulary::edit(work, &index.vocabulary, &caller, (id, seen), &patch)
    })
    .await?;
    app.vocabulary_changed();
    Ok(view(&app, caller, id.to_string()).await?.answer())
}

/// Withdraw an entry of the vocabulary (thu hồi từ vựng): searches do without it.
///
/// It stays in the list. A built-in group that it switched off is used again.
#[utoipa::path(
    delete, path = "/vocabulary/{id}", operation_id = "withdraw_vocabulary_entry", tag = "taxonomies",
    security(("bearer" = [])),
    params(
        ("id" = Uuid, Path, description = "The entry"),
        ("If-Match" = String, Header, description = "`ETag` of the version that was read"),
    ),
    responses(
        (status = 204, description = "Withdrawn"),
        (status = 404, description = "No such entry", body = ProblemBody),
        (status = 409, description = "`already_decided`: it was withdrawn before", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn withdraw_vocabulary_entry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let (id, seen) = (VocabularyEntryId(id.into_inner()), if_match.required()?);
    let index = app.index.clone();
    app.write(caller.origin, move |work| {
        vocabulary::withdraw(work, &index.vocabulary, &caller, (id, seen)).map(drop)
    })
    .await?;
    app.vocabulary_changed();
    Ok(HttpResponse::NoContent().finish())
}
