//! The register of listings for officers, as a list and as a file.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::enterprise_register::{MAX, covered};
use super::export_words as words;
use super::exports::{Column, Form, coded, column, times, with_code, worded};
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::{chosen, wrong_parameter};
use super::extract::{JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::register_exports::RegisterFile;
use super::register_params::{between, countries, day, identifier, site, statuses};
use super::review::{all, all_of};
use super::server::HttpSettings;
use super::views::ListingSummary;
use crate::domain::calendar::midnight;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, EnterpriseId, ListingId, ListingImportId};
use crate::domain::import::Format;
use crate::domain::listing::ListingKind;
use crate::domain::listing::code::ListingCode;
use crate::domain::listing::hold::HoldKind;
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text_enum;
use crate::service::exports::OfficersList;
use crate::service::listing_exports::TableLanguage;
use crate::service::listing_register::{self, Asked, Wanted};
use crate::service::search::words_of_name;
use crate::service::{App, Result};

/// Listings that are read at once for a file: few, since they are whole.
const PAGE: u32 = 100;

text_enum! {
    /// Which listings of the register come first.
    pub enum RegisterOrder {
        /// Those that were saved last.
        Newest => "newest",
        /// Those that were saved first.
        Oldest => "oldest",
    }
}

/// Which listings. Of several values with commas between them one is enough; each parameter narrows what the others leave.
/// Days are those of Việt Nam, both ends included.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListingRegisterQuery {
    /// Where they stand now; drafts are their writers' own, and nobody else asks for them (400).
    #[param(max_length = 512, example = "published,expired")]
    pub status: Option<String>,
    /// What keeps them from the public, whatever their status is.
    #[param(max_length = 512, example = "suspended,taken_down")]
    pub hold: Option<String>,
    /// Kinds.
    #[param(max_length = 512, example = "technology_offer,equipment_offer")]
    pub kind: Option<String>,
    /// Fields; what is below them counts.
    #[param(max_length = 512, example = "food,mechanics")]
    pub field: Option<String>,
    /// Provinces of the enterprises; an older code stands for what became of it.
    #[param(max_length = 512, example = "25")]
    pub province: Option<String>,
    /// Whose: the identifier of an enterprise.
    #[param(inline, value_type = Option<Uuid>)]
    pub enterprise: Option<String>,
    /// Who began them: the identifier of an account (người tạo), as `created_by` of an entry tells it.
    #[param(inline, value_type = Option<Uuid>)]
    pub creator: Option<String>,
    /// The site from which they were imported (sàn nguồn), as `source.site` of an entry tells it. What an enterprise's own file made
    /// has none: `import_job` finds it.
    #[param(max_length = 100, example = "catalogue.example")]
    pub source_site: Option<String>,
    /// Readiness levels.
    #[param(max_length = 50, example = "7,8,9")]
    pub trl: Option<String>,
    /// Countries of origin: codes of the list `countries`.
    #[param(max_length = 512, example = "VN,JP")]
    pub origin: Option<String>,
    /// The import that made them (`import_job_id`).
    #[param(inline, value_type = Option<Uuid>)]
    pub import_job: Option<String>,
    /// What the law on technology transfer says of them, as an officer found or the owner declares.
    #[param(max_length = 100, example = "restricted,prohibited")]
    pub regulatory_class: Option<String>,
    /// Words of the title or their beginnings, with or without diacritics; all of them are in it. Words after the eighth are
    /// ignored. Or the code of one.
    #[param(max_length = 512, example = "may say lua")]
    pub q: Option<String>,
    /// The first day on which they were first saved, in Việt Nam.
    #[param(max_length = 10, example = "2026-11-01")]
    pub created_from: Option<String>,
    /// The last such day.
    #[param(max_length = 10, example = "2026-11-30")]
    pub created_to: Option<String>,
    /// The first day on which they last changed.
    #[param(max_length = 10, example = "2026-11-01")]
    pub updated_from: Option<String>,
    /// The last such day.
    #[param(max_length = 10, example = "2026-11-30")]
    pub updated_to: Option<String>,
    /// The first day on which they were last approved.
    #[param(max_length = 10, example = "2026-11-01")]
    pub published_from: Option<String>,
    /// The last such day.
    #[param(max_length = 10, example = "2026-11-30")]
    pub published_to: Option<String>,
    /// The day before which their terms end, or ended.
    #[param(max_length = 10, example = "2026-12-31")]
    pub expires_before: Option<String>,
    /// `newest` saved first, as when absent, or `oldest`.
    #[param(inline, value_type = Option<RegisterOrder>)]
    pub order: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl ListingRegisterQuery {
    /// What a cursor goes with: the filters as they were sent, so that it goes on when a list changes in between.
    fn tag(&self) -> String {
        let filters = Self {
            limit: None,
            after: None,
            ..self.clone()
        };
        format!("listing-register:{filters:?}")
    }

    fn wanted(&self, lists: &InForce) -> Result<Wanted> {
        self.require_short()?;
        let text = self.q.as_deref().unwrap_or_default();
        // A code stands in the place of words.
        let code = ListingCode::typed(text);
        let words = if code.is_some() { "" } else { text };
        let trl = all::<u8>(self.trl.as_deref())
            .ok()
            .filter(|all| all.iter().all(|level| (1..=9).contains(level)));
        let trl = trl.ok_or_else(|| wrong_parameter("trl", Violation::OutOfRange { min: 1, max: 9 }))?;
        Ok(Wanted {
            asked: Asked {
                statuses: statuses(self.status.as_deref())?,
                holds: all_of::<HoldKind>("hold", self.hold.as_deref())?,
                kinds: all_of::<ListingKind>("kind", self.kind.as_deref())?,
                trl,
                enterprise: identifier("enterprise", self.enterprise.as_deref())?.map(EnterpriseId),
                creator: identifier("creator", self.creator.as_deref())?.map(AccountId),
                site: site(self.source_site.as_deref())?,
                provinces: covered(lists, "province", TaxonomyName::Provinces, self.province.as_deref())?,
                origins: countries(lists, self.origin.as_deref())?,
                import: identifier("import_job", self.import_job.as_deref())?.map(ListingImportId),
                classes: all_of::<RegulatoryClass>("regulatory_class", self.regulatory_class.as_deref())?,
                words: words_of_name(words),
                code,
                created: between(("created_from", &self.created_from), ("created_to", &self.created_to))?,
                updated: between(("updated_from", &self.updated_from), ("updated_to", &self.updated_to))?,
                published: between(
                    ("published_from", &self.published_from),
                    ("published_to", &self.published_to),
                )?,
                expires_before: day("expires_before", self.expires_before.as_deref())?.map(midnight),
                oldest_first: chosen("order", self.order.as_deref())? == Some(RegisterOrder::Oldest),
            },
            fields: covered(lists, "field", TaxonomyName::Fields, self.field.as_deref())?,
        })
    }

    fn require_short(&self) -> Result<()> {
        for (name, text) in [
            ("status", &self.status),
            ("hold", &self.hold),
            ("kind", &self.kind),
            ("field", &self.field),
            ("province", &self.province),
            ("trl", &self.trl),
            ("origin", &self.origin),
            ("regulatory_class", &self.regulatory_class),
            ("q", &self.q),
        ] {
            if text.as_ref().is_some_and(|text| text.chars().nth(MAX).is_some()) {
                return Err(wrong_parameter(name, Violation::TooLong { max: MAX }));
            }
        }
        Ok(())
    }
}

