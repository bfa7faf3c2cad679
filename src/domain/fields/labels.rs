//! What people call the fields that messages name, what is wrong with a tax code, and codes that no list tells.

use crate::domain::account::{Language, Permission, Role};
use crate::domain::api_key::KeyScope;
use crate::domain::audit::ReasonCode;
use crate::domain::tax_code::TaxCodeError;

/// Why a field does not agree with another one: in a sentence of its own where the name of the other one does not say what is
/// to be done.
pub(super) fn conflict(with: &str) -> (String, String) {
    let (vi, en) = match with {
        "dependent_form" => (
            "Chi nhánh, văn phòng đại diện khai mã số thuế 13 số của mình (10 số, gạch nối, 3 số).",
            "A branch or office has a tax code of its own with 13 digits: ten, a hyphen, three.",
        ),
        "identity" => (
            "Chỉ khai một số: mã số thuế, số định danh cá nhân hoặc số đăng ký ở nước ngoài; hãy bỏ các số còn lại.",
            "Give one number only: the tax code, the personal identification number, or the number of a foreign register; leave the others out.",
        ),
        "authority" => (
            "Từ trước ngày này cơ quan đó đã cấp giấy trên Sàn; giấy của ngày này lập bằng hồ sơ, không nhập lại.",
            "That authority issues here since before this day; what is of this day comes of a dossier and is not entered.",
        ),
        "listing_kind" => (
            "Loại tin này không có trường này; hãy bỏ trống.",
            "A listing of this kind has no such field; leave it out.",
        ),
        "list_name" => (
            "Danh mục này không có trường này; hãy bỏ trống.",
            "This list has no such field; leave it out.",
        ),
        "entry_for_good" => (
            "Không đổi được với mã đã có trong danh mục; hãy ghi như cũ, hoặc bỏ trống.",
            "Is not changed of a code that the list has; tell it as it stands, or leave it out.",
        ),
        "former_district" => (
            "Quận, huyện cũ này không có xã, phường mang tên đã nêu; hãy sửa, hoặc bỏ trống.",
            "This former district had no commune of the name that was given; correct it, or leave it out.",
        ),
        "leads_back" => (
            "Mã này đã hết hiệu lực và được thay bằng chính mã đang sửa.",
            "This code has ended, and the very code that is changed took its place.",
        ),
        "will_lead_back" => (
            "Mã này sẽ hết hiệu lực và khi đó được thay bằng chính mã đang sửa.",
            "This code will end, and the very code that is changed takes its place then.",
        ),
        "successors" => (
            "Có mã thay thế thì phải có ngày hết hiệu lực; muốn bỏ ngày này thì bỏ cả mã thay thế (successors: []).",
            "What has successors has a day on which it ends; to take that away, take them away, too (successors: []).",
        ),
        "ends_before" => (
            "Mã này hết hiệu lực trước ngày mã đang sửa kết thúc; hãy chọn mã còn hiệu lực vào ngày đó.",
            "This code ends before the one that is changed does; name one that is valid then.",
        ),
        "own_code" => ("Mã không thể thay thế chính nó.", "A code does not take its own place."),
        "end_of_right" => (
            "Quyền đã qua ngày hết hạn thì ghi tình trạng hết hiệu lực (expired); quyền còn hạn thì không ghi thế.",
            "A right whose last day is over is expired, and one whose last day is still to come is not.",
        ),
        "unsigned_event" => (
            "Việc này không ký giấy nào, hoặc mới trình để ký; hãy bỏ trống chức danh người ký.",
            "Nothing is signed with this, or it is only proposed; leave out as what somebody signs.",
        ),
        "proposal" => (
            "Khi ký thì giữ nguyên như đã trình; hãy bỏ trống.",
            "What is signed is what was proposed; leave it out.",
        ),
        "file" => (
            "Khác với tệp đã gửi cho giấy tờ này; hãy ghi như tệp, hoặc bỏ trống.",
            "Is another one than that of the file that was sent for this paper; tell the same, or leave it out.",
        ),
        "certified_form" => (
            "Chỉ bản sao có chứng thực, bản dịch công chứng, chứng thực mới có nơi chứng thực; hãy bỏ trống, hoặc sửa hình thức giấy tờ.",
            "Only a certified copy or translation was certified by somebody; leave it out, or correct the form of the paper.",
        ),
        other => {
            let (vi, en) = label(other);
            return (
                format!("Không khớp với trường “{vi}”."),
                format!("Does not fit the field “{en}”."),
            );
        }
    };
    (vi.to_owned(), en.to_owned())
}

