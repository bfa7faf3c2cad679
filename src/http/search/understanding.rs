//! What was made of the words of a query, and which of it is left out.

use std::ops::Range;

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fields::Violation;
use crate::domain::text_enum;
use crate::http::extract::query::{list, wrong_parameter};
use crate::http::problem::Problem;
use crate::service::search::{Correction, Interpretation, InterpretationKind, Understanding};

/// A stretch of the query that was taken for a wish: what fits it is put further up, and nothing is hidden.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InterpretationView {
    /// Names it within this query, for `without`.
    #[schema(example = "origin:12-25")]
    pub id: String,
    /// What it is about.
    #[schema(value_type = WishKind)]
    pub kind: String,
    /// The words.
    #[schema(example = "của Nhật Bản")]
    pub text: String,
    /// What is preferred: a kind of quantity, a country of the list `countries`, a material, a province of the list
    /// `provinces`; or the code of a listing.
    #[schema(example = "JP")]
    pub value: String,
    /// Least amount, as it was typed.
    #[schema(required)]
    pub at_least: Option<String>,
    /// Greatest amount, as it was typed.
    #[schema(required)]
    pub at_most: Option<String>,
}

text_enum! {
    /// What a wish is about.
    pub enum WishKind {
        /// A quantity with its unit.
        Quantity => "quantity",
        /// A price.
        Price => "price",
        /// Where it was made.
        Origin => "origin",
        /// What it is made of.
        Material => "material",
        /// In which province it is offered.
        Place => "place",
        /// The code of a listing: it alone is found.
        Code => "code",
    }
}

impl WishKind {
    fn of(kind: InterpretationKind) -> Self {
        match kind {
            InterpretationKind::Quantity => Self::Quantity,
            InterpretationKind::Price => Self::Price,
            InterpretationKind::Origin => Self::Origin,
            InterpretationKind::Material => Self::Material,
            InterpretationKind::Place => Self::Place,
            InterpretationKind::Code => Self::Code,
        }
    }
}

/// A word that was read as another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CorrectionView {
    /// The word as it was typed.
    #[schema(example = "mays")]
    pub text: String,
    /// What was searched for instead.
    #[schema(example = "máy")]
    pub instead: String,
}

/// What was made of the words of `q`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnderstandingView {
    /// Wishes.
    pub interpretations: Vec<InterpretationView>,
    /// Words that were read as others; `verbatim=true` insists on them.
    pub corrections: Vec<CorrectionView>,
    /// The query as it was read, where words were read as others.
    #[schema(required, example = "máy sấy lúa")]
    pub corrected: Option<String>,
    /// A query that may have been meant instead and was not searched for (“Có phải bạn tìm…”).
    #[schema(required)]
    pub did_you_mean: Option<String>,
}

/// Most interpretations that are left out, and the longest name of one.
const MAX_WITHOUT: usize = 20;
const MAX_NAME: usize = 40;

/// Reads the parameter `without`. What names nothing of the query is left aside: a link may be older than how queries are read.
pub(super) fn interpretations(given: Option<&str>) -> Result<Vec<String>, Problem> {
    let names = list(given);
    if names.len() > MAX_WITHOUT {
        return Err(wrong_parameter("without", Violation::TooMany { max: MAX_WITHOUT }).into());
    }
    if names.iter().any(|name| name.len() > MAX_NAME) {
        return Err(wrong_parameter("without", Violation::TooLong { max: MAX_NAME }).into());
    }
    if !names.iter().all(|name| is_name(name)) {
        return Err(wrong_parameter("without", Violation::Malformed { what: "interpretation" }).into());
    }
    Ok(names)
}

/// Whether a text has the form of the name of an interpretation: its kind, and from which byte to which it reaches.
fn is_name(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.split_once(':').is_some_and(|(kind, range)| {
        let is_range = range
            .split_once('-')
            .is_some_and(|(start, end)| is_number(start) && is_number(end));
        is_range && kind.parse::<WishKind>().is_ok()
    })
}

/// Tells it with the words themselves.
pub(super) fn understood(query: &str, understanding: Understanding) -> UnderstandingView {
    let words = |range: Range<usize>| query.get(range).unwrap_or_default().to_owned();
    let interpretation = |wish: Interpretation| InterpretationView {
        text: words(wish.range),
        id: wish.id,
        kind: WishKind::of(wish.kind).as_str().to_owned(),
        value: wish.value,
        at_least: wish.at_least,
        at_most: wish.at_most,
    };
    let correction = |correction: Correction| CorrectionView {
        text: words(correction.range),
        instead: correction.instead,
    };
    UnderstandingView {
        interpretations: understanding.interpretations.into_iter().map(interpretation).collect(),
        corrections: understanding.corrections.into_iter().map(correction).collect(),
        corrected: understanding.corrected,
        did_you_mean: understanding.did_you_mean,
    }
}
