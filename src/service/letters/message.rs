//! From text and HTML to a message as mail programs read it.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use super::Content;
use super::render::{Rendered, is_name_of_a_stranger, one_line, render_about};
use crate::domain::account::Language;
use crate::domain::ids::LetterId;

/// Why no message could be made of a letter; never quotes the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Mail programs do not take the address.
    #[error("the address is not one that can be written to")]
    Address,
    /// Headers or body cannot be encoded.
    #[error("the message cannot be put together")]
    Message,
}

/// What is the same for all letters.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// Who letters come from.
    pub from: Mailbox,
    /// The address at which people reach the exchange.
    pub public_url: String,
}

impl Letterhead {
    /// A letterhead; the name may be missing.
    pub fn new(name: Option<&str>, address: &str, public_url: &str) -> Result<Self, Unfit> {
        let address = address.parse().map_err(|_refused| Unfit::Address)?;
        Ok(Self {
            from: Mailbox::new(name.map(one_line), address),
            public_url: public_url.to_owned(),
        })
    }
}

/// RFC 3834: nobody's holiday notice answers.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), String::from("auto-generated"))
    }
}

/// RFC 3282.
#[derive(Clone)]
struct ContentLanguage(Language);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.trim().parse()?))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.to_string())
    }
}

/// Puts a letter together. The message's identifier is the letter's, so that one that had to be sent twice is known for
/// the same.
pub fn compose(
    head: &Letterhead,
    id: LetterId,
    language: Language,
    content: &Content,
    at: Timestamp,
) -> Result<(Message, Rendered), Unfit> {
    let name = content
        .name
        .as_deref()
        .filter(|_| !is_name_of_a_stranger(&content.letter));
    let rendered = render_about(&head.public_url, language, name, &content.letter, content.listing);
    let address = content.to.parse().map_err(|_refused| Unfit::Address)?;
    let message = Message::builder()
        .from(head.from.clone())
        .to(Mailbox::new(
            name.map(one_line).filter(|name| !name.is_empty()),
            address,
        ))
        .subject(rendered.subject.clone())
        .date(SystemTime::from(at))
        .message_id(Some(format!("<{id}@{}>", head.from.email.domain())))
        .header(AutoSubmitted)
        .header(ContentLanguage(language))
        .multipart(MultiPart::alternative_plain_html(
            rendered.text.clone(),
            rendered.html.clone(),
        ))
        .map_err(|_unencodable| Unfit::Message)?;
    Ok((message, rendered))
}
