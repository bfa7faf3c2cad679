//! The register of enterprises for officers, as a list and as a file.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::exports::{Column, Form, Sheet, coded, column, with_code};
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::{list, wrong_parameter};
use super::extract::{JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::register_exports::RegisterFile;
use super::review::all_of;
use super::server::HttpSettings;
use super::views::EnterpriseView;
use crate::domain::calendar::clock_time;
use crate::domain::enterprise::{EnterpriseStatus, OrganisationKind, RegisterStatus, StService, VerificationState};
use crate::domain::fields::Violation;
use crate::domain::ids::EnterpriseId;
use crate::domain::import::Format;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::narrow;
use crate::service::enterprise_register::{self, Asked, Merged, Wanted};
use crate::service::exports::{OfficersList, Row};
use crate::service::listing_exports::TableLanguage;
use crate::service::search::words_of_name;
use crate::service::{App, Error, Result};

/// Longest parameter that is read, in characters.
pub(super) const MAX: usize = 512;
/// Enterprises that are read at once for a file.
const PAGE: u32 = 500;

/// Which enterprises. Of several values with commas between them one is enough; each parameter narrows what the others
/// leave.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterQuery {
    /// Where the registration stands; `merged` finds those that became part of another one, which are left out where neither this
    /// nor a tax code or name is asked for.
    #[param(max_length = 512, example = "active,suspended")]
    pub status: Option<String>,
    /// Whether the verification holds.
    #[param(max_length = 512, example = "verified,expired")]
    pub verification: Option<String>,
    /// Sorts of organisations.
    #[param(max_length = 512, example = "manufacturer,foreign")]
    pub kind: Option<String>,
    /// Provinces; an older code stands for what became of it.
    #[param(max_length = 512, example = "25")]
    pub province: Option<String>,
    /// Communes; an older code stands for what became of it.
    #[param(max_length = 512, example = "08494")]
    pub commune: Option<String>,
    /// Fields; what is below them counts.
    #[param(max_length = 512, example = "food,mechanics")]
    pub field: Option<String>,
    /// Services in science and technology that they offer (dịch vụ KH&CN).
    #[param(max_length = 512, example = "valuation,brokerage")]
    pub service: Option<String>,
    /// The tax code or its first digits, three at least; one of ten digits finds its branches too.
    #[param(max_length = 20, example = "2600357502")]
    pub tax_code: Option<String>,
    /// Words of the name or their beginnings, with or without diacritics; all of them are in it. Words after the eighth are
    /// ignored.
    #[param(max_length = 512, example = "co khi viet tri")]
    pub q: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl RegisterQuery {
    /// What a cursor goes with: the filters as they were sent, so that it goes on when a list changes in between.
    fn tag(&self) -> String {
        let filters = Self {
            limit: None,
            after: None,
            ..self.clone()
        };
        format!("register:{filters:?}")
    }

    /// Whoever looks for one enterprise finds it also where it became part of another one.
    fn merged(&self, statuses: &[RegisterStatus]) -> Merged {
        let is_named = self.tax_code.is_some() || self.q.is_some();
        match statuses
            .iter()
            .filter(|status| **status == RegisterStatus::Merged)
            .count()
        {
            0 if statuses.is_empty() && is_named => Merged::Also,
            0 => Merged::LeftOut,
            count if count == statuses.len() => Merged::Only,
            _ => Merged::Also,
        }
    }

    fn wanted(&self, lists: &InForce) -> Result<Wanted> {
        for (name, text) in [
            ("status", &self.status),
            ("verification", &self.verification),
            ("kind", &self.kind),
            ("province", &self.province),
            ("commune", &self.commune),
            ("field", &self.field),
            ("service", &self.service),
            ("tax_code", &self.tax_code),
            ("q", &self.q),
        ] {
            if text.as_ref().is_some_and(|text| text.chars().nth(MAX).is_some()) {
                return Err(wrong_parameter(name, Violation::TooLong { max: MAX }));
            }
        }
        let statuses = all_of::<RegisterStatus>("status", self.status.as_deref())?;
        let provinces = covered(lists, "province", TaxonomyName::Provinces, self.province.as_deref())?;
        Ok(Wanted {
            asked: Asked {
                merged: self.merged(&statuses),
                statuses: statuses.into_iter().filter_map(RegisterStatus::status).collect(),
                verification: all_of::<VerificationState>("verification", self.verification.as_deref())?,
                kinds: all_of::<OrganisationKind>("kind", self.kind.as_deref())?,
                seats: lists.lists().seats(provinces, lists.today()),
                communes: covered(lists, "commune", TaxonomyName::Communes, self.commune.as_deref())?,
                tax_code: self.tax_code.as_deref().map(tax_code).transpose()?,
                words: words_of_name(self.q.as_deref().unwrap_or_default()),
            },
            fields: covered(lists, "field", TaxonomyName::Fields, self.field.as_deref())?,
            services: all_of::<StService>("service", self.service.as_deref())?,
        })
    }
}

/// The codes with all that lead to the same today.
pub(super) fn covered(lists: &InForce, name: &str, of: TaxonomyName, codes: Option<&str>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for code in list(codes) {
        let same = lists.covered_by(of, &code);
        found.extend(same.ok_or_else(|| wrong_parameter(name, lists.unknown(of, &code)))?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The beginning of a tax code in the form in which one is kept.
fn tax_code(text: &str) -> Result<String> {
    const FEWEST: usize = 3;
    const WHOLE: usize = 13;
    let is_sign = |sign: &char| matches!(sign, ' ' | '.' | '-');
    let digits: String = text.chars().map(narrow).filter(|sign| !is_sign(sign)).collect();
    if !(FEWEST..=WHOLE).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(wrong_parameter(
            "tax_code",
            Violation::Malformed {
                what: "tax_code_beginning",
            },
        ));
    }
    Ok(digits)
}

/// The register of enterprises, newest first (sổ doanh nghiệp).
///
/// All that are the officer's business, in whatever status. Those that became part of another one, which `merged_into` names, have the status `merged` and are
/// found by tax code, name and `status=merged`, and else left out. Fields and a scope that few meet may give a short page with a cursor to go on with.
#[utoipa::path(
    get, path = "/moderation/enterprises", operation_id = "list_enterprise_register", tag = "moderation",
    security(("bearer" = [])), params(RegisterQuery),
    responses(
        (status = 200, description = "A page of what the officer may review", body = Page<EnterpriseView>),
        (status = 403, description = "`forbidden`: for officers who review enterprises", body = ProblemBody),
    )
)]
pub async fn list_enterprise_register(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<RegisterQuery>,
) -> Answer {
    let lists = app.in_force_at_hand();
    let (query, (limit, wanted)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.wanted(&lists)?)))?;
    let tag = query.tag();
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, EnterpriseId(id)));
    let ((rows, next), now) = app
        .read(move |conn, now| {
            Ok((
                enterprise_register::list(conn, &caller, &wanted, place, limit, now)?,
                now,
            ))
        })
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let views = rows.iter().map(|row| EnterpriseView::entry(row, now)).collect();
    Ok(HttpResponse::Ok().json(Page::new(views, limit, next)))
}

