//! Rows of files: whose they are, and under which digests their bytes lie in the file store.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use jiff::Timestamp;
use uuid::Uuid;

use super::conn::each;
use super::schema::{
    dossier_files, enterprise_documents, enterprise_imports, enterprise_logo_versions, file_thumbnails, files,
    listing_imports, logo_candidate_versions,
};
use super::types::{DbId, DbTs, Id, UtcTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::file::{Content, Digest, File, FileName, Label};
use crate::domain::ids::{EnterpriseId, FileId, ListingId, RevisionId};
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;

type Sides = (Option<i64>, Option<i64>);
/// The listing that has a file, or the revision that is to give it one.
type Owners = (Option<DbId>, Option<DbId>);
type LabelRow = (String, Option<String>, Option<String>);
type Row = (
    (DbId, Owners, DbId, String, i64, DbTs),
    (String, Vec<u8>, i64),
    Sides,
    (Option<i64>, LabelRow),
);
/// What changes the files of a listing: its owner's edit, and the approval of a revision.
const CHANGES: [Action; 2] = [Action::EditListing, Action::ReviewListing];

type ThumbnailRow = (DbId, i64, (String, Vec<u8>, i64), (i64, i64));

fn digest(bytes: Vec<u8>) -> Result<Digest> {
    bytes
        .try_into()
        .map(Digest)
        .map_err(|_other_length| Error::Row("sha256 has not 32 bytes".into()))
}

fn content((media_type, sha256, size): (String, Vec<u8>, i64), (width, height): Sides) -> Result<Content> {
    Ok(Content {
        media_type: media_type.parse()?,
        digest: digest(sha256)?,
        size,
        width,
        height,
    })
}

fn label((kind, vi, en): LabelRow) -> Result<Label> {
    Ok(Label {
        kind: kind.parse()?,
        title: vi.map(|vi| Bilingual {
            vi: Line::stored(vi),
            en: en.map(Line::stored),
        }),
    })
}

macro_rules! file_rows {
    () => {
        files::table.select((
            (
                files::id,
                (files::listing_id, files::revision_id),
                files::enterprise_id,
                files::name,
                files::position,
                files::created_at,
            ),
            (files::media_type, files::sha256, files::size),
            (files::width, files::height),
            (files::pages, (files::kind, files::title_vi, files::title_en)),
        ))
    };
}

/// Files with their small versions, in the order of the rows.
fn whole(conn: &mut AnyConn, rows: Vec<Row>) -> Result<Vec<File>> {
    let pictures: Vec<DbId> = rows.iter().filter(|row| row.2.0.is_some()).map(|row| row.0.0).collect();
    let mut thumbnails: BTreeMap<Uuid, Vec<(i64, Content)>> = BTreeMap::new();
    if !pictures.is_empty() {
        let found: Vec<ThumbnailRow> = file_thumbnails::table
            .filter(file_thumbnails::file_id.eq_any(pictures))
            .order(file_thumbnails::edge)
            .select((
                file_thumbnails::file_id,
                file_thumbnails::edge,
                (
                    file_thumbnails::media_type,
                    file_thumbnails::sha256,
                    file_thumbnails::size,
                ),
                (file_thumbnails::width, file_thumbnails::height),
            ))
            .load(conn)?;
        for (file, edge, row, (width, height)) in found {
            let small = content(row, (Some(width), Some(height)))?;
            thumbnails.entry(file.0).or_default().push((edge, small));
        }
    }
    let files = rows.into_iter().map(|(own, kept, sides, (pages, said))| {
        let (id, (listing, revision), enterprise, name, position, created_at) = own;
        Ok(File {
            id: FileId(id.0),
            listing_id: listing.map(|id| ListingId(id.0)),
            revision_id: revision.map(|id| RevisionId(id.0)),
            enterprise_id: EnterpriseId(enterprise.0),
            name: FileName::stored(name),
            label: label(said)?,
            content: content(kept, sides)?,
            pages,
            thumbnails: thumbnails.remove(&id.0).unwrap_or_default(),
            position,
            created_at: created_at.0,
        })
    });
    files.collect()
}

/// Finds a file; [`Error::NotFound`] when there is none. Whether the caller may see it is not decided here.
pub fn find(conn: &mut AnyConn, id: FileId) -> Result<File> {
    let row: Row = file_rows!().filter(files::id.eq(DbId(id.0))).first(conn)?;
    whole(conn, vec![row])?.pop().ok_or(Error::NotFound)
}

/// Finds some at once, at most as many as fit into one question; absent ones are left out.
pub(super) fn find_many(conn: &mut AnyConn, ids: &[DbId]) -> Result<Vec<File>> {
    let rows: Vec<Row> = file_rows!().filter(files::id.eq_any(ids.to_vec())).load(conn)?;
    whole(conn, rows)
}

/// The files of a listing in their order. There are few.
pub fn of_listing(conn: &mut AnyConn, listing: ListingId) -> Result<Vec<File>> {
    let rows: Vec<Row> = file_rows!()
        .filter(files::listing_id.eq(DbId(listing.0)))
        .order((files::position, files::id))
        .load(conn)?;
    whole(conn, rows)
}

/// The files that only a revision has, in no particular order. There are few.
pub fn of_revision(conn: &mut AnyConn, revision: RevisionId) -> Result<Vec<File>> {
    let rows: Vec<Row> = file_rows!()
        .filter(files::revision_id.eq(DbId(revision.0)))
        .load(conn)?;
    whole(conn, rows)
}

/// What the files of some listings are called, each listing's in their order.
pub fn titles(conn: &mut AnyConn, listings: &[ListingId]) -> Result<Vec<(ListingId, Option<Bilingual<Line<256>>>)>> {
    let mut found = Vec::new();
    for some in listings.chunks(MAX_IDS) {
        let keys: Vec<Option<DbId>> = some.iter().map(|id| Some(DbId(id.0))).collect();
        let rows: Vec<(Option<DbId>, Option<String>, Option<String>)> = files::table
            .filter(files::listing_id.eq_any(keys))
            .order((files::listing_id, files::position, files::id))
            .select((files::listing_id, files::title_vi, files::title_en))
            .load(conn)?;
        found.extend(rows.into_iter().filter_map(|(listing, vi, en)| {
            let en = en.map(Line::stored);
            let title = vi.map(|vi| Bilingual {
                vi: Line::stored(vi),
                en,
            });
            Some((ListingId(listing?.0), title))
        }));
    }
    Ok(found)
}

/// How many files a listing has.
pub fn count_of(conn: &mut AnyConn, listing: ListingId) -> Result<i64> {
    Ok(files::table
        .filter(files::listing_id.eq(DbId(listing.0)))
        .count()
        .get_result(conn)?)
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// Bytes of all of an enterprise's files and documents, of the papers of dossiers that it files and has not handed in yet, and of
/// its logo, small versions not counted. What it cannot remove any more does not keep it from filing.
pub fn bytes_of(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<i64> {
    let sum = diesel::sql_query(
        "SELECT CAST(COALESCE((SELECT SUM(size) FROM files WHERE enterprise_id = $1), 0)
            + COALESCE((SELECT SUM(size) FROM enterprise_documents WHERE enterprise_id = $1
                AND NOT (kind = 'logo' AND status = 'accepted')), 0)
            + COALESCE((SELECT SUM(size) FROM dossier_files JOIN dossiers ON dossiers.id = dossier_files.dossier_id
                WHERE enterprise_id = $1 AND NOT is_paper AND closed_at IS NULL
                    AND dossier_files.handed_in_at IS NULL), 0)
            + COALESCE((SELECT SUM(size) FROM enterprise_logo_versions WHERE enterprise_id = $1 AND edge = 0), 0)
            AS BIGINT) AS bytes",
    );
    let sum: Sum = each!(conn, |c| sum.bind::<Id, _>(DbId(enterprise.0)).get_result(c))?;
    Ok(sum.bytes)
}

/// Bytes of what an enterprise handed in with dossiers that ended since then and of which no certificate came: nobody can remove
/// it. What officers entered is theirs.
pub fn bytes_of_ended_dossiers(conn: &mut AnyConn, enterprise: EnterpriseId, since: Timestamp) -> Result<i64> {
    let sum = diesel::sql_query(
        "SELECT CAST(COALESCE(SUM(dossier_files.size), 0) AS BIGINT) AS bytes
         FROM dossier_files JOIN dossiers ON dossiers.id = dossier_files.dossier_id
         WHERE dossiers.enterprise_id = $1 AND NOT dossiers.is_paper AND dossiers.closed_at >= $2
             AND dossier_files.handed_in_at IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM certificates WHERE certificates.dossier_id = dossiers.id)",
    );
    let (enterprise, since) = (DbId(enterprise.0), DbTs(since));
    let sum: Sum = each!(conn, |c| sum
        .bind::<Id, _>(enterprise)
        .bind::<UtcTs, _>(since)
        .get_result(c))?;
    Ok(sum.bytes)
}

macro_rules! content_values {
    ($table:ident, $content:expr) => {
        (
            $table::media_type.eq($content.media_type.as_str()),
            $table::sha256.eq($content.digest.0.to_vec()),
            $table::size.eq($content.size),
        )
    };
}

macro_rules! label_values {
    ($label:expr) => {
        (
            files::kind.eq($label.kind.as_str()),
            files::title_vi.eq($label.title.as_ref().map(|title| title.vi.as_str())),
            files::title_en.eq($label
                .title
                .as_ref()
                .and_then(|title| title.en.as_ref())
                .map(Line::as_str)),
        )
    };
}

/// Writes a new file, a listing's or a revision's.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, file: &File) -> Result<()> {
    demand(permit, &[Action::EditListing])?;
    diesel::insert_into(files::table)
        .values((
            files::id.eq(DbId(file.id.0)),
            files::listing_id.eq(file.listing_id.map(|id| DbId(id.0))),
            files::revision_id.eq(file.revision_id.map(|id| DbId(id.0))),
            files::enterprise_id.eq(DbId(file.enterprise_id.0)),
            files::name.eq(file.name.as_str()),
            files::position.eq(file.position),
            files::created_at.eq(DbTs(file.created_at)),
            content_values!(files, file.content),
            (
                files::width.eq(file.content.width),
                files::height.eq(file.content.height),
                files::pages.eq(file.pages),
            ),
            label_values!(file.label),
        ))
        .execute(uow.conn())?;
    for (edge, content) in &file.thumbnails {
        diesel::insert_into(file_thumbnails::table)
            .values((
                file_thumbnails::file_id.eq(DbId(file.id.0)),
                file_thumbnails::edge.eq(edge),
                content_values!(file_thumbnails, content),
                file_thumbnails::width.eq(content.width.unwrap_or_default()),
                file_thumbnails::height.eq(content.height.unwrap_or_default()),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// Removes a file. Its bytes are the collector's.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, id: FileId) -> Result<()> {
    demand(permit, &CHANGES)?;
    diesel::delete(file_thumbnails::table.filter(file_thumbnails::file_id.eq(DbId(id.0)))).execute(uow.conn())?;
    match diesel::delete(files::table.filter(files::id.eq(DbId(id.0)))).execute(uow.conn())? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Says anew what a file is for and what it is called.
pub fn relabel(uow: &mut Uow<'_>, permit: &Permit, id: FileId, label: &Label) -> Result<()> {
    demand(permit, &CHANGES)?;
    diesel::update(files::table.filter(files::id.eq(DbId(id.0))))
        .set(label_values!(label))
        .execute(uow.conn())?;
    Ok(())
}

/// Gives a file its place.
pub fn place(uow: &mut Uow<'_>, permit: &Permit, id: FileId, position: i64) -> Result<()> {
    demand(permit, &CHANGES)?;
    diesel::update(files::table.filter(files::id.eq(DbId(id.0))))
        .set(files::position.eq(position))
        .execute(uow.conn())?;
    Ok(())
}

/// Makes a file that a revision had the listing's.
pub fn give(uow: &mut Uow<'_>, permit: &Permit, id: FileId, listing: ListingId) -> Result<()> {
    demand(permit, &[Action::ReviewListing])?;
    diesel::update(files::table.filter(files::id.eq(DbId(id.0))))
        .set((
            files::listing_id.eq(Some(DbId(listing.0))),
            files::revision_id.eq(None::<DbId>),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Whether any file, document, paper of a dossier, logo or import needs a content.
pub fn is_needed(conn: &mut AnyConn, digest: &Digest) -> Result<bool> {
    let bytes = digest.0.to_vec();
    let files: i64 = files::table.filter(files::sha256.eq(&bytes)).count().get_result(conn)?;
    let thumbnails: i64 = file_thumbnails::table
        .filter(file_thumbnails::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    let imports: i64 = listing_imports::table
        .filter(listing_imports::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    let registers: i64 = enterprise_imports::table
        .filter(enterprise_imports::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    let documents: i64 = enterprise_documents::table
        .filter(enterprise_documents::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    let papers: i64 = dossier_files::table
        .filter(dossier_files::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    let logos: i64 = enterprise_logo_versions::table
        .filter(enterprise_logo_versions::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    let candidates: i64 = logo_candidate_versions::table
        .filter(logo_candidate_versions::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    Ok(files + thumbnails + imports + registers + documents + papers + logos + candidates > 0)
}

/// Every content that some file, document, paper of a dossier, logo or import needs.
pub fn needed(conn: &mut AnyConn) -> Result<BTreeSet<Digest>> {
    let own: Vec<Vec<u8>> = files::table.select(files::sha256).load(conn)?;
    let small: Vec<Vec<u8>> = file_thumbnails::table.select(file_thumbnails::sha256).load(conn)?;
    let rows: Vec<Vec<u8>> = listing_imports::table.select(listing_imports::sha256).load(conn)?;
    let registers: Vec<Vec<u8>> = enterprise_imports::table
        .select(enterprise_imports::sha256)
        .load(conn)?;
    let documents: Vec<Vec<u8>> = enterprise_documents::table
        .select(enterprise_documents::sha256)
        .load(conn)?;
    let logos: Vec<Vec<u8>> = enterprise_logo_versions::table
        .select(enterprise_logo_versions::sha256)
        .load(conn)?;
    let candidates: Vec<Vec<u8>> = logo_candidate_versions::table
        .select(logo_candidate_versions::sha256)
        .load(conn)?;
    let papers: Vec<Vec<u8>> = dossier_files::table.select(dossier_files::sha256).load(conn)?;
    let all = [own, small, rows, registers, documents, papers, logos, candidates]
        .into_iter()
        .flatten();
    all.map(digest).collect()
}

/// Keeps files, documents, papers, logos and imports from being added until the unit of work ends. To be its first statement:
/// on PostgreSQL what is read afterwards must include what was added before. SQLite has one writer, so nothing is added meanwhile.
pub fn hold_back_inserts(uow: &mut Uow<'_>) -> Result<()> {
    match uow.conn() {
        AnyConn::Pg(pg) => {
            pg.batch_execute(
                "LOCK TABLE files, listing_imports, enterprise_imports, enterprise_documents, dossier_files, enterprise_logo_versions,
                      logo_candidate_versions IN SHARE ROW EXCLUSIVE MODE",
            )?;
        }
        AnyConn::Sqlite(_) => {}
    }
    Ok(())
}
