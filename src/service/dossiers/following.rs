//! What a dossier follows: the licence follows the approval (Luật CGCN Đ.30.2).

use jiff::Timestamp;
use jiff::civil::Date;

use super::{NewDossier, found};
use crate::domain::fields::{LawFault, Violation};
use crate::domain::ids::DossierId;
use crate::domain::procedure::Event;
use crate::service::context::Caller;
use crate::service::{Error, ErrorCode, Result};
use crate::store::AnyConn;

/// The dossier that comes before, where one must or does.
pub(super) fn followed(
    conn: &mut AnyConn,
    caller: &Caller,
    new: &NewDossier,
    opening: &Event,
    now: Timestamp,
) -> Result<Option<DossierId>> {
    let needed = opening.follows.as_ref();
    let wrong = || {
        Error::field(
            "/follows",
            Violation::Malformed {
                what: "followed_dossier",
            },
        )
    };
    let Some(id) = new.follows else {
        return if needed.is_some() {
            Err(Error::field("/follows", Violation::Required))
        } else {
            Ok(None)
        };
    };
    let (_, _, before) = found(conn, caller, id, now).map_err(|error| match error.code {
        ErrorCode::NotFound => wrong(),
        _ => error,
    })?;
    let fits =
        needed.is_none_or(|follows| before.procedure == follows.procedure && before.standing.state == follows.state);
    if !fits {
        return Err(wrong());
    }
    let mark = needed.and_then(|follows| follows.not_before.as_ref());
    let first = mark.and_then(|mark| before.standing.marks.get(mark)).copied();
    match first.zip(new.given.given_on) {
        Some((first, given)) if given < first => Err(Error::field("/given_on", before_outcome(first, opening))),
        _ => Ok(Some(id)),
    }
}

/// That something was done before the outcome that it needs was there.
fn before_outcome(first: Date, opening: &Event) -> Violation {
    let words = (
        format!(
            "“{}” không được trước kết quả của hồ sơ trước, ngày {}",
            opening.name_vi,
            first.strftime("%d/%m/%Y")
        ),
        format!(
            "“{}” is not before the outcome of the dossier before, of {first}",
            opening.name_en
        ),
    );
    LawFault::of(words, &opening.legal_basis)
}