/// The register of listings (sổ tin).
///
/// All that are the officer's business, whatever became of them; drafts are not in it. Fields and a scope that few meet may
/// give a short page with a cursor to go on with.
#[utoipa::path(
    get, path = "/moderation/listings", operation_id = "list_listing_register", tag = "moderation",
    security(("bearer" = [])), params(ListingRegisterQuery),
    responses(
        (status = 200, description = "A page of what the officer may review", body = Page<ListingSummary>),
        (status = 403, description = "`forbidden`: for officers who review listings", body = ProblemBody),
    )
)]
pub async fn list_listing_register(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ListingRegisterQuery>,
) -> Answer {
    let lists = app.in_force_at_hand();
    let (query, (limit, wanted)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.wanted(&lists)?)))?;
    let tag = query.tag();
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, ListingId(id)));
    let (rows, next) = app
        .read(move |conn, now| listing_register::list(conn, &caller, &wanted, place, limit, now))
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let views = rows.iter().map(ListingSummary::of_register).collect();
    Ok(HttpResponse::Ok().json(Page::new(views, limit, next)))
}

/// Which listings, in which form; the filters are those of `GET /moderation/listings`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListingRegisterFileQuery {
    /// Where they stand now; drafts are their writers' own and are not in it.
    #[param(max_length = 512, example = "published,expired")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// What keeps them from the public, whatever their status is.
    #[param(max_length = 512, example = "suspended,taken_down")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// Kinds.
    #[param(max_length = 512, example = "technology_offer,equipment_offer")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Fields; what is below them counts.
    #[param(max_length = 512, example = "food,mechanics")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Provinces of the enterprises; an older code stands for what became of it.
    #[param(max_length = 512, example = "25")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Whose: the identifier of an enterprise.
    #[param(inline, value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<String>,
    /// Who began them: the identifier of an account (người tạo).
    #[param(inline, value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<String>,
    /// The site or file from which they were imported (sàn nguồn).
    #[param(max_length = 100, example = "catalogue.example")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_site: Option<String>,
    /// Readiness levels.
    #[param(max_length = 50, example = "7,8,9")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trl: Option<String>,
    /// Countries of origin: codes of the list `countries`.
    #[param(max_length = 512, example = "VN,JP")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The import that made them (`import_job_id`).
    #[param(inline, value_type = Option<Uuid>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import_job: Option<String>,
    /// What the law on technology transfer says of them, as an officer found or the owner declares.
    #[param(max_length = 100, example = "restricted,prohibited")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regulatory_class: Option<String>,
    /// Words of the title or their beginnings, with or without diacritics; all of them are in it. Words after the eighth are
    /// ignored.
    #[param(max_length = 512, example = "may say lua")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// The first day on which they were first saved, in Việt Nam.
    #[param(max_length = 10, example = "2026-11-01")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_from: Option<String>,
    /// The last such day.
    #[param(max_length = 10, example = "2026-11-30")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_to: Option<String>,
    /// The first day on which they last changed.
    #[param(max_length = 10, example = "2026-11-01")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_from: Option<String>,
    /// The last such day.
    #[param(max_length = 10, example = "2026-11-30")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_to: Option<String>,
    /// The first day on which they were last approved.
    #[param(max_length = 10, example = "2026-11-01")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_from: Option<String>,
    /// The last such day.
    #[param(max_length = 10, example = "2026-11-30")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_to: Option<String>,
    /// The day before which their terms end, or ended.
    #[param(max_length = 10, example = "2026-12-31")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_before: Option<String>,
    /// `newest` saved first, as when absent, or `oldest`.
    #[param(inline, value_type = Option<RegisterOrder>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl ListingRegisterFileQuery {
    fn filter(&self) -> ListingRegisterQuery {
        let Self {
            status,
            hold,
            kind,
            field,
            province,
            enterprise,
            creator,
            source_site,
            trl,
            origin,
            import_job,
            regulatory_class,
            q,
            created_from,
            created_to,
            updated_from,
            updated_to,
            published_from,
            published_to,
            expires_before,
            order,
            ..
        } = self.clone();
        ListingRegisterQuery {
            status,
            hold,
            kind,
            field,
            province,
            enterprise,
            creator,
            source_site,
            trl,
            origin,
            import_job,
            regulatory_class,
            q,
            created_from,
            created_to,
            updated_from,
            updated_to,
            published_from,
            published_to,
            expires_before,
            order,
            limit: None,
            after: None,
        }
    }
}

