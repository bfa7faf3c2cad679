//! Words in a part that a program acts on: fields of Word's, formulas of Excel's.

use quick_xml::events::BytesStart;

use super::markup::{Namespace, attribute};
use crate::domain::file::FileFault;

/// Fields in each other.
const MAX_FIELDS: usize = 100;
/// So many letters of a field tell what it is.
const NAME: usize = 16;
/// What the names of fields begin with that fetch something.
const FETCHING_FIELDS: [&str; 5] = ["DDE", "INCLUDE", "LINK", "IMPORT", "DATABASE"];
/// Functions that fetch something.
const FETCHING: [&str; 7] = [
    "WEBSERVICE",
    "IMAGE",
    "RTD",
    "IMPORTTEXT",
    "IMPORTCSV",
    "STOCKHISTORY",
    "SQL.REQUEST",
];
/// Functions that call what is no function of Excel's.
const CALLING: [&str; 5] = ["CALL", "REGISTER", "REGISTER.ID", "EXEC", "PY"];

/// The fields and formulas of a part, as it is read.
#[derive(Default)]
pub(super) struct Words {
    elements: Vec<Element>,
    fields: Vec<Field>,
    /// How many of the fields began outside the innermost element that may be passed over.
    outside: usize,
    formula: String,
}

/// An element that has begun.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    /// Words that say what a field does.
    Instruction,
    /// Words to be read, which say it, too, while the field's result has not begun.
    Text,
    /// A formula.
    Formula,
    /// An element that every program reads that reads fields.
    Plain,
    /// One that may be passed over, or read instead of another, with what was `outside` before.
    Apart(usize),
}

/// A field that has begun and not ended: its words may be spread over many elements.
#[derive(Default)]
struct Field {
    /// The first letters, without blanks: tabs and ends of paragraphs are elements.
    words: String,
    has_result: bool,
}

impl Field {
    fn push(&mut self, words: &str) {
        let left = NAME.saturating_sub(self.words.chars().count());
        let letters = words.chars().filter(|sign| !sign.is_whitespace()).take(left);
        self.words.extend(letters.map(|sign| sign.to_ascii_uppercase()));
    }

    /// Whether what comes next may make it one that fetches.
    fn is_undecided(&self) -> bool {
        !self.has_result && FETCHING_FIELDS.iter().any(|name| name.starts_with(&self.words))
    }

    fn check(&self) -> Result<(), FileFault> {
        if FETCHING_FIELDS.iter().any(|name| self.words.starts_with(name)) {
            return Err(FileFault::LoadsExternal);
        }
        Ok(())
    }
}

impl Words {
    /// An element begins.
    pub(super) fn begin(&mut self, element: &BytesStart<'_>, namespace: Namespace) -> Result<(), FileFault> {
        let name = element.local_name();
        let name = name.as_ref();
        // There is nothing but words in these; what else there is, some pass over and some do not.
        if matches!(
            self.elements.last(),
            Some(Element::Instruction | Element::Text | Element::Formula)
        ) {
            return Err(FileFault::Broken);
        }
        let sort = match (namespace, name) {
            (Namespace::Word, "instrText") => Element::Instruction,
            (Namespace::Word, "fldChar" | "fldSimple") => Element::Plain,
            (_, "instrText" | "fldChar" | "fldSimple") => return Err(FileFault::Broken),
            (Namespace::Word | Namespace::Math, "t") => Element::Text,
            (Namespace::Word | Namespace::Math, _) => Element::Plain,
            (
                Namespace::Sheet,
                "f"
                | "formula"
                | "formula1"
                | "formula2"
                | "oldFormula"
                | "definedName"
                | "calculatedColumnFormula"
                | "totalsRowFormula",
            ) => Element::Formula,
            _ => Element::Apart(std::mem::replace(&mut self.outside, self.fields.len())),
        };
        self.elements.push(sort);
        match name {
            "fldChar" => self.mark(&attribute(element, "fldCharType")?.unwrap_or_default()),
            "fldSimple" => {
                self.check_place_of_field()?;
                let mut field = Field::default();
                field.push(&attribute(element, "instr")?.unwrap_or_default());
                field.check()
            }
            _ => Ok(()),
        }
    }

