//! What letters say in Vietnamese, as a provincial department writes.

mod listings;
mod registrations;

use super::render::{Frame, Part, Words, last_day, link, local, page, quoted, text};
use super::{documents, dossiers, duties, inquiries, joining, mergers, officers, review, rights, standing};
use crate::domain::letter::{DueLine, Letter};

pub(super) const FRAME: Frame = Frame {
    greeting: |name| match name {
        Some(name) => format!("Kính gửi Ông/Bà {name},"),
        None => String::from("Kính gửi Ông/Bà,"),
    },
    closing: "Trân trọng,",
    signature: "Sàn giao dịch công nghệ và thiết bị",
    footer: "Thư này được gửi tự động; xin không trả lời. Cán bộ của Sàn không bao giờ hỏi mật khẩu hoặc mã xác thực của Ông/Bà.",
    by_hand: "Nếu nút không mở được, xin sao chép địa chỉ này vào trình duyệt:",
    listing: "Mở trang của tin",
};

const IGNORE: &str = "Nếu Ông/Bà không gửi yêu cầu này, xin bỏ qua thư; sẽ không có gì thay đổi.";
const NOT_ME: &str = "Nếu Ông/Bà không thực hiện việc này, xin đặt lại mật khẩu ngay và báo cho quản trị viên của Sàn.";

fn forgot() -> Part {
    page("Đặt lại mật khẩu", "forgot-password")
}

fn role(role: &str) -> &str {
    match role {
        "owner" => "chủ tài khoản",
        "editor" => "biên tập",
        "viewer" => "người xem",
        other => other,
    }
}

/// What somebody asks, as a part of a sentence.
fn request_name(request: &str) -> &str {
    match request {
        "access" => "xem, cung cấp dữ liệu",
        "rectify" => "chỉnh sửa dữ liệu",
        "erase" => "xóa dữ liệu",
        "restrict" => "hạn chế xử lý dữ liệu",
        "object" => "phản đối xử lý dữ liệu",
        "withdraw" => "rút lại sự đồng ý",
        other => other,
    }
}

fn due_line(line: &DueLine) -> String {
    format!(
        "Yêu cầu {}, nhận ngày {}: {} chậm nhất đến hết ngày {}{}",
        request_name(&line.request),
        local(line.received_at).strftime("%d/%m/%Y"),
        if line.step == "acknowledge" {
            "tiếp nhận"
        } else {
            "thực hiện"
        },
        last_day(line.deadline).strftime("%d/%m/%Y"),
        if line.is_missed { " – đã quá hạn" } else { "" },
    )
}

fn letter(subject: impl Into<String>, parts: Vec<Part>) -> Words {
    Words {
        subject: subject.into(),
        parts,
    }
}