const COLUMNS: &[Column] = &[
    column("Mã số tin", "Code", &["/code"]),
    column("Tên tin", "Title", &["/title/vi"]),
    column("Tên tiếng Anh", "Title (English)", &["/title/en"]),
    with_code(coded("Loại tin", "Kind", &["/kind"], TaxonomyName::ListingKinds)),
    worded("Tình trạng", "Status", &["/status"], words::LISTING_STATUSES),
    worded("Đang bị giữ", "Held by", &["/holds"], words::HOLDS),
    column("Đơn vị", "Enterprise", &["/enterprise/legal_name"]),
    with_code(coded(
        "Tỉnh, thành phố",
        "Province",
        &["/enterprise/province_code"],
        TaxonomyName::Provinces,
    )),
    with_code(coded("Lĩnh vực", "Fields", &["/field_codes"], TaxonomyName::Fields)),
    column("TRL", "TRL", &["/trl"]),
    with_code(coded(
        "Xuất xứ",
        "Country of origin",
        &["/origin_country"],
        TaxonomyName::Countries,
    )),
    worded(
        "Nhóm công nghệ",
        "Regulatory class",
        &["/regulatory_class"],
        words::REGULATORY_CLASSES,
    ),
    times("Tạo lúc", "Created at", &["/created_at"]),
    times("Sửa lúc", "Changed at", &["/updated_at"]),
    times("Gửi duyệt lúc", "Handed in at", &["/submitted_at"]),
    times("Xuất bản lúc", "Published at", &["/published_at"]),
    times("Hết hạn lúc", "Expires at", &["/expires_at"]),
    column("Lượt xem", "Views", &["/view_count"]),
    column("Lượt bày tỏ quan tâm", "Inquiries", &["/inquiry_count"]),
    column("Sàn nguồn", "Source site", &["/source/site"]),
    column("ID lần nhập", "Import ID", &["/import_job_id"]),
    column("ID người tạo", "Creator ID", &["/created_by"]),
    column("ID đơn vị", "Enterprise ID", &["/enterprise/id"]),
    column("ID tin", "Listing ID", &["/id"]),
];

