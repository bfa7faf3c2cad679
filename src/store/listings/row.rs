//! A row of a listing as it is stored.

use diesel::prelude::*;

use crate::domain::ids::{AccountId, EnterpriseId, ListingId};
use crate::domain::listing::audience::Audience;
use crate::domain::listing::code::ListingCode;
use crate::domain::listing::currency::Currency;
use crate::domain::listing::{Bilingual, Listing, ListingContent, Price, Source};
use crate::domain::text::{Line, Prose, WebAddress};
use crate::store::schema::listings;
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{Error, Result};

/// The columns beyond those that diesel calls all, as values and, which are called the same, as their types.
macro_rules! further {
    () => {
        (
            listings::hold,
            listings::regulation,
            listings::regulatory_finding,
            listings::visibility,
            listings::open_for_inquiry,
            listings::contact_account_id,
            listings::hide_contact,
            listings::came_out,
            listings::currency,
            listings::source_url,
        )
    };
}

/// The columns of a row: those that diesel calls all, and what is beyond them.
pub(super) type Columns = (<listings::table as Table>::AllColumns, further!());

pub(super) const COLUMNS: Columns = (listings::all_columns, further!());

#[derive(Queryable)]
pub(super) struct Row {
    first: First,
    further: Further,
}

#[derive(Queryable)]
pub(super) struct First {
    id: DbId,
    enterprise_id: DbId,
    created_by: Option<DbId>,
    kind: String,
    status: String,
    title_vi: String,
    title_en: Option<String>,
    summary_vi: Option<String>,
    summary_en: Option<String>,
    description_vi: Option<String>,
    description_en: Option<String>,
    field_codes: DbJson,
    trl: Option<i16>,
    origin_country: Option<String>,
    brand: Option<String>,
    model: Option<String>,
    specifications: DbJson,
    price_mode: String,
    price_min: Option<i64>,
    price_max: Option<i64>,
    transfer_modes: DbJson,
    source_site: Option<String>,
    source_external_id: Option<String>,
    submitted_at: Option<DbTs>,
    published_at: Option<DbTs>,
    version: i64,
    created_at: DbTs,
    updated_at: DbTs,
    code: Option<String>,
    expires_at: Option<DbTs>,
    details: DbJson,
    _title_key: Option<String>,
}

#[derive(Queryable)]
pub(super) struct Further {
    hold: String,
    regulation: DbJson,
    regulatory_finding: Option<DbJson>,
    visibility: String,
    open_for_inquiry: bool,
    contact_account_id: Option<DbId>,
    hide_contact: bool,
    came_out: bool,
    currency: String,
    source_url: Option<String>,
}

impl Row {
    pub(super) fn into_domain(self) -> Result<Listing> {
        let Self { first, further } = self;
        let source = first
            .source_site
            .zip(first.source_external_id)
            .map(|(site, external_id)| Source {
                site: Line::stored(site),
                external_id: Line::stored(external_id),
                url: further.source_url.map(WebAddress::stored),
            });
        let prose = |vi: Option<String>, en: Option<String>| vi.map(|vi| (vi, en));
        Ok(Listing {
            id: ListingId(first.id.0),
            enterprise_id: EnterpriseId(first.enterprise_id.0),
            created_by: first.created_by.map(|id| AccountId(id.0)),
            content: ListingContent {
                kind: first.kind.parse()?,
                title: Bilingual {
                    vi: Line::stored(first.title_vi),
                    en: first.title_en.map(Line::stored),
                },
                summary: prose(first.summary_vi, first.summary_en).map(|(vi, en)| Bilingual {
                    vi: Prose::stored(vi),
                    en: en.map(Prose::stored),
                }),
                description: prose(first.description_vi, first.description_en).map(|(vi, en)| Bilingual {
                    vi: Prose::stored(vi),
                    en: en.map(Prose::stored),
                }),
                field_codes: first.field_codes.read()?,
                trl: first
                    .trl
                    .map(u8::try_from)
                    .transpose()
                    .map_err(|error| Error::Row(format!("trl: {error}")))?,
                origin_country: first.origin_country,
                brand: first.brand.map(Line::stored),
                model: first.model.map(Line::stored),
                specifications: first.specifications.read_known()?,
                price: Price {
                    mode: first.price_mode.parse()?,
                    min: first.price_min,
                    max: first.price_max,
                    currency: Currency::stored(&further.currency)
                        .ok_or_else(|| Error::Row(format!("currency: {}", further.currency)))?,
                },
                transfer_modes: first.transfer_modes.read()?,
                details: first.details.read_known()?,
                regulation: further.regulation.read_known()?,
            },
            status: first.status.parse()?,
            source,
            code: first.code.as_deref().map(stored_code).transpose()?,
            submitted_at: first.submitted_at.map(|at| at.0),
            published_at: first.published_at.map(|at| at.0),
            came_out: further.came_out,
            expires_at: first.expires_at.map(|at| at.0),
            hold: further.hold.parse()?,
            audience: Audience {
                visibility: further.visibility.parse()?,
                open_for_inquiry: further.open_for_inquiry,
                contact: further.contact_account_id.map(|id| AccountId(id.0)),
                hides_contact: further.hide_contact,
            },
            finding: further.regulatory_finding.map(|found| found.read()).transpose()?,
            version: first.version,
            created_at: first.created_at.0,
            updated_at: first.updated_at.0,
        })
    }
}

fn stored_code(text: &str) -> Result<ListingCode> {
    ListingCode::parse(text).ok_or_else(|| Error::Row(format!("code: {text}")))
}
