//! Workbooks: sent, told what is wrong in a workbook, mended, sent again; and those that are made to do harm.

use std::io::{Cursor, Write};
use std::net::TcpListener;

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::harness::{Person, Reply, TestApp};
use crate::listing_imports::{counts, enterprise, import};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const HEAD: [&str; 6] = ["Mã nội bộ", "Loại tin", "Tên", "Lĩnh vực", "Hình thức giá", "Giá"];

/// A workbook of one sheet; the sixth column holds numbers.
fn workbook(rows: &[[&str; 6]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0_u16..).zip(HEAD) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_text) => sheet.write_string(row, column, *cell).unwrap(),
            };
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// The texts of the first sheet, row by row.
fn texts(reply: &Reply) -> Vec<Vec<String>> {
    assert_eq!(reply.header("content-type"), Some(XLSX));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(reply.bytes.clone())).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    // Nothing but texts and numbers: no cell can be a formula.
    let names = book.sheet_names();
    let formulas = book.worksheet_formula(&names[0]).unwrap();
    assert_eq!(formulas.used_cells().count(), 0);
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        other => panic!("no text: {other:?}"),
    };
    sheet.rows().map(|row| row.iter().map(text).collect()).collect()
}

async fn send(app: &TestApp, owner: &Person, bytes: Vec<u8>) -> Reply {
    let path = "/listing-imports?name=tin.xlsx";
    app.post(path)
        .by(owner)
        .file("application/octet-stream", bytes)
        .send()
        .await
}

#[actix_web::test]
async fn a_workbook_becomes_drafts_and_its_errors_come_as_a_workbook() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let good = [
        "SP-1",
        "Chào bán thiết bị",
        "=1+1",
        "Cơ khí",
        "Giá cố định",
        "185000000",
    ];
    let bad = ["SP-2", "Chào bán thiết bị", "Máy ép", "Không có lĩnh vực này", "", ""];
    let done = import(&app, &owner, ".xlsx", workbook(&[good, bad])).await;
    assert_eq!((done.text("/format"), done.text("/status")), ("xlsx", "finished"));
    assert_eq!(counts(&done), [2, 1, 0, 0, 1]);
    let path = format!("/listing-imports/{}", done.text("/id"));
    let told = app.get(&format!("{path}/rows")).by(&owner).expect(200).await;
    assert_eq!((told.number("/items/0/row"), told.number("/items/1/row")), (2, 3));
    let made = app
        .get(&format!("/listings/{}", told.text("/items/0/listing_id")))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(
        (made.text("/title/vi"), made.number("/price_min")),
        ("=1+1", 185_000_000)
    );

    let errors = app.get(&format!("{path}/errors")).by(&owner).expect(200).await;
    assert_eq!(
        errors.header("content-disposition"),
        Some("attachment; filename=\"errors.xlsx\"")
    );
    let table = texts(&errors);
    assert_eq!(table[0][..6], HEAD);
    assert_eq!(table[0][6], "Lý do / Reason");
    assert_eq!((table.len(), table[1][0].as_str()), (2, "SP-2"));
    assert!(table[1][6].starts_with("Lĩnh vực: "), "{}", table[1][6]);
    // As it came, it is refused again; mended, it is taken.
    let again = import(&app, &owner, ".xlsx", errors.bytes.clone()).await;
    assert_eq!(counts(&again), [1, 0, 0, 0, 1]);
    let mended = [bad[0], bad[1], bad[2], "Cơ khí", "", ""];
    let again = import(&app, &owner, ".xlsx", workbook(&[good, mended])).await;
    assert_eq!(counts(&again), [2, 1, 0, 1, 0]);
}

