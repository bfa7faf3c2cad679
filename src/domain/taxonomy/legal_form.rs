//! Legal forms as people write them: abbreviated (`Cty TNHH MTV`), without `công ty`, or only begun (`Công ty TNHH`).

use super::{InForce, TaxonomyItem, TaxonomyName};
use crate::domain::legal_form_words;
use crate::domain::text::fold;

/// Most that are told of those that a text begins.
const MOST: usize = 5;

/// What a legal form is called, folded, with short words written out, and without what is left out as often as not (`công ty` before
/// it, `trở lên` behind it).
fn plain_form(name: &str) -> String {
    let plain = legal_form_words::plain(&fold(name));
    let plain = plain.as_str();
    let plain = plain.strip_prefix("cong ty ").unwrap_or(plain);
    plain.strip_suffix(" tro len").unwrap_or(plain).to_owned()
}

impl InForce {
    /// The legal form that goes by a name, however it is written: of those that may be used.
    pub fn legal_form_named(&self, name: &str) -> Option<&TaxonomyItem> {
        let plain = plain_form(name);
        self.legal_forms().find(|form| plain_form(&form.name_vi) == plain)
    }

    /// The legal forms whose name a text begins: `Cty TNHH` leaves open which of two. By code and name.
    pub(super) fn legal_forms_begun(&self, text: &str) -> Vec<(String, String)> {
        let plain = plain_form(text);
        let is_begun = |form: &TaxonomyItem| {
            let name = plain_form(&form.name_vi);
            let rest = name.strip_prefix(plain.as_str());
            !plain.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        let begun = self.legal_forms().filter(|form| is_begun(form)).take(MOST);
        begun.map(|form| (form.code.clone(), form.name_vi.clone())).collect()
    }

    fn legal_forms(&self) -> impl Iterator<Item = &TaxonomyItem> {
        let today = self.today();
        let forms = self.lists().items(TaxonomyName::LegalForms, None);
        forms.filter(move |form| form.is_valid_on(today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::Taxonomies;

    #[test]
    fn forms_are_found_however_they_are_written() {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        for (name, code) in [
            ("Cty TNHH MTV", Some("tnhh_1tv")),
            ("TNHH 1 thành viên", Some("tnhh_1tv")),
            ("Công ty trách nhiệm hữu hạn một thành viên", Some("tnhh_1tv")),
            ("TNHH 2TV", Some("tnhh_2tv")),
            ("C.ty TNHH 2 thành viên trở lên", Some("tnhh_2tv")),
            ("CTCP", Some("cp")),
            ("Cty CP", Some("cp")),
            ("DN tư nhân", Some("dntn")),
            ("DNTN", Some("dntn")),
            ("HTX", Some("htx")),
            ("LH HTX", Some("lh_htx")),
            ("THT", Some("to_hop_tac")),
            ("HKD", Some("ho_kd")),
            ("HoKD", Some("ho_kd")),
            ("Hộ kinh doanh cá thể", Some("ho_kd")),
            ("VP đại diện", Some("vpdd")),
            ("Cty TNHH", None),
            ("Công ty", None),
            ("", None),
        ] {
            let found = lists.legal_form_named(name).map(|form| form.code.as_str());
            assert_eq!(found, code, "{name}");
        }
        for form in lists.legal_forms() {
            let found = lists.legal_form_named(&form.name_vi);
            assert_eq!(found.map(|found| &found.code), Some(&form.code));
        }
    }

    #[test]
    fn what_a_text_begins_is_told() {
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        let begun = |text: &str| -> Vec<String> {
            let begun = lists.legal_forms_begun(text).into_iter();
            begun.map(|(code, _)| code).collect()
        };
        for text in ["Cty TNHH", "Công ty TNHH", "tnhh"] {
            assert_eq!(begun(text), ["tnhh_1tv", "tnhh_2tv"], "{text}");
        }
        for text in ["", "Công ty", "Tập đoàn", "TNH"] {
            assert!(begun(text).is_empty(), "{text}");
        }
    }
}
