//! Why a file is refused, in codes for programs and in words for people.

use super::{MAX_ENTRIES, MAX_PAGES, MAX_SIDE};
use crate::domain::text_enum;

text_enum! {
    /// Why a file is refused.
    pub enum FileFault {
        /// Nothing was sent.
        Empty => "file_empty",
        /// The scanner finds malware in it.
        Infected => "file_infected",
        /// It is none of the types that are taken.
        UnknownType => "file_type_unknown",
        /// It is another type than it is said to be.
        OtherType => "file_type_differs",
        /// It has too many pixels.
        TooManyPixels => "picture_too_large",
        /// It cannot be read to its end.
        Broken => "file_broken",
        /// Reading it takes more time or memory than is given to it.
        TooCostly => "file_too_costly",
        /// Something stands before its beginning or behind its end.
        Surplus => "file_has_surplus",
        /// It cannot be read without a password, or was made so that it cannot be changed.
        Encrypted => "document_encrypted",
        /// JavaScript in a PDF.
        Script => "document_has_script",
        /// A PDF that does something when it is opened, other than show a page.
        OpenAction => "document_has_open_action",
        /// A PDF that does something when a page or a field is shown.
        AutomaticAction => "document_has_automatic_action",
        /// A PDF that starts programs or opens other files.
        Launch => "document_launches",
        /// A PDF whose form sends or fetches data.
        SendsData => "document_sends_data",
        /// A PDF with files in it.
        EmbeddedFile => "document_embeds_file",
        /// A certificate that no key of this exchange signed, with its record within it.
        NotOwnCertificate => "document_not_own_certificate",
        /// A PDF with films, sound or 3D models, which players of their own show.
        Media => "document_has_media",
        /// A PDF with a form of the XFA kind, a program of its own.
        Xfa => "document_has_xfa",
        /// Too many pages.
        TooManyPages => "document_too_many_pages",
        /// Too many objects, or too much packed into one.
        TooComplex => "document_too_complex",
        /// An Office document with macros.
        Macros => "document_has_macros",
        /// An Office document with OLE objects, ActiveX or foreign files in it.
        EmbeddedObject => "document_has_embedded_object",
        /// It fetches something from elsewhere when it is opened.
        LoadsExternal => "document_loads_external",
        /// XML with a document type, in which entities can be declared.
        Doctype => "document_has_doctype",
        /// An archive with too many entries.
        TooManyEntries => "archive_too_many_entries",
        /// An archive that is too large once it is unpacked.
        TooLargeUnpacked => "archive_too_large",
        /// An archive whose entries overlap, have dangerous names, or are links.
        UnsafeEntry => "archive_unsafe_entry",
    }
}

impl FileFault {
    /// The Vietnamese sentence.
    pub fn vi(self) -> String {
        match self {
            Self::Empty => "Tệp rỗng.".into(),
            Self::Infected => "Phần mềm quét phát hiện mã độc trong tệp.".into(),
            Self::UnknownType => "Chỉ nhận ảnh JPEG, PNG, WebP, tài liệu PDF, DOCX, XLSX, PPTX.".into(),
            Self::OtherType => "Nội dung tệp không đúng loại ghi ở Content-Type.".into(),
            Self::TooManyPixels => {
                format!("Ảnh quá lớn: mỗi cạnh tối đa {MAX_SIDE} điểm ảnh, khi giải nén tối đa 64 MiB.")
            }
            Self::Broken => "Tệp bị hỏng hoặc không đầy đủ.".into(),
            Self::TooCostly => "Đọc tệp này tốn quá nhiều thời gian hoặc bộ nhớ.".into(),
            Self::Surplus => "Tệp có phần thừa ở trước hoặc sau nội dung.".into(),
            Self::Encrypted => "Tài liệu bị mã hóa hoặc đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.".into(),
            Self::Script => "PDF có mã JavaScript (/JavaScript).".into(),
            Self::OpenAction => "PDF tự thực hiện thao tác khi mở (/OpenAction).".into(),
            Self::AutomaticAction => "PDF tự thực hiện thao tác khi xem (/AA).".into(),
            Self::Launch => "PDF mở chương trình hoặc tệp khác (/Launch, /GoToR, /GoToE).".into(),
            Self::SendsData => "PDF có biểu mẫu gửi hoặc nhận dữ liệu (/SubmitForm, /ImportData).".into(),
            Self::EmbeddedFile => "PDF có tệp đính kèm bên trong (/EmbeddedFile).".into(),
            Self::NotOwnCertificate => "Giấy chứng nhận, Giấy phép này không do Sàn ký; của sàn khác thì gửi bản PDF không có tệp đính kèm bên trong.".into(),
            Self::Media => "PDF có phim, âm thanh hoặc mô hình 3D (/RichMedia, /Movie, /Sound, /3D).".into(),
            Self::Xfa => "PDF có biểu mẫu XFA (/XFA).".into(),
            Self::TooManyPages => format!("Tài liệu có tối đa {MAX_PAGES} trang."),
            Self::TooComplex => "Tài liệu quá phức tạp.".into(),
            Self::Macros => "Tài liệu có macro. Hãy lưu dưới dạng không có macro (.docx, .xlsx, .pptx).".into(),
            Self::EmbeddedObject => "Tài liệu có đối tượng nhúng (OLE, ActiveX hoặc tệp khác).".into(),
            Self::LoadsExternal => "Tài liệu lấy nội dung từ nơi khác khi mở (mẫu, ảnh, liên kết dữ liệu, DDE).".into(),
            Self::Doctype => "Tài liệu có khai báo DOCTYPE.".into(),
            Self::TooManyEntries => format!("Tài liệu có tối đa {MAX_ENTRIES} thành phần bên trong."),
            Self::TooLargeUnpacked => {
                "Tài liệu quá lớn khi giải nén: tối đa 100 MiB, và 100 lần kích thước tệp.".into()
            }
            Self::UnsafeEntry => "Tệp nén bên trong có tên hoặc cấu trúc không an toàn.".into(),
        }
    }

