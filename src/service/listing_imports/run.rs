//! Loads the rows of an import: in chunks, each one unit of work together with how far the import has come and what
//! became of its rows, so that a killed worker's import goes on exactly where it was durable.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tracing::{error, info, warn};

use super::row::{self, Head, Item, Read};
use super::values::Names;
use super::which::{self, Taken, Which};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::drafts::{ListingDraft, lists_for_listing, lists_for_revision, merge_patch};
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::ids::{EnterpriseId, ListingId, ListingImportId};
use crate::domain::import::{Counts, ImportStatus, Problem, RowResult};
use crate::domain::listing::ListingStatus;
use crate::service::context::{App, Caller, Credential, Origin, Work};
use crate::service::{Error, ErrorCode, Result, json_mistakes, listings};
use crate::store::listing_imports::{self as rows, Import, Lease, Row};
use crate::store::{self, import_aliases, listing_figures, listings as stored, revisions};

/// Rows that share a unit of work: long enough to be fast, short enough that others get their turn.
const CHUNK: usize = 50;
/// How long an import is a worker's own: much longer than a chunk takes, and each chunk begins it anew. Reading the rows
/// takes longer than a chunk.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// An import is given up that was taken so often without a row being done.
const MOST_ATTEMPTS: i64 = 8;
/// Imports that are looked up at once.
const BATCH: usize = 10;

/// Loads all that waits, as long as `goes_on` says so. Gives how many imports came to their end here.
pub fn run_due(app: &App, goes_on: &dyn Fn() -> bool) -> Result<usize> {
    let mut ended = 0;
    loop {
        let now = app.clock.now();
        let due = app.db.read(|conn| rows::due(conn, now, BATCH))?;
        let mut claimed = 0;
        for id in due {
            if !goes_on() {
                return Ok(ended);
            }
            let Some((import, lease)) = claim(app, id)? else {
                continue;
            };
            claimed += 1;
            ended += usize::from(load(app, &import, lease, goes_on)?);
        }
        // What nobody could claim is in the hands of another node.
        if claimed == 0 || !goes_on() {
            return Ok(ended);
        }
    }
}

fn lease_from(now: Timestamp) -> Result<Timestamp> {
    now.checked_add(LEASE).map_err(Error::internal)
}

fn claim(app: &App, id: ListingImportId) -> Result<Option<(Import, Lease)>> {
    app.write_blocking(move |work| {
        let until = lease_from(work.now)?;
        let Some(import) = rows::claim(work.uow, id, work.now, until)? else {
            return Ok(None);
        };
        rows::note_start(work.uow, id, work.now)?;
        if import.attempts > MOST_ATTEMPTS {
            error!(import = %id, "an import is given up: it was tried again and again, and no row was done");
            fail(work, id, ErrorCode::Internal)?;
            return Ok(None);
        }
        Ok(Some((import, Lease { id, until })))
    })
}

fn fail(work: &mut Work<'_, '_>, id: ListingImportId, code: ErrorCode) -> Result<()> {
    rows::end(work.uow, id, ImportStatus::Failed, Some(code.as_str()), work.now)?;
    Ok(())
}

/// Loads an import to its end. False when it was cancelled, lost to another worker, or the program ends.
fn load(app: &App, import: &Import, mut lease: Lease, goes_on: &dyn Fn() -> bool) -> Result<bool> {
    let id = import.id;
    let content = match app.files.contents.load(&import.digest) {
        Ok(content) => content,
        Err(error) => {
            // A store that does not answer now is no fault of the import's: it waits, however long that takes.
            app.write_blocking(move |work| Ok(rows::give_back(work.uow, lease)?))?;
            return Err(error.into());
        }
    };
    let Some(content) = content else {
        error!(import = %id, "the rows of an import are not in the file store");
        app.write_blocking(move |work| fail(work, id, ErrorCode::StorageUnavailable))?;
        return Ok(true);
    };
    let text = std::str::from_utf8(&content).map_err(Error::internal)?;
    let head = Head::of(&import.head);
    let aliases = app.db.read(import_aliases::in_force)?;
    let names = Names::of(&app.in_force_at_hand(), &aliases);
    let mut taken = app.db.read(|conn| Taken::so_far(conn, id))?;
    let mut counts = import.counts;
    let mut chunk = Vec::with_capacity(CHUNK);
    let skipped = usize::try_from(counts.done).unwrap_or(usize::MAX);
    let mut lines = text.lines().enumerate();
    loop {
        let next = lines.next();
        let is_last = next.is_none();
        if let Some((at, line)) = next {
            let read = row::read(import.format, &head, &names, line)
                .ok_or_else(|| Error::internal("a row cannot be read again"))?;
            if at >= skipped {
                chunk.push(read);
            }
        }
        if chunk.len() < CHUNK && !is_last {
            continue;
        }
        match load_chunk(app, import, lease, &head, (counts, &taken), &chunk, is_last)? {
            Advanced::To(next, until, done) => {
                counts = next;
                lease.until = until;
                taken.add(done);
            }
            Advanced::Lost => {
                warn!(import = %id, "an import was cancelled, or another worker has it");
                return Ok(false);
            }
            Advanced::Failed => return Ok(true),
        }
        chunk.clear();
        if is_last {
            info!(import = %id, rows = counts.done, refused = counts.refused, "an import came to its end");
            return Ok(true);
        }
        if !goes_on() {
            app.write_blocking(move |work| Ok(rows::give_back(work.uow, lease)?))?;
            return Ok(false);
        }
    }
}

