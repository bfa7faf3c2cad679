//! Imports that no worker takes, so that what may be done to them does not depend on how fast one is.

use diesel::prelude::*;
use jiff::SignedDuration;
use uuid::Uuid;
use vptex::store;
use vptex::store::schema::{enterprise_imports, listing_imports};
use vptex::store::types::{DbId, DbJson, DbTs};

use super::cast::{Cast, SECRET};

impl Cast {
    /// An import of an enterprise, or of another one, kept by a lease.
    pub async fn import(&mut self, enterprise: &str, state: &'static str) -> String {
        let (enterprise, state) = match state {
            "foreign" => (self.somebody("host").await.enterprise, "waiting"),
            own => (enterprise.to_owned(), own),
        };
        let now = self.app.exchange().clock.now();
        let (id, owner) = (self.app.exchange().ids.next(), DbId(enterprise.parse().unwrap()));
        let insert = move |uow: &mut store::Uow<'_>| -> store::Result<()> {
            let zero = 0_i64;
            diesel::insert_into(listing_imports::table)
                .values((
                    (
                        listing_imports::id.eq(DbId(id)),
                        listing_imports::enterprise_id.eq(owner),
                        listing_imports::actor_kind.eq("member"),
                        listing_imports::actor_id.eq(DbId(Uuid::nil())),
                        listing_imports::file_name.eq(SECRET),
                        listing_imports::format.eq("csv"),
                        listing_imports::is_dry_run.eq(false),
                        listing_imports::sha256.eq(vec![0_u8; 32]),
                        listing_imports::size.eq(zero),
                        listing_imports::head.eq(DbJson("[]".into())),
                        listing_imports::notes.eq(DbJson("[]".into())),
                        listing_imports::status.eq(state),
                    ),
                    (
                        listing_imports::row_count.eq(zero),
                        listing_imports::rows_done.eq(zero),
                        listing_imports::created_count.eq(zero),
                        listing_imports::updated_count.eq(zero),
                        listing_imports::unchanged_count.eq(zero),
                        listing_imports::refused_count.eq(zero),
                        listing_imports::attempts.eq(zero),
                        listing_imports::leased_until.eq(DbTs(now + SignedDuration::from_hours(1))),
                        listing_imports::created_at.eq(DbTs(now)),
                    ),
                ))
                .execute(uow.conn())?;
            Ok(())
        };
        self.app.change(insert).await;
        id.to_string()
    }

    /// A file of enterprises that the officer sent, likewise.
    pub async fn enterprise_import(&mut self, state: &'static str) -> String {
        let officer = self.somebody("officer").await;
        let officer = DbId(self.app.id_of(&officer).await.parse().unwrap());
        let now = self.app.exchange().clock.now();
        let id = self.app.exchange().ids.next();
        let insert = move |uow: &mut store::Uow<'_>| -> store::Result<()> {
            let zero = 0_i64;
            diesel::insert_into(enterprise_imports::table)
                .values((
                    (
                        enterprise_imports::id.eq(DbId(id)),
                        enterprise_imports::officer_id.eq(officer),
                        enterprise_imports::file_name.eq(SECRET),
                        enterprise_imports::format.eq("csv"),
                        enterprise_imports::is_dry_run.eq(false),
                        enterprise_imports::sha256.eq(vec![0_u8; 32]),
                        enterprise_imports::size.eq(zero),
                        enterprise_imports::head.eq(DbJson("[]".into())),
                        enterprise_imports::notes.eq(DbJson("[]".into())),
                        enterprise_imports::status.eq(state),
                    ),
                    (
                        enterprise_imports::row_count.eq(zero),
                        enterprise_imports::rows_done.eq(zero),
                        enterprise_imports::created_count.eq(zero),
                        enterprise_imports::updated_count.eq(zero),
                        enterprise_imports::unchanged_count.eq(zero),
                        enterprise_imports::refused_count.eq(zero),
                        enterprise_imports::attempts.eq(zero),
                        enterprise_imports::leased_until.eq(DbTs(now + SignedDuration::from_hours(1))),
                        enterprise_imports::created_at.eq(DbTs(now)),
                    ),
                ))
                .execute(uow.conn())?;
            Ok(())
        };
        self.app.change(insert).await;
        id.to_string()
    }
}
