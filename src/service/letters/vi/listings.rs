//! Letters about listings, and about what was erased of registrations, in Vietnamese.

use jiff::Timestamp;

use super::letter;
use crate::domain::confidential::GrantNews;
use crate::domain::letter::{Ends, ListingEnd};
use crate::domain::listing::regulation::RegulatoryClass;
use crate::service::letters::render::{Part, Words, local, page, quoted, text};

/// The term of a listing ends.
pub(super) fn ends(title: &str, expires_at: Timestamp) -> Words {
    letter(
        "Tin đăng sắp hết hạn",
        vec![
            text(format!(
                "Tin “{}” của doanh nghiệp sẽ hết hạn hiển thị lúc {}.",
                quoted(title),
                local(expires_at).strftime("%H:%M ngày %d/%m/%Y")
            )),
            text("Nếu nội dung vẫn đúng, Ông/Bà chỉ cần xác nhận để gia hạn; tin không phải duyệt lại."),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

/// The term of a listing ended.
pub(super) fn expired(title: &str, expires_at: Timestamp) -> Words {
    letter(
        "Tin đăng đã hết hạn",
        vec![
            text(format!(
                "Tin “{}” của doanh nghiệp đã hết hạn hiển thị lúc {} và không còn trên Sàn.",
                quoted(title),
                local(expires_at).strftime("%H:%M ngày %d/%m/%Y")
            )),
            text(
                "Nếu nội dung vẫn đúng, Ông/Bà có thể gia hạn để tin hiển thị lại ngay. Muốn sửa nội dung, xin rút tin rồi sửa và gửi duyệt lại.",
            ),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

/// The terms of several listings end, or ended.
pub(super) fn several_end(lines: &[ListingEnd], more: u32) -> Words {
    let line = |line: &ListingEnd| {
        let code = line.code.as_ref().map(|code| format!("{code} ")).unwrap_or_default();
        let what = if line.is_over {
            "đã hết hạn"
        } else {
            "hết hạn"
        };
        let at = local(line.expires_at).strftime("%H:%M ngày %d/%m/%Y");
        format!("{code}“{}”: {what} lúc {at}", quoted(&line.title))
    };
    let (subject, first) = match Ends::of(lines, more) {
        Ends::Ahead => (
            "Tin đăng sắp hết hạn",
            "Các tin sau của doanh nghiệp sắp hết hạn hiển thị:",
        ),
        Ends::Partly => (
            "Tin đăng sắp hết hạn hoặc đã hết hạn",
            "Các tin sau của doanh nghiệp sắp hết hạn hoặc đã hết hạn hiển thị:",
        ),
        Ends::Over => (
            "Tin đăng đã hết hạn",
            "Các tin sau của doanh nghiệp đã hết hạn hiển thị và không còn trên Sàn:",
        ),
    };
    let mut parts = vec![
        text(first),
        Part::Quote(lines.iter().map(line).collect::<Vec<_>>().join("\n")),
    ];
    if more > 0 {
        parts.push(text(format!("Ngoài ra còn {more} tin khác.")));
    }
    parts.push(text(
        "Nếu nội dung vẫn đúng, Ông/Bà có thể gia hạn nhiều tin cùng lúc; tin không phải duyệt lại. Mỗi ngày Sàn chỉ gửi một thư như thế này.",
    ));
    parts.push(page("Xem tin của tôi", "my-listings"));
    letter(subject, parts)
}

/// The list of regulated technologies became another.
pub(super) fn overtaken(count: u64) -> Words {
    letter(
        "Danh mục công nghệ đã thay đổi: có tin cần phân nhóm lại",
        vec![
            text(format!(
                "Danh mục công nghệ khuyến khích, hạn chế, cấm chuyển giao đã thay đổi. Hiện có {count} tin đang hiển thị mà danh mục mới quy định chặt hơn nội dung đang công khai, hoặc có dấu hiệu như vậy."
            )),
            text("Không tin nào bị gỡ tự động; xin Ông/Bà xem từng tin và kết luận."),
            page("Mở danh sách tin", "overtaken-listings"),
        ],
    )
}

/// A listing was suspended.
pub(super) fn suspended(title: &str, reason: &str) -> Words {
    letter(
        "Tin đăng bị tạm ngừng hiển thị",
        vec![
            text(format!(
                "Tin “{}” của doanh nghiệp đã bị tạm ngừng hiển thị trên Sàn vì lý do sau:",
                quoted(title)
            )),
            Part::Quote(reason.to_owned()),
            text(
                "Trong thời gian tạm ngừng, nội dung tin không sửa được. Nếu không đồng ý, xin liên hệ Sở Khoa học và Công nghệ.",
            ),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

/// The suspension was lifted.
pub(super) fn reinstated(title: &str) -> Words {
    letter(
        "Tin đăng được bỏ tạm ngừng",
        vec![
            text(format!(
                "Tin “{}” của doanh nghiệp không còn bị tạm ngừng và hiển thị lại nếu còn thời hạn.",
                quoted(title)
            )),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

/// What a listing is under the law on technology transfer.
pub(super) fn classified(title: &str, class: &str, note: &str) -> Words {
    let class = class.parse::<RegulatoryClass>();
    let mut parts = vec![
        text(format!(
            "Sở Khoa học và Công nghệ đã kết luận về nhóm công nghệ của tin “{}”: {}.",
            quoted(title),
            class.as_ref().map_or("chưa rõ", |class| class.name_vi())
        )),
        Part::Quote(note.to_owned()),
    ];
    parts.extend(class.ok().and_then(RegulatoryClass::warning).map(|(vi, _)| text(vi)));
    if class == Ok(RegulatoryClass::Prohibited) {
        parts.push(text("Công nghệ cấm chuyển giao không được đăng trên Sàn."));
    }
    parts.push(text("Nếu không đồng ý, xin liên hệ Sở Khoa học và Công nghệ."));
    parts.push(page("Xem tin của tôi", "my-listings"));
    letter("Kết luận về nhóm công nghệ của tin đăng", parts)
}

/// An officer read the confidential part.
pub(super) fn inspected(title: &str, reason: &str) -> Words {
    letter(
        "Cán bộ đã xem phần bảo mật của tin đăng",
        vec![
            text(format!(
                "Cán bộ của Sở đã xem phần bảo mật của tin “{}” vì lý do sau:",
                quoted(title)
            )),
            Part::Quote(reason.to_owned()),
            text("Lượt xem được ghi trong sổ theo dõi truy cập của tin."),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

/// The confidential part of a listing was granted, or only what is shown on request of it.
pub(super) fn granted(news: &GrantNews) -> Words {
    let (subject, what) = if news.covers_part {
        (
            "Được cấp quyền xem phần bảo mật của một tin đăng",
            "phần bảo mật của tin",
        )
    } else {
        (
            "Được cấp quyền xem đầy đủ một tin đăng hiển thị theo yêu cầu",
            "đầy đủ nội dung tin",
        )
    };
    letter(
        subject,
        vec![
            text(format!(
                "{} cho doanh nghiệp của Ông/Bà xem {what} “{}” đến {}, với mục đích:",
                quoted(&news.owner),
                quoted(&news.title),
                local(news.expires_at).strftime("%H:%M ngày %d/%m/%Y")
            )),
            Part::Quote(news.purpose.clone()),
            text(if news.covers_part {
                "Mỗi người xem phải chấp nhận cam kết bảo mật trước; mọi lượt xem đều được ghi lại và bên cho xem đọc được."
            } else {
                "Mỗi người xem phải chấp nhận cam kết bảo mật trước; bên cho xem biết ai đã chấp nhận."
            }),
            page("Xem quyền đã được cấp", "confidential-grants"),
        ],
    )
}

/// A listing was taken down.
pub(super) fn taken_down(title: &str, authority: &str, reference: &str) -> Words {
    letter(
        "Tin đăng bị gỡ theo yêu cầu của cơ quan có thẩm quyền",
        vec![
            text(format!(
                "Tin “{}” của doanh nghiệp đã bị gỡ khỏi Sàn theo yêu cầu của {}, văn bản số {}.",
                quoted(title),
                quoted(authority),
                quoted(reference)
            )),
            text(
                "Địa chỉ của tin nêu tên cơ quan và số văn bản. Nếu không đồng ý, xin khiếu nại với cơ quan đó theo quy định của pháp luật.",
            ),
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

/// It was brought back.
pub(super) fn restored(title: &str, reason: &str, still_held: bool) -> Words {
    letter(
        "Tin đăng được khôi phục",
        vec![
            text(format!(
                "Tin “{}” của doanh nghiệp không còn bị gỡ, vì lý do sau:",
                quoted(title)
            )),
            Part::Quote(reason.to_owned()),
            if still_held {
                text("Tin vẫn chưa hiển thị vì còn yêu cầu hoặc quyết định khác; trang tin cho biết là gì.")
            } else {
                text("Tin trở lại như trước khi bị gỡ.")
            },
            page("Xem tin của tôi", "my-listings"),
        ],
    )
}

/// A report was decided.
pub(super) fn report_answered(title: &str, upheld: bool, answer: &str) -> Words {
    letter(
        "Trả lời phản ánh về tin đăng",
        vec![
            text(format!(
                "Sàn đã xem xét phản ánh của Ông/Bà về tin “{}”: {}",
                quoted(title),
                if upheld {
                    "phản ánh có căn cứ."
                } else {
                    "chưa đủ căn cứ."
                }
            )),
            Part::Quote(answer.to_owned()),
            text("Địa chỉ thư của Ông/Bà đã được xóa khỏi phản ánh. Xin cảm ơn Ông/Bà."),
        ],
    )
}

pub(super) fn representative_erased(enterprise: &str) -> Words {
    letter(
        "Tên người đại diện pháp luật của doanh nghiệp đã được xóa",
        vec![
            text(format!(
                "Tên người đại diện pháp luật trong hồ sơ doanh nghiệp “{}” đã được xóa theo yêu cầu của một người trùng tên từng thao tác trên hồ sơ, theo quy định về bảo vệ dữ liệu cá nhân.",
                quoted(enterprise)
            )),
            text(
                "Đề nghị thay đổi thông tin đã xác minh, nếu có, đã được hủy. Nếu đây không phải là người đại diện của doanh nghiệp, xin bổ sung lại.",
            ),
            page("Bổ sung người đại diện", "my-enterprise"),
        ],
    )
}
