//! Good files with something wrong in them, each told by a seed: whatever is sent, it is taken or refused for what it is, and no reader
//! of files falls over it.
//!
//! `VPTEX_FILE_MUTANTS` and `VPTEX_MODEL_SEED` choose how many of each kind and which.

use std::time::{Duration, Instant};

use crate::harness::documents::{DOCX, PDF, PPTX, XLSX, docx, office, packed, pdf, workbook};
use crate::harness::{TestApp, pictures};
use crate::hostile_files::draft;
use crate::model::setting;

/// How long a file may be looked into (`DEADLINE` in `src/files/sandbox.rs`); the bounds of memory and processor time are held in
/// `the_decoders_bound_themselves_before_they_read`.
const DEADLINE: Duration = Duration::from_secs(30);

/// Numbers without end, the same for each seed (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One below a bound.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.draw() % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// One of each kind.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("image/png", pictures::png(16, 12)),
        ("image/png", pictures::animated_png(&pictures::png(16, 12), 4, 3)),
        ("image/jpeg", pictures::photograph(16, 12)),
        ("image/webp", pictures::webp(16, 12)),
        ("image/webp", pictures::animated_webp((16, 12), (16, 12), 3)),
        (PDF, pdf(1)),
        (PDF, packed(&pdf(1))),
        (DOCX, docx("<w:t>Máy sấy</w:t>", &[])),
        (XLSX, workbook("<sheetData/>")),
        (PPTX, office(PPTX, "", &[])),
    ]
}

/// A file with something wrong in it, and what.
fn mutant(good: &[u8], heads: &[Vec<u8>], numbers: &mut Numbers) -> (&'static str, Vec<u8>) {
    let mut bytes = good.to_vec();
    let at = numbers.below(bytes.len());
    match numbers.below(6) {
        0 => {
            for _ in 0..=numbers.below(8) {
                let at = numbers.below(bytes.len());
                bytes[at] ^= 1 << numbers.below(8);
            }
            ("bits", bytes)
        }
        1 => {
            bytes.truncate(at);
            ("cut off", bytes)
        }
        2 => {
            let head = &heads[numbers.below(heads.len())];
            let length = head.len().min(bytes.len());
            bytes[..length].copy_from_slice(&head[..length]);
            ("another beginning", bytes)
        }
        3 => {
            let end = bytes.len().min(at + 1 + numbers.below(64));
            let filling = [0, 0x20, 0xff][numbers.below(3)];
            bytes[at..end].fill(filling);
            ("overwritten", bytes)
        }
        4 => {
            let end = bytes.len().min(at + 1 + numbers.below(200));
            let again = bytes[at..end].to_vec();
            let to = numbers.below(bytes.len());
            drop(bytes.splice(to..to, again));
            ("a part twice", bytes)
        }
        _ => {
            // Lengths and numbers are four bytes, most of them.
            let end = bytes.len().min(at + 4);
            let most = [0xff, 0x7f, 0x80, 0x00][numbers.below(4)];
            bytes[at..end].fill(0xff);
            bytes[at] = most;
            ("a number", bytes)
        }
    }
}

#[actix_web::test]
async fn whatever_is_wrong_in_a_file_it_is_taken_or_refused() {
    let (count, seed) = (
        setting("VPTEX_FILE_MUTANTS", 16),
        setting("VPTEX_MODEL_SEED", 20_261_130),
    );
    let mut app = TestApp::prepare();
    app.config.files_per_listing = 1_000_000;
    app.start();
    app.settle().await;
    // There are more files than a token has minutes.
    app.clock.hold();
    let visitors = draft(&app).await;
    let path = format!("/listings/{}/files?name=a", visitors.listing);
    let samples = samples();
    let heads: Vec<Vec<u8>> = samples.iter().map(|(_, bytes)| bytes[..16].to_vec()).collect();
    let (mut wrong, mut taken) = (Vec::new(), 0);
    for (kind, (media, good)) in samples.iter().enumerate() {
        let whole = app.post(&path).by(&visitors.owner).file(media, good.clone());
        whole.expect(201).await;
        for number in 0..count {
            // Each has a seed of its own, so that one can be made again without the others.
            let of_kind = u64::try_from(kind).unwrap() << 32;
            let mut numbers = Numbers(u64::from(seed) ^ of_kind ^ u64::from(number));
            let (what, bytes) = mutant(good, &heads, &mut numbers);
            let call = app.post(&path).by(&visitors.owner).file(media, bytes);
            let begun = Instant::now();
            let reply = call.send().await;
            let is_right = match reply.status {
                201 => true,
                422 => reply.pointers() == ["content"],
                _ => false,
            };
            taken += u32::from(reply.status == 201);
            if !is_right || begun.elapsed() > DEADLINE {
                wrong.push(format!(
                    "{media}, kind {kind}, number {number}, {what}: {} after {:?}",
                    reply.status,
                    begun.elapsed()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "seed {seed}: {wrong:#?}");
    // Some are harmless, or nothing would have been looked into beyond its first bytes.
    assert!(taken > 0);
}
