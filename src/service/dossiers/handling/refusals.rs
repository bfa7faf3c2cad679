//! Why a step is not possible, in words of the rule set and with its article.

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::events::Given;
use crate::domain::calendar::{Calendar, Term};
use crate::domain::certificate::record::RecordKind;
use crate::domain::dossier::{Consultation, Dossier, DossierDraft, NewPaper, sense};
use crate::domain::fields::{FieldError, FieldErrors, LawFault, Violation};
use crate::domain::procedure::engine::{self, Need, Refusal, Standing, Step};
use crate::domain::procedure::{Event, Procedure, Side};
use crate::domain::taxonomy::InForce;
use crate::service::{Error, ErrorCode, Result};

fn names(rules: &Procedure, states: &[String]) -> (String, String) {
    let known = states.iter().filter_map(|code| rules.state(code));
    quoted(known.map(|state| (&state.name_vi, &state.name_en)))
}

fn quoted<'a>(names: impl Iterator<Item = (&'a String, &'a String)>) -> (String, String) {
    let quoted = names.map(|(vi, en)| (format!("“{vi}”"), format!("“{en}”")));
    let (vi, en): (Vec<String>, Vec<String>) = quoted.unzip();
    (vi.join(", "), en.join(", "))
}

/// What is wrong with a dossier's content, as members of a body that has it.
pub fn under_content(fields: Vec<FieldError>) -> Error {
    let mut fields = fields;
    for field in &mut fields {
        field.pointer = format!("/content{}", field.pointer);
    }
    Error::fields(fields)
}

/// What is made of a body that has a dossier's content. Where something else of it is wrong, what is wrong with the content is
/// told with that; of one that is right but for its content, and could be read, the unit of work tells it, which knows more.
pub fn with_content<T>((lists, is_read): (&InForce, bool), content: DossierDraft, made: Result<T>) -> Result<T> {
    match (made, content.parse(lists)) {
        (Ok(made), Ok(_)) => Ok(made),
        (Ok(made), Err(_)) if is_read => Ok(made),
        (made, content) => {
            let wrong = [made.err(), content.err().map(under_content)];
            let wrong = wrong.into_iter().flatten().flat_map(|error| error.fields);
            Err(Error::fields(wrong.collect()))
        }
    }
}

/// That what a dossier says is not changed in the state in which it is.
pub(in crate::service::dossiers) fn not_editable(rules: &Procedure, state: &str) -> Error {
    let (vi, en) = names(rules, &[state.to_owned()]);
    Error::new(
        ErrorCode::DossierWrongState,
        format!("Hồ sơ đang ở {vi}; nội dung chỉ sửa được khi chưa nộp hoặc được trả lại để bổ sung."),
        format!("The dossier is in {en}; what it says is changed before it is handed in and while it is back only."),
    )
}

/// That there is no receipt of what was never handed in.
pub(in crate::service::dossiers) fn not_received(rules: &Procedure, state: &str) -> Error {
    let (vi, en) = names(rules, &[state.to_owned()]);
    Error::new(
        ErrorCode::DossierWrongState,
        format!("Hồ sơ đang ở {vi} và chưa nộp lần nào; giấy tiếp nhận có khi hồ sơ đã nộp."),
        format!("The dossier is in {en} and was never handed in; there is a receipt of what was."),
    )
}

/// That the technology of a dossier is not held against the list any more: it is decided, or follows what was.
pub(super) fn not_screened(rules: &Procedure, state: &str) -> Error {
    let (vi, en) = names(rules, &[state.to_owned()]);
    Error::new(
        ErrorCode::DossierWrongState,
        format!("Hồ sơ đang ở {vi}; chỉ đối chiếu danh mục công nghệ khi hồ sơ chưa kết thúc."),
        format!("The dossier is in {en}; its technology is held against the list while it is open only."),
    )
}

/// That nobody is asked, or not any more: it is no opinion that officers give, or it was given.
pub(in crate::service::dossiers) fn not_consulted(rules: &Procedure, state: &str) -> Error {
    let (vi, en) = names(rules, &[state.to_owned()]);
    Error::new(
        ErrorCode::DossierWrongState,
        format!(
            "Hồ sơ đang ở {vi}; chỉ ghi việc lấy ý kiến của hồ sơ cho ý kiến về công nghệ dự án, trước khi ban hành ý kiến."
        ),
        format!(
            "The dossier is in {en}; whom the Department asks is written down of opinions on projects, before they are given."
        ),
    )
}

