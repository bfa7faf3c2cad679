//! Repeated parts of a listing in one cell: entries parted by semicolons or new lines, their members by `|`. What has such a
//! sign itself stands in quotes, as in JSON.
//!
//! `Sáng chế | Đã cấp văn bằng | VN | | 1-0034567 | 2021-07-20; Nhãn hiệu | Đã nộp đơn | VN | 4-2024-01234`

use serde_json::{Map, Number, Value};

use super::choices::Choice;
use super::names::Names;
use super::values;
use crate::domain::fields::{Names as MemberNames, Violation};
use crate::domain::listing::office::{OFFICE_HERE, Office, is_office_here};
use crate::domain::taxonomy::TaxonomyName;
use crate::domain::text::fold;

/// What is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entries {
    /// Rights of intellectual property.
    Rights,
    /// Owners.
    Owners,
    /// Certificates.
    Certificates,
}

/// How a member is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Choice(Choice),
    Text,
    /// The office of a country, or one of several.
    Office,
    /// Per cent.
    Share,
    Day,
    /// Whether everybody sees it.
    IsPublic,
}

/// What is told of a right that everybody sees, in Vietnamese and English.
const PUBLIC: (&str, &str) = ("công khai", "public");
/// And of one that its owner and officers see.
const CLOSED: [&str; 2] = ["không công khai", "not public"];

