//! What must be noticed: damages to what an import left behind, made by hand, one after the other.

use diesel::sqlite::SqliteConnection;
use diesel::{Connection as _, RunQueryDsl as _, sql_query};

use super::file::{Format, Plan};
use super::{CAN_HAVE, Done, Siege, oracle};
use crate::invariants;
use crate::round::{Outcome, Wish};

/// What is damaged, how, and how it is put right again; the last one stays.
const DAMAGES: [(&str, &str, &str); 6] = [
    (
        "a row that is told under another number",
        "UPDATE listing_import_rows SET number = number + 100000 WHERE number = 7",
        "UPDATE listing_import_rows SET number = number - 100000 WHERE number > 100000",
    ),
    (
        "reasons that are others",
        "UPDATE listing_import_rows SET problems = replace(problems, 'unknown_code', 'unknown_cod2')",
        "UPDATE listing_import_rows SET problems = replace(problems, 'unknown_cod2', 'unknown_code')",
    ),
    (
        "refused rows whose text is another one",
        "UPDATE listing_import_rows SET raw = replace(raw, 'Máy', 'Xáy')",
        "UPDATE listing_import_rows SET raw = replace(raw, 'Xáy', 'Máy')",
    ),
    (
        "counts that are off by one",
        "UPDATE listing_imports SET created_count = created_count - 1, refused_count = refused_count + 1",
        "UPDATE listing_imports SET created_count = created_count + 1, refused_count = refused_count - 1",
    ),
    (
        "a listing that says something else",
        "UPDATE listings SET model = 'X' || model WHERE id = (SELECT min(id) FROM listings)",
        "UPDATE listings SET model = substr(model, 2) WHERE id = (SELECT min(id) FROM listings)",
    ),
    (
        "a listing that is there twice",
        "UPDATE listings SET title_vi = (SELECT title_vi FROM listings WHERE id = (SELECT min(id) FROM listings))
         WHERE id = (SELECT max(id) FROM listings)",
        "",
    ),
];

/// A round is a damage.
pub fn rounds(wish: &Wish) -> Outcome {
    if wish.postgres.is_some() {
        return Outcome::impossible(
            "import, control",
            "it writes into SQLite's file, so it is for SQLite only",
        );
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut siege = Siege::begin(wish, "import, control", scratch.path());
    let done = damaged(&mut siege);
    siege.outcome.found("an import", done.err().into_iter().collect());
    siege.outcome
}

fn damaged(siege: &mut Siege) -> Done<()> {
    let mut plans = [Plan::of(Format::Csv, 0, *CAN_HAVE.start(), &mut siege.chance)];
    let [plan] = &mut plans;
    siege.stand(plan)?;
    let import = siege.import(plan.format, &plan.bytes(), plan.rows(), 0)?;
    let id = import.text("/id");
    let found = looked_at(siege, &id, &plans)?;
    siege.outcome.found("nothing was damaged yet", found);
    let file = siege.world.place.data.join("vptex.sqlite3");
    let mut conn = SqliteConnection::establish(&file.display().to_string()).map_err(|error| error.to_string())?;
    let mut run = |sql: &str| {
        sql_query(sql)
            .execute(&mut conn)
            .map_err(|error| format!("{sql}: {error}"))
    };
    run("PRAGMA busy_timeout = 10000")?;
    for (what, damage, mending) in DAMAGES {
        let rows = run(damage)?;
        let found = looked_at(siege, &id, &plans)?;
        let words = format!("{what}: {rows} rows damaged, {} losses found", found.len());
        let is_missed = rows == 0 || found.is_empty();
        let wrong = is_missed.then(|| format!("the oracle does not notice {what}"));
        siege.outcome.round(&words, wrong.into_iter().collect());
        if !mending.is_empty() {
            run(mending)?;
        }
    }
    Ok(())
}

/// All that the oracle says of an import and what it made.
fn looked_at(siege: &Siege, id: &str, plans: &[Plan; 1]) -> Done<Vec<String>> {
    let (world, [plan]) = (&siege.world, plans);
    let seen = siege.seen(id)?;
    let mut wrong = oracle::counts(&seen, plan.first_counts());
    let (of_rows, told) = oracle::rows(world, &mut siege.web()?, id, plan, "created")?;
    wrong.extend(of_rows);
    wrong.extend(oracle::classes(plan, &told).0);
    let (_, _, of_errors) = oracle::errors(plan, &siege.errors_of(id)?, &told)?;
    wrong.extend(of_errors);
    wrong.extend(oracle::listings(world, plans, &siege.standing.said, false));
    wrong.extend(invariants::database(world));
    Ok(wrong)
}
