//! The public catalogue as files: listings and enterprises that anybody may see.

use actix_web::web;
use serde::Deserialize;

use super::exports::{Column, Form, Sheet, coded, column, send, turn};
use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, MaybeSignedIn};
use super::problem::{Answer, ProblemBody};
use super::review::{all, all_of};
use super::views::{EnterpriseView, ListingView};
use crate::domain::fields::Violation;
use crate::domain::ids::EnterpriseId;
use crate::domain::import::Format;
use crate::domain::listing::ListingKind;
use crate::domain::shapes::ProvinceCode;
use crate::domain::taxonomy::{InForce, Seats, TaxonomyName};
use crate::service::enterprises::Named;
use crate::service::exports::Row;
use crate::service::listing_exports::{
    Catalogue, Narrow, TableLanguage, Writer, catalogue_page, require_catalogue_fits,
};
use crate::service::{App, Error, enterprises};

/// Enterprises that are read at once.
const PAGE: u32 = 500;

/// Which public listings, in which form.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CatalogueQuery {
    /// Only of these kinds; commas between them.
    #[param(max_length = 200, example = "technology_offer,equipment_offer")]
    pub kind: Option<String>,
    /// Only what is in this field or below it.
    #[param(max_length = 100, example = "food")]
    pub field: Option<String>,
    /// Only of enterprises in this province.
    #[param(inline, value_type = Option<ProvinceCode>)]
    pub province: Option<String>,
    /// Only of these readiness levels; commas between them.
    #[param(max_length = 50, example = "7,8,9")]
    pub trl: Option<String>,
    /// Only of this enterprise.
    #[param(inline, value_type = Option<uuid::Uuid>)]
    pub enterprise: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    pub language: Option<String>,
}

impl CatalogueQuery {
    fn wanted(&self, lists: &InForce) -> Result<Catalogue, Error> {
        let wrong = |name: &str, what| wrong_parameter(name, Violation::Malformed { what });
        let trl: Vec<u8> = all(self.trl.as_deref()).map_err(|()| wrong("trl", "whole_number"))?;
        if trl.iter().any(|level| !(1..=9).contains(level)) {
            return Err(wrong_parameter("trl", Violation::OutOfRange { min: 1, max: 9 }));
        }
        Ok(Catalogue {
            narrow: Narrow {
                kinds: all_of::<ListingKind>("kind", self.kind.as_deref())?,
                provinces: covered(lists, "province", TaxonomyName::Provinces, self.province.as_deref())?,
                trl,
                enterprises: enterprise(self.enterprise.as_deref())?.into_iter().collect(),
            },
            fields: covered(lists, "field", TaxonomyName::Fields, self.field.as_deref())?,
        })
    }
}

/// The identifier of an enterprise.
fn enterprise(given: Option<&str>) -> Result<Option<EnterpriseId>, Error> {
    let wrong = |_| wrong_parameter("enterprise", Violation::Malformed { what: "identifier" });
    given.map(|id| id.parse().map_err(wrong)).transpose()
}

/// A code with all that lead to the same today; nothing where none is asked for.
pub(super) fn covered(
    lists: &InForce,
    name: &str,
    list: TaxonomyName,
    code: Option<&str>,
) -> Result<Vec<String>, Error> {
    let Some(code) = code else { return Ok(Vec::new()) };
    lists
        .covered_by(list, code)
        .ok_or_else(|| wrong_parameter(name, lists.unknown(list, code)))
}

/// Where the enterprises of a province are, or of what became of it.
pub(super) fn seats(lists: &InForce, province: Option<&str>) -> Result<Seats, Error> {
    let provinces = covered(lists, "province", TaxonomyName::Provinces, province)?;
    Ok(lists.lists().seats(provinces, lists.today()))
}

