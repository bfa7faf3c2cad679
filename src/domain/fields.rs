//! What is wrong with one field of an input, told so that a person can mend it.

mod labels;

use jiff::civil::Date;

use labels::label;

use crate::domain::account::{Language, Permission, Role};
use crate::domain::api_key::KeyScope;
use crate::domain::audit::ReasonCode;
use crate::domain::file::FileFault;
use crate::domain::import::TableFault;
use crate::domain::tax_code::TaxCodeError;
use crate::domain::taxonomy::TaxonomyItem;

/// What a code that ended became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Successor {
    /// Its code in the same list.
    pub code: String,
    /// Its name.
    pub name_vi: String,
    /// The entry above it: of a commune its province.
    pub parent: Option<String>,
}

impl Successor {
    pub(in crate::domain) fn of(item: &TaxonomyItem) -> Self {
        Self {
            code: item.code.clone(),
            name_vi: item.name_vi.clone(),
            parent: item.parent.clone(),
        }
    }
}

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
    /// A code that will be valid, but is not yet.
    CodeNotYet {
        /// The list.
        list: &'static str,
        /// The first day on which it is.
        from: Date,
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
    /// Not of the form that `what` has.
    Malformed {
        /// Stable name of the form (`email`, `phone`, `web_address`, …).
        what: &'static str,
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
    /// A file that cannot be taken.
    File(FileFault),
    /// A file of listings that cannot be taken.
    Table(TableFault),
}

impl Violation {
    /// Stable code, part of the API: never renamed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong { .. } => "too_long",
            Self::TooManyWords { .. } => "too_many_words",
            Self::TooShort { .. } => "too_short",
            Self::TooMany { .. } => "too_many",
            Self::ControlCharacter => "control_character",
            Self::UnknownCode { .. } => "unknown_code",
            Self::CodeEnded { .. } => "code_ended",
            Self::CodeNotYet { .. } => "code_not_yet",
            Self::Duplicate => "duplicate",
            Self::Taken => "taken",
            Self::OutOfRange { .. } => "out_of_range",
            Self::Malformed { .. } => "malformed",
            Self::Conflicts { .. } => "conflicts",
            Self::TaxCode(_) => "invalid_tax_code",
            Self::GuessablePassword => "guessable_password",
            Self::PasswordClasses => "password_classes",
            Self::UsedPassword => "used_password",
            Self::Screened { .. } => "screened",
            Self::Prohibited => "prohibited",
            Self::NotTicked { .. } => "not_ticked",
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
            Self::CodeNotYet { from, .. } => format!("Mã này có hiệu lực từ ngày {}.", from.strftime("%d/%m/%Y")),
            Self::Duplicate => "Bị lặp lại.".into(),
            Self::Taken => "Đã có trên Sàn.".into(),
            Self::OutOfRange { min, max } => format!("Phải từ {min} đến {max}."),
            Self::Malformed { what } => malformed(what).0.into(),
            Self::Conflicts { with } => format!("Không khớp với trường “{}”.", label(with).0),
            Self::TaxCode(error) => tax_code_vi(*error).into(),
            Self::GuessablePassword => "Mật khẩu quá dễ đoán; hãy dùng một câu dài chỉ mình bạn biết.".into(),
            Self::PasswordClasses => "Mật khẩu phải có chữ thường, chữ hoa, chữ số và ký hiệu.".into(),
            Self::UsedPassword => "Mật khẩu này đã dùng trước đây; hãy chọn mật khẩu khác.".into(),
            Self::Screened { found } => format!("Có từ ngữ không được đăng trên Sàn: “{found}”."),
            Self::Prohibited => "Thuộc danh mục công nghệ cấm chuyển giao.".into(),
            Self::NotTicked { vi, .. } => format!("Chưa đánh dấu mục kiểm tra bắt buộc: “{vi}”."),
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
            Self::UnknownCode { list } => match codes_of(list) {
                Some(codes) => format!("Must be one of: {codes}."),
                None => format!("Not a code of the list “{list}” (see GET /api/v1/taxonomies/{list})."),
            },
            Self::CodeEnded { successors, .. } => match successors.as_slice() {
                [] => "This code has ended, and nothing took its place.".into(),
                [one] => format!("This code has ended; use {}.", choice(one)),
                several => format!("This code has ended and was split; choose one: {}.", choices(several)),
            },
            Self::CodeNotYet { from, .. } => format!("This code is valid from {from}."),
            Self::Duplicate => "Given twice.".into(),
            Self::Taken => "Already on the exchange.".into(),
            Self::OutOfRange { min, max } => format!("Must be from {min} to {max}."),
            Self::Malformed { what } => malformed(what).1.into(),
            Self::Conflicts { with } => format!("Does not fit the field “{}”.", label(with).1),
            Self::TaxCode(error) => format!("Not a valid tax code: {error}."),
            Self::GuessablePassword => "Too easy to guess; use a long sentence that only you know.".into(),
            Self::PasswordClasses => "Must have lower case, upper case, a digit and a sign.".into(),
            Self::UsedPassword => "This password was used before; choose another one.".into(),
            Self::Screened { found } => format!("Has words that are not published on the exchange: “{found}”."),
            Self::Prohibited => "On the list of technologies whose transfer is prohibited.".into(),
            Self::NotTicked { en, .. } => format!("A mandatory item of the checklist is not ticked: “{en}”."),
            Self::File(fault) => fault.en(),
            Self::Table(fault) => fault.en(),
        }
    }
}

