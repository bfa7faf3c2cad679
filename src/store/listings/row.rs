//! A row of a listing as it is stored.

use diesel::prelude::*;

use crate::domain::ids::{AccountId, EnterpriseId, ListingId};
use crate::domain::listing::audience::Audience;
use crate::domain::listing::code::ListingCode;
use crate::domain::listing::currency::Currency;
use crate::domain::listing::{Bilingual, Listing, ListingContent, Price, Source};
use crate::domain::text::{Line, Prose, WebAddress};
use crate::store::types::{DbId, DbJson, DbTs};
use crate::store::{Error, Result};

#[derive(Queryable)]
pub(super) struct Row {
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
    source_url: Option<String>,
    submitted_at: Option<DbTs>,
    published_at: Option<DbTs>,
    version: i64,
    created_at: DbTs,
    updated_at: DbTs,
    code: Option<String>,
    expires_at: Option<DbTs>,
    details: DbJson,
    hold: String,
    regulation: DbJson,
    regulatory_finding: Option<DbJson>,
    visibility: String,
    open_for_inquiry: bool,
    contact_account_id: Option<DbId>,
    hide_contact: bool,
    came_out: bool,
    currency: String,
    _title_key: Option<String>,
    _regulatory_class: Option<String>,
}

impl Row {
    pub(super) fn into_domain(self) -> Result<Listing> {
        let source = self
            .source_site
            .zip(self.source_external_id)
            .map(|(site, external_id)| Source {
                site: Line::stored(site),
                external_id: Line::stored(external_id),
                url: self.source_url.map(WebAddress::stored),
            });
        let prose = |vi: Option<String>, en: Option<String>| vi.map(|vi| (vi, en));
        Ok(Listing {
            id: ListingId(self.id.0),
            enterprise_id: EnterpriseId(self.enterprise_id.0),
            created_by: self.created_by.map(|id| AccountId(id.0)),
            content: ListingContent {
                kind: self.kind.parse()?,
                title: Bilingual {
                    vi: Line::stored(self.title_vi),
                    en: self.title_en.map(Line::stored),
                },
                summary: prose(self.summary_vi, self.summary_en).map(|(vi, en)| Bilingual {
                    vi: Prose::stored(vi),
                    en: en.map(Prose::stored),
                }),
                description: prose(self.description_vi, self.description_en).map(|(vi, en)| Bilingual {
                    vi: Prose::stored(vi),
                    en: en.map(Prose::stored),
                }),
                field_codes: self.field_codes.read()?,
                trl: self
                    .trl
                    .map(u8::try_from)
                    .transpose()
                    .map_err(|error| Error::Row(format!("trl: {error}")))?,
                origin_country: self.origin_country,
                brand: self.brand.map(Line::stored),
                model: self.model.map(Line::stored),
                specifications: self.specifications.read_known()?,
                price: Price {
                    mode: self.price_mode.parse()?,
                    min: self.price_min,
                    max: self.price_max,
                    currency: Currency::stored(&self.currency)
                        .ok_or_else(|| Error::Row(format!("currency: {}", self.currency)))?,
                },
                transfer_modes: self.transfer_modes.read()?,
                details: self.details.read_known()?,
                regulation: self.regulation.read_known()?,
            },
            status: self.status.parse()?,
            source,
            code: self.code.as_deref().map(stored_code).transpose()?,
            submitted_at: self.submitted_at.map(|at| at.0),
            published_at: self.published_at.map(|at| at.0),
            came_out: self.came_out,
            expires_at: self.expires_at.map(|at| at.0),
            hold: self.hold.parse()?,
            audience: Audience {
                visibility: self.visibility.parse()?,
                open_for_inquiry: self.open_for_inquiry,
                contact: self.contact_account_id.map(|id| AccountId(id.0)),
                hides_contact: self.hide_contact,
            },
            finding: self.regulatory_finding.map(|found| found.read()).transpose()?,
            version: self.version,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

fn stored_code(text: &str) -> Result<ListingCode> {
    ListingCode::parse(text).ok_or_else(|| Error::Row(format!("code: {text}")))
}
