//! What is wrong with one field of an input, told so that a person can mend it.

mod errors;
mod labels;
mod law;
mod malformed;
mod named;
mod successor;
mod whereabouts;

use jiff::civil::Date;

pub use errors::{FieldError, FieldErrors};
use labels::{codes_of, conflict, tax_code_vi};
pub use law::LawFault;
use malformed::malformed;
pub use named::{NamedValue, Names, code_and_name, is_called, named_values, one_of_named, with_name};
pub use successor::Successor;
pub use whereabouts::Whereabouts;

use crate::domain::TextEnum;
use crate::domain::file::FileFault;
use crate::domain::import::TableFault;
use crate::domain::listing::share::Share;
use crate::domain::tax_code::TaxCodeError;

/// Why one value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// Nothing was given where something must be.
    Required,
    /// More than `max` characters.
    TooLong {
        /// Most characters allowed.
        max: usize,
    },
    /// More than `max` words.
    TooManyWords {
        /// Most words allowed.
        max: usize,
    },
    /// Fewer than `min` characters.
    TooShort {
        /// Fewest characters allowed.
        min: usize,
    },
    /// More than `max` entries in a list.
    TooMany {
        /// Most entries allowed.
        max: usize,
    },
    /// A control or invisible direction character.
    ControlCharacter,
    /// Not a code of the list named.
    UnknownCode {
        /// The list, as in `GET /taxonomies/{name}`.
        list: &'static str,
    },
    /// A code that ended, and what it became.
    CodeEnded {
        /// The list.
        list: &'static str,
        /// What to choose from instead; several when it was split, none when nothing took its place.
        successors: Vec<Successor>,
    },
    /// A name that several entries have.
    SeveralMeant {
        /// The list.
        list: &'static str,
        /// The entries.
        successors: Vec<Successor>,
    },
    /// A code that will be valid, but is not yet.
    CodeNotYet {
        /// The list.
        list: &'static str,
        /// The first day on which it is.
        from: Date,
    },
    /// No commune, where its name may stand in the place of the code.
    UnknownCommune,
    /// A commune of another province than the one that was given; or a name, which communes of other provinces have.
    OtherProvince {
        /// Each commune, and the province in which it lies.
        places: Vec<(String, String)>,
    },
    /// A province into which a commune is not put.
    LiesElsewhere(Whereabouts),
    /// An end that is not after the beginning.
    NotAfter {
        /// The beginning.
        day: Date,
    },
    /// An end while entries below go on.
    EntriesBelow {
        /// How many.
        count: usize,
        /// Their codes, the first of them.
        codes: Vec<String>,
        /// Whether they go along to what takes its place, where that is told.
        go_along: bool,
    },
    /// The name of another entry of the same place that is valid then.
    SameName {
        /// Its code.
        code: String,
    },
    /// The same entry twice.
    Duplicate,
    /// Somebody else on the exchange has it already.
    Taken,
    /// A number outside its range (both ends allowed).
    OutOfRange {
        /// Least value.
        min: i64,
        /// Greatest value.
        max: i64,
    },
    /// A day that cannot be meant (both ends allowed).
    DayOutside {
        /// First day.
        first: Date,
        /// Last day.
        last: Date,
    },
    /// More than what is left of the whole.
    BeyondShare {
        /// What is left.
        left: Share,
    },
    /// Not of the form that `what` has.
    Malformed {
        /// Stable name of the form (`email`, `phone`, `web_address`, …).
        what: &'static str,
    },
    /// A row with a member that stands twice in its object: which of both is meant is not known.
    MemberTwice {
        /// Number of the row.
        row: i64,
        /// The member, as a pointer.
        member: String,
    },
    /// None of the few values that there are.
    NotOneOf {
        /// The values.
        values: Vec<String>,
    },
    /// None of the few values that there are, which people call something.
    NoneOfNamed {
        /// The values, each with what it is called in Vietnamese and in English.
        values: Vec<NamedValue>,
    },
    /// Nothing (`null`) where something must be.
    Null,
    /// Not in the list named, and what in it comes nearest to what was said.
    NotInList {
        /// The list, as in `GET /taxonomies/{name}`.
        list: &'static str,
        /// What was said.
        said: String,
        /// Codes and names, the nearest first; of a short list all of them.
        near: Vec<(String, String)>,
    },
    /// A name beside a code, where a code is taken alone.
    CodeAlone {
        /// The list, as in `GET /taxonomies/{name}`; none of a few values.
        list: Option<&'static str>,
        /// The code.
        code: String,
        /// What it is called in Vietnamese and in English.
        name: (String, String),
    },
    /// Does not fit another field.
    Conflicts {
        /// The other field.
        with: &'static str,
    },
    /// Not a Vietnamese tax code.
    TaxCode(TaxCodeError),
    /// A password that is too easy to guess.
    GuessablePassword,
    /// A password without one of the four classes of characters that TCVN asks for.
    PasswordClasses,
    /// A password that was used before.
    UsedPassword,
    /// Words that are not published on the exchange.
    Screened {
        /// As they stand in the text.
        found: String,
    },
    /// A technology that must not be transferred.
    Prohibited,
    /// Something on the checklist that was not looked at.
    NotTicked {
        /// What, in Vietnamese.
        vi: String,
        /// What, in English.
        en: String,
    },
    /// Something that the law asks for.
    RequiredByLaw {
        /// What, in Vietnamese.
        vi: String,
        /// What, in English.
        en: String,
        /// The article.
        basis: String,
    },
    /// What the law speaks against, with its article.
    Law(LawFault),
    /// A file that cannot be taken.
    File(FileFault),
    /// A file of listings that cannot be taken.
    Table(TableFault),
}

