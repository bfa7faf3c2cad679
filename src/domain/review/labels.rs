//! What people call the members of what they hand in, for letters.

/// Member, and what it is called in Vietnamese and in English.
const LABELS: &[(&str, &str, &str)] = &[
    ("kind", "loại", "kind"),
    ("title", "tên", "title"),
    ("summary", "tóm tắt", "summary"),
    ("description", "mô tả", "description"),
    ("field_codes", "lĩnh vực", "fields"),
    (
        "trl",
        "mức độ sẵn sàng công nghệ (TRL)",
        "technology readiness level (TRL)",
    ),
    ("origin_country", "xuất xứ", "country of origin"),
    ("brand", "thương hiệu", "brand"),
    ("model", "model", "model"),
    ("specifications", "thông số kỹ thuật", "specifications"),
    ("price_mode", "hình thức giá", "form of the price"),
    ("currency", "đơn vị tiền tệ", "currency"),
    ("price_min", "giá, hoặc giá thấp nhất", "price, or the lower one"),
    ("price_max", "giá cao nhất", "upper price"),
    ("transfer_modes", "hình thức chuyển giao", "modes of transfer"),
    ("ip_rights", "quyền sở hữu trí tuệ", "intellectual property"),
    ("owners", "chủ sở hữu", "owners"),
    ("certifications", "chứng nhận", "certificates"),
    ("stage", "giai đoạn phát triển", "stage of development"),
    ("condition", "tình trạng", "condition"),
    ("manufacture_year", "năm sản xuất", "year of manufacture"),
    ("warranty_months", "bảo hành", "warranty"),
    ("warranty_text", "điều kiện bảo hành", "terms of the warranty"),
    ("price_kind", "tính chất giá", "how binding the price is"),
    ("extra_costs", "chi phí phát sinh", "extra costs"),
    ("delivery_terms", "giao hàng", "delivery"),
    ("payment_terms", "thanh toán", "payment"),
    ("problem", "bối cảnh", "problem"),
    ("principle", "nguyên lý", "principle"),
    ("advantages", "ưu điểm", "advantages"),
    ("applications", "ứng dụng", "applications"),
    ("target_customers", "đối tượng khách hàng", "target customers"),
    (
        "socio_economic_effect",
        "hiệu quả kinh tế - xã hội",
        "effect on economy and society",
    ),
    ("budget_min", "ngân sách tối thiểu", "least budget"),
    ("budget_max", "ngân sách tối đa", "most budget"),
    ("needed_by", "thời hạn cần", "needed by"),
    ("requirements", "yêu cầu", "requirements"),
    ("partner_role", "vai trò đối tác", "role of the partner"),
    ("partner_kinds", "loại đối tác", "kinds of partners"),
    ("stars", "hạng sao", "stars"),
    ("trace_code", "mã truy xuất", "trace code"),
    ("ocop_decision_no", "số quyết định OCOP", "number of the OCOP decision"),
    ("degree", "học vị, học hàm", "degree"),
    ("specialities", "chuyên môn", "specialities"),
    ("experience_years", "số năm kinh nghiệm", "years of experience"),
    ("state_funded", "dùng vốn nhà nước", "paid for by the State"),
    ("rd_task_code", "mã nhiệm vụ", "code of the research task"),
    ("acceptance_no", "số nghiệm thu", "number of the acceptance"),
    ("regulatory_class", "nhóm công nghệ", "class of the technology"),
    (
        "regulated_items",
        "mục trong danh mục công nghệ",
        "entries of the list of technologies",
    ),
    ("files", "tệp kèm theo", "files"),
    ("videos", "video", "videos"),
    ("tax_code", "mã số thuế", "tax code"),
    ("personal_id", "số định danh cá nhân", "personal number"),
    (
        "foreign_register",
        "số đăng ký ở nước ngoài",
        "number in a foreign register",
    ),
    ("legal_form", "loại hình pháp lý", "legal form"),
    ("legal_name", "tên đơn vị", "legal name"),
    ("short_name", "tên viết tắt", "short name"),
    ("name_en", "tên tiếng Anh", "English name"),
    ("address_line", "địa chỉ", "address"),
    ("address_country", "nước đặt trụ sở", "country of the address"),
    ("province_code", "tỉnh, thành phố", "province"),
    ("commune_code", "xã, phường", "commune"),
    ("commune_name", "tên xã, phường", "name of the commune"),
    ("district_name", "tên quận, huyện cũ", "name of the former district"),
    ("contact_name", "người liên hệ", "contact person"),
    ("contact_email", "thư điện tử liên hệ", "contact address"),
    ("contact_phone", "điện thoại liên hệ", "contact telephone"),
    ("website", "trang web", "web site"),
    ("registration_no", "số GCN đăng ký doanh nghiệp", "registration number"),
    ("registration_date", "ngày đăng ký doanh nghiệp", "date of registration"),
    (
        "st_certificate_no",
        "số GCN doanh nghiệp KH&CN",
        "S&T enterprise certificate",
    ),
    ("parent_id", "đơn vị chủ quản", "parent organisation"),
    ("vsic", "ngành nghề", "activities"),
    ("legal_rep_name", "người đại diện pháp luật", "legal representative"),
    (
        "legal_rep_title",
        "chức vụ người đại diện",
        "title of the representative",
    ),
    ("size_band", "quy mô", "size"),
    ("st_services", "dịch vụ KH&CN", "S&T services"),
    ("capabilities", "năng lực", "capabilities"),
    ("mission", "chức năng, giá trị cốt lõi", "mission"),
    ("fax", "fax", "fax"),
    ("public_groups", "thông tin công khai", "what is public"),
];

/// What the place of a note is called in Vietnamese and in English: the member, and the language where one is named. A
/// place without a name is told as it is.
pub fn place(pointer: &str) -> (String, String) {
    let path = pointer.strip_prefix('/').unwrap_or(pointer);
    let (member, rest) = path.split_once('/').unwrap_or((path, ""));
    let Some((_, vi, en)) = LABELS.iter().find(|(name, ..)| *name == member) else {
        return (pointer.to_owned(), pointer.to_owned());
    };
    match rest {
        "" => ((*vi).to_owned(), (*en).to_owned()),
        "vi" => (format!("{vi} (tiếng Việt)"), format!("{en} (Vietnamese)")),
        "en" => (format!("{vi} (tiếng Anh)"), format!("{en} (English)")),
        // Entries are counted from 1 by people.
        below => match below.split('/').next().and_then(|number| number.parse::<u32>().ok()) {
            Some(number) => {
                let number = number.saturating_add(1);
                (format!("{vi}, mục {number}"), format!("{en}, entry {number}"))
            }
            None => ((*vi).to_owned(), (*en).to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::EntryKind;
    use crate::domain::review::decision::members;

    #[test]
    fn every_member_has_a_name() {
        for kind in EntryKind::ALL {
            for member in members(*kind) {
                assert!(LABELS.iter().any(|(name, ..)| *name == member), "{member}");
            }
        }
        let told = |pointer| place(pointer).0;
        assert_eq!(told("/title/vi"), "tên (tiếng Việt)");
        assert_eq!(told("/specifications/1/value"), "thông số kỹ thuật, mục 2");
        assert_eq!(told("/foreign_register/number"), "số đăng ký ở nước ngoài");
        assert_eq!(told("/x/y"), "/x/y");
    }
}
