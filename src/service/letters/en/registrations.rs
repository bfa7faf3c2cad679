//! Letters about registrations, in English.

use super::letter;
use crate::service::letters::render::{Words, quoted, text};

/// Somebody else has the number by which an enterprise is registered: its tax code, or a person's number.
pub(super) fn known(enterprise: &str, is_personal: bool) -> Words {
    if is_personal {
        return letter(
            "This personal number is registered already",
            vec![
                text(format!(
                    "You have just registered “{}” on the exchange, but there is a registration with this personal number already, so nothing was recorded.",
                    quoted(enterprise)
                )),
                text("If you or somebody of your household registered it, please sign in with the account of then."),
                text("If you know nothing of it, please contact the Department of Science and Technology."),
            ],
        );
    }
    letter(
        "This tax code is registered already",
        vec![
            text(format!(
                "You have just registered “{}” on the exchange, but there is a registration with this tax code already, so nothing was recorded.",
                quoted(enterprise)
            )),
            text(
                "If a colleague registered it, wait for an officer's review, then ask to join the enterprise by its tax code.",
            ),
            text(
                "If you represent the enterprise and know nothing of it, please contact the Department of Science and Technology.",
            ),
        ],
    )
}
