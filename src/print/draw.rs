//! Pages as a PDF.

use std::num::NonZeroU16;

use jiff::civil::Date;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree};
use qrcode::{Color, EcLevel, QrCode};

use super::page::{BODY, Item, PAGE, Role, Shape, Sheet, TOP};
use super::text::{Face, Fonts, Line};
use super::{ATTACHMENT, PrintError};

/// Size of the letters below the text.
const FOOT: f32 = 10.0;
/// How thick rules are.
const RULE: f32 = 0.6;
/// Light modules around a QR code, which its readers ask for.
const QUIET: f32 = 4.0;

/// What a paper is, beside what stands on it.
pub(super) struct Paper<'a> {
    /// What it is called in lists of documents.
    pub title: String,
    /// Who issues it.
    pub author: &'a str,
    /// What tells the document from all others.
    pub id: String,
    /// Its number, which every page has.
    pub number: &'a str,
    /// The day that it is of.
    pub day: Date,
    /// The address in its QR code; nothing of a paper without one.
    pub address: Option<&'a str>,
    /// The signed record that is attached; nothing of a paper without one.
    pub attachment: Option<&'a [u8]>,
}

/// Writes a paper.
pub(super) fn document(paper: &Paper<'_>, sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, PrintError> {
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A3_A);
    let settings = SerializeSettings {
        configuration: configuration.finish().map_err(broken)?,
        ..SerializeSettings::default()
    };
    let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| PrintError::Broken("no page".into()))?;
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(paper));
    if let Some(attachment) = paper.attachment {
        attach(&mut document, attachment, date_of(paper))?;
    }

    let mut groups = groups(sheet, paper);
    let count = sheet.pages.len();
    for (place, page) in sheet.pages.iter().enumerate() {
        let mut drawn = document.start_page_with(size.clone());
        let mut surface = drawn.surface();
        surface.set_fill(Some(black()));
        for item in page {
            let identifier = draw(&mut surface, item, fonts, paper)?;
            if let Some((identifier, group)) = identifier.zip(groups.get_mut(item.paragraph)) {
                group.push(identifier);
            }
        }
        foot(&mut surface, paper, fonts, place + 1, count)?;
        surface.finish();
        drawn.finish();
    }
    let mut tree = TagTree::new();
    for group in groups {
        tree.push(group);
    }
    document.set_tag_tree(tree);
    document.finish().map_err(broken)
}

/// Attaches a signed record.
fn attach(document: &mut Document, content: &[u8], date: DateTime) -> Result<(), PrintError> {
    let file = EmbeddedFile {
        path: ATTACHMENT.into(),
        mime_type: MimeType::new("application/json"),
        description: Some("Nội dung đã ký của giấy chứng nhận".into()),
        association_kind: AssociationKind::Source,
        data: content.to_vec().into(),
        modification_date: Some(date),
        compress: Some(true),
        location: None,
    };
    let attached = document.embed_file(file);
    attached.ok_or_else(|| PrintError::Broken("nothing can be attached".into()))?;
    Ok(())
}

fn broken(error: impl std::fmt::Debug) -> PrintError {
    PrintError::Broken(format!("{error:?}"))
}

fn black() -> Fill {
    Fill {
        paint: luma::Color::black().into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::NonZero,
    }
}

/// The day of a paper, at its beginning in Việt Nam.
fn date_of(paper: &Paper<'_>) -> DateTime {
    let date = paper.day;
    DateTime::new(date.year().unsigned_abs())
        .month(date.month().unsigned_abs())
        .day(date.day().unsigned_abs())
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(7)
        .utc_offset_minute(0)
}

fn metadata(paper: &Paper<'_>) -> Metadata {
    Metadata::new()
        .title(paper.title.clone())
        .authors(vec![paper.author.to_owned()])
        .language("vi-VN".into())
        .creator("vptex".into())
        .producer("vptex".into())
        .creation_date(date_of(paper))
        .document_id(paper.id.clone())
}

/// A group for each paragraph.
fn groups(sheet: &Sheet, paper: &Paper<'_>) -> Vec<TagGroup> {
    let address = paper.address.unwrap_or_default();
    let group = |role: &Role| match role {
        Role::Title => TagGroup::new(Tag::Hn(NonZeroU16::MIN, None)),
        Role::Heading => TagGroup::new(Tag::Hn(NonZeroU16::MIN.saturating_add(1), None)),
        Role::Text => TagGroup::new(Tag::P),
        Role::Code => TagGroup::new(Tag::Figure(Some(format!("Mã QR: {address}")))),
    };
    sheet.roles.iter().map(group).collect()
}