#[actix_web::test]
async fn what_was_exported_as_a_workbook_is_imported_without_a_change() {
    let app = TestApp::spawn().await;
    let (officer, owner) = enterprise(&app).await;
    let row = [
        "+SP-84",
        "Chào bán thiết bị",
        "@SUM(A1)",
        "Cơ khí; Năng lượng",
        "Giá cố định",
        "185000000",
    ];
    import(&app, &owner, ".xlsx", workbook(&[row])).await;
    for language in ["vi", "en"] {
        let query = [("format", "xlsx"), ("language", language)];
        let file = app
            .get("/me/listings/export")
            .by(&owner)
            .query(&query)
            .expect(200)
            .await;
        assert_eq!(texts(&file)[1][0], "+SP-84");
        let again = import(&app, &owner, ".xlsx", file.bytes.clone()).await;
        assert_eq!(counts(&again), [1, 0, 0, 1, 0], "{language}");
    }
    let template = app
        .get("/listing-import-template")
        .query(&[("format", "xlsx")])
        .expect(200)
        .await;
    assert_eq!(texts(&template)[0][0], "Mã nội bộ");
    assert_eq!(texts(&template).len(), 3);
    // Nothing but comments.
    let empty = send(&app, &owner, template.bytes.clone()).await;
    assert_eq!(empty.status, 422);
    for path in ["/exports/listings", "/exports/enterprises"] {
        let file = app.get(path).query(&[("format", "xlsx")]).expect(200).await;
        assert!(texts(&file)[0].len() > 5, "{path}");
    }
    let queue = app
        .get("/exports/moderation-queue")
        .by(&officer)
        .query(&[("format", "xlsx"), ("language", "en")])
        .expect(200)
        .await;
    assert_eq!(texts(&queue)[0][0], "What");
}

/// An archive of these files.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        archive.start_file(*name, packed).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const ROOT: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Tin" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const LINKS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>MORE</Relationships>"#;

/// A sheet with a head, a row that is right, and `more` rows behind it.
fn sheet(more: &str) -> String {
    let text = |place: &str, text: &str| format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">{}{}{}</row><row r="2">{}{}{}</row>{more}</sheetData></worksheet>"#,
        text("A1", "id"),
        text("B1", "kind"),
        text("C1", "title"),
        text("A2", "SP-1"),
        text("B2", "equipment_offer"),
        text("C2", "Press"),
    )
}

/// A workbook of that sheet, and other files besides.
fn hand_made(sheet: &str, links: &str, others: &[(&str, &[u8])]) -> Vec<u8> {
    let links = LINKS.replace("MORE", links);
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend_from_slice(others);
    archive(&parts)
}

/// An archive in which the last entry of the directory is there many times over: all of them share its bytes.
fn overlapping(mut bytes: Vec<u8>, times: u16) -> Vec<u8> {
    let end = bytes.len() - 22;
    let number = |at: usize| {
        let number = u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        usize::try_from(number).unwrap()
    };
    let (size, start) = (number(end + 12), number(end + 16));
    let directory = bytes[start..start + size].to_vec();
    let last = directory
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .unwrap();
    let entry = &directory[last..];
    let mut tail = bytes.split_off(end);
    for copy in 0..times {
        let mut entry = entry.to_vec();
        // Another name of the same length.
        entry[46] = b'a' + u8::try_from(copy % 26).unwrap();
        entry[47] = b'a' + u8::try_from(copy / 26).unwrap();
        bytes.extend(entry);
    }
    let count = u16::from_le_bytes(tail[8..10].try_into().unwrap()) + times;
    let size = u32::try_from(bytes.len() - start).unwrap();
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(tail);
    bytes
}

