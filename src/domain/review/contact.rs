//! Whether a text tells how to be reached past the exchange (thông tin liên hệ trong nội dung): a telephone number, an e-mail address, a
//! web address, or a name in a messenger.
//!
//! Each is read as a candidate, and taken for one by what it is made of: a telephone number by the numbering plan (`numbering`), an
//! address by the end of its host. What stands right before a candidate speaks for it (`ĐT`, `gọi`, `web`) or against it (`MST`, `mã
//! HS`, `P/N`). What is left for the eyes of officers is told in `docs/review.md`.

mod address;
mod numbering;
mod phone;
mod plain;
mod words;

/// Whether a text holds an e-mail address, a telephone number, a web address or a name in a messenger, also spelled so that programs
/// pass over it: `lan @ abc.vn`, `lan[at]abc . com`, digits of full width, in words or broken over lines.
pub fn is_contact(text: &str) -> bool {
    let text = plain::plain(text);
    address::has_address(&text)
        || phone::has_phone(&text)
        || plain::spelt_out(&text).is_some_and(|text| phone::has_phone(&text))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod written;
