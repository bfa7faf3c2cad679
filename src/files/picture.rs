//! Pictures made anew: unpacked within bounds, turned as the camera says, packed again without anything but pixels. Runs
//! in the child process only.
//!
//! A picture stays of its type; its small versions are WebP. Nothing in pure Rust packs lossy WebP, so libwebp does that:
//! it gets pixels that were unpacked by safe code, never what a stranger sent.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use webp::Encoder as WebpEncoder;

use super::jpeg;
use super::sandbox::Described;
use crate::domain::file::{EDGES, FileFault, MAX_SIDE, MAX_UNPACKED, MediaType};

/// Quality of the picture itself.
const QUALITY: u8 = 90;
/// Quality of its small versions.
const SMALL_QUALITY: u8 = 80;

/// A version as it is packed.
pub(super) struct Part {
    pub described: Described,
    pub bytes: Vec<u8>,
}

/// Makes a picture anew, in three small versions besides; what it was comes first.
pub(super) fn remake(bytes: Vec<u8>) -> Result<(MediaType, Vec<Part>), FileFault> {
    let (found, format) = recognise(&bytes)?;
    let image = unpack(&bytes, format)?;
    drop(bytes);
    let mut parts = vec![pack(&image, None, found, QUALITY)?];
    // Each is made of the next larger one.
    let mut image = image;
    for edge in EDGES.into_iter().rev() {
        let most = u32::from(edge);
        if image.width().max(image.height()) > most {
            image = image.thumbnail(most, most);
        }
        parts.push(pack(&image, Some(edge), MediaType::Webp, SMALL_QUALITY)?);
    }
    Ok((found, parts))
}

fn recognise(bytes: &[u8]) -> Result<(MediaType, ImageFormat), FileFault> {
    match image::guess_format(bytes) {
        Ok(format @ ImageFormat::Jpeg) => Ok((MediaType::Jpeg, format)),
        Ok(format @ ImageFormat::Png) => Ok((MediaType::Png, format)),
        Ok(format @ ImageFormat::WebP) => Ok((MediaType::Webp, format)),
        _ => Err(FileFault::UnknownType),
    }
}

fn fault(error: ImageError) -> FileFault {
    match error {
        ImageError::Limits(_) => FileFault::TooManyPixels,
        _ => FileFault::Broken,
    }
}

/// Unpacks to eight bits a channel, after looking at what the head announces.
fn unpack(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, FileFault> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_UNPACKED);
    if format == ImageFormat::Jpeg && !jpeg::is_whole(bytes) {
        return Err(FileFault::Broken);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let (width, height) = decoder.dimensions();
    let channels = if decoder.color_type().has_alpha() { 4 } else { 3 };
    let unpacked = u64::from(width) * u64::from(height) * channels;
    if width > MAX_SIDE || height > MAX_SIDE || unpacked.max(decoder.total_bytes()) > MAX_UNPACKED {
        return Err(FileFault::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    let mut image = if image.color().has_alpha() {
        DynamicImage::ImageRgba8(image.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(image.into_rgb8())
    };
    image.apply_orientation(orientation);
    Ok(image)
}

fn pack(image: &DynamicImage, edge: Option<u16>, media: MediaType, quality: u8) -> Result<Part, FileFault> {
    let mut bytes = Vec::new();
    let packed = match media {
        MediaType::Jpeg => image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)),
        MediaType::Png => image.write_with_encoder(PngEncoder::new(&mut bytes)),
        MediaType::Webp => return lossy(image, edge, quality),
        MediaType::Pdf | MediaType::Docx | MediaType::Xlsx | MediaType::Pptx => return Err(FileFault::UnknownType),
    };
    packed.map_err(|_cannot_be_packed| FileFault::Broken)?;
    Ok(part(image, edge, media, bytes))
}

fn lossy(image: &DynamicImage, edge: Option<u16>, quality: u8) -> Result<Part, FileFault> {
    let encoder = WebpEncoder::from_image(image).map_err(|_cannot_be_packed| FileFault::Broken)?;
    // Nothing but memory can be wanting: sides and pixels were looked at before.
    let packed = encoder
        .encode_simple(false, f32::from(quality))
        .map_err(|_out_of_memory| FileFault::TooCostly)?;
    Ok(part(image, edge, MediaType::Webp, packed.to_vec()))
}

fn part(image: &DynamicImage, edge: Option<u16>, media: MediaType, bytes: Vec<u8>) -> Part {
    Part {
        described: Described {
            edge,
            media_type: media.as_str().to_owned(),
            width: image.width(),
            height: image.height(),
            size: bytes.len(),
        },
        bytes,
    }
}
