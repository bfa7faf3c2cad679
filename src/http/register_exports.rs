//! Officers' lists as files: the queue, and the registers of what the law asks of an exchange. Each copy is recorded.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::complaints::ComplaintView;
use super::export_words as words;
use super::exports::{Column, Form, Sheet, coded, column, send, times, turn, with_code, worded, yes_no};
use super::extract::query::chosen;
use super::extract::{JudgedQuery, SignedIn};
use super::ip_notices::IpNoticeView;
use super::problem::{Answer, ProblemBody};
use super::reports::ReportView;
use super::review::{QueueEntry, QueueQuery};
use super::takedowns::TakedownView;
use crate::domain::complaint::ComplaintState;
use crate::domain::import::Format;
use crate::domain::ip_notice::IpNoticeState;
use crate::domain::report::ReportState;
use crate::domain::review::SecondLookState;
use crate::domain::takedown::TakedownState;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::whole;
use crate::service::context::Caller;
use crate::service::exports::turns::Turn;
use crate::service::exports::{OfficersList, Row, begin};
use crate::service::listing_exports::TableLanguage;
use crate::service::review::queue;
use crate::service::{App, Error, complaints, ip_notices, reports, takedowns};

/// Entries that are read at once.
const PAGE: u32 = 200;

/// Which entries of the queue, in which form; the filters are those of `GET /moderation/queue`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QueueExportQuery {
    /// Only these; commas between them (`enterprise`, `amendment`, `listing`, `revision`, `document`, `report`). All when absent.
    #[param(max_length = 100, example = "enterprise,document")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
    /// Only listings of these kinds, their revisions, and reports about them; commas between them.
    #[param(max_length = 200, example = "technology_offer,equipment_offer")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Only registrations, changes and documents of organisations of these sorts; commas between them. With `kind` or `trl` beside it,
    /// those and the listings that are asked for.
    #[param(max_length = 200, example = "manufacturer,st_enterprise")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation_kind: Option<String>,
    /// Only what is in this field or below it: of a revision, the live listing's.
    #[param(max_length = 100, example = "food")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Only what is of enterprises in this province.
    #[param(max_length = 10, example = "25")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Only listings of these readiness levels, their revisions, and reports about them; commas between them.
    #[param(max_length = 50, example = "7,8,9")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trl: Option<String>,
    /// Only what waits for so many hours or longer.
    #[param(minimum = 0, maximum = 87600)]
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "whole::parameter::<_, _, 0, 87600>"
    )]
    pub waiting_hours: Option<u32>,
    /// Only what is taken up by the one who asks (`me`), by nobody (`nobody`), or by the officer of this identifier.
    #[param(max_length = 36, example = "nobody")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// Only what has all of these flags; commas between them.
    #[param(max_length = 400, example = "first_publication,contact_in_text")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
    /// Only what needs the approval of two officers: `needed` where none has approved yet, `endorsed` where one has.
    #[param(inline, value_type = Option<SecondLookState>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_look: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl QueueExportQuery {
    fn filter(&self) -> QueueQuery {
        let Self {
            r#type,
            kind,
            organisation_kind,
            field,
            province,
            trl,
            waiting_hours,
            claimed_by,
            flag,
            second_look,
            ..
        } = self.clone();
        QueueQuery {
            r#type,
            kind,
            organisation_kind,
            field,
            province,
            trl,
            waiting_hours,
            claimed_by,
            flag,
            second_look,
            limit: None,
            after: None,
        }
    }
}

/// Which entries of a register, in which form; the filters are those of its list.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterExportQuery {
    /// Only those in this state, as the list takes it.
    #[param(max_length = 40, example = "received")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Only those whose term was not kept (true), or only the others (false).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<bool>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