/// The register of listings as a file (xuất sổ tin). That it was taken is recorded.
///
/// What `GET /moderation/listings` shows the caller, with the same filters and in the same order; in a table, codes are told
/// in words with the code beside, and times by the clock of Việt Nam.
#[utoipa::path(
    get, path = "/exports/listing-register", operation_id = "export_listing_register", tag = "moderation",
    security(("bearer" = [])), params(ListingRegisterFileQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (ListingSummary = "application/jsonl"))),
        (status = 403, description = "`forbidden`: for officers who review listings", body = ProblemBody),
    )
)]
pub async fn export_listing_register(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ListingRegisterFileQuery>,
) -> Answer {
    let lists = app.in_force().await?;
    let (query, (form, wanted)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        Ok((form, query.filter().wanted(&lists)?))
    })?;
    let file = RegisterFile {
        list: OfficersList::Listings,
        name: "listing-register",
        columns: COLUMNS,
    };
    file.send(
        app.clone(),
        caller,
        (&query, form, lists),
        async move |place| {
            let wanted = wanted.clone();
            app.read(move |conn, now| {
                let (found, next) = listing_register::list(conn, &caller, &wanted, place, PAGE, now)?;
                Ok((found.iter().map(ListingSummary::of_register).collect::<Vec<_>>(), next))
            })
            .await
        },
        |sheet, view| sheet.row(view),
    )
    .await
}
