//! The end of the audit trail, its checkpoints, and whether the master key opens what is sealed. The whole trail is
//! `vptex audit verify`'s.

use std::fs;

use jiff::{SignedDuration, Timestamp};

use super::report::{Advice, Check, Report, both};
use super::server::Server;
use crate::config::Config;
use crate::service::audit::merkle::Frontier;
use crate::service::audit::note::Checkpoint;
use crate::service::audit::verify::Walk;
use crate::service::keyring;
use crate::service::vault::Vault;
use crate::store::audit_chain::{Hash, NOTHING};
use crate::store::conn::AnyConn;
use crate::store::{self, audit, audit_checkpoints, condition};

/// So many rows at the end of each lane are verified.
const ROWS: i64 = 1_000;
/// A running server signs each hour.
const LATE: SignedDuration = SignedDuration::from_hours(2);

pub(super) fn look(config: &Config, conn: &mut AnyConn, now: Timestamp, server: &Server, report: &mut Report) {
    key(config, conn, report);
    match broken(conn) {
        Ok(None) => {}
        Ok(Some(why)) => {
            return report.trouble(
                Check::Audit,
                both(format_args!("its end is broken: {why}"), format_args!("phần cuối bị đứt: {why}")),
                Advice::new(
                    "run `vptex audit verify` for the whole of it, keep a copy of the database, and find out who changed it \
                     (docs/audit.md)",
                    "chạy `vptex audit verify` để kiểm tra toàn bộ, giữ một bản sao cơ sở dữ liệu và tìm ai đã thay đổi \
                     (docs/audit.md)",
                ),
            );
        }
        Err(error) => return report.unasked(Check::Audit, error),
    }
    match late(conn, now) {
        Ok(Some(since)) if server.is_running => {
            return report.warn(
                Check::Audit,
                both(
                    format_args!("no checkpoint covers what happened since {since}"),
                    format_args!("chưa có điểm kiểm tra nào bao gồm các việc từ {since}"),
                ),
                Advice::new(
                    "the server signs one each hour; its log tells why it could not (job audit_checkpoint)",
                    "máy chủ ký mỗi giờ; xem nhật ký để biết vì sao không ký được (công việc audit_checkpoint)",
                ),
            );
        }
        Ok(_) => {}
        Err(error) => return report.unasked(Check::Audit, error),
    }
    let file = config.checkpoints_path();
    match audit_checkpoints::last(conn) {
        Ok(Some(_)) if !file.is_file() => report.warn(
            Check::Audit,
            both(
                format_args!("{} is not there, though checkpoints were signed", file.display()),
                format_args!("không có {} dù đã ký các điểm kiểm tra", file.display()),
            ),
            Advice::new(
                "bring it back from a backup or from the machine that its copies are sent to; the next checkpoint begins a new one",
                "lấy lại từ bản sao lưu hoặc từ máy nhận bản sao; điểm kiểm tra tiếp theo sẽ tạo tệp mới",
            ),
        ),
        Ok(_) => report.good(
            Check::Audit,
            both("its end follows from what is before it", "phần cuối nối đúng với phần trước"),
        ),
        Err(error) => report.unasked(Check::Audit, error),
    }
}

/// The first thing that is wrong at the end of any lane, or with the last checkpoint.
fn broken(conn: &mut AnyConn) -> store::Result<Option<String>> {
    let mut lane = audit::next_lane(conn, None)?;
    while let Some(number) = lane {
        if let Some(why) = broken_end(conn, number)? {
            return Ok(Some(why));
        }
        lane = audit::next_lane(conn, Some(number))?;
    }
    let Some(last) = audit_checkpoints::last(conn)? else {
        return Ok(None);
    };
    let keys = audit_checkpoints::keys(conn)?.into_iter().map(|key| key.public_key);
    let checkpoint = match Checkpoint::open(&last.note, &keys.collect::<Vec<_>>()) {
        Ok(checkpoint) => checkpoint,
        Err(why) => return Ok(Some(format!("checkpoint {}: {why}", last.seq))),
    };
    for covered in checkpoint.lanes {
        let found = condition::lane_end(conn, covered.lane)?;
        if u64::try_from(found).unwrap_or(0) < covered.size {
            return Ok(Some(format!(
                "lane {} has {found} rows, and checkpoint {} covers {}",
                covered.lane, last.seq, covered.size
            )));
        }
    }
    Ok(None)
}

fn broken_end(conn: &mut AnyConn, lane: i64) -> store::Result<Option<String>> {
    let end = condition::lane_end(conn, lane)?;
    let start = (end - ROWS).max(0);
    // The row before those that are verified tells the hash that they follow from.
    let before = if start == 0 {
        NOTHING
    } else {
        let rows = audit::in_lane(conn, lane, start - 1, 1)?;
        let hash = rows.first().and_then(|row| Hash::try_from(row.hash.as_deref()?).ok());
        match hash {
            Some(hash) => hash,
            None => {
                return Ok(Some(format!(
                    "lane {lane}, link {start}: the row is not there or has no hash"
                )));
            }
        }
    };
    let mut walk = Walk::from(lane, Frontier::default(), start, before);
    for row in audit::in_lane(conn, lane, start, ROWS)? {
        if let Err(broken) = walk.step(&row) {
            return Ok(Some(broken.to_string()));
        }
    }
    Ok(None)
}

/// Since when deeds are not covered by a checkpoint, where that is too long ago.
fn late(conn: &mut AnyConn, now: Timestamp) -> store::Result<Option<Timestamp>> {
    let since = condition::uncovered_since(conn)?;
    Ok(since.filter(|since| now.duration_since(*since) > LATE))
}

fn key(config: &Config, conn: &mut AnyConn, report: &mut Report) {
    let path = config.master_key_path();
    // What is wrong with the file itself was told.
    let Ok(text) = fs::read_to_string(&path) else { return };
    let Ok(vault) = Vault::of_text(&text, &path) else {
        return;
    };
    match keyring::fits(conn, &vault) {
        Ok(Some(false)) => report.trouble(
            Check::Keys,
            both(
                format_args!(
                    "{} is not the master key that this database was sealed with",
                    path.display()
                ),
                format_args!("{} không phải khóa chủ đã niêm phong cơ sở dữ liệu này", path.display()),
            ),
            Advice::new(
                "put the one back that belongs to it, from its backup; on several nodes all have the same",
                "đặt lại đúng khóa từ bản sao lưu; nếu có nhiều nút thì mọi nút dùng cùng một khóa",
            ),
        ),
        Ok(Some(true)) => report.good(
            Check::Keys,
            both(
                "it opens what the database has sealed",
                "khóa mở được dữ liệu đã niêm phong",
            ),
        ),
        Ok(None) => {}
        Err(error) => report.unasked(Check::Keys, error.log.unwrap_or(error.detail_en)),
    }
}
