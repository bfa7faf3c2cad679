//! What is done with a file before its import is begun: it is looked into, and its rows are kept.

use std::fs::File;
use std::io::{Read as _, Seek as _};

use jiff::Timestamp;

use super::Subject;
use crate::domain::fields::Violation;
use crate::domain::file::Digest;
use crate::domain::import::{Format, TableFault};
use crate::files::sandbox::Failure;
use crate::service::context::App;
use crate::service::file_imports::listings::intake::{self, Taken};
use crate::service::files::Arrived;
use crate::service::{Error, Result, scans};

/// A file whose rows are kept, and which belongs to nothing yet.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) format: Format,
    /// What is told of it; its rows are in the store.
    pub(in crate::service) taken: Taken,
    pub(in crate::service) digest: Digest,
    pub(super) size: i64,
    /// An instant before the rows were put into the store.
    pub(super) put_at: Timestamp,
}

/// What a file turned out to be.
enum Looked {
    Text(Format, Taken),
    /// At its beginning again, for the child.
    Workbook(File),
}

fn refused<S: Subject>(fault: TableFault) -> Error {
    Error::field("content", Violation::Table(S::fault(fault)))
}

fn look<S: Subject>(mut arrived: Arrived) -> Result<Looked> {
    let mut bytes = Vec::new();
    arrived.file.read_to_end(&mut bytes).map_err(Error::internal)?;
    match intake::format_of(&bytes).map_err(refused::<S>)? {
        Format::Xlsx => {
            arrived.file.rewind().map_err(Error::internal)?;
            Ok(Looked::Workbook(arrived.file))
        }
        format => {
            let taken = intake::text_with(S::COLUMNS, format, &bytes).map_err(refused::<S>)?;
            Ok(Looked::Text(format, S::kept(taken)?))
        }
    }
}

impl App {
    /// Looks into a file that was sent, and keeps its rows. If no import comes to refer to them, the collector takes them.
    pub async fn prepare_import<S: Subject>(&self, arrived: Arrived) -> Result<Prepared> {
        scans::require_clean(self, &arrived).await?;
        let (format, mut taken) = match self.run_blocking(move || look::<S>(arrived)).await? {
            Looked::Text(format, taken) => (format, taken),
            Looked::Workbook(file) => {
                let sheet = self.files.decoder.table(file).await.map_err(|failure| match failure {
                    Failure::File(fault) => refused::<S>(fault),
                    Failure::Busy(cause) => Error::busy(cause),
                    Failure::Ours(cause) => Error::internal(cause),
                })?;
                let read = move || S::kept(intake::sheet_with(S::COLUMNS, &sheet).map_err(refused::<S>)?);
                (Format::Xlsx, self.run_blocking(read).await?)
            }
        };
        let bytes = std::mem::take(&mut taken.rows);
        let put_at = self.clock.now();
        Ok(Prepared {
            format,
            put_at,
            size: i64::try_from(bytes.len()).map_err(Error::internal)?,
            digest: self.files.contents.put(bytes).await?,
            taken,
        })
    }
}
