//! What tests of backups and of the doctor have in their exchanges: listings, and files that are kept.

use std::fs;
use std::path::PathBuf;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;
use vptex::domain::file::Digest;
use vptex::store::audit_chain::sha256;
use vptex::store::conn::{AnyConn, Target};
use vptex::store::migrate;
use vptex::store::schema::{files, listings};
use vptex::store::types::{DbId, DbTs};

use crate::import::{importable, native};
use crate::program::Place;

/// Makes an enterprise with some listings, and gives its tax code.
pub fn stocked(place: &Place, count: usize) -> String {
    let code = importable(place);
    let file = place.file("stock.jsonl", native(1..=count).join("\n"));
    place.done(&["import", "listings", "--enterprise", &code, file.to_str().unwrap()]);
    code
}

/// Where a content lies in the file store.
pub fn place_of(place: &Place, digest: &Digest) -> PathBuf {
    let name = digest.to_string();
    place.path("data/files/kept").join(name.get(..2).unwrap()).join(&name)
}

/// Keeps a content as a file of the first listing.
pub fn keep(place: &Place, content: &[u8]) -> Digest {
    let digest = Digest(sha256(content));
    let path = place_of(place, &digest);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    let mut conn = migrate::connect(place.target()).unwrap();
    let (listing, enterprise): (DbId, DbId) = listings::table
        .select((listings::id, listings::enterprise_id))
        .order(listings::id.asc())
        .first(&mut conn)
        .unwrap();
    let mut id = [0; 16];
    id.copy_from_slice(&digest.0[..16]);
    diesel::insert_into(files::table)
        .values((
            files::id.eq(DbId(Uuid::from_bytes(id))),
            files::listing_id.eq(Some(listing)),
            files::enterprise_id.eq(enterprise),
            files::name.eq("huong-dan.pdf"),
            files::media_type.eq("application/pdf"),
            files::sha256.eq(digest.0.to_vec()),
            files::size.eq(i64::try_from(content.len()).unwrap()),
            files::position.eq(i64::from(digest.0[0])),
            files::created_at.eq(DbTs(Timestamp::from_second(1_773_214_200).unwrap())),
            files::kind.eq("other"),
        ))
        .execute(&mut conn)
        .unwrap();
    digest
}

/// How many listings there are, in whatever state.
pub fn listings_of(place: &Place) -> i64 {
    let mut conn = migrate::connect(place.target()).unwrap();
    listings::table.count().get_result(&mut conn).unwrap()
}

/// A place with nothing in it, not even tables.
pub fn bare() -> Place {
    let place = Place::new();
    match place.target() {
        Target::Sqlite(path) => fs::remove_file(path).unwrap(),
        Target::Postgres(_) => migrate::connect(place.target())
            .unwrap()
            .batch_execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            .unwrap(),
    }
    place
}

/// Does with SQL what the program never does, with no trigger in its way.
pub fn tamper(place: &Place, on_sqlite: &str, on_postgres: &str) {
    let mut conn = migrate::connect(place.target()).unwrap();
    let sql = match &mut conn {
        AnyConn::Sqlite(_) => format!("DROP TRIGGER audit_log_no_update; {on_sqlite}"),
        AnyConn::Pg(_) => format!("ALTER TABLE audit_log DISABLE TRIGGER USER; {on_postgres}"),
    };
    conn.batch_execute(&sql).unwrap();
}