/// Which enterprises, in which form; the filters are those of `GET /moderation/enterprises`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterFileQuery {
    /// Where the registration stands.
    #[param(max_length = 512, example = "active,suspended")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Whether the verification holds.
    #[param(max_length = 512, example = "verified,expired")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<String>,
    /// Sorts of organisations.
    #[param(max_length = 512, example = "manufacturer,foreign")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Provinces; an older code stands for what became of it.
    #[param(max_length = 512, example = "25")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Communes; an older code stands for what became of it.
    #[param(max_length = 512, example = "08494")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
    /// Fields; what is below them counts.
    #[param(max_length = 512, example = "food,mechanics")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Services in science and technology that they offer (dịch vụ KH&CN).
    #[param(max_length = 512, example = "valuation,brokerage")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The tax code or its first digits, three at least; one of ten digits finds its branches too.
    #[param(max_length = 20, example = "2600357502")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// Words of the name or their beginnings, with or without diacritics; all of them are in it.
    #[param(max_length = 512, example = "co khi viet tri")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl RegisterFileQuery {
    fn filter(&self) -> RegisterQuery {
        let Self {
            status,
            verification,
            kind,
            province,
            commune,
            field,
            service,
            tax_code,
            q,
            ..
        } = self.clone();
        RegisterQuery {
            status,
            verification,
            kind,
            province,
            commune,
            field,
            service,
            tax_code,
            q,
            limit: None,
            after: None,
        }
    }
}

const COLUMNS: &[Column] = &[
    column("Tên đơn vị", "Legal name", &["/legal_name"]),
    column("Tên viết tắt", "Short name", &["/short_name"]),
    column("Tên tiếng Anh", "English name", &["/name_en"]),
    column("Mã số thuế", "Tax code", &["/tax_code"]),
    column(
        "Số đăng ký ở nước ngoài",
        "Foreign register number",
        &["/foreign_register/number"],
    ),
    with_code(coded(
        "Nước đăng ký",
        "Country of registration",
        &["/foreign_register/country"],
        TaxonomyName::Countries,
    )),
    column("Tình trạng", "Status", &["/status_name"]),
    column("Tình trạng (mã)", "Status (code)", &["/status"]),
    column("Xác minh", "Verification", &["/verification/state_name"]),
    column("Xác minh (mã)", "Verification (code)", &["/verification/state"]),
    column("Xác minh đến", "Verified until", &["/verification/expires_at"]),
    column("Loại hình tổ chức", "Kind", &["/kind_name"]),
    column("Loại hình tổ chức (mã)", "Kind (code)", &["/kind"]),
    with_code(coded(
        "Loại hình pháp lý",
        "Legal form",
        &["/legal_form"],
        TaxonomyName::LegalForms,
    )),
    with_code(coded(
        "Tỉnh, thành phố",
        "Province",
        &["/province_code"],
        TaxonomyName::Provinces,
    )),
    with_code(coded(
        "Xã, phường",
        "Commune",
        &["/commune_code"],
        TaxonomyName::Communes,
    )),
    column("Địa chỉ", "Address", &["/address_line"]),
    with_code(coded("Lĩnh vực", "Fields", &["/field_codes"], TaxonomyName::Fields)),
    column("Người liên hệ", "Contact person", &["/contact_name"]),
    column("Thư điện tử", "E-mail", &["/contact_email"]),
    column("Điện thoại", "Telephone", &["/contact_phone"]),
    column("Trang web", "Web site", &["/website"]),
    column("Đăng ký trên sàn lúc", "Registered at", &["/created_at"]),
    column("Nộp hồ sơ", "Handed in at", &["/submitted_at"]),
    column("ID đơn vị", "Enterprise ID", &["/id"]),
    column("Đã gộp vào", "Merged into", &["/merged_into/legal_name"]),
];

