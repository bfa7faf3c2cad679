//! Loading listings from a file of JSON Lines: in chunks, each one unit of work together with how far it has come and
//! which lines it refused, so that a killed import goes on exactly where it was acknowledged; a bad line is reported and
//! stops nobody.

mod line;
pub mod record;

use std::collections::HashMap;

use aws_lc_rs::digest;

use super::context::{App, Work};
use super::listings::{give_code, replace_content};
use super::{Error, Result, attachments, listing_links};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::EnterpriseDraft;
use crate::domain::enterprise::{Enterprise, EnterpriseStatus, Verification};
use crate::domain::ids::{EnterpriseId, ImportId, ListingId};
use crate::domain::listing::audience::Audience;
use crate::domain::listing::hold::Hold;
use crate::domain::listing::media::Media;
use crate::domain::listing::{Listing, ListingStatus, Source};
use crate::domain::tax_code::TaxCode;
use crate::store::imports::{self, Progress};
use crate::store::{enterprises, listings, outbox};
use line::{Item, in_words};
use record::EvalRecord;

pub use crate::store::imports::Refusal as BadLine;

/// Lines that share a unit of work: long enough to be fast, short enough that others get their turn.
const CHUNK: usize = 50;
/// Longest explanation of a refusal that is kept; it may repeat a part of the line.
const MAX_WHY: usize = 500;
/// What some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Whose listings they become.
#[derive(Clone, Debug)]
pub enum Owner {
    /// Each line says it.
    Lines,
    /// The enterprise with this tax code. A line that names another is refused.
    TaxCode(TaxCode),
    /// The invented enterprises of the demonstration: who posts a record of the shared format. Other lines say it
    /// themselves.
    Demo(fn(&EvalRecord) -> Option<TaxCode>),
}

/// What an import is told while it runs, and asked.
pub trait Observer {
    /// A chunk is durable. False stops the import; it goes on from here when it is started again.
    fn advanced(&mut self, progress: &Progress) -> bool;
    /// A line was refused.
    fn refused(&mut self, bad: &BadLine);
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The run, to ask for its [`refusals`].
    pub id: ImportId,
    /// In all, earlier runs of the same file included.
    pub progress: Progress,
    /// Lines that an earlier run had done.
    pub resumed_at: i64,
    /// False when the observer stopped it.
    pub is_finished: bool,
}

/// Loads a file. `content` is read from its start; lines that an earlier run of the same content has done are skipped,
/// and those that it refused are told again first.
pub fn run(app: &App, name: &str, content: &[u8], owner: &Owner, observer: &mut dyn Observer) -> Result<Outcome> {
    let fingerprint = fingerprint(content, owner);
    let (id, mut progress) = begin(app, name, &fingerprint)?;
    let resumed_at = progress.lines;
    if resumed_at > 0 {
        refusals(app, id)?.iter().for_each(|bad| observer.refused(bad));
    }
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let mut chunk: Vec<(i64, &[u8])> = Vec::with_capacity(CHUNK);
    let mut lines = (1_i64..)
        .zip(content.split_inclusive(|byte| *byte == b'\n'))
        .skip_while(|(number, _)| *number <= resumed_at);
    loop {
        let line = lines.next();
        let is_last = line.is_none();
        chunk.extend(line);
        if chunk.len() < CHUNK && !is_last {
            continue;
        }
        let (next, bad) = load_chunk(app, id, &progress, &chunk, owner, is_last)?;
        chunk.clear();
        progress = next;
        bad.iter().for_each(|bad| observer.refused(bad));
        if is_last || !observer.advanced(&progress) {
            return Ok(Outcome {
                id,
                progress,
                resumed_at,
                is_finished: is_last,
            });
        }
    }
}

/// The lines that a run refused, those of its interrupted beginnings included; the first [`imports::MAX_REFUSALS`].
pub fn refusals(app: &App, id: ImportId) -> Result<Vec<BadLine>> {
    Ok(app.db.read(|conn| imports::refusals(conn, id))?)
}

/// Whether this content was loaded to its end before.
pub fn is_finished(app: &App, content: &[u8], owner: &Owner) -> Result<bool> {
    let fingerprint = fingerprint(content, owner);
    Ok(app
        .db
        .read(|conn| imports::find(conn, &fingerprint))?
        .is_some_and(|run| run.finished_at.is_some()))
}

