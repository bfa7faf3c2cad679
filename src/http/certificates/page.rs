//! The page behind the QR code of a certificate, for people: no script, nothing from elsewhere, readable on a telephone.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Path};

use super::views::CertificateVerification;
use crate::domain::certificate::Validity;
use crate::http::problem::{Answer, Problem};
use crate::service::certificates::reading;
use crate::service::{App, ErrorCode};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1a1a1a;background:#f4f5f7}main{max-width:42rem;\
margin:0 auto;padding:1.5rem}section{background:#fff;border-radius:.5rem;padding:1rem 1.25rem;margin:1rem 0}h1{font-size:1.25rem}\
.state{font-size:1.1rem;font-weight:700;border-left:.4rem solid}.valid,.amended{border-color:#18794e}.expired,.superseded{\
border-color:#ad5700}\
.annulled,.wrong{border-color:#c62828}dt{color:#555;font-size:.875rem;margin-top:.75rem}dd{margin:0}small{color:#555}";

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

fn page(status: StatusCode, body: &str) -> HttpResponse {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"vi\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>Kiểm tra Giấy chứng \
         nhận chuyển giao công nghệ</title><style>{STYLE}</style></head><body><main><h1>Kiểm tra Giấy chứng nhận chuyển giao \
         công nghệ</h1>{body}</main></body></html>\n"
    );
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // The address has the code in it.
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ))
        .body(html)
}

fn day(day: jiff::civil::Date) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

fn found(view: &CertificateVerification) -> String {
    let paper = &view.paper;
    let mut rows: Vec<(&str, String)> = vec![
        ("Loại", paper.kind.name_vi.clone()),
        ("Số", paper.number.clone()),
        ("Cơ quan cấp", paper.authority.clone()),
        ("Ngày cấp", day(paper.issued_on)),
        ("Công nghệ", paper.technology.clone()),
        ("Bên giao", paper.transferor.clone()),
        ("Bên nhận", paper.transferee.clone()),
    ];
    if let Some(number) = &view.original_number {
        rows.push(("Giấy chứng nhận gốc", number.clone()));
    }
    if let Some((number, on)) = view.newest_number.as_ref().zip(view.newest_issued_on) {
        let how = if view.validity == Validity::Superseded.as_str() {
            "Đã được thay thế bằng giấy phép"
        } else {
            "Đã được gia hạn, sửa đổi, bổ sung theo"
        };
        let annulled = if view.newest_state == Some(Validity::Annulled.as_str()) {
            " (đã bị hủy bỏ hiệu lực)"
        } else {
            ""
        };
        rows.push((how, format!("{number}, ngày {}{annulled}", day(on))));
    }
    if let Some(on) = view.annulled_on {
        rows.push(("Ngày hủy bỏ hiệu lực", day(on)));
    }
    if view.duplicates > 0 {
        rows.push(("Số lần cấp lại do bản chính bị mất, hỏng", view.duplicates.to_string()));
    }
    let list: String = rows
        .iter()
        .map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>", escaped(value)))
        .collect();
    let genuine = if view.is_genuine {
        String::new()
    } else {
        "<section class=\"state wrong\">Chữ ký số của bản ghi không khớp. Hãy liên hệ cơ quan cấp; không dùng kết quả này. \
         <small lang=\"en\">The record's signature does not fit: ask the authority, do not rely on this.</small></section>"
            .to_owned()
    };
    format!(
        "{genuine}<section class=\"state {}\">{}<br><small lang=\"en\">{}</small></section><section><dl>{list}</dl></section>\
         <p><small>Tra cứu ngày {}. Hãy so các thông tin trên với bản giấy: khác nhau là dấu hiệu giả mạo. <span \
         lang=\"en\">Compare this with the paper: what differs was forged.</span></small></p>",
        view.validity,
        view.validity_vi,
        view.validity_en,
        day(view.as_of),
    )
}

/// `GET /verify/{number}/{code}`: what a person sees who follows the QR code.
pub async fn show_verification(app: web::Data<App>, path: Path<(String, String)>) -> Answer {
    let (number, code) = path.into_inner();
    let vault = app.vault.clone();
    let verified = app
        .read(move |conn, now| reading::verify((conn, &*vault), (&number, &code), now))
        .await;
    match verified {
        Ok(verified) => Ok(page(StatusCode::OK, &found(&CertificateVerification::of(&verified)))),
        Err(error) if error.code == ErrorCode::NotFound => Ok(page(
            StatusCode::NOT_FOUND,
            "<section class=\"state wrong\">Không có Giấy chứng nhận nào với số và mã này.<br><small lang=\"en\">There is no \
             certificate with this number and code.</small></section><p><small>Hãy kiểm tra lại địa chỉ trên bản giấy, hoặc liên \
             hệ cơ quan cấp.</small></p>",
        )),
        Err(error) => Err(Problem(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_validity_has_its_colour_and_texts_are_escaped() {
        for validity in Validity::ALL {
            assert!(STYLE.contains(&format!(".{}", validity.as_str())), "{validity}");
        }
        assert_eq!(
            escaped("<b>A & \"B\"'</b>"),
            "&lt;b&gt;A &amp; &quot;B&quot;&#39;&lt;/b&gt;"
        );
    }
}
