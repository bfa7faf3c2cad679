//! What the registers of duties have in common: each entry has a term, and the most urgent one is read first.

/// Which entries are wanted; what waits where nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<S> {
    /// In this state.
    pub state: Option<S>,
    /// Whose term is over or was not kept, as the entry itself says (`is_overdue`); or all others.
    pub overdue: Option<bool>,
}

/// Keeps of a query what is wanted at an instant, where an entry waits until it is decided. The table's columns are `dsl`.
macro_rules! wanted_until_decided {
    ($query:expr, $wanted:expr, $now:expr) => {{
        let mut query = $query;
        query = match $wanted.state {
            Some(state) => query.filter(dsl::state.eq(state.as_str())),
            None if $wanted.overdue.is_none() => query.filter(dsl::decided_at.is_null()),
            None => query,
        };
        match $wanted.overdue {
            None => query,
            Some(true) => {
                let waits = dsl::decided_at.is_null().and(dsl::due_at.le(DbTs($now)));
                let was_late = dsl::decided_at.assume_not_null().ge(dsl::due_at);
                query.filter(waits.or(dsl::decided_at.is_not_null().and(was_late)))
            }
            Some(false) => {
                let has_time = dsl::decided_at.is_null().and(dsl::due_at.gt(DbTs($now)));
                let was_early = dsl::decided_at.assume_not_null().lt(dsl::due_at);
                query.filter(has_time.or(dsl::decided_at.is_not_null().and(was_early)))
            }
        }
    }};
}

/// Reads a page of a boxed query, the most urgent first, after a term and an identifier. The table's columns are `dsl`, and
/// its rows are `Row`.
macro_rules! most_urgent {
    ($conn:expr, $query:expr, $after:expr, $limit:expr) => {{
        let mut query = $query;
        if let Some((at, id)) = $after {
            let at = DbTs(at);
            // The first says nothing new, but is what lets the index be entered at the right place.
            query = query
                .filter(dsl::due_at.ge(at))
                .filter(dsl::due_at.gt(at).or(dsl::id.gt(DbId(id.0))));
        }
        let rows: Vec<Row> = query
            .order((dsl::due_at.asc(), dsl::id.asc()))
            .limit($limit)
            .load($conn)?;
        rows.into_iter().map(Row::into_domain).collect()
    }};
}

pub(super) use most_urgent;
pub(super) use wanted_until_decided;
