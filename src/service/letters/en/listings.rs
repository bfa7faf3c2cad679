//! Letters about listings in English.

use jiff::Timestamp;

use super::letter;
use crate::domain::listing::regulation::RegulatoryClass;
use crate::service::letters::render::{Part, Words, local, page, quoted, text};

/// The term of a listing ends.
pub(super) fn ends(title: &str, expires_at: Timestamp) -> Words {
    letter(
        "A listing is about to expire",
        vec![
            text(format!(
                "The listing “{}” of your enterprise will expire on {}.",
                quoted(title),
                local(expires_at).strftime("%d %B %Y at %H:%M")
            )),
            text("If it still holds, confirm it to renew its term; it need not be reviewed again."),
            page("See my listings", "my-listings"),
        ],
    )
}

/// The term of a listing ended.
pub(super) fn expired(title: &str, expires_at: Timestamp) -> Words {
    letter(
        "A listing has expired",
        vec![
            text(format!(
                "The listing “{}” of your enterprise expired on {} and is not shown any more.",
                quoted(title),
                local(expires_at).strftime("%d %B %Y at %H:%M")
            )),
            text(
                "If it still holds, renew it and it is shown again at once. To change it, withdraw it, edit it and hand it in again.",
            ),
            page("See my listings", "my-listings"),
        ],
    )
}

/// A listing was suspended.
pub(super) fn suspended(title: &str, reason: &str) -> Words {
    letter(
        "A listing was suspended",
        vec![
            text(format!(
                "The listing “{}” of your enterprise was suspended and is not shown. The reason:",
                quoted(title)
            )),
            Part::Quote(reason.to_owned()),
            text(
                "It cannot be changed meanwhile. If you disagree, please turn to the Department of Science and Technology.",
            ),
            page("See my listings", "my-listings"),
        ],
    )
}

/// The suspension was lifted.
pub(super) fn reinstated(title: &str) -> Words {
    letter(
        "A listing is no longer suspended",
        vec![
            text(format!(
                "The listing “{}” of your enterprise is no longer suspended, and is shown again if its term has not ended.",
                quoted(title)
            )),
            page("See my listings", "my-listings"),
        ],
    )
}

/// What a listing is under the law on technology transfer.
pub(super) fn classified(title: &str, class: &str, note: &str) -> Words {
    let class = class.parse::<RegulatoryClass>();
    let mut parts = vec![
        text(format!(
            "The Department found what the listing “{}” is under the law on technology transfer: {}.",
            quoted(title),
            class.as_ref().map_or("unknown", |class| class.name_en())
        )),
        Part::Quote(note.to_owned()),
    ];
    parts.extend(class.ok().and_then(RegulatoryClass::warning).map(|(_, en)| text(en)));
    if class == Ok(RegulatoryClass::Prohibited) {
        parts.push(text("What must not be transferred is not shown on the exchange."));
    }
    parts.push(text("If you do not agree, please contact the Department."));
    parts.push(page("See my listings", "my-listings"));
    letter("What your listing is under the law on technology transfer", parts)
}

/// An officer read the confidential part.
pub(super) fn inspected(title: &str, reason: &str) -> Words {
    letter(
        "An officer read the confidential part of your listing",
        vec![
            text(format!(
                "An officer of the Department read the confidential part of the listing “{}”, for this reason:",
                quoted(title)
            )),
            Part::Quote(reason.to_owned()),
            text("The reading stands in the register of the listing."),
            page("See my listings", "my-listings"),
        ],
    )
}

/// The confidential part of a listing was granted.
pub(super) fn granted(title: &str, owner: &str, purpose: &str, expires_at: Timestamp) -> Words {
    letter(
        "You may read the confidential part of a listing",
        vec![
            text(format!(
                "{} lets your enterprise read the confidential part of the listing “{}” until {}, for this purpose:",
                quoted(owner),
                quoted(title),
                local(expires_at).strftime("%d %B %Y at %H:%M")
            )),
            Part::Quote(purpose.to_owned()),
            text("Whoever reads accepts the undertaking first; every reading is written down, and the owner sees it."),
            page("See what was granted", "confidential-grants"),
        ],
    )
}

/// A listing was taken down.
pub(super) fn taken_down(title: &str, authority: &str, reference: &str) -> Words {
    letter(
        "A listing was taken down at an authority's request",
        vec![
            text(format!(
                "The listing “{}” of your enterprise was taken down at the request of {}, letter no. {}.",
                quoted(title),
                quoted(authority),
                quoted(reference)
            )),
            text(
                "Its address names the authority and the letter. If you disagree, you may appeal to that authority as the law provides.",
            ),
            page("See my listings", "my-listings"),
        ],
    )
}

/// It was brought back.
pub(super) fn restored(title: &str, reason: &str) -> Words {
    letter(
        "A listing was brought back",
        vec![
            text(format!(
                "The listing “{}” of your enterprise is no longer taken down. The reason:",
                quoted(title)
            )),
            Part::Quote(reason.to_owned()),
            text("It is as it was before."),
            page("See my listings", "my-listings"),
        ],
    )
}

/// A report was decided.
pub(super) fn report_answered(title: &str, upheld: bool, answer: &str) -> Words {
    letter(
        "Answer to your report about a listing",
        vec![
            text(format!(
                "We looked into your report about the listing “{}”: {}",
                quoted(title),
                if upheld {
                    "it is right."
                } else {
                    "we could not confirm it."
                }
            )),
            Part::Quote(answer.to_owned()),
            text("Your address was deleted from the report. Thank you."),
        ],
    )
}
