//! The statements about files and their rows. Tables are types to Diesel, so that a function over two of them would say more about
//! types than about rows: they are written for the names `imports` and `kept`, which each sort gives its own tables.

/// Writes what a sort of files does with its tables. The calling module imports them as `imports` and `kept`, what is used below, and
/// has functions `whose` and `format`, which read the columns that the other sort has not, and `due` and `is_next`, for whose turn it is.
macro_rules! statements {
    (
        $Files:ident of $Id:ident, of whom $Whose:ty, owner $owner:ident: $Owner:ident, rows $name:ident and $about:ident: $About:ident;
        front { $($front:ident: $Front:ty),* } back { $($back:ident: $Back:ty),* }
        insert by $action:expr, |$import:ident| $own:expr
    ) => {
        #[derive(Queryable)]
        struct Stored {
            id: DbId,
            $($front: $Front,)*
            file_name: String,
            format: String,
            is_dry_run: bool,
            sha256: Vec<u8>,
            size: i64,
            head: DbJson,
            notes: DbJson,
            status: String,
            fault: Option<String>,
            row_count: i64,
            rows_done: i64,
            created_count: i64,
            updated_count: i64,
            unchanged_count: i64,
            refused_count: i64,
            attempts: i64,
            _leased_until: Option<DbTs>,
            created_at: DbTs,
            started_at: Option<DbTs>,
            ended_at: Option<DbTs>,
            $($back: $Back,)*
        }

        impl Stored {
            fn into_domain(self) -> Result<ImportOf<$Files>> {
                Ok(Import {
                    id: $Id(self.id.0),
                    whose: whose(&self)?,
                    format: format(&self)?,
                    file_name: self.file_name,
                    is_dry_run: self.is_dry_run,
                    digest: Digest(
                        self.sha256
                            .try_into()
                            .map_err(|_other_length| Error::Row("sha256 has not 32 bytes".into()))?,
                    ),
                    size: self.size,
                    head: self.head.read()?,
                    notes: self.notes.read()?,
                    status: self.status.parse()?,
                    fault: self.fault,
                    row_count: self.row_count,
                    counts: Counts {
                        done: self.rows_done,
                        created: self.created_count,
                        updated: self.updated_count,
                        unchanged: self.unchanged_count,
                        refused: self.refused_count,
                    },
                    attempts: self.attempts,
                    created_at: self.created_at.0,
                    started_at: self.started_at.map(|at| at.0),
                    ended_at: self.ended_at.map(|at| at.0),
                })
            }
        }

        const ROW: (
            kept::number,
            kept::result,
            kept::$name,
            kept::$about,
            kept::problems,
            kept::raw,
        ) = (
            kept::number,
            kept::result,
            kept::$name,
            kept::$about,
            kept::problems,
            kept::raw,
        );

        impl Files for $Files {
            type Id = $Id;
            type Whose = $Whose;
            type Owner = $Owner;
            type About = $About;

            fn known_as(id: Uuid) -> $Id {
                $Id(id)
            }

            fn uuid(id: $Id) -> Uuid {
                id.0
            }

            fn insert(uow: &mut Uow<'_>, permit: &Permit, $import: &ImportOf<Self>) -> Result<()> {
                demand(permit, &[$action])?;
                let own = $own;
                diesel::insert_into(imports::table)
                    .values((
                        own,
                        (
                            imports::id.eq(DbId($import.id.0)),
                            imports::file_name.eq(&$import.file_name),
                            imports::is_dry_run.eq($import.is_dry_run),
                            imports::sha256.eq($import.digest.0.to_vec()),
                            imports::size.eq($import.size),
                            imports::head.eq(DbJson::of(&$import.head)?),
                            imports::notes.eq(DbJson::of(&$import.notes)?),
                        ),
                        (
                            imports::status.eq($import.status.as_str()),
                            imports::row_count.eq($import.row_count),
                            imports::rows_done.eq(0),
                            imports::created_count.eq(0),
                            imports::updated_count.eq(0),
                            imports::unchanged_count.eq(0),
                            imports::refused_count.eq(0),
                            imports::attempts.eq(0),
                            imports::created_at.eq(DbTs($import.created_at)),
                        ),
                    ))
                    .execute(uow.conn())?;
                Ok(())
            }

            fn find(conn: &mut AnyConn, id: $Id) -> Result<ImportOf<Self>> {
                let row: Stored = imports::table.find(DbId(id.0)).first(conn)?;
                row.into_domain()
            }

            fn page(
                conn: &mut AnyConn,
                owner: Option<$Owner>,
                after: Option<PlaceOf<Self>>,
                limit: i64,
            ) -> Result<Vec<ImportOf<Self>>> {
                let mut query = imports::table.into_boxed();
                if let Some(owner) = owner {
                    query = query.filter(imports::$owner.eq(DbId(owner.0)));
                }
                if let Some((at, id)) = after {
                    let at = DbTs(at);
                    query = query.filter(
                        imports::created_at
                            .lt(at)
                            .or(imports::created_at.eq(at).and(imports::id.lt(DbId(id.0)))),
                    );
                }
                let rows: Vec<Stored> = query
                    .order((imports::created_at.desc(), imports::id.desc()))
                    .limit(limit)
                    .load(conn)?;
                rows.into_iter().map(Stored::into_domain).collect()
            }

            fn count_open(conn: &mut AnyConn, owner: $Owner) -> Result<i64> {
                Ok(imports::table
                    .filter(imports::$owner.eq(DbId(owner.0)))
                    .filter(imports::status.eq_any(OPEN))
                    .count()
                    .get_result(conn)?)
            }

            fn last_sent(conn: &mut AnyConn, owner: Option<$Owner>) -> Result<Option<Timestamp>> {
                let mut query = imports::table.into_boxed();
                if let Some(owner) = owner {
                    query = query.filter(imports::$owner.eq(DbId(owner.0)));
                }
                let last: Vec<DbTs> = query
                    .order(imports::created_at.desc())
                    .select(imports::created_at)
                    .limit(1)
                    .load(conn)?;
                Ok(last.first().map(|at| at.0))
            }

            fn due(conn: &mut AnyConn, now: Timestamp, limit: usize) -> Result<Vec<$Id>> {
                due(conn, now, limit)
            }

            fn claim(
                uow: &mut Uow<'_>,
                id: $Id,
                now: Timestamp,
                until: Timestamp,
            ) -> Result<Option<ImportOf<Self>>> {
                if !is_next(uow.conn(), id, now)? {
                    return Ok(None);
                }
                let row = imports::table
                    .filter(imports::id.eq(DbId(id.0)))
                    .filter(imports::status.eq_any(OPEN))
                    .filter(
                        imports::leased_until
                            .is_null()
                            .or(imports::leased_until.le(DbTs(now))),
                    );
                let count = diesel::update(row)
                    .set((
                        imports::leased_until.eq(DbTs(until)),
                        imports::status.eq(ImportStatus::Running.as_str()),
                        imports::attempts.eq(imports::attempts + 1),
                    ))
                    .execute(uow.conn())?;
                if count == 0 {
                    return Ok(None);
                }
                diesel::update(
                    imports::table
                        .filter(imports::id.eq(DbId(id.0)))
                        .filter(imports::started_at.is_null()),
                )
                .set(imports::started_at.eq(DbTs(now)))
                .execute(uow.conn())?;
                Self::find(uow.conn(), id).map(Some)
            }

            fn advance(
                uow: &mut Uow<'_>,
                lease: Lease<$Id>,
                counts: &Counts,
                until: Timestamp,
                is_last: bool,
                now: Timestamp,
            ) -> Result<bool> {
                let row = imports::table
                    .filter(imports::id.eq(DbId(lease.id.0)))
                    .filter(imports::status.eq(ImportStatus::Running.as_str()))
                    .filter(imports::leased_until.eq(DbTs(lease.until)));
                let status = if is_last {
                    ImportStatus::Finished
                } else {
                    ImportStatus::Running
                };
                let count = diesel::update(row)
                    .set((
                        imports::rows_done.eq(counts.done),
                        imports::created_count.eq(counts.created),
                        imports::updated_count.eq(counts.updated),
                        imports::unchanged_count.eq(counts.unchanged),
                        imports::refused_count.eq(counts.refused),
                        imports::attempts.eq(0),
                        imports::status.eq(status.as_str()),
                        imports::leased_until.eq((!is_last).then_some(DbTs(until))),
                        imports::ended_at.eq(is_last.then_some(DbTs(now))),
                    ))
                    .execute(uow.conn())?;
                Ok(count > 0)
            }

            fn put_off(uow: &mut Uow<'_>, lease: Lease<$Id>, until: Option<Timestamp>) -> Result<()> {
                let row = imports::table
                    .filter(imports::id.eq(DbId(lease.id.0)))
                    .filter(imports::leased_until.eq(DbTs(lease.until)));
                match until {
                    Some(until) => diesel::update(row)
                        .set(imports::leased_until.eq(DbTs(until)))
                        .execute(uow.conn())?,
                    None => diesel::update(row)
                        .set((imports::leased_until.eq(None::<DbTs>), imports::attempts.eq(0)))
                        .execute(uow.conn())?,
                };
                Ok(())
            }

            fn end(
                uow: &mut Uow<'_>,
                id: $Id,
                status: ImportStatus,
                fault: Option<&str>,
                now: Timestamp,
            ) -> Result<bool> {
                let row = imports::table
                    .filter(imports::id.eq(DbId(id.0)))
                    .filter(imports::status.eq_any(OPEN));
                let count = diesel::update(row)
                    .set((
                        imports::status.eq(status.as_str()),
                        imports::fault.eq(fault),
                        imports::leased_until.eq(None::<DbTs>),
                        imports::ended_at.eq(DbTs(now)),
                    ))
                    .execute(uow.conn())?;
                Ok(count > 0)
            }

            fn insert_rows(uow: &mut Uow<'_>, id: $Id, rows: &[RowOf<Self>]) -> Result<()> {
                for row in rows {
                    diesel::insert_into(kept::table)
                        .values((
                            kept::import_id.eq(DbId(id.0)),
                            kept::number.eq(row.number),
                            kept::result.eq(row.result.as_str()),
                            kept::$name.eq(row.name.as_deref()),
                            kept::$about.eq(row.about.map(|id| DbId(id.0))),
                            kept::problems.eq(DbJson::of(&row.problems)?),
                            kept::raw.eq(row.raw.as_deref()),
                        ))
                        .execute(uow.conn())?;
                }
                Ok(())
            }

            fn rows(
                conn: &mut AnyConn,
                id: $Id,
                result: Option<RowResult>,
                after: i64,
                limit: i64,
            ) -> Result<Vec<RowOf<Self>>> {
                let mut query = kept::table
                    .filter(kept::import_id.eq(DbId(id.0)))
                    .filter(kept::number.gt(after))
                    .into_boxed();
                if let Some(result) = result {
                    query = query.filter(kept::result.eq(result.as_str()));
                }
                let rows: Vec<StoredRow> = query
                    .order(kept::number.asc())
                    .select(ROW)
                    .limit(limit)
                    .load(conn)?;
                rows.into_iter().map(|row| row_of(row, $About)).collect()
            }

            fn taken(conn: &mut AnyConn, id: $Id) -> Result<Vec<RowOf<Self>>> {
                let rows: Vec<StoredRow> = kept::table
                    .filter(kept::import_id.eq(DbId(id.0)))
                    .filter(kept::result.ne(RowResult::Refused.as_str()))
                    .select(ROW)
                    .load(conn)?;
                rows.into_iter().map(|row| row_of(row, $About)).collect()
            }

            fn forget_ended_before(uow: &mut Uow<'_>, before: Timestamp, limit: i64) -> Result<usize> {
                let ids: Vec<DbId> = imports::table
                    .filter(imports::ended_at.lt(DbTs(before)))
                    .select(imports::id)
                    .limit(limit)
                    .load(uow.conn())?;
                diesel::delete(kept::table.filter(kept::import_id.eq_any(&ids))).execute(uow.conn())?;
                Ok(diesel::delete(imports::table.filter(imports::id.eq_any(&ids))).execute(uow.conn())?)
            }
        }
    };
}
pub(super) use statements;
