//! Rows of what was searched for, by day and words.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use jiff::civil::Date;

use super::conn::each;
use super::schema::search_queries::dsl;
use super::{AnyConn, Result, Uow};
use crate::domain::search_log::{MIN_ASKERS, SearchReport};

/// Words of the row that stands for all searches of a day whose words are not kept.
pub const OTHERS: &str = "";

/// What is counted of searches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Searches.
    pub searches: i64,
    /// Those of them without filters, of which it is known how much they found.
    pub answered: i64,
    /// Those of them that found nothing.
    pub empty: i64,
    /// Those of them that found one or two.
    pub few: i64,
    /// What they found, all together.
    pub hits: i64,
    /// Searches after which somebody opened what was found.
    pub clicks: i64,
}

impl Tally {
    /// Adds what was counted elsewhere.
    pub fn add(&mut self, other: Self) {
        let Self {
            searches,
            answered,
            empty,
            few,
            hits,
            clicks,
        } = other;
        for (sum, more) in [
            (&mut self.searches, searches),
            (&mut self.answered, answered),
            (&mut self.empty, empty),
            (&mut self.few, few),
            (&mut self.hits, hits),
            (&mut self.clicks, clicks),
        ] {
            *sum = sum.saturating_add(more);
        }
    }
}

fn tally((searches, answered, empty, few, hits, clicks): Numbers) -> Tally {
    Tally {
        searches,
        answered,
        empty,
        few,
        hits,
        clicks,
    }
}

/// What was counted since the last time, of one day and the same words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The day, in Việt Nam.
    pub day: Date,
    /// Words without diacritics.
    pub words: String,
    /// As somebody typed it.
    pub spelling: String,
    /// The field.
    pub field: Option<String>,
    /// How often.
    pub tally: Tally,
    /// How many different people since the day began.
    pub askers: i64,
}

type Numbers = (i64, i64, i64, i64, i64, i64);
type Counted = (String, Option<String>, i64, Numbers);

/// Adds counts to their rows. Of each day `most` different words are kept, the others are counted together. The number of
/// people is the greatest that one node has seen: two nodes may have seen the same ones.
pub fn add(uow: &mut Uow<'_>, counts: &[Count], most: i64) -> Result<()> {
    let mut room: HashMap<Date, i64> = HashMap::new();
    let mut others: BTreeMap<Date, Tally> = BTreeMap::new();
    for count in counts {
        let known = find(uow.conn(), count.day, &count.words)?;
        if let Some(known) = known {
            change(uow, known, count)?;
            continue;
        }
        let left = match room.get(&count.day) {
            Some(left) => *left,
            None => most - rows_of(uow.conn(), count.day)?,
        };
        if count.words == OTHERS || left > 0 {
            insert(uow, count)?;
            room.insert(count.day, left - 1);
        } else {
            room.insert(count.day, left);
            others.entry(count.day).or_default().add(count.tally);
        }
    }
    for (day, tally) in others {
        add_to_others(uow, day, tally)?;
    }
    Ok(())
}

fn add_to_others(uow: &mut Uow<'_>, day: Date, tally: Tally) -> Result<()> {
    let others = Count {
        day,
        words: OTHERS.into(),
        spelling: OTHERS.into(),
        field: None,
        tally,
        askers: 0,
    };
    match find(uow.conn(), day, OTHERS)? {
        Some(known) => change(uow, known, &others),
        None => insert(uow, &others),
    }
}

fn find(conn: &mut AnyConn, day: Date, words: &str) -> Result<Option<Counted>> {
    Ok(dsl::search_queries
        .filter(dsl::day.eq(day.to_string()).and(dsl::words.eq(words)))
        .select((
            dsl::spelling,
            dsl::field,
            dsl::askers,
            (
                dsl::searches,
                dsl::answered,
                dsl::empty,
                dsl::few,
                dsl::hits,
                dsl::clicks,
            ),
        ))
        .first(conn)
        .optional()?)
}

fn rows_of(conn: &mut AnyConn, day: Date) -> Result<i64> {
    Ok(dsl::search_queries
        .filter(dsl::day.eq(day.to_string()))
        .count()
        .get_result(conn)?)
}

macro_rules! tally_columns {
    ($tally:expr) => {
        (
            dsl::searches.eq($tally.searches),
            dsl::answered.eq($tally.answered),
            dsl::empty.eq($tally.empty),
            dsl::few.eq($tally.few),
            dsl::hits.eq($tally.hits),
            dsl::clicks.eq($tally.clicks),
        )
    };
}

fn insert(uow: &mut Uow<'_>, count: &Count) -> Result<()> {
    let key = (dsl::day.eq(count.day.to_string()), dsl::words.eq(&count.words));
    let told = (
        dsl::spelling.eq(&count.spelling),
        dsl::field.eq(&count.field),
        dsl::askers.eq(count.askers),
    );
    diesel::insert_into(dsl::search_queries)
        .values((key, told, tally_columns!(count.tally)))
        .execute(uow.conn())?;
    Ok(())
}

