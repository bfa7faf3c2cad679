//! What is to be said of a listing beside what it says of itself.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::ListingView;
use crate::domain::listing::details::{IpRightType, Stage};
use crate::domain::text_enum;

text_enum! {
    /// What a reader is warned of.
    pub enum ListingWarningCode {
        /// A right that was granted has ended since.
        RightEnded => "right_ended",
        /// The readiness level is far from what the stage says.
        TrlContradictsStage => "trl_contradicts_stage",
    }
}

/// A warning, which nobody wrote: it comes of the listing and the day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingWarning {
    /// Which.
    #[schema(value_type = ListingWarningCode, example = "right_ended")]
    pub code: &'static str,
    /// JSON pointer into this answer.
    #[schema(example = "/ip_rights/0")]
    pub pointer: String,
    /// In Vietnamese.
    #[schema(example = "Quyền (Sáng chế, số 1-0034567) đã hết hạn ngày 20/07/2026.")]
    pub vi: String,
    /// In English.
    #[schema(example = "The right (Patent, no. 1-0034567) has expired on 2026-07-20.")]
    pub en: String,
}

impl ListingView {
    /// The same with what is to be said on a day of the rights that it shows.
    pub fn on(mut self, today: Date) -> Self {
        let ended = self.details.ending_rights().filter(|(_, _, last)| *last < today);
        let warnings = ended.map(|(at, right, last)| {
            let (mut vi, mut en) = match right.r#type.parse::<IpRightType>() {
                Ok(kind) => {
                    let (vi, en) = kind.names();
                    (vi.to_owned(), en.to_owned())
                }
                Err(_later) => (right.r#type.clone(), right.r#type.clone()),
            };
            if let Some(number) = &right.grant_number {
                vi.push_str(&format!(", số {number}"));
                en.push_str(&format!(", no. {number}"));
            }
            ListingWarning {
                code: ListingWarningCode::RightEnded.as_str(),
                pointer: format!("/ip_rights/{at}"),
                vi: format!("Quyền ({vi}) đã hết hạn ngày {}.", last.strftime("%d/%m/%Y")),
                en: format!("The right ({en}) has expired on {last}."),
            }
        });
        let warnings: Vec<_> = warnings.collect();
        self.warnings.extend(warnings);
        self
    }

    /// The same with a hint, for those inside, that its readiness level and its stage do not go together.
    pub(super) fn with_hint_at_readiness(mut self) -> Self {
        let stage = self
            .details
            .stage
            .as_deref()
            .and_then(|stage| stage.parse::<Stage>().ok());
        let Some((trl, stage)) = self.summary.trl.zip(stage) else {
            return self;
        };
        let levels = stage.levels();
        if !levels.contains(&trl) {
            let ((vi, en), first, last) = (stage.names(), levels.start(), levels.end());
            self.warnings.push(ListingWarning {
                code: ListingWarningCode::TrlContradictsStage.as_str(),
                pointer: "/trl".into(),
                vi: format!("Mức TRL {trl} không khớp với giai đoạn “{vi}”, thường là TRL {first}–{last}."),
                en: format!("TRL {trl} does not go with the stage “{en}”, which is mostly TRL {first} to {last}."),
            });
        }
        self
    }
}
