//! What every use case is handed: the database, the clock, identifiers, keys and the index, and the two ways to run.

use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tracing::{Instrument as _, info_span};
use uuid::Uuid;

use super::api_keys::Uses;
use super::audit::state;
use super::calendar::{CalendarEdition, CalendarSlot};
pub use super::caller::{Caller, Credential, FRESH, Origin};
use super::credentials::Hasher;
use super::files::FileRules;
use super::health::{Pulse, WriterWatch};
use super::letters::{self, Recipient};
use super::reference::{Edition, EditionSlot};
use super::review::ReviewRules;
use super::search::IndexSlot;
use super::tokens::Tokens;
use super::vault::Vault;
use super::{Error, Result};
use crate::domain::access::Permit;
use crate::domain::audit::{Deed, Doer, Reason};
use crate::domain::clock::Clock;
use crate::domain::ids::{AccountId, Ids, LetterId, ListingId};
use crate::domain::letter::Letter;
use crate::domain::password::PasswordPolicy;
use crate::domain::privacy::TermTable;
use crate::domain::review::RiskFlag;
use crate::files::Files;
use crate::store::audit::Change;
use crate::store::audit_chain::Hash;
use crate::store::{self, AnyConn, Database, Uow};

/// The exchange, as use cases see it. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Arc<Database>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// New identifiers.
    pub ids: Arc<dyn Ids>,
    /// Password hashing, in threads of its own.
    pub hasher: Arc<Hasher>,
    /// Access and refresh tokens.
    pub tokens: Arc<Tokens>,
    /// Sealing and keyed hashes.
    pub vault: Arc<Vault>,
    /// What is guessed at now.
    pub guesses: Arc<super::throttle::Places>,
    /// What the operator decided about accounts.
    pub rules: Arc<AccountRules>,
    /// When keys of enterprises' systems were last used.
    pub key_uses: Arc<Uses>,
    /// Whether the database answers.
    pub pulse: Arc<Pulse>,
    /// Whether the scanner for malware answers.
    pub scanner_pulse: Arc<Pulse>,
    /// Whether the writer goes on.
    pub writer_watch: Arc<WriterWatch>,
    /// Where files lie, and who looks into them.
    pub files: Arc<Files>,
    /// How much of them may be kept.
    pub file_rules: FileRules,
    /// What the operator decided about reviews.
    pub review_rules: ReviewRules,
    /// How long things hold.
    pub terms: Terms,
    /// Who takes a list as a file.
    pub exports: Arc<super::exports::turns::Turns>,
    /// The reference lists.
    pub editions: Arc<EditionSlot>,
    /// The working calendar.
    pub calendars: Arc<CalendarSlot>,
    /// What was searched for.
    pub search_log: Arc<super::search_log::SearchLog>,
    /// How often listings were read.
    pub listing_views: Arc<super::listing_views::ListingViews>,
    /// The search index, once it is ready.
    pub index: Arc<IndexSlot>,
    /// Lets as many threads at the database as can do something there; the others would only wake and wait.
    pub blocking: Arc<Semaphore>,
}

/// What the operator decided about accounts.
#[derive(Clone, Debug)]
pub struct AccountRules {
    /// Whose rules passwords follow.
    pub password_policy: PasswordPolicy,
    /// The address at which people reach the exchange, for links in letters; what signs tokens and checkpoints calls itself so.
    pub public_url: String,
    /// The address under which the program itself answers, which certificates print: the same, or where nobody set one that at
    /// which the server listens.
    pub address: String,
    /// How long requests about personal data may take.
    pub data_terms: TermTable,
    /// Most sessions that an account has at once.
    pub sessions_per_account: u32,
    /// Whether it is counted how often an account signs in.
    pub counts_sign_ins: bool,
}

/// How long things hold that end by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// A listing is public so long before its owner must confirm it.
    pub listing: SignedDuration,
    /// What an officer verified is taken for true so long.
    pub verification: SignedDuration,
    /// The owner of a listing may answer an inquiry so long.
    pub answer: SignedDuration,
}

/// What a deed was about, beyond the thing itself.
#[derive(Clone, Copy, Debug, Default)]
struct About {
    version: Option<i64>,
    change: Option<Change>,
}

/// A unit of work in progress, with the time and the identifiers that belong to it.
pub struct Work<'a, 'c> {
    /// What writes go through.
    pub uow: &'a mut Uow<'c>,
    /// The instant at which it happens: one for the whole unit.
    pub now: Timestamp,
    /// Seals secrets and hashes what must be found again.
    pub vault: &'a Vault,
    /// How long things hold.
    pub terms: Terms,
    /// What needs a second officer's approval.
    pub(super) needs_second: Arc<[RiskFlag]>,
    /// The reference lists that this process knew when the unit began.
    pub(super) edition_at_hand: Arc<Edition>,
    /// Those by which this unit goes, whatever changed since, where it is a part of something longer.
    pub(super) bound_to: Option<Arc<Edition>>,
    /// The working calendar likewise.
    pub(super) calendar_at_hand: Arc<CalendarEdition>,
    ids: &'a dyn Ids,
    origin: Origin,
}

