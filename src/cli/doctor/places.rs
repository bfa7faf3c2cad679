//! Folders, room on disks, and the master key.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use indicatif::HumanBytes;

use super::report::{Advice, Check, Report, both};
use crate::config::{Config, DatabaseUrl};
use crate::service::vault::Vault;

/// With less room the next thing that is written may not be.
const LEAST_ROOM: u64 = 200 << 20;
/// With less room it is time to see to it.
const LITTLE_ROOM: u64 = 1 << 30;

pub(super) fn look(config: &Config, report: &mut Report) {
    data_dir(&config.data_dir, report);
    files_dir(config.files_dir.as_deref(), report);
    room(config, report);
    key(&config.master_key_path(), report);
}

/// Who this process is for the file system.
#[cfg(target_os = "linux")]
fn own_user() -> Option<u32> {
    Some(rustix::process::geteuid().as_raw())
}

#[cfg(not(target_os = "linux"))]
fn own_user() -> Option<u32> {
    None
}

fn data_dir(path: &Path, report: &mut Report) {
    let shown = path.display();
    let found = match fs::metadata(path) {
        Ok(found) if found.is_dir() => found,
        found => {
            let why = found.map_or_else(|error| error.to_string(), |_| String::from("not a directory"));
            return report.trouble(
                Check::DataDir,
                both(
                    format_args!("{shown} is not there: {why}"),
                    format_args!("không có thư mục {shown}: {why}"),
                ),
                Advice::new(
                    "name the right one (data_dir), start the server once, or restore a backup (`vptex restore`)",
                    "chỉ đúng thư mục (data_dir), khởi động máy chủ một lần, hoặc khôi phục bản sao lưu (`vptex restore`)",
                ),
            );
        }
    };
    if is_shut(Check::DataDir, path, &found, report) {
        let (owner, mode) = (found.uid(), found.mode() & 0o777);
        report.good(
            Check::DataDir,
            both(
                format_args!("{shown} belongs to user {owner}, mode {mode:o}"),
                format_args!("{shown} thuộc người dùng {owner}, quyền {mode:o}"),
            ),
        );
    }
}

/// The folder of files where it is named: else it lies within the data directory. Its group is what several nodes may share it by,
/// and is not looked at. Whether it is there, the contents tell.
fn files_dir(path: Option<&Path>, report: &mut Report) {
    if let Some(path) = path
        && let Ok(found) = fs::metadata(path)
    {
        is_open(Check::Files, path, &found, report);
    }
}

fn alone(path: &Path) -> Advice {
    let shown = path.display();
    Advice::new(
        format_args!("run the doctor as the user of the service, and let that one alone in there: chmod 700 {shown}"),
        format_args!("chạy lệnh bằng người dùng của dịch vụ và chỉ cho người dùng đó vào: chmod 700 {shown}"),
    )
}

/// Whether only its owner gets into a folder; else it is told who does.
fn is_shut(check: Check, path: &Path, found: &Metadata, report: &mut Report) -> bool {
    let Some((en, vi)) = wrong_rights(found) else {
        return !is_open(check, path, found, report);
    };
    let shown = path.display();
    let told = both(format_args!("{shown} {en}"), format_args!("{shown} {vi}"));
    report.trouble(check, told, alone(path));
    false
}

/// Whether everybody on this machine gets into a folder, which then is told.
fn is_open(check: Check, path: &Path, found: &Metadata, report: &mut Report) -> bool {
    let (shown, mode) = (path.display(), found.mode() & 0o777);
    let (en, vi) = match mode & 0o007 {
        0 => return false,
        others if others & 0o002 != 0 => ("written", "ghi"),
        others if others & 0o004 != 0 => ("read", "đọc"),
        _ => ("entered", "vào"),
    };
    let told = both(
        format_args!("{shown} can be {en} by everybody on this machine (mode {mode:o})"),
        format_args!("{shown} cho mọi người dùng của máy này {vi} (quyền {mode:o})"),
    );
    if mode & 0o002 == 0 {
        report.warn(check, told, alone(path));
    } else {
        report.trouble(check, told, alone(path));
    }
    true
}

fn wrong_rights(found: &Metadata) -> Option<(String, String)> {
    let (mode, owner) = (found.mode(), found.uid());
    if mode & 0o022 != 0 {
        let mode = mode & 0o777;
        return Some((
            format!("can be written by others than its owner (mode {mode:o})"),
            format!("cho người khác ngoài chủ sở hữu ghi (quyền {mode:o})"),
        ));
    }
    if mode & 0o700 != 0o700 {
        let mode = mode & 0o777;
        return Some((
            format!("cannot be used by its owner (mode {mode:o})"),
            format!("chủ sở hữu không dùng được (quyền {mode:o})"),
        ));
    }
    // Root may do everything, and a server that is started as root would.
    own_user().filter(|user| *user != owner && *user != 0).map(|user| {
        (
            format!("belongs to user {owner}, and this is user {user}"),
            format!("thuộc người dùng {owner}, còn lệnh này chạy bằng người dùng {user}"),
        )
    })
}