#[actix_web::test]
async fn a_workbook_that_is_made_to_do_harm_is_refused_and_the_next_one_is_taken() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let plain = hand_made(&sheet(""), "", &[]);
    let spaces = " ".repeat(16 << 20);
    let bomb = hand_made(&sheet(&spaces), "", &[]);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    let names: Vec<String> = (0..2_000).map(|number| format!("xl/x{number}.xml")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b"<a/>"[..])).collect();
    let cells: String = (0..800_001)
        .map(|number| format!(r#"<c r="D3"><v>{number}</v></c>"#))
        .collect();
    // A text that is kept once and told by thousands of rows.
    let told: String = (3..2_003)
        .map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#))
        .collect();
    let long = format!(
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{}</t></si></sst>"#,
        "x".repeat(30_000)
    );
    let texts = r#"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>"#;
    let long = [("xl/sharedStrings.xml", long.as_bytes())];
    let doctype = sheet("").replace(
        "<worksheet",
        r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet"#,
    );
    let far = r#"<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row>"#;
    let backwards = r#"<row r="9"><c r="A9"><v>1</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>"#;
    let nested = archive(&[("r.xlsx", &plain)]);
    let mut noise = plain.clone();
    for at in (40..noise.len() - 30).step_by(7) {
        noise[at] ^= 0x55;
    }
    for (what, bytes, code) in [
        ("a bomb", bomb, "archive_too_large"),
        (
            "thousands of files",
            hand_made(&sheet(""), "", &many),
            "archive_too_many_entries",
        ),
        (
            "thousands of cells",
            hand_made(&sheet(&format!("<row r=\"3\">{cells}</row>")), "", &[]),
            "workbook_too_many_cells",
        ),
        (
            "one long text a thousand times over",
            hand_made(&sheet(&told), texts, &long),
            "workbook_too_much_text",
        ),
        (
            "files that share their bytes",
            overlapping(plain.clone(), 300),
            "archive_unsafe_entry",
        ),
        ("entities", hand_made(&doctype, "", &[]), "document_has_doctype"),
        ("a far column", hand_made(&sheet(far), "", &[]), "too_many_columns"),
        (
            "rows backwards",
            hand_made(&sheet(backwards), "", &[]),
            "workbook_broken",
        ),
        ("an archive in an archive", nested, "table_type_unknown"),
        (
            "no workbook",
            archive(&[("a.txt", b"a")]),
            "document_has_embedded_object",
        ),
        ("half of one", plain[..plain.len() / 2].to_vec(), "file_broken"),
        ("noise", noise, "file_broken"),
        (
            "a path",
            hand_made(&sheet(""), "", &[("../../../tmp/x.xml", b"<a/>")]),
            "archive_unsafe_entry",
        ),
        (
            "no sheet in a sheet",
            hand_made("<worksheet/>", "", &[]),
            "workbook_broken",
        ),
    ] {
        let refused = send(&app, &owner, bytes).await;
        assert_eq!(
            (
                refused.status,
                refused.body.pointer("/errors/0/code").and_then(|code| code.as_str())
            ),
            (422, Some(code)),
            "{what}: {:#}",
            refused.body
        );
    }
    let done = import(&app, &owner, ".xlsx", plain).await;
    assert_eq!(counts(&done), [1, 1, 0, 0, 0]);
}

#[actix_web::test]
async fn nothing_is_calculated_and_nothing_that_is_linked_to_is_opened() {
    let app = TestApp::spawn().await;
    let (_, owner) = enterprise(&app).await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}/secret.xlsx", listener.local_addr().unwrap());
    let linked = r#"<row r="3"><c r="A3" t="str"><f>[1]Sheet1!A1</f><v>SP-2</v></c><c r="B3" t="str"><v>equipment_offer</v></c><c r="C3" t="str"><f>CONCATENATE("Not","this")</f><v>Kept result</v></c></row><row r="4"><c r="A4" t="e"><f>[1]Sheet1!A2</f><v>#REF!</v></c><c r="B4" t="str"><v>equipment_offer</v></c></row><row r="1048576"><c r="A1048576" t="inlineStr"><is><t>SP-9</t></is></c><c r="B1048576" t="str"><v>equipment_offer</v></c><c r="C1048576" t="str"><v>The last row</v></c></row>"#;
    let more = r#"<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLink" Target="externalLinks/externalLink1.xml"/>"#;
    let link = format!(
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath" Target="{address}" TargetMode="External"/></Relationships>"#
    );
    let others: [(&str, &[u8]); 2] = [
        ("xl/externalLinks/externalLink1.xml", b"<externalLink/>"),
        ("xl/externalLinks/_rels/externalLink1.xml.rels", link.as_bytes()),
    ];
    let refused = send(&app, &owner, hand_made(&sheet(linked), more, &others)).await;
    assert_eq!(
        (refused.status, refused.text("/errors/0/code")),
        (422, "document_loads_external")
    );
    let done = import(&app, &owner, ".xlsx", hand_made(&sheet(linked), "", &[])).await;
    assert_eq!(counts(&done), [4, 3, 0, 0, 1]);
    let path = format!("/listing-imports/{}/rows", done.text("/id"));
    let told = app.get(&path).by(&owner).expect(200).await;
    assert_eq!(told.number("/items/3/row"), 1_048_576);
    let kept = app
        .get(&format!("/listings/{}", told.text("/items/1/listing_id")))
        .by(&owner)
        .expect(200)
        .await;
    assert_eq!(kept.text("/title/vi"), "Kept result");
    assert!(listener.accept().is_err(), "somebody called");
}
