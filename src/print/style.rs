//! How papers are set, after Decree 30/2020 on papers of the administration.

use super::page::{Align, BODY, Frame, Role, Style};

/// The two columns of head and foot: who issues, and the state with its motto.
pub(super) const LEFT: Frame = Frame {
    left: BODY.left,
    width: 190.0,
};
/// The left one with a part of the right one, for a number that is longer.
pub(super) const WIDE: Frame = Frame {
    left: BODY.left,
    width: LEFT.width + 26.0,
};
/// The right one.
pub(super) const RIGHT: Frame = Frame {
    left: BODY.left + BODY.width - 256.0,
    width: 256.0,
};
/// Space where somebody signs and seals.
pub(super) const SIGNATURE: f32 = 64.0;

/// Running text.
pub(super) const TEXT: Style = Style {
    size: 13.0,
    leading: 16.0,
    above: 6.0,
    indent: 28.346,
    align: Align::Both,
    keep: false,
    role: Role::Text,
};
/// Text in the middle, with what is below it.
pub(super) const CENTRED: Style = Style {
    above: 0.0,
    indent: 0.0,
    align: Align::Centre,
    keep: true,
    ..TEXT
};
/// The name of a paper.
pub(super) const TITLE: Style = Style {
    size: 14.0,
    leading: 18.5,
    role: Role::Title,
    ..CENTRED
};
/// The name of a section.
pub(super) const HEADING: Style = Style {
    above: 8.0,
    align: Align::Left,
    keep: true,
    role: Role::Heading,
    ..TEXT
};
/// Who issues, and the state with its motto.
pub(super) const HEAD: Style = Style {
    size: 12.0,
    leading: 15.5,
    ..CENTRED
};
/// Beside and below the text.
pub(super) const SMALL: Style = Style {
    size: 11.0,
    leading: 13.5,
    above: 0.0,
    indent: 0.0,
    align: Align::Left,
    ..TEXT
};
