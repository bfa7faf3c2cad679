//! Entries of a reference list from a file (nhập danh mục từ tệp), as the gazette has them: each row is held against the list with
//! the rows before it, and all of them are written or none is.
//!
//! A file is read and judged outside of any unit of work, against one edition of the lists. It is written only as long as that
//! is the present one.

mod above;
mod columns;
mod line;

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use self::line::{Line, Read};
use super::context::{App, Caller, Work};
use super::file_imports::listings::intake::{self, Taken};
use super::files::Arrived;
use super::reference::{self, Edition, Moved, MovedCommune, Step};
use super::{Error, ErrorCode, Result, scans};
use crate::domain::access::Permit;
use crate::domain::calendar::day_of;
use crate::domain::fields::{FieldError, Violation, with_name};
use crate::domain::import::{Counts, Format, Note, Problem, RowResult, TableFault};
use crate::domain::taxonomy::{Editing, EntryChange, Taxonomies, TaxonomyName};
use crate::files::sandbox::Failure;
use crate::store::AnyConn;

/// Most rows of a file: an annex of a decree has some hundred.
pub const MOST: usize = 500;

/// Most bytes of a row: an entry has some names and a source. Whoever has more than that sent something else.
const MAX_ROW: usize = 64 * 1024;

/// The rows of a file.
#[derive(Clone, Debug)]
pub struct Prepared {
    taken: Taken,
    lines: Vec<Line>,
}

/// What became of a row.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its number in the file.
    pub number: i64,
    /// What became of it, or would.
    pub result: RowResult,
    /// The code that it names, if that much could be read.
    pub code: Option<String>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

/// What became of a file, or would.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The edition of the lists that it was held against.
    pub edition: i64,
    /// How many rows there were of each result.
    pub counts: Counts,
    /// What is to be told of the file as a whole.
    pub notes: Vec<Note>,
    /// Its rows.
    pub rows: Vec<Row>,
    steps: Vec<Step>,
}

impl Judged {
    /// Whether all of it may be written.
    pub fn is_sound(&self) -> bool {
        self.counts.refused == 0
    }
}

/// Asks before anything is read whether the caller may.
pub fn may_import(conn: &mut AnyConn, caller: &Caller, list: TaxonomyName, now: Timestamp) -> Result<()> {
    reference::permitted_at(conn, caller, list, Editing::Open, now).map(drop)
}

impl App {
    /// Looks into a file that was sent. Nothing of it is kept.
    pub async fn prepare_entries(&self, arrived: Arrived) -> Result<Prepared> {
        scans::require_clean(self, &arrived).await?;
        let looked = self.run_blocking(move || look(arrived)).await?;
        let (format, taken) = match looked {
            Looked::Text(format, taken) => (format, taken),
            Looked::Workbook(file) => {
                let sheet = self.files.decoder.table(file).await.map_err(|failure| match failure {
                    Failure::File(fault) => refused(fault),
                    Failure::Busy(cause) => Error::busy(cause),
                    Failure::Ours(cause) => Error::internal(cause),
                })?;
                let read = move || intake::sheet_with(columns::find, &sheet).map_err(refused);
                (Format::Xlsx, self.run_blocking(read).await?)
            }
        };
        if usize::try_from(taken.count).map_or(true, |count| count > MOST) {
            return Err(Error::field("content", Violation::TooMany { max: MOST }));
        }
        self.run_blocking(move || {
            let lines = line::all(format, &taken).ok_or_else(|| refused(TableFault::Broken))?;
            Ok(Prepared { taken, lines })
        })
        .await
    }

    /// Holds the rows of a file against the lists of now. What is found is the same whether it is only tried or is to be
    /// written.
    pub async fn judge_entries(&self, caller: Caller, list: TaxonomyName, prepared: Prepared) -> Result<Judged> {
        let slot = self.editions.clone();
        let (permit, edition, now) = self
            .read(move |conn, now| {
                let permit = reference::permitted_at(conn, &caller, list, Editing::Open, now)?;
                Ok((permit, slot.present(conn)?, now))
            })
            .await?;
        self.run_blocking(move || judge(&permit, &edition, list, prepared, now))
            .await
    }
}

fn refused(fault: TableFault) -> Error {
    let fault = match fault {
        TableFault::NoExternalId => TableFault::NoCodes,
        other => other,
    };
    Error::field("content", Violation::Table(fault))
}

enum Looked {
    Text(Format, Taken),
    /// At its beginning again, for the child.
    Workbook(File),
}

fn look(mut arrived: Arrived) -> Result<Looked> {
    let mut bytes = Vec::new();
    arrived.file.read_to_end(&mut bytes).map_err(Error::internal)?;
    match intake::format_of(&bytes).map_err(refused)? {
        Format::Xlsx => {
            arrived.file.rewind().map_err(Error::internal)?;
            Ok(Looked::Workbook(arrived.file))
        }
        format => {
            let taken = intake::text_with(columns::find, format, &bytes).map_err(refused)?;
            Ok(Looked::Text(format, taken))
        }
    }
}

