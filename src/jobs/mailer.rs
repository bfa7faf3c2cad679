//! Sends the letters that units of work put into the queue.
//!
//! A letter is claimed for a while (a lease), sent, and then marked. A node that dies between sending and marking leaves
//! the lease to run out, and the letter is sent again under the same `Message-ID`: at least once, never lost. What was
//! sent is forgotten; what could not be sent is tried again, later and later, and at last given up, where officers see
//! it (`GET /letters`).

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::SignedDuration;
use tracing::{error, info, warn};

pub use super::post::{Delivery, Protection, SmtpServer};
use super::post::{Failure, Post};
use super::{Stop, guarded};
use crate::domain::ids::LetterId;
use crate::service::letters::message::{Letterhead, compose};
use crate::service::{App, Error, Result, asks, letters};
use crate::store::letters::{self as rows, Due, Miss};

/// How often is looked for letters: commits of other nodes wake nobody here, and a look costs two small reads.
const POLL: Duration = Duration::from_secs(1);
/// How long to wait when the database cannot be read.
const AFTER_FAILURE: Duration = Duration::from_secs(10);
/// How long a letter is one's own; longer than any dialogue with a server.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// Letters looked up at once.
const BATCH: i64 = 20;
/// A letter is given up after so many attempts, which is six hours and more.
const MOST_ATTEMPTS: i64 = 12;

/// How letters leave, and under which name.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// How.
    pub delivery: Delivery,
    /// Name of the sender.
    pub from_name: Option<String>,
    /// Address of the sender.
    pub from_address: String,
}

/// What came of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Letters sent.
    pub sent: usize,
    /// Letters to be tried again.
    pub postponed: usize,
    /// Letters given up.
    pub dead: usize,
}

/// Sends letters.
pub struct Mailer {
    app: App,
    head: Letterhead,
    post: Post,
}

impl Mailer {
    /// Opens the way out; nothing when letters are to wait.
    pub fn open(app: &App, settings: &MailSettings) -> Result<Option<Self>> {
        let head = Letterhead::new(
            settings.from_name.as_deref(),
            &settings.from_address,
            &app.rules.address,
        )
        .map_err(Error::internal)?;
        let post = Post::open(&settings.delivery).map_err(Error::internal)?;
        Ok(post.map(|post| Self {
            app: app.clone(),
            head,
            post,
        }))
    }

    /// Sends all letters whose time has come.
    pub fn send_due(&self) -> Result<Round> {
        self.send_while(|| true)
    }

    fn send_while(&self, goes_on: impl Fn() -> bool) -> Result<Round> {
        let mut round = Round::default();
        loop {
            let now = self.app.clock.now();
            let due = self.app.db.read(|conn| rows::due(conn, now, BATCH))?;
            let mut claimed = 0;
            for id in &due {
                if !goes_on() {
                    return Ok(round);
                }
                claimed += usize::from(self.take(*id, &mut round)?);
            }
            // What nobody could claim is in the hands of another node.
            if claimed == 0 {
                return Ok(round);
            }
        }
    }

    /// Claims a letter and tries to send it; false when another node has it.
    fn take(&self, id: LetterId, round: &mut Round) -> Result<bool> {
        let claim = self.app.write_blocking(move |work| {
            let lease = work.now.checked_add(LEASE).map_err(Error::internal)?;
            Ok(rows::claim(work.uow, id, work.now, lease)?.map(|due| (due, lease)))
        })?;
        let Some((due, lease)) = claim else { return Ok(false) };
        failpoint!("mail.letter.claimed", Error::busy);
        let outcome = match self.send(&due) {
            Ok(()) => {
                failpoint!("mail.letter.sent", Error::busy);
                self.app
                    .write_blocking(move |work| Ok(rows::mark_sent(work.uow, id, lease, work.now)?))?;
                round.sent += 1;
                "sent"
            }
            Err(failure) => {
                let is_over = failure.is_permanent || due.attempts + 1 >= MOST_ATTEMPTS;
                warn!(letter = %id, attempt = due.attempts + 1, cause = failure.cause, dead = is_over, "a letter was not sent");
                let attempts = due.attempts;
                self.app.write_blocking(move |work| {
                    let again = work.now.checked_add(pause(id, attempts)).map_err(Error::internal)?;
                    let miss = Miss {
                        id,
                        lease,
                        next_try_at: (!is_over).then_some(again),
                        error: &failure.cause,
                    };
                    Ok(rows::mark_missed(work.uow, &miss, work.now)?)
                })?;
                *(if is_over { &mut round.dead } else { &mut round.postponed }) += 1;
                if is_over { "dead" } else { "postponed" }
            }
        };
        metrics::counter!("vptex_letters_total", "result" => outcome).increment(1);
        Ok(true)
    }

