//! To whom a listing is shown while it is public (công khai, chỉ thành viên, theo yêu cầu).

use crate::domain::text_enum;

text_enum! {
    /// To whom a published listing is shown.
    pub enum Visibility {
        /// To everybody.
        Public => "public",
        /// To members of active enterprises, and to officers; it is in no search.
        Members => "members",
        /// What it is, to everybody; the rest to those to whom its owner grants it.
        OnRequest => "on_request",
    }
}

/// To whom a listing is shown, and whether its owner takes inquiries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audience {
    /// To whom it is shown.
    pub visibility: Visibility,
    /// Whether its owner takes inquiries (nhận liên hệ).
    pub open_for_inquiry: bool,
}

impl Audience {
    /// What nobody chose otherwise.
    pub const EVERYBODY: Self = Self {
        visibility: Visibility::Public,
        open_for_inquiry: true,
    };
}