const QUEUE: &[Column] = &[
    worded("Việc", "What", &["/type"], words::ENTRY_KINDS),
    times("Chờ từ", "Waiting since", &["/waiting_since"]),
    column(
        "Đơn vị",
        "Enterprise",
        &["/enterprise/legal_name", "/listing/enterprise/legal_name"],
    ),
    column("Mã số thuế", "Tax code", &["/enterprise/tax_code", "/owner_tax_code"]),
    with_code(coded(
        "Tỉnh, thành phố",
        "Province",
        &["/enterprise/province_code", "/listing/enterprise/province_code"],
        TaxonomyName::Provinces,
    )),
    column("Người liên hệ", "Contact person", &["/enterprise/contact_name"]),
    column("Thư điện tử", "E-mail", &["/enterprise/contact_email"]),
    column("Điện thoại", "Telephone", &["/enterprise/contact_phone"]),
    column("Mã số tin", "Listing code", &["/listing/code"]),
    column("Tên tin", "Listing title", &["/listing/title/vi"]),
    with_code(coded(
        "Loại tin",
        "Kind",
        &["/listing/kind"],
        TaxonomyName::ListingKinds,
    )),
    with_code(coded(
        "Lĩnh vực",
        "Fields",
        &["/listing/field_codes", "/enterprise/field_codes"],
        TaxonomyName::Fields,
    )),
    column("TRL", "TRL", &["/listing/trl"]),
    with_code(column("Cảnh báo", "Flags", &["/flags"])),
    worded(
        "Duyệt hai người",
        "Second look",
        &["/second_look/state"],
        words::SECOND_LOOKS,
    ),
    column("Người xử lý", "Taken up by", &["/claim/officer_name"]),
    times("Giữ đến", "Until", &["/claim/until"]),
    column("Giấy tờ", "Document", &["/document/name"]),
    column("Phản ánh", "Report", &["/report/details"]),
    column(
        "ID",
        "ID",
        &["/document/id", "/report/id", "/listing/id", "/enterprise/id"],
    ),
];

const TAKEDOWNS: &[Column] = &[
    column("Cơ quan yêu cầu", "Authority", &["/authority"]),
    column("Số văn bản", "Reference", &["/reference"]),
    worded("Căn cứ", "Ground", &["/ground"], words::GROUNDS),
    worded("Tình trạng", "State", &["/state"], words::TAKEDOWN_STATES),
    column("Mã số tin", "Listing code", &["/code"]),
    column("Tên tin", "Listing title", &["/title"]),
    column("Đơn vị", "Enterprise", &["/enterprise"]),
    times("Tiếp nhận", "Received at", &["/received_at"]),
    times("Thời hạn", "Due at", &["/due_at"]),
    yes_no("Quá hạn", "Overdue", &["/overdue"]),
    times("Nhập sổ", "Entered at", &["/entered_at"]),
    times("Thực hiện", "Carried out at", &["/carried_out_at"]),
    times("Kết thúc", "Closed at", &["/closed_at"]),
    column("ID", "ID", &["/id"]),
];

const REPORTS: &[Column] = &[
    column("Mã số tin", "Listing code", &["/code"]),
    column("Tên tin", "Listing title", &["/title"]),
    column("Đơn vị", "Enterprise", &["/enterprise"]),
    worded("Vi phạm", "Ground", &["/ground"], words::GROUNDS),
    column("Nội dung", "Details", &["/details"]),
    column("Người báo cáo", "Contact", &["/contact"]),
    worded("Tình trạng", "State", &["/state"], words::REPORT_STATES),
    times("Tiếp nhận", "Received at", &["/received_at"]),
    times("Thời hạn", "Due at", &["/due_at"]),
    yes_no("Quá hạn", "Overdue", &["/overdue"]),
    times("Quyết định", "Decided at", &["/decided_at"]),
    column("Trả lời", "Answer", &["/answer"]),
    column("Các lần trả lời trước", "Former answers", &["/former_answers"]),
    column("ID", "ID", &["/id"]),
];

const IP_NOTICES: &[Column] = &[
    column("Mã số tin", "Listing code", &["/code"]),
    column("Tên tin", "Listing title", &["/title"]),
    column("Đơn vị", "Enterprise", &["/enterprise"]),
    worded("Quyền", "Right", &["/right"], words::RIGHTS),
    column("Số văn bằng", "Right number", &["/right_number"]),
    column("Chủ thể quyền", "Claimant", &["/claimant"]),
    column("Liên hệ", "Contact", &["/contact"]),
    column("Nội dung", "Statement", &["/statement"]),
    worded("Tình trạng", "State", &["/state"], words::IP_NOTICE_STATES),
    times("Tiếp nhận", "Received at", &["/received_at"]),
    times("Thời hạn", "Due at", &["/due_at"]),
    yes_no("Quá hạn", "Overdue", &["/overdue"]),
    times("Ẩn tin từ", "Accepted at", &["/accepted_at"]),
    column("Phản hồi", "Counter-notice", &["/counter"]),
    times("Phản hồi lúc", "Countered at", &["/countered_at"]),
    times("Kết thúc", "Closed at", &["/closed_at"]),
    column("ID", "ID", &["/id"]),
];