enum Advanced {
    To(Counts, Timestamp, which::Chunk),
    Lost,
    Failed,
}

fn load_chunk(
    app: &App,
    import: &Import,
    lease: Lease,
    head: &Head,
    (before, taken): (Counts, &Taken),
    chunk: &[Read],
    is_last: bool,
) -> Result<Advanced> {
    let caller = Caller {
        credential: Credential::Begun(import.sender),
        origin: Origin::default(),
    };
    let (enterprise, is_dry_run) = (import.enterprise, import.is_dry_run);
    let target = Target {
        enterprise,
        import: import.id,
    };
    let (chunk, taken) = (chunk.to_vec(), taken.clone());
    let head = head.clone();
    app.write_blocking(move |work| {
        let permit = match may_go_on(work, &caller, enterprise) {
            Ok(permit) => permit,
            Err(refusal) if refusal.code.status() < 500 => {
                fail(work, lease.id, refusal.code)?;
                return Ok(Advanced::Failed);
            }
            Err(failure) => return Err(failure),
        };
        let mut counts = before;
        let (mut done, mut own) = (Vec::with_capacity(chunk.len()), which::Chunk::default());
        for read in &chunk {
            let read = own.once(&taken, read);
            let row = load_row(work, &caller, &permit, target, is_dry_run, &head, &read)?;
            own.note(&read, row.result);
            counts.add(row.result);
            done.push(row);
        }
        let until = lease_from(work.now)?;
        rows::insert_rows(work.uow, lease.id, &done)?;
        if rows::advance(work.uow, lease, &counts, until, is_last, work.now)? {
            Ok(Advanced::To(counts, until, own))
        } else {
            Err(ErrorCode::AlreadyDecided.into())
        }
    })
    .or_else(|error| match error.code {
        // Nothing of the chunk stays.
        ErrorCode::AlreadyDecided => Ok(Advanced::Lost),
        _ => Err(error),
    })
}

/// Whether the sender may still write for the enterprise.
fn may_go_on(work: &mut Work<'_, '_>, caller: &Caller, enterprise: EnterpriseId) -> Result<Permit> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::CreateListing, &Resource::None)?;
    if actor.enterprise().map(|(own, _)| own) == Some(enterprise) {
        Ok(permit)
    } else {
        Err(ErrorCode::Forbidden.into())
    }
}

/// Whose listings rows become, and by which import.
#[derive(Clone, Copy)]
struct Target {
    enterprise: EnterpriseId,
    import: ListingImportId,
}

/// What a row did.
struct Applied {
    result: RowResult,
    listing: Option<ListingId>,
    missing: Vec<&'static str>,
}