impl<'a, 'c> Work<'a, 'c> {
    /// A unit of work of nobody's, while the program starts.
    pub(super) fn plain(uow: &'a mut Uow<'c>, now: Timestamp, vault: &'a Vault, ids: &'a dyn Ids) -> Self {
        Self {
            uow,
            now,
            vault,
            terms: Terms::default(),
            needs_second: Arc::default(),
            edition_at_hand: Edition::compiled(),
            bound_to: None,
            calendar_at_hand: CalendarEdition::shipped(),
            ids,
            origin: Origin::default(),
        }
    }
}

impl Work<'_, '_> {
    /// The connection, for reads.
    pub fn conn(&mut self) -> &mut AnyConn {
        self.uow.conn()
    }

    /// A new identifier.
    pub fn next_id(&self) -> Uuid {
        self.ids.next()
    }

    /// Writes the audit row of a deed.
    pub fn remember(
        &mut self,
        permit: &Permit,
        deed: Deed,
        subject_kind: &'static str,
        subject: Uuid,
        reason: Option<&Reason>,
    ) -> Result<()> {
        let subject = (subject_kind, subject);
        self.append(permit.into(), deed, subject, reason, About::default())
    }

    /// The same for a deed that changes what a thing says or where it stands.
    pub fn remember_change(
        &mut self,
        doer: impl Into<Doer>,
        deed: Deed,
        subject: (&'static str, Uuid),
        reason: Option<&Reason>,
        change: Change,
    ) -> Result<()> {
        let about = About {
            change: Some(change),
            version: None,
        };
        self.append(doer.into(), deed, subject, reason, about)
    }

    /// The same for a deed that changes an account, from the state in which it was `before`.
    pub(super) fn remember_account(
        &mut self,
        doer: impl Into<Doer>,
        deed: Deed,
        account: AccountId,
        reason: Option<&Reason>,
        before: Option<Hash>,
    ) -> Result<()> {
        let after = state::of_account(self, account)?;
        self.remember_change(doer, deed, ("account", account.0), reason, Change { before, after })
    }

    /// The same for a decision about one version of a thing.
    pub fn remember_decision(
        &mut self,
        permit: &Permit,
        deed: Deed,
        subject: (&'static str, Uuid),
        reason: Option<&Reason>,
        (version, change): (i64, Change),
    ) -> Result<()> {
        let about = About {
            change: Some(change),
            version: Some(version),
        };
        self.append(permit.into(), deed, subject, reason, about)
    }

    /// The same for deeds that need no permit, such as signing out.
    pub fn remember_by(
        &mut self,
        doer: impl Into<Doer>,
        deed: Deed,
        subject_kind: &'static str,
        subject: Uuid,
    ) -> Result<()> {
        self.append(doer.into(), deed, (subject_kind, subject), None, About::default())
    }

    /// Writes a row that may be shown to others as a whole: by the exchange, and without session, request and address. What
    /// was done, and by whom, has a row of its own beside it.
    pub fn remember_openly(&mut self, deed: Deed, (kind, subject): (&'static str, Uuid), after: Hash) -> Result<()> {
        let entry = store::audit::Entry {
            id: self.ids.next(),
            at: self.now,
            doer: Doer::SYSTEM,
            deed,
            subject_kind: kind,
            subject,
            version: None,
            reason: None,
            session: None,
            request: None,
            ip: None,
            port: None,
            change: Some(Change::made(after)),
        };
        Ok(store::audit::append(self.uow, &entry)?)
    }

    /// The same for deeds of somebody whose full standing is not known, because nobody is signed in (yet).
    pub fn remember_of(
        &mut self,
        account: AccountId,
        is_officer: bool,
        deed: Deed,
        subject_kind: &'static str,
        subject: Uuid,
    ) -> Result<()> {
        self.remember_by(Doer::person(account, is_officer), deed, subject_kind, subject)
    }

    fn append(
        &mut self,
        doer: Doer,
        deed: Deed,
        (subject_kind, subject): (&'static str, Uuid),
        reason: Option<&Reason>,
        about: About,
    ) -> Result<()> {
        let entry = store::audit::Entry {
            id: self.ids.next(),
            at: self.now,
            doer,
            deed,
            subject_kind,
            subject,
            version: about.version,
            reason,
            session: self.origin.session,
            request: self.origin.request,
            ip: self.origin.ip.map(|ip| ip.to_string()),
            port: self.origin.port,
            change: about.change,
        };
        Ok(store::audit::append(self.uow, &entry)?)
    }

    /// From where the request came.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The same, to be completed by a use case that makes a session.
    pub(super) fn origin_mut(&mut self) -> &mut Origin {
        &mut self.origin
    }

    /// Does a part that may fail without spoiling the rest.
    pub fn part<T>(&mut self, work: impl FnOnce(&mut Work<'_, '_>) -> Result<T>) -> Result<T> {
        let (now, vault, ids, origin) = (self.now, self.vault, self.ids, self.origin);
        let terms = self.terms;
        let (needs_second, edition_at_hand) = (self.needs_second.clone(), self.edition_at_hand.clone());
        let (calendar_at_hand, bound_to) = (self.calendar_at_hand.clone(), self.bound_to.clone());
        self.uow.part(|uow| {
            work(&mut Work {
                uow,
                now,
                vault,
                terms,
                needs_second,
                edition_at_hand,
                bound_to,
                calendar_at_hand,
                ids,
                origin,
            })
        })
    }

    /// Puts a letter into the queue; it is sent after the unit of work is durable. Somebody whose data may only be
    /// kept gets no news.
    pub fn send(&mut self, to: &Recipient<'_>, letter: &Letter) -> Result<()> {
        self.send_about(to, None, letter)
    }

    /// The same about a listing, to which the letter leads.
    pub fn send_about(&mut self, to: &Recipient<'_>, listing: Option<ListingId>, letter: &Letter) -> Result<()> {
        // An invitation knows only the address.
        if !letter.is_owed() && store::personal_data::is_restricted(self.uow.conn(), to.account, &to.email.key())? {
            return Ok(());
        }
        let content = letters::seal(self.vault, to, listing, letter)?;
        let row = store::letters::NewLetter {
            id: LetterId(self.ids.next()),
            kind: letter.kind(),
            language: to.language,
            account: to.account,
            sealed_content: &content,
        };
        if let Some(account) = to.account.filter(|_| letter.is_notice()) {
            store::notices::insert(self.uow, account, (row.id, row.kind, &content), self.now)?;
        }
        Ok(store::letters::push(self.uow, &row, self.now)?)
    }
}

impl App {
    /// Reads, on a thread that may block.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConn, Timestamp) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let app = self.clone();
        self.run_blocking(move || app.db.read(|conn| work(conn, app.clock.now())))
            .instrument(info_span!("database read"))
            .await
    }

    /// Reads a few rows by their keys: on this very thread where that takes microseconds (SQLite), which is less than
    /// waking another thread costs (docs/adr/0007-reads-by-key.md has the figures). Not for lists or scans.
    pub async fn read_by_key<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConn, Timestamp) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self.db.reader_at_hand() {
            Some(mut conn) => info_span!("read by key").in_scope(|| work(&mut conn, self.clock.now())),
            None => self.read(work).await,
        }
    }

    /// Refuses a caller whose session has ended, where nothing else would ask: whoever sends a token is not to be taken
    /// for a visitor unawares. Visitors cost nothing here.
    pub async fn check_session(&self, caller: Caller) -> Result<()> {
        if caller.credential == Credential::None {
            return Ok(());
        }
        self.read_by_key(move |conn, now| caller.actor(conn, now).map(drop))
            .await
    }

    /// Does a unit of work; answers after it is durable. `work` may run more than once.
    pub async fn write<T: Send + 'static>(
        &self,
        origin: Origin,
        work: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let unit = self.unit(origin, work);
        if self.db.queues_writes() {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            // Nobody waits any more when the client has gone; the work is done all the same.
            self.db.submit(unit, move |result| drop(sender.send(result)));
            receiver
                .instrument(info_span!("database write"))
                .await
                .unwrap_or_else(|_| Err(Error::busy("the writer has stopped")))
        } else {
            let db = self.db.clone();
            self.run_blocking(move || db.write(unit))
                .instrument(info_span!("database write"))
                .await
        }
    }

