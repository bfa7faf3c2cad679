//! From facts to text and HTML.

mod quoted;

use std::borrow::Cow;

use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp, Zoned};

use super::{en, vi};
use crate::domain::account::Language;
use crate::domain::ids::ListingId;
use crate::domain::letter::Letter;
pub(super) use quoted::quoted;

/// A letter in one language, ready to be put into an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// The same for all others.
    pub html: String,
}

/// What one language says.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) parts: Vec<Part>,
}

/// A paragraph.
pub(super) enum Part {
    /// Words of ours, perhaps with quoted names.
    Text(String),
    /// Words of ours about the mail itself, which nobody needs who reads them elsewhere.
    OfMail(String),
    /// Words of somebody else's, kept as they are, line by line.
    Quote(String),
    /// A link to a page; the token, if any, stands in the fragment, which browsers send to no server.
    Link {
        label: &'static str,
        page: Cow<'static, str>,
        token: Option<String>,
    },
}

pub(super) fn text(words: impl Into<String>) -> Part {
    Part::Text(words.into())
}

pub(super) fn link(label: &'static str, page: &'static str, token: &str) -> Part {
    Part::Link {
        label,
        page: Cow::Borrowed(page),
        token: Some(token.to_owned()),
    }
}

pub(super) fn page(label: &'static str, page: &'static str) -> Part {
    Part::Link {
        label,
        page: Cow::Borrowed(page),
        token: None,
    }
}

/// What is the same in all letters of a language.
pub(super) struct Frame {
    pub(super) greeting: fn(Option<&str>) -> String,
    pub(super) closing: &'static str,
    pub(super) signature: &'static str,
    pub(super) footer: &'static str,
    pub(super) by_hand: &'static str,
    pub(super) listing: &'static str,
}

/// Puts a letter into words. `public_url` is the address at which people reach the exchange.
pub fn render(public_url: &str, language: Language, name: Option<&str>, letter: &Letter) -> Rendered {
    render_about(public_url, language, name, letter, None)
}

/// The same of a letter about a listing: it leads to the listing's page, officers to the one at which they work.
pub fn render_about(
    public_url: &str,
    language: Language,
    name: Option<&str>,
    letter: &Letter,
    listing: Option<ListingId>,
) -> Rendered {
    let (mut words, frame) = match language {
        Language::Vi => (vi::words(letter), vi::FRAME),
        Language::En => (en::words(letter), en::FRAME),
    };
    let desk = if letter.is_for_officers() { "moderation/" } else { "" };
    words.parts.extend(listing.map(|id| Part::Link {
        label: frame.listing,
        page: format!("{desk}listings/{id}").into(),
        token: None,
    }));
    let name = name.filter(|_| !is_name_of_a_stranger(letter)).map(quoted);
    let greeting = (frame.greeting)(name.as_deref());
    Rendered {
        text: as_text(&words.parts, &greeting, public_url, &frame),
        html: as_html(&words, &greeting, public_url, language, &frame),
        subject: one_line(&words.subject),
    }
}

/// Subject and paragraphs of a letter, without greeting, links, what is said of the mail and signature: what a list of notices shows.
pub fn gist(language: Language, letter: &Letter) -> (String, String) {
    let words = match language {
        Language::Vi => vi::words(letter),
        Language::En => en::words(letter),
    };
    let paragraphs = words.parts.into_iter().filter_map(|part| match part {
        Part::Text(words) | Part::Quote(words) => Some(words),
        Part::OfMail(_) | Part::Link { .. } => None,
    });
    let text: Vec<String> = paragraphs.collect();
    (one_line(&words.subject), text.join("\n\n"))
}

/// These go to addresses that nobody proved: whoever typed the address typed the name too, and could have the exchange
/// send any words to anybody.
pub(super) fn is_name_of_a_stranger(letter: &Letter) -> bool {
    matches!(
        letter,
        Letter::ConfirmRegistration { .. }
            | Letter::ConfirmAccount { .. }
            | Letter::AddressKnown
            | Letter::TaxCodeKnown { .. }
            | Letter::TakeAddress { .. }
    )
}

/// Control characters, line breaks among them, become spaces: what comes out fits into a header.
pub(super) fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An instant as people of Vietnam count it.
pub(super) fn local(at: Timestamp) -> Zoned {
    at.to_zoned(TimeZone::fixed(offset(7)))
}

/// The last day of a term, which ends at 24:00 of it.
pub(super) fn last_day(deadline: Timestamp) -> Zoned {
    local(deadline.checked_sub(SignedDuration::from_micros(1)).unwrap_or(deadline))
}

fn address(public_url: &str, page: &str, token: Option<&str>) -> String {
    match token {
        Some(token) => format!("{public_url}/#/{page}?token={token}"),
        None => format!("{public_url}/#/{page}"),
    }
}

fn as_text(parts: &[Part], greeting: &str, public_url: &str, frame: &Frame) -> String {
    let mut blocks = vec![greeting.to_owned()];
    for part in parts {
        blocks.push(match part {
            Part::Text(words) | Part::OfMail(words) => words.clone(),
            Part::Quote(words) => words
                .lines()
                .map(|line| format!("> {line}"))
                .collect::<Vec<_>>()
                .join("\n"),
            Part::Link { label, page, token } => {
                format!("{label}:\n{}", address(public_url, page, token.as_deref()))
            }
        });
    }
    blocks.push(format!("{}\n{}", frame.closing, frame.signature));
    blocks.push(format!("-- \n{}", frame.footer));
    blocks.join("\n\n") + "\n"
}

const PARAGRAPH: &str = "margin:0 0 16px";
const BODY: &str = "margin:0;padding:24px;background:#ffffff;color:#1a1a1a;font:16px/1.5 Arial,Helvetica,sans-serif";
const BUTTON: &str =
    "display:inline-block;padding:12px 20px;background:#0b5394;color:#ffffff;text-decoration:none;border-radius:4px";
const SMALL: &str = "margin:0 0 16px;font-size:13px;color:#555555;word-break:break-all";

fn as_html(words: &Words, greeting: &str, public_url: &str, language: Language, frame: &Frame) -> String {
    let mut body = format!("<p style=\"{PARAGRAPH}\">{}</p>\n", escaped(greeting));
    for part in &words.parts {
        body.push_str(&match part {
            Part::Text(words) | Part::OfMail(words) => format!("<p style=\"{PARAGRAPH}\">{}</p>\n", escaped(words)),
            Part::Quote(words) => format!(
                "<blockquote style=\"{PARAGRAPH};padding-left:12px;border-left:3px solid #cccccc\">{}</blockquote>\n",
                words.lines().map(escaped).collect::<Vec<_>>().join("<br>")
            ),
            Part::Link { label, page, token } => {
                let address = escaped(&address(public_url, page, token.as_deref()));
                format!(
                    "<p style=\"{PARAGRAPH}\"><a href=\"{address}\" style=\"{BUTTON}\">{}</a></p>\n\
                     <p style=\"{SMALL}\">{}<br>{address}</p>\n",
                    escaped(label),
                    escaped(frame.by_hand),
                )
            }
        });
    }
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\"><title>{}</title></head>\n\
         <body style=\"{BODY}\">\n<div style=\"max-width:600px\">\n{body}\
         <p style=\"{PARAGRAPH}\">{}<br>{}</p>\n<p style=\"{SMALL}\">{}</p>\n</div>\n</body>\n</html>\n",
        escaped(&one_line(&words.subject)),
        escaped(frame.closing),
        escaped(frame.signature),
        escaped(frame.footer),
    )
}

/// Text as HTML text or attribute value.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests;