/// That what an opinion was given on is neither dropped nor changed.
pub(in crate::service::dossiers) fn consulted_before(kept: &Consultation) -> Error {
    let (organ, day) = (kept.organ.as_str(), kept.sent_on);
    Error::new(
        ErrorCode::DossierWrongState,
        format!(
            "Việc lấy ý kiến “{organ}” ngày {} là căn cứ của ý kiến đã ban hành nên giữ nguyên; hãy ghi lại đủ và chỉ thêm mới.",
            day.strftime("%d/%m/%Y")
        ),
        format!(
            "That “{organ}” was asked on {day} is what an opinion was given on, and stays as it is; name it again and add to it."
        ),
    )
}

/// That no paper, or none such, is sent or removed in the state in which a dossier is: where that is done, and what leads there.
pub(in crate::service::dossiers) fn no_papers(rules: &Procedure, dossier: &Dossier, paper: Option<&NewPaper>) -> Error {
    let wrong_state = |vi: String, en: String| Error::new(ErrorCode::DossierWrongState, vi, en);
    let now = &dossier.standing.state;
    let (now_vi, now_en) = names(rules, std::slice::from_ref(now));
    let awaited = dossier.awaited_papers(rules);
    if !awaited.is_empty() {
        let known = rules.text.documents.iter();
        let known = known.filter(|document| awaited.contains(&document.code.as_str()));
        let (vi, en) = quoted(known.map(|document| (&document.name_vi, &document.name_en)));
        return wrong_state(
            format!("Hồ sơ đang ở trạng thái {now_vi}; lúc này chỉ gửi được giấy tờ {vi}."),
            format!("The dossier is in {now_en}; of papers only {en} is sent now."),
        );
    }
    let states = rules.states().filter(|state| takes_papers(rules, state, paper));
    let states: Vec<String> = states.map(str::to_owned).collect();
    if states.is_empty() {
        return wrong_state(
            "Quy trình này không nhận giấy tờ.".to_owned(),
            "This procedure takes no papers.".to_owned(),
        );
    }
    if rules.is_final(now) {
        return wrong_state(
            format!("Hồ sơ đã kết thúc ở trạng thái {now_vi}; giấy tờ không gửi hoặc gỡ bỏ được nữa."),
            format!("The dossier is closed, in {now_en}; papers are sent and removed no more."),
        );
    }
    // Where papers come with something that was done as often as it is to be, or whose time is over.
    if states.contains(now) {
        return wrong_state(
            format!("Hồ sơ đang ở trạng thái {now_vi}; lúc này không còn bước nào kèm giấy tờ như vậy."),
            format!("The dossier is in {now_en}; nothing is to be done any more that comes with such papers."),
        );
    }
    let (vi, en) = names(rules, &states);
    let (before_vi, before_en) = if rules.is_filed() {
        ("khi chưa nộp hoặc ở trạng thái", "before it is handed in, and in")
    } else {
        ("ở trạng thái", "in")
    };
    let leads_there = |event: &&Event| states.contains(&event.to);
    let (mut way_vi, mut way_en) = (String::new(), String::new());
    for event in engine::possible(rules, &dossier.standing).filter(leads_there) {
        let (who_vi, who_en) = event.actor.name();
        way_vi.push_str(&format!(" “{}” ({who_vi}) đưa hồ sơ về đó.", event.name_vi));
        way_en.push_str(&format!(" “{}” ({who_en}) leads there.", event.name_en));
    }
    wrong_state(
        format!("Hồ sơ đang ở trạng thái {now_vi}; giấy tờ chỉ gửi hoặc gỡ bỏ được {before_vi} {vi}.{way_vi}"),
        format!("The dossier is in {now_en}; papers are sent and removed {before_en} {en} only.{way_en}"),
    )
}

/// Whether papers, or such a one, are sent and removed in a state, once the dossier was handed in.
fn takes_papers(rules: &Procedure, state: &str, paper: Option<&NewPaper>) -> bool {
    let is_open = rules
        .state(state)
        .is_some_and(|state| !state.is_final && !state.is_decided)
        && !rules.text.is_derived;
    let comes_with = |code: &String| paper.is_none_or(|paper| paper.document == *code);
    let of_filer = |event: &Event| {
        let takes_some = if event.hands_in {
            is_open
        } else {
            event.documents.iter().any(comes_with)
        };
        takes_some && event.actor.side() == Side::Filer && event.from.iter().any(|from| from == state)
    };
    is_open && !rules.is_filed() || rules.events.iter().any(of_filer)
}

