//! The register of opinions on the technology of projects for officers, as a list and as a file.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;
use utoipa::ToSchema;
use uuid::Uuid;

use super::dossiers::views::RuleName;
use super::enterprise_register::{MAX, covered};
use super::export_words as words;
use super::exports::{Column, Form, coded, column, times, with_code, worded, yes_no};
use super::extract::page::{after, cursor, limit};
use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::register_exports::RegisterFile;
use super::server::HttpSettings;
use crate::domain::dossier::ProjectDraft;
use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, DossierId};
use crate::domain::import::Format;
use crate::domain::procedure::day;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::Line;
use crate::service::dossiers::opinions::{self, Asked, Opinion, Place, Wanted};
use crate::service::exports::OfficersList;
use crate::service::listing_exports::TableLanguage;
use crate::service::search::words_of_name;
use crate::service::{App, ErrorCode, Result};

/// Opinions that are read at once for a file.
const PAGE: u32 = 200;

/// An opinion on the technology of a project, as it was given (ý kiến về công nghệ của dự án đầu tư).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpinionView {
    /// Number of the letter by which it was given; null of what was given before that was told here.
    #[schema(required, example = "512/SKHCN-QLCN")]
    pub letter_number: Option<String>,
    /// The day of that letter.
    #[schema(required)]
    pub letter_on: Option<Date>,
    /// What it comes to, one of the grounds of its event.
    #[schema(required, max_length = 40, example = "AGREE")]
    pub outcome: Option<String>,
    /// What that is called; null of an outcome of later rules.
    #[schema(required, example = "Thống nhất")]
    pub outcome_vi: Option<&'static str>,
    /// The same in English.
    #[schema(required, example = "Agree")]
    pub outcome_en: Option<&'static str>,
    /// Its words.
    #[schema(required)]
    pub note: Option<String>,
    /// The procedure, which is the stage of the project: before the decision on its policy, or on investment.
    pub procedure: RuleName,
    /// The project, who asked, and by which letter, as it was when the opinion was given; of what was given before that was kept, as the
    /// dossier has it now.
    pub project: ProjectDraft,
    /// The technology on which it was given.
    #[schema(required)]
    pub technology: Option<String>,
    /// Where that comes from, of the list `countries`.
    #[schema(required, example = "JP")]
    pub technology_origin: Option<String>,
    /// Commune of the party that files, as far as it is told.
    #[schema(required, example = "08494")]
    pub commune_code: Option<String>,
    /// The last day of its term.
    #[schema(required)]
    pub due_on: Option<Date>,
    /// Whether it was entered after that.
    pub is_late: bool,
    /// When it was entered.
    pub issued_at: Timestamp,
    /// The officer who entered it.
    #[schema(required)]
    pub officer_id: Option<Uuid>,
    /// Number of the dossier.
    #[schema(required, example = "HS-OPN_POLICY-2026-00007")]
    pub dossier_number: Option<String>,
    /// The dossier, in which several may have been given: another technology is asked about anew.
    pub dossier_id: Uuid,
}

impl OpinionView {
    fn of(opinion: &Opinion) -> Self {
        let (dossier, event, text) = (&opinion.done.dossier, &opinion.done.event, &opinion.set.rules.text);
        let subject = opinion.done.subject();
        let mut outcomes = words::OUTCOMES.iter();
        let outcome = outcomes.find(|(code, ..)| Some(*code) == event.ground.as_deref());
        Self {
            letter_number: event.letter_number.clone(),
            letter_on: event.letter_on,
            outcome: event.ground.clone(),
            outcome_vi: outcome.map(|(_, vi, _)| *vi),
            outcome_en: outcome.map(|(_, _, en)| *en),
            note: event.note.clone(),
            procedure: RuleName {
                code: dossier.procedure.clone(),
                name_vi: text.name_vi.clone(),
                name_en: text.name_en.clone(),
            },
            project: subject.project,
            technology: subject.technology,
            technology_origin: subject.technology_origin,
            commune_code: Some(subject.commune).filter(|code| !code.is_empty()),
            due_on: event.due_on,
            is_late: event.is_late,
            issued_at: event.at,
            officer_id: event.account.map(|id| id.0),
            dossier_number: dossier.number.clone(),
            dossier_id: dossier.id.0,
        }
    }
}