/// Draws something; answers how it is called in the structure, if it has a part there.
fn draw(
    surface: &mut Surface<'_>,
    item: &Item,
    fonts: &Fonts,
    paper: &Paper<'_>,
) -> Result<Option<Identifier>, PrintError> {
    // Whatever may fail comes first: the library does not bear being left in the middle of something.
    let path = match &item.shape {
        Shape::Text { .. } => None,
        Shape::Rule { width } => ruled(item.x, item.y, *width, RULE)?,
        Shape::Code { side } => code(paper.address.unwrap_or_default(), item.x, item.y, *side)?,
    };
    let identifier = surface.start_tagged(match &item.shape {
        Shape::Text { .. } => ContentTag::Span(SpanTag::empty()),
        Shape::Rule { .. } => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        Shape::Code { .. } => ContentTag::Other,
    });
    if let Shape::Text { line, size, stretch } = &item.shape {
        draw_line(surface, line, fonts, (item.x, item.y), *size, *stretch);
    }
    if let Some(path) = path {
        surface.draw_path(&path);
    }
    surface.end_tagged();
    let is_structure = !matches!(item.shape, Shape::Rule { .. });
    Ok(is_structure.then_some(identifier))
}

fn draw_line(surface: &mut Surface<'_>, line: &Line, fonts: &Fonts, place: (f32, f32), size: f32, stretch: f32) {
    let (mut x, y) = place;
    for run in &line.runs {
        let glyphs = fonts.glyphs(run, size, stretch);
        let width: f32 = glyphs.iter().map(|glyph| glyph.x_advance * size).sum();
        surface.draw_glyphs(
            Point::from_xy(x, y),
            &glyphs,
            fonts.font(run.face),
            &run.text,
            size,
            false,
        );
        x += width;
    }
}

fn rect(x: f32, y: f32, width: f32, height: f32) -> Result<Rect, PrintError> {
    Rect::from_xywh(x, y, width, height).ok_or_else(|| PrintError::Broken("no rectangle".into()))
}

fn ruled(x: f32, y: f32, width: f32, thick: f32) -> Result<Option<Path>, PrintError> {
    let mut path = PathBuilder::new();
    path.push_rect(rect(x, y, width, thick)?);
    Ok(path.finish())
}

/// Number and page, below the text of every page.
fn foot(
    surface: &mut Surface<'_>,
    paper: &Paper<'_>,
    fonts: &Fonts,
    page: usize,
    pages: usize,
) -> Result<(), PrintError> {
    /// Between the number and the page.
    const APART: f32 = 12.0;
    let baseline = PAGE.1 - TOP - 3.0;
    let rule = ruled(BODY.left, baseline - 13.0, BODY.width, RULE / 2.0)?;
    let page = format!("Trang {page}/{pages}");
    let right = fonts.lines(&[(Face::Regular, &page)], FOOT, BODY.width, BODY.width)?;
    let right = right.first();
    let room = BODY.width - right.map_or(0.0, |line| line.width);
    // The whole number stands at the head; here it only tells pages of different papers apart.
    let number = format!("Số: {}", paper.number);
    let left = fonts.lines(&[(Face::Regular, &number)], FOOT, room - APART, room - APART)?;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    if let Some(rule) = rule {
        surface.draw_path(&rule);
    }
    for (line, x) in left
        .first()
        .map(|line| (line, 0.0))
        .into_iter()
        .chain(right.map(|line| (line, room)))
    {
        draw_line(surface, line, fonts, (BODY.left + x, baseline), FOOT, 0.0);
    }
    surface.end_tagged();
    Ok(())
}

/// The QR code of an address: its dark modules, those side by side as one rectangle.
fn code(address: &str, left: f32, top: f32, side: f32) -> Result<Option<Path>, PrintError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M).map_err(|_too_long| PrintError::Code)?;
    let count = code.width();
    let modules = u16::try_from(count).map(f32::from).map_err(broken)?;
    let module = side / (modules + 2.0 * QUIET);
    let colors = code.to_colors();
    let mut path = PathBuilder::new();
    let mut y = top + QUIET * module;
    for row in colors.chunks(count) {
        let mut x = left + QUIET * module;
        for run in row.chunk_by(|a, b| a == b) {
            let width = u16::try_from(run.len()).map(f32::from).map_err(broken)? * module;
            if run.first() == Some(&Color::Dark) {
                path.push_rect(rect(x, y, width, module)?);
            }
            x += width;
        }
        y += module;
    }
    Ok(path.finish())
}
