//! One letter of each kind, and of some kinds several.

mod dossiers;

use self::dossiers::{apology, dossier, overdue, refused_dossier, term};
use crate::domain::confidential::{GrantMoved, GrantNews};
use crate::domain::letter::{
    ComplaintNews, Digest, DigestLine, DueLine, InquiryNews, Letter, ListingEnd, NoticeNews, PaperEnd, PaperRuling,
    RightEnd, RightName, Ruling, TakedownLine, Words as Written,
};
use crate::domain::review::decision::Note;

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

fn listing_ends() -> Vec<ListingEnd> {
    let line = |title: &str, code: Option<&str>, is_over, expires_at: &str| ListingEnd {
        title: title.into(),
        code: code.map(Into::into),
        expires_at: expires_at.parse().unwrap(),
        is_over,
    };
    vec![
        line("Máy sấy lúa", Some("TB-2026-000012"), true, "2026-03-30T01:30:00Z"),
        line("Quy trình <lên men>", None, false, "2026-03-31T17:00:00Z"),
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

fn inquiry(step: &str) -> Letter {
    Letter::Inquiry(InquiryNews {
        step: step.into(),
        title: "Máy sấy lúa".into(),
        other: "Hợp tác xã Nông nghiệp Tam Nông".into(),
        respond_by: (step == "sent").then(|| "2026-03-24T17:00:00Z".parse().unwrap()),
    })
}

/// One of each kind, and both of those that say yes or no.
pub(super) fn all() -> Vec<Letter> {
    let token = || "T".repeat(64);
    let enterprise = || String::from("Công ty TNHH Cơ khí Sông Thao");
    let mut letters = vec![
        Letter::ConfirmRegistration {
            token: token(),
            enterprise: enterprise(),
        },
        Letter::ConfirmAccount { token: token() },
        Letter::AddressKnown,
        Letter::TaxCodeKnown {
            enterprise: enterprise(),
            is_personal: false,
        },
        Letter::TaxCodeKnown {
            enterprise: "Hộ kinh doanh Lan".into(),
            is_personal: true,
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
            by_exchange: false,
        },
        Letter::JoinDecided {
            enterprise: enterprise(),
            approved: false,
            by_exchange: false,
        },
        Letter::JoinDecided {
            enterprise: enterprise(),
            approved: true,
            by_exchange: true,
        },
        Letter::JoinDecided {
            enterprise: enterprise(),
            approved: false,
            by_exchange: true,
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
        Letter::Dossier(refused_dossier()),
        Letter::DossierProposed(refused_dossier()),
        Letter::DossierProposalWithdrawn(refused_dossier()),
        Letter::ListingEnds {
            title: "Máy sấy lúa".into(),
            expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        },
        Letter::ListingExpired {
            title: "Máy sấy lúa".into(),
            expires_at: "2026-03-30T17:00:00Z".parse().unwrap(),
        },
        Letter::ListingsEnd {
            lines: listing_ends(),
            more: 70,
        },
        Letter::ListingsOvertaken { count: 7 },
        digest(),
        takedowns(true),
        takedowns(false),
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
        dossier(Some("Thiếu bản dịch hợp đồng có chứng thực.".into())),
        dossier(None),
        inquiry("sent"),
        inquiry("message"),
        inquiry("proposed"),
        inquiry("agreed"),
        inquiry("completed"),
        inquiry("declined"),
        inquiry("withdrawn"),
        inquiry("expired"),
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
        ruling("renewal", "approved", None, &[]),
        ruling("renewal", "rejected", Some("Giấy đăng ký không khớp."), &[]),
        ruling("verification", "approved", None, &[]),
        ruling("verification", "rejected", Some("Giấy đăng ký không khớp."), &[]),
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
        Letter::EnterpriseSuspended {
            enterprise: enterprise(),
            reason: "Đăng bán hàng cấm, đang xác minh.".into(),
        },
        Letter::EnterpriseReinstated {
            enterprise: enterprise(),
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
        right_ends(false),
        right_ends(true),
        logo("accepted", None),
        logo("refused", Some("Biểu trưng là của hãng khác.")),
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
    letters.extend(overdue());
    letters.push(apology());
    letters.extend([term(None, false, false), term(Some("HS-LIC-2026-00003"), true, true)]);
    letters.extend([term(None, true, false), term(Some("HS-LIC-2026-00003"), false, true)]);
    let kinds: std::collections::BTreeSet<_> = letters.iter().map(Letter::kind).collect();
    // The compiler does not count the kinds; their names do, which stand once each in the source.
    let source = include_str!("../../../../domain/letter/kinds.rs");
    assert_eq!(
        kinds.len(),
        source.matches("=> \"").count(),
        "a kind of letter is missing"
    );
    letters
}

fn ruling(about: &str, verdict: &str, reason: Option<&str>, notes: &[(&str, &str)]) -> Letter {
    Letter::ReviewDecided(Ruling {
        about: about.into(),
        until: ["renewal", "verification"]
            .contains(&about)
            .then(|| "2028-03-30T17:00:00Z".parse().unwrap()),
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

fn logo(verdict: &str, reason: Option<&str>) -> Letter {
    Letter::DocumentDecided(PaperRuling {
        enterprise: "Công ty <Sông Thao>".into(),
        document: "logo".into(),
        name: "Bánh răng xanh".into(),
        verdict: verdict.into(),
        valid_to: None,
        reason: reason.map(Into::into),
    })
}

fn right_ends(is_over: bool) -> Letter {
    let right = |right: &str, number: Option<&str>| RightName {
        right: right.into(),
        number: number.map(Into::into),
    };
    Letter::RightEnds(RightEnd {
        title: "Máy <sấy> lúa".into(),
        rights: vec![right("patent", Some("1-0034567")), right("trademark", None)],
        expires_on: "2026-07-20".parse().unwrap(),
        is_over,
    })
}

fn digest() -> Letter {
    let line = |about: &str, count, oldest: &str| DigestLine {
        about: about.into(),
        count,
        oldest: oldest.parse().unwrap(),
        overdue: u64::from(about == "complaint"),
    };
    Letter::ReviewDigest(Digest {
        hours: 24,
        lines: vec![
            line("enterprise", 1, "2026-03-05T03:10:00Z"),
            line("amendment", 2, "2026-03-06T03:10:00Z"),
            line("listing", 12, "2026-03-02T08:00:00Z"),
            line("revision", 3, "2026-03-06T08:00:00Z"),
            line("document", 4, "2026-03-07T08:00:00Z"),
            line("report", 1, "2026-03-08T01:00:00Z"),
            line("ip_notice", 1, "2026-03-08T01:30:00Z"),
            line("complaint", 2, "2026-02-24T01:30:00Z"),
            line("join_request", 2, "2026-03-08T02:30:00Z"),
        ],
    })
}

fn takedowns(is_missed: bool) -> Letter {
    Letter::TakedownsDue {
        lines: vec![TakedownLine {
            title: "Máy <sấy> lúa".into(),
            code: Some("TB-2026-000012".into()),
            authority: "Cục Thương mại điện tử".into(),
            reference: "123/TMĐT".into(),
            due_at: "2026-03-10T03:00:00Z".parse().unwrap(),
            is_missed,
        }],
    }
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
