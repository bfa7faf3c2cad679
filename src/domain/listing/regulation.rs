//! What the law on technology transfer says of a technology (công nghệ khuyến khích, hạn chế, cấm chuyển giao): what the
//! owner of a listing declares, what an officer found, and the list on a day that both are held against.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::ids::AccountId;
use crate::domain::taxonomy::TaxonomyItem;
use crate::domain::text_enum;

text_enum! {
    /// What the law says of it, from the least to the strictest (nhóm công nghệ).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum RegulatoryClass {
        /// On no list (không thuộc danh mục).
        Unrestricted => "unrestricted",
        /// Its transfer is encouraged (khuyến khích chuyển giao).
        Encouraged => "encouraged",
        /// Its transfer needs a licence (hạn chế chuyển giao).
        Restricted => "restricted",
        /// It must not be transferred (cấm chuyển giao).
        Prohibited => "prohibited",
    }
}

impl RegulatoryClass {
    /// What it is called in Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Unrestricted => "không thuộc danh mục",
            Self::Encouraged => "khuyến khích chuyển giao",
            Self::Restricted => "hạn chế chuyển giao",
            Self::Prohibited => "cấm chuyển giao",
        }
    }

    /// What it is called in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Unrestricted => "on no list",
            Self::Encouraged => "transfer encouraged",
            Self::Restricted => "transfer restricted",
            Self::Prohibited => "transfer prohibited",
        }
    }

    /// What it is called in Vietnamese and in English.
    pub const fn names(self) -> (&'static str, &'static str) {
        (self.name_vi(), self.name_en())
    }

    /// What everybody is told who sees it, in Vietnamese and in English.
    pub const fn warning(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Restricted => Some((
                "Công nghệ hạn chế chuyển giao: trước khi ký hợp đồng phải có văn bản chấp thuận chuyển giao công nghệ, và chỉ được chuyển giao sau khi có Giấy phép chuyển giao công nghệ (Luật Chuyển giao công nghệ 07/2017/QH14, Điều 28 đến Điều 30, và các văn bản sửa đổi).",
                "Technology whose transfer is restricted: a transfer must be approved in writing before a contract is signed, and needs a technology transfer licence (Law on Technology Transfer 07/2017/QH14, Articles 28 to 30, as amended).",
            )),
            Self::Unrestricted | Self::Encouraged | Self::Prohibited => None,
        }
    }

    /// Whether officers look at it more closely.
    pub const fn is_watched(self) -> bool {
        matches!(self, Self::Restricted | Self::Prohibited)
    }
}

/// Most entries of the list that one listing names.
pub const MAX_ITEMS: usize = 10;

/// What is said of a technology: a class, and the entries of the list that it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regulation {
    /// The class; none where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<RegulatoryClass>,
    /// Codes of the list `regulated_technologies`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
}

/// What an officer found; it stands above what the owner declares (kết luận phân nhóm công nghệ).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The class.
    pub class: RegulatoryClass,
    /// The entries that it rests on.
    #[serde(default)]
    pub items: Vec<String>,
    /// Why; the owner reads it.
    pub note: String,
    /// Who found it.
    pub officer: AccountId,
    /// When.
    pub at: Timestamp,
    /// By which edition of the lists.
    pub edition: i64,
}

/// What holds of a listing: what was found, else what is declared.
pub fn holds<'a>(finding: Option<&'a Finding>, declared: &'a Regulation) -> (Option<RegulatoryClass>, &'a [String]) {
    match finding {
        Some(found) => (Some(found.class), &found.items),
        None => (declared.class, &declared.items),
    }
}

/// The class that the code of an entry tells: `restricted.arsenic_preservatives`.
pub fn class_of_code(code: &str) -> Option<RegulatoryClass> {
    let (class, own) = code.split_once('.')?;
    class.parse().ok().filter(|_| !own.is_empty())
}

/// The list of regulated technologies on a day.
#[derive(Clone, Debug)]
pub struct RegulatedList {
    items: HashMap<String, TaxonomyItem>,
    today: Date,
}

impl RegulatedList {
    /// The list on a day.
    pub fn on(today: Date, items: impl IntoIterator<Item = TaxonomyItem>) -> Self {
        let items = items.into_iter().map(|item| (item.code.clone(), item));
        Self {
            items: items.collect(),
            today,
        }
    }

