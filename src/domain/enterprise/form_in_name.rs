//! Which legal form a name says: `Công ty TNHH Sao Đỏ` is no joint-stock company.

use crate::domain::text::fold;

/// Forms whose enterprises are called by them; others, as branches and state-owned enterprises, say something else.
const SAID: [&str; 9] = [
    "tnhh_1tv",
    "tnhh_2tv",
    "cp",
    "hop_danh",
    "dntn",
    "htx",
    "lh_htx",
    "to_hop_tac",
    "ho_kd",
];
/// How names begin, folded and with short words written out, with the forms that fit; the longer ones first.
const BEGINNINGS: [(&str, &[&str]); 19] = [
    ("cong ty tnhh mot thanh vien", &["tnhh_1tv"]),
    ("cong ty tnhh 1 thanh vien", &["tnhh_1tv"]),
    ("cong ty tnhh mtv", &["tnhh_1tv"]),
    ("cong ty tnhh hai thanh vien", &["tnhh_2tv"]),
    ("cong ty tnhh 2 thanh vien", &["tnhh_2tv"]),
    ("cong ty tnhh", &["tnhh_1tv", "tnhh_2tv"]),
    ("cong ty co phan", &["cp"]),
    ("cong ty cp", &["cp"]),
    ("ctcp", &["cp"]),
    ("cong ty hop danh", &["hop_danh"]),
    ("doanh nghiep tu nhan", &["dntn"]),
    ("dntn", &["dntn"]),
    ("hop tac xa", &["htx"]),
    ("htx", &["htx"]),
    ("lien hiep hop tac xa", &["lh_htx"]),
    ("lien hiep htx", &["lh_htx"]),
    ("to hop tac", &["to_hop_tac"]),
    ("ho kinh doanh", &["ho_kd"]),
    ("hkd", &["ho_kd"]),
];
/// Ways to begin with `công ty`, and to write `TNHH`.
const COMPANY: [&str; 3] = ["cty ", "c ty ", "ct "];
const LIMITED: &str = "trach nhiem huu han";

/// Whether the name of an enterprise says another form than it has, a code of the list `legal_forms`.
pub fn says_another_form(name: &str, form: &str) -> bool {
    if !SAID.contains(&form) {
        return false;
    }
    let mut name = fold(name);
    if let Some(rest) = COMPANY.iter().find_map(|short| name.strip_prefix(short)) {
        name = format!("cong ty {rest}");
    }
    let name = name.replacen(LIMITED, "tnhh", 1);
    let begins = |beginning: &str| {
        let rest = name.strip_prefix(beginning);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let said = BEGINNINGS.iter().find(|(beginning, _)| begins(beginning));
    said.is_some_and(|(_, forms)| !forms.contains(&form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_form_agree_or_not() {
        for (name, form, differs) in [
            ("Công ty TNHH Sao Đỏ", "cp", true),
            ("Công ty Trách nhiệm hữu hạn Sao Đỏ", "cp", true),
            ("C.ty TNHH Sao Đỏ", "tnhh_1tv", false),
            ("Công ty TNHH Sao Đỏ", "tnhh_2tv", false),
            ("Cty TNHH MTV Sao Đỏ", "tnhh_2tv", true),
            ("Công ty Cổ phần Dê Vàng", "htx", true),
            ("CTCP Dê Vàng", "cp", false),
            ("HTX Dê Vàng", "htx", false),
            ("Liên hiệp HTX Dê Vàng", "htx", true),
            ("Công ty Cổ phần Dê Vàng", "dnnn", false),
            ("Công ty Cổ phần Dê Vàng", "chi_nhanh", false),
            ("Chi nhánh Công ty Cổ phần Dê Vàng", "chi_nhanh", false),
            ("Hợp tác xanh Dê Vàng", "cp", false),
            ("Dê Vàng", "cp", false),
        ] {
            assert_eq!(says_another_form(name, form), differs, "{name} {form}");
        }
    }
}
