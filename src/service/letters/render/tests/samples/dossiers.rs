//! Letters about dossiers.

use crate::domain::letter::{DossierLine, DossierNews, DossierTurn, Letter, TermNews};

pub(super) fn dossier(note: Option<String>) -> Letter {
    Letter::Dossier(DossierNews {
        number: "HS-REG-2026-00007".into(),
        procedure_vi: "Đăng ký chuyển giao công nghệ".into(),
        procedure_en: "Registration of technology transfer".into(),
        event_vi: "Yêu cầu bổ sung hồ sơ".into(),
        event_en: "Ask for missing items".into(),
        due_at: note.as_ref().map(|_| "2026-03-24T17:00:00Z".parse().unwrap()),
        note,
        ..DossierNews::default()
    })
}

pub(super) fn refused_dossier() -> DossierNews {
    DossierNews {
        number: "HS-REG-2026-00008".into(),
        procedure_vi: "Đăng ký chuyển giao công nghệ".into(),
        procedure_en: "Registration of technology transfer".into(),
        event_vi: "Từ chối cấp".into(),
        event_en: "Refuse".into(),
        ground_vi: Some("Nội dung trái quy định của Luật (Luật CGCN Đ.31.6.c)".into()),
        ground_en: Some("The content is contrary to the law (Luật CGCN Đ.31.6.c)".into()),
        turn: Some(DossierTurn {
            by_vi: "cơ quan có thẩm quyền".into(),
            by_en: "the authority".into(),
            due_at: "2026-03-24T17:00:00Z".parse().unwrap(),
        }),
        ..DossierNews::default()
    }
}

pub(super) fn overdue() -> [Letter; 2] {
    let line = |number: &str, day: i8| DossierLine {
        number: number.into(),
        event_vi: "Cấp Giấy chứng nhận".into(),
        event_en: "Issue the certificate".into(),
        by_vi: (day == 12).then(|| "cơ quan có thẩm quyền".into()),
        by_en: (day == 12).then(|| "the authority".into()),
        owes_vi: (day == 12).then(|| "Xin lỗi và hẹn lại ngày trả kết quả".into()),
        owes_en: (day == 12).then(|| "Apologise and promise another day".into()),
        due_on: jiff::civil::date(2026, 3, day),
    };
    let lines = vec![line("HS-REG-2026-00007", 12), line("HS-REG-2026-00009", 13)];
    let escalated = Letter::DossiersEscalated { lines: lines.clone() };
    [Letter::DossiersOverdue { lines }, escalated]
}

pub(super) fn apology() -> Letter {
    Letter::Dossier(DossierNews {
        number: "HS-REG-2026-00007".into(),
        procedure_vi: "Đăng ký chuyển giao công nghệ".into(),
        procedure_en: "Registration of technology transfer".into(),
        event_vi: "Xin lỗi và hẹn lại ngày trả kết quả".into(),
        event_en: "Apologise and promise another day".into(),
        note: Some("Đang chờ ý kiến chuyên gia.".into()),
        letter_number: Some("512/SKHCN-QLCN".into()),
        letter_on: Some(jiff::civil::date(2026, 3, 16)),
        promised_on: Some(jiff::civil::date(2026, 3, 20)),
        ..DossierNews::default()
    })
}

pub(super) fn term(number: Option<&str>, is_over: bool, bars: bool) -> Letter {
    Letter::DossierTerm(TermNews {
        number: number.map(Into::into),
        certificate: (!bars).then(|| "01/2026/GPCGCN".into()),
        procedure_vi: "Cấp phép chuyển giao công nghệ hạn chế".into(),
        procedure_en: "Licence of restricted technology".into(),
        event_vi: "Nộp hồ sơ <sửa đổi>".into(),
        event_en: "Hand in the <amended> dossier".into(),
        legal_basis: "Luật CGCN Đ.30.4".into(),
        due_on: jiff::civil::date(2026, 5, 8),
        is_over,
        bars,
    })
}