/// A day that nobody can mean. What it was meant to be is on the paper.
fn too_early(first: Date, basis: &str) -> Violation {
    let (vi, en) = (
        format!("Phải là ngày từ {} trở đi", first.strftime("%d/%m/%Y")),
        format!("Must be {first} or a later day"),
    );
    LawFault::coded("out_of_range", (vi, en), basis)
}

/// That something comes with an event that takes none of it.
fn takes_none(event: &Event, (what_vi, what_en): (&str, &str)) -> Violation {
    let words = (
        format!("“{}” không kèm {what_vi}; hãy bỏ trống", event.name_vi),
        format!("No {what_en} comes with “{}”; leave it out", event.name_en),
    );
    LawFault::coded("conflicts", words, &event.legal_basis)
}

/// Refuses a report that does not tell the year that it is about, which is the oldest one that is missing; and a year where
/// nothing is reported.
pub(super) fn check_year(event: &Event, told: Option<i16>, due: Option<i16>, today: Date) -> Result<()> {
    match (told, due) {
        (told, due) if told == due => Ok(()),
        (_, None) => Err(Error::field("/year", takes_none(event, ("năm báo cáo", "year")))),
        (_, Some(year)) => {
            // What is due may be of a year to come.
            let to_come = told.filter(|told| *told > year && year >= today.year());
            let (from_vi, from_en) = to_come.map_or_else(Default::default, |to_come| {
                (
                    format!("; báo cáo năm {to_come} nhận từ ngày 01/01/{to_come}"),
                    format!("; the one on {to_come} is taken from {to_come}-01-01 on"),
                )
            });
            let words = (
                format!(
                    "“{}” lần này là của năm {year}; phải ghi năm báo cáo{from_vi}",
                    event.name_vi
                ),
                format!(
                    "“{}” is about the year {year} now; the year has to be told{from_en}",
                    event.name_en
                ),
            );
            Err(Error::field(
                "/year",
                LawFault::coded("report_year", words, &event.legal_basis),
            ))
        }
    }
}

/// Refuses what is told by a letter of the authority's own without number and day of that, or with one of the two alone; a day on which it
/// cannot have been written (before what it answers `came`, or to come), and a letter where none belongs. So it is with those to whom it is
/// told, and with the day that is promised, on which somebody must be there.
pub(super) fn check_letter(
    event: &Event,
    given: &Given,
    calendar: &Calendar,
    (came, today): (Option<Date>, Date),
) -> Result<()> {
    let mut errors = FieldErrors::default();
    let missing = || LawFault::citing(&Violation::Required, &event.legal_basis);
    let none = |what| takes_none(event, what);
    let (has_number, day) = (given.letter_number.is_some(), given.letter_on);
    let is_told = has_number || day.is_some();
    if is_told && !event.takes_letter {
        if has_number {
            errors.add("/letter_number", none(("số văn bản", "number of a letter")));
        }
        if day.is_some() {
            errors.add("/letter_on", none(("ngày văn bản", "day of a letter")));
        }
    } else if is_told || event.needs_letter {
        let first = came.unwrap_or(sense::OLDEST);
        if !has_number {
            errors.add("/letter_number", missing());
        }
        match day {
            None => errors.add("/letter_on", missing()),
            Some(day) if !(first..=today).contains(&day) => {
                let outside = Violation::DayOutside { first, last: today };
                errors.add("/letter_on", LawFault::citing(&outside, &event.legal_basis));
            }
            Some(_) => {}
        }
    }
    match (event.needs_addressees, given.addressees.is_empty()) {
        (true, true) => errors.add("/addressees", missing()),
        (false, false) => errors.add("/addressees", none(("nơi nhận", "addressees"))),
        _ => {}
    }
    // Another day is promised, and none that was there already.
    let first = today.tomorrow().unwrap_or(today);
    match (event.promises_day, given.promised_on) {
        (true, None) => errors.add("/promised_on", missing()),
        (true, Some(day)) if !(first..=last_promise(today)).contains(&day) => {
            let last = last_promise(today);
            let outside = Violation::DayOutside { first, last };
            errors.add("/promised_on", LawFault::citing(&outside, &event.legal_basis));
        }
        (true, Some(day)) if !calendar.is_working_day(day) => {
            errors.add("/promised_on", day_of_rest(event, calendar, day));
        }
        (false, Some(_)) => errors.add("/promised_on", none(("ngày hẹn", "promised day"))),
        _ => {}
    }
    errors.finish(Some(())).map_err(Error::fields)
}

