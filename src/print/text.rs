//! Letters: which fonts there are, how wide they set, and where lines break.
//!
//! Letters are set one by one, without kerning. Every Vietnamese letter has a glyph of its own, marks included, and the fonts
//! kern unmarked letters only: with kerning, `Ta` would stand closer than `Tạ` beside it.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::MetadataProvider;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::PrintError;

static REGULAR: &[u8] = include_bytes!("fonts/LiberationSerif-Regular.ttf");
static BOLD: &[u8] = include_bytes!("fonts/LiberationSerif-Bold.ttf");
static ITALIC: &[u8] = include_bytes!("fonts/LiberationSerif-Italic.ttf");

/// How letters look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Upright.
    Regular,
    /// Bold.
    Bold,
    /// Italic.
    Italic,
}

/// Part of a line in one face.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    /// How it looks.
    pub face: Face,
    /// What it says; only letters that the fonts have.
    pub text: String,
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// What it says, with the space that it was broken at.
    pub runs: Vec<Run>,
    /// How wide that is, without the space at its end.
    pub width: f32,
    /// Spaces that can be stretched.
    pub spaces: f32,
    /// Whether the text goes on in the next line.
    pub goes_on: bool,
}

/// One letter with what the breaking of lines asks about it.
struct Letter {
    character: char,
    face: Face,
    width: f32,
    after: After,
}

/// Whether a line may end after a letter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Never,
    /// Within what is written together, such as `76/2018/NĐ-CP`: rather not.
    Rather,
    Here,
    Always,
}

/// A font, and what is asked of it.
struct Typeface {
    font: Font,
    glyphs: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

impl Typeface {
    fn load(data: &'static [u8]) -> Result<Self, PrintError> {
        let broken = || PrintError::Broken("a font cannot be read".into());
        let font = Font::new(data.into(), 0).ok_or_else(broken)?;
        let outlines = skrifa::FontRef::new(data).map_err(|error| PrintError::Broken(error.to_string()))?;
        Ok(Self {
            font,
            glyphs: outlines.charmap(),
            metrics: outlines.glyph_metrics(Size::unscaled(), LocationRef::default()),
        })
    }

    /// Which glyph shows a letter, and how wide it is for a letter of size 1.
    fn glyph(&self, character: char) -> Option<(GlyphId, f32)> {
        let glyph = self.glyphs.map(character).filter(|glyph| glyph.to_u32() != 0)?;
        let width = self.metrics.advance_width(glyph)? / self.font.units_per_em();
        Some((GlyphId::new(glyph.to_u32()), width))
    }
}

/// The fonts that certificates are printed in.
pub(super) struct Fonts {
    regular: Typeface,
    bold: Typeface,
    italic: Typeface,
    /// Whether a line may end within a number, at its hyphen; in the first layout.
    breaks_numbers: bool,
}

impl Fonts {
    /// Reads them; they are part of the program. Where lines break is a matter of the layout.
    pub(super) fn load(layout: u16) -> Result<Self, PrintError> {
        Ok(Self {
            regular: Typeface::load(REGULAR)?,
            bold: Typeface::load(BOLD)?,
            italic: Typeface::load(ITALIC)?,
            breaks_numbers: layout < 2,
        })
    }

    fn typeface(&self, face: Face) -> &Typeface {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
            Face::Italic => &self.italic,
        }
    }

    /// The font of a face.
    pub(super) fn font(&self, face: Face) -> Font {
        self.typeface(face).font.clone()
    }

    /// Glyphs of a run; every space is wider by `stretch`.
    pub(super) fn glyphs(&self, run: &Run, size: f32, stretch: f32) -> Vec<KrillaGlyph> {
        let typeface = self.typeface(run.face);
        let mut glyphs = Vec::with_capacity(run.text.len());
        for (place, character) in run.text.char_indices() {
            let Some((glyph, width)) = typeface.glyph(character) else {
                continue;
            };
            let more = if character == ' ' { stretch / size } else { 0.0 };
            let range = place..place + character.len_utf8();
            glyphs.push(KrillaGlyph::new(glyph, width + more, 0.0, 0.0, 0.0, range, None));
        }
        glyphs
    }