const COMPLAINTS: &[Column] = &[
    column("Đơn vị", "Enterprise", &["/enterprise"]),
    column("Tin", "Listing ID", &["/listing_id"]),
    worded("Loại khiếu nại", "Ground", &["/ground"], words::COMPLAINT_GROUNDS),
    column("Nội dung", "Details", &["/details"]),
    column("Người khiếu nại", "Contact", &["/contact"]),
    worded("Tình trạng", "State", &["/state"], words::COMPLAINT_STATES),
    times("Tiếp nhận", "Received at", &["/received_at"]),
    times("Thời hạn", "Due at", &["/due_at"]),
    yes_no("Quá hạn", "Overdue", &["/overdue"]),
    times("Thông báo thụ lý", "Acknowledged at", &["/acknowledged_at"]),
    times("Quyết định", "Decided at", &["/decided_at"]),
    column("Trả lời", "Answer", &["/answer"]),
    column("ID", "ID", &["/id"]),
];

/// A list of officers as a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct RegisterFile {
    /// Which one, as the trail tells it.
    pub list: OfficersList,
    /// What the file is called.
    pub name: &'static str,
    /// The columns of a table.
    pub columns: &'static [Column],
}

impl RegisterFile {
    /// Sends it: `read` gives what the list shows behind a place and the place to go on from, and asks for the right to it each time;
    /// `row` makes a row of what is shown. That it was taken, and by which filters, is recorded before any of it is read.
    pub async fn send<V: 'static, K: 'static>(
        self,
        app: web::Data<App>,
        caller: Caller,
        (query, form, lists): (&impl Serialize, Form, InForce),
        read: impl AsyncFn(Option<K>) -> Result<(Vec<V>, Option<K>), Error> + 'static,
        row: impl Fn(&Sheet, &V) -> Result<Row, Error> + 'static,
    ) -> Answer {
        let turn = recorded(&app, caller, self.list, query).await?;
        let sheet = Sheet::new(form, self.columns, lists);
        send(
            (app.files.clone(), Some(turn)),
            form,
            self.name,
            sheet.head(),
            async move |place| {
                let (views, next) = read(place).await?;
                let rows: Result<_, Error> = views.iter().map(|view| row(&sheet, view)).collect();
                Ok((rows?, next))
            },
        )
        .await
    }
}

/// Records that the list is taken, and by which filters; gives the turn in which it is.
async fn recorded(app: &App, caller: Caller, list: OfficersList, query: &impl Serialize) -> Result<Turn, Error> {
    let filter = serde_json::to_string(query).map_err(Error::internal)?;
    let turn = turn(app, &caller)?;
    app.write(caller.origin, move |work| begin(work, &caller, list, &filter))
        .await?;
    Ok(turn)
}