/// The public catalogue of listings as a file (xuất danh mục công khai).
///
/// What anybody may see, in the order in which it was begun. A table has the columns of imports, without identifiers of
/// enterprises' own; JSON Lines have what `GET /listings/{id}` shows. At most 100,000 listings: more are refused, and are
/// to be had from `GET /feed/listings`, which tells changes, too.
#[utoipa::path(
    get, path = "/exports/listings", operation_id = "export_listings", tag = "search", security((), ("bearer" = [])),
    params(CatalogueQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (ListingView = "application/jsonl"))),
        (status = 400, description = "`invalid_query`: also more than 100,000 rows", body = ProblemBody),
    )
)]
pub async fn export_listings(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    query: JudgedQuery<CatalogueQuery>,
) -> Answer {
    let lists = app.in_force().await?;
    let (_, (form, wanted)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        Ok((form, query.wanted(&lists)?))
    })?;
    app.check_session(caller).await?;
    let turn = turn(&app, &caller)?;
    let (counted, most) = (wanted.clone(), turn.most_rows());
    app.read(move |conn, _| require_catalogue_fits(conn, &counted, most))
        .await?;
    let writer = Writer::new(form.format, form.language, lists);
    send(
        (app.files.clone(), Some(turn)),
        form,
        "listings",
        writer.public_head(),
        async move |place| {
            let wanted = wanted.clone();
            let (found, next) = app
                .read(move |conn, now| catalogue_page(conn, &wanted, place, now))
                .await?;
            let rows: Result<_, Error> = found
                .iter()
                .map(|(listing, owner)| match form.format {
                    Format::Csv | Format::Xlsx => writer.cells(listing, owner).map(Row::Cells),
                    Format::Jsonl => serde_json::to_value(ListingView::public(listing, owner))
                        .map(Row::Line)
                        .map_err(Error::internal),
                })
                .collect();
            Ok((rows?, next))
        },
    )
    .await
}

/// Which enterprises of the directory, in which form.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DirectoryExportQuery {
    /// Only those of this province.
    #[param(inline, value_type = Option<ProvinceCode>)]
    pub province: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    pub language: Option<String>,
}

const ENTERPRISES: &[Column] = &[
    column("Tên đơn vị", "Legal name", &["/legal_name"]),
    column("Tên viết tắt", "Short name", &["/short_name"]),
    column("Tên tiếng Anh", "English name", &["/name_en"]),
    column("Mã số thuế", "Tax code", &["/tax_code"]),
    coded("Loại hình", "Legal form", &["/legal_form"], TaxonomyName::LegalForms),
    coded(
        "Tỉnh, thành phố",
        "Province",
        &["/province_code"],
        TaxonomyName::Provinces,
    ),
    coded("Xã, phường", "Commune", &["/commune_code"], TaxonomyName::Communes),
    coded("Lĩnh vực", "Fields", &["/field_codes"], TaxonomyName::Fields),
    column("Trang web", "Web site", &["/website"]),
    column("Dữ liệu minh họa", "For demonstration", &["/is_demo"]),
    column("Đăng ký trên sàn lúc", "Registered at", &["/created_at"]),
    column("ID đơn vị", "Enterprise ID", &["/id"]),
];

/// The directory of verified enterprises as a file (xuất danh bạ doanh nghiệp).
///
/// What the directory shows, in the order of names.
#[utoipa::path(
    get, path = "/exports/enterprises", operation_id = "export_enterprises", tag = "enterprises",
    security((), ("bearer" = [])), params(DirectoryExportQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (EnterpriseView = "application/jsonl"))),
    )
)]
pub async fn export_enterprises(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    query: JudgedQuery<DirectoryExportQuery>,
) -> Answer {
    let lists = app.in_force().await?;
    let (_, (form, seats)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        let seats = seats(&lists, query.province.as_deref())?;
        Ok((form, seats))
    })?;
    app.check_session(caller).await?;
    let turn = turn(&app, &caller)?;
    let sheet = Sheet::new(form, ENTERPRISES, lists);
    send(
        (app.files.clone(), Some(turn)),
        form,
        "enterprises",
        sheet.head(),
        async move |place| {
            let now = app.clock.now();
            let named = Named {
                seats: seats.clone(),
                ..Named::default()
            };
            let (found, next) = app
                .read(move |conn, _| enterprises::directory(conn, &named, place.as_ref(), PAGE))
                .await?;
            let views = found.iter().map(|row| EnterpriseView::public(row, now));
            let rows: Result<_, Error> = views.map(|view| sheet.row(&view)).collect();
            Ok((rows?, next))
        },
    )
    .await
}
