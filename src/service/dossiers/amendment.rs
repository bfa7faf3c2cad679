//! Amendment of what is certified (gia hạn, sửa đổi, bổ sung): what it may say, whether it says what changes, and
//! whose the certificate is by now (kế thừa).

pub(super) mod amending;
mod changes;
pub(crate) mod heirs;
pub(crate) mod holding;
pub(super) mod over;
pub(super) mod value;