/// A row of the file: words for people in a table, what the list shows in JSON Lines.
fn row(sheet: &Sheet, form: Form, view: &EnterpriseView) -> Result<Row> {
    let mut told = serde_json::to_value(view).map_err(Error::internal)?;
    if form.format != Format::Jsonl {
        let is_merged = view.merged_into.is_some();
        name(&mut told, "", "status", |word: &str| {
            if is_merged {
                return Some(form.named(("đã gộp", "merged")).to_owned());
            }
            let status: EnterpriseStatus = word.parse().ok()?;
            Some(form.named((status.name_vi(), status.name_en())).to_owned())
        });
        name(&mut told, "/verification", "state", |word: &str| {
            let state: VerificationState = word.parse().ok()?;
            Some(form.named(state.names()).to_owned())
        });
        name(&mut told, "", "kind", |word: &str| {
            let kind: OrganisationKind = word.parse().ok()?;
            Some(form.named(kind.names()).to_owned())
        });
        for time in ["/verification/expires_at", "/created_at", "/submitted_at"] {
            tell(&mut told, time, |at: &str| at.parse().ok().map(clock_time));
        }
    }
    sheet.row(&told)
}

/// Puts what people read beside a code.
fn name(view: &mut Value, place: &str, code: &str, words: impl Fn(&str) -> Option<String>) {
    if let Some(Value::Object(members)) = view.pointer_mut(place)
        && let Some(told) = members.get(code).and_then(Value::as_str).and_then(words)
    {
        members.insert(format!("{code}_name"), told.into());
    }
}

/// Puts what people read in the place of what programs read.
fn tell(view: &mut Value, place: &str, words: impl Fn(&str) -> Option<String>) {
    if let Some(value) = view.pointer_mut(place)
        && let Some(told) = value.as_str().and_then(words)
    {
        *value = Value::String(told);
    }
}

/// The register of enterprises as a file (xuất sổ doanh nghiệp). That it was taken is recorded.
///
/// What `GET /moderation/enterprises` shows the caller, with the same filters; in a table, times are by the clock of Việt
/// Nam.
#[utoipa::path(
    get, path = "/exports/enterprise-register", operation_id = "export_enterprise_register", tag = "moderation",
    security(("bearer" = [])), params(RegisterFileQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (EnterpriseView = "application/jsonl"))),
        (status = 403, description = "`forbidden`: for officers who review enterprises", body = ProblemBody),
    )
)]
pub async fn export_enterprise_register(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<RegisterFileQuery>,
) -> Answer {
    let lists = app.in_force().await?;
    let (query, (form, wanted)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        Ok((form, query.filter().wanted(&lists)?))
    })?;
    let file = RegisterFile {
        list: OfficersList::Enterprises,
        name: "enterprise-register",
        columns: COLUMNS,
    };
    file.send(
        app.clone(),
        caller,
        (&query, form, lists),
        async move |place| {
            let wanted = wanted.clone();
            app.read(move |conn, now| {
                let (found, next) = enterprise_register::list(conn, &caller, &wanted, place, PAGE, now)?;
                let views = found.iter().map(|entry| EnterpriseView::entry(entry, now));
                Ok((views.collect::<Vec<_>>(), next))
            })
            .await
        },
        move |sheet, view: &EnterpriseView| row(sheet, form, view),
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tax_code_is_looked_for_by_its_beginning() {
        for (given, kept) in [
            ("260", "260"),
            ("2600 357.502", "2600357502"),
            ("2600357502-001", "2600357502001"),
            ("26003575020", "26003575020"),
            ("２６００", "2600"),
        ] {
            assert_eq!(tax_code(given).unwrap(), kept);
        }
        for bad in ["", "26", "26003575020011", "26x"] {
            assert!(tax_code(bad).is_err(), "{bad}");
        }
    }
}
