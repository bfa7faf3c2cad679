//! Every named place at which the program can be made to fail (`src/failpoint.rs`), what can befall there, and how it is
//! reached. `tests/tidy` holds the list against the source; `scripts/faults points` reaches each of them.

/// What makes the program come by a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Clients that write of every kind.
    Anybody,
    Listing,
    Revision,
    Picture,
    Dossier,
    Session,
    Key,
    Registration,
    Letter,
    Vocabulary,
    ListEntry,
    Import,
    Report,
    /// Enterprises from a file of an officer.
    EnterpriseImport,
    /// An inquiry of another enterprise, and the dossier that comes of it.
    Inquiry,
    /// An officer takes a register as a file.
    Export,
    /// A certificate whose paper is issued again.
    Duplicate,
    /// One that is annulled.
    Annulment,
    /// Two registrations of one enterprise are made one.
    Merger,
    /// The same, and the one that goes has so many listings that a job lets them follow.
    LargeMerger,
    /// The program starts without a search index.
    NoIndex,
    /// It runs for ten seconds.
    Time,
    /// `vptex migrate`, where there is nothing yet.
    Migrate,
    /// `vptex keys rotate`.
    Rotate,
    /// `vptex files collect`.
    Collect,
    /// `vptex backup`.
    Backup,
    /// `vptex restore`, where there is nothing yet.
    Restore,
}

/// A place.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    pub name: &'static str,
    pub by: By,
    /// Whether an error can be answered there.
    pub fails: bool,
    /// Whether only SQLite comes by it.
    pub is_sqlites: bool,
}

const fn at(name: &'static str, by: By) -> Site {
    Site {
        name,
        by,
        fails: true,
        is_sqlites: false,
    }
}

/// One of the writer that SQLite alone has.
const fn of_sqlite(name: &'static str, by: By) -> Site {
    Site {
        is_sqlites: true,
        ..at(name, by)
    }
}

/// One at which nothing can fail that somebody could be told of.
const fn silent(name: &'static str, by: By) -> Site {
    Site {
        fails: false,
        ..at(name, by)
    }
}

/// All of them, by rooms.
pub const SITES: [Site; 65] = [
    of_sqlite("store.group.begun", By::Anybody),
    of_sqlite("store.unit.ran", By::Anybody),
    at("store.commit.before", By::Anybody),
    at("store.commit.after", By::Anybody),
    at("store.audit.append", By::Anybody),
    at("store.outbox.pushed", By::Listing),
    at("store.outbox.read", By::Listing),
    at("store.code.given", By::Listing),
    at("store.migration.begun", By::Migrate),
    at("store.migration.done", By::Migrate),
    at("service.once.made", By::Listing),
    at("review.decided", By::Listing),
    at("revisions.replaced", By::Revision),
    at("files.incoming.write", By::Picture),
    at("files.content.put", By::Picture),
    at("files.content.kept", By::Picture),
    at("files.row.inserted", By::Picture),
    at("files.removal.announced", By::Collect),
    at("files.removal.done", By::Collect),
    at("dossiers.inserted", By::Inquiry),
    at("dossiers.updated", By::Dossier),
    at("dossiers.proposed", By::Dossier),
    at("certificates.number.given", By::Dossier),
    at("certificates.signed", By::Dossier),
    at("certificates.inserted", By::Dossier),
    at("certificates.duplicate.inserted", By::Duplicate),
    at("certificates.annulled", By::Annulment),
    at("sessions.inserted", By::Session),
    at("api_keys.inserted", By::Key),
    at("asks.taken", By::Registration),
    at("mail.letter.claimed", By::Registration),
    at("mail.letter.written", By::Registration),
    at("mail.letter.renamed", By::Registration),
    at("mail.letter.sent", By::Registration),
    at("proofs.used", By::Letter),
    at("registration.enterprise.inserted", By::Letter),
    at("vocabulary.added", By::Vocabulary),
    at("reference.added", By::ListEntry),
    at("reports.inserted", By::Report),
    at("inquiries.inserted", By::Inquiry),
    at("inquiries.updated", By::Inquiry),
    at("imports.claimed", By::Import),
    at("imports.rows.inserted", By::Import),
    at("imports.chunk.kept", By::Import),
    at("imports.inserted", By::EnterpriseImport),
    at("enterprise_imports.row.written", By::EnterpriseImport),
    at("imports.ended", By::EnterpriseImport),
    at("exports.recorded", By::Export),
    at("registers.page.read", By::Export),
    at("mergers.handed_over", By::Merger),
    at("leavings.portion.done", By::LargeMerger),
    at("index.staged", By::Listing),
    silent("index.committed", By::Listing),
    at("index.build.page", By::NoIndex),
    at("index.build.filled", By::NoIndex),
    at("audit.checkpoint.written", By::Time),
    at("audit.checkpoint.inserted", By::Time),
    at("keys.retired", By::Rotate),
    at("keys.inserted", By::Rotate),
    at("backup.database.copied", By::Backup),
    at("backup.files.copied", By::Backup),
    at("backup.manifest.drafted", By::Backup),
    at("backup.whole", By::Backup),
    at("restore.database.before", By::Restore),
    at("restore.database.copied", By::Restore),
];
