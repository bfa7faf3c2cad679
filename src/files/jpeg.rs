//! Whether a JPEG goes on to its end. Its decoder fills what is missing with grey, as browsers do while a picture loads; but a
//! picture that was cut off on its way in is not what its sender sees.

const END: u8 = 0xD9;
const SCAN: u8 = 0xDA;

/// Whether the end of the picture stands behind its pixels. Segments are stepped over by their length, so that the end of a
/// small picture within one (EXIF) is not taken for it; what stands behind the end is not looked at.
pub(super) fn is_whole(bytes: &[u8]) -> bool {
    let (mut rest, mut has_pixels) = (bytes, false);
    while let Some((marker, after)) = next_marker(rest) {
        rest = match marker {
            END => return has_pixels,
            // Without a length: the start of the picture, restarts among its pixels.
            0x01 | 0xD0..=0xD8 => after,
            _ => {
                has_pixels |= marker == SCAN;
                let length = after
                    .first_chunk()
                    .map(|length| usize::from(u16::from_be_bytes(*length)));
                match length.and_then(|length| after.get(length..)) {
                    Some(after) => after,
                    None => return false,
                }
            }
        };
    }
    false
}

/// The next marker and what stands behind it. A byte FF among pixels is followed by 0, and any number of them fill up.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let is_marker = |pair: &[u8]| matches!(pair, [0xFF, marker] if !matches!(marker, 0 | 0xFF));
    let (_, from) = bytes.split_at_checked(bytes.windows(2).position(is_marker)?)?;
    let (marker, after) = from.split_at_checked(2)?;
    Some((*marker.last()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::codecs::jpeg::JpegEncoder;
    use image::{Rgb, RgbImage};

    fn jpeg() -> Vec<u8> {
        let noise = |x: u32, y: u32| Rgb([x, y, x * y].map(|value| u8::try_from(value * 7 % 256).unwrap()));
        let mut bytes = Vec::new();
        let image = RgbImage::from_fn(120, 90, noise);
        image.write_with_encoder(JpegEncoder::new(&mut bytes)).unwrap();
        bytes
    }

    #[test]
    fn only_what_has_its_end_is_whole() {
        let whole = jpeg();
        assert!(is_whole(&whole));
        for length in 0..whole.len() {
            assert!(!is_whole(&whole[..length]), "{length} of {}", whole.len());
        }
        assert!(
            is_whole(&[&whole, b"PK\x03\x04".as_slice()].concat()),
            "what hangs on it"
        );
    }

    #[test]
    fn the_end_of_a_picture_within_is_not_its_own() {
        let whole = jpeg();
        let (start, rest) = whole.split_at(2);
        let small = jpeg();
        let length = u16::try_from(small.len() + 2).unwrap().to_be_bytes();
        let within = [start, &[0xFF, 0xE1], &length, &small, rest].concat();
        assert!(is_whole(&within));
        assert!(!is_whole(&within[..within.len() - 2]));
        assert!(!is_whole(&within[..small.len() + 6]), "nothing but the small one");
    }

    #[test]
    fn restarts_stuffing_and_fillers_are_none() {
        let scan = [0xFF, SCAN, 0, 3, 0, 1, 0xFF, 0, 0xFF, 0xD0, 2, 0xFF, 0xD7, 0xFF, 0];
        let open = [[0xFF, 0xD8].as_slice(), &scan].concat();
        assert!(!is_whole(&open));
        assert!(is_whole(&[open.as_slice(), &[0xFF, 0xFF, END]].concat()));
        assert!(!is_whole(&[0xFF, 0xD8, 0xFF, END]), "no pixels");
    }
}
