//! Loading listings from a file of JSON Lines: in chunks, each one unit of work together with how far it has come, so
//! that a killed import goes on exactly where it was acknowledged; a bad line is reported and stops nobody.

pub mod record;

use aws_lc_rs::digest;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::BufRead;

use super::context::{App, Work};
use super::{Error, Result};
use crate::demo;
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::{EnterpriseDraft, ListingDraft, SpecificationDraft, TextPair};
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::fields::FieldError;
use crate::domain::ids::{EnterpriseId, ImportId, ListingId};
use crate::domain::listing::{Listing, ListingContent, ListingStatus, Source};
use crate::domain::tax_code::TaxCode;
use crate::domain::text::{Line, WebAddress};
use crate::store::imports::{self, Progress};
use crate::store::{enterprises, listings, outbox};
use record::EvalRecord;

/// Lines that share a unit of work: long enough to be fast, short enough that others get their turn.
const CHUNK: usize = 50;
/// Longest line, in bytes.
const MAX_LINE: usize = 256 * 1024;

/// Whose listings they become when a line does not say.
#[derive(Clone, Debug)]
pub enum Owner {
    /// Every line's enterprise is the one with this tax code.
    TaxCode(TaxCode),
    /// The invented enterprises of the demonstration, by field.
    Demo,
}

/// One line in the exchange's own format: a listing as it is sent to the API, where it came from, and whose it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NativeLine {
    listing: ListingDraft,
    source: SourceDraft,
    #[serde(default)]
    enterprise: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceDraft {
    site: String,
    external_id: String,
    #[serde(default)]
    url: Option<String>,
}

/// A line that was read: what is to be loaded.
#[derive(Clone, Debug)]
struct Item {
    content: ListingContent,
    source: Source,
    owner: TaxCode,
}

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: i64,
    /// Why.
    pub why: String,
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
    /// In all, earlier runs of the same file included.
    pub progress: Progress,
    /// Lines that an earlier run had done.
    pub resumed_at: i64,
    /// False when the observer stopped it.
    pub is_finished: bool,
}

/// Loads a file. `content` is read from its start; lines that an earlier run of the same content has done are skipped.
pub fn run(app: &App, name: &str, content: &[u8], owner: &Owner, observer: &mut dyn Observer) -> Result<Outcome> {
    let fingerprint = fingerprint(content, owner);
    let (id, mut progress, was_finished) = begin(app, name, &fingerprint)?;
    // A finished file may be loaded again: what it says is compared with what is there.
    if was_finished {
        progress = Progress::default();
    }
    let resumed_at = progress.lines;
    let mut chunk: Vec<(i64, String)> = Vec::with_capacity(CHUNK);
    let mut number = 0;
    let mut lines = content.lines();
    loop {
        let line = lines.next();
        let is_last = line.is_none();
        if let Some(line) = line {
            number += 1;
            if number > resumed_at {
                chunk.push((number, line.unwrap_or_else(|_| "\u{FFFD}".into())));
            }
        }
        if chunk.len() < CHUNK && !is_last {
            continue;
        }
        let (next, bad) = load_chunk(app, id, &progress, std::mem::take(&mut chunk), owner, is_last)?;
        progress = next;
        bad.iter().for_each(|bad| observer.refused(bad));
        if is_last || !observer.advanced(&progress) {
            return Ok(Outcome {
                progress,
                resumed_at,
                is_finished: is_last,
            });
        }
    }
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
        Owner::TaxCode(code) => context.update(code.as_str().as_bytes()),
        Owner::Demo => context.update(b"demo"),
    }
    context.update(&[0]);
    context.update(content);
    context.finish().as_ref().to_vec()
}

fn begin(app: &App, name: &str, fingerprint: &[u8]) -> Result<(ImportId, Progress, bool)> {
    let (name, fingerprint) = (name.to_owned(), fingerprint.to_vec());
    app.write_blocking(move |work| {
        if let Some(run) = imports::find(work.conn(), &fingerprint)? {
            return Ok((run.id, run.progress, run.finished_at.is_some()));
        }
        let id = ImportId(work.next_id());
        imports::start(work.uow, id, &fingerprint, &name, work.now)?;
        Ok((id, Progress::default(), false))
    })
}

fn load_chunk(
    app: &App,
    id: ImportId,
    before: &Progress,
    chunk: Vec<(i64, String)>,
    owner: &Owner,
    is_last: bool,
) -> Result<(Progress, Vec<BadLine>)> {
    // Parsed outside the unit of work: nothing slow runs while others wait to write.
    let parsed: Vec<(i64, std::result::Result<Option<Item>, String>)> = chunk
        .iter()
        .map(|(number, line)| (*number, parse(line, owner)))
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
                    bad.push(BadLine { line: *number, why });
                }
            }
        }
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
    let (mut listing, deed) = match known {
        Some(known) if known.content == item.content && known.source.as_ref() == Some(&item.source) => {
            return Ok(Ok(Loaded::Unchanged));
        }
        // What its owner withdrew or an officer refused stays so: only the text is brought up to date.
        Some(mut known) => {
            known.content = item.content.clone();
            known.source = Some(item.source.clone());
            (known, Deed::ListingReimported)
        }
        None => (published(work, enterprise, item)?, Deed::ListingImported),
    };
    listing.updated_at = work.now;
    let outcome = if deed == Deed::ListingImported {
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
    Ok(Listing {
        id: ListingId(work.next_id()),
        enterprise_id: enterprise,
        created_by: None,
        content: item.content.clone(),
        status,
        source: Some(item.source.clone()),
        submitted_at: Some(work.now),
        published_at: Some(work.now),
        version: 1,
        created_at: work.now,
        updated_at: work.now,
    })
}