fn choice(successor: &Successor) -> String {
    format!("{} ({})", successor.code, successor.name_vi)
}

fn choices(successors: &[Successor]) -> String {
    successors.iter().map(choice).collect::<Vec<_>>().join(", ")
}

/// Not among the lists of `GET /taxonomies`, so they are told outright.
fn codes_of(list: &str) -> Option<String> {
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

/// What to say when a value has not the form that it should have.
fn malformed(what: &str) -> (&'static str, &'static str) {
    match what {
        "boolean" => ("Phải là true hoặc false.", "Must be true or false."),
        "choice" => (
            "Không phải một trong các giá trị cho phép.",
            "Not one of the allowed values.",
        ),
        "consent_purpose" => (
            "Mục đích này không dựa trên sự đồng ý.",
            "This purpose does not rest on consent.",
        ),
        "file_order" => (
            "Phải nêu mỗi tệp của tin đúng một lần.",
            "Must name each file of the listing once.",
        ),
        "thumbnail_size" => ("Phải là 160, 480 hoặc 1280.", "Must be 160, 480 or 1280."),
        "current_policy" => (
            "Phải là phiên bản văn bản đang có hiệu lực hoặc đã công bố.",
            "Must be a version that is in force or announced.",
        ),
        "email" => ("Địa chỉ thư điện tử không hợp lệ.", "Not a valid e-mail address."),
        "field_name" => ("Không có trường này.", "There is no such field."),
        "future_time" => (
            "Phải từ bây giờ trở đi và không trước phiên bản trước đó.",
            "Must not be before now, nor before the version before it.",
        ),
        "amount" => (
            "Phải là số tiền nguyên bằng đồng, như 185000000 hoặc 185.000.000.",
            "Must be a whole amount in đồng, such as 185000000 or 185,000,000.",
        ),
        "cell_of_formula" => ("Ô này là lỗi công thức.", "This cell is the error of a formula."),
        "row_of_cells" => (
            "Dòng có nhiều ô hơn số cột ở dòng đầu.",
            "The row has more cells than the head has columns.",
        ),
        "specifications" => (
            "Mỗi thông số viết dạng “tên: giá trị [đơn vị]”.",
            "Each property is written “name: value [unit]”.",
        ),
        "two_listings" => ("Phải có ít nhất hai tin.", "Must be at least two listings."),
        "trl" => ("Phải là số từ 1 đến 9.", "Must be a number from 1 to 9."),
        "import_result" => (
            "Phải là created, updated, unchanged hoặc refused.",
            "Must be created, updated, unchanged or refused.",
        ),
        "import_line" => (
            "Dòng phải là đối tượng JSON có external_id và listing.",
            "The line must be a JSON object with external_id and listing.",
        ),
        "identifier" => ("Phải là mã định danh UUID.", "Must be a UUID."),
        "letter_state" => ("Phải là dead hoặc waiting.", "Must be dead or waiting."),
        "list_code" => (
            "Không đúng dạng mã của danh mục này.",
            "Not of the form that codes of this list have.",
        ),
        "list" => ("Phải là danh sách.", "Must be a list."),
        "grant_term" => (
            "Phải sau bây giờ và trong vòng 730 ngày.",
            "Must be after now, within 730 days.",
        ),
        "keyword" => ("Không được có dấu chấm phẩy.", "Must not have a semicolon."),
        "listing_status" => ("Không có trạng thái tin này.", "There is no such status of listings."),
        "member" => (
            "Phải là thành viên của doanh nghiệp.",
            "Must be a member of the enterprise.",
        ),
        "merge_target" => (
            "Phải là doanh nghiệp khác đang hoạt động trên Sàn.",
            "Must be another active enterprise.",
        ),
        "number" => ("Phải là số.", "Must be a number."),
        "object" => ("Phải là đối tượng JSON.", "Must be a JSON object."),
        "parameter_name" => ("Không có tham số này.", "There is no such parameter."),
        "percent_encoding" => ("Mã hóa phần trăm (%) bị sai.", "The percent encoding is broken."),
        "day" => ("Phải là ngày dạng YYYY-MM-DD.", "Must be a day as YYYY-MM-DD."),
        "is_true" => (
            "Phải xác nhận nội dung là đúng sự thật.",
            "It must be confirmed that this is true.",
        ),
        "query_id" => (
            "Không phải mã do lượt tìm kiếm này cấp.",
            "Not given out with a search.",
        ),
        "future_day" => (
            "Phải là ngày từ hôm nay trở đi, dạng YYYY-MM-DD.",
            "Must be a day not before today, as YYYY-MM-DD.",
        ),
        "past_time" => (
            "Phải là thời điểm không sau bây giờ.",
            "Must be a time that is not after now.",
        ),
        "month" => ("Phải là tháng dạng YYYY-MM.", "Must be a month as YYYY-MM."),
        "past_day" => (
            "Phải là ngày dạng YYYY-MM-DD, không sau hôm nay.",
            "Must be a day as YYYY-MM-DD, not after today.",
        ),
        "personal_id" => (
            "Số định danh cá nhân phải có 12 chữ số.",
            "A personal number has 12 digits.",
        ),
        "parent" => (
            "Phải là doanh nghiệp khác đang hoạt động trên Sàn và không thuộc chính đơn vị này.",
            "Must be another active enterprise that does not belong to this one.",
        ),
        "phone" => ("Số điện thoại không hợp lệ.", "Not a valid telephone number."),
        "price_bucket" => ("Không có khoảng giá này.", "There is no such price bucket."),
        "queue_type" => (
            "Phải là enterprise, amendment, listing, revision, document hoặc report.",
            "Must be enterprise, amendment, listing, revision, document or report.",
        ),
        "claimed_by" => (
            "Phải là me, nobody hoặc mã định danh của cán bộ.",
            "Must be me, nobody or the identifier of an officer.",
        ),
        "months" => ("Phải là 1 đến 24 tháng.", "Must be 1 to 24 months."),
        "field_pointer" => (
            "Phải là JSON pointer đến một trường của hồ sơ, ví dụ /title/vi.",
            "Must be a JSON pointer to a field of what was handed in, such as /title/vi.",
        ),
        "checklist_edition" => (
            "Danh mục kiểm tra đã đổi; xin mở lại (GET /api/v1/moderation/checklists).",
            "The checklist has changed; read it again (GET /api/v1/moderation/checklists).",
        ),
        "checklist_item" => (
            "Không có mục kiểm tra này (xem GET /api/v1/moderation/checklists).",
            "There is no such item (see GET /api/v1/moderation/checklists).",
        ),
        "reviewer" => (
            "Phải là cán bộ khác có quyền duyệt việc này, tài khoản đang hoạt động và đã có xác thực hai lớp.",
            "Must be another officer who may decide on this, with an open account and a second factor.",
        ),
        "facets" => (
            "Phải là tên các nhóm lọc, cách nhau bằng dấu phẩy, hoặc chỉ một trong true, false, all.",
            "Must be names of facets with commas between them, or one of true, false, all alone.",
        ),
        "quantity_range" => (
            "Phải là khoảng số kèm đơn vị, như 500..2000kg/h, 5kW.. hoặc ..380V; số thập phân dùng dấu chấm.",
            "Must be a range of numbers with a unit, such as 500..2000kg/h, 5kW.. or ..380V; decimals have a point.",
        ),
        "searchable" => (
            "Không có chữ hay số nào để tìm.",
            "Has no letter or digit that is searched for.",
        ),
        "built_in_group" => ("Không có nhóm từ dựng sẵn này.", "There is no such built-in group."),
        "sort_order" => ("Không có cách sắp xếp này.", "There is no such order."),
        "text" => ("Phải là văn bản.", "Must be a text."),
        "file_kind" => ("Tài liệu không phải là ảnh (picture).", "A document is no picture."),
        "video_address" => (
            "Phải là địa chỉ https:// của một video trên YouTube hoặc Vimeo.",
            "Must be the https:// address of a video on YouTube or Vimeo.",
        ),
        "web_address" => (
            "Phải là địa chỉ trang web bắt đầu bằng http:// hoặc https://.",
            "Must be a web address that begins with http:// or https://.",
        ),
        "whole_number" => (
            "Phải là số nguyên trong phạm vi cho phép.",
            "Must be a whole number within its range.",
        ),
        _ => ("Giá trị không đúng định dạng.", "Not a valid value."),
    }
}

fn tax_code_vi(error: TaxCodeError) -> &'static str {
    match error {
        TaxCodeError::Length { .. } => "Mã số thuế phải có 10 chữ số, hoặc 13 chữ số với đơn vị phụ thuộc.",
        TaxCodeError::Character { .. } => "Mã số thuế chỉ gồm chữ số và dấu gạch ngang trước số đơn vị phụ thuộc.",
        TaxCodeError::CheckDigit => "Mã số thuế sai chữ số kiểm tra; hãy xem lại từng chữ số.",
        TaxCodeError::SequenceZero => "Mã số thuế không tồn tại (số thứ tự 0000000).",
        TaxCodeError::BranchZero => "Số đơn vị phụ thuộc phải từ 001.",
        TaxCodeError::PersonalId => "12 chữ số là số định danh cá nhân, không phải mã số thuế của doanh nghiệp.",
    }
}

