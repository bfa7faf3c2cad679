//! On PostgreSQL servers need not own the tables, and then cannot reach around the triggers.

use vptex::service::audit::verify::Covered;
use vptex::store::conn::Target;
use vptex::store::{Database, migrate};

use crate::database::fresh;
use crate::samples::{LIMITS, deed, tamper, verify};

/// What docs/audit.md tells the owner of the tables to do.
fn documented(role: &str) -> String {
    let page = include_str!("../../docs/audit.md");
    let (_, after) = page.split_once("```sql\n").unwrap();
    let (grants, _) = after.split_once("```").unwrap();
    assert!(grants.contains("vptex_runtime"));
    grants.replace("vptex_runtime", role)
}

#[test]
fn a_role_that_owns_nothing_is_enough_for_a_server() {
    let at = fresh();
    let Target::Postgres(url) = &at.target else { return };
    let role = format!("runtime_of_{}", std::process::id());
    tamper(&at.target, &format!("CREATE ROLE {role}; {}", documented(&role))).unwrap();
    let sign = if url.contains('?') { '&' } else { '?' };
    let server = Target::Postgres(format!("{url}{sign}options=-c%20role%3D{role}"));

    assert_eq!(migrate::pending(&server).unwrap(), 0);
    let db = Database::open(server.clone(), LIMITS).unwrap();
    db.write(|uow| deed(uow, 1)).unwrap();
    drop(db);
    for (sql, why) in [
        ("UPDATE audit_log SET deed = 'x'", "permission denied"),
        ("DELETE FROM audit_checkpoints", "permission denied"),
        ("TRUNCATE audit_log", "permission denied"),
        ("ALTER TABLE audit_log DISABLE TRIGGER USER", "must be owner"),
        ("DROP TRIGGER audit_log_append_only ON audit_log", "must be owner"),
        ("CREATE TABLE mine (a INT)", "permission denied"),
    ] {
        let refused = tamper(&server, sql).unwrap_err().to_string();
        assert!(refused.contains(why), "{sql}: {refused}");
    }
    assert_eq!(verify(&at.target, &Covered::default()).unwrap().rows, 1);
    tamper(&at.target, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}
