//! What letters say about dossiers and their terms, in both languages.

use jiff::civil::Date;

use super::duties::{day_en, day_vi, letter};
use super::render::{Words, quoted, text};
use crate::domain::letter::{DossierLine, DossierNews, TermNews};

/// The ground on which the law lets it be done, where one was named.
fn ground(words: &str, named: Option<&String>) -> String {
    named.map_or_else(String::new, |named| format!("{words}{named}."))
}

/// Which certificate news are about, behind words that lead to its number.
fn of_certificate(lead: &str, news: &DossierNews) -> String {
    let number = news.certificate.as_deref();
    number.map_or_else(String::new, |number| format!("{lead}{}", quoted(number)))
}

/// Which step is due, in quotes behind the words for it.
fn step(named: Option<&String>) -> String {
    named.map_or_else(String::new, |named| format!(" (“{}”)", quoted(named)))
}

fn date_vi(day: Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

fn date_en(day: Date) -> String {
    day.strftime("%d %B %Y").to_string()
}

pub(super) fn dossier_vi(news: &DossierNews) -> Words {
    let (event, procedure) = (quoted(&news.event_vi), quoted(&news.procedure_vi));
    let written = news.letter_number.as_ref().zip(news.letter_on);
    let written = written.map(|(number, day)| format!("Văn bản số {} ngày {}.", quoted(number), date_vi(day)));
    let promised = news
        .promised_on
        .map(|day| format!("Ngày hẹn trả kết quả mới: {}.", date_vi(day)));
    let term = news.due_at.map(|due_at| {
        let step = step(news.step_vi.as_ref());
        let until = day_vi(due_at);
        format!("Hạn thực hiện bước tiếp theo của Ông/Bà{step}: hết ngày {until}.")
    });
    let refusal = news
        .refused_by
        .as_ref()
        .map(|basis| format!("Nếu quá hạn này mà chưa thực hiện, Sàn tự động từ chối hồ sơ ({basis})."));
    let turn = news.turn.as_ref().map(|turn| {
        format!(
            "Bước tiếp theo do {} thực hiện, hạn hết ngày {}.",
            turn.by_vi,
            day_vi(turn.due_at)
        )
    });
    letter(
        "Hồ sơ của doanh nghiệp có cập nhật",
        format!(
            "Hồ sơ số {}{}, thủ tục “{procedure}”: {event}.{}",
            quoted(&news.number),
            of_certificate(", Giấy chứng nhận, Giấy phép số ", news),
            ground(" Căn cứ: ", news.ground_vi.as_ref())
        ),
        news.note.as_ref(),
        [written, promised, term, refusal, turn]
            .into_iter()
            .flatten()
            .map(text)
            .chain([text("Xin xem hồ sơ trên Sàn.")])
            .collect(),
    )
}

pub(super) fn dossier_en(news: &DossierNews) -> Words {
    let (event, procedure) = (quoted(&news.event_en), quoted(&news.procedure_en));
    let written = news.letter_number.as_ref().zip(news.letter_on);
    let written = written.map(|(number, day)| format!("Letter no. {} of {}.", quoted(number), date_en(day)));
    let promised = news
        .promised_on
        .map(|day| format!("The result is promised for {} now.", date_en(day)));
    let term = news.due_at.map(|due_at| {
        let step = step(news.step_en.as_ref());
        format!("Your next step{step} is due by the end of {}.", day_en(due_at))
    });
    let refusal = news
        .refused_by
        .as_ref()
        .map(|basis| format!("If it is not done by then, the exchange refuses the dossier by itself ({basis})."));
    let turn = news.turn.as_ref().map(|turn| {
        format!(
            "The next step is for {} to take, by the end of {}.",
            turn.by_en,
            day_en(turn.due_at)
        )
    });
    letter(
        "News of your dossier",
        format!(
            "Dossier no. {}{}, procedure “{procedure}”: {event}.{}",
            quoted(&news.number),
            of_certificate(", certificate or licence no. ", news),
            ground(" On the ground: ", news.ground_en.as_ref())
        ),
        news.note.as_ref(),
        [written, promised, term, refusal, turn]
            .into_iter()
            .flatten()
            .map(text)
            .chain([text("Please see the dossier on the exchange.")])
            .collect(),
    )
}

pub(super) fn proposed_vi(news: &DossierNews) -> Words {
    letter(
        "Có hồ sơ trình ký",
        format!(
            "Hồ sơ số {}, thủ tục “{}”, được trình ký: {}.",
            quoted(&news.number),
            quoted(&news.procedure_vi),
            quoted(&news.event_vi)
        ),
        None,
        vec![text("Xin xem danh sách hồ sơ chờ ký trên Sàn.")],
    )
}

pub(super) fn proposed_en(news: &DossierNews) -> Words {
    letter(
        "A dossier waits for a signature",
        format!(
            "Dossier no. {}, procedure “{}”, is proposed for signature: {}.",
            quoted(&news.number),
            quoted(&news.procedure_en),
            quoted(&news.event_en)
        ),
        None,
        vec![text(
            "Please see the list of dossiers that wait for a signature on the exchange.",
        )],
    )
}

pub(super) fn taken_back_vi(news: &DossierNews) -> Words {
    letter(
        "Việc Ông/Bà trình ký đã được rút lại",
        format!(
            "Hồ sơ số {}, thủ tục “{}”: cán bộ khác đã rút lại, hoặc không ký, việc Ông/Bà trình: {}.",
            quoted(&news.number),
            quoted(&news.procedure_vi),
            quoted(&news.event_vi)
        ),
        None,
        vec![text(
            "Ai đã rút lại và khi nào có trong nhật ký; xin xem hồ sơ trên Sàn.",
        )],
    )
}

pub(super) fn taken_back_en(news: &DossierNews) -> Words {
    letter(
        "What you proposed for signature was taken back",
        format!(
            "Dossier no. {}, procedure “{}”: another officer took back, or does not sign, what you proposed: {}.",
            quoted(&news.number),
            quoted(&news.procedure_en),
            quoted(&news.event_en)
        ),
        None,
        vec![text(
            "Who took it back, and when, is in the audit trail; please see the dossier on the exchange.",
        )],
    )
}

/// Who was to do something, behind it.
fn by(whom: Option<&String>) -> String {
    whom.map_or_else(String::new, |whom| format!(" ({whom})"))
}

/// What is owed because it was missed, behind it.
fn owes(owed: Option<&String>) -> String {
    owed.map_or_else(String::new, |owed| format!("; {}", quoted(owed)))
}

fn line_vi(line: &DossierLine) -> String {
    format!(
        "{}: {}{}, hạn hết ngày {}{}",
        quoted(&line.number),
        quoted(&line.event_vi),
        by(line.by_vi.as_ref()),
        date_vi(line.due_on),
        owes(line.owes_vi.as_ref())
    )
}

fn line_en(line: &DossierLine) -> String {
    format!(
        "{}: {}{}, due by {}{}",
        quoted(&line.number),
        quoted(&line.event_en),
        by(line.by_en.as_ref()),
        date_en(line.due_on),
        owes(line.owes_en.as_ref())
    )
}

fn lines(told: impl Iterator<Item = String>) -> String {
    told.collect::<Vec<_>>().join("\n")
}

pub(super) fn overdue_vi(missed: &[DossierLine]) -> Words {
    letter(
        "Hồ sơ quá hạn giải quyết",
        "Các hồ sơ sau đã quá hạn:".to_owned(),
        Some(&lines(missed.iter().map(line_vi))),
        vec![text(
            "Mỗi hạn chỉ được báo một lần. Xin xem danh sách hồ sơ quá hạn trên Sàn.",
        )],
    )
}

pub(super) fn overdue_en(missed: &[DossierLine]) -> Words {
    letter(
        "Terms of dossiers were missed",
        "The terms of these dossiers are over:".to_owned(),
        Some(&lines(missed.iter().map(line_en))),
        vec![text(
            "You are told of each term once. Please see the list of overdue dossiers on the exchange.",
        )],
    )
}

pub(super) fn escalated_vi(missed: &[DossierLine]) -> Words {
    letter(
        "Báo cáo hồ sơ quá hạn giải quyết",
        "Các bước sau của cơ quan đã quá hạn, xin báo cáo Ông/Bà:".to_owned(),
        Some(&lines(missed.iter().map(line_vi))),
        vec![text(
            "Mỗi hạn chỉ được báo một lần. Xin xem danh sách hồ sơ đã báo cáo cấp trên trên Sàn.",
        )],
    )
}

pub(super) fn escalated_en(missed: &[DossierLine]) -> Words {
    letter(
        "Officers missed terms of dossiers",
        "These steps of the authority are overdue, and are reported to you:".to_owned(),
        Some(&lines(missed.iter().map(line_en))),
        vec![text(
            "You are told of each term once. Please see the list of escalated dossiers on the exchange.",
        )],
    )
}

pub(super) fn term_vi(news: &TermNews) -> Words {
    let number = news.number.as_deref();
    let number = number.map_or_else(String::new, |number| format!(" số {}", quoted(number)));
    let certificate = news.certificate.as_deref();
    let certificate = certificate.map_or_else(String::new, |certificate| {
        format!(", Giấy chứng nhận, Giấy phép số {}", quoted(certificate))
    });
    let (procedure, event) = (quoted(&news.procedure_vi), quoted(&news.event_vi));
    let (day, basis) = (date_vi(news.due_on), quoted(&news.legal_basis));
    let (subject, term, after) = match (news.is_over, news.bars) {
        (false, false) => (
            "Hồ sơ của doanh nghiệp sắp đến hạn",
            "hạn hết ngày",
            "Sau ngày đó, việc thực hiện được ghi nhận là muộn.",
        ),
        (false, true) => (
            "Hồ sơ của doanh nghiệp sắp đến hạn",
            "hạn hết ngày",
            "Sau ngày đó, bước này không thực hiện được nữa.",
        ),
        (true, false) => (
            "Hồ sơ của doanh nghiệp đã quá hạn",
            "đã hết hạn ngày",
            "Xin thực hiện sớm; việc thực hiện được ghi nhận là muộn.",
        ),
        (true, true) => (
            "Hồ sơ của doanh nghiệp đã quá hạn",
            "đã hết hạn ngày",
            "Bước này không thực hiện được nữa.",
        ),
    };
    letter(
        subject,
        format!("Hồ sơ{number}{certificate}, thủ tục “{procedure}”: {event}, {term} {day} ({basis})."),
        None,
        vec![text(after), text("Xin xem hồ sơ trên Sàn.")],
    )
}

pub(super) fn term_en(news: &TermNews) -> Words {
    let number = news.number.as_deref();
    let number = number.map_or_else(String::new, |number| format!(" no. {}", quoted(number)));
    let certificate = news.certificate.as_deref();
    let certificate = certificate.map_or_else(String::new, |certificate| {
        format!(", certificate or licence no. {}", quoted(certificate))
    });
    let (procedure, event) = (quoted(&news.procedure_en), quoted(&news.event_en));
    let (day, basis) = (date_en(news.due_on), quoted(&news.legal_basis));
    let (subject, term, after) = match (news.is_over, news.bars) {
        (false, false) => (
            "A term of your dossier ends soon",
            "is due by the end of",
            "After that day it is marked as late.",
        ),
        (false, true) => (
            "A term of your dossier ends soon",
            "is due by the end of",
            "After that day it cannot be done any more.",
        ),
        (true, false) => (
            "A term of your dossier is over",
            "was due by the end of",
            "Please do it soon; it is marked as late.",
        ),
        (true, true) => (
            "A term of your dossier is over",
            "was due by the end of",
            "It cannot be done any more.",
        ),
    };
    letter(
        subject,
        format!("Dossier{number}{certificate}, procedure “{procedure}”: {event} {term} {day} ({basis})."),
        None,
        vec![text(after), text("Please see the dossier on the exchange.")],
    )
}