/// What makes days of weekly rest.
const WEEKLY_REST: &str = "Bộ luật Lao động 45/2019/QH14 Đ.111";

/// That nobody is there on a day that is promised: why, by the calendar, and which day is the next.
fn day_of_rest(event: &Event, calendar: &Calendar, day: Date) -> Violation {
    let known = calendar.day(day);
    let (vi, basis) = known.map_or(("ngày nghỉ hằng tuần", WEEKLY_REST), |known| {
        (known.name_vi.as_str(), known.legal_basis.as_str())
    });
    let en = known.map_or("weekly rest", |known| known.name_en.as_deref().unwrap_or(vi));
    let next = calendar.due(day, Term::Days(0));
    let words = (
        format!(
            "Ngày {} là ngày nghỉ ({vi}); hãy hẹn ngày làm việc, ngày gần nhất sau đó là {}",
            day.strftime("%d/%m/%Y"),
            next.strftime("%d/%m/%Y")
        ),
        format!("Nobody works on {day} ({en}); promise a working day, the next one is {next}"),
    );
    LawFault::of(words, &format!("{basis}; {}", event.legal_basis))
}

/// The last day that is promised: what takes a year more is a slip.
fn last_promise(today: Date) -> Date {
    today.saturating_add(1.year())
}

/// Why not, with all that an event needs and what comes with it lacks.
pub(super) fn refused_step(
    (rules, standing): (&Procedure, &Standing),
    step: &Step<'_>,
    refusal: Refusal,
    (came, today): (Option<Date>, Date),
) -> Error {
    let (Refusal::Needs(_), Some(event)) = (&refusal, rules.event(step.event)) else {
        return refused(rules, step.event, refusal);
    };
    let lacks = engine::lacks(event, standing, step, came.unwrap_or(today)).into_iter();
    let told = lacks.flat_map(|need| refused_on(rules, step.event, (Refusal::Needs(need), came)).fields);
    Error::fields(told.collect())
}

/// What is wrong with an event and with what comes beside it, at once; where it is not possible at all that is said alone.
pub(super) fn together<T>(done: Result<T>, beside: Result<()>) -> Result<T> {
    match (done, beside) {
        (Err(mut wrong), Err(beside)) if !wrong.fields.is_empty() => {
            wrong.fields.extend(beside.fields);
            Err(wrong)
        }
        (Err(wrong), _) => Err(wrong),
        (Ok(_), Err(beside)) => Err(beside),
        (Ok(done), Ok(())) => Ok(done),
    }
}

/// Why not, where what is done was done on the day on which its paper came: a day that comes with it is not after that.
fn refused_on(rules: &Procedure, code: &str, (refusal, came): (Refusal, Option<Date>)) -> Error {
    match (refusal, came, rules.event(code)) {
        (Refusal::Needs(Need::Day), Some(came), Some(event)) => {
            let words = (
                format!(
                    "Phải là ngày không sau ngày tiếp nhận giấy {}",
                    came.strftime("%d/%m/%Y")
                ),
                format!("Must be a day that is not after the receipt of the paper on {came}"),
            );
            Error::field("/given_on", LawFault::coded("out_of_range", words, &event.legal_basis))
        }
        (refusal, ..) => refused(rules, code, refusal),
    }
}

/// That an event waits for another one, which its term runs from.
fn not_begun(rules: &Procedure, event: &Event) -> Error {
    let (vi, en, basis) = (&event.name_vi, &event.name_en, &event.legal_basis);
    let runs_from = event.term.as_ref().map(|term| &term.runs_from);
    let begins = |other: &&Event| other.marks.iter().any(|mark| Some(&mark.code) == runs_from);
    let (first_vi, first_en) = match rules.events.iter().find(begins) {
        Some(first) => (
            format!("phải thực hiện “{}” trước", first.name_vi),
            format!("“{}” comes first", first.name_en),
        ),
        None => (
            "thời hạn của bước này chưa bắt đầu".to_owned(),
            "its term has not begun".to_owned(),
        ),
    };
    Error::new(
        ErrorCode::TooEarly,
        format!("“{vi}” chưa thực hiện được: {first_vi} ({basis})."),
        format!("“{en}” is not possible yet: {first_en} ({basis})."),
    )
}