/// The disks that are written to, each once.
fn room(config: &Config, report: &mut Report) {
    let database = match config.database() {
        DatabaseUrl::Sqlite(path) => path.parent().map(Path::to_owned),
        DatabaseUrl::Postgres(_) => None,
    };
    let folders = [
        Some(config.data_dir.clone()),
        database,
        Some(config.files_path()),
        Some(config.index_path()),
    ];
    let mut seen = BTreeSet::new();
    for folder in folders.into_iter().flatten() {
        let folder = if folder.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            folder
        };
        let Ok(found) = fs::metadata(&folder) else { continue };
        if seen.insert(found.dev())
            && let Some(room) = room_at(&folder)
        {
            tell_room(&folder, room, report);
        }
    }
}

/// Bytes that may still be written, and whether anything may.
struct Room {
    free: u64,
    is_read_only: bool,
}

#[cfg(target_os = "linux")]
fn room_at(folder: &Path) -> Option<Room> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(Room {
        free: found.f_bavail.saturating_mul(found.f_frsize),
        is_read_only: found.f_flag.contains(rustix::fs::StatVfsMountFlags::RDONLY),
    })
}

#[cfg(not(target_os = "linux"))]
fn room_at(_folder: &Path) -> Option<Room> {
    None
}

fn tell_room(folder: &Path, room: Room, report: &mut Report) {
    let (shown, free) = (folder.display(), HumanBytes(room.free));
    let told = both(
        format_args!("{free} free where {shown} is"),
        format_args!("còn trống {free} ở ổ chứa {shown}"),
    );
    let advice = || {
        Advice::new(
            "make room: remove old backups and logs, or give it a larger disk; while it is full, writes are answered 503",
            "giải phóng dung lượng: xóa bản sao lưu và nhật ký cũ, hoặc mở rộng ổ đĩa; khi đầy, mọi thao tác ghi bị từ chối (503)",
        )
    };
    if room.is_read_only {
        report.trouble(
            Check::Space,
            both(
                format_args!("the disk of {shown} can only be read"),
                format_args!("ổ chứa {shown} chỉ cho đọc"),
            ),
            Advice::new(
                "look at the system's log for errors of the disk, and mount it for writing",
                "xem nhật ký hệ thống về lỗi ổ đĩa, rồi gắn lại với quyền ghi",
            ),
        );
    } else if room.free < LEAST_ROOM {
        report.trouble(Check::Space, told, advice());
    } else if room.free < LITTLE_ROOM {
        report.warn(Check::Space, told, advice());
    } else {
        report.good(Check::Space, told);
    }
}

/// Whether it opens what the database has sealed is looked at with the database.
fn key(path: &Path, report: &mut Report) {
    let shown = path.display();
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) => {
            return report.trouble(
                Check::Keys,
                both(
                    format_args!("the master key {shown} is not there: {error}"),
                    format_args!("không có khóa chủ {shown}: {error}"),
                ),
                Advice::new(
                    "put it back from its backup before a server starts: one that is made anew opens nothing of what is sealed",
                    "đặt lại khóa từ bản sao lưu trước khi khởi động máy chủ: khóa mới tạo sẽ không mở được dữ liệu đã niêm phong",
                ),
            );
        }
    };
    let mode = found.mode() & 0o777;
    if mode & 0o077 != 0 {
        return report.trouble(
            Check::Keys,
            both(
                format_args!("the master key {shown} is accessible to group or others (mode {mode:o})"),
                format_args!("khóa chủ {shown} cho nhóm hoặc người khác đọc (quyền {mode:o})"),
            ),
            Advice::new(format_args!("chmod 600 {shown}"), format_args!("chmod 600 {shown}")),
        );
    }
    let key = fs::read_to_string(path).map_err(|error| error.to_string());
    let key = key.and_then(|text| {
        let vault = Vault::of_text(&text, path);
        vault.map(drop).map_err(|error| error.log.unwrap_or(error.detail_en))
    });
    if let Err(why) = key {
        report.trouble(
            Check::Keys,
            both(
                format_args!("the master key cannot be used: {why}"),
                format_args!("không dùng được khóa chủ: {why}"),
            ),
            Advice::new("put it back from its backup", "đặt lại khóa từ bản sao lưu"),
        );
    } else {
        report.good(
            Check::Keys,
            both(
                format_args!("the master key {shown} is there, for its owner only"),
                format_args!("có khóa chủ {shown}, chỉ chủ sở hữu đọc được"),
            ),
        );
    }
}
