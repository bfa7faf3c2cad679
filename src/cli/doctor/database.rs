//! The database: whether it answers, is of this program's schema and in order, and what time it is.

use indicatif::HumanBytes;
use jiff::{SignedDuration, Timestamp};

use super::report::{Advice, Check, Report, both};
use crate::app::{self, SystemClock};
use crate::config::Config;
use crate::domain::clock::Clock as _;
use crate::store::conn::{AnyConn, Target, read_only};
use crate::store::migrate::{self, SchemaState};
use crate::store::{condition, snapshot};

/// A log that grew beyond this is not moved into the database any more.
const LONG_LOG: u64 = 256 << 20;
/// Clocks of nodes and database may differ by so much.
const MOST_APART: SignedDuration = SignedDuration::from_secs(5);
/// A deed that happened later than this from now on shows that the clock was put back.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// 1 January 2026 UTC: there was no vptex before.
const FIRST_DAY: i64 = 1_767_225_600;

/// Looks, and gives the connection when what is in the database can be read.
pub(super) fn look(config: &Config, now: Timestamp, report: &mut Report) -> Option<AnyConn> {
    let target = app::target(config);
    if let Target::Sqlite(path) = &target
        && !path.is_file()
    {
        let shown = path.display();
        report.trouble(
            Check::Database,
            both(format_args!("there is no database {shown}"), format_args!("không có cơ sở dữ liệu {shown}")),
            Advice::new(
                "name the right one (data_dir, database_url), start the server once for a new one, or restore a backup",
                "chỉ đúng cơ sở dữ liệu (data_dir, database_url), khởi động máy chủ một lần để tạo mới, hoặc khôi phục bản sao lưu",
            ),
        );
        return None;
    }
    let answer = read_only(&target).and_then(|mut conn| migrate::ping(&mut conn).map(|()| conn));
    let mut conn = match answer {
        Ok(conn) => conn,
        Err(error) => {
            report.trouble(
                Check::Database,
                both(
                    format_args!("it cannot be reached: {error}"),
                    format_args!("không kết nối được: {error}"),
                ),
                Advice::new(
                    "is the server of the database running, are address and password right (VPTEX_DATABASE_URL), may this user \
                     read the file? If it is damaged, restore a backup",
                    "kiểm tra máy chủ cơ sở dữ liệu, địa chỉ và mật khẩu (VPTEX_DATABASE_URL), quyền đọc tệp của người dùng này; nếu \
                     tệp hỏng, hãy khôi phục bản sao lưu",
                ),
            );
            return None;
        }
    };
    report.good(Check::Database, both("it answers", "có trả lời"));
    if let Target::Sqlite(path) = &target {
        log(snapshot::log_size(path), report);
        integrity(&mut conn, report);
    }
    let is_of_this_schema = schema(config, &mut conn, report);
    clock(&mut conn, now, is_of_this_schema, report);
    is_of_this_schema.then_some(conn)
}

fn log(bytes: u64, report: &mut Report) {
    let size = HumanBytes(bytes);
    let told = both(format_args!("{size}"), format_args!("{size}"));
    if bytes <= LONG_LOG {
        return report.good(Check::Log, told);
    }
    report.warn(
        Check::Log,
        told,
        Advice::new(
            "it is moved into the database each hour, unless some program keeps reading: end programs that have the database \
             open, or restart the server",
            "nhật ký được chuyển vào cơ sở dữ liệu mỗi giờ, trừ khi có chương trình đang đọc liên tục: đóng chương trình đó hoặc \
             khởi động lại máy chủ",
        ),
    );
}

fn integrity(conn: &mut AnyConn, report: &mut Report) {
    match snapshot::faults(conn, true) {
        Ok(faults) if faults.is_empty() => report.good(
            Check::Integrity,
            both(
                "the pages of the database are in order",
                "các trang của cơ sở dữ liệu nguyên vẹn",
            ),
        ),
        Ok(faults) => {
            let faults = faults.join("; ");
            report.trouble(
                Check::Integrity,
                both(
                    format_args!("the database is damaged: {faults}"),
                    format_args!("cơ sở dữ liệu bị hỏng: {faults}"),
                ),
                Advice::new(
                    "stop the server, keep the damaged file, look at the disk, and restore the newest backup that `vptex backup \
                     verify` finds whole",
                    "dừng máy chủ, giữ lại tệp hỏng, kiểm tra ổ đĩa, rồi khôi phục bản sao lưu mới nhất mà `vptex backup verify` \
                     xác nhận nguyên vẹn",
                ),
            );
        }
        Err(error) => report.unasked(Check::Integrity, error),
    }
}

