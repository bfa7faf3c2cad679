//! One line of a file: in the exchange's own format, or in the shared one of the test collection.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Owner;
use super::record::{self, EvalRecord, RecordError};
use crate::domain::drafts::{ListingDraft, SpecificationDraft, TextPair};
use crate::domain::fields::FieldError;
use crate::domain::listing::currency::Currency;
use crate::domain::listing::{ListingContent, Source};
use crate::domain::tax_code::TaxCode;
use crate::domain::taxonomy::InForce;
use crate::domain::text::{Line, WebAddress};

/// Longest line, in bytes.
const MAX_LINE: usize = 256 * 1024;

type Parsed<T> = Result<T, String>;

/// A line that was read: what is to be loaded.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) content: ListingContent,
    pub(super) source: Source,
    pub(super) owner: TaxCode,
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

/// Reads a line in either format; `None` for a blank one.
pub(super) fn parse(lists: &InForce, line: &[u8], owner: &Owner) -> Parsed<Option<Item>> {
    if line.len() > MAX_LINE {
        return Err(format!("longer than {MAX_LINE} bytes"));
    }
    let line = std::str::from_utf8(line).map_err(|error| {
        format!(
            "not UTF-8, from byte {} of the line on",
            error.valid_up_to().saturating_add(1)
        )
    })?;
    if line.trim().is_empty() {
        return Ok(None);
    }
    let members: HashMap<String, IgnoredAny> =
        serde_json::from_str(line).map_err(|error| format!("not a JSON object: {}", in_place(&error)))?;
    // Only the exchange's own format has this member. The word alone may stand anywhere in a record.
    if members.contains_key("listing") {
        native(lists, line, owner)
    } else {
        shared(lists, line, owner)
    }
    .map(Some)
}

/// Why JSON was not understood, and the column. The reader's own number of the line is always 1 and would be taken for
/// that of the file.
fn in_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.strip_suffix(&format!(" at line {} column {}", error.line(), error.column())) {
        Some(words) => format!("{words} at column {}", error.column()),
        None => text,
    }
}

fn native(lists: &InForce, line: &str, owner: &Owner) -> Parsed<Item> {
    let line: NativeLine = serde_json::from_str(line).map_err(|error| in_place(&error))?;
    let named = match line.enterprise.as_deref().map(TaxCode::parse) {
        None => None,
        Some(Ok(code)) => Some(code),
        Some(Err(error)) => return Err(format!("enterprise: {error}")),
    };
    let owner = match (named, owner) {
        (Some(named), Owner::TaxCode(code)) if named != *code => {
            return Err(format!(
                "the line names the enterprise {named}, and --enterprise {code}"
            ));
        }
        (Some(named), _) => named,
        (None, Owner::TaxCode(code)) => code.clone(),
        (None, Owner::Lines | Owner::Demo(_)) => {
            return Err("the line names no `enterprise`; name it there, or one for all lines with --enterprise".into());
        }
    };
    let source = source(&line.source.site, &line.source.external_id, line.source.url.as_deref())?;
    Ok(Item {
        content: content(lists, &line.listing)?,
        source,
        owner,
    })
}

fn shared(lists: &InForce, line: &str, owner: &Owner) -> Parsed<Item> {
    let record = EvalRecord::parse(line).map_err(|error| match error {
        RecordError::Malformed(error) => format!(
            "neither a listing (no member `listing`) nor a record of the shared format: {}",
            in_place(&error)
        ),
        other => other.to_string(),
    })?;
    let code = match owner {
        Owner::TaxCode(code) => code.clone(),
        Owner::Demo(posting) => posting(&record).ok_or("no demonstration enterprise fits")?,
        Owner::Lines => {
            return Err(
                "a record of the shared format names no enterprise; say whose it becomes with --enterprise, \
                        or --demo for the invented enterprises of the demonstration"
                    .into(),
            );
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
        currency: Currency::VND.code().into(),
        price_min: mapped.price_min,
        price_max: mapped.price_max,
        transfer_modes: mapped.transfer_modes,
        ..ListingDraft::default()
    };
    Ok(Item {
        content: content(lists, &draft)?,
        source,
        owner: code,
    })
}

fn content(lists: &InForce, draft: &ListingDraft) -> Parsed<ListingContent> {
    let content = draft.parse(lists).map_err(|errors| in_words(&errors))?;
    let mut missing = content.missing_for_submission();
    // What is taken over from elsewhere may come from where nobody asked for it; its owner is asked with the next edit.
    missing.retain(|pointer| *pointer != "/origin_country");
    match missing.as_slice() {
        [] => Ok(content),
        missing => Err(format!("missing: {}", missing.join(", "))),
    }
}

fn source(site: &str, external_id: &str, url: Option<&str>) -> Parsed<Source> {
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

/// Wrong fields, in words.
pub(super) fn in_words(errors: &[FieldError]) -> String {
    let words: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {}", error.pointer, error.violation.en()))
        .collect();
    words.join("; ")
}
