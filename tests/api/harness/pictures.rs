//! Pictures, good and hostile, made by the tests themselves.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::{Person, TestApp};

/// What a picture carries and must not come out again.
pub const PLACE: &str = "20.951212N 105.773434E";

fn packed(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Red on the left, blue on the right, so that it shows which way up it is.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| {
        if 2 * x < width {
            Rgb([250, 0, 0])
        } else {
            Rgb([0, 0, 250])
        }
    })
    .into()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    packed(&halves(width, height), ImageFormat::Png)
}

pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    packed(&halves(width, height), ImageFormat::Jpeg)
}

/// With transparency, which JPEG has not.
pub fn transparent(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbaImage::from_pixel(width, height, Rgba([9, 9, 9, 100]));
    packed(&image.into(), format)
}

/// A WebP without transparency.
pub fn webp(width: u32, height: u32) -> Vec<u8> {
    packed(&halves(width, height), ImageFormat::WebP)
}

/// A photograph of a camera that was held upright (orientation 6), and knew where it was.
pub fn photograph(width: u32, height: u32) -> Vec<u8> {
    let mut tiff = b"II\x2a\0\x08\0\0\0\x02\0".to_vec();
    // ImageDescription, as text behind the directory; Orientation, in place.
    let count = u32::try_from(PLACE.len() + 1).unwrap();
    tiff.extend([0x0e, 0x01, 0x02, 0x00]);
    tiff.extend(count.to_le_bytes());
    tiff.extend(38_u32.to_le_bytes());
    tiff.extend([0x12, 0x01, 0x03, 0x00, 1, 0, 0, 0, 6, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff.extend(PLACE.as_bytes());
    tiff.push(0);
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let length = u16::try_from(segment.len() + 2).unwrap();
    let plain = jpeg(width, height);
    [&plain[..2], &[0xff, 0xe1], &length.to_be_bytes(), &segment, &plain[2..]].concat()
}

/// A PNG whose head announces so many pixels, and which has none of them.
pub fn announced(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The check sum of PNG (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                (sum >> 1) ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

impl TestApp {
    /// Adds a picture to a draft; gives the file's id.
    pub async fn add_picture(&self, owner: &Person, listing: &str) -> String {
        let number = self.number() + 2;
        let path = format!("/listings/{listing}/files?name=anh.png");
        let added = self.post(&path).by(owner).file("image/png", png(number, 2));
        added.expect(201).await.text("/id").to_owned()
    }
}