    /// The innermost element ends.
    pub(super) fn end(&mut self) -> Result<(), FileFault> {
        match self.elements.pop() {
            Some(Element::Formula) => check_formula(&std::mem::take(&mut self.formula)),
            // Fields begin and end both in it or both outside it.
            Some(Element::Apart(_)) if self.fields.len() != self.outside => Err(FileFault::Broken),
            Some(Element::Apart(before)) => {
                self.outside = before;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Words in the innermost element.
    pub(super) fn text(&mut self, words: &str) -> Result<(), FileFault> {
        match self.elements.last() {
            Some(Element::Formula) => self.formula.push_str(words),
            // What belongs to no field for us may belong to one for others.
            Some(Element::Instruction) => self.innermost().ok_or(FileFault::Broken)?.push(words),
            Some(Element::Text) => match self.innermost() {
                Some(field) if !field.has_result => field.push(words),
                Some(_) => {}
                None => self.check_place_of_field()?,
            },
            _ => {}
        }
        Ok(())
    }

    /// The part ends, and with it the fields that nothing else ended.
    pub(super) fn finish(self) -> Result<(), FileFault> {
        self.fields.iter().try_for_each(Field::check)
    }

    /// The innermost field, if it began in the same branch.
    fn innermost(&mut self) -> Option<&mut Field> {
        let has_begun_here = self.fields.len() > self.outside;
        self.fields.last_mut().filter(|_| has_begun_here)
    }

    /// Nothing makes up the name of a field: neither another field nor words that are there for some only.
    fn check_place_of_field(&self) -> Result<(), FileFault> {
        if self.fields.last().is_some_and(Field::is_undecided) {
            return Err(FileFault::LoadsExternal);
        }
        Ok(())
    }

    fn mark(&mut self, sort: &str) -> Result<(), FileFault> {
        match sort {
            "begin" if self.fields.len() > MAX_FIELDS => Err(FileFault::TooComplex),
            "begin" => {
                self.check_place_of_field()?;
                self.fields.push(Field::default());
                Ok(())
            }
            "separate" => {
                self.innermost().ok_or(FileFault::Broken)?.has_result = true;
                Ok(())
            }
            "end" => {
                self.innermost().ok_or(FileFault::Broken)?.check()?;
                self.fields.pop();
                Ok(())
            }
            _ => Err(FileFault::Broken),
        }
    }
}

/// Whether a formula fetches or starts something. Its strings are not told apart: where one begins depends on whether an
/// earlier quotation mark belongs to the name of a sheet.
fn check_formula(text: &str) -> Result<(), FileFault> {
    let text = text.to_ascii_uppercase();
    if is_dde(&text) {
        return Err(FileFault::LoadsExternal);
    }
    let is_apart = |sign: char| !is_of_a_name(sign);
    let mut called: Vec<&str> = text
        .match_indices('(')
        .filter_map(|(at, _)| text.get(..at)?.trim_end().rsplit(is_apart).next())
        .collect();
    // Functions by a newer name (`_xlfn.IMAGE`) may be handed over without being called (`_xleta.IMAGE`).
    called.extend(text.split(is_apart).filter(|word| word.starts_with("_XL")));
    for name in called {
        let mut name = name;
        while let Some((_, rest)) = name.strip_prefix("_XL").and_then(|rest| rest.split_once('.')) {
            name = rest;
        }
        if FETCHING.contains(&name) {
            return Err(FileFault::LoadsExternal);
        }
        if CALLING.contains(&name) {
            return Err(FileFault::Macros);
        }
    }
    Ok(())
}

fn is_of_a_name(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '_' | '.' | '\\')
}

/// `program|topic!item`, either of the first two in quotation marks.
fn is_dde(text: &str) -> bool {
    text.match_indices('|').any(|(at, bar)| {
        let (before, after) = text.split_at(at);
        let after = after.strip_prefix(bar).unwrap_or_default();
        let has_program = before.ends_with(|sign| is_of_a_name(sign) || sign == '\'');
        let has_topic = match after.strip_prefix('\'') {
            Some(topic) => topic.contains("'!"),
            None => after.trim_start_matches(is_of_a_name).starts_with('!'),
        };
        has_program && has_topic
    })
}
