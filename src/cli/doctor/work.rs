//! What is to be done in the background, and what it is done on: letters, the search index, files.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::report::{Advice, Check, Report, Words, both};
use super::server::Server;
use crate::app;
use crate::config::{Config, MailTransport};
use crate::domain::calendar::day_of;
use crate::domain::file::Digest;
use crate::files::contents::Contents;
use crate::jobs::index_look::{self, IndexLook};
use crate::service::procedures::{Refused, refused_by_law};
use crate::store;
use crate::store::condition::{self, Overdue};
use crate::store::conn::AnyConn;
use crate::store::privacy::{self, Register};

/// What waits for a second when all is well has waited too long after this.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);
/// Listings of an enterprise that closed follow in portions.
const LONG_PATIENCE: SignedDuration = SignedDuration::from_hours(2);
/// Rows of the outbox are forgotten after 30 days, within an hour.
const OUTBOX: SignedDuration = SignedDuration::from_hours(31 * 24);
/// Searches tell totals as long as the index is no further behind.
const MOST_BEHIND: i64 = 500;
/// So many overdue requests are counted at most.
const MOST_REQUESTS: i64 = 1_000;
/// So many contents are looked for at most, spread over all of them.
const SAMPLE: usize = 500;

pub(super) fn look(config: &Config, conn: &mut AnyConn, now: Timestamp, server: &Server, report: &mut Report) {
    let before = |patience: SignedDuration| now.checked_sub(patience).unwrap_or(Timestamp::UNIX_EPOCH);
    match condition::overdue(conn, before(PATIENCE)) {
        Ok(overdue) => {
            letters(config, conn, overdue.letters, server, report);
            jobs(conn, overdue, (before(LONG_PATIENCE), before(OUTBOX)), server, report);
        }
        Err(error) => report.unasked(Check::Jobs, error),
    }
    data_requests(conn, now, report);
    procedures(conn, now, report);
    index(config, conn, now, server, report);
    files(config, conn, report);
}

/// Terms that the law sets to people, and not to the server.
fn data_requests(conn: &mut AnyConn, now: Timestamp, report: &mut Report) {
    let which = Register {
        overdue_at: Some(now),
        ..Register::default()
    };
    let late = match privacy::requests(conn, which, MOST_REQUESTS) {
        Ok(late) => late.len(),
        Err(error) => return report.unasked(Check::Jobs, error),
    };
    if late > 0 {
        report.warn(
            Check::Jobs,
            both(
                format_args!("{late} request(s) about personal data are beyond their legal term"),
                format_args!("{late} yêu cầu về dữ liệu cá nhân đã quá thời hạn luật định"),
            ),
            Advice::new(
                "officers find them in the register of requests (docs/privacy.md) and answer them now",
                "cán bộ tìm trong sổ yêu cầu (docs/privacy.md) và trả lời ngay",
            ),
        );
    }
}

/// Rules of procedures that were published before the law was held against them.
fn procedures(conn: &mut AnyConn, now: Timestamp, report: &mut Report) {
    let refused = match refused_by_law(conn, day_of(now)) {
        Ok(refused) => refused,
        Err(error) => return report.unasked(Check::Procedures, error),
    };
    for Refused { code, version, places } in refused {
        let places = places.join(", ");
        report.warn(
            Check::Procedures,
            both(
                format_args!("version {version} of {code} is not as the law has it: {places}"),
                format_args!("phiên bản {version} của {code} không đúng luật định: {places}"),
            ),
            Advice::new(
                "officers publish another version (`PUT /procedures/…`), which is refused with the reasons until it is as the law has it",
                "cán bộ ban hành phiên bản khác (`PUT /procedures/…`); phiên bản chưa đúng luật bị từ chối kèm lý do",
            ),
        );
    }
}

/// Where the server is stopped, that is the reason.
fn start_it(server: &Server, otherwise: (&str, &str)) -> Advice {
    if server.is_running {
        Advice::new(otherwise.0, otherwise.1)
    } else {
        Advice::new("start the server, which does it", "khởi động máy chủ để xử lý")
    }
}

