//! Papers (giấy tờ, tiếp nhận): their files, the day on which one came to the counter, and the receipt that tells
//! when the result is due.

pub mod appointment;
pub mod papers;
pub(crate) mod receipt;
