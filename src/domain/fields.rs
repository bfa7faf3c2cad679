//! What is wrong with one field of an input, told so that a person can mend it.

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
    /// The same entry twice.
    Duplicate,
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
}

impl Violation {
    /// Stable code, part of the API: never renamed.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::TooMany { .. } => "too_many",
            Self::ControlCharacter => "control_character",
            Self::UnknownCode { .. } => "unknown_code",
            Self::Duplicate => "duplicate",
            Self::OutOfRange { .. } => "out_of_range",
            Self::Malformed { .. } => "malformed",
            Self::Conflicts { .. } => "conflicts",
            Self::TaxCode(_) => "invalid_tax_code",
            Self::GuessablePassword => "guessable_password",
            Self::PasswordClasses => "password_classes",
            Self::UsedPassword => "used_password",
        }
    }

    /// The Vietnamese sentence.
    pub fn vi(&self) -> String {
        match self {
            Self::Required => "Bắt buộc phải có.".into(),
            Self::TooLong { max } => format!("Dài quá {max} ký tự."),
            Self::TooShort { min } => format!("Phải có ít nhất {min} ký tự."),
            Self::TooMany { max } => format!("Nhiều quá {max} mục."),
            Self::ControlCharacter => "Có ký tự điều khiển hoặc ký tự ẩn không được phép.".into(),
            Self::UnknownCode { list } => {
                format!("Mã không có trong danh mục “{list}” (xem GET /api/v1/taxonomies/{list}).")
            }
            Self::Duplicate => "Bị lặp lại.".into(),
            Self::OutOfRange { min, max } => format!("Phải từ {min} đến {max}."),
            Self::Malformed { what } => format!("Không đúng định dạng ({}).", form_vi(what)),
            Self::Conflicts { with } => format!("Không khớp với trường “{with}”."),
            Self::TaxCode(error) => tax_code_vi(*error).into(),
            Self::GuessablePassword => "Mật khẩu quá dễ đoán; hãy dùng một câu dài chỉ mình bạn biết.".into(),
            Self::PasswordClasses => "Mật khẩu phải có chữ thường, chữ hoa, chữ số và ký hiệu.".into(),
            Self::UsedPassword => "Mật khẩu này đã dùng trước đây; hãy chọn mật khẩu khác.".into(),
        }
    }

    /// The English sentence.
    pub fn en(&self) -> String {
        match self {
            Self::Required => "This is required.".into(),
            Self::TooLong { max } => format!("Longer than {max} characters."),
            Self::TooShort { min } => format!("Must have at least {min} characters."),
            Self::TooMany { max } => format!("More than {max} entries."),
            Self::ControlCharacter => "Contains a control or invisible character that is not allowed.".into(),
            Self::UnknownCode { list } => {
                format!("Not a code of the list “{list}” (see GET /api/v1/taxonomies/{list}).")
            }
            Self::Duplicate => "Given twice.".into(),
            Self::OutOfRange { min, max } => format!("Must be from {min} to {max}."),
            Self::Malformed { what } => format!("Not a valid {}.", what.replace('_', " ")),
            Self::Conflicts { with } => format!("Does not fit the field “{with}”."),
            Self::TaxCode(error) => format!("Not a valid tax code: {error}."),
            Self::GuessablePassword => "Too easy to guess; use a long sentence that only you know.".into(),
            Self::PasswordClasses => "Must have lower case, upper case, a digit and a sign.".into(),
            Self::UsedPassword => "This password was used before; choose another one.".into(),
        }
    }
}

fn form_vi(what: &str) -> &'static str {
    match what {
        "email" => "địa chỉ thư điện tử",
        "phone" => "số điện thoại",
        "web_address" => "địa chỉ trang web http hoặc https",
        "commune_of_province" => "xã, phường thuộc tỉnh đã chọn",
        _ => "giá trị",
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
