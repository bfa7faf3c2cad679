//! Refused fields, and how all those of one input are gathered.

use super::Violation;

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

    /// As [`keep`](Self::keep) for what may have several wrong fields.
    pub fn keep_all<T>(&mut self, parsed: Result<T, Vec<FieldError>>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(wrong) => {
                for FieldError { pointer, violation } in wrong {
                    self.add(pointer, violation);
                }
                None
            }
        }
    }

    /// As [`keep`](Self::keep) for the texts of a list, of which there may be so many and none twice. Of a list that is too
    /// long what may be of it is looked at all the same.
    pub fn keep_distinct(
        &mut self,
        pointer: &str,
        given: &[String],
        max: usize,
        parse: impl Fn(&str) -> Result<String, Violation>,
    ) -> Vec<String> {
        if given.len() > max {
            self.add(pointer, Violation::TooMany { max });
        }
        let mut kept: Vec<String> = Vec::new();
        for (at, text) in given.iter().enumerate().take(max) {
            let parsed = parse(text).and_then(|value| {
                if kept.contains(&value) {
                    Err(Violation::Duplicate)
                } else {
                    Ok(value)
                }
            });
            kept.extend(self.keep(format!("{pointer}/{at}"), parsed));
        }
        kept
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
