//! Rows of text, one below the other, and how they go on pages.

use super::PrintError;
use super::text::{Face, Fonts, Line};

/// Size of A4, in points as all lengths here.
pub(super) const PAGE: (f32, f32) = (595.276, 841.89);
/// Margins that Decree 30/2020 allows: 20 mm at the top, at the bottom and at the right, 30 mm where it is bound.
pub(super) const TOP: f32 = 56.693;
/// Where the text of a page ends; the number of the page stands below.
pub(super) const BOTTOM: f32 = PAGE.1 - TOP - 20.0;
/// Left edge and width of the text.
pub(super) const BODY: Frame = Frame {
    left: 85.039,
    width: PAGE.0 - 85.039 - 56.693,
};

/// Where text stands between left and right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Left edge.
    pub left: f32,
    /// Width.
    pub width: f32,
}

/// How lines stand in their frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// At its left edge.
    Left,
    /// In its middle, lines of about the same length.
    Centre,
    /// At both edges, but for the last line.
    Both,
}

/// What a paragraph is, for those who have the document read to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The name of the paper.
    Title,
    /// The name of a section.
    Heading,
    /// Text.
    Text,
    /// A picture.
    Code,
}

/// How a paragraph is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Size of letters.
    pub size: f32,
    /// From line to line.
    pub leading: f32,
    /// Space above it, except at the top of a page.
    pub above: f32,
    /// How much its first line is moved in.
    pub indent: f32,
    /// How lines stand.
    pub align: Align,
    /// Whether the next paragraph is to begin on the same page.
    pub keep: bool,
    /// What it is.
    pub role: Role,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A line of text; `stretch` more for each of its spaces.
    Text { line: Line, size: f32, stretch: f32 },
    /// A ruled line.
    Rule { width: f32 },
    /// The QR code.
    Code { side: f32 },
}

/// Something at its place.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Left edge.
    pub x: f32,
    /// Below the top of its row: the base line of text, the top of other things.
    pub y: f32,
    /// What it is.
    pub shape: Shape,
    /// Which paragraph it is of.
    pub paragraph: usize,
}

/// What is not divided between pages.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// Space above it, except at the top of a page.
    pub above: f32,
    /// Height.
    pub height: f32,
    /// What is in it.
    pub items: Vec<Item>,
    /// Whether the next row is to be on the same page.
    pub keep: bool,
    /// Whether it stands at the bottom of its page.
    pub at_bottom: bool,
}

/// Rows as they are written, from top to bottom.
pub(super) struct Flow<'a> {
    fonts: &'a Fonts,
    /// What there is so far.
    pub rows: Vec<Row>,
    /// What each paragraph is.
    pub roles: Vec<Role>,
}

impl<'a> Flow<'a> {
    /// Nothing yet.
    pub(super) fn new(fonts: &'a Fonts) -> Self {
        Self {
            fonts,
            rows: Vec::new(),
            roles: Vec::new(),
        }
    }

    /// Begins a paragraph.
    pub(super) fn begin(&mut self, role: Role) -> usize {
        self.roles.push(role);
        self.roles.len() - 1
    }

    /// Writes a paragraph over the width of the page.
    pub(super) fn write(&mut self, style: &Style, parts: &[(Face, &str)]) -> Result<(), PrintError> {
        let rows = self.paragraph(style, BODY, parts)?;
        self.rows.extend(rows);
        Ok(())
    }

    /// Sets a paragraph. Neither its first line nor its last stands alone on a page.
    pub(super) fn paragraph(
        &mut self,
        style: &Style,
        frame: Frame,
        parts: &[(Face, &str)],
    ) -> Result<Vec<Row>, PrintError> {
        /// From the base line up, as a part of the distance between lines.
        const ASCENT: f32 = 0.78;
        let first = frame.width - style.indent;
        let lines = match style.align {
            Align::Centre => self.fonts.balanced(parts, style.size, frame.width)?,
            Align::Left | Align::Both => self.fonts.lines(parts, style.size, first, frame.width)?,
        };
        let paragraph = self.begin(style.role);
        let count = lines.len();
        let mut rows = Vec::with_capacity(count);
        for (place, line) in lines.into_iter().enumerate() {
            let is_first = place == 0;
            let indent = if is_first { style.indent } else { 0.0 };
            let room = frame.width - indent - line.width;
            let x = frame.left
                + if style.align == Align::Centre {
                    room / 2.0
                } else {
                    indent
                };
            let stretch = if style.align == Align::Both {
                stretch(&line, room, style.size)
            } else {
                0.0
            };
            rows.push(Row {
                above: if is_first { style.above } else { 0.0 },
                height: style.leading,
                items: vec![Item {
                    x,
                    y: style.leading * ASCENT,
                    shape: Shape::Text {
                        line,
                        size: style.size,
                        stretch,
                    },
                    paragraph,
                }],
                keep: (is_first && count > 1) || place + 2 == count || (place + 1 == count && style.keep),
                at_bottom: false,
            });
        }
        Ok(rows)
    }
}