/// Which opinions. Days are those of the letters, both ends included; of what was given before letters were told, the day on which it
/// was entered.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OpinionsQuery {
    /// By a letter of this day or later.
    #[param(max_length = 10, example = "2026-10-01")]
    pub from: Option<String>,
    /// By a letter of this day or before.
    #[param(max_length = 10, example = "2026-12-31")]
    pub to: Option<String>,
    /// Words of project, investor, who asked, technology or number of the letter, or their beginnings, with or without diacritics; all of
    /// them are in it. Words after the eighth are ignored.
    #[param(max_length = 200, example = "nha may say")]
    pub q: Option<String>,
    /// In these provinces, by the commune of the party that files; commas between them. An older code stands for what became of it.
    #[param(max_length = 512, example = "25")]
    pub province: Option<String>,
    /// Entered by this officer.
    #[param(max_length = 36)]
    pub officer: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl OpinionsQuery {
    /// What a cursor goes with: the filters as they were sent.
    fn tag(&self) -> String {
        let filters = Self {
            limit: None,
            after: None,
            ..self.clone()
        };
        format!("opinions:{filters:?}")
    }

    fn wanted(&self, lists: &InForce) -> Result<Wanted> {
        let (from, to) = (
            read("from", self.from.as_deref(), day)?,
            read("to", self.to.as_deref(), day)?,
        );
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(wrong_parameter("to", Violation::Conflicts { with: "from" }));
        }
        let account = |text: &str| {
            let id = text.parse().map(AccountId);
            id.map_err(|_wrong| Violation::Malformed { what: "identifier" })
        };
        let line = read("q", self.q.as_deref(), Line::<200>::parse)?;
        Ok(Wanted {
            asked: Asked {
                events: Vec::new(),
                from,
                to,
                officer: read("officer", self.officer.as_deref(), account)?,
            },
            words: line.map(|line| words_of_name(line.as_str())).unwrap_or_default(),
            communes: match self.province.as_deref() {
                None => None,
                Some(text) if text.chars().nth(MAX).is_some() => {
                    return Err(wrong_parameter("province", Violation::TooLong { max: MAX }));
                }
                Some(text) => {
                    let provinces = covered(lists, "province", TaxonomyName::Provinces, Some(text))?;
                    let all = lists.lists().items(TaxonomyName::Communes, None);
                    let communes = all.filter(|commune| lists.lists().may_be_in(commune, &provinces, lists.today()));
                    Some(communes.map(|commune| commune.code.clone()).collect())
                }
            },
        })
    }

    fn place(&self, tag: &str) -> Result<Option<Place>> {
        let Some((microseconds, id, number)) = after::<(i64, Uuid, i64)>(self.after.as_deref(), tag)? else {
            return Ok(None);
        };
        match Timestamp::from_microsecond(microseconds) {
            Ok(at) if at >= Timestamp::UNIX_EPOCH => Ok(Some((at, DossierId(id), number))),
            _ => Err(ErrorCode::InvalidCursor.into()),
        }
    }
}

fn read<T>(
    name: &str,
    text: Option<&str>,
    parse: impl Fn(&str) -> std::result::Result<T, Violation>,
) -> Result<Option<T>> {
    let parsed = text.map(parse).transpose();
    parsed.map_err(|violation| wrong_parameter(name, violation))
}

/// The register of opinions on the technology of projects (sổ ý kiến về công nghệ dự án đầu tư), the newest first; for officers.
///
/// Those of dossiers within the caller's scope: a page may be short and have a next one. That it was shown is in the audit trail.
#[utoipa::path(
    get, path = "/opinions", operation_id = "list_opinions", tag = "dossiers", security(("bearer" = [])), params(OpinionsQuery),
    responses((status = 200, description = "A page", body = Page<OpinionView>))
)]
pub async fn list_opinions(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<OpinionsQuery>,
    request: HttpRequest,
) -> Answer {
    let lists = app.in_force_at_hand();
    let (query, (limit, wanted)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.wanted(&lists)?)))?;
    let tag = query.tag();
    let place = query.place(&tag)?;
    let filter = request.query_string().to_owned();
    let counting = app
        .read(move |conn, now| opinions::counting(conn, &caller, now))
        .await?;
    let page = app
        .write(caller.origin, move |work| {
            opinions::show_list(work, &caller, (&wanted, &counting, &filter), (place, limit))
        })
        .await?;
    let items = page.entries.iter().map(OpinionView::of).collect();
    let next = page
        .next
        .map(|(at, id, number)| cursor(&tag, &(at.as_microsecond(), id.0, number)));
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Which opinions, in which form; the filters are those of `GET /opinions`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OpinionsExportQuery {
    /// By a letter of this day or later.
    #[param(max_length = 10, example = "2026-10-01")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// By a letter of this day or before.
    #[param(max_length = 10, example = "2026-12-31")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Words of project, investor, who asked, technology or number of the letter, or their beginnings, with or without diacritics; all of
    /// them are in it.
    #[param(max_length = 200, example = "nha may say")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// In these provinces, by the commune of the party that files; commas between them.
    #[param(max_length = 512, example = "25")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Entered by this officer.
    #[param(max_length = 36)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl OpinionsExportQuery {
    fn filter(&self) -> OpinionsQuery {
        let Self {
            from,
            to,
            q,
            province,
            officer,
            ..
        } = self.clone();
        OpinionsQuery {
            from,
            to,
            q,
            province,
            officer,
            limit: None,
            after: None,
        }
    }
}