fn load_row(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    permit: &Permit,
    target: Target,
    is_dry_run: bool,
    head: &Head,
    read: &Read,
) -> Result<Row> {
    let applied = match &read.item {
        Err(problems) => Err(problems.clone()),
        // The others are looked at all the same, so that everything that is wrong is told at once.
        Ok(item) if !item.problems.is_empty() => {
            let rest = tried(work, true, |work| apply(work, caller, permit, target, item))?;
            let mut problems = item.problems.clone();
            if let Err(refusal) = rest {
                problems.extend(others(head, item, refusal));
            }
            Err(problems)
        }
        Ok(item) => tried(work, is_dry_run, |work| apply(work, caller, permit, target, item))?
            .map_err(|refusal| head.problems(&refusal)),
    };
    let missing = |pointer: &'static str| {
        head.problem(&FieldError {
            pointer: pointer.into(),
            violation: Violation::Required,
        })
    };
    let repaired = read.item.iter().flat_map(|item| item.repaired.iter().cloned());
    Ok(match applied {
        Ok(applied) => Row {
            number: read.number,
            result: applied.result,
            external_id: read.external_id.clone(),
            // What was only tried has made no listing.
            listing: applied
                .listing
                .filter(|_| !is_dry_run || applied.result != RowResult::Created),
            problems: repaired.chain(applied.missing.into_iter().map(missing)).collect(),
            raw: None,
        },
        Err(problems) => Row {
            number: read.number,
            result: RowResult::Refused,
            external_id: read.external_id.clone(),
            listing: None,
            problems,
            raw: Some(read.raw.clone()),
        },
    })
}

/// What else is wrong with a row that has cells which cannot be read. What only comes of their being left out is nobody's
/// mistake: what is missing there, and what does not fit what stands there.
fn others(head: &Head, item: &Item, mut refusal: Error) -> Vec<Problem> {
    if refusal.fields.is_empty() {
        return head.problems(&refusal);
    }
    let is_unread = |pointer: &str| item.problems.iter().any(|known| known.pointer == pointer);
    refusal.fields.retain(|field| {
        let rests_on_unread = match field.violation {
            Violation::Conflicts { with } => is_unread(&format!("/{with}")),
            _ => false,
        };
        // Both amounts go with the mode of the price and with each other.
        let is_price =
            field.pointer.starts_with("/price_") && !matches!(field.violation, Violation::OutOfRange { min: 0, .. });
        let lacks_price = ["/price_mode", "/price_min", "/price_max"]
            .iter()
            .any(|price| is_unread(price));
        !(is_unread(&field.pointer) || rests_on_unread || is_price && lacks_price)
    });
    if refusal.fields.is_empty() {
        return Vec::new();
    }
    head.problems(&refusal)
}

/// Does something that may be refused without spoiling the rest; when it is only tried, nothing of it stays. A failure of
/// the store stops the worker; the import goes on here.
fn tried<T>(
    work: &mut Work<'_, '_>,
    is_dry_run: bool,
    act: impl FnOnce(&mut Work<'_, '_>) -> Result<T>,
) -> Result<std::result::Result<T, Error>> {
    let mut outcome = None;
    let done = work.part(|work| {
        let done = act(work)?;
        if is_dry_run {
            outcome = Some(done);
            // Undoes the part.
            return Err(ErrorCode::AlreadyDecided.into());
        }
        Ok(done)
    });
    match (outcome, done) {
        (Some(outcome), _) | (None, Ok(outcome)) => Ok(Ok(outcome)),
        (None, Err(refusal)) if refusal.code.status() < 500 => Ok(Err(refusal)),
        (None, Err(failure)) => Err(failure),
    }
}

fn apply(work: &mut Work<'_, '_>, caller: &Caller, permit: &Permit, target: Target, item: &Item) -> Result<Applied> {
    match which::find(work.conn(), target.enterprise, item)? {
        Which::New => create(work, caller, permit, target, item),
        Which::Known(id) => update(work, caller, id, item),
        Which::Named(id) => {
            let applied = update(work, caller, id, item)?;
            name(work, permit, target.enterprise, item, id)?;
            Ok(Applied {
                result: RowResult::Updated,
                ..applied
            })
        }
    }
}

/// Notes what the enterprise calls a listing.
fn name(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    enterprise: EnterpriseId,
    item: &Item,
    listing: ListingId,
) -> Result<()> {
    match &item.external_id {
        Some(external_id) => Ok(rows::name_listing(work.uow, permit, enterprise, external_id, listing)?),
        None => Ok(()),
    }
}

