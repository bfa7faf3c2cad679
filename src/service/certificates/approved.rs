//! The approval of which a licence comes (văn bản chấp thuận chuyển giao công nghệ), or the appraisal of the project because of which none was
//! needed: the licence names it (Luật CGCN Đ.28.2, 29.4, 30).

use crate::domain::certificate::record::{RecordApproval, RecordKind};
use crate::domain::dossier::Dossier;
use crate::service::Result;
use crate::service::context::Work;
use crate::service::dossiers::{Outcome, outcome};
use crate::store::dossiers;

/// That which a dossier follows, as it was written there and not as the dossier tells it; nothing of what is no licence, follows none, or
/// follows one that was given before letters were kept.
pub(super) fn of(work: &mut Work<'_, '_>, dossier: &Dossier, kind: RecordKind) -> Result<Option<RecordApproval>> {
    let Some(before) = dossier.follows.filter(|_| kind == RecordKind::Licence) else {
        return Ok(None);
    };
    let before = dossiers::find(work.conn(), before)?;
    let known = outcome(work.conn(), &before)?;
    Ok(known.map(|known| match known {
        Outcome::Letter(number, approved_on) => RecordApproval {
            number,
            approved_on,
            is_appraisal: false,
        },
        Outcome::Appraisal(number, approved_on) => RecordApproval {
            number,
            approved_on,
            is_appraisal: true,
        },
    }))
}