const COLUMNS: &[Column] = &[
    column("Số văn bản", "Letter number", &["/letter_number"]),
    column("Ngày văn bản", "Day of the letter", &["/letter_on"]),
    worded("Ý kiến", "Outcome", &["/outcome"], words::OUTCOMES),
    with_code(column("Thủ tục", "Procedure", &["/procedure"])),
    column("Dự án", "Project", &["/project/name"]),
    column("Mã dự án", "Project code", &["/project/code"]),
    column("Nhóm", "Group", &["/project/group"]),
    column("Chủ đầu tư", "Investor", &["/project/investor"]),
    column("Mã số thuế", "Tax code", &["/project/investor_tax_code"]),
    column("Vốn (đồng)", "Capital (VND)", &["/project/capital"]),
    column("Ngành (VSIC)", "Activity (VSIC)", &["/project/vsic/code"]),
    column("Phiên bản VSIC", "Edition of VSIC", &["/project/vsic/version"]),
    with_code(coded(
        "Nước của chủ đầu tư",
        "Country of the investor",
        &["/project/country"],
        TaxonomyName::Countries,
    )),
    worded(
        "Loại hình kinh tế",
        "Economic type",
        &["/project/economic_type"],
        words::ECONOMIC_TYPES,
    ),
    column("Công nghệ", "Technology", &["/technology"]),
    with_code(coded(
        "Xuất xứ công nghệ",
        "Origin of the technology",
        &["/technology_origin"],
        TaxonomyName::Countries,
    )),
    column("Cơ quan lấy ý kiến", "Asked by", &["/project/requesting_body"]),
    column(
        "Số văn bản lấy ý kiến",
        "Letter that asked",
        &["/project/letter_number"],
    ),
    column("Ngày văn bản lấy ý kiến", "Day of that letter", &["/project/letter_on"]),
    with_code(coded(
        "Xã, phường",
        "Commune",
        &["/commune_code"],
        TaxonomyName::Communes,
    )),
    column("Nội dung", "Words", &["/note"]),
    column("Hạn trả lời", "Due on", &["/due_on"]),
    yes_no("Quá hạn", "Late", &["/is_late"]),
    times("Nhập sổ", "Entered at", &["/issued_at"]),
    column("Số hồ sơ", "Dossier number", &["/dossier_number"]),
    column("ID hồ sơ", "Dossier ID", &["/dossier_id"]),
];

/// The register of opinions on projects as a file (xuất sổ ý kiến về công nghệ dự án đầu tư). That it was taken is recorded.
///
/// What `GET /opinions` shows the caller, with the same filters.
#[utoipa::path(
    get, path = "/exports/opinions", operation_id = "export_opinions", tag = "dossiers",
    security(("bearer" = [])), params(OpinionsExportQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (OpinionView = "application/jsonl"))),
        (status = 403, description = "`forbidden`: for officers who handle dossiers", body = ProblemBody),
    )
)]
pub async fn export_opinions(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<OpinionsExportQuery>,
) -> Answer {
    let lists = app.in_force().await?;
    let (query, (form, wanted)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        Ok((form, query.filter().wanted(&lists)?))
    })?;
    // Once for all pages, as all versions of all procedures are a lot of text; with the first, when it is recorded who takes the file.
    let known = OnceCell::new();
    let file = RegisterFile {
        list: OfficersList::Opinions,
        name: "opinions",
        columns: COLUMNS,
    };
    file.send(
        app.clone(),
        caller,
        (&query, form, lists),
        async move |place| {
            let first = || app.read(move |conn, now| opinions::counting(conn, &caller, now).map(Arc::new));
            let counting = Arc::clone(known.get_or_try_init(first).await?);
            let wanted = wanted.clone();
            app.read(move |conn, now| {
                let page = opinions::list(conn, &caller, (&wanted, &*counting), (place, PAGE), now)?;
                Ok((page.entries.iter().map(OpinionView::of).collect::<Vec<_>>(), page.next))
            })
            .await
        },
        |sheet, view| sheet.row(view),
    )
    .await
}