/// Reads a line in either format; `None` for a blank one.
fn parse(line: &str, owner: &Owner) -> std::result::Result<Option<Item>, String> {
    if line.trim().is_empty() {
        return Ok(None);
    }
    if line.len() > MAX_LINE {
        return Err(format!("longer than {MAX_LINE} bytes"));
    }
    // The two formats share no required member, so one look tells which it is.
    if line.contains("\"listing\"") {
        native(line, owner)
    } else {
        shared(line, owner)
    }
    .map(Some)
}

fn native(line: &str, owner: &Owner) -> std::result::Result<Item, String> {
    let line: NativeLine = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let code = match (&line.enterprise, owner) {
        (Some(code), _) => TaxCode::parse(code).map_err(|error| error.to_string())?,
        (None, Owner::TaxCode(code)) => code.clone(),
        (None, Owner::Demo) => return Err("the line names no enterprise; give one with --enterprise".into()),
    };
    let source = source(&line.source.site, &line.source.external_id, line.source.url.as_deref())?;
    Ok(Item {
        content: content(&line.listing)?,
        source,
        owner: code,
    })
}

fn shared(line: &str, owner: &Owner) -> std::result::Result<Item, String> {
    let record = EvalRecord::parse(line).map_err(|error| error.to_string())?;
    let code = match owner {
        Owner::TaxCode(code) => code.clone(),
        Owner::Demo => {
            let enterprise = demo::enterprise_for(&record).ok_or("no demonstration enterprise fits")?;
            TaxCode::parse(&enterprise.tax_code).map_err(|error| error.to_string())?
        }
    };
    let mapped = record::map(&record);
    let source = source(
        mapped.source_site,
        &mapped.source_external_id,
        mapped.source_url.as_deref(),
    )?;
    let text = |vi: String| TextPair { vi, en: None };
    let draft = ListingDraft {
        kind: mapped.kind.into(),
        title: text(mapped.title_vi),
        summary: Some(text(mapped.summary_vi)),
        description: mapped.description_vi.map(text),
        field_codes: mapped.field_codes,
        trl: mapped.trl,
        origin_country: mapped.origin_country,
        brand: mapped.brand,
        model: mapped.model,
        specifications: mapped
            .specifications
            .into_iter()
            .map(|s| SpecificationDraft {
                name: s.name,
                value: s.value,
                unit: s.unit,
            })
            .collect(),
        price_mode: mapped.price_mode.into(),
        price_min: mapped.price_min,
        price_max: mapped.price_max,
        transfer_modes: mapped.transfer_modes,
    };
    Ok(Item {
        content: content(&draft)?,
        source,
        owner: code,
    })
}

fn content(draft: &ListingDraft) -> std::result::Result<ListingContent, String> {
    let content = draft.parse().map_err(|errors| in_words(&errors))?;
    match content.missing_for_submission().as_slice() {
        [] => Ok(content),
        missing => Err(format!("missing: {}", missing.join(", "))),
    }
}

fn source(site: &str, external_id: &str, url: Option<&str>) -> std::result::Result<Source, String> {
    Ok(Source {
        site: Line::parse(site).map_err(|violation| format!("source.site: {}", violation.en()))?,
        external_id: Line::parse(external_id).map_err(|violation| format!("source.external_id: {}", violation.en()))?,
        url: match url.map(WebAddress::parse) {
            None => None,
            Some(Ok(url)) => Some(url),
            Some(Err(violation)) => return Err(format!("source.url: {}", violation.en())),
        },
    })
}

fn in_words(errors: &[FieldError]) -> String {
    let words: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {}", error.pointer, error.violation.en()))
        .collect();
    words.join("; ")
}

/// Makes sure that the invented enterprises of the demonstration exist. Gives how many are new.
pub fn demo_enterprises(app: &App) -> Result<usize> {
    app.write_blocking(|work| {
        let permit = decide(&Actor::System, Action::ImportListings, &Resource::None)?;
        let mut count = 0;
        for invented in demo::enterprises() {
            let draft = EnterpriseDraft {
                tax_code: invented.tax_code.clone(),
                legal_form: invented.legal_form.clone(),
                legal_name: invented.legal_name.clone(),
                short_name: some(&invented.short_name),
                name_en: some(&invented.name_en),
                address_line: invented.address_line.clone(),
                province_code: invented.province_code.clone(),
                commune_code: invented.commune_code.clone(),
                contact_name: invented.contact_name.clone(),
                contact_email: invented.contact_email.clone(),
                contact_phone: invented.contact_phone.clone(),
                website: some(&invented.website),
                field_codes: invented
                    .field_codes
                    .iter()
                    .take(crate::domain::enterprise::MAX_FIELDS)
                    .cloned()
                    .collect(),
            };
            let profile = draft.parse("").map_err(|errors| Error::internal(in_words(&errors)))?;
            if enterprises::find_by_tax_code(work.conn(), &profile.tax_code)?.is_some() {
                continue;
            }
            let status = EnterpriseStatus::Submitted.approve().map_err(Error::internal)?;
            let enterprise = Enterprise {
                id: EnterpriseId(work.next_id()),
                profile,
                status,
                is_demo: true,
                version: 1,
                submitted_at: work.now,
                created_at: work.now,
                updated_at: work.now,
            };
            enterprises::insert(work.uow, &permit, &enterprise)?;
            work.remember(&permit, Deed::EnterpriseRegistered, "enterprise", enterprise.id.0, None)?;
            count += 1;
        }
        Ok(count)
    })
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
