//! Formats that no file of the corpora is made of, from bytes that are put together here.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{fmt::Write as _, io::Write as _};

use common::{archive, corpus, extract_with};
use dosimeter_extractor::Budget;
use flate2::{Compression, write::DeflateEncoder};

#[path = "support/corpora.rs"]
mod common;
#[path = "support/compound.rs"]
mod compound;

/// Extracts, and compares what is found as `place: text`, trimmed; there may be no gaps.
fn check(name: &str, bytes: &[u8], expected: &[&str]) {
    let found = extract_with(bytes, name, &Budget::default());
    let gaps: Vec<&str> = found.gaps.iter().map(|gap| gap.reason.name()).collect();
    assert!(gaps.is_empty(), "{name}: {}", gaps.join(", "));
    let texts: Vec<&str> = found.texts.iter().map(|text| text.trim()).collect();
    assert_eq!(texts, expected, "{name}");
}

/// The same with places, of a file of which only some texts are compared.
fn check_places(name: &str, bytes: &[u8], expected: &[&str]) {
    let found = extract_with(bytes, name, &Budget::default());
    let found: Vec<String> = (found.places.iter().zip(&found.texts))
        .map(|(place, text)| format!("{place}: {}", text.trim()))
        .collect();
    for place in expected {
        assert!(found.iter().any(|found| found == place), "{place} in {}", found.join("\n"));
    }
}