fn change(uow: &mut Uow<'_>, known: Counted, count: &Count) -> Result<()> {
    let (spelling, field, askers, numbers) = known;
    let mut tally = tally(numbers);
    tally.add(count.tally);
    // The first one with diacritics is better than the first one.
    let spelling = if spelling.is_ascii() {
        &count.spelling
    } else {
        &spelling
    };
    let row = dsl::search_queries.filter(dsl::day.eq(count.day.to_string()).and(dsl::words.eq(&count.words)));
    let told = (
        dsl::spelling.eq(spelling),
        dsl::field.eq(count.field.as_ref().or(field.as_ref())),
        dsl::askers.eq(askers.max(count.askers)),
    );
    diesel::update(row)
        .set((told, tally_columns!(tally)))
        .execute(uow.conn())?;
    Ok(())
}

/// Forgets at most `limit` rows of days before one.
pub fn forget_before(uow: &mut Uow<'_>, before: Date, limit: i64) -> Result<usize> {
    let old: Vec<(String, String)> = dsl::search_queries
        .filter(dsl::day.lt(before.to_string()))
        .order((dsl::day.asc(), dsl::words.asc()))
        .select((dsl::day, dsl::words))
        .limit(limit)
        .load(uow.conn())?;
    remove(uow, &old)
}

/// Forgets the words of at most `limit` rows of days before one that fewer than [`MIN_ASKERS`] people asked for: nobody
/// will be told of them. How often stays, with those of others.
pub fn forget_rare_before(uow: &mut Uow<'_>, before: Date, limit: i64) -> Result<usize> {
    let rare: Vec<(String, String, Numbers)> = dsl::search_queries
        .filter(dsl::day.lt(before.to_string()))
        .filter(dsl::askers.lt(MIN_ASKERS).and(dsl::words.ne(OTHERS)))
        .order((dsl::day.asc(), dsl::words.asc()))
        .select((
            dsl::day,
            dsl::words,
            (
                dsl::searches,
                dsl::answered,
                dsl::empty,
                dsl::few,
                dsl::hits,
                dsl::clicks,
            ),
        ))
        .limit(limit)
        .load(uow.conn())?;
    let mut sums: Vec<(String, Tally)> = Vec::new();
    for (day, _, numbers) in &rare {
        let more = tally(*numbers);
        match sums.last_mut() {
            Some((last, sum)) if last == day => sum.add(more),
            _ => sums.push((day.clone(), more)),
        }
    }
    for (day, sum) in sums {
        let day = day
            .parse::<Date>()
            .map_err(|error| super::Error::Row(format!("day: {error}")))?;
        add_to_others(uow, day, sum)?;
    }
    let keys: Vec<(String, String)> = rare.into_iter().map(|(day, words, _)| (day, words)).collect();
    remove(uow, &keys)
}

fn remove(uow: &mut Uow<'_>, keys: &[(String, String)]) -> Result<usize> {
    let mut count = 0;
    for (day, words) in keys {
        let row = dsl::search_queries.filter(dsl::day.eq(day).and(dsl::words.eq(words)));
        count += diesel::delete(row).execute(uow.conn())?;
    }
    Ok(count)
}

/// What was searched for in a time, all days together.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct Line {
    /// Words without diacritics.
    #[diesel(sql_type = Text)]
    pub words: String,
    /// As somebody typed it.
    #[diesel(sql_type = Text)]
    pub spelling: String,
    /// A field that was searched in, or in which most was found.
    #[diesel(sql_type = Nullable<Text>)]
    pub field: Option<String>,
    /// Searches.
    #[diesel(sql_type = BigInt)]
    pub searches: i64,
    /// Those of them without filters, of which it is known how much they found.
    #[diesel(sql_type = BigInt)]
    pub answered: i64,
    /// Those of them that found nothing.
    #[diesel(sql_type = BigInt)]
    pub empty: i64,
    /// Those of them that found one or two.
    #[diesel(sql_type = BigInt)]
    pub few: i64,
    /// What they found, all together.
    #[diesel(sql_type = BigInt)]
    pub hits: i64,
    /// Searches after which somebody opened what was found.
    #[diesel(sql_type = BigInt)]
    pub clicks: i64,
    /// The most different people on one day.
    #[diesel(sql_type = BigInt)]
    pub askers: i64,
    /// The last day.
    #[diesel(sql_type = Text)]
    pub last_day: String,
    /// By what the report is in order.
    #[diesel(sql_type = BigInt)]
    pub weight: i64,
}

/// Where a page of a report begins: behind these.
pub type Place = (i64, String);

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which report.
    pub report: SearchReport,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Only this field.
    pub field: Option<String>,
}

/// By what a report is in order, and what is in it.
fn shape(report: SearchReport) -> (&'static str, &'static str) {
    match report {
        SearchReport::Top => ("SUM(searches)", "SUM(searches) > 0"),
        SearchReport::ZeroResults => ("SUM(empty)", "SUM(empty) > 0"),
        SearchReport::LowClicks => (
            "SUM(answered) - SUM(empty) - SUM(clicks)",
            "SUM(answered) - SUM(empty) >= 10 AND SUM(clicks) * 10 < SUM(answered) - SUM(empty)",
        ),
        SearchReport::UnmetDemand => (
            "SUM(empty) + SUM(few)",
            "SUM(empty) + SUM(few) > 0 AND (SUM(empty) + SUM(few)) * 2 >= SUM(answered)",
        ),
    }
}

