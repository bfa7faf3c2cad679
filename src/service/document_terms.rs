//! The last days of documents of profiles: owners are told before, so that the next one is there in time.

use jiff::{Timestamp, ToSpan};
use tracing::error;

use super::Result;
use super::context::{App, Work};
use super::members::tell_owners;
use crate::domain::calendar::day_of;
use crate::domain::enterprise::document::{Document, NOTICES};
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::letter::{Letter, PaperEnd};
use crate::store::document_terms::{self as rows, End};
use crate::store::{AnyConn, documents, enterprises};

/// Last days that are looked at at once.
const AT_ONCE: i64 = 500;

/// Tells owners of documents whose last day comes near; gives how many notices were sent. Each goes out once, whichever node
/// is first and however often it restarts, because what was sent is kept in the unit of work that puts the letter into the
/// queue.
pub fn run(app: &App) -> Result<usize> {
    let mut sent = 0;
    let today = day_of(app.clock.now());
    let [first, ..] = NOTICES;
    let until = today.saturating_add(i64::from(first).days());
    let mut after = None;
    loop {
        let page = app
            .db
            .read(|conn| Ok::<_, super::Error>(rows::ending(conn, (today, until), after, AT_ONCE)?))?;
        let Some(last) = page.last() else { break };
        after = Some(*last);
        for end in app.db.read(|conn| untold(conn, &page, app.clock.now()))? {
            match app.write_blocking(move |work| tell(work, end)) {
                Ok(is_told) => sent += usize::from(is_told),
                // Of the exchange, not of one enterprise: to be tried again as a whole.
                Err(failure) if failure.code.status() == 503 => return Err(failure),
                // Whatever is amiss with one keeps nothing from the others.
                Err(failure) => error!(document = %end.1, %failure, "owners cannot be told of the end of a document"),
            }
        }
    }
    metrics::counter!("vptex_document_notices_total").increment(u64::try_from(sent).unwrap_or(u64::MAX));
    Ok(sent)
}

/// Those of which something is due to be told that was not told yet.
fn untold(conn: &mut AnyConn, ends: &[End], now: Timestamp) -> Result<Vec<End>> {
    let told = rows::told(conn, ends)?;
    let mut untold = Vec::new();
    for end in ends {
        if let Some((_, _, days)) = due(conn, *end, now)?
            && !told.contains(&(*end, i64::from(days)))
        {
            untold.push(*end);
        }
    }
    Ok(untold)
}

/// What is due to be told of a document, as it is now; nothing where the next one is there already.
fn due(conn: &mut AnyConn, (last, id): End, now: Timestamp) -> Result<Option<(Document, Enterprise, u16)>> {
    let document = match documents::find(conn, id) {
        // Removed since it was looked at.
        Err(crate::store::Error::NotFound) => return Ok(None),
        found => found?,
    };
    let Some(days) = document.notice_due(now).filter(|_| document.valid_to == Some(last)) else {
        return Ok(None);
    };
    let enterprise = enterprises::find(conn, document.enterprise)?;
    let others = documents::of_enterprise(conn, enterprise.id)?;
    if enterprise.status != EnterpriseStatus::Active || others.iter().any(|other| other.follows(&document, now)) {
        return Ok(None);
    }
    Ok(Some((document, enterprise, days)))
}

/// Tells the owners of one document what is due; gives whether they were told.
fn tell(work: &mut Work<'_, '_>, end: End) -> Result<bool> {
    let now = work.now;
    let Some((document, enterprise, days)) = due(work.conn(), end, now)? else {
        return Ok(false);
    };
    if !rows::claim(work.uow, end, days, now)? {
        return Ok(false);
    }
    let letter = Letter::DocumentEnds(PaperEnd {
        enterprise: enterprise.profile.legal_name.to_string(),
        document: document.kind.as_str().to_owned(),
        name: document.name.as_str().to_owned(),
        valid_to: end.0.to_string(),
    });
    tell_owners(work, enterprise.id, &letter)?;
    Ok(true)
}