fn create(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    permit: &Permit,
    Target { enterprise, import }: Target,
    item: &Item,
) -> Result<Applied> {
    let mut draft = json!({});
    merge_patch(&mut draft, &item.patch);
    row::prune(&mut draft);
    row::complete(&mut draft);
    let parsed = json_mistakes::read::<ListingDraft>(&draft)?.parse(&work.in_force()?);
    let content = parsed.map_err(|errors| Error::fields(absent_is_required(&draft, errors)))?;
    let missing = content.missing_for_submission();
    let seen = listings::create(work, caller, &content)?;
    name(work, permit, enterprise, item, seen.listing.id)?;
    listing_figures::name_import(work.uow, permit, seen.listing.id, import)?;
    Ok(Applied {
        result: RowResult::Created,
        listing: Some(seen.listing.id),
        missing,
    })
}

/// A kind that was not given is missing, not unknown.
fn absent_is_required(draft: &Value, mut errors: Vec<FieldError>) -> Vec<FieldError> {
    if draft.get("kind").is_some_and(|kind| kind == "") {
        for error in errors.iter_mut().filter(|error| error.pointer == "/kind") {
            error.violation = Violation::Required;
        }
    }
    errors
}

/// Changes the listing, or what it is to say when it is public: then a revision says so, as an edit by hand would.
fn update(work: &mut Work<'_, '_>, caller: &Caller, id: ListingId, item: &Item) -> Result<Applied> {
    // As it stands now, which is what exports write: one whose term is over is not being revised.
    let now = work.now;
    let (listing, _) = stored::find_at(work.conn(), id, now)?;
    let live = ListingDraft::of(&listing.content);
    let (before, version) = if listing.status == ListingStatus::Published {
        match revisions::find_open(work.conn(), id) {
            Ok(open) => (open.content, open.version),
            Err(store::Error::NotFound) => (live, listing.version),
            Err(error) => return Err(error.into()),
        }
    } else {
        (live, listing.version)
    };
    let mut draft = serde_json::to_value(&before).map_err(Error::internal)?;
    let currency = draft.get("currency").cloned();
    merge_patch(&mut draft, &item.patch);
    row::prune(&mut draft);
    if draft.get("currency") != currency.as_ref() {
        keep_no_amount(&draft, &item.patch)?;
    }
    // What was written down before may stay, in what is open as in what is live.
    let lists = lists_for_revision(lists_for_listing(work.in_force()?, &listing.content), &before);
    let content = json_mistakes::read::<ListingDraft>(&draft)?
        .parse(&lists)
        .map_err(Error::fields)?;
    let missing = content.missing_for_submission();
    let result = if ListingDraft::of(&content) == before {
        RowResult::Unchanged
    } else {
        listings::edit(work, caller, id, version, &whole(&before, &draft)?)?;
        RowResult::Updated
    };
    Ok(Applied {
        result,
        listing: Some(id),
        missing,
    })
}

/// Amounts that a row does not tell would be taken for ones of its currency.
fn keep_no_amount(draft: &Value, patch: &Value) -> Result<()> {
    let mut errors = FieldErrors::default();
    for amount in ["price_min", "price_max", "budget_min", "budget_max"] {
        let is_kept = patch.get(amount).is_none() && draft.get(amount).is_some_and(|amount| !amount.is_null());
        if is_kept {
            errors.add(format!("/{amount}"), Violation::Conflicts { with: "currency" });
        }
    }
    errors.finish(Some(())).map_err(Error::fields)
}

/// The patch that makes one form of the other: what the other lacks goes.
fn whole(before: &ListingDraft, after: &Value) -> Result<Value> {
    let mut patch = after.clone();
    if let (Value::Object(patch), Value::Object(before)) =
        (&mut patch, serde_json::to_value(before).map_err(Error::internal)?)
    {
        for (name, value) in before {
            let entry = patch.entry(name).or_insert(Value::Null);
            if let (Value::Object(new), Value::Object(old)) = (entry, value) {
                for inner in old.keys() {
                    new.entry(inner).or_insert(Value::Null);
                }
            }
        }
    }
    Ok(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_takes_away_what_is_not_there_any_more() {
        let before: ListingDraft = serde_json::from_value(json!({
            "kind": "equipment_offer", "title": {"vi": "Máy", "en": "Machine"}, "model": "A", "summary": {"vi": "Tốt."},
        }))
        .unwrap();
        let after = json!({"kind": "equipment_offer", "title": {"vi": "Máy sấy"}});
        let mut made = serde_json::to_value(&before).unwrap();
        merge_patch(&mut made, &whole(&before, &after).unwrap());
        let made: ListingDraft = serde_json::from_value(made).unwrap();
        assert_eq!(made, serde_json::from_value(after).unwrap());
    }
}