fn judge(permit: &Permit, edition: &Edition, list: TaxonomyName, prepared: Prepared, now: Timestamp) -> Result<Judged> {
    let (mut rows, mut steps, mut counts) = (Vec::new(), Vec::new(), Counts::default());
    let mut lists = edition.lists.clone();
    for line in &prepared.lines {
        let step = step(&lists, list, line, &rows, now);
        let result = match &step {
            Err(_) => RowResult::Refused,
            Ok(None) => RowResult::Unchanged,
            Ok(Some(step)) if step.before.is_none() => RowResult::Created,
            Ok(Some(_)) => RowResult::Updated,
        };
        counts.add(result);
        let problems = match step {
            Err(problems) => problems,
            Ok(step) => {
                if let Some(step) = step {
                    reference::require_in_scope(permit, &step)?;
                    Arc::make_mut(&mut lists).take(&as_change(list, &step, now));
                    steps.push(step);
                }
                Vec::new()
            }
        };
        rows.push(Row {
            number: line.number,
            result,
            code: line.code.clone(),
            problems,
        });
    }
    let Taken { mut notes, head, .. } = prepared.taken;
    notes.extend(columns::notes(list, head.iter()));
    if counts.refused == 0 && list == TaxonomyName::Provinces {
        let provinces = steps.iter().map(|step| step.code.as_str());
        notes.extend(provinces.flat_map(|province| notes_of_communes(&edition.lists, &lists, province)));
    }
    Ok(Judged {
        edition: edition.number,
        counts,
        notes,
        rows,
        steps,
    })
}

/// What is told of a province that is divided, gets other parts, or is made whole again: which communes lay in a part that it does not
/// have any more, and how many more wait to be put into one.
fn notes_of_communes(before: &Taxonomies, after: &Taxonomies, province: &str) -> Vec<Note> {
    let Moved { to_file, returned } = Moved::between(before, after, province);
    let (again, first): (Vec<_>, Vec<_>) = to_file.into_iter().partition(|commune| commune.former_part.is_some());
    let name = after.name_vi(TaxonomyName::Provinces, province).unwrap_or_default();
    let province = with_name(province, name);
    let named = |communes: &[MovedCommune]| {
        let named = communes.iter().map(|one| with_name(&one.code, &one.name_vi));
        named.collect::<Vec<_>>().join(", ")
    };
    let mut notes = Vec::new();
    let mut tell = |code: &str, vi: String, en: String| {
        let code = code.to_owned();
        notes.push(Note { code, vi, en });
    };
    if !again.is_empty() {
        let (count, named) = (again.len(), named(&again));
        tell(
            "communes_to_file",
            format!("{province} đổi các phần chia tách; {count} xã, phường phải xếp lại: {named}."),
            format!("{province} is divided into other parts; {count} communes wait to be put into one again: {named}."),
        );
    }
    if !first.is_empty() {
        let count = first.len();
        tell(
            "communes_to_file",
            format!("{province} chia tách; {count} xã, phường chờ xếp vào một phần."),
            format!("{province} is divided; {count} communes wait to be put into a part."),
        );
    }
    if !returned.is_empty() {
        let (count, named) = (returned.len(), named(&returned));
        tell(
            "communes_returned",
            format!("{province} không còn chia tách như trước; {count} xã, phường thôi thuộc phần đã xếp: {named}."),
            format!(
                "{province} is not divided as before; {count} communes do not lie any more in the part into which they were put: {named}."
            ),
        );
    }
    notes
}

/// Writes what a file says, unless somebody changed a list since it was judged; gives the edition that the lists are then.
pub fn write(work: &mut Work<'_, '_>, caller: &Caller, list: TaxonomyName, judged: &Judged) -> Result<i64> {
    let permit = reference::permitted(work, caller, list, Editing::Open)?;
    let edition = work.edition()?;
    if edition.number != judged.edition {
        return Err(ErrorCode::StaleVersion.into());
    }
    let mut last = edition.number;
    for step in judged.steps.iter().cloned() {
        last += 1;
        reference::keep(work, &permit, &edition, list, last, step)?;
    }
    Ok(last)
}

/// What a row makes of its entry, nothing where the list says so already; or what is wrong with it.
fn step(
    lists: &Arc<Taxonomies>,
    list: TaxonomyName,
    line: &Line,
    before: &[Row],
    now: Timestamp,
) -> std::result::Result<Option<Step>, Vec<Problem>> {
    let code = line.code.as_deref().unwrap_or_default();
    if before.iter().any(|row| row.code.as_deref() == Some(code)) {
        return Err(vec![line.problem(&FieldError {
            pointer: "/code".into(),
            violation: Violation::Duplicate,
        })]);
    }
    let today = day_of(now);
    line.judged(lists, (list, today), |read| match read {
        Read::New { entry, end } => reference::first_step(lists, list, &entry, end, today).map(Some),
        Read::Known { item, patch } => reference::next_step(lists, list, item, patch, today),
    })
}

/// A row as the rows behind it see it.
fn as_change(list: TaxonomyName, step: &Step, now: Timestamp) -> EntryChange {
    EntryChange {
        edition: 0,
        entry: Uuid::nil(),
        list,
        code: step.code.clone(),
        version: step.version,
        text: step.text.clone(),
        changed_at: now,
    }
}