/// What people call a field.
fn label(field: &str) -> (&'static str, &'static str) {
    match field {
        "inquiry_id" => ("phiếu bày tỏ quan tâm", "inquiry"),
        "external_id" => ("mã nội bộ", "external ID"),
        "verdict" => ("kết quả duyệt", "verdict"),
        "currency" => ("đơn vị tiền tệ", "currency"),
        "price_mode" => ("hình thức giá", "price mode"),
        "province_code" => ("tỉnh, thành phố", "province"),
        "token" => ("phiên đăng nhập hiện tại", "present sign-in"),
        "tax_code" => ("mã số thuế", "tax code"),
        "country" => ("quốc gia", "country"),
        "foreign_register" => ("số đăng ký ở nước ngoài", "foreign register number"),
        "address_country" => ("nước đặt trụ sở", "country of the address"),
        "legal_form" => ("loại hình pháp lý", "legal form"),
        "from" => ("từ thời điểm", "from"),
        "after" => ("vị trí tiếp theo (after)", "after"),
        "undertaking" => ("cam kết bảo mật", "undertaking"),
        "visibility" => ("đối tượng được xem", "visibility"),
        "Content-Type" => ("kiểu nội dung gửi lên", "content type of the body"),
        "date" => ("ngày", "date"),
        "kind" => ("loại", "kind"),
        "dependent_form" => ("loại hình pháp lý", "legal form"),
        "listing_kind" => ("loại tin", "kind of the listing"),
        "listing_id" => ("tin đăng mà hồ sơ lập từ đó", "the listing that it is begun from"),
        "list_name" => ("danh mục", "list"),
        "end_of_right" => ("ngày hết hạn", "day on which it ends"),
        "entry_for_good" | "own_code" | "leads_back" | "will_lead_back" | "ends_before" => ("mã số", "code"),
        "commune_code" => ("mã xã, phường", "code of the commune"),
        "code" => ("mã số", "code"),
        "purpose" => ("mục đích", "purpose"),
        "files" => ("tệp của tin", "files of the listing"),
        "type" => ("loại", "type"),
        "status" => ("tình trạng", "status"),
        "state_funded" => ("dùng vốn nhà nước", "paid by the State"),
        "regulated_items" => ("mục trong danh mục công nghệ", "entries of the list of technologies"),
        "name" => ("danh mục", "list"),
        "filed_on" => ("ngày nộp đơn", "day of filing"),
        "expires_on" => ("ngày hết hạn", "day on which it ends"),
        "granted_on" => ("ngày cấp", "day of grant"),
        "valid_from" => ("ngày bắt đầu hiệu lực", "first day of validity"),
        "valid_to" => ("ngày hết hiệu lực", "end of validity"),
        "relation" => ("loại quan hệ", "relation"),
        "only_if" => ("điều kiện (only_if)", "condition (only_if)"),
        "place" => ("nơi ký (place)", "place of signing (place)"),
        "number_template" => ("mẫu số (number_template)", "form of the numbers (number_template)"),
        "from_states" => ("trạng thái trước (from)", "states before (from)"),
        "event" => ("bước", "event"),
        "unsigned_event" => ("bước không ký", "event that signs nothing"),
        "one_of" => ("giá trị được nhận (one_of)", "values that are taken (one_of)"),
        "at_most" => ("số lần tối đa (at_most)", "most times (at_most)"),
        "file" => ("tệp của giấy tờ này", "file of this paper"),
        "issued_on" => ("ngày cấp", "day of issue"),
        "issues" => ("việc cấp giấy", "what is issued"),
        "actor" => ("người thực hiện", "who does it"),
        "period" => ("kỳ báo cáo", "period"),
        "form" => ("biểu mẫu", "form"),
        "figures" => ("số liệu đã có", "figures that are there"),
        "count" => ("số lượng cùng dòng", "count of the same row"),
        "proposal" => ("nội dung đã trình", "what was proposed"),
        "payment_methods" => ("phương thức thanh toán", "ways of paying"),
        "certified_form" => ("hình thức giấy tờ", "form of the paper"),
        "per_mille" => ("tỷ lệ phần nghìn", "thousandths"),
        "minimum" => ("mức tối thiểu", "least amount"),
        _ => ("liên quan", "related to it"),
    }
}

/// What is wrong with a tax code.
pub(super) fn tax_code_vi(error: TaxCodeError) -> &'static str {
    match error {
        TaxCodeError::Length { .. } => "Mã số thuế phải có 10 chữ số, hoặc 13 chữ số với đơn vị phụ thuộc.",
        TaxCodeError::Character { .. } => "Mã số thuế chỉ gồm chữ số và dấu gạch ngang trước số đơn vị phụ thuộc.",
        TaxCodeError::CheckDigit => "Mã số thuế sai chữ số kiểm tra; hãy xem lại từng chữ số.",
        TaxCodeError::SequenceZero => "Mã số thuế không tồn tại (số thứ tự 0000000).",
        TaxCodeError::BranchZero => "Số đơn vị phụ thuộc phải từ 001.",
        TaxCodeError::PersonalId => "12 chữ số là số định danh cá nhân, không phải mã số thuế của doanh nghiệp.",
    }
}

/// Not among the lists of `GET /taxonomies`, so they are told outright.
pub(super) fn codes_of(list: &str) -> Option<String> {
    let codes: Vec<&str> = match list {
        "reason_codes" => ReasonCode::ALL.iter().map(|code| code.as_str()).collect(),
        "key_scopes" => KeyScope::ALL.iter().map(|scope| scope.as_str()).collect(),
        "permissions" => Permission::ALL.iter().map(|permission| permission.as_str()).collect(),
        "roles" => Role::ALL.iter().map(|role| role.as_str()).collect(),
        "languages" => Language::ALL.iter().map(|language| language.as_str()).collect(),
        _ => return None,
    };
    Some(codes.join(", "))
}