fn letters(config: &Config, conn: &mut AnyConn, late: i64, server: &Server, report: &mut Report) {
    let dead = match condition::dead_letters(conn) {
        Ok(dead) => dead,
        Err(error) => return report.unasked(Check::Letters, error),
    };
    if dead > 0 {
        report.warn(
            Check::Letters,
            both(
                format_args!("{dead} letter(s) were given up"),
                format_args!("{dead} thư đã bị bỏ sau nhiều lần gửi hỏng"),
            ),
            Advice::new(
                "officers who manage officers see why (GET /api/v1/letters?state=dead) and have them sent again (POST \
                 /api/v1/letters/{id}/retry)",
                "cán bộ quản lý cán bộ xem lý do (GET /api/v1/letters?state=dead) và cho gửi lại (POST /api/v1/letters/{id}/retry)",
            ),
        );
    }
    let is_held = config.mail_transport == MailTransport::Hold;
    if late > 0 {
        let told = both(
            format_args!("{late} letter(s) have waited for more than ten minutes"),
            format_args!("{late} thư đã chờ quá mười phút"),
        );
        let advice = if is_held {
            Advice::new(
                "they are held (mail_transport = hold); set it to smtp when they may go",
                "thư đang được giữ (mail_transport = hold); đặt lại smtp khi được phép gửi",
            )
        } else {
            start_it(
                server,
                (
                    "look at the mail server and at the log of this one (setting smtp_host)",
                    "kiểm tra máy chủ thư và nhật ký của máy chủ này (mục smtp_host)",
                ),
            )
        };
        report.warn(Check::Letters, told, advice);
    }
    if dead == 0 && late == 0 {
        report.good(
            Check::Letters,
            both(
                "none waits for long, none was given up",
                "không có thư chờ lâu hoặc bị bỏ",
            ),
        );
    }
}

fn jobs(
    conn: &mut AnyConn,
    overdue: Overdue,
    (long_ago, month_ago): (Timestamp, Timestamp),
    server: &Server,
    report: &mut Report,
) {
    let others =
        condition::overdue(conn, long_ago).and_then(|old| Ok((old.leavings, condition::old_outbox(conn, month_ago)?)));
    let (leavings, outbox) = match others {
        Ok(counts) => counts,
        Err(error) => return report.unasked(Check::Jobs, error),
    };
    let waiting: [(i64, Words); 4] = [
        (
            overdue.asks,
            both(
                "passwords, accounts and addresses that were asked for are not decided",
                "yêu cầu mật khẩu, tài khoản, địa chỉ chưa được xử lý",
            ),
        ),
        (
            overdue.imports,
            both("files of listings are not loaded", "tệp tin đăng chưa được nạp"),
        ),
        (
            leavings,
            both(
                "enterprises that closed or merged have listings that did not follow",
                "doanh nghiệp đã chấm dứt hoặc sáp nhập còn tin chưa chuyển theo",
            ),
        ),
        (
            outbox,
            both(
                "changes older than a month are not forgotten",
                "thay đổi cũ hơn một tháng chưa được dọn",
            ),
        ),
    ];
    let mut is_good = true;
    for (count, what) in waiting.iter().filter(|(count, _)| *count > 0) {
        is_good = false;
        report.warn(
            Check::Jobs,
            both(format_args!("{count}: {}", what.en), format_args!("{count}: {}", what.vi)),
            start_it(
                server,
                (
                    "the log tells why (“a background job failed”); restart the server when it says nothing",
                    "xem lý do trong nhật ký (“a background job failed”); khởi động lại máy chủ nếu nhật ký không ghi gì",
                ),
            ),
        );
    }
    if is_good {
        report.good(Check::Jobs, both("nothing is overdue", "không có việc quá hạn"));
    }
}