/// How much wider each space of a line gets, so that it ends at the right edge.
fn stretch(line: &Line, room: f32, size: f32) -> f32 {
    // A line that wants more than this was broken before a very long word, and would look like a row of posts.
    let most = size;
    if !line.goes_on || line.spaces < 1.0 {
        return 0.0;
    }
    let each = room / line.spaces;
    if each > most { 0.0 } else { each }
}

/// How high rows are in all.
pub(super) fn height(rows: &[Row]) -> f32 {
    rows.iter().map(|row| row.above + row.height).sum()
}

/// Puts columns side by side: their rows, in the order from top to bottom, kept on one page.
pub(super) fn beside(columns: Vec<Vec<Row>>) -> Vec<Row> {
    let highest = columns.iter().map(|rows| height(rows)).fold(0.0, f32::max);
    let mut all: Vec<(f32, Vec<Item>)> = Vec::new();
    for rows in columns {
        let mut y = 0.0;
        for row in rows {
            y += row.above;
            all.push((y, row.items));
            y += row.height;
        }
    }
    all.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let ends: Vec<f32> = all.iter().skip(1).map(|(y, _)| *y).chain([highest]).collect();
    let count = all.len();
    let rows = all.into_iter().zip(ends).enumerate();
    rows.map(|(place, ((y, items), end))| Row {
        // What is above the first row of all columns stays there.
        above: if place == 0 { y } else { 0.0 },
        height: end - y,
        items,
        keep: place + 1 < count,
        at_bottom: false,
    })
    .collect()
}

/// Puts rows in one, which is not divided.
pub(super) fn joined(rows: Vec<Row>) -> Row {
    let mut one = Row::default();
    for row in rows {
        one.height += row.above;
        for mut item in row.items {
            item.y += one.height;
            one.items.push(item);
        }
        one.height += row.height;
    }
    one
}

/// Things of one page, at their places on it.
pub(super) type Page = Vec<Item>;

/// A paper, set on pages.
pub(super) struct Sheet {
    /// The pages.
    pub pages: Vec<Page>,
    /// What each paragraph is.
    pub roles: Vec<Role>,
}

/// Puts rows on pages. Rows that are to be kept together are, unless they are more than a page.
pub(super) fn pages(rows: Vec<Row>) -> Vec<Page> {
    let mut pages = vec![Page::new()];
    let mut y = TOP;
    let mut chain = Vec::new();
    for row in rows {
        let goes_on = row.keep;
        chain.push(row);
        if !goes_on {
            y = place(&mut pages, std::mem::take(&mut chain), y);
        }
    }
    place(&mut pages, chain, y);
    pages
}

/// Puts rows that belong together below what is there, or on a new page; answers where they end.
fn place(pages: &mut Vec<Page>, chain: Vec<Row>, mut y: f32) -> f32 {
    let needed = height(&chain);
    let fits_a_page = needed <= BOTTOM - TOP;
    if y > TOP && fits_a_page && y + needed > BOTTOM {
        pages.push(Page::new());
        y = TOP;
    }
    for row in chain {
        if y > TOP && y + row.above + row.height > BOTTOM {
            pages.push(Page::new());
            y = TOP;
        }
        if y > TOP {
            y += row.above;
        }
        if row.at_bottom {
            y = y.max(BOTTOM - row.height);
        }
        if let Some(page) = pages.last_mut() {
            page.extend(row.items.into_iter().map(|mut item| {
                item.y += y;
                item
            }));
        }
        y += row.height;
    }
    y
}