fn fingerprint(content: &[u8], owner: &Owner) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    match owner {
        Owner::Lines => context.update(b"lines"),
        Owner::TaxCode(code) => context.update(code.as_str().as_bytes()),
        Owner::Demo(_) => context.update(b"demo"),
    }
    context.update(&[0]);
    context.update(content);
    context.finish().as_ref().to_vec()
}

/// A finished file may be loaded again, from its first line: what it says is compared with what is there.
fn begin(app: &App, name: &str, fingerprint: &[u8]) -> Result<(ImportId, Progress)> {
    let (name, fingerprint) = (name.to_owned(), fingerprint.to_vec());
    app.write_blocking(move |work| {
        if let Some(run) = imports::find(work.conn(), &fingerprint)? {
            if run.finished_at.is_none() {
                return Ok((run.id, run.progress));
            }
            imports::restart(work.uow, run.id, work.now)?;
            return Ok((run.id, Progress::default()));
        }
        let id = ImportId(work.next_id());
        imports::start(work.uow, id, &fingerprint, &name, work.now)?;
        Ok((id, Progress::default()))
    })
}

fn load_chunk(
    app: &App,
    id: ImportId,
    before: &Progress,
    chunk: &[(i64, &[u8])],
    owner: &Owner,
    is_last: bool,
) -> Result<(Progress, Vec<BadLine>)> {
    // Parsed outside the unit of work: nothing slow runs while others wait to write.
    let edition = app.db.read(|conn| app.editions.present(conn))?;
    let lists = edition.on(app.clock.now());
    let parsed: Vec<(i64, std::result::Result<Option<Item>, String>)> = chunk
        .iter()
        .map(|(number, line)| (*number, line::parse(&lists, line, owner)))
        .collect();
    let before = before.clone();
    app.write_blocking(move |work| {
        let permit = decide(&Actor::System, Action::ImportListings, &Resource::None)?;
        let mut progress = before.clone();
        let mut bad = Vec::new();
        let mut owners = HashMap::new();
        for (number, item) in &parsed {
            progress.lines = *number;
            let loaded = match item {
                Ok(None) => continue,
                Ok(Some(item)) => work.part(|work| load(work, &permit, &mut owners, item)).or_else(soft),
                Err(why) => Ok(Err(why.clone())),
            }?;
            match loaded {
                Ok(Loaded::Created) => progress.created += 1,
                Ok(Loaded::Updated) => progress.updated += 1,
                Ok(Loaded::Unchanged) => progress.unchanged += 1,
                Err(why) => {
                    progress.failed += 1;
                    let why = why.chars().take(MAX_WHY).collect();
                    bad.push(BadLine { line: *number, why });
                }
            }
        }
        imports::refuse(work.uow, id, before.failed, &bad)?;
        imports::advance(work.uow, id, &progress, is_last, work.now)?;
        Ok((progress, bad))
    })
}

enum Loaded {
    Created,
    Updated,
    Unchanged,
}

/// A refusal belongs to the line; a failure of the store stops the import, which goes on here when started again.
fn soft(error: Error) -> Result<std::result::Result<Loaded, String>> {
    if error.code.status() < 500 {
        Ok(Err(error.to_string()))
    } else {
        Err(error)
    }
}

