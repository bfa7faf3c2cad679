//! Rows of files: whose they are, and under which digests their bytes lie in the file store.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::conn::each;
use super::schema::{enterprise_documents, file_thumbnails, files, listing_imports};
use super::types::{DbId, DbTs, Id};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::file::{Content, Digest, File, FileName};
use crate::domain::ids::{EnterpriseId, FileId, ListingId};

type ContentRow = (String, Vec<u8>, i64, i64, i64);
type Row = ((DbId, DbId, DbId, String, i64, DbTs), ContentRow);
type ThumbnailRow = (i64, ContentRow);

fn digest(bytes: Vec<u8>) -> Result<Digest> {
    bytes
        .try_into()
        .map(Digest)
        .map_err(|_other_length| Error::Row("sha256 has not 32 bytes".into()))
}

fn content((media_type, sha256, size, width, height): ContentRow) -> Result<Content> {
    Ok(Content {
        media_type: media_type.parse()?,
        digest: digest(sha256)?,
        size,
        width,
        height,
    })
}

macro_rules! file_rows {
    () => {
        files::table.select((
            (
                files::id,
                files::listing_id,
                files::enterprise_id,
                files::name,
                files::position,
                files::created_at,
            ),
            (
                files::media_type,
                files::sha256,
                files::size,
                files::width,
                files::height,
            ),
        ))
    };
}

fn whole(conn: &mut AnyConn, row: Row) -> Result<File> {
    let ((id, listing, enterprise, name, position, created_at), own) = row;
    let thumbnails: Vec<ThumbnailRow> = file_thumbnails::table
        .filter(file_thumbnails::file_id.eq(id))
        .order(file_thumbnails::edge)
        .select((
            file_thumbnails::edge,
            (
                file_thumbnails::media_type,
                file_thumbnails::sha256,
                file_thumbnails::size,
                file_thumbnails::width,
                file_thumbnails::height,
            ),
        ))
        .load(conn)?;
    let thumbnails = thumbnails.into_iter().map(|(edge, row)| Ok((edge, content(row)?)));
    Ok(File {
        id: FileId(id.0),
        listing_id: ListingId(listing.0),
        enterprise_id: EnterpriseId(enterprise.0),
        name: FileName::stored(name),
        content: content(own)?,
        thumbnails: thumbnails.collect::<Result<_>>()?,
        position,
        created_at: created_at.0,
    })
}

/// Finds a file; [`Error::NotFound`] when there is none. Whether the caller may see it is not decided here.
pub fn find(conn: &mut AnyConn, id: FileId) -> Result<File> {
    let row: Row = file_rows!().filter(files::id.eq(DbId(id.0))).first(conn)?;
    whole(conn, row)
}

/// The files of a listing in their order. There are few.
pub fn of_listing(conn: &mut AnyConn, listing: ListingId) -> Result<Vec<File>> {
    let rows: Vec<Row> = file_rows!()
        .filter(files::listing_id.eq(DbId(listing.0)))
        .order((files::position, files::id))
        .load(conn)?;
    rows.into_iter().map(|row| whole(conn, row)).collect()
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

/// Bytes of all of an enterprise's files and documents, small versions not counted.
pub fn bytes_of(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<i64> {
    let sum = diesel::sql_query(
        "SELECT CAST(COALESCE((SELECT SUM(size) FROM files WHERE enterprise_id = $1), 0)
            + COALESCE((SELECT SUM(size) FROM enterprise_documents WHERE enterprise_id = $1), 0) AS BIGINT) AS bytes",
    );
    let sum: Sum = each!(conn, |c| sum.bind::<Id, _>(DbId(enterprise.0)).get_result(c))?;
    Ok(sum.bytes)
}

macro_rules! content_values {
    ($table:ident, $content:expr) => {
        (
            $table::media_type.eq($content.media_type.as_str()),
            $table::sha256.eq($content.digest.0.to_vec()),
            $table::size.eq($content.size),
            $table::width.eq($content.width),
            $table::height.eq($content.height),
        )
    };
}

/// Writes a new file, behind those that the listing has.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, file: &File) -> Result<()> {
    demand(permit, &[Action::EditListing])?;
    diesel::insert_into(files::table)
        .values((
            files::id.eq(DbId(file.id.0)),
            files::listing_id.eq(DbId(file.listing_id.0)),
            files::enterprise_id.eq(DbId(file.enterprise_id.0)),
            files::name.eq(file.name.as_str()),
            files::position.eq(file.position),
            files::created_at.eq(DbTs(file.created_at)),
            content_values!(files, file.content),
        ))
        .execute(uow.conn())?;
    for (edge, content) in &file.thumbnails {
        diesel::insert_into(file_thumbnails::table)
            .values((
                file_thumbnails::file_id.eq(DbId(file.id.0)),
                file_thumbnails::edge.eq(edge),
                content_values!(file_thumbnails, content),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}

/// Removes a file. Its bytes are the collector's.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, id: FileId) -> Result<()> {
    demand(permit, &[Action::EditListing])?;
    diesel::delete(file_thumbnails::table.filter(file_thumbnails::file_id.eq(DbId(id.0)))).execute(uow.conn())?;
    match diesel::delete(files::table.filter(files::id.eq(DbId(id.0)))).execute(uow.conn())? {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Gives a file its place.
pub fn place(uow: &mut Uow<'_>, permit: &Permit, id: FileId, position: i64) -> Result<()> {
    demand(permit, &[Action::EditListing])?;
    diesel::update(files::table.filter(files::id.eq(DbId(id.0))))
        .set(files::position.eq(position))
        .execute(uow.conn())?;
    Ok(())
}

/// Whether any file, document or import needs a content.
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
    let documents: i64 = enterprise_documents::table
        .filter(enterprise_documents::sha256.eq(&bytes))
        .count()
        .get_result(conn)?;
    Ok(files + thumbnails + imports + documents > 0)
}

/// Every content that some file, document or import needs.
pub fn needed(conn: &mut AnyConn) -> Result<BTreeSet<Digest>> {
    let own: Vec<Vec<u8>> = files::table.select(files::sha256).load(conn)?;
    let small: Vec<Vec<u8>> = file_thumbnails::table.select(file_thumbnails::sha256).load(conn)?;
    let rows: Vec<Vec<u8>> = listing_imports::table.select(listing_imports::sha256).load(conn)?;
    let papers: Vec<Vec<u8>> = enterprise_documents::table
        .select(enterprise_documents::sha256)
        .load(conn)?;
    let all = own.into_iter().chain(small).chain(rows).chain(papers);
    all.map(digest).collect()
}

/// Keeps files, documents and imports from being added until the unit of work ends. To be its first statement: on PostgreSQL what is read
/// afterwards must include what was added before. SQLite has one writer, so nothing is added meanwhile.
pub fn hold_back_inserts(uow: &mut Uow<'_>) -> Result<()> {
    match uow.conn() {
        AnyConn::Pg(pg) => {
            pg.batch_execute("LOCK TABLE files, listing_imports, enterprise_documents IN SHARE ROW EXCLUSIVE MODE")?;
        }
        AnyConn::Sqlite(_) => {}
    }
    Ok(())
}