    /// A text in letters that the fonts have: composed, so that each letter with its marks is one glyph, and with what only
    /// looks different (`℃`, full-width digits) in plain letters. A letter without any of this is refused rather than left
    /// out of a paper that is signed.
    fn fitted(&self, face: Face, text: &str) -> Result<String, PrintError> {
        let mut fitted = String::with_capacity(text.len());
        let unified = text.replace("\r\n", "\n");
        let typeface = self.typeface(face);
        let has = |character| typeface.glyph(character).is_some();
        for character in unified.nfc() {
            match character {
                '\n' | '\u{85}' | '\u{b}' | '\u{c}' | '\r' | '\u{2028}' | '\u{2029}' => fitted.push('\n'),
                '\t' => fitted.push(' '),
                '\u{a0}' => fitted.push(character),
                _ if is_unseen(character) => {}
                _ if character.is_whitespace() => fitted.push(' '),
                _ if runs_backwards(character) => return Err(PrintError::Letter(character)),
                _ if has(character) => fitted.push(character),
                _ => {
                    let plain: String = std::iter::once(character).nfkc().collect();
                    if plain.is_empty() || !plain.chars().all(has) {
                        return Err(PrintError::Letter(character));
                    }
                    fitted.push_str(&plain);
                }
            }
        }
        Ok(fitted)
    }

    /// The first letter of a text that one of the faces does not have.
    pub(super) fn unprintable(&self, text: &str) -> Option<char> {
        let faces = [Face::Regular, Face::Bold, Face::Italic];
        faces.into_iter().find_map(|face| match self.fitted(face, text) {
            Err(PrintError::Letter(letter)) => Some(letter),
            _ => None,
        })
    }

    /// Letters with where lines may end; `most` is how wide a line is.
    fn letters(&self, parts: &[(Face, &str)], size: f32, most: f32) -> Result<Vec<Letter>, PrintError> {
        let mut whole = String::new();
        let mut letters = Vec::new();
        for (face, text) in parts {
            let text = self.fitted(*face, text)?;
            whole.push_str(&text);
            for character in text.chars() {
                let shown = if character == '\u{a0}' { ' ' } else { character };
                let width = match self.typeface(*face).glyph(shown) {
                    Some((_, width)) => width * size,
                    None if character == '\n' => 0.0,
                    None => return Err(PrintError::Letter(character)),
                };
                letters.push(Letter {
                    character,
                    face: *face,
                    width,
                    after: After::Never,
                });
            }
        }
        let mut breaks = linebreaks(&whole).peekable();
        for ((place, character), letter) in whole.char_indices().zip(&mut letters) {
            let end = place + character.len_utf8();
            if let Some((_, kind)) = breaks.next_if(|(place, _)| *place == end) {
                letter.after = match kind {
                    BreakOpportunity::Mandatory => After::Always,
                    BreakOpportunity::Allowed if character == ' ' => After::Here,
                    BreakOpportunity::Allowed => After::Rather,
                };
            }
        }
        if !self.breaks_numbers {
            hold_numbers(&mut letters, most);
        }
        Ok(letters)
    }

    /// Breaks a text into lines; `first` is how wide the first of them may be, `rest` how wide the others.
    pub(super) fn lines(
        &self,
        parts: &[(Face, &str)],
        size: f32,
        first: f32,
        rest: f32,
    ) -> Result<Vec<Line>, PrintError> {
        Ok(broken(&self.letters(parts, size, rest)?, first, rest))
    }

    /// Breaks a heading into as few lines as it takes, of about the same length.
    pub(super) fn balanced(&self, parts: &[(Face, &str)], size: f32, most: f32) -> Result<Vec<Line>, PrintError> {
        const STEP: f32 = 4.0;
        let letters = self.letters(parts, size, most)?;
        let mut best = broken(&letters, most, most);
        let least = longest_word(&letters);
        let mut width = most - STEP;
        while best.len() > 1 && width >= least {
            let lines = broken(&letters, width, width);
            if lines.len() > best.len() {
                break;
            }
            best = lines;
            width -= STEP;
        }
        Ok(best)
    }
}