impl Entries {
    /// The members in their order, and what each is called in Vietnamese and English.
    const fn members(self) -> &'static [(&'static str, Member, MemberNames)] {
        match self {
            Self::Rights => &[
                ("type", Member::Choice(Choice::RightType), ("loại quyền", "type")),
                ("status", Member::Choice(Choice::RightStatus), ("tình trạng", "status")),
                ("office", Member::Office, ("cơ quan (mã)", "office (code)")),
                ("application_number", Member::Text, ("số đơn", "application number")),
                ("grant_number", Member::Text, ("số bằng", "grant number")),
                ("filed_on", Member::Day, ("ngày nộp đơn", "filed on")),
                ("granted_on", Member::Day, ("ngày cấp", "granted on")),
                ("expires_on", Member::Day, ("ngày hết hạn", "expires on")),
                ("is_public", Member::IsPublic, ("công khai", "public")),
            ],
            Self::Owners => &[
                ("type", Member::Choice(Choice::OwnerType), ("loại chủ sở hữu", "type")),
                ("name", Member::Text, ("tên", "name")),
                ("share_percent", Member::Share, ("tỷ lệ %", "share in %")),
                ("enterprise_id", Member::Text, ("ID đơn vị trên Sàn", "enterprise ID")),
            ],
            Self::Certificates => &[
                ("scheme", Member::Choice(Choice::Scheme), ("loại chứng nhận", "scheme")),
                ("number", Member::Text, ("số hiệu", "number")),
                ("valid_to", Member::Day, ("ngày hết hạn", "valid to")),
                ("file_id", Member::Text, ("ID tệp", "file ID")),
            ],
        }
    }

    /// The members as a template tells them.
    pub fn told(self, is_english: bool) -> String {
        let names = self
            .members()
            .iter()
            .map(|(_, _, (vi, en))| if is_english { *en } else { *vi });
        names.collect::<Vec<_>>().join(" | ")
    }

    /// The members that are one of few values, by what they are called.
    pub fn choices(self) -> Vec<(MemberNames, Choice)> {
        let choice = |(_, member, names): &(&'static str, Member, MemberNames)| match member {
            Member::Choice(choice) => Some((*names, *choice)),
            _ => None,
        };
        self.members().iter().filter_map(choice).collect()
    }

    /// What a part is called by its place among the entries, as the rest of a pointer (`0/filed_on`): `mục 1, “ngày nộp đơn”`. A cell may
    /// have many of them.
    pub fn part(self, place: &str) -> Option<(String, String)> {
        let (at, name) = place
            .split_once('/')
            .map_or((place, None), |(at, name)| (at, Some(name)));
        let number = at.parse::<usize>().ok()?.checked_add(1)?;
        let mut members = self.members().iter();
        Some(match name.and_then(|name| members.find(|(known, ..)| *known == name)) {
            Some((.., (vi, en))) => (format!("mục {number}, “{vi}”"), format!("entry {number}, “{en}”")),
            None => (format!("mục {number}"), format!("entry {number}")),
        })
    }

    /// Why a cell of these cannot be read.
    pub const fn malformed(self) -> Violation {
        Violation::Malformed {
            what: match self {
                Self::Rights => "cell_of_rights",
                Self::Owners => "cell_of_owners",
                Self::Certificates => "cell_of_certificates",
            },
        }
    }

    /// What a cell says.
    pub fn read(self, names: &Names, cell: &str) -> Result<Vec<Value>, Violation> {
        let entries = entries_of(cell).ok_or_else(|| self.malformed())?;
        if entries.iter().any(|entry| !self.is_readable(entry)) {
            return Err(self.malformed());
        }
        let read = entries.iter().map(|entry| Value::Object(self.entry(names, entry)));
        Ok(read.collect())
    }

    /// The first entry of a cell that cannot be read, where the cell can be taken apart.
    pub fn unreadable(self, cell: &str) -> Option<usize> {
        entries_of(cell)?.iter().position(|entry| !self.is_readable(entry))
    }

    /// Whether an entry has no more members than there are, and says something.
    fn is_readable(self, entry: &[String]) -> bool {
        entry.len() <= self.members().len() && entry.iter().any(|text| !text.is_empty())
    }

    fn entry(self, names: &Names, texts: &[String]) -> Map<String, Value> {
        let mut entry = Map::new();
        for ((name, member, _), text) in self.members().iter().zip(texts) {
            if !text.is_empty() && *member != Member::IsPublic {
                entry.insert((*name).to_owned(), member.read(names, text));
            }
        }
        if self == Self::Rights {
            let said = texts.get(self.members().len().saturating_sub(1)).map(String::as_str);
            entry.insert("is_public".into(), is_public(said.unwrap_or_default()));
        }
        entry
    }

    /// What [`read`](Self::read) reads as these.
    pub fn written(self, entries: &[Value], is_english: bool) -> String {
        let written = entries.iter().map(|entry| {
            let members = self.members().iter().map(|(name, member, _)| {
                let value = entry.get(*name).unwrap_or(&Value::Null);
                member.written(value, is_english)
            });
            let members: Vec<String> = members.collect();
            members.join(" | ").trim_end_matches([' ', '|']).to_owned()
        });
        written.collect::<Vec<_>>().join("; ")
    }
}

impl Member {
    fn read(self, names: &Names, text: &str) -> Value {
        match self {
            Self::Choice(choice) => choice.code(text).into(),
            Self::Office => match Office::named(text) {
                Some(office) => office.as_str().into(),
                None if is_office_here(text) => OFFICE_HERE.0.into(),
                None => names.code(TaxonomyName::Countries, text).into(),
            },
            Self::Day => values::day(text).unwrap_or_else(|| text.to_owned()).into(),
            // What is no number is refused where the listing is read.
            Self::Share => share(text).map_or_else(|| text.into(), Value::Number),
            Self::Text | Self::IsPublic => text.into(),
        }
    }

    fn written(self, value: &Value, is_english: bool) -> String {
        match (self, value) {
            (Self::Choice(choice), Value::String(code)) => choice.name(code, is_english),
            (Self::IsPublic, Value::Bool(true)) => (if is_english { PUBLIC.1 } else { PUBLIC.0 }).to_owned(),
            (Self::IsPublic, _) | (_, Value::Null) => String::new(),
            (_, Value::String(text)) => in_quotes_if_needed(text),
            (_, other) => other.to_string(),
        }
    }
}