fn index(config: &Config, conn: &mut AnyConn, now: Timestamp, server: &Server, report: &mut Report) {
    let rebuilt = || {
        Advice::new(
            "nothing is lost: it is built anew from the database by itself. When it is not within some minutes, see the log; else \
             stop the server and run `vptex reindex`",
            "không mất dữ liệu: chỉ mục được tự dựng lại từ cơ sở dữ liệu. Nếu quá vài phút chưa xong, xem nhật ký; hoặc dừng máy \
             chủ và chạy `vptex reindex`",
        )
    };
    let told = match index_look::look(&config.index_path(), conn, now) {
        Err(error) => return report.unasked(Check::Index, error),
        Ok(IndexLook::Follows(lag)) if lag <= MOST_BEHIND || !server.is_running => {
            return report.good(
                Check::Index,
                both(
                    format_args!("follows the database, {lag} change(s) behind"),
                    format_args!("theo kịp cơ sở dữ liệu, còn {lag} thay đổi"),
                ),
            );
        }
        Ok(IndexLook::Follows(lag)) => both(
            format_args!("is {lag} changes behind: searches have no totals meanwhile"),
            format_args!("chậm {lag} thay đổi: kết quả tìm kiếm tạm thời không có tổng số"),
        ),
        Ok(IndexLook::Absent | IndexLook::Astray) if !server.is_running => {
            return report.good(
                Check::Index,
                both("is built at the next start", "sẽ được dựng khi khởi động"),
            );
        }
        Ok(IndexLook::Absent) => both("is being built", "đang được dựng"),
        Ok(IndexLook::Astray) => both(
            "is of another history than the database, as after a restore",
            "thuộc lịch sử khác với cơ sở dữ liệu, như sau khi khôi phục",
        ),
        Ok(IndexLook::Unreadable(why)) => both(
            format_args!("cannot be read: {why}"),
            format_args!("không đọc được: {why}"),
        ),
    };
    report.warn(Check::Index, told, rebuilt());
}

fn files(config: &Config, conn: &mut AnyConn, report: &mut Report) {
    let needed = match store::files::needed(conn) {
        Ok(needed) => needed,
        Err(error) => return report.unasked(Check::Files, error),
    };
    let missing = "run `vptex files collect --dry-run`, which names all that are missing, and bring them back from a backup: the \
                   folder files/ of one has each under its name";
    let missing_vi = "chạy `vptex files collect --dry-run` để liệt kê mọi nội dung bị thiếu, rồi lấy lại từ bản sao lưu: thư mục \
                      files/ trong đó có từng nội dung theo tên";
    let is_in_bucket = config.s3_bucket.is_some();
    if !is_in_bucket && !config.files_path().join("kept").is_dir() {
        let (shown, count) = (config.files_path(), needed.len());
        let shown = shown.display();
        let told = if config.files_path().is_dir() {
            both(
                format_args!("{shown} has no folder kept, and {count} content(s) should be in it"),
                format_args!("{shown} không có thư mục kept, nơi phải có {count} nội dung"),
            )
        } else {
            both(
                format_args!("{shown} is not there, and {count} content(s) should be in it"),
                format_args!("không có {shown}, nơi phải có {count} nội dung"),
            )
        };
        return if needed.is_empty() {
            report.good(Check::Files, both("there are none yet", "chưa có tệp nào"))
        } else {
            report.trouble(Check::Files, told, Advice::new(missing, missing_vi))
        };
    }
    let found = app::contents(config)
        .map_err(|error| error.log.unwrap_or(error.detail_en))
        .and_then(|contents| absent(&contents, &needed).map_err(|error| error.to_string()));
    match found {
        Err(why) => report.trouble(
            Check::Files,
            both(
                format_args!("the file store does not answer: {why}"),
                format_args!("kho tệp không trả lời: {why}"),
            ),
            Advice::new(
                "look at its disk, or at the service of the bucket; `vptex config check` tries it out",
                "kiểm tra ổ đĩa hoặc dịch vụ lưu trữ; `vptex config check` thử kết nối",
            ),
        ),
        Ok((looked, absent)) if absent.is_empty() => report.good(
            Check::Files,
            both(
                format_args!("{looked} of {} content(s) were looked for, and are there", needed.len()),
                format_args!("đã tìm {looked} trong {} nội dung, đều có đủ", needed.len()),
            ),
        ),
        Ok((looked, absent)) => {
            let first = absent.first().map(ToString::to_string).unwrap_or_default();
            report.trouble(
                Check::Files,
                both(
                    format_args!(
                        "{} of {looked} content(s) that were looked for are missing, such as {first}",
                        absent.len()
                    ),
                    format_args!("thiếu {} trong {looked} nội dung đã tìm, ví dụ {first}", absent.len()),
                ),
                Advice::new(missing, missing_vi),
            );
        }
    }
}

/// Looks for some of the contents; gives for how many, and those that are not there.
fn absent(contents: &Contents, needed: &BTreeSet<Digest>) -> crate::files::contents::Result<(usize, Vec<Digest>)> {
    let step = needed.len().div_ceil(SAMPLE).max(1);
    let (mut looked, mut absent) = (0, Vec::new());
    for digest in needed.iter().step_by(step) {
        looked += 1;
        if contents.find(digest)?.is_none() {
            absent.push(*digest);
        }
    }
    Ok((looked, absent))
}
