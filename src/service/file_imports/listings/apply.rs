//! What a row does: makes a draft, or changes a listing or what is to become of it.

use serde_json::{Value, json};

use super::row::{self, Head, Item, Read};
use super::which::{Before, Which};
use super::{Listings, Row};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::drafts::{ListingDraft, lists_for_listing, lists_for_revision, merge_patch};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::domain::import::{Problem, RowResult};
use crate::domain::listing::ListingStatus;
use crate::service::context::{Caller, Work};
use crate::service::file_imports::Loading;
use crate::service::{Error, ErrorCode, Result, json_mistakes, listings};
use crate::store::file_imports::listings as names;
use crate::store::{self, listing_figures, listings as stored, revisions};

/// What a row did.
struct Applied {
    result: RowResult,
    listing: Option<ListingId>,
    missing: Vec<&'static str>,
    /// Whether the listing goes by the identifier of the row only now.
    is_named: bool,
}

/// Does a row, or only tries it.
pub(super) fn load_row(
    work: &mut Work<'_, '_>,
    loading: &Loading<'_, Listings>,
    before: Before<'_>,
    read: &Read,
) -> Result<Row> {
    let (head, enterprise) = (loading.head, loading.whose.enterprise);
    let mut copied = None;
    let applied = match &read.item {
        Err(problems) => Err(problems.clone()),
        Ok(item) => match before.which(work.conn(), enterprise, head, item)? {
            Ok(which) => {
                if let Which::Copy(name) = &which {
                    copied = Some(head.taken_for_copy(name));
                }
                load_item(work, loading, &which, item)?
            }
            // What it says is looked at all the same.
            Err(found) => {
                let item = item.of_no_listing(found);
                load_item(work, loading, &Which::New, &item)?
            }
        },
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
            name: read.external_id.clone(),
            // What was only tried has made no listing.
            about: applied
                .listing
                .filter(|_| !loading.is_dry_run || applied.result != RowResult::Created),
            problems: repaired
                .chain(applied.is_named.then(|| head.identifier_given()))
                .chain(copied)
                .chain(applied.missing.into_iter().map(missing))
                .collect(),
            raw: None,
        },
        Err(problems) => Row {
            number: read.number,
            result: RowResult::Refused,
            name: read.external_id.clone(),
            about: None,
            // What a new listing lacks is no answer to who meant one that is there.
            problems: copied.into_iter().chain(problems).collect(),
            raw: Some(read.raw.clone()),
        },
    })
}

/// Does what a row says of its listing.
fn load_item(
    work: &mut Work<'_, '_>,
    loading: &Loading<'_, Listings>,
    which: &Which,
    item: &Item,
) -> Result<std::result::Result<Applied, Vec<Problem>>> {
    let head = loading.head;
    if item.problems.is_empty() {
        let done = tried(work, loading.is_dry_run, |work| apply(work, loading, which, item))?;
        return Ok(done.map_err(|refusal| head.problems(&refusal)));
    }
    // The others are looked at all the same, so that everything that is wrong is told at once.
    let rest = tried(work, true, |work| apply(work, loading, which, item))?;
    let mut problems = item.problems.clone();
    if let Err(refusal) = rest {
        problems.extend(others(head, which, item, refusal));
    }
    Ok(Err(problems))
}

