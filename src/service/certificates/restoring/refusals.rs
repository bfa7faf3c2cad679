//! Why nothing is put back, and what helps then.

use crate::service::certificates::signing::NotGenuine;
use crate::service::{Error, ErrorCode};

/// Why a file is not taken.
pub(super) fn not_genuine(why: &NotGenuine) -> Error {
    let vi = match why {
        NotGenuine::Form => "Tệp không phải bản PDF hoặc bản ghi JSON của Giấy chứng nhận.",
        NotGenuine::UnknownKey(_) => "Tệp không do khóa nào của Sàn ký.",
        NotGenuine::Signature => "Chữ ký số không khớp.",
        NotGenuine::Record => "Nội dung tệp khác nội dung đã ký.",
        NotGenuine::Rewritten => {
            "Tệp đã bị chương trình khác lưu lại nên không còn đúng từng byte; hãy gửi tệp như đã tải về từ Sàn."
        }
        NotGenuine::Document => "Văn bản PDF đã bị thay đổi.",
    };
    Error::new(
        ErrorCode::CertificateNotGenuine,
        vi,
        format!("The file is not genuine: {why}."),
    )
}

/// Of what was signed, and is not this certificate as the trail has its issue.
pub(super) fn of_another() -> Error {
    Error::new(
        ErrorCode::CertificateNotGenuine,
        "Tệp do Sàn ký nhưng theo nhật ký không phải giấy đang khôi phục (của Giấy chứng nhận khác, bản cấp đầu thay cho bản cấp lại, hoặc ngược \
         lại), hoặc nhật ký cũng đã bị thay đổi: khi đó hãy khôi phục từ bản sao lưu.",
        "The exchange signed it, but by the trail it is not the paper that is to be put back (another certificate's, the first issue instead of a \
         duplicate, or the other way round), or the trail was changed, too: restore a backup then.",
    )
}

/// Of a row that hangs elsewhere than it did when it was issued.
pub(super) fn moved() -> Error {
    Error::new(
        ErrorCode::CertificateNotGenuine,
        "Bản ghi đã ký còn nguyên, nhưng chuỗi, hồ sơ hoặc vụ việc gắn với giấy trong sổ đã bị thay đổi (`vptex certificate check` nêu rõ). Tệp của \
         người giữ không ghi các mục này nên gửi kèm không giúp được; hãy khôi phục cơ sở dữ liệu từ bản sao lưu.",
        "The signed record is whole, and what the row tells of chain, dossier or case was changed (`vptex certificate check` names it). A \
         holder's file says nothing of these and does not help; restore the database from a backup.",
    )
}

/// Of a certificate of which the trail tells that it was annulled or replaced, by rows that the chain does not hold.
pub(super) fn end_unknown() -> Error {
    Error::new(
        ErrorCode::CertificateNotGenuine,
        "Nhật ký có dòng về việc hủy bỏ hoặc thay thế giấy này nhưng dòng đó đã bị thay đổi hoặc chèn vào (`vptex audit verify` nêu rõ), nên không \
         biết giấy còn hiệu lực hay không; hãy khôi phục cơ sở dữ liệu từ bản sao lưu.",
        "The trail has rows of an annulment or replacement of this certificate that were changed or put there (`vptex audit verify` names them): \
         whether it still holds nobody can tell; restore the database from a backup.",
    )
}

/// That another one waits than was read.
pub(super) fn outdated() -> Error {
    Error::new(
        ErrorCode::ProposalOutdated,
        "Đề xuất khôi phục đang chờ không phải đề xuất đã đọc; hãy xem lại.",
        "Another restoration waits than the one that was read; look at it again.",
    )
}

/// Of a paper that was entered.
pub(super) fn never_signed() -> Error {
    Error::new(
        ErrorCode::CertificateNotGenuine,
        "Giấy này được nhập từ bản giấy đã cấp trước, không ký trên Sàn nên không có bản ghi đã ký để khôi phục, gửi kèm tệp cũng vậy. Nếu sổ \
         khác bản giấy, hãy khôi phục cơ sở dữ liệu từ bản sao lưu có trước khi bị sửa.",
        "This paper was entered and never signed here: there is no signed record to put back, and a file that is sent is none. Where the \
         register is not as the paper is, restore the database from a backup of before it was changed.",
    )
}

/// Of which the register keeps nothing that was signed.
pub(super) fn nothing_left() -> Error {
    Error::new(
        ErrorCode::CertificateNotGenuine,
        "Trong sổ không còn bản nào đúng như khi ký; hãy gửi kèm (`file`) bản PDF hoặc bản ghi JSON mà người giữ Giấy chứng nhận đã tải về, \
         hoặc khôi phục cơ sở dữ liệu từ bản sao lưu.",
        "Nothing that the register keeps is what was signed; send the PDF or the JSON record that a holder of the certificate downloaded \
         (`file`), or restore the database from a backup.",
    )
}
