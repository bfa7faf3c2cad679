//! Every letter in both languages as people read it, and what hostile names can do: nothing.

mod samples;

use self::samples::all;
use super::*;
use crate::domain::ids::LetterId;
use crate::domain::letter::ListingEnd;
use crate::service::letters::Content;
use crate::service::letters::message::{Letterhead, Unfit, compose};

const URL: &str = "https://san.example.gov.vn";

fn page_of(language: Language) -> String {
    let page = all().into_iter().map(|letter| {
        let Rendered { subject, text, .. } = render(URL, language, Some("Nguyễn Thị Lan"), &letter);
        format!("===== {}\n{subject}\n\n{text}", letter.kind())
    });
    page.collect::<Vec<_>>().join("\n")
}

#[test]
fn letters_in_vietnamese() {
    insta::assert_snapshot!(page_of(Language::Vi));
}

#[test]
fn letters_in_english() {
    insta::assert_snapshot!(page_of(Language::En));
}

#[test]
fn html_of_a_letter() {
    let letter = Letter::ResetPassword { token: "T".repeat(64) };
    insta::assert_snapshot!(render(URL, Language::Vi, Some("Nguyễn Thị Lan"), &letter).html);
}

#[test]
fn html_says_what_the_text_says() {
    for language in [Language::Vi, Language::En] {
        for letter in all() {
            let Rendered { text, html, .. } = render(URL, language, Some("Lan & Bình"), &letter);
            for line in text.lines().filter(|line| !line.starts_with("-- ") && !line.is_empty()) {
                let line = line.strip_prefix("> ").unwrap_or(line);
                let said = escaped(line.strip_suffix(':').unwrap_or(line));
                assert!(html.contains(&said), "{}: {line:?} is not in the HTML", letter.kind());
            }
        }
    }
}

#[test]
fn a_letter_about_several_listings_is_headed_by_how_far_they_are_over() {
    let line = |is_over| ListingEnd {
        title: "Máy sấy lúa".into(),
        code: None,
        expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        is_over,
    };
    for (over, more, vi, en) in [
        (
            [false, false],
            70,
            "Tin đăng sắp hết hạn",
            "Listings are about to expire",
        ),
        (
            [true, false],
            0,
            "Tin đăng sắp hết hạn hoặc đã hết hạn",
            "Listings are about to expire or have expired",
        ),
        // What is only counted may still be out.
        (
            [true, true],
            1,
            "Tin đăng sắp hết hạn hoặc đã hết hạn",
            "Listings are about to expire or have expired",
        ),
        ([true, true], 0, "Tin đăng đã hết hạn", "Listings have expired"),
    ] {
        let lines = over.map(line).to_vec();
        let letter = Letter::ListingsEnd { lines, more };
        for (language, subject) in [(Language::Vi, vi), (Language::En, en)] {
            assert_eq!(render(URL, language, None, &letter).subject, subject, "{over:?} {more}");
        }
    }
}

#[test]
fn a_letter_about_a_listing_leads_to_it() {
    let id = ListingId(uuid::Uuid::from_u128(7));
    let mut desks = 0;
    for language in [Language::Vi, Language::En] {
        for letter in all() {
            let Rendered { text, html, .. } = render_about(URL, language, None, &letter, Some(id));
            // Officers are led to where they work.
            let desk = if letter.is_for_officers() { "moderation/" } else { "" };
            desks += usize::from(letter.is_for_officers());
            let address = format!("{URL}/#/{desk}listings/{id}");
            assert!(text.contains(&format!(":\n{address}\n")), "{}", letter.kind());
            assert!(html.contains(&format!("href=\"{address}\"")), "{}", letter.kind());
            assert!(!render(URL, language, None, &letter).text.contains("/listings/"));
        }
    }
    assert!(desks > 0);
}

#[test]
fn tokens_stand_in_the_fragment_only() {
    let secret = "T".repeat(64);
    for language in [Language::Vi, Language::En] {
        for letter in all() {
            let Rendered { subject, text, html } = render(URL, language, None, &letter);
            assert!(!subject.contains(&secret));
            for place in [&text, &html] {
                for (at, _) in place.match_indices(&secret) {
                    let (before, _) = place.split_at(at);
                    let (_, link) = before.rsplit_once("https://").unwrap();
                    let (server, fragment) = link.split_once('#').unwrap();
                    assert_eq!(format!("https://{server}"), format!("{URL}/"));
                    assert!(fragment.starts_with('/') && fragment.ends_with("?token="), "{link}");
                }
            }
        }
    }
}