/// What has no shape of its own: controls, joiners, marks of direction, places to hyphenate.
fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// Hebrew, Arabic and their kin. Lines are set from left to right, which would turn their words round.
fn runs_backwards(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
        || matches!(character, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Keeps numbers that have room in a line in one piece, such as `01/2026/CNĐKCGCN-SKHCN`: whatever is written together and has a digit
/// in it.
fn hold_numbers(letters: &mut [Letter], most: f32) {
    let words = letters.split_inclusive_mut(|letter| matches!(letter.after, After::Here | After::Always));
    for word in words {
        let shown = word.iter().filter(|letter| !matches!(letter.character, ' ' | '\n'));
        let width: f32 = shown.map(|letter| letter.width).sum();
        let is_number = word.iter().any(|letter| letter.character.is_ascii_digit());
        let is_address = word
            .windows(2)
            .any(|two| two.iter().all(|letter| letter.character == '/'));
        if is_address {
            hold_address(word, most);
        } else if is_number && width <= most {
            for letter in word.iter_mut().filter(|letter| letter.after == After::Rather) {
                letter.after = After::Never;
            }
        }
    }
}

/// An address goes on after its slashes, before a number too, and nowhere else: whoever copies it from the paper would not know whether a
/// hyphen at the end of a line is part of it. A part that has no room in a line is broken as anything else.
fn hold_address(word: &mut [Letter], most: f32) {
    for part in word.split_inclusive_mut(|letter| letter.character == '/') {
        let shown = part.iter().filter(|letter| !matches!(letter.character, ' ' | '\n'));
        let width: f32 = shown.map(|letter| letter.width).sum();
        let Some((last, before)) = part.split_last_mut() else {
            continue;
        };
        // Not between the slashes behind the scheme.
        let goes_on = before.last().is_some_and(|letter| letter.character != ':');
        if last.character == '/' && last.after == After::Never && goes_on {
            last.after = After::Rather;
        }
        if width <= most {
            for letter in before.iter_mut().filter(|letter| letter.after == After::Rather) {
                letter.after = After::Never;
            }
        }
    }
}

fn longest_word(letters: &[Letter]) -> f32 {
    let words = letters.split_inclusive(|letter| matches!(letter.after, After::Here | After::Always));
    words
        .map(|word| word.iter().map(|letter| letter.width).sum())
        .fold(0.0, f32::max)
}

fn broken(letters: &[Letter], first: f32, rest: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut left = letters;
    while !left.is_empty() {
        let most = if lines.is_empty() { first } else { rest };
        let (line, others) = left.split_at(end_of_line(left, most).clamp(1, left.len()));
        lines.push(line_of(line));
        left = others;
    }
    lines
}

/// How many letters the next line takes.
fn end_of_line(letters: &[Letter], most: f32) -> usize {
    /// How full a line is, at least, that ends between words rather than within what is written together.
    const FULL: f32 = 0.75;
    /// How full it is, at least, rather than that a word is cut anywhere.
    const HALF: f32 = 0.5;
    // Sums of widths may differ from what they should be by less than this.
    let most = most + 0.01;
    let mut width = 0.0;
    let (mut here, mut rather) = ((0, 0.0), (0, 0.0));
    for (place, letter) in letters.iter().enumerate() {
        // A space at the end of a line may hang over it.
        if letter.character != ' ' && width + letter.width > most {
            let (end, filled) = if here.1 < most * FULL && rather.1 > here.1 {
                rather
            } else {
                here
            };
            if end > 0 && (filled >= most * HALF || word_fits(letters, end, most)) {
                return end;
            }
            return cut(letters, place);
        }
        width += letter.width;
        match letter.after {
            After::Never => {}
            After::Rather => rather = (place + 1, width),
            After::Here => here = (place + 1, width),
            After::Always => return place + 1,
        }
    }
    letters.len()
}

/// Whether the word that begins at a place has room in a line of its own.
fn word_fits(letters: &[Letter], begin: usize, most: f32) -> bool {
    let mut width = 0.0;
    for letter in letters.iter().skip(begin) {
        width += if letter.character == ' ' { 0.0 } else { letter.width };
        if width > most || letter.after != After::Never {
            break;
        }
    }
    width <= most
}

/// Where to cut a word that is too long for a line: not between a letter and its marks.
fn cut(letters: &[Letter], most: usize) -> usize {
    let is_mark = |place: &usize| {
        let letter = letters.get(*place);
        letter.is_some_and(|letter| is_combining_mark(letter.character))
    };
    (1..=most).rev().find(|place| !is_mark(place)).unwrap_or(most)
}

fn line_of(letters: &[Letter]) -> Line {
    let is_space = |letter: &&Letter| matches!(letter.character, ' ' | '\n');
    let hanging = letters.iter().rev().take_while(is_space).count();
    let shown = letters.len() - hanging;
    let mut line = Line {
        runs: Vec::new(),
        width: 0.0,
        spaces: 0.0,
        goes_on: letters.last().is_some_and(|letter| letter.after != After::Always),
    };
    for (place, letter) in letters.iter().enumerate() {
        let character = match letter.character {
            '\u{a0}' | '\n' => ' ',
            other => other,
        };
        if place < shown {
            line.width += letter.width;
            if character == ' ' {
                line.spaces += 1.0;
            }
        } else if place > shown || !line.goes_on {
            // Of the spaces at its end, one tells words apart for whoever copies the text.
            continue;
        }
        match line.runs.last_mut() {
            Some(run) if run.face == letter.face => run.text.push(character),
            _ => line.runs.push(Run {
                face: letter.face,
                text: character.into(),
            }),
        }
    }
    line
}

#[cfg(test)]
mod tests;
