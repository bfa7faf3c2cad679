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

/// A PNG's chunk.
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let summed = [&name[..], data].concat();
    let sum = crc32(&summed);
    [&length.to_be_bytes()[..], &summed, &sum.to_be_bytes()].concat()
}

/// A PNG with so many pictures behind its own, each the same again, of which it tells so many.
pub fn animated_png(still: &[u8], told: u32, frames: u32) -> Vec<u8> {
    let (head, rest) = still.split_at(33);
    let (width, height) = (&still[16..20], &still[20..24]);
    let (body, end) = rest.split_at(rest.len() - 12);
    // Pixels as they stand in the only chunk of them.
    let pixels = &body[8..body.len() - 4];
    let control = |number: u32| {
        let delay = [0_u8, 1, 0, 10, 0, 0];
        let data = [&number.to_be_bytes()[..], width, height, &[0; 8], &delay].concat();
        chunk(b"fcTL", &data)
    };
    let mut bytes = head.to_vec();
    bytes.extend(chunk(b"acTL", &[told.to_be_bytes(), [0; 4]].concat()));
    bytes.extend(control(0));
    bytes.extend(body);
    for frame in 0..frames {
        bytes.extend(control(2 * frame + 1));
        let number = 2 * frame + 2;
        bytes.extend(chunk(b"fdAT", &[&number.to_be_bytes()[..], pixels].concat()));
    }
    bytes.extend(end);
    bytes
}

/// A WebP of so many pictures on a canvas.
pub fn animated_webp(canvas: (u32, u32), picture: (u32, u32), frames: usize) -> Vec<u8> {
    let part = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap();
        let odd = if data.len() % 2 == 1 { &[0][..] } else { &[] };
        [&name[..], &length.to_le_bytes(), data, odd].concat()
    };
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let sides = |(width, height): (u32, u32)| [three(width - 1), three(height - 1)].concat();
    let still = webp(picture.0, picture.1);
    let frame = [&[0; 6][..], &sides(picture), &[100, 0, 0, 0], &still[12..]].concat();
    let mut body = b"WEBP".to_vec();
    body.extend(part(b"VP8X", &[&[2, 0, 0, 0][..], &sides(canvas)].concat()));
    body.extend(part(b"ANIM", &[0; 6]));
    body.extend(part(b"ANMF", &frame).repeat(frames));
    part(b"RIFF", &body)
}

/// A GIF of so many pictures of a pixel, on a canvas.
pub fn animated_gif(side: u16, frames: usize) -> Vec<u8> {
    let side = side.to_le_bytes();
    let head = [&b"GIF89a"[..], &side, &side, b"\x80\0\0\0\0\0\xff\xff\xff"].concat();
    let frame = b"!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0";
    [head, frame.repeat(frames), b";".to_vec()].concat()
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
