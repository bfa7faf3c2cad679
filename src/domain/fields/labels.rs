//! What people call the fields that messages name.

/// What people call a field.
pub(super) fn label(field: &str) -> (&'static str, &'static str) {
    match field {
        "verdict" => ("kết quả duyệt", "verdict"),
        "price_mode" => ("hình thức giá", "price mode"),
        "province_code" => ("tỉnh, thành phố", "province"),
        "token" => ("phiên đăng nhập hiện tại", "present sign-in"),
        "tax_code" => ("mã số thuế", "tax code"),
        "foreign_register" => ("số đăng ký ở nước ngoài", "foreign register number"),
        "address_country" => ("nước đặt trụ sở", "country of the address"),
        "legal_form" => ("loại hình pháp lý", "legal form"),
        "identity" => ("số định danh khác đã nêu", "other number that was given"),
        "from" => ("từ thời điểm", "from"),
        "after" => ("vị trí tiếp theo (after)", "after"),
        "undertaking" => ("cam kết bảo mật", "undertaking"),
        "visibility" => ("đối tượng được xem", "visibility"),
        "Content-Type" => ("kiểu nội dung gửi lên", "content type of the body"),
        "date" => ("ngày", "date"),
        "kind" => ("loại", "kind"),
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
        _ => ("liên quan", "related to it"),
    }
}
