//! Every letter in both languages as people read it, and what hostile names can do: nothing.

use super::*;
use crate::domain::confidential::{GrantMoved, GrantNews};
use crate::domain::ids::LetterId;
use crate::domain::letter::{ComplaintNews, DueLine, NoticeNews, PaperEnd, PaperRuling, Ruling, Words as Written};
use crate::domain::review::decision::Note;
use crate::service::letters::Content;
use crate::service::letters::message::{Letterhead, Unfit, compose};

const URL: &str = "https://san.example.gov.vn";

fn due_lines() -> Vec<DueLine> {
    let line = |request: &str, step: &str, is_missed, deadline: &str| DueLine {
        request: request.into(),
        step: step.into(),
        is_missed,
        received_at: "2026-03-09T03:00:00Z".parse().unwrap(),
        deadline: deadline.parse().unwrap(),
    };
    vec![
        line("erase", "acknowledge", true, "2026-03-11T17:00:00Z"),
        line("access", "fulfil", false, "2026-03-19T17:00:00Z"),
    ]
}

fn notice(step: &str, text: Option<String>) -> Letter {
    Letter::IpNotice(NoticeNews {
        step: step.into(),
        title: "Máy sấy lúa".into(),
        notice: "01978e3a-7b1c-7d2e-9f00-3c5a8e1b2d4f".into(),
        claimant: (step == "held").then(|| "Viện Cơ điện nông nghiệp".into()),
        text,
        due_at: "2026-03-24T17:00:00Z".parse().unwrap(),
    })
}

fn complaint(step: &str, text: Option<String>) -> Letter {
    Letter::Complaint(ComplaintNews {
        step: step.into(),
        enterprise: "Công ty Cổ phần Cơ khí Phú Thọ".into(),
        text,
        due_at: "2026-03-24T17:00:00Z".parse().unwrap(),
    })
}