/// `33.33`, `33,33`, `50 %`.
fn share(text: &str) -> Option<Number> {
    let bare = text.trim_end_matches('%').trim().replace(',', ".");
    bare.parse().ok()
}

/// Whether everybody sees a right; a text that says neither is refused where the listing is read.
fn is_public(text: &str) -> Value {
    let key = fold(text);
    if text.is_empty() || CLOSED.iter().any(|name| fold(name) == key) {
        return false.into();
    }
    if key == fold(PUBLIC.0) || key == fold(PUBLIC.1) {
        return true.into();
    }
    values::yes_or_no(text).map_or_else(|| text.into(), Value::Bool)
}

/// The entries of a cell with their members; between two signs without anything, not even `|`, there is none.
fn entries_of(cell: &str) -> Option<Vec<Vec<String>>> {
    let mut entries = parts(cell, &['|'])?;
    entries.retain(|entry| entry.len() > 1 || entry.iter().any(|text| !text.is_empty()));
    Some(entries)
}

/// Texts of a cell that are parted by semicolons or new lines.
pub fn texts(cell: &str) -> Option<Vec<String>> {
    let parts = parts(cell, &[])?.into_iter().flatten();
    Some(parts.filter(|text| !text.is_empty()).collect())
}

/// The same the other way.
pub fn written(texts: &[Value]) -> String {
    let texts = texts.iter().filter_map(Value::as_str).map(in_quotes_if_needed);
    texts.collect::<Vec<_>>().join("; ")
}

/// Takes a cell apart: into entries, and each into members, by signs that stand outside of quotes. Nothing where something
/// follows quotes that parts nothing.
fn parts(cell: &str, inner: &[char]) -> Option<Vec<Vec<String>>> {
    let is_end = |sign: char| sign == ';' || sign == '\n' || inner.contains(&sign);
    let mut entries = vec![Vec::new()];
    let mut rest = cell;
    loop {
        let start = rest.trim_start_matches(|sign: char| sign.is_whitespace() && sign != '\n');
        let (text, behind) = match values::quoted_part(start).filter(|_| start.starts_with('"')) {
            Some((text, behind)) => (
                text,
                behind.trim_start_matches(|sign: char| sign.is_whitespace() && sign != '\n'),
            ),
            None => {
                let end = start.find(is_end).unwrap_or(start.len());
                let (text, behind) = start.split_at(end);
                (text.trim().to_owned(), behind)
            }
        };
        if let Some(entry) = entries.last_mut() {
            entry.push(text);
        }
        let mut signs = behind.chars();
        match signs.next() {
            None => return Some(entries),
            Some(sign) if inner.contains(&sign) => {}
            Some(sign) if is_end(sign) => entries.push(Vec::new()),
            Some(_) => return None,
        }
        rest = signs.as_str();
    }
}

