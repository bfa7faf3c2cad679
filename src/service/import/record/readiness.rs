//! Estimates how ready an offered technology is, from the words of its record.
//!
//! The records state no level, and a technology offer cannot be submitted without one. The estimate follows the
//! evidence that a text gives, strongest first; an owner is expected to correct it.
//!
//! | level | evidence |
//! |---|---|
//! | 9 | produced or sold: a company's line or product, industrial scale, exported; every service on offer |
//! | 7 | run where it will be used: tried, applied, made by its users, pilot, a province's project |
//! | 3 | on paper: overview, design calculation, model simulation, plant design |
//! | 4 | in the laboratory: isolation, synthesis, extraction, in vitro, conditions surveyed |
//! | 6 | otherwise: a design or thesis with a model or prototype |

use super::{EvalRecord, RecordKind, clean};

const RULES: &[(u8, &[&str])] = &[
    (
        9,
        &[
            "dây chuyền của",
            "quy mô công nghiệp",
            "sản phẩm xuất khẩu",
            "thương mại",
            "sản phẩm của",
            "sản xuất theo",
        ],
    ),
    (
        7,
        &[
            "thử nghiệm",
            "nông dân",
            "áp dụng tại",
            "ứng dụng tại",
            "pilot",
            "vận hành",
            "trên địa bàn",
            "trại giống",
            "thâm canh",
            "hoàn thiện quy trình",
            "nuôi thương phẩm",
            "nuôi trồng",
            "đề tài kc",
            "nhà máy xử lý",
            "khu liên hợp",
        ],
    ),
    (
        3,
        &[
            "tổng quan",
            "xu hướng",
            "giới thiệu",
            "tổng hợp giải pháp",
            "báo cáo phân tích",
            "mô hình mô phỏng",
            "tính toán thiết kế",
            "tính toán, thiết kế",
            "thiết kế nhà máy",
            "tài liệu công nghệ",
        ],
    ),
    (
        4,
        &[
            "phân lập",
            "tổng hợp nano",
            "tổng hợp hạt",
            "điều chế",
            "in vitro",
            "nuôi cấy",
            "nhân giống",
            "chiết tách",
            "chiết từ",
            "khảo sát",
            "hệ phân tán",
            "luận án",
            "keo tụ",
            "vật liệu nano",
        ],
    ),
];

/// The estimated level of an offer.
pub(super) fn level(record: &EvalRecord) -> u8 {
    if record.kind == RecordKind::Service {
        return 9;
    }
    let mut text = format!("{} {}", record.title, record.summary);
    for (_, value) in &record.attributes {
        text.push(' ');
        text.push_str(value);
    }
    let text = clean(&text).to_lowercase();
    RULES
        .iter()
        .find(|(_, words)| words.iter().any(|word| text.contains(word)))
        .map_or(6, |(level, _)| *level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_evidence_decides() {
        let expected = [
            (
                9,
                RecordKind::Technology,
                "Quy trình sản xuất phân hữu cơ quy mô công nghiệp",
            ),
            (9, RecordKind::Service, "Tư vấn chứng nhận VietGAP"),
            (
                7,
                RecordKind::Technology,
                "Nghiên cứu cải tiến và chế tạo thử nghiệm máy gặt đập liên hợp",
            ),
            (6, RecordKind::Technology, "Thiết kế, chế tạo máy bóc vỏ tỏi tự động"),
            (4, RecordKind::Technology, "Phân lập và tuyển chọn vi khuẩn lactic"),
            (
                3,
                RecordKind::Technology,
                "Tính toán thiết kế máy hầm dùng để sấy nấm bào ngư",
            ),
        ];
        for (expected, kind, title) in expected {
            let record = EvalRecord {
                id: "1".to_owned(),
                title: title.to_owned(),
                category: String::new(),
                kind,
                summary: String::new(),
                attributes: Vec::new(),
                source_url: String::new(),
            };
            assert_eq!(level(&record), expected, "{title}");
        }
    }
}
