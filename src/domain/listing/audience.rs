//! To whom a listing is shown while it is public (công khai, chỉ thành viên, theo yêu cầu), and with whose contact data.

use crate::domain::ids::AccountId;
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

/// To whom a listing is shown, whether its owner takes inquiries, and who is named for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Audience {
    /// To whom it is shown.
    pub visibility: Visibility,
    /// Whether its owner takes inquiries (nhận liên hệ).
    pub open_for_inquiry: bool,
    /// The member of the enterprise to whom people turn (người liên hệ); without one it is the enterprise's contact person.
    pub contact: Option<AccountId>,
    /// Whether it is shown without any contact data (ẩn thông tin liên hệ).
    pub hides_contact: bool,
}

impl Audience {
    /// What nobody chose otherwise.
    pub const EVERYBODY: Self = Self {
        visibility: Visibility::Public,
        open_for_inquiry: true,
        contact: None,
        hides_contact: false,
    };
}