/// A page of a report: the greatest first, and only what enough people asked for.
pub fn report(conn: &mut AnyConn, asked: &Asked, after: Option<&Place>, limit: i64) -> Result<Vec<Line>> {
    let (weight, condition) = shape(asked.report);
    let (place, words) = after.map_or((i64::MAX, ""), |(weight, words)| (*weight, words.as_str()));
    let sql = format!(
        "SELECT * FROM (
             SELECT words, SUBSTR(MAX(CAST(1000000 + askers AS TEXT) || spelling), 8) AS spelling, MAX(field) AS field,
                    CAST(SUM(searches) AS BIGINT) AS searches, CAST(SUM(answered) AS BIGINT) AS answered,
                    CAST(SUM(empty) AS BIGINT) AS empty, CAST(SUM(few) AS BIGINT) AS few,
                    CAST(SUM(hits) AS BIGINT) AS hits, CAST(SUM(clicks) AS BIGINT) AS clicks,
                    MAX(askers) AS askers, MAX(day) AS last_day, CAST({weight} AS BIGINT) AS weight
             FROM search_queries
             WHERE day >= $1 AND day <= $2 AND words <> ''
             GROUP BY words
             HAVING MAX(askers) >= $3 AND {condition}
         ) AS lines
         WHERE (weight < $4 OR (weight = $5 AND words > $6)) AND ($7 = '' OR field = $8)
         ORDER BY weight DESC, words ASC
         LIMIT $9"
    );
    let field = asked.field.as_deref().unwrap_or("");
    let query = diesel::sql_query(sql)
        .bind::<Text, _>(asked.from.to_string())
        .bind::<Text, _>(asked.to.to_string())
        .bind::<BigInt, _>(MIN_ASKERS)
        .bind::<BigInt, _>(place)
        .bind::<BigInt, _>(place)
        .bind::<Text, _>(words)
        .bind::<Text, _>(field)
        .bind::<Text, _>(field)
        .bind::<BigInt, _>(limit);
    Ok(each!(conn, |c| query.load(c))?)
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct Sum {
    #[diesel(sql_type = BigInt)]
    searches: i64,
    #[diesel(sql_type = BigInt)]
    answered: i64,
    #[diesel(sql_type = BigInt)]
    empty: i64,
    #[diesel(sql_type = BigInt)]
    few: i64,
    #[diesel(sql_type = BigInt)]
    hits: i64,
    #[diesel(sql_type = BigInt)]
    clicks: i64,
}

/// All searches of some days, those whose words are not kept among them.
pub fn sum(conn: &mut AnyConn, (from, to): (Date, Date)) -> Result<Tally> {
    let query = diesel::sql_query(
        "SELECT CAST(COALESCE(SUM(searches), 0) AS BIGINT) AS searches,
                CAST(COALESCE(SUM(answered), 0) AS BIGINT) AS answered,
                CAST(COALESCE(SUM(empty), 0) AS BIGINT) AS empty, CAST(COALESCE(SUM(few), 0) AS BIGINT) AS few,
                CAST(COALESCE(SUM(hits), 0) AS BIGINT) AS hits, CAST(COALESCE(SUM(clicks), 0) AS BIGINT) AS clicks
         FROM search_queries WHERE day >= $1 AND day <= $2",
    );
    let query = query.bind::<Text, _>(from.to_string()).bind::<Text, _>(to.to_string());
    let sum: Sum = each!(conn, |c| query.get_result(c))?;
    Ok(Tally {
        searches: sum.searches,
        answered: sum.answered,
        empty: sum.empty,
        few: sum.few,
        hits: sum.hits,
        clicks: sum.clicks,
    })
}

#[derive(QueryableByName)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct Popular {
    #[diesel(sql_type = Text)]
    spelling: String,
    #[diesel(sql_type = BigInt)]
    askers: i64,
}

/// What enough people asked for and found since a day, the most asked first: the query, and how many asked it on one day.
pub fn popular_since(conn: &mut AnyConn, from: Date, limit: i64) -> Result<Vec<(String, i64)>> {
    let query = diesel::sql_query(
        "SELECT SUBSTR(MAX(CAST(1000000 + askers AS TEXT) || spelling), 8) AS spelling, MAX(askers) AS askers
         FROM search_queries
         WHERE day >= $1 AND words <> ''
         GROUP BY words
         HAVING MAX(askers) >= $2 AND SUM(hits) > 0 AND SUM(empty) * 2 < SUM(answered)
         ORDER BY SUM(searches) DESC, words ASC
         LIMIT $3",
    );
    let query = query
        .bind::<Text, _>(from.to_string())
        .bind::<BigInt, _>(MIN_ASKERS)
        .bind::<BigInt, _>(limit);
    let rows: Vec<Popular> = each!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().map(|row| (row.spelling, row.askers)).collect())
}