    /// The day.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The entries that are in force, without the classes themselves.
    pub fn in_force(&self) -> impl Iterator<Item = (&TaxonomyItem, RegulatoryClass)> {
        let valid = self.items.values().filter(|item| item.is_valid_on(self.today));
        valid.filter_map(|item| Some((item, class_of_code(&item.code)?)))
    }

    /// An entry, whether or not it is in force.
    pub fn entry(&self, code: &str) -> Option<&TaxonomyItem> {
        self.items.get(code)
    }

    /// The strictest class that entries stand for today: what has ended counts for what took its place.
    pub fn class_today(&self, codes: &[String]) -> Option<RegulatoryClass> {
        let mut open: Vec<&str> = codes.iter().map(String::as_str).collect();
        // What officers enter could go round in a circle.
        let mut seen: Vec<&str> = Vec::new();
        let mut strictest = None;
        while let Some(code) = open.pop() {
            if seen.contains(&code) {
                continue;
            }
            seen.push(code);
            match self.items.get(code) {
                Some(item) if item.is_valid_on(self.today) => strictest = strictest.max(class_of_code(code)),
                Some(item) => open.extend(item.successors.iter().map(String::as_str)),
                None => {}
            }
        }
        strictest
    }

    /// What the law says today: never less than what is said of it.
    pub fn judge(&self, (class, items): (Option<RegulatoryClass>, &[String])) -> RegulatoryClass {
        let unrestricted = RegulatoryClass::Unrestricted;
        class.max(self.class_today(items)).unwrap_or(unrestricted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use std::collections::BTreeMap;

    fn item(code: &str, to: Option<Date>, successors: &[&str]) -> TaxonomyItem {
        TaxonomyItem {
            code: code.into(),
            parent: None,
            name_vi: code.into(),
            name_en: None,
            attributes: BTreeMap::new(),
            valid_from: Some(date(2018, 7, 1)),
            valid_to: to,
            successors: successors.iter().map(|code| (*code).to_owned()).collect(),
            version: 1,
        }
    }

    #[test]
    fn what_ended_counts_for_what_took_its_place() {
        use RegulatoryClass::*;
        let end = Some(date(2026, 4, 1));
        let list = RegulatedList::on(
            date(2026, 5, 1),
            [
                item("restricted", None, &[]),
                item("restricted.a", None, &[]),
                item("restricted.b", end, &["prohibited.b"]),
                item("prohibited.b", None, &[]),
                item("restricted.c", end, &[]),
                item("restricted.d", end, &["restricted.d", "encouraged.d"]),
                item("encouraged.d", None, &[]),
            ],
        );
        let today = |codes: &[&str]| list.class_today(&codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>());
        assert_eq!(today(&["restricted.a"]), Some(Restricted));
        assert_eq!(today(&["restricted.a", "restricted.b"]), Some(Prohibited));
        assert_eq!(today(&["restricted.c", "nowhere.x", "restricted"]), None);
        assert_eq!(today(&["restricted.d"]), Some(Encouraged));
        // What was declared is not taken back by the list.
        assert_eq!(list.judge((Some(Restricted), &["restricted.d".into()])), Restricted);
        assert_eq!(list.judge((Some(Restricted), &["restricted.b".into()])), Prohibited);
        assert_eq!(list.judge((None, &[])), Unrestricted);
        assert_eq!(list.in_force().count(), 3);
    }

    #[test]
    fn what_an_officer_found_stands_above_what_is_declared() {
        use RegulatoryClass::*;
        let declared = Regulation {
            class: Some(Encouraged),
            items: vec!["encouraged.a".into()],
        };
        assert_eq!(holds(None, &declared), (Some(Encouraged), &declared.items[..]));
        let found = Finding {
            class: Restricted,
            items: Vec::new(),
            note: "Điều 10".into(),
            officer: AccountId(uuid::Uuid::nil()),
            at: Timestamp::UNIX_EPOCH,
            edition: 3,
        };
        assert_eq!(holds(Some(&found), &declared), (Some(Restricted), &[][..]));
        assert!(Unrestricted < Encouraged && Encouraged < Restricted && Restricted < Prohibited);
        for class in RegulatoryClass::ALL {
            assert_eq!(class.warning().is_some(), *class == Restricted, "{class}");
        }
    }
}