#[test]
fn cve_2026_22849_names_in_letters_are_no_links_no_markup_and_no_lines() {
    assert_eq!(
        quoted("Win http://evil.example/x?a=b\r\nBcc: z@y.vn <b>"),
        "Win http: //evil. example/x?a=b Bcc: z y. vn b"
    );
    // Numbers of papers, and units, stay what they are.
    assert_eq!(quoted("125/TTr-UBND"), "125/TTr-UBND");
    assert_eq!(quoted("Máy sấy 1.5 kg/h, AC/DC"), "Máy sấy 1.5 kg/h, AC/DC");
    assert_eq!(quoted("Công ty C.P. Việt Nam"), "Công ty C. P. Việt Nam");
    let hostile = "<script>alert(1)</script> \"'&";
    let letter = Letter::Removed {
        enterprise: hostile.into(),
    };
    let html = render(URL, Language::En, Some(hostile), &letter).html;
    assert!(!html.contains("<script") && !html.contains("</script"), "{html}");
    let answer = Letter::DataRequestAnswered { answer: hostile.into() };
    assert!(
        render(URL, Language::En, None, &answer)
            .html
            .contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp;")
    );
}

#[test]
fn a_stranger_cannot_choose_the_greeting() {
    let name = Some("You have won");
    for letter in all() {
        let is_greeted = render(URL, Language::En, name, &letter).text.contains("You have won");
        let by_anybody = [
            "confirm_registration",
            "confirm_account",
            "address_known",
            "tax_code_known",
            "take_address",
        ];
        assert_eq!(is_greeted, !by_anybody.contains(&letter.kind()), "{}", letter.kind());
    }
}

fn head() -> Letterhead {
    Letterhead::new(Some("Sàn giao dịch\r\nBcc: x@y.vn"), "no-reply@san.example.gov.vn", URL).unwrap()
}

fn sent(to: &str, name: Option<&str>, letter: Letter) -> Result<String, Unfit> {
    let content = Content {
        to: to.into(),
        name: name.map(str::to_owned),
        letter,
        listing: None,
    };
    let at = "2026-03-11T17:30:00Z".parse().unwrap();
    let id = LetterId(uuid::Uuid::from_u128(7));
    compose(&head(), id, Language::Vi, &content, at).map(|(message, _)| String::from_utf8(message.formatted()).unwrap())
}

/// Names of the header lines, folded ones put together.
fn headers(message: &str) -> Vec<&str> {
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split_once(':').unwrap().0).collect()
}

#[test]
fn the_envelope_says_who_when_and_that_a_machine_wrote() {
    let message = sent("lan@example.vn", Some("Nguyễn Thị Lan"), Letter::PasswordChanged).unwrap();
    for line in [
        "To: =?utf-8?",
        "<lan@example.vn>\r\n",
        "Subject: =?utf-8?",
        "Date: Wed, 11 Mar 2026 17:30:00 +0000\r\n",
        "Message-ID: <00000000-0000-0000-0000-000000000007@san.example.gov.vn>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Content-Language: vi\r\n",
        "Content-Type: multipart/alternative;",
    ] {
        assert!(message.contains(line), "{line} is not in\n{message}");
    }
}

#[test]
fn hostile_names_and_addresses_add_no_header() {
    let plain = sent("lan@example.vn", Some("Lan"), Letter::PasswordChanged).unwrap();
    for name in [
        "Lan\r\nBcc: z@y.vn",
        "Lan\nBcc: z@y.vn\n\nbody",
        "Lan\" <z@y.vn>, \"",
        "\u{2028}Bcc: z@y.vn",
        "\r\n",
        &"Lan ".repeat(200),
    ] {
        let message = sent("lan@example.vn", Some(name), Letter::PasswordChanged).unwrap();
        assert_eq!(headers(&message), headers(&plain), "{name:?}");
        assert!(!message.contains("\r\nBcc"), "{message}");
    }
    for to in [
        "lan@example.vn\r\nBcc: z@y.vn",
        "lan@example.vn, z@y.vn",
        "lan@example.vn\n",
        "<lan@example.vn>",
        "",
    ] {
        assert_eq!(sent(to, None, Letter::PasswordChanged), Err(Unfit::Address), "{to:?}");
    }
    let letter = Letter::ConfirmRegistration {
        token: "T".repeat(64),
        enterprise: "A\r\nBcc: z@y.vn\r\n\r\nB".into(),
    };
    assert_eq!(headers(&sent("lan@example.vn", None, letter).unwrap()), headers(&plain));
}
