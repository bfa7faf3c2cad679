//! What letters say about rights that listings name and that end, in both languages.

use super::render::{Words, page, quoted, text};
use crate::domain::letter::{RightEnd, RightName};
use crate::domain::listing::details::IpRightType;

/// A right as a reader calls it; the code of a later program is told as it is.
fn named(right: &RightName, language: fn((&'static str, &'static str)) -> &'static str, number: &str) -> String {
    let kind = right.right.parse::<IpRightType>();
    let kind = kind.map_or_else(|_later| quoted(&right.right), |kind| language(kind.names()).to_owned());
    match &right.number {
        Some(own) => format!("{kind}, {number} {}", quoted(own)),
        None => kind,
    }
}

pub(super) fn ends_vi(end: &RightEnd) -> Words {
    let rights: Vec<_> = end
        .rights
        .iter()
        .map(|right| named(right, |(vi, _)| vi, "số"))
        .collect();
    let (title, day) = (quoted(&end.title), end.expires_on.strftime("%d/%m/%Y"));
    let (subject, what, then) = if end.is_over {
        (
            "Quyền sở hữu trí tuệ trong tin đăng đã hết hạn",
            format!("đã hết hạn ngày {day}"),
            "Trang của tin nay ghi là quyền đã hết hạn. Xin Ông/Bà cập nhật tình trạng của quyền, hoặc ngày hết hạn mới nếu đã gia hạn.",
        )
    } else {
        (
            "Quyền sở hữu trí tuệ trong tin đăng sắp hết hạn",
            format!("có hiệu lực đến hết ngày {day}"),
            "Nếu quyền đã được gia hạn, xin Ông/Bà cập nhật ngày hết hạn trong tin; sau ngày đó, trang của tin ghi là quyền đã hết hạn.",
        )
    };
    Words {
        subject: subject.into(),
        parts: vec![
            text(format!("Trong tin “{title}”: {} – {what}.", rights.join("; "))),
            text(then),
            page("Xem tin của tôi", "my-listings"),
        ],
    }
}

pub(super) fn ends_en(end: &RightEnd) -> Words {
    let rights: Vec<_> = end
        .rights
        .iter()
        .map(|right| named(right, |(_, en)| en, "no."))
        .collect();
    let (title, day) = (quoted(&end.title), end.expires_on.strftime("%d %B %Y"));
    let (subject, what, then) = if end.is_over {
        (
            "A right that your listing names has expired",
            format!("expired on {day}"),
            "The page of the listing says so now. Please bring the state of the right up to date, or its last day if it was renewed.",
        )
    } else {
        (
            "A right that your listing names ends soon",
            format!("holds through {day}"),
            "If it was renewed, please bring its last day in the listing up to date; after that day the page says that it has expired.",
        )
    };
    Words {
        subject: subject.into(),
        parts: vec![
            text(format!("In the listing “{title}”: {} – {what}.", rights.join("; "))),
            text(then),
            page("See my listings", "my-listings"),
        ],
    }
}