fn deflated(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// A cabinet of one folder and two files.
fn cabinet(compression: u16, blocks: &[(Vec<u8>, usize)]) -> Vec<u8> {
    let mut files = Vec::new();
    for (offset, length, name) in [(0_u32, 6_u32, "a.txt"), (6, 5, "b.txt")] {
        files.extend([length.to_le_bytes(), offset.to_le_bytes()].concat());
        files.extend([&[0; 8][..], name.as_bytes(), &[0]].concat());
    }
    let files_offset = 36 + 8_u32;
    let data_offset = files_offset + u32::try_from(files.len()).unwrap();
    let mut bytes = b"MSCF\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    bytes.extend(files_offset.to_le_bytes());
    bytes.extend([0, 0, 0, 0, 3, 1, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(data_offset.to_le_bytes());
    bytes.extend(u16::try_from(blocks.len()).unwrap().to_le_bytes());
    bytes.extend(compression.to_le_bytes());
    bytes.extend(files);
    for (data, plain) in blocks {
        bytes.extend([0; 4]);
        bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(*plain).unwrap().to_le_bytes());
        bytes.extend(data);
    }
    bytes
}

#[test]
fn all_frames_of_a_stream_are_read() {
    let frame = |text: &[u8]| {
        let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    };
    let skipped = b"\x50\x2a\x4d\x18\x04\0\0\0skip";
    check(
        "frames.lz4",
        &[&frame(b"first ")[..], skipped, &frame(b"second")].concat(),
        &["first second"],
    );
    let stream = |text: &[u8]| {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    };
    check("streams.bz2", &[stream(b"first "), stream(b"second")].concat(), &["first second"]);
}

#[test]
fn cabinets_are_read() {
    let expected = ["first", "a.txt", "next", "b.txt"];
    check("stored.cab", &cabinet(0, &[(b"first\nnext\n".to_vec(), 11)]), &expected);
    let block = |plain: &[u8]| ([&b"CK"[..], &deflated(plain)].concat(), plain.len());
    check("packed.cab", &cabinet(1, &[block(b"first\n"), block(b"next\n")]), &expected);
}

#[test]
fn a_cabinet_that_breaks_off_says_so() {
    let whole = cabinet(0, &[(b"first\nnext\n".to_vec(), 11)]);
    for length in (8..whole.len()).step_by(5) {
        let found = extract_with(&whole[..length], "cut.cab", &Budget::default());
        assert!(!found.gaps.is_empty(), "{length}");
    }
    let found = extract_with(&cabinet(2, &[(vec![0], 1)]), "quantum.cab", &Budget::default());
    assert_eq!(found.gaps[0].reason.name(), "unsupported");
}

#[test]
fn packages_are_read() {
    let header = |values: &[u8]| {
        let length = u32::try_from(values.len()).unwrap().to_be_bytes();
        [b"\x8e\xad\xe8\x01\0\0\0\0\0\0\0\x01", &length[..], &[0; 16], values].concat()
    };
    let mut bytes = [b"\xed\xab\xee\xdb", &[0; 92][..]].concat();
    bytes.extend(header(b"sum"));
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(header(b"heron-tools\0Keeps herons\0"));
    let mut archive = Vec::new();
    for (name, data) in [("notes.txt", "code 4711"), ("TRAILER!!!", "")] {
        let field = |value: usize| format!("{value:08x}");
        archive.extend(b"070701");
        archive
            .extend([field(0).repeat(6), field(data.len()), field(0).repeat(4)].concat().bytes());
        archive.extend([field(name.len() + 1), field(0), format!("{name}\0")].concat().bytes());
        archive.resize(archive.len().next_multiple_of(4), 0);
        archive.extend(data.bytes());
        archive.resize(archive.len().next_multiple_of(4), 0);
    }
    bytes.extend([b"\x1f\x8b\x08\0\0\0\0\0\0\0", &deflated(&archive)[..], &[0; 8]].concat());
    check("heron.rpm", &bytes, &["code 4711", "notes.txt", "heron-tools\nKeeps herons"]);
}

#[test]
fn flat_documents_are_read() {
    let document = "<?xml version='1.0'?><office:document xmlns:office='o' xmlns:text='t'>\
        <office:meta><dc:title>Herons</dc:title></office:meta><office:body><office:text>\
        <text:p>HER<text:span>ON-47</text:span>11</text:p></office:text></office:body>\
        </office:document>";
    check("note.fodt", document.as_bytes(), &["<dc:title>Herons</dc:title>", "HERON-4711"]);
}

#[test]
fn cells_of_open_document_stand_in_their_rows() {
    let cell = |attributes: &str, text: &str| {
        format!("<t:table-cell {attributes}><x:p>{text}</x:p></t:table-cell>")
    };
    let formula = "t:formula='of:=HYPERLINK(&quot;https://h.example/key&quot;;1)'";
    let sheet = format!(
        "<?xml version='1.0'?><office:document xmlns:office='o' xmlns:t='t' xmlns:x='x' \
        office:mimetype='application/vnd.oasis.opendocument.spreadsheet'><office:spreadsheet>\
        <t:table t:name='Herons'><t:table-row>{}<t:table-cell t:number-columns-repeated='2'/>{}</t:table-row>\
        <t:table-row t:number-rows-repeated='500'><t:table-cell/></t:table-row><t:table-row>{}</t:table-row>\
        </t:table></office:spreadsheet></office:document>",
        cell(&format!("o:value-type='float' o:value='4711' {formula}"), "4.711,00"),
        cell("", "end<x:s/>of row"),
        cell("", "far"),
    );
    check_places(
        "herons.fods",
        sheet.as_bytes(),
        &[
            "name, sheet 1: Herons",
            "formula, sheet 1, row 1: of:=HYPERLINK(\"https://h.example/key\";1)",
            "sheet 1, A1: 4711\t\t\tend of row",
            "sheet 1, A502: far",
        ],
    );
}

#[test]
fn chapters_are_numbered_in_the_order_of_reading() {
    let package = "<package><manifest><item id='a' href='text/a.xhtml'/><item id='b' href='text/b.xhtml'/>\
        </manifest><spine><itemref idref='b'/><itemref idref='none'/><itemref idref='a'/></spine></package>";
    let container = "<container><rootfile full-path='OPS/book.opf'/></container>";
    let page = |text: &str| format!("<html><p>{text}</p><p>its end</p></html>");
    let entries = [
        ("mimetype", "application/epub+zip".to_owned()),
        ("META-INF/container.xml", container.to_owned()),
        ("OPS/book.opf", package.to_owned()),
        ("OPS/text/a.xhtml", page("told last")),
        ("OPS/text/b.xhtml", page("told first")),
    ];
    let entries = entries.map(|(name, text)| (name.to_owned(), text.into_bytes()));
    check_places(
        "herons.epub",
        &archive(&entries),
        &[
            "entry 4, section 3, paragraph 1: told last\nits end",
            "entry 5, section 1, paragraph 1: told first\nits end",
        ],
    );
}

#[test]
fn comments_and_notes_stand_at_their_slides() {
    let page = |name: &str| {
        format!(
            "<d:page d:name='{name}'><t:p>on {name}</t:p><o:annotation><t:p>about {name}</t:p></o:annotation>\
            <p:notes><t:p>notes of {name}</t:p></p:notes></d:page>"
        )
    };
    let deck = format!(
        "<?xml version='1.0'?><office:document xmlns:office='o' xmlns:o='o' xmlns:t='t' xmlns:d='d' \
        xmlns:p='p'><o:presentation>{}{}</o:presentation></office:document>",
        page("one"),
        page("two")
    );
    check_places(
        "deck.fodp",
        deck.as_bytes(),
        &[
            "slide 1: on one",
            "slide 2: on two",
            "comment, slide 1: about one",
            "comment, slide 2: about two",
            "notes, slide 2: notes of two",
        ],
    );
    let old = std::fs::read(corpus("files").join("powerpoint-2003-comments.ppt")).unwrap();
    check_places(
        "comments.ppt",
        &old,
        &[
            "slide 1: Test Slide\nWith a comment on it",
            "comment, slide 1: Administrator\nThis is a test comment\n\n\n\nIt is on the first, only slide\nA",
        ],
    );
}

#[test]
fn boxes_and_notes_of_old_presentations_stand_at_their_slides() {
    let record = |kind: u16, instance: u16, data: &[u8]| {
        let head = [(instance << 4).to_le_bytes(), kind.to_le_bytes()].concat();
        [&head[..], &u32::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
    };
    let holds = |kind: u16, instance: u16, parts: &[Vec<u8>]| {
        let mut whole = record(kind, instance, &parts.concat());
        whole[0] |= 0xf;
        whole
    };
    let text = |text: &str| record(0x0fa8, 0, text.as_bytes());
    let numbers =
        |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<_>>();
    let persist = |reference, id| record(0x03f3, 0, &numbers(&[reference, 0, 0, id, 0]));
    let document = holds(
        0x03e8,
        0,
        &[holds(
            0x0ff0,
            0,
            &[persist(7, 256), text("outline one"), persist(5, 257), text("outline two")],
        )],
    );
    // The second slide stands before the first, and its notes before both.
    let notes = holds(0x03f0, 0, &[record(0x03f1, 0, &numbers(&[257, 0])), text("notes of two")]);
    let [second, first] =
        ["box on two", "box on one"].map(|shown| holds(0x03ee, 0, &[text(shown)]));
    let second_at = document.len() + notes.len();
    let places = [second_at, second_at + second.len()].map(|at| u32::try_from(at).unwrap());
    let directory = record(0x1772, 0, &numbers(&[5 | 1 << 20, places[0], 7 | 1 << 20, places[1]]));
    let stream = [document, notes, second, first, directory].concat();
    check_places(
        "boxes.ppt",
        &compound::storage(&[("PowerPoint Document", &stream)]),
        &[
            "slide 1: outline one",
            "slide 2: outline two",
            "notes, slide 2: notes of two",
            "slide 2: box on two",
            "slide 1: box on one",
        ],
    );
}

#[test]
fn texts_of_charts_are_read() {
    let mut sheet = b"\x09\x08\x08\0\0\x06\x10\0\0\0\0\0".to_vec();
    sheet.extend(b"\x09\x08\x08\0\0\x06\x20\0\0\0\0\0\x0d\x10\x0b\0\0\0\x07\0Revenue\x0a\0\0\0");
    sheet.extend(b"\x0a\0\0\0");
    check("chart.xls", &sheet, &["Revenue"]);
}

#[test]
fn a_file_that_is_called_a_mail_needs_one_header() {
    let mail = b"\r\nSubject: heron\r\n\r\ncode 4711\r\n";
    check("note.eml", mail, &["Subject: heron", "code 4711"]);
    check("note.txt", mail, &["Subject: heron\r\n\r\ncode 4711"]);
}

/// A page with a description, fonts and further objects, numbered from 10.
fn page(description: &str, fonts: &str, objects: &[String]) -> Vec<u8> {
    let mut file = format!(
        "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Contents 4 0 R/Resources<</Font<<{fonts}>>/XObject<</X 10 0 R>>>>>>endobj
4 0 obj{}endobj\n",
        stream("", description)
    );
    for (number, object) in (10..).zip(objects) {
        writeln!(file, "{number} 0 obj{object}endobj").unwrap();
    }
    file.push_str("trailer<</Root 1 0 R>>\n");
    file.into_bytes()
}

fn stream(entries: &str, data: &str) -> String {
    format!("<</Length {}{entries}>>stream\n{data}\nendstream ", data.len())
}

const HELVETICA: &str = "/F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>";

/// A font that numbers its characters by a collection, with an encoding.
fn collected(encoding: &str, ordering: &str) -> String {
    format!(
        "/F<</Type/Font/Subtype/Type0/Encoding {encoding}/DescendantFonts[<</Subtype/CIDFontType0\
        /CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})>>>>]>>"
    )
}

#[test]
fn fonts_of_east_asia_are_read_by_their_collections() {
    let check = |codes: &str, encoding: &str, ordering: &str, expected: &str| {
        let map = stream("", "1 begincidrange <0041> <0042> 843 endcidrange");
        let show = format!("BT /F 9 Tf <{codes}> Tj ET");
        let file = page(&show, &collected(encoding, ordering), &[map]);
        check("asia.pdf", &file, &[expected]);
    };
    check("034B00220023", "/Identity-H", "Japan1", "あAB");
    check("00410042", "10 0 R", "Japan1", "あぃ");
    // Rows and cells of the national standards.
    check("2422", "/H", "Japan1", "あ");
    check("3021", "/GB-H", "GB1", "啊");
    check("3021", "/KSC-H", "Korea1", "가");
    check("82A0", "/90ms-RKSJ-H", "Japan1", "あ");
}

#[test]
fn divided_words_are_also_whole() {
    let description =
        "BT /F 9 Tf 12 TL (Their iden-) Tj T* (tification) Tj T* (HERON-) Tj T* (4711) Tj ET";
    let expected = ["Their iden-\ntification\nHERON-\n4711", "identification"];
    check("divided.pdf", &page(description, HELVETICA, &[]), &expected);
}

#[test]
fn forms_use_the_fonts_of_their_page() {
    let form = stream("/Subtype/Form/Resources<<>>", "BT /F 9 Tf (in a form) Tj ET");
    check("form.pdf", &page("/X Do", HELVETICA, &[form]), &["in a form"]);
}

#[test]
fn hebrew_is_read_from_right_to_left() {
    let check = |shown: &str, expected: &str| {
        let map = stream("", "1 beginbfrange <01> <04> <05E9> endbfrange");
        let font = "/F<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 10 0 R>>";
        let file = page(&format!("BT /F 9 Tf ({shown}) Tj ET"), font, &[map]);
        check("hebrew.pdf", &file, &[expected]);
    };
    check("\u{2}\u{1} 12", "שת 12");
    check("\u{2} 12 \u{1}", "ש 12 ת");
}