/// One refused field: where it stands in the request (JSON pointer, RFC 6901) and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the request body, such as `/title/vi`; for query parameters the bare name.
    pub pointer: String,
    /// Why.
    pub violation: Violation,
}

/// Gathers every wrong field of one input, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Keeps the value, or notes why not and returns `None`.
    pub fn keep<T>(&mut self, pointer: impl Into<String>, parsed: Result<T, Violation>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(violation) => {
                self.add(pointer, violation);
                None
            }
        }
    }

    /// As [`keep`](Self::keep) for a value that may be absent.
    pub fn keep_opt<T>(
        &mut self,
        pointer: impl Into<String>,
        given: Option<&str>,
        parse: impl Fn(&str) -> Result<T, Violation>,
    ) -> Option<T> {
        given.and_then(|text| self.keep(pointer, parse(text)))
    }

    /// Notes a wrong field.
    pub fn add(&mut self, pointer: impl Into<String>, violation: Violation) {
        // A hostile list could make thousands of errors; nobody reads more than these.
        if self.0.len() < 100 {
            self.0.push(FieldError {
                pointer: pointer.into(),
                violation,
            });
        }
    }

    /// `Ok` with the value when nothing was wrong.
    ///
    /// `None` without a noted error cannot happen as long as every `None` came from `keep`; should it, the input is
    /// refused as a whole rather than half taken.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Vec<FieldError>> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            Some(_) => Err(self.0),
            None => {
                if self.0.is_empty() {
                    self.add("", Violation::Required);
                }
                Err(self.0)
            }
        }
    }
}

#[cfg(test)]
mod tests;