/// One of each kind, and both of those that say yes or no.
fn all() -> Vec<Letter> {
    let token = || "T".repeat(64);
    let enterprise = || String::from("Công ty TNHH Cơ khí Sông Thao");
    let letters = vec![
        Letter::ConfirmRegistration {
            token: token(),
            enterprise: enterprise(),
        },
        Letter::ConfirmAccount { token: token() },
        Letter::AddressKnown,
        Letter::TaxCodeKnown {
            enterprise: enterprise(),
        },
        Letter::ResetPassword { token: token() },
        Letter::PasswordChanged,
        Letter::ConfirmAddress { token: token() },
        Letter::GiveUpAddress {
            token: token(),
            new: "lan.moi@example.vn".into(),
        },
        Letter::TakeAddress { token: token() },
        Letter::AddressChanged {
            new: "lan.moi@example.vn".into(),
        },
        Letter::SessionStolen {
            at: "2026-03-11T17:30:00Z".parse().unwrap(),
            ip: Some("203.0.113.9".into()),
        },
        Letter::FactorChanged { enrolled: true },
        Letter::FactorChanged { enrolled: false },
        Letter::RecoveryCodeUsed { left: 3 },
        Letter::RecoveryCodesMade,
        Letter::FactorReset { new_password: false },
        Letter::FactorReset { new_password: true },
        Letter::Invitation {
            token: token(),
            enterprise: enterprise(),
            role: "editor".into(),
        },
        Letter::JoinRequested {
            person: "Trần Văn Bình".into(),
            enterprise: enterprise(),
        },
        Letter::JoinDecided {
            enterprise: enterprise(),
            approved: true,
        },
        Letter::JoinDecided {
            enterprise: enterprise(),
            approved: false,
        },
        Letter::RoleChanged {
            enterprise: enterprise(),
            role: "viewer".into(),
        },
        Letter::Removed {
            enterprise: enterprise(),
        },
        Letter::KeyMade {
            name: "Kho hàng".into(),
        },
        Letter::OfficerAppointed { token: token() },
        Letter::OfficerChanged,
        Letter::DataRequestAcknowledged {
            request: "erase".into(),
            received_at: "2026-03-09T03:00:00Z".parse().unwrap(),
            fulfil_by: "2026-03-30T17:00:00Z".parse().unwrap(),
        },
        Letter::DataRequestsDue { lines: due_lines() },
        Letter::ListingEnds {
            title: "Máy sấy lúa".into(),
            expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        },
        Letter::ListingExpired {
            title: "Máy sấy lúa".into(),
            expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        },
        Letter::ListingSuspended {
            title: "Máy sấy lúa".into(),
            reason: "Số máy trên tem không khớp với hồ sơ.".into(),
        },
        Letter::ListingReinstated {
            title: "Máy sấy lúa".into(),
        },
        Letter::ConfidentialInspected {
            title: "Máy sấy lúa".into(),
            reason: "Đối chiếu với danh mục công nghệ hạn chế chuyển giao.".into(),
        },
        granted(true),
        granted(false),
        moved(true),
        moved(false),
        Letter::ListingClassified {
            title: "Máy sấy lúa".into(),
            class: "restricted".into(),
            note: "Hoạt chất chứa asen.".into(),
        },
        Letter::ListingTakenDown {
            title: "Máy sấy lúa".into(),
            authority: "Thanh tra Sở Khoa học và Công nghệ".into(),
            reference: "125/TTr-SKHCN".into(),
        },
        Letter::ListingRestored {
            title: "Máy sấy lúa".into(),
            reason: "Cơ quan đã rút yêu cầu.".into(),
            still_held: false,
        },
        Letter::ListingRestored {
            title: "Máy sấy lúa".into(),
            reason: "Cơ quan đã rút yêu cầu.".into(),
            still_held: true,
        },
        Letter::ReportAnswered {
            title: "Máy sấy lúa".into(),
            upheld: true,
            answer: "Tin đã bị tạm ngừng để xác minh.".into(),
        },
        Letter::ReportAnswered {
            title: "Máy sấy lúa".into(),
            upheld: false,
            answer: "Đã đối chiếu với hồ sơ; số máy khớp.".into(),
        },
        notice("accepted", None),
        notice("held", Some("Buồng sấy trùng với điểm 1 yêu cầu bảo hộ.".into())),
        notice("rejected", Some("Không nêu số bằng.".into())),
        notice(
            "countered",
            Some("Buồng sấy đối lưu, không thuộc phạm vi bảo hộ.".into()),
        ),
        notice("upheld", Some("Chủ tin không trả lời.".into())),
        notice("restored", Some("Bên thông báo đã rút.".into())),
        complaint("acknowledged", None),
        complaint("forwarded", Some("Không trả lời hồ sơ đề nghị báo giá.".into())),
        complaint("resolved", Some("Doanh nghiệp đã gửi báo giá.".into())),
        complaint("rejected", Some("Doanh nghiệp đã trả lời đúng hạn.".into())),
        complaint("reopened", Some("Người khiếu nại gửi thêm biên bản.".into())),
        Letter::AccountSuspended {
            reason: "Mạo danh người khác.\nĐang xác minh.".into(),
        },
        Letter::AccountReinstated,
        Letter::RepresentativeErased {
            enterprise: enterprise(),
        },
        Letter::ContactErased {
            enterprise: enterprise(),
            successor: Some("Lê Thanh Bình".into()),
        },
        Letter::ContactErased {
            enterprise: enterprise(),
            successor: None,
        },
        ruling("enterprise", "approved", None, &[]),
        ruling("listing", "approved", None, &[]),
        ruling("revision", "approved", None, &[]),
        ruling("amendment", "rejected", Some("Giấy đăng ký không khớp."), &[]),
        ruling(
            "listing",
            "changes_requested",
            Some("Thiếu thông tin.\nXin bổ sung."),
            &[
                ("/title/en", "Bổ sung tên."),
                ("/specifications/1", "Sai <b>đơn vị</b>."),
            ],
        ),
        ruling("revision", "rejected", Some("Ngoài phạm vi."), &[]),
        ruling(
            "enterprise",
            "changes_requested",
            Some("Thiếu trang thứ hai."),
            &[("/legal_rep_name", "Bổ sung.")],
        ),
        written("listing", true),
        written("amendment", false),
        Letter::VerificationEnds {
            enterprise: enterprise(),
            expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        },
        Letter::VerificationExpired {
            enterprise: enterprise(),
            expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        },
        Letter::EnterpriseClosed {
            enterprise: enterprise(),
            reason: Some("Doanh nghiệp đã giải thể.".into()),
        },
        Letter::EnterpriseReopened {
            enterprise: enterprise(),
        },
        Letter::DocumentDecided(PaperRuling {
            enterprise: enterprise(),
            document: "iso".into(),
            name: "ISO 9001.png".into(),
            verdict: "accepted".into(),
            valid_to: Some("2028-06-30".into()),
            reason: None,
        }),
        Letter::DocumentDecided(PaperRuling {
            enterprise: enterprise(),
            document: "id_card".into(),
            name: "cccd.jpg".into(),
            verdict: "refused".into(),
            valid_to: None,
            reason: Some("Ảnh mờ, không đọc được số.".into()),
        }),
        Letter::DocumentDecided(PaperRuling {
            enterprise: enterprise(),
            document: "st_certificate".into(),
            name: "khcn.png".into(),
            verdict: "expired".into(),
            valid_to: Some("2025-12-31".into()),
            reason: Some("Giấy chứng nhận đã hết hạn cuối năm 2025.".into()),
        }),
        Letter::DocumentEnds(PaperEnd {
            enterprise: enterprise(),
            document: "iso".into(),
            name: "ISO 9001.png".into(),
            valid_to: "2028-06-30".into(),
        }),
        Letter::EnterpriseMerged {
            enterprise: enterprise(),
            into: "Công ty CP Cơ khí Lâm Thao".into(),
        },
        Letter::MergedUnverified {
            enterprise: enterprise(),
            into: "Công ty CP Cơ khí Lâm Thao".into(),
        },
        Letter::DataRequestAnswered {
            answer: "Dòng thứ nhất.\nDòng <b>thứ hai</b>.".into(),
        },
    ];
    let kinds: std::collections::BTreeSet<_> = letters.iter().map(Letter::kind).collect();
    // The compiler does not count the kinds; their names do, which stand once each in the source.
    let source = include_str!("../../../domain/letter.rs");
    assert_eq!(
        kinds.len(),
        source.matches("=> \"").count(),
        "a kind of letter is missing"
    );
    letters
}

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
        "Win http: ∕∕evil. example∕x?a=b Bcc: z y. vn b"
    );
    // Numbers of papers, and units, stay what they are.
    assert_eq!(quoted("125/TTr-UBND"), "125∕TTr-UBND");
    assert_eq!(quoted("Máy sấy 1.5 kg/h, AC/DC"), "Máy sấy 1.5 kg∕h, AC∕DC");
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

