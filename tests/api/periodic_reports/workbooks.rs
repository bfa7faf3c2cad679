//! Reports as workbooks, read back.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Xlsx};
use serde_json::{Value, json};

use super::{clerk, entered, preview};
use crate::dossiers::Desk;
use crate::harness::Reply;

fn sheet(file: &Reply, name: &str) -> Range<Data> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes.clone())).unwrap();
    book.worksheet_range(name).unwrap()
}

/// Every text of a sheet.
fn texts(sheet: &Range<Data>) -> Vec<String> {
    let cells = sheet.used_cells().filter_map(|(_, _, cell)| match cell {
        Data::String(text) => Some(text.clone()),
        _ => None,
    });
    cells.collect()
}

/// The cells of the row that begins with a text in its second column.
fn row(sheet: &Range<Data>, name: &str) -> Vec<Data> {
    let found = sheet
        .rows()
        .find(|row| row.get(1) == Some(&Data::String(name.to_owned())));
    found.unwrap_or_else(|| panic!("no row {name}")).to_vec()
}

#[actix_web::test]
async fn a_workbook_is_set_like_the_form_and_the_same_each_time() {
    let desk = Desk::open().await;
    let app = &desk.app;
    let clerk = clerk(app).await;
    let formula = |paper: &mut Value| {
        paper["content"]["technology"]["name"] = json!("=1+1");
        paper["content"]["money"]["vnd_value"] = json!(1_234_567_890_i64);
    };
    entered(&desk, "1/2023/A", "2023-01-01", &formula).await;
    let publish = async |body: Value| app.post("/periodic-reports").by(&clerk).json(&body).expect(201).await;
    let published = publish(json!({"form": "a_iv_11", "period": "2023"})).await;
    let path = format!("/periodic-reports/{}/file", published.text("/id"));
    let file = app.get(&path).by(&clerk).expect(200).await;
    assert_eq!(
        file.header("content-type"),
        Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    );
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"a-iv-11-2023-01-01-2023-12-31-v1.xlsx\"")
    );
    let again = app.get(&path).by(&clerk).expect(200).await;
    assert_eq!(file.bytes, again.bytes, "the same bytes");
    let form = sheet(&file, "Biểu");
    let told = texts(&form);
    for text in [
        "ỦY BAN NHÂN DÂN TỈNH PHÚ THỌ",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ TỈNH PHÚ THỌ",
        "Mẫu A.IV.11",
        "Kỳ báo cáo: từ ngày 01/01/2023 đến ngày 31/12/2023",
        "Cấp mới GCN đăng ký CGCN (số lượng)",
        "Giá trị cấp mới (triệu đồng)",
        "10",
    ] {
        assert!(told.iter().any(|known| known == text), "{text}: {told:?}");
    }
    assert!(told.iter().any(|known| known.starts_with("Phiên bản 1, công bố ngày ")));
    assert!(told.iter().any(|known| known.contains(published.text("/sha256"))));
    let phu_tho = row(&form, "Tỉnh Phú Thọ");
    assert_eq!(
        phu_tho[2..6],
        [
            Data::Float(1.0),
            Data::Float(1234.568),
            Data::Float(0.0),
            Data::Float(0.0)
        ]
    );
    assert_eq!(phu_tho[8], Data::Empty, "not entered");
    assert_eq!(row(&form, "Tổng số")[3], Data::Float(1234.568));
    // The list of what was counted is a sheet of its own, for those who may.
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file.bytes.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Biểu"]);
    assert!(book.worksheet_formula("Biểu").unwrap().used_cells().next().is_none());
    let yearly = publish(json!({"form": "registrations", "period": "2023"})).await;
    let path = format!("/periodic-reports/{}/file?sources=true", yearly.text("/id"));
    let listed = app.get(&path).by(&clerk).expect(200).await;
    let list = sheet(&listed, "Danh sách");
    let told = texts(&list);
    assert!(
        told.iter().any(|known| known == "=1+1") && told.iter().any(|known| known == "1/2023/A"),
        "{told:?}"
    );
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(listed.bytes.clone())).unwrap();
    assert!(
        book.worksheet_formula("Danh sách")
            .unwrap()
            .used_cells()
            .next()
            .is_none(),
        "a text, no formula"
    );
    assert!(
        list.used_cells()
            .any(|(_, _, cell)| *cell == Data::Float(1_234_567_890.0))
    );
    // The same as JSON.
    let path = format!("/periodic-reports/{}/file?format=json", published.text("/id"));
    let json = app.get(&path).by(&clerk).expect(200).await;
    assert_eq!(json.body, published.body);
    assert!(json.header("content-disposition").unwrap().ends_with("-v1.json\""));
}

#[actix_web::test]
async fn what_is_not_published_says_so() {
    let desk = Desk::open().await;
    let clerk = clerk(&desk.app).await;
    for form in ["a_iv_11", "registrations", "bieu_07", "bieu_11", "briefing"] {
        let file = preview(
            &desk.app,
            &clerk,
            &[("form", form), ("period", "2026"), ("format", "xlsx")],
        )
        .await;
        assert_eq!(file.status, 200, "{form}");
        let told = texts(&sheet(&file, "Biểu"));
        assert!(
            told.iter().any(|text| text.starts_with("BẢN XEM TRƯỚC, CHƯA CÔNG BỐ")),
            "{form}"
        );
        assert!(
            file.header("content-disposition").unwrap().contains("xem-truoc"),
            "{form}"
        );
    }
}