/// What else is wrong with a row that has cells which cannot be read. What only comes of their being left out is nobody's
/// mistake: what is missing there, and what does not fit what stands there.
fn others(head: &Head, which: &Which, item: &Item, mut refusal: Error) -> Vec<Problem> {
    if refusal.fields.is_empty() {
        return head.problems(&refusal);
    }
    let is_known_unread = |pointer: &str| item.problems.iter().any(|known| lies_in(pointer, &known.pointer));
    // A row that may be about a listing which says the rest lacks nothing.
    let may_be_known = *which == Which::New && (is_known_unread("/external_id") || is_known_unread("/id"));
    let is_unread = |pointer: &str| {
        is_known_unread(pointer) || may_be_known && item.patch.pointer(pointer).is_none_or(Value::is_null)
    };
    refusal.fields.retain(|field| {
        let rests_on_unread = match field.violation {
            Violation::Required => may_be_known,
            Violation::Conflicts { with } => is_unread(&format!("/{with}")),
            _ => false,
        };
        // Both amounts go with the mode of the price and with each other; whether there is such a mode, or what is said is an amount at
        // all, with nothing.
        let is_of_a_list = ["unknown_code", "code_ended"].contains(&field.violation.code());
        let is_price = field.pointer.starts_with("/price_")
            && !is_of_a_list
            && !matches!(
                field.violation,
                Violation::Malformed { .. } | Violation::OutOfRange { min: 0, .. }
            );
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

/// Whether a place is another one, or within it; what is wrong with a row as a whole has none.
fn lies_in(pointer: &str, outer: &str) -> bool {
    let rest = pointer.strip_prefix(outer).filter(|_| !outer.is_empty());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Does something that may be refused without spoiling the rest; when it is only tried, nothing of it stays. A failure of
/// the store stops the worker; the import goes on here.
pub(in crate::service) fn tried<T>(
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

fn apply(work: &mut Work<'_, '_>, loading: &Loading<'_, Listings>, which: &Which, item: &Item) -> Result<Applied> {
    let (caller, permit, enterprise) = (loading.caller, loading.permit, loading.whose.enterprise);
    match *which {
        Which::New | Which::Copy(_) => create(work, loading, item),
        Which::Known(id) => update(work, caller, id, item),
        Which::Named(id) => {
            let applied = update(work, caller, id, item)?;
            name(work, permit, enterprise, item, id)?;
            // From now on files of the enterprise write into it under this name.
            work.remember(permit, Deed::ListingNamed, "listing", id.0, None)?;
            Ok(Applied {
                result: RowResult::Updated,
                is_named: true,
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
        Some(external_id) => Ok(names::name_listing(work.uow, permit, enterprise, external_id, listing)?),
        None => Ok(()),
    }
}

fn create(work: &mut Work<'_, '_>, loading: &Loading<'_, Listings>, item: &Item) -> Result<Applied> {
    let mut draft = json!({});
    merge_patch(&mut draft, &item.patch);
    row::prune(&mut draft);
    row::complete(&mut draft);
    let lists = work.in_force()?;
    let content = json_mistakes::made(&draft, |sent: ListingDraft| {
        sent.parse(&lists).map_err(|errors| absent_is_required(&draft, errors))
    })?;
    let missing = content.missing_for_submission();
    let seen = listings::create(work, loading.caller, &content)?;
    name(work, loading.permit, loading.whose.enterprise, item, seen.listing.id)?;
    listing_figures::name_import(work.uow, loading.permit, seen.listing.id, loading.import)?;
    Ok(Applied {
        result: RowResult::Created,
        listing: Some(seen.listing.id),
        missing,
        is_named: false,
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
    let kept = if draft.get("currency") == currency.as_ref() {
        Vec::new()
    } else {
        kept_amounts(&draft, &item.patch)
    };
    // What was written down before may stay, in what is open as in what is live.
    let lists = lists_for_revision(lists_for_listing(work.in_force()?, &listing.content), &before);
    let content = json_mistakes::made(&draft, |sent: ListingDraft| with_kept(sent.parse(&lists), &kept))?;
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
        is_named: false,
    })
}

/// Amounts that a row does not tell would be taken for ones of its currency.
fn kept_amounts(draft: &Value, patch: &Value) -> Vec<FieldError> {
    let is_kept = |amount: &&str| patch.get(amount).is_none() && draft.get(amount).is_some_and(|kept| !kept.is_null());
    let amounts = ["price_min", "price_max", "budget_min", "budget_max"].into_iter();
    let wrong = amounts.filter(is_kept).map(|amount| FieldError {
        pointer: format!("/{amount}"),
        violation: Violation::Conflicts { with: "currency" },
    });
    wrong.collect()
}

/// What was read, unless amounts were kept; what else is wrong is told with these.
fn with_kept<T>(
    parsed: std::result::Result<T, Vec<FieldError>>,
    kept: &[FieldError],
) -> std::result::Result<T, Vec<FieldError>> {
    let others = match parsed {
        Ok(read) if kept.is_empty() => return Ok(read),
        Ok(_) => Vec::new(),
        Err(others) => others,
    };
    let is_new = |other: &FieldError| kept.iter().all(|known| known.pointer != other.pointer);
    Err(kept.iter().cloned().chain(others.into_iter().filter(is_new)).collect())
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