impl Violation {
    /// Stable code, part of the API: never renamed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required | Self::Null => "required",
            Self::TooLong { .. } => "too_long",
            Self::TooManyWords { .. } => "too_many_words",
            Self::TooShort { .. } => "too_short",
            Self::TooMany { .. } => "too_many",
            Self::ControlCharacter => "control_character",
            Self::CodeEnded { .. } | Self::SeveralMeant { list: "communes", .. } => "code_ended",
            Self::UnknownCode { .. }
            | Self::NotInList { .. }
            | Self::SeveralMeant { .. }
            | Self::UnknownCommune
            | Self::CodeAlone { list: Some(_), .. } => "unknown_code",
            Self::CodeNotYet { .. } => "code_not_yet",
            Self::OtherProvince { .. } | Self::LiesElsewhere(_) | Self::NotAfter { .. } => "conflicts",
            Self::EntriesBelow { .. } => "entries_below",
            Self::SameName { .. } => "taken",
            Self::Duplicate => "duplicate",
            Self::Taken => "taken",
            Self::OutOfRange { .. } | Self::DayOutside { .. } | Self::BeyondShare { .. } => "out_of_range",
            Self::Malformed { .. }
            | Self::MemberTwice { .. }
            | Self::NotOneOf { .. }
            | Self::NoneOfNamed { .. }
            | Self::CodeAlone { list: None, .. } => "malformed",
            Self::Conflicts { .. } => "conflicts",
            Self::TaxCode(_) => "invalid_tax_code",
            Self::GuessablePassword => "guessable_password",
            Self::PasswordClasses => "password_classes",
            Self::UsedPassword => "used_password",
            Self::Screened { .. } => "screened",
            Self::Prohibited => "prohibited",
            Self::NotTicked { .. } => "not_ticked",
            Self::RequiredByLaw { .. } => "required_by_law",
            Self::Law(fault) => fault.as_str(),
            Self::File(fault) => fault.as_str(),
            Self::Table(fault) => fault.as_str(),
        }
    }

    /// The Vietnamese sentence.
    pub fn vi(&self) -> String {
        match self {
            Self::Required => "Bắt buộc phải có.".into(),
            Self::TooLong { max } => format!("Tối đa {max} ký tự."),
            Self::TooManyWords { max } => format!("Tối đa {max} từ."),
            Self::TooShort { min } => format!("Phải có ít nhất {min} ký tự."),
            Self::TooMany { max } => format!("Tối đa {max} mục."),
            Self::ControlCharacter => "Có ký tự điều khiển hoặc ký tự ẩn không được phép.".into(),
            Self::UnknownCode { list: "communes" } => UNKNOWN_COMMUNE.0.into(),
            Self::UnknownCode { list } => match codes_of(list) {
                Some(codes) => format!("Phải là một trong: {codes}."),
                None => format!("Mã không có trong danh mục “{list}” (xem GET /api/v1/taxonomies/{list})."),
            },
            Self::CodeEnded { successors, .. } => match successors.as_slice() {
                [] => "Mã này đã hết hiệu lực và không có mã thay thế.".into(),
                [one] => format!("Mã này đã hết hiệu lực; hãy dùng {}.", choice(one)),
                several => format!(
                    "Mã này đã hết hiệu lực và được chia tách; hãy chọn một: {}.",
                    choices(several)
                ),
            },
            Self::SeveralMeant { list, successors } => {
                let sort = if *list == "communes" { "nơi" } else { "mục" };
                format!("Có nhiều {sort} mang tên này; hãy chọn một: {}.", choices(successors))
            }
            Self::CodeNotYet { from, .. } => format!("Mã này có hiệu lực từ ngày {}.", from.strftime("%d/%m/%Y")),
            Self::UnknownCommune => format!("{} {}", UNKNOWN_COMMUNE.0, OR_BY_NAME.0),
            Self::OtherProvince { places } => match places.as_slice() {
                [(commune, province)] => format!(
                    "{commune} thuộc {province}; hãy ghi {province}, hoặc xã, phường của tỉnh, thành phố đã nêu."
                ),
                several => format!(
                    "Tỉnh, thành phố đã nêu không có nơi mang tên này; nơi khác có: {}.",
                    lying(several, "thuộc")
                ),
            },
            Self::LiesElsewhere(told) => told.vi(),
            Self::NotAfter { day } => format!("Phải sau ngày bắt đầu hiệu lực {}.", day.strftime("%d/%m/%Y")),
            Self::EntriesBelow { count, codes, go_along } => format!(
                "Còn {count} mục bên dưới có hiệu lực (như {}); hãy {}kết thúc chúng trước.",
                codes.join(", "),
                if *go_along {
                    "nêu mã thay thế ở successors, hoặc "
                } else {
                    ""
                }
            ),
            Self::SameName { code } => format!("Trùng tên với mục {code} cùng cấp đang có hiệu lực."),
            Self::Duplicate => "Bị lặp lại.".into(),
            Self::Taken => "Đã có trên Sàn.".into(),
            Self::OutOfRange { min, max } => format!("Phải từ {min} đến {max}."),
            Self::DayOutside { first, last } => {
                let told = |day: &Date| day.strftime("%d/%m/%Y").to_string();
                format!("Phải là ngày từ {} đến {}.", told(first), told(last))
            }
            Self::BeyondShare { left } => {
                let left = left.to_string().replace('.', ",");
                format!("Phải từ 0 đến {left}: các phần cộng lại không quá 100%.")
            }
            Self::MemberTwice { row, member } => {
                format!("Dòng {row} ghi trường “{member}” hai lần; hãy ghi mỗi trường một lần.")
            }
            Self::NotOneOf { values } => format!("Phải là một trong: {}.", values.join(", ")),
            Self::NoneOfNamed { values } => {
                let values = values.iter().map(|(code, (vi, _))| with_name(code, vi));
                format!("Phải là một trong: {}.", values.collect::<Vec<_>>().join(", "))
            }
            Self::Null => "Phải có giá trị; không được là null.".into(),
            Self::NotInList {
                list: "communes", near, ..
            } if near.is_empty() => UNKNOWN_COMMUNE.0.into(),
            Self::NotInList { list, said, near } if near.is_empty() => {
                format!("“{said}” không có trong danh mục “{list}” (xem GET /api/v1/taxonomies/{list}).")
            }
            Self::NotInList { list, said, near } => {
                format!("“{said}” không có trong danh mục “{list}”; gần nhất: {}.", named(near))
            }
            Self::CodeAlone { code, name, .. } => format!("Hãy chỉ ghi mã: “{code}” là {}.", name.0),
            Self::Malformed { what } => malformed(what).0.into(),
            Self::Conflicts { with } => conflict(with).0,
            Self::TaxCode(error) => tax_code_vi(*error).into(),
            Self::GuessablePassword => "Mật khẩu quá dễ đoán; hãy dùng một câu dài chỉ mình bạn biết.".into(),
            Self::PasswordClasses => "Mật khẩu phải có chữ thường, chữ hoa, chữ số và ký hiệu.".into(),
            Self::UsedPassword => "Mật khẩu này đã dùng trước đây; hãy chọn mật khẩu khác.".into(),
            Self::Screened { found } => format!("Có từ ngữ không được đăng trên Sàn: “{found}”."),
            Self::Prohibited => "Thuộc danh mục công nghệ cấm chuyển giao.".into(),
            Self::NotTicked { vi, .. } => format!("Chưa đánh dấu mục kiểm tra bắt buộc: “{vi}”."),
            Self::RequiredByLaw { vi, basis, .. } => format!("Còn thiếu: {vi} ({basis})."),
            Self::Law(fault) => fault.vi(),
            Self::File(fault) => fault.vi(),
            Self::Table(fault) => fault.vi(),
        }
    }

    /// The English sentence.
    pub fn en(&self) -> String {
        match self {
            Self::Required => "This is required.".into(),
            Self::TooLong { max } => format!("At most {max} characters."),
            Self::TooManyWords { max } => format!("At most {max} words."),
            Self::TooShort { min } => format!("Must have at least {min} characters."),
            Self::TooMany { max } => format!("At most {max} entries."),
            Self::ControlCharacter => "Contains a control or invisible character that is not allowed.".into(),
            Self::UnknownCode { list: "communes" } => UNKNOWN_COMMUNE.1.into(),
            Self::UnknownCode { list } => match codes_of(list) {
                Some(codes) => format!("Must be one of: {codes}."),
                None => format!("Not a code of the list “{list}” (see GET /api/v1/taxonomies/{list})."),
            },
            Self::CodeEnded { successors, .. } => match successors.as_slice() {
                [] => "This code has ended, and nothing took its place.".into(),
                [one] => format!("This code has ended; use {}.", choice(one)),
                several => format!("This code has ended and was split; choose one: {}.", choices(several)),
            },
            Self::SeveralMeant { list, successors } => {
                let sort = if *list == "communes" { "places" } else { "entries" };
                format!("Several {sort} have this name; choose one: {}.", choices(successors))
            }
            Self::CodeNotYet { from, .. } => format!("This code is valid from {from}."),
            Self::UnknownCommune => format!("{} {}", UNKNOWN_COMMUNE.1, OR_BY_NAME.1),
            Self::OtherProvince { places } => match places.as_slice() {
                [(commune, province)] => {
                    format!(
                        "{commune} lies in {province}; give {province}, or a commune of the province that was given."
                    )
                }
                several => format!(
                    "Nowhere in the province that was given has this name; others have it: {}.",
                    lying(several, "lies in")
                ),
            },
            Self::LiesElsewhere(told) => told.en(),
            Self::NotAfter { day } => format!("Must be after the first day of validity, {day}."),
            Self::EntriesBelow { count, codes, go_along } => format!(
                "{count} of the entries below go on (such as {}); {}end them first.",
                codes.join(", "),
                if *go_along {
                    "tell in successors what takes its place, or "
                } else {
                    ""
                }
            ),
            Self::SameName { code } => format!("The entry {code} beside it has this name and is valid then."),
            Self::Duplicate => "Given twice.".into(),
            Self::Taken => "Already on the exchange.".into(),
            Self::OutOfRange { min, max } => format!("Must be from {min} to {max}."),
            Self::DayOutside { first, last } => format!("Must be a day from {first} to {last}."),
            Self::BeyondShare { left } => {
                format!("Must be from 0 to {left}: all shares together are 100 per cent at most.")
            }
            Self::MemberTwice { row, member } => format!("Row {row} has the member “{member}” twice; write each once."),
            Self::NotOneOf { values } => format!("Must be one of: {}.", values.join(", ")),
            Self::NoneOfNamed { values } => {
                let values = values.iter().map(|(code, (_, en))| with_name(code, en));
                format!("Must be one of: {}.", values.collect::<Vec<_>>().join(", "))
            }
            Self::Null => "Must have a value; null is none.".into(),
            Self::NotInList {
                list: "communes", near, ..
            } if near.is_empty() => UNKNOWN_COMMUNE.1.into(),
            Self::NotInList { list, said, near } if near.is_empty() => {
                format!("“{said}” is not in the list “{list}” (see GET /api/v1/taxonomies/{list}).")
            }
            Self::NotInList { list, said, near } => {
                format!("“{said}” is not in the list “{list}”; nearest: {}.", named(near))
            }
            Self::CodeAlone { code, name, .. } => {
                format!("Give the code alone: “{code}” is {}.", name.1)
            }
            Self::Malformed { what } => malformed(what).1.into(),
            Self::Conflicts { with } => conflict(with).1,
            Self::TaxCode(error) => format!("Not a valid tax code: {error}."),
            Self::GuessablePassword => "Too easy to guess; use a long sentence that only you know.".into(),
            Self::PasswordClasses => "Must have lower case, upper case, a digit and a sign.".into(),
            Self::UsedPassword => "This password was used before; choose another one.".into(),
            Self::Screened { found } => format!("Has words that are not published on the exchange: “{found}”."),
            Self::Prohibited => "On the list of technologies whose transfer is prohibited.".into(),
            Self::NotTicked { en, .. } => format!("A mandatory item of the checklist is not ticked: “{en}”."),
            Self::RequiredByLaw { en, basis, .. } => format!("Still missing: {en} ({basis})."),
            Self::Law(fault) => fault.en(),
            Self::File(fault) => fault.en(),
            Self::Table(fault) => fault.en(),
        }
    }
}