/// The words of a letter.
pub(super) fn words(about: &Letter) -> Words {
    match about {
        Letter::ConfirmRegistration { token, enterprise } => letter(
            "Xác nhận đăng ký doanh nghiệp",
            vec![
                text(format!(
                    "Sàn đã nhận được yêu cầu đăng ký “{}” bằng địa chỉ thư điện tử này.",
                    quoted(enterprise)
                )),
                text(
                    "Để hoàn tất, xin Ông/Bà mở liên kết dưới đây trong vòng 24 giờ và đặt mật khẩu. Sau đó hồ sơ được chuyển đến cán bộ \
                     của Sở để xem xét.",
                ),
                link("Xác nhận đăng ký", "confirm-registration", token),
                text("Nếu Ông/Bà không gửi yêu cầu này, xin bỏ qua thư; sẽ không có tài khoản nào được tạo."),
            ],
        ),
        Letter::ConfirmAccount { token } => letter(
            "Xác nhận mở tài khoản",
            vec![
                text("Sàn đã nhận được yêu cầu mở tài khoản bằng địa chỉ thư điện tử này."),
                text("Để hoàn tất, xin Ông/Bà mở liên kết dưới đây trong vòng 24 giờ."),
                link("Mở tài khoản", "confirm-account", token),
                text("Nếu Ông/Bà không gửi yêu cầu này, xin bỏ qua thư; sẽ không có tài khoản nào được tạo."),
            ],
        ),
        Letter::AddressKnown => letter(
            "Địa chỉ này đã có tài khoản",
            vec![
                text(
                    "Có người vừa muốn dùng địa chỉ thư điện tử này cho một tài khoản trên Sàn, nhưng địa chỉ đã có tài khoản.",
                ),
                text("Nếu đó là Ông/Bà, xin đăng nhập bằng tài khoản sẵn có; nếu quên mật khẩu, xin đặt lại tại đây."),
                forgot(),
                text("Nếu không phải Ông/Bà, xin bỏ qua thư; tài khoản của Ông/Bà không bị thay đổi."),
            ],
        ),
        Letter::TaxCodeKnown {
            enterprise,
            is_personal,
        } => registrations::known(enterprise, *is_personal),
        Letter::ResetPassword { token } => letter(
            "Đặt lại mật khẩu",
            vec![
                text("Sàn đã nhận được yêu cầu đặt lại mật khẩu cho tài khoản của Ông/Bà."),
                text("Xin mở liên kết dưới đây trong vòng 30 phút. Liên kết chỉ dùng được một lần."),
                link("Đặt mật khẩu mới", "reset-password", token),
                text(IGNORE),
            ],
        ),
        Letter::OfficerAppointed { token } => letter(
            "Tài khoản cán bộ trên Sàn",
            vec![
                text("Sở đã mở tài khoản cán bộ trên Sàn cho Ông/Bà."),
                text(
                    "Xin mở liên kết dưới đây trong vòng 72 giờ để đặt mật khẩu. Ở lần đăng nhập đầu tiên, Ông/Bà cần thiết \
                     lập xác thực hai lớp.",
                ),
                link("Đặt mật khẩu", "reset-password", token),
                text("Nếu Ông/Bà không chờ thư này, xin báo cho Sở và bỏ qua thư."),
            ],
        ),
        Letter::PasswordChanged => letter(
            "Mật khẩu đã được thay đổi",
            vec![
                text("Mật khẩu tài khoản của Ông/Bà vừa được thay đổi. Các phiên đăng nhập khác đã kết thúc."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::ConfirmAddress { token } => letter(
            "Xác nhận địa chỉ thư điện tử",
            vec![
                text(
                    "Xin Ông/Bà xác nhận địa chỉ thư điện tử của tài khoản bằng cách mở liên kết dưới đây trong vòng 24 giờ.",
                ),
                link("Xác nhận địa chỉ", "confirm-address", token),
                text(IGNORE),
            ],
        ),
        Letter::GiveUpAddress { token, new } => letter(
            "Đồng ý đổi địa chỉ thư điện tử",
            vec![
                text("Sàn đã nhận được yêu cầu đổi địa chỉ thư điện tử của tài khoản Ông/Bà sang địa chỉ sau:"),
                Part::Quote(new.clone()),
                text(
                    "Việc đổi chỉ được thực hiện khi cả địa chỉ hiện tại và địa chỉ mới cùng xác nhận trong vòng 24 giờ. \
                     Nếu đồng ý, xin mở liên kết dưới đây.",
                ),
                link("Đồng ý đổi địa chỉ", "confirm-email-change", token),
                text(
                    "Nếu Ông/Bà không yêu cầu việc này, xin đừng mở liên kết: có người đang vào được tài khoản của Ông/Bà. \
                     Xin đổi mật khẩu ngay.",
                ),
            ],
        ),
        Letter::TakeAddress { token } => letter(
            "Xác nhận địa chỉ thư điện tử mới",
            vec![
                text("Có người yêu cầu dùng địa chỉ này làm địa chỉ thư điện tử mới cho một tài khoản trên Sàn."),
                text(
                    "Nếu đó là Ông/Bà, xin mở liên kết dưới đây trong vòng 24 giờ. Địa chỉ cũ cũng phải đồng ý thì việc \
                     đổi mới có hiệu lực.",
                ),
                link("Xác nhận địa chỉ mới", "confirm-email-change", token),
                text("Nếu không phải Ông/Bà, xin bỏ qua thư."),
            ],
        ),
        Letter::AddressChanged { new } => letter(
            "Địa chỉ thư điện tử đã được thay đổi",
            vec![
                text("Địa chỉ thư điện tử của tài khoản Ông/Bà đã được đổi sang địa chỉ sau:"),
                Part::Quote(new.clone()),
                text("Từ nay Ông/Bà đăng nhập bằng địa chỉ mới. Mọi phiên đăng nhập đã kết thúc."),
                text("Nếu Ông/Bà không yêu cầu việc này, xin báo ngay cho quản trị viên của Sàn."),
            ],
        ),
        Letter::SessionStolen { at, ip } => letter(
            "Cảnh báo: một phiên đăng nhập đã bị kết thúc",
            vec![
                text(format!(
                    "Lúc {}{}, một mã đăng nhập của Ông/Bà được dùng lần thứ hai. Điều này thường có nghĩa là có người \
                     đã sao chép mã đó, nên Sàn đã kết thúc phiên đăng nhập.",
                    local(*at).strftime("%H:%M ngày %d/%m/%Y (giờ Việt Nam)"),
                    ip.as_deref()
                        .map(|ip| format!(", từ địa chỉ mạng {ip}"))
                        .unwrap_or_default(),
                )),
                text("Xin Ông/Bà đăng nhập lại, xem các phiên đang mở và đổi mật khẩu nếu thấy điều lạ."),
                page("Xem các phiên đăng nhập", "sessions"),
            ],
        ),
        Letter::FactorChanged { enrolled: true } => letter(
            "Đã bật xác thực hai lớp",
            vec![
                text(
                    "Xác thực hai lớp vừa được thiết lập cho tài khoản của Ông/Bà. Xin cất giữ các mã dự phòng ở nơi an toàn.",
                ),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::FactorChanged { enrolled: false } => letter(
            "Đã tắt xác thực hai lớp",
            vec![
                text("Xác thực hai lớp vừa được gỡ khỏi tài khoản của Ông/Bà."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::RecoveryCodeUsed { left } => letter(
            "Một mã dự phòng đã được sử dụng",
            vec![
                text(format!(
                    "Một mã dự phòng của xác thực hai lớp vừa được dùng để đăng nhập. Ông/Bà còn {left} mã."
                )),
                text("Khi gần hết mã, xin tạo mã mới trong phần bảo mật của tài khoản."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::RecoveryCodesMade => letter(
            "Đã tạo mã dự phòng mới",
            vec![
                text("Các mã dự phòng mới của xác thực hai lớp vừa được tạo; các mã cũ không còn dùng được."),
                text(NOT_ME),
                forgot(),
            ],
        ),
        Letter::FactorReset { new_password: true } => letter(
            "Xác thực hai lớp đã được đặt lại",
            vec![
                text("Hai cán bộ có thẩm quyền đã gỡ xác thực hai lớp khỏi tài khoản của Ông/Bà."),
                text(
                    "Mật khẩu hiện tại chỉ đủ mạnh khi có xác thực hai lớp nên không còn dùng được. Xin đặt mật khẩu mới dài hơn, rồi thiết lập lại xác thực hai lớp trước khi làm việc.",
                ),
                forgot(),
                text("Nếu Ông/Bà không đề nghị việc này, xin báo ngay cho quản trị viên của Sàn."),
            ],
        ),
        Letter::FactorReset { new_password: false } => letter(
            "Xác thực hai lớp đã được đặt lại",
            vec![
                text("Hai cán bộ có thẩm quyền đã gỡ xác thực hai lớp khỏi tài khoản của Ông/Bà."),
                text("Lần đăng nhập tới, xin Ông/Bà thiết lập lại trước khi làm việc."),
                text("Nếu Ông/Bà không đề nghị việc này, xin báo ngay cho quản trị viên của Sàn."),
            ],
        ),
        Letter::Invitation {
            token,
            enterprise,
            role: offered,
        } => letter(
            "Lời mời tham gia doanh nghiệp",
            vec![
                text(format!(
                    "Doanh nghiệp “{}” mời Ông/Bà tham gia trên Sàn với vai trò {}.",
                    quoted(enterprise),
                    role(offered)
                )),
                text("Xin mở liên kết dưới đây trong vòng 7 ngày để nhận lời hoặc từ chối."),
                link("Xem lời mời", "invitation", token),
                text("Nếu Ông/Bà không biết doanh nghiệp này, xin bỏ qua thư."),
            ],
        ),
        Letter::JoinRequested { person, enterprise } => letter(
            "Có người xin tham gia doanh nghiệp",
            vec![
                text(format!(
                    "Ông/Bà {} xin tham gia doanh nghiệp “{}” trên Sàn.",
                    quoted(person),
                    quoted(enterprise)
                )),
                text(
                    "Xin xem và quyết định trong phần thành viên của doanh nghiệp; chỉ chấp nhận người mà Ông/Bà biết.",
                ),
                page("Xem yêu cầu", "members"),
            ],
        ),
        Letter::JoinDecided {
            enterprise,
            approved,
            by_exchange,
        } => joining::words_vi(enterprise, *approved, *by_exchange),
        Letter::RoleChanged { enterprise, role: new } => letter(
            "Vai trò của Ông/Bà đã thay đổi",
            vec![text(format!(
                "Từ nay vai trò của Ông/Bà tại doanh nghiệp “{}” trên Sàn là {}.",
                quoted(enterprise),
                role(new)
            ))],
        ),
        Letter::Removed { enterprise } => letter(
            "Ông/Bà không còn là thành viên của doanh nghiệp",
            vec![text(format!(
                "Ông/Bà không còn là thành viên của doanh nghiệp “{}” trên Sàn. Tài khoản cá nhân của Ông/Bà vẫn còn.",
                quoted(enterprise)
            ))],
        ),
        Letter::KeyMade { name } => letter(
            "Một khóa API mới đã được tạo",
            vec![
                text(format!(
                    "Khóa API “{}” vừa được tạo cho doanh nghiệp của Ông/Bà. Ai có khóa này có thể thay mặt doanh nghiệp \
                     trong phạm vi của khóa.",
                    quoted(name)
                )),
                text("Nếu Ông/Bà không biết việc này, xin thu hồi khóa ngay."),
                page("Xem các khóa", "keys"),
            ],
        ),
        Letter::OfficerChanged => letter(
            "Tài khoản cán bộ của Ông/Bà đã thay đổi",
            vec![
                text("Sở đã mở tài khoản cán bộ cho Ông/Bà, hoặc đã thay đổi quyền của tài khoản đó."),
                text("Xin đăng nhập để xem quyền hiện tại. Nếu có điều chưa đúng, xin báo cho quản trị viên của Sàn."),
                page("Đăng nhập", "sign-in"),
            ],
        ),
        Letter::DataRequestAcknowledged {
            request,
            received_at,
            fulfil_by,
        } => letter(
            "Đã tiếp nhận yêu cầu về dữ liệu cá nhân",
            vec![
                text(format!(
                    "Sở đã tiếp nhận yêu cầu {} mà Ông/Bà gửi ngày {}.",
                    request_name(request),
                    local(*received_at).strftime("%d/%m/%Y")
                )),
                text(format!(
                    "Yêu cầu được thực hiện chậm nhất đến hết ngày {}. Nếu cần thêm thời gian, Sở sẽ báo trước cho Ông/Bà; \
                     việc gia hạn chỉ được thực hiện một lần.",
                    last_day(*fulfil_by).strftime("%d/%m/%Y")
                )),
                text("Ông/Bà có thể rút lại yêu cầu bất cứ lúc nào trước khi được trả lời."),
                page("Xem yêu cầu", "my-data"),
            ],
        ),
        Letter::DataRequestsDue { lines } => letter(
            "Nhắc hạn xử lý yêu cầu về dữ liệu cá nhân",
            vec![
                text("Các yêu cầu sau của chủ thể dữ liệu sắp hết hạn hoặc đã quá hạn theo luật định:"),
                Part::Quote(lines.iter().map(due_line).collect::<Vec<_>>().join("\n")),
                text(
                    "Xin Ông/Bà xử lý trong sổ theo dõi; mỗi hạn chỉ được nhắc một lần trước và một lần sau khi hết hạn.",
                ),
                page("Mở sổ theo dõi", "data-requests"),
            ],
        ),
        Letter::ListingEnds { title, expires_at } => listings::ends(title, *expires_at),
        Letter::ListingExpired { title, expires_at } => listings::expired(title, *expires_at),
        Letter::ListingsEnd { lines, more } => listings::several_end(lines, *more),
        Letter::ListingsOvertaken { count } => listings::overtaken(*count),
        Letter::ReviewDigest(digest) => officers::digest_vi(digest),
        Letter::TakedownsDue { lines } => officers::takedowns_vi(lines),
        Letter::ListingSuspended { title, reason } => listings::suspended(title, reason),
        Letter::ListingReinstated { title } => listings::reinstated(title),
        Letter::ConfidentialInspected { title, reason } => listings::inspected(title, reason),
        Letter::ConfidentialGranted(news) => listings::granted(news),
        Letter::ConfidentialGrantMoved(moved) => mergers::grant_moved_vi(moved),
        Letter::ListingClassified { title, class, note } => listings::classified(title, class, note),
        Letter::ListingTakenDown {
            title,
            authority,
            reference,
        } => listings::taken_down(title, authority, reference),
        Letter::ListingRestored {
            title,
            reason,
            still_held,
        } => listings::restored(title, reason, *still_held),
        Letter::ReportAnswered { title, upheld, answer } => listings::report_answered(title, *upheld, answer),
        Letter::IpNotice(news) => duties::notice_vi(news),
        Letter::Complaint(news) => duties::complaint_vi(news),
        Letter::Inquiry(news) => inquiries::words_vi(news),
        Letter::Dossier(news) => dossiers::dossier_vi(news),
        Letter::DossierProposed(news) => dossiers::proposed_vi(news),
        Letter::DossierProposalWithdrawn(news) => dossiers::taken_back_vi(news),
        Letter::DossiersOverdue { lines } => dossiers::overdue_vi(lines),
        Letter::DossiersEscalated { lines } => dossiers::escalated_vi(lines),
        Letter::DossierTerm(news) => dossiers::term_vi(news),
        Letter::AccountSuspended { reason } => letter(
            "Tài khoản của Ông/Bà đã bị tạm khóa",
            vec![
                text("Cán bộ của Sở đã tạm khóa tài khoản của Ông/Bà trên Sàn với lý do sau:"),
                Part::Quote(reason.clone()),
                text("Mọi phiên đăng nhập đã kết thúc. Nếu không đồng ý, Ông/Bà có quyền khiếu nại với Sở."),
            ],
        ),
        Letter::AccountReinstated => letter(
            "Tài khoản của Ông/Bà đã được mở khóa",
            vec![
                text("Sở đã mở khóa tài khoản của Ông/Bà trên Sàn. Ông/Bà có thể đăng nhập lại."),
                page("Đăng nhập", "sign-in"),
            ],
        ),
        Letter::ReviewDecided(ruling) => review::decided_vi(ruling),
        Letter::ReviewMessage(words) => review::written_vi(words),
        Letter::VerificationEnds { enterprise, expires_at } => letter(
            "Xác minh hồ sơ doanh nghiệp sắp hết hạn",
            vec![
                text(format!(
                    "Xác minh hồ sơ “{}” có hiệu lực đến {}.",
                    quoted(enterprise),
                    local(*expires_at).strftime("%H:%M ngày %d/%m/%Y")
                )),
                text(
                    "Xin Ông/Bà kiểm tra lại hồ sơ và gửi xác minh lại. Trong lúc chờ, hồ sơ và các tin vẫn hiển thị.",
                ),
                page("Xem hồ sơ doanh nghiệp", "my-enterprise"),
            ],
        ),
        Letter::VerificationExpired { enterprise, expires_at } => letter(
            "Xác minh hồ sơ doanh nghiệp đã hết hạn",
            vec![
                text(format!(
                    "Xác minh hồ sơ “{}” đã hết hiệu lực lúc {}. Trang của doanh nghiệp trên Sàn nay ghi “hết hạn xác minh”; các tin vẫn hiển thị.",
                    quoted(enterprise),
                    local(*expires_at).strftime("%H:%M ngày %d/%m/%Y")
                )),
                text("Xin Ông/Bà kiểm tra lại hồ sơ và gửi xác minh lại."),
                page("Xem hồ sơ doanh nghiệp", "my-enterprise"),
            ],
        ),
        Letter::EnterpriseSuspended { enterprise, reason } => standing::suspended_vi(enterprise, reason),
        Letter::EnterpriseReinstated { enterprise } => standing::reinstated_vi(enterprise),
        Letter::EnterpriseClosed { enterprise, reason } => standing::closed_vi(enterprise, reason.as_deref()),
        Letter::EnterpriseReopened { enterprise } => standing::reopened_vi(enterprise),
        Letter::DocumentDecided(ruling) => documents::decided_vi(ruling),
        Letter::DocumentEnds(end) => documents::ends_vi(end),
        Letter::RightEnds(end) => rights::ends_vi(end),
        Letter::RepresentativeErased { enterprise } => listings::representative_erased(enterprise),
        Letter::EnterpriseMerged { enterprise, into } => mergers::merged_vi(enterprise, into),
        Letter::MergedUnverified { enterprise, into } => mergers::left_out_vi(enterprise, into),
        Letter::ContactErased { enterprise, successor } => letter(
            "Dữ liệu người liên hệ của doanh nghiệp đã được xóa",
            vec![
                text(format!(
                    "Dữ liệu của người liên hệ trong hồ sơ doanh nghiệp “{}” đã được xóa theo quy định về bảo vệ dữ liệu cá nhân.",
                    quoted(enterprise)
                )),
                match successor {
                    Some(name) => text(format!(
                        "Từ nay người liên hệ là Ông/Bà {}, chủ tài khoản của doanh nghiệp; số điện thoại đang để trống.",
                        quoted(name)
                    )),
                    None => text("Hiện hồ sơ không có người liên hệ."),
                },
                text("Xin Ông/Bà kiểm tra và cập nhật người liên hệ; các nội dung khác của hồ sơ không thay đổi."),
                page("Cập nhật người liên hệ", "my-enterprise"),
            ],
        ),
        Letter::DataRequestAnswered { answer } => letter(
            "Trả lời yêu cầu về dữ liệu cá nhân",
            vec![
                text("Yêu cầu của Ông/Bà về dữ liệu cá nhân đã được trả lời như sau:"),
                Part::Quote(answer.clone()),
                text("Nếu không đồng ý với trả lời này, Ông/Bà có quyền khiếu nại theo quy định của pháp luật."),
            ],
        ),
    }
}