    /// The same for programs without an async runtime: command line and background jobs.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.write_blocking_from(Origin::default(), work)
    }

    /// The same for what a client asked for a while ago.
    pub(super) fn write_blocking_from<T: Send + 'static>(
        &self,
        origin: Origin,
        work: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.db.write(self.unit(origin, work))
    }

    /// Runs on the runtime's threads for blocking work, in its turn. The closure runs to its end even when the caller
    /// has gone.
    pub async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let turn = self.blocking.clone().acquire_owned();
        let turn = turn.instrument(info_span!("wait for a turn")).await;
        let turn = turn.map_err(Error::internal)?;
        let work = move || {
            let result = work();
            drop(turn);
            result
        };
        tokio::task::spawn_blocking(work)
            .instrument(info_span!("work"))
            .await
            .unwrap_or_else(|error| Err(Error::internal(error)))
    }

    fn unit<T>(
        &self,
        origin: Origin,
        work: impl Fn(&mut Work<'_, '_>) -> Result<T> + Send + 'static,
    ) -> impl Fn(&mut Uow<'_>) -> Result<T> + Send + 'static {
        let (clock, ids, vault) = (self.clock.clone(), self.ids.clone(), self.vault.clone());
        let terms = self.terms;
        let (editions, needs_second) = (self.editions.clone(), self.review_rules.needs_second.clone());
        let calendars = self.calendars.clone();
        move |uow| {
            work(&mut Work {
                uow,
                now: clock.now(),
                vault: &vault,
                terms,
                needs_second: needs_second.clone(),
                edition_at_hand: editions.at_hand(),
                bound_to: None,
                calendar_at_hand: calendars.at_hand(),
                ids: &*ids,
                origin,
            })
        }
    }
}