/// Why not, in words of the rule set and with its article.
pub(super) fn refused(rules: &Procedure, code: &str, refusal: Refusal) -> Error {
    let unknown = || Error::field("/event", Violation::Malformed { what: "dossier_event" });
    let Some(event) = rules.event(code) else {
        return unknown();
    };
    let basis = &event.legal_basis;
    let (vi, en) = (&event.name_vi, &event.name_en);
    match refusal {
        Refusal::UnknownEvent => unknown(),
        Refusal::WrongState { .. } if event.from.is_empty() => Error::new(
            ErrorCode::DossierWrongState,
            format!("“{vi}” chỉ dùng để lập hồ sơ mới; hồ sơ này đã được lập ({basis})."),
            format!("“{en}” begins a dossier; this one was begun already ({basis})."),
        ),
        Refusal::WrongState { state } => {
            let (from_vi, from_en) = names(rules, &event.from);
            let (now_vi, now_en) = names(rules, &[state]);
            Error::new(
                ErrorCode::DossierWrongState,
                format!("“{vi}” chỉ thực hiện được ở trạng thái {from_vi}; hồ sơ đang ở {now_vi} ({basis})."),
                format!("“{en}” is possible in {from_en} only; the dossier is in {now_en} ({basis})."),
            )
        }
        Refusal::WrongSide(actor) => {
            let (who_vi, who_en) = actor.name();
            Error::new(
                ErrorCode::Forbidden,
                format!("“{vi}” do {who_vi} thực hiện ({basis})."),
                format!("“{en}” is done by {who_en} ({basis})."),
            )
        }
        Refusal::TooOften(most) => Error::new(
            ErrorCode::LimitReached,
            format!("“{vi}” chỉ được thực hiện {most} lần ({basis})."),
            format!("“{en}” is possible {most} time(s) only ({basis})."),
        ),
        Refusal::TooEarly(day) => Error::new(
            ErrorCode::TooEarly,
            format!(
                "“{vi}” chỉ thực hiện được sau ngày {} ({basis}).",
                day.strftime("%d/%m/%Y")
            ),
            format!("“{en}” is possible after {day} only ({basis})."),
        ),
        Refusal::TooLate(day) => Error::new(
            ErrorCode::DossierTermOver,
            format!(
                "Đã hết thời hạn ngày {} để thực hiện “{vi}” ({basis}).",
                day.strftime("%d/%m/%Y")
            ),
            format!("The term for “{en}” ended on {day} ({basis})."),
        ),
        Refusal::NotBegun => not_begun(rules, event),
        Refusal::Covered => Error::new(
            ErrorCode::LimitReached,
            format!("“{vi}”: đã báo cáo đến hết thời gian thực hiện ({basis})."),
            format!("“{en}”: it was reported on up to its end ({basis})."),
        ),
        Refusal::ComesOf(issues) => {
            let (what_vi, what_en) = RecordKind::from(issues).name();
            Error::new(
                ErrorCode::Forbidden,
                format!("“{vi}” do việc cấp {what_vi} mà có, không thực hiện riêng ({basis})."),
                format!("“{en}” comes of the issue of a {what_en}; nobody does it by hand ({basis})."),
            )
        }
        Refusal::Needs(need) => {
            let (pointer, violation) = match need {
                Need::Note => ("/note", Violation::Required),
                Need::AnyDay => ("/given_on", Violation::Required),
                Need::Day => ("/given_on", Violation::Malformed { what: "past_day" }),
                Need::DayFrom(first) => return Error::field("/given_on", too_early(first, basis)),
                Need::Ground => ("/ground", Violation::Malformed { what: "ground" }),
                Need::NoGround => return Error::field("/ground", takes_none(event, ("căn cứ", "ground"))),
                Need::NoDay => return Error::field("/given_on", takes_none(event, ("ngày", "day"))),
            };
            Error::field(pointer, LawFault::citing(&violation, basis))
        }
    }
}