fn load(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    owners: &mut HashMap<TaxCode, EnterpriseId>,
    item: &Item,
) -> Result<std::result::Result<Loaded, String>> {
    let enterprise = match owners.get(&item.owner) {
        Some(id) => *id,
        None => match enterprises::find_by_tax_code(work.conn(), &item.owner)? {
            Some(enterprise) => {
                owners.insert(item.owner.clone(), enterprise.id);
                enterprise.id
            }
            None => return Ok(Err(format!("no enterprise has the tax code {}", item.owner))),
        },
    };
    let known = listings::find_by_source(work.conn(), item.source.site.as_str(), item.source.external_id.as_str())?;
    if let Some(known) = &known
        && known.enterprise_id != enterprise
    {
        let other = enterprises::find(work.conn(), known.enterprise_id)?.profile.identity;
        let other = other.tax_code().map(ToString::to_string).unwrap_or_default();
        let Source { site, external_id, .. } = &item.source;
        return Ok(Err(format!(
            "{} of {} already belongs to the enterprise with tax code {other}",
            external_id.as_str(),
            site.as_str()
        )));
    }
    let media = match &known {
        Some(known) => attachments::of_listing(work.conn(), known.id)?,
        None => Media::default(),
    };
    let before = known.as_ref().map(|known| &known.content);
    if let Err(wrong) = listing_links::require(work.conn(), enterprise, &item.content, before, &media) {
        let why = in_words(&wrong.fields);
        return soft(wrong).map(|_line| Err(why));
    }
    let (mut listing, deed) = match known {
        Some(known) if known.content == item.content && known.source.as_ref() == Some(&item.source) => {
            return Ok(Ok(Loaded::Unchanged));
        }
        // What its owner withdrew or an officer refused stays so: only the text is brought up to date.
        Some(mut known) => {
            if let Some(code) = known.code.filter(|_| known.content.kind != item.content.kind) {
                return Ok(Err(format!(
                    "the listing is {code}, and its kind cannot change any more"
                )));
            }
            if known.hold.is_held() {
                return Ok(Err(
                    "the listing is held, and what comes back is to be what was held".to_owned()
                ));
            }
            replace_content(work, permit, &mut known, item.content.clone())?;
            known.source = Some(item.source.clone());
            (known, Deed::ListingReimported)
        }
        None => (published(work, enterprise, item)?, Deed::ListingImported),
    };
    listing.updated_at = work.now;
    let outcome = if deed == Deed::ListingImported {
        give_code(work, permit, &mut listing)?;
        listings::insert(work.uow, permit, &listing)?;
        Loaded::Created
    } else {
        listings::update(work.uow, permit, &mut listing)?;
        Loaded::Updated
    };
    outbox::push(work.uow, listing.id, work.now)?;
    work.remember(permit, deed, "listing", listing.id.0, None)?;
    Ok(Ok(outcome))
}

/// A listing that goes the whole way at once, by the operator's hand: draft, submitted, approved.
fn published(work: &Work<'_, '_>, enterprise: EnterpriseId, item: &Item) -> Result<Listing> {
    let status = ListingStatus::Draft
        .submit()
        .and_then(ListingStatus::approve)
        .map_err(Error::internal)?;
    let mut listing = Listing {
        id: ListingId(work.next_id()),
        enterprise_id: enterprise,
        created_by: None,
        content: item.content.clone(),
        status,
        code: None,
        source: Some(item.source.clone()),
        submitted_at: Some(work.now),
        published_at: Some(work.now),
        came_out: false,
        expires_at: None,
        hold: Hold::NONE,
        audience: Audience::EVERYBODY,
        finding: None,
        version: 1,
        created_at: work.now,
        updated_at: work.now,
    };
    listing.begin_term(work.now, work.terms.listing);
    Ok(listing)
}

/// Makes sure that enterprises of a demonstration exist, active and marked as such. Gives how many are new.
pub fn demo_enterprises(app: &App, drafts: Vec<EnterpriseDraft>) -> Result<usize> {
    app.write_blocking(move |work| {
        let permit = decide(&Actor::System, Action::ImportListings, &Resource::None)?;
        let mut count = 0;
        let lists = work.in_force()?;
        for draft in &drafts {
            let profile = draft
                .parse(&lists, "")
                .map_err(|errors| Error::internal(in_words(&errors)))?;
            let key = profile.identity.key().unwrap_or_default();
            if enterprises::find_by_key(work.conn(), &key)?.is_some() {
                continue;
            }
            let status = EnterpriseStatus::Submitted.approve().map_err(Error::internal)?;
            let enterprise = Enterprise {
                id: EnterpriseId(work.next_id()),
                profile,
                status,
                amendment: None,
                merged_into: None,
                closed_at: None,
                verification: Verification::begin(work.now, work.terms.verification),
                is_demo: true,
                version: 1,
                submitted_at: work.now,
                created_at: work.now,
                updated_at: work.now,
            };
            enterprises::insert(work.uow, &permit, &enterprise)?;
            outbox::push_enterprise(work.uow, enterprise.id, work.now)?;
            work.remember(&permit, Deed::EnterpriseRegistered, "enterprise", enterprise.id.0, None)?;
            count += 1;
        }
        Ok(count)
    })
}
