//! Letters about listings, and about what was erased of registrations, in English.

use jiff::Timestamp;

use super::letter;
use crate::domain::confidential::GrantNews;
use crate::domain::letter::{Ends, ListingEnd};
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

/// The terms of several listings end, or ended.
pub(super) fn several_end(lines: &[ListingEnd], more: u32) -> Words {
    let line = |line: &ListingEnd| {
        let code = line.code.as_ref().map(|code| format!("{code} ")).unwrap_or_default();
        let what = if line.is_over { "expired" } else { "expires" };
        let at = local(line.expires_at).strftime("%d %B %Y at %H:%M");
        format!("{code}“{}”: {what} on {at}", quoted(&line.title))
    };
    let (subject, first) = match Ends::of(lines, more) {
        Ends::Ahead => (
            "Listings are about to expire",
            "These listings of your enterprise are about to expire:",
        ),
        Ends::Partly => (
            "Listings are about to expire or have expired",
            "These listings of your enterprise are about to expire, or have expired:",
        ),
        Ends::Over => (
            "Listings have expired",
            "These listings of your enterprise have expired and are not on the exchange any more:",
        ),
    };
    let mut parts = vec![
        text(first),
        Part::Quote(lines.iter().map(line).collect::<Vec<_>>().join("\n")),
    ];
    if more > 0 {
        parts.push(text(format!("And {more} more.")));
    }
    parts.push(text(
        "If they still hold, renew many of them at once; they need not be reviewed again. No more than one letter like this is sent a day.",
    ));
    parts.push(page("See my listings", "my-listings"));
    letter(subject, parts)
}

/// The list of regulated technologies became another.
pub(super) fn overtaken(count: u64) -> Words {
    letter(
        "The list of regulated technologies changed",
        vec![
            text(format!(
                "The list of technologies whose transfer is encouraged, restricted or prohibited changed. Of {count} public listing(s) it now says something stricter than everybody sees, or their text hints at it."
            )),
            text("Nothing was taken off by itself: please look at each and decide."),
            page("Open the list", "overtaken-listings"),
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

/// The confidential part of a listing was granted, or only what is shown on request of it.
pub(super) fn granted(news: &GrantNews) -> Words {
    let (subject, what) = if news.covers_part {
        (
            "You may read the confidential part of a listing",
            "the confidential part of the listing",
        )
    } else {
        (
            "You may read all of a listing that is shown on request",
            "all of the listing",
        )
    };
    letter(
        subject,
        vec![
            text(format!(
                "{} lets your enterprise read {what} “{}” until {}, for this purpose:",
                quoted(&news.owner),
                quoted(&news.title),
                local(news.expires_at).strftime("%d %B %Y at %H:%M")
            )),
            Part::Quote(news.purpose.clone()),
            text(if news.covers_part {
                "Whoever reads accepts the undertaking first; every reading is written down, and the owner sees it."
            } else {
                "Whoever reads accepts the undertaking first; the owner sees who did."
            }),
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
pub(super) fn restored(title: &str, reason: &str, still_held: bool) -> Words {
    letter(
        "A listing was brought back",
        vec![
            text(format!(
                "The listing “{}” of your enterprise is no longer taken down. The reason:",
                quoted(title)
            )),
            Part::Quote(reason.to_owned()),
            if still_held {
                text("Something else still keeps it from the public; it says by what.")
            } else {
                text("It is as it was before.")
            },
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

pub(super) fn representative_erased(enterprise: &str) -> Words {
    letter(
        "The legal representative of your enterprise was erased",
        vec![
            text(format!(
                "The name of the legal representative in the registration of “{}” was erased under the rules on personal data, because somebody of that name who had to do with the registration asked for it.",
                quoted(enterprise)
            )),
            text(
                "What was to change of the verified data, if anything, was dropped. If this was not your representative, please enter the name again.",
            ),
            page("Enter the representative", "my-enterprise"),
        ],
    )
}