/// A text as it is, or in quotes where it would be taken for something else.
fn in_quotes_if_needed(text: &str) -> String {
    let is_plain =
        !text.is_empty() && !text.contains([';', '|', '\n']) && !text.starts_with('"') && text.trim() == text;
    if is_plain {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::{InForce, Taxonomies};
    use serde_json::json;

    fn names() -> Names {
        let day = jiff::civil::date(2026, 8, 1);
        Names::of(&InForce::on(Taxonomies::embedded().clone(), day), &[])
    }

    #[test]
    fn rights_are_read_as_people_write_them() {
        let cell = "Sáng chế | đã cấp văn bằng | Việt Nam | | 1-0034567 | 20/07/2021 | 2024-03-05 | | Công khai;\n trade_secret|secret";
        assert_eq!(
            Entries::Rights.read(&names(), cell).unwrap(),
            [
                json!({"type": "patent", "status": "granted", "office": "VN", "grant_number": "1-0034567",
                    "filed_on": "2021-07-20", "granted_on": "2024-03-05", "is_public": true}),
                json!({"type": "trade_secret", "status": "secret", "is_public": false}),
            ]
        );
        let unknown = Entries::Rights.read(&names(), "Bằng khen | cấp | EP").unwrap();
        assert_eq!(
            unknown,
            [json!({"type": "Bằng khen", "status": "cấp", "office": "EP", "is_public": false})]
        );
        for (said, office) in [
            ("EP (Cơ quan Sáng chế châu Âu)", "EP"),
            ("European Patent Office (EP)", "EP"),
            ("EUIPO", "EM"),
            ("VN (Việt Nam)", "VN"),
            ("Cục SHTT", "VN"),
            ("VN (Cục Sở hữu trí tuệ)", "VN"),
            ("EP (Việt Nam)", "EP (Việt Nam)"),
        ] {
            let read = Entries::Rights.read(&names(), &format!("Sáng chế | Đã cấp văn bằng | {said}"));
            assert_eq!(read.unwrap()[0]["office"], office, "{said}");
        }
    }

    #[test]
    fn parts_are_told_by_their_names() {
        for (place, told) in [
            ("0/filed_on", Some(("mục 1, “ngày nộp đơn”", "entry 1, “filed on”"))),
            (
                "11/expires_on",
                Some(("mục 12, “ngày hết hạn”", "entry 12, “expires on”")),
            ),
            ("1", Some(("mục 2", "entry 2"))),
            ("1/colour", Some(("mục 2", "entry 2"))),
            ("x", None),
        ] {
            let told = told.map(|(vi, en): (&str, &str)| (vi.to_owned(), en.to_owned()));
            assert_eq!(Entries::Rights.part(place), told, "{place}");
        }
    }

    #[test]
    fn owners_and_certificates_are_read_as_people_write_them() {
        let owners = Entries::Owners
            .read(
                &names(),
                "Tổ chức | Viện Cơ điện | 66,67 %; Cá nhân | \"An; Bình\" | 33.33",
            )
            .unwrap();
        assert_eq!(
            owners,
            [
                json!({"type": "organisation", "name": "Viện Cơ điện", "share_percent": 66.67}),
                json!({"type": "individual", "name": "An; Bình", "share_percent": 33.33}),
            ]
        );
        let held = Entries::Certificates
            .read(&names(), "ISO | 9001:2015 | 31/12/2027\nKhác | OCOP")
            .unwrap();
        assert_eq!(
            held,
            [
                json!({"scheme": "iso", "number": "9001:2015", "valid_to": "2027-12-31"}),
                json!({"scheme": "other", "number": "OCOP"}),
            ]
        );
    }

    #[test]
    fn what_cannot_be_parted_is_refused() {
        for (entries, cell) in [
            (Entries::Owners, "Tổ chức | Viện | 50 | id | thừa"),
            (Entries::Owners, "Tổ chức | \"Viện\" Cơ điện"),
            (Entries::Certificates, "ISO|9001|||x"),
            (Entries::Rights, "|"),
        ] {
            assert_eq!(entries.read(&names(), cell), Err(entries.malformed()), "{cell}");
        }
        assert_eq!(Entries::Certificates.unreadable("ISO|9001;\n; ISO|1|||x"), Some(1));
        assert_eq!(Entries::Owners.unreadable("Tổ chức | \"Viện\" Cơ điện"), None);
        assert_eq!(Entries::Owners.read(&names(), " ; \n").unwrap(), Vec::<Value>::new());
    }

    #[test]
    fn texts_are_parted_and_kept() {
        assert_eq!(texts("Sấy; Bảo quản\n\"a; b\"").unwrap(), ["Sấy", "Bảo quản", "a; b"]);
        let hard = [json!("\"a\" b"), json!("c; d"), json!("e|f")];
        assert_eq!(texts(&written(&hard)).unwrap(), ["\"a\" b", "c; d", "e|f"]);
    }
}