    fn send(&self, due: &Due) -> std::result::Result<(), Failure> {
        // Sealed under another master key it can be read when the key is back: not before somebody looks.
        let content = letters::open(&self.app.vault, &due.sealed_content)
            .map_err(|_sealed| Failure::permanent("the letter cannot be opened with this master key"))?;
        let now = self.app.clock.now();
        let (message, rendered) =
            compose(&self.head, due.id, due.language, &content, now).map_err(Failure::permanent)?;
        self.post.deliver(due.id, &message, &rendered)
    }

    fn tell_waiting(&self) -> Result<()> {
        let waiting = self.app.db.read(rows::count_waiting)?;
        let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
        metrics::gauge!("vptex_letters_waiting").set(f64::from(waiting));
        Ok(())
    }
}

/// How long a letter rests after an attempt: 1, 2, 4 … 60 minutes, and up to a quarter more, which differs from letter
/// to letter, so that those that failed together do not come back together.
fn pause(id: LetterId, attempts: i64) -> SignedDuration {
    let doublings = u32::try_from(attempts.clamp(0, 6)).unwrap_or(6);
    let seconds = 60 * 2_i64.pow(doublings).min(60);
    // The last byte of an identifier is random.
    let spread = i64::from(id.0.as_bytes().last().copied().unwrap_or(0));
    SignedDuration::from_secs(seconds + seconds * spread / (4 * 255))
}

/// Starts the thread. What is asked by address is decided even where letters are to wait.
pub(super) fn spawn(app: &App, settings: &MailSettings, stop: Arc<Stop>) -> Option<JoinHandle<()>> {
    let mailer = Mailer::open(app, settings).unwrap_or_else(|error| {
        error!(%error, "no letters can be sent; they wait");
        None
    });
    if matches!(settings.delivery, Delivery::Hold) {
        info!("letters wait: mail_transport is hold");
    }
    let app = app.clone();
    thread::Builder::new()
        .name("vptex-mailer".into())
        .spawn(move || keep_sending(&app, mailer.as_ref(), &stop))
        .inspect_err(|error| error!(%error, "no thread for letters; they wait"))
        .ok()
}

/// Decides what was asked by an address, some of it at a time.
fn decide_asks(app: &App, stop: &Stop) -> Result<()> {
    loop {
        let (decided, waiting) = asks::decide_waiting(app)?;
        metrics::gauge!("vptex_asks_waiting").set(f64::from(i32::try_from(waiting).unwrap_or(i32::MAX)));
        if decided == 0 || stop.is_asked() {
            return Ok(());
        }
    }
}

fn keep_sending(app: &App, mailer: Option<&Mailer>, stop: &Stop) {
    let mut rest = Duration::ZERO;
    while !stop.wait(rest) {
        // What other nodes changed in the lists is known here within a second.
        guarded("reference_lists", || {
            app.db.read(|conn| app.editions.present(conn)).map(drop)
        });
        let is_well = guarded("mailer", || {
            decide_asks(app, stop)?;
            let Some(mailer) = mailer else { return Ok(()) };
            mailer.send_while(|| !stop.is_asked())?;
            mailer.tell_waiting()
        });
        rest = if is_well { POLL } else { AFTER_FAILURE };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn letters_rest_longer_and_longer_and_never_much_longer_than_an_hour() {
        let minutes = |attempts, tail| pause(LetterId(Uuid::from_u128(tail)), attempts).as_secs() / 60;
        let plain: Vec<i64> = (0..9).map(|attempts| minutes(attempts, 0)).collect();
        assert_eq!(plain, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(minutes(8, 255), 75, "a quarter more at most");
        assert_ne!(
            pause(LetterId(Uuid::from_u128(1)), 5),
            pause(LetterId(Uuid::from_u128(2)), 5)
        );
    }
}
