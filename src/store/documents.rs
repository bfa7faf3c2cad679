//! Rows of documents of enterprises' profiles. Their bytes lie in the file store.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::enterprise_documents::{self, dsl};
use super::schema::enterprises;
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow, demand, document_terms, logos};
use crate::domain::access::{Action, Permit};
use crate::domain::enterprise::document::{Document, DocumentContent, DocumentStatus};
use crate::domain::file::{Digest, FileName};
use crate::domain::ids::{DocumentId, EnterpriseId};
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;

#[derive(Queryable, Selectable)]
#[diesel(table_name = enterprise_documents)]
struct Row {
    id: DbId,
    enterprise_id: DbId,
    kind: String,
    name: String,
    media_type: String,
    sha256: Vec<u8>,
    size: i64,
    status: String,
    valid_to: Option<String>,
    reason_code: Option<String>,
    reason_text: Option<String>,
    submitted_at: DbTs,
    decided_at: Option<DbTs>,
    version: i64,
    alt_vi: Option<String>,
    alt_en: Option<String>,
}

impl Row {
    fn into_domain(self) -> Result<Document> {
        let digest = self.sha256.try_into().map(Digest);
        let valid_to = self.valid_to.as_deref().map(str::parse).transpose();
        Ok(Document {
            id: DocumentId(self.id.0),
            enterprise: EnterpriseId(self.enterprise_id.0),
            kind: self.kind.parse()?,
            name: FileName::stored(self.name),
            alt: self.alt_vi.map(|vi| Bilingual {
                vi: Line::stored(vi),
                en: self.alt_en.map(Line::stored),
            }),
            content: DocumentContent {
                media_type: self.media_type.parse()?,
                digest: digest.map_err(|_other_length| Error::Row("sha256 has not 32 bytes".into()))?,
                size: self.size,
            },
            decided: self.status.parse()?,
            valid_to: valid_to.map_err(|_no_day| Error::Row("valid_to is no day".into()))?,
            reason: self.reason_code.zip(self.reason_text),
            submitted_at: self.submitted_at.0,
            decided_at: self.decided_at.map(|at| at.0),
            version: self.version,
        })
    }
}

/// One of them; [`Error::NotFound`] when there is none. Whether the caller may see it is not decided here.
pub fn find(conn: &mut AnyConn, id: DocumentId) -> Result<Document> {
    let row: Row = enterprise_documents::table
        .filter(dsl::id.eq(DbId(id.0)))
        .select(Row::as_select())
        .first(conn)?;
    row.into_domain()
}

/// All of an enterprise, as they were handed in. There are few.
pub fn of_enterprise(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Vec<Document>> {
    let rows: Vec<Row> = enterprise_documents::table
        .filter(dsl::enterprise_id.eq(DbId(enterprise.0)))
        .order((dsl::submitted_at.asc(), dsl::id.asc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Those that wait for an officer, longest first; none of an enterprise that is closed, or became part of another one.
pub fn submitted(conn: &mut AnyConn, after: Option<(Timestamp, DocumentId)>, limit: i64) -> Result<Vec<Document>> {
    let mut query = enterprise_documents::table
        .inner_join(enterprises::table)
        .filter(dsl::status.eq(DocumentStatus::Submitted.as_str()))
        .filter(enterprises::closed_at.is_null())
        .filter(enterprises::merged_into.is_null())
        .select(Row::as_select())
        .into_boxed();
    if let Some((at, id)) = after {
        let at = DbTs(at);
        query = query.filter(
            dsl::submitted_at
                .gt(at)
                .or(dsl::submitted_at.eq(at).and(dsl::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<Row> = query
        .order((dsl::submitted_at.asc(), dsl::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Writes a new one, which waits.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, document: &Document) -> Result<()> {
    demand(permit, &[Action::AnswerReview, Action::EditEnterprise])?;
    let alt = document.alt.as_ref();
    diesel::insert_into(enterprise_documents::table)
        .values((
            (
                dsl::id.eq(DbId(document.id.0)),
                dsl::enterprise_id.eq(DbId(document.enterprise.0)),
                dsl::kind.eq(document.kind.as_str()),
                dsl::name.eq(document.name.as_str()),
                dsl::media_type.eq(document.content.media_type.as_str()),
                dsl::sha256.eq(document.content.digest.0.to_vec()),
                dsl::size.eq(document.content.size),
            ),
            (
                dsl::status.eq(document.decided.as_str()),
                dsl::valid_to.eq(document.valid_to.map(|day| day.to_string())),
                dsl::submitted_at.eq(DbTs(document.submitted_at)),
                dsl::version.eq(document.version),
                dsl::alt_vi.eq(alt.map(|alt| alt.vi.as_str())),
                dsl::alt_en.eq(alt.and_then(|alt| alt.en.as_ref().map(Line::as_str))),
            ),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes what was decided, and counts the version; [`Error::Stale`] when somebody else was faster.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, document: &mut Document) -> Result<()> {
    demand(permit, &[Action::ReviewEnterprise])?;
    let row = enterprise_documents::table
        .filter(dsl::id.eq(DbId(document.id.0)))
        .filter(dsl::version.eq(document.version));
    let (code, text) = document.reason.clone().unzip();
    let count = diesel::update(row)
        .set((
            dsl::status.eq(document.decided.as_str()),
            dsl::valid_to.eq(document.valid_to.map(|day| day.to_string())),
            dsl::reason_code.eq(code),
            dsl::reason_text.eq(text),
            dsl::decided_at.eq(document.decided_at.map(DbTs)),
            dsl::version.eq(document.version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    document.version += 1;
    Ok(())
}

/// Removes one, of a logo with all its sizes. Its bytes are the collector's.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, id: DocumentId) -> Result<()> {
    demand(
        permit,
        &[
            Action::EditEnterprise,
            Action::HandleDataRequests,
            Action::MergeEnterprises,
            Action::RemoveLogo,
            Action::ReviewEnterprise,
        ],
    )?;
    document_terms::forget(uow, id)?;
    logos::forget_candidate(uow, id)?;
    let row = enterprise_documents::table.filter(dsl::id.eq(DbId(id.0)));
    match diesel::delete(row).execute(uow.conn())? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
