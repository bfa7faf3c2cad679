//! Identity of the index format.

use std::sync::LazyLock;

use tantivy::{Document as _, schema::OwnedValue};

use crate::{
    IndexDocument, QuantityRange,
    analyzer::{self, analyze},
    schema::{self, Layout},
    terms::tantivy_document,
};

/// Identity of everything that decides what the index contains, such as `s1-a1-89ab01cd23ef4567`; an index with another
/// one is rebuilt.
///
/// The hash is of what the program does, so that nobody has to think of a version: of the fields as the engine is told
/// them, and of everything that is made of a sample of texts. The versions are for changes that the sample does not
/// show.
#[must_use]
pub fn format_id() -> String {
    static ID: LazyLock<String> = LazyLock::new(|| {
        let (schema, analyzer) = (schema::VERSION, analyzer::VERSION);
        let hash = hash_of(behaviour().iter().map(String::as_str));
        format!("s{schema}-a{analyzer}-{hash:016x}")
    });
    ID.clone()
}

/// Letters, tones, punctuation, codes and units; what the rules for syllables and codes distinguish.
const SAMPLE: [&str; 12] = [
    "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ đĐ",
    "THUỶ THỦY hoà hòa quí quý kĩ kỹ Nguye\u{302}\u{303}n nu\u{31b}\u{301}c ßçñø ½ m² ﬁ Ａ",
    "Biến tần Mitsubishi FR-E740-3.7K 3 pha 380V; GS 1930, GS-1930; S7-1200 (s71200)",
    "0,8 m3 0.8m³ 1.500 kg/h 50 kg/giờ 12,50 tấn/ngày 2 tấn/mẻ 1,5kW 5\" Ø34 20 °C 3x4 10%",
    "xi lanh xilanh khí-nén a/b a.b a_b email@example.vn https://example.vn/a?b=c 2026-03-11 07:30",
    "máy\u{a0}sấy\u{200b}lúa\tmáy\nsấy \u{0} — – … “ngoặc” «kép» 🌾 机器 станок",
    "TCVN 9001:2015 ISO/IEC 17025 QCVN-01 VN-0300588569 1234567890123 v2.0.1-rc1",
    "của và là các cho với những trong không được để",
    "1.234.567 đồng 1,234,567.89 -20 độ 0,05 0,50 007 1e6 3/4 16:9",
    "Công ty TNHH Cơ khí Đại Việt (Dai Viet Mechanics Co., Ltd.)",
    "ghê nghiêng người quyển khuỷu giường thuở xoè gì giết quốc",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
];

/// What the program does with the sample, as texts.
fn behaviour() -> Vec<String> {
    let layout = Layout::new();
    let mut told = vec![
        // A schema of our own making always serialises; were it not so, the literal in the test would say so.
        serde_json::to_string(&layout.schema).unwrap_or_default(),
        analyzer::UNITS.to_owned(),
    ];
    for text in SAMPLE {
        let analysis = analyze(text);
        for syllable in analysis.syllables {
            told.push(format!("{}|{}|{}", syllable.exact, syllable.folded, syllable.marked));
        }
        for code in analysis.codes {
            told.push(format!("{}|{:?}", code.text, code.syllables));
        }
    }
    let counted = [layout.exact, layout.folded, layout.pair, layout.code];
    let counted = counted.map(|field| layout.schema.get_field_name(field).to_owned());
    for (name, values) in tantivy_document(&layout, &sample()).to_named_doc(&layout.schema).0 {
        for value in values {
            match value {
                // Terms with their counts, in no order.
                OwnedValue::Str(text) if counted.contains(&name) => {
                    let mut terms: Vec<&str> = text.split(' ').collect();
                    terms.sort_unstable();
                    told.push(format!("{name}|{}", terms.join(" ")));
                }
                value => told.push(format!("{name}|{value:?}")),
            }
        }
    }
    told
}

/// A document in which nothing is left out, with words in several sections and more than once.
fn sample() -> IndexDocument {
    let text = |place: usize| SAMPLE.get(place).copied().unwrap_or_default().to_owned();
    IndexDocument {
        id: "0197".to_owned(),
        version: 3,
        kind: "equipment_offer".to_owned(),
        title_vi: text(2),
        title_en: Some(text(9)),
        summary_vi: text(3),
        summary_en: Some(text(4)),
        description_vi: SAMPLE.join(" "),
        description_en: Some(text(9)),
        brand: Some("Mitsubishi".to_owned()),
        model: Some("GS 1930".to_owned()),
        attributes: vec![("Năng suất".to_owned(), "500 kg/h".to_owned())],
        organisation: text(9),
        enterprise: "0198".to_owned(),
        passages: vec!["Đối lưu cưỡng bức, 30 % ít trấu hơn".to_owned()],
        fields: vec!["food.drying.rice".to_owned(), "mechanics".to_owned()],
        field_names: vec!["Sấy, bảo quản sau thu hoạch".to_owned()],
        province: Some("25".to_owned()),
        trl: Some(9),
        price_mode: "fixed".to_owned(),
        price_vnd: Some(185_000_000),
        stage: Some("pilot".to_owned()),
        transfer_modes: vec!["turnkey".to_owned(), "licence_exclusive".to_owned()],
        ip_statuses: vec!["granted".to_owned()],
        origin: Some("VN".to_owned()),
        certifications: vec!["iso".to_owned()],
        has_evidence: true,
        quantities: QuantityRange::between("400", "500", "kg/h").into_iter().collect(),
        published_at: 1_773_214_200_123_456,
    }
}

/// Hash of a list of texts, the same on every machine and in every version: for naming what a caller's documents are
/// made of beside [`format_id`].
#[must_use]
pub fn hash_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> u64 {
    texts.into_iter().fold(Hash64::new(), Hash64::text).finish()
}

/// FNV-1a with a final mix: stable over versions and platforms, unlike the standard hasher,
/// as tie keys, cursors and the format are written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hash64(u64);

impl Hash64 {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        }))
    }

    /// A string with its end, so that lists of strings hash unambiguously.
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }

    pub(crate) fn finish(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ (hash >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When this fails, what the index contains has changed: take over the new identity, and every index is built anew.
    #[test]
    fn identity() {
        assert_eq!(format_id(), "s3-a1-7acbbaa9d428356a");
        assert_eq!(behaviour(), behaviour(), "the same in every run");
    }
}