fn ruling(about: &str, verdict: &str, reason: Option<&str>, notes: &[(&str, &str)]) -> Letter {
    Letter::ReviewDecided(Ruling {
        about: about.into(),
        name: "Máy sấy lúa https://la.example".into(),
        verdict: verdict.into(),
        reason_name: reason.map(|_| ("Thiếu thông tin".into(), "Something needed is missing".into())),
        reason: reason.map(str::to_owned),
        notes: notes
            .iter()
            .map(|(pointer, text)| Note {
                pointer: (*pointer).into(),
                text: (*text).into(),
            })
            .collect(),
    })
}

fn granted(covers_part: bool) -> Letter {
    Letter::ConfidentialGranted(GrantNews {
        title: "Máy sấy lúa".into(),
        owner: "Công ty Cơ khí Việt Trì".into(),
        purpose: "Thẩm định công nghệ.".into(),
        expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        covers_part,
    })
}

fn moved(ended: bool) -> Letter {
    let (title, from, into) = ("Máy sấy lúa".into(), "Cơ khí A".into(), "Cơ khí B".into());
    Letter::ConfidentialGrantMoved(GrantMoved {
        title,
        from,
        into,
        ended,
    })
}

fn written(about: &str, is_officer: bool) -> Letter {
    Letter::ReviewMessage(Written {
        about: about.into(),
        name: "Máy sấy lúa".into(),
        is_officer,
        body: "Xin cho biết công suất.\nCảm ơn.".into(),
    })
}