/// That there is no such commune.
const UNKNOWN_COMMUNE: (&str, &str) = (
    "Không có xã, phường này, nay hay trước 01/7/2025; mã gồm 5 chữ số (xem GET /api/v1/taxonomies/communes).",
    "There is no such commune, now or before July 2025; a code has 5 digits (see GET /api/v1/taxonomies/communes).",
);

/// Who has no code of a commune at hand knows its name. Told where there is such a member alone.
const OR_BY_NAME: (&str, &str) = (
    "Cũng có thể bỏ mã và ghi tên ở commune_name.",
    "The code may be left out, and the name be given in commune_name.",
);

/// Places, and in what each lies.
fn lying(places: &[(String, String)], lies_in: &str) -> String {
    let places = places
        .iter()
        .map(|(commune, province)| format!("{commune} {lies_in} {province}"));
    places.collect::<Vec<_>>().join("; ")
}

fn choice(successor: &Successor) -> String {
    format!("{} ({})", successor.code, successor.name_vi)
}

fn named(entries: &[(String, String)]) -> String {
    let entries = entries.iter().map(|(code, name)| with_name(code, name));
    entries.collect::<Vec<_>>().join(", ")
}

/// Reads one of few values; the refusal tells which there are.
pub fn one_of<T: TextEnum>(text: &str) -> Result<T, Violation> {
    text.parse().map_err(|_unknown| not_one_of::<T>())
}

/// That a text is none of the values, which are told.
pub fn not_one_of<T: TextEnum>() -> Violation {
    among(&T::texts())
}

/// The same of values that are no type of their own.
pub fn among(values: &[&str]) -> Violation {
    Violation::NotOneOf {
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn choices(successors: &[Successor]) -> String {
    successors.iter().map(choice).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