    /// The English sentence.
    pub fn en(self) -> String {
        match self {
            Self::Empty => "The file is empty.".into(),
            Self::Infected => "The scanner finds malware in the file.".into(),
            Self::UnknownType => "Only JPEG, PNG and WebP pictures and PDF, DOCX, XLSX and PPTX documents are accepted.".into(),
            Self::OtherType => "The content is of another type than Content-Type says.".into(),
            Self::TooManyPixels => format!("The picture is too large: at most {MAX_SIDE} pixels a side, and 64 MiB unpacked."),
            Self::Broken => "The file is damaged or incomplete.".into(),
            Self::TooCostly => "Reading this file takes too much time or memory.".into(),
            Self::Surplus => "Something stands before or behind the document in the file.".into(),
            Self::Encrypted => "The document is encrypted or protected by a password. Remove the protection and send it again.".into(),
            Self::Script => "The PDF has JavaScript in it (/JavaScript).".into(),
            Self::OpenAction => "The PDF does something when it is opened (/OpenAction).".into(),
            Self::AutomaticAction => "The PDF does something when it is looked at (/AA).".into(),
            Self::Launch => "The PDF starts programs or opens other files (/Launch, /GoToR, /GoToE).".into(),
            Self::SendsData => "The PDF has a form that sends or fetches data (/SubmitForm, /ImportData).".into(),
            Self::EmbeddedFile => "The PDF has files in it (/EmbeddedFile).".into(),
            Self::NotOwnCertificate => "This exchange did not sign this certificate; send one of another exchange as a PDF without files in it.".into(),
            Self::Media => "The PDF has films, sound or 3D models in it (/RichMedia, /Movie, /Sound, /3D).".into(),
            Self::Xfa => "The PDF has an XFA form (/XFA).".into(),
            Self::TooManyPages => format!("A document has at most {MAX_PAGES} pages."),
            Self::TooComplex => "The document is too complex.".into(),
            Self::Macros => "The document has macros. Save it as a type without them (.docx, .xlsx, .pptx).".into(),
            Self::EmbeddedObject => "The document has objects embedded in it (OLE, ActiveX or other files).".into(),
            Self::LoadsExternal => "The document fetches something from elsewhere when it is opened (a template, a picture, linked data, DDE).".into(),
            Self::Doctype => "The document has a DOCTYPE declaration.".into(),
            Self::TooManyEntries => format!("A document has at most {MAX_ENTRIES} parts inside."),
            Self::TooLargeUnpacked => "The document is too large once it is unpacked: at most 100 MiB, and 100 times the size of the file.".into(),
            Self::UnsafeEntry => "The archive inside has unsafe names or an unsafe structure.".into(),
        }
    }
}