/// Gives whether the rest of the database can be read by this program.
fn schema(config: &Config, conn: &mut AnyConn, report: &mut Report) -> bool {
    let SchemaState {
        newest,
        missing,
        unknown,
    } = match migrate::schema_state(conn) {
        Ok(state) => state,
        Err(error) => {
            report.unasked(Check::Schema, error);
            return false;
        }
    };
    if !missing.is_empty() {
        let by_itself = if config.migrates_on_start() {
            (
                "; the next start does it by itself",
                "; lần khởi động sau sẽ tự thực hiện",
            )
        } else {
            ("", "")
        };
        report.trouble(
            Check::Schema,
            both(
                format_args!(
                    "lacks {} migration(s) of this program, {} first",
                    missing.len(),
                    missing.first().map_or("", String::as_str)
                ),
                format_args!(
                    "còn thiếu {} bước nâng cấp, bắt đầu từ {}",
                    missing.len(),
                    missing.first().map_or("", String::as_str)
                ),
            ),
            Advice::new(
                format_args!("back up, then run `vptex migrate`{}", by_itself.0),
                format_args!("sao lưu rồi chạy `vptex migrate`{}", by_itself.1),
            ),
        );
        return false;
    }
    let newest = newest.unwrap_or_default();
    if unknown.is_empty() {
        report.good(
            Check::Schema,
            both(
                format_args!("{newest}, which is this program's"),
                format_args!("{newest}, đúng với chương trình này"),
            ),
        );
    } else {
        report.warn(
            Check::Schema,
            both(
                format_args!(
                    "{newest} is of a later program; this one does not know {}",
                    unknown.join(", ")
                ),
                format_args!(
                    "{newest} thuộc chương trình mới hơn; chương trình này không biết {}",
                    unknown.join(", ")
                ),
            ),
            Advice::new(
                "run the later program; CHANGELOG.md tells whether this one may go on meanwhile",
                "dùng chương trình mới hơn; CHANGELOG.md cho biết chương trình này có được chạy tiếp không",
            ),
        );
    }
    true
}

fn clock(conn: &mut AnyConn, now: Timestamp, is_of_this_schema: bool, report: &mut Report) {
    let ntp = || {
        Advice::new(
            "set the clock and let NTP keep it (timedatectl); sign-ins, terms and signatures hang on it",
            "chỉnh đồng hồ và bật đồng bộ NTP (timedatectl); đăng nhập, thời hạn và chữ ký phụ thuộc vào đó",
        )
    };
    if now.as_second() < FIRST_DAY {
        return report.trouble(
            Check::Clock,
            both(format_args!("it says {now}"), format_args!("đồng hồ chỉ {now}")),
            ntp(),
        );
    }
    match condition::clock_ahead(conn, || SystemClock.now()) {
        Ok(Some(apart)) if apart.abs() > MOST_APART => {
            return report.warn(
                Check::Clock,
                both(
                    format_args!("the database's is {} s apart from this one's", apart.as_secs()),
                    format_args!("đồng hồ máy cơ sở dữ liệu lệch {} giây so với máy này", apart.as_secs()),
                ),
                ntp(),
            );
        }
        Ok(_) => {}
        Err(error) => return report.unasked(Check::Clock, error),
    }
    let last = if is_of_this_schema {
        condition::last_deed_at(conn)
    } else {
        Ok(None)
    };
    match last {
        Ok(Some(last)) if last.duration_since(now) > AHEAD => report.trouble(
            Check::Clock,
            both(
                format_args!("it says {now}, and the last deed in the trail happened at {last}: it was put back, or was ahead then"),
                format_args!("đồng hồ chỉ {now}, còn việc cuối trong nhật ký ghi lúc {last}: đồng hồ đã bị lùi, hoặc khi đó chạy nhanh"),
            ),
            ntp(),
        ),
        Ok(_) => report.good(Check::Clock, both(format_args!("it says {now}"), format_args!("đồng hồ chỉ {now}"))),
        Err(error) => report.unasked(Check::Clock, error),
    }
}
