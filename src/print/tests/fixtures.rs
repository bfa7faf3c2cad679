//! Certificates that the tests print.

use crate::domain::certificate::record::{
    CertificateRecord, Named, RecordAmendment, RecordChange, RecordDuplicate, RecordKind, Signer,
};

/// The attachment of all of them; what it says does not matter here.
pub const ATTACHMENT: &[u8] = br#"{"payload":"eyJsYXlvdXQiOjF9","signature":"c2lnbmVk"}"#;

/// A common registration.
pub fn registration() -> CertificateRecord {
    serde_json::from_str(include_str!("registration.json")).unwrap()
}

/// An amendment with some changes, one of each sort among them.
pub fn amendment(changes: usize) -> CertificateRecord {
    let named = |code: &str, name: &str| Named {
        code: code.into(),
        name: name.into(),
    };
    let old = "Bên nhận thanh toán cho Bên giao thành 03 đợt bằng chuyển khoản, trong vòng 30 ngày kể từ ngày nhận được hóa đơn \
               hợp lệ của từng đợt, phù hợp với tiến độ bàn giao tài liệu và nghiệm thu quy định tại Phụ lục II.";
    let new = "Bên nhận thanh toán cho Bên giao thành 05 đợt bằng chuyển khoản, trong vòng 45 ngày kể từ ngày nhận được hóa đơn \
               hợp lệ của từng đợt; đợt cuối chỉ được thanh toán sau khi hai bên ký Biên bản nghiệm thu tổng thể.";
    let change = |place: usize| RecordChange {
        clause: format!("Điều {} của Hợp đồng", place + 1),
        before: (place % 5 != 1).then(|| old.into()),
        after: (place % 5 != 3).then(|| new.into()),
        member: None,
    };
    CertificateRecord {
        kind: RecordKind::Amendment,
        number: "27/2026/GCN-SKHCN".into(),
        amendment: Some(RecordAmendment {
            original_number: "15/2026/GCN-SKHCN".into(),
            original_issued_on: jiff::civil::date(2026, 2, 5),
            signed_on: None,
            position: 2,
            kinds: vec![named("extension", "Gia hạn"), named("amendment", "Sửa đổi nội dung")],
            changes: (0..changes).map(change).collect(),
            vnd_delta: None,
        }),
        issued_on: jiff::civil::date(2026, 11, 25),
        ..registration()
    }
}

/// A duplicate of a certificate.
pub fn duplicate() -> CertificateRecord {
    CertificateRecord {
        duplicate: Some(RecordDuplicate {
            ordinal: 3,
            issued_on: jiff::civil::date(2026, 12, 1),
            cause: None,
            signer: Signer {
                name: "Lê Thị Hạnh".into(),
                title: "KT. Giám đốc, Phó Giám đốc".into(),
            },
        }),
        ..registration()
    }
}

/// A licence with no more than it must have.
pub fn licence() -> CertificateRecord {
    let mut record = registration();
    record.kind = RecordKind::Licence;
    record.number = "03/GP-BKHCN".into();
    record.issuer.name = "Bộ Khoa học và Công nghệ".into();
    record.issuer.superior = None;
    record.issuer.place = "Hà Nội".into();
    record.signer.title = "Bộ trưởng".into();
    record.dossier_number = None;
    record.direction = None;
    record.form = None;
    for party in [&mut record.transferor, &mut record.transferee] {
        party.name_en = None;
        party.address = None;
        party.representative = None;
        party.representative_title = None;
    }
    record.technology.objects.clear();
    record.technology.fields.clear();
    record.technology.products = None;
    record.technology.standards = None;
    record.technology.ip_titles = None;
    record.contract = Default::default();
    record.money = Default::default();
    record
}

/// Names as long as they may be, and one in a single word.
pub fn long_names() -> CertificateRecord {
    let name = |words: &str| words.chars().cycle().take(300).collect::<String>();
    let mut record = registration();
    record.issuer.name = name("Sở Khoa học và Công nghệ ");
    record.issuer.superior = Some(name("Ủy ban nhân dân tỉnh "));
    record.issuer.place = name("Phú Thọ ");
    record.transferor.name = name("Kỹ nghệ Ữ ặ ỗ Ỹ đ ₫ ");
    record.transferor.name_en = Some(name("Abcdefghij"));
    record.transferee.name = name("Công ty Cổ phần Cơ khí chính xác Hữu Nghị ");
    record.technology.name = name("Quy trình xử lý ");
    record.signer.name = name("Trần Đình Vỹ ");
    record.signer.title = name("Giám đốc ");
    record.number = name("15/2026/");
    record
}
