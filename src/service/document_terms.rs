//! The last days of documents of profiles: owners are told before, so that the next one is there in time.

use jiff::ToSpan;
use tracing::error;

use super::Result;
use super::context::{App, Work};
use super::members::tell_owners;
use crate::domain::calendar::day_of;
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::enterprise::document::{Document, NOTICES};
use crate::domain::letter::{Letter, PaperEnd};
use crate::store::document_terms::{self as rows, End};
use crate::store::{documents, enterprises};

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
        // To be due is the document's to say; here only what cannot be is left out.
        let told = app.db.read(|conn| Ok::<_, super::Error>(rows::told(conn, &page)?))?;
        let [.., shortest] = NOTICES;
        let open = page.iter().filter(|end| !told.contains(&(**end, i64::from(shortest))));
        for end in open.copied().collect::<Vec<_>>() {
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

/// Tells the owners of one document what is due; gives whether they were told.
fn tell(work: &mut Work<'_, '_>, (last, id): End) -> Result<bool> {
    let now = work.now;
    let document = match documents::find(work.conn(), id) {
        // Removed since it was looked at.
        Err(crate::store::Error::NotFound) => return Ok(false),
        found => found?,
    };
    let enterprise = enterprises::find(work.conn(), document.enterprise)?;
    if enterprise.status != EnterpriseStatus::Active || document.valid_to != Some(last) {
        return Ok(false);
    }
    let Some(days) = document.notice_due(now) else {
        return Ok(false);
    };
    if documents::of_enterprise(work.conn(), enterprise.id)?
        .iter()
        .any(|other| other.follows(&document, now))
    {
        return Ok(false);
    }
    if !rows::claim(work.uow, (last, id), days, now)? {
        return Ok(false);
    }
    tell_owners(
        work,
        enterprise.id,
        &letter(&enterprise.profile.legal_name.to_string(), &document, last),
    )?;
    Ok(true)
}

fn letter(enterprise: &str, document: &Document, last: jiff::civil::Date) -> Letter {
    Letter::DocumentEnds(PaperEnd {
        enterprise: enterprise.to_owned(),
        document: document.kind.as_str().to_owned(),
        name: document.name.as_str().to_owned(),
        valid_to: last.to_string(),
    })
}
