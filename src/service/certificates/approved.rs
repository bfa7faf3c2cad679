//! The approval of which a licence comes (văn bản chấp thuận chuyển giao công nghệ), or the appraisal of the project because of which none was
//! needed: the licence names it (Luật CGCN Đ.28.2, 29.4, 30).

use crate::domain::certificate::record::{RecordApproval, RecordKind};
use crate::domain::dossier::Dossier;
use crate::service::Result;
use crate::service::context::Work;
use crate::store::dossiers;

/// What a dossier tells of it, as a licence names it; nothing of what is no licence, or tells none.
pub(super) fn of(work: &mut Work<'_, '_>, dossier: &Dossier, kind: RecordKind) -> Result<Option<RecordApproval>> {
    let told = &dossier.content.draft().approval;
    let Some(number) = told.number.clone().filter(|_| kind == RecordKind::Licence) else {
        return Ok(None);
    };
    let before = match dossier.follows {
        Some(before) => Some(dossiers::find(work.conn(), before)?),
        None => None,
    };
    let appraised = before.and_then(|before| before.content.draft().project.appraisal_number.clone());
    Ok(Some(RecordApproval {
        is_appraisal: appraised.as_ref() == Some(&number),
        number,
        approved_on: dossier.content.day("/approval/approved_on"),
    }))
}