/// The review queue as a file (xuất hàng đợi duyệt). That it was taken is recorded.
///
/// What `GET /moderation/queue` shows the caller, with the same filters.
#[utoipa::path(
    get, path = "/exports/moderation-queue", operation_id = "export_moderation_queue", tag = "moderation",
    security(("bearer" = [])), params(QueueExportQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (QueueEntry = "application/jsonl"))),
        (status = 403, description = "`forbidden`: for officers who review", body = ProblemBody),
    )
)]
pub async fn export_moderation_queue(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<QueueExportQuery>,
) -> Answer {
    let lists = app.in_force().await?;
    let (query, (form, filter)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        Ok((form, query.filter().filter(&lists)?))
    })?;
    let file = RegisterFile {
        list: OfficersList::ModerationQueue,
        name: "moderation-queue",
        columns: QUEUE,
    };
    let row = |sheet: &Sheet, (entry, tax_code): &(QueueEntry, Option<String>)| {
        sheet.row_with(entry, [("owner_tax_code", tax_code.clone())])
    };
    file.send(
        app.clone(),
        caller,
        (&query, form, lists),
        async move |place| {
            let (filter, needs_second) = (filter.clone(), app.review_rules.needs_second.clone());
            let vault = app.vault.clone();
            app.read(move |conn, now| {
                let (found, next) = queue::queue(conn, &vault, &caller, &filter, &needs_second, (place, PAGE), now)?;
                let tax_codes = queue::tax_codes(conn, &found)?;
                let views = found.iter().map(|entry| {
                    let owner = entry.waiting.listing_owner();
                    let tax_code = owner.and_then(|owner| tax_codes.get(&owner).cloned());
                    (QueueEntry::of(entry, now), tax_code)
                });
                Ok((views.collect::<Vec<_>>(), next))
            })
            .await
        },
        row,
    )
    .await
}

/// Makes the handler of a register: the filters of its list, its rows as the list shows them.
macro_rules! register {
    ($(#[$meta:meta])* $name:ident $list:ident $file:literal $columns:ident $service:ident $state:ident $view:ident) => {
        $(#[$meta])*
        pub async fn $name(
            app: web::Data<App>,
            SignedIn(caller): SignedIn,
            query: JudgedQuery<RegisterExportQuery>,
        ) -> Answer {
            let (query, (form, wanted)) = query.by(|query| {
                let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
                let wanted = $service::Wanted {
                    state: chosen::<$state>("state", query.state.as_deref())?,
                    overdue: query.overdue,
                };
                Ok((form, wanted))
            })?;
            let file = RegisterFile {
                list: OfficersList::$list,
                name: $file,
                columns: $columns,
            };
            let lists = app.in_force().await?;
            file.send(
                app.clone(),
                caller,
                (&query, form, lists),
                async move |place| {
                    app.read(move |conn, now| {
                        let page = $service::list(conn, &caller, wanted, place, PAGE, now)?;
                        let views = page.entries.into_iter().map(|entry| $view::of(entry, now));
                        Ok((views.collect::<Vec<_>>(), page.next))
                    })
                    .await
                },
                |sheet, view| sheet.row(view),
            )
            .await
        }
    };
}

register! {
    /// The register of authorities' requests as a file (xuất sổ yêu cầu gỡ bỏ). That it was taken is recorded.
    #[utoipa::path(
        get, path = "/exports/takedowns", operation_id = "export_takedowns", tag = "moderation",
        security(("bearer" = [])), params(RegisterExportQuery),
        responses((status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (TakedownView = "application/jsonl"))))
    )]
    export_takedowns Takedowns "takedowns" TAKEDOWNS takedowns TakedownState TakedownView
}

register! {
    /// The register of reports of abuse as a file (xuất sổ báo cáo vi phạm). That it was taken is recorded.
    #[utoipa::path(
        get, path = "/exports/reports", operation_id = "export_reports", tag = "moderation",
        security(("bearer" = [])), params(RegisterExportQuery),
        responses((status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (ReportView = "application/jsonl"))))
    )]
    export_reports Reports "reports" REPORTS reports ReportState ReportView
}

register! {
    /// The register of rights holders' notices as a file (xuất sổ thông báo xâm phạm quyền). That it was taken is recorded.
    #[utoipa::path(
        get, path = "/exports/ip-notices", operation_id = "export_ip_notices", tag = "moderation",
        security(("bearer" = [])), params(RegisterExportQuery),
        responses((status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (IpNoticeView = "application/jsonl"))))
    )]
    export_ip_notices IpNotices "ip-notices" IP_NOTICES ip_notices IpNoticeState IpNoticeView
}

register! {
    /// The register of complaints as a file (xuất sổ khiếu nại). That it was taken is recorded.
    #[utoipa::path(
        get, path = "/exports/complaints", operation_id = "export_complaints", tag = "moderation",
        security(("bearer" = [])), params(RegisterExportQuery),
        responses((status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (ComplaintView = "application/jsonl"))))
    )]
    export_complaints Complaints "complaints" COMPLAINTS complaints ComplaintState ComplaintView
}
