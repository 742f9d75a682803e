//! What the fuzz targets do with a byte string, shared with the test that replays their findings.
#![expect(clippy::indexing_slicing, reason = "a test, whose own files are small")]

#[path = "compound.rs"]
mod compound;

use compound::storage;
use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Hint, extract};
use dosimeter_record::GapReason;

/// How a byte string becomes a file.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    wrap: fn(&[u8]) -> Vec<u8>,
}

/// All targets; each name is also the name of its folder of seeds and regressions.
pub(crate) const TARGETS: [Target; 35] = [
    Target { name: "any", wrap: <[u8]>::to_vec },
    Target { name: "archive", wrap: |data| [b"PK\x03\x04", data].concat() },
    Target { name: "gzip", wrap: |data| [b"\x1f\x8b\x08", data].concat() },
    Target { name: "compressed", wrap: compressed },
    Target { name: "tape", wrap: tape },
    Target { name: "sevenz", wrap: |data| [b"7z\xbc\xaf\x27\x1c", data].concat() },
    Target { name: "rar", wrap: |data| [b"Rar!\x1a\x07", data].concat() },
    Target {
        name: "compound",
        wrap: |data| [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], data].concat(),
    },
    Target { name: "doc", wrap: doc },
    Target { name: "xls", wrap: |data| [b"\x09\x08\x08\0\0\x06\x10\0", data].concat() },
    Target { name: "ppt", wrap: |data| storage(&[("PowerPoint Document", data)]) },
    Target { name: "xlsb", wrap: xlsb },
    Target { name: "iwork", wrap: |data| package(&[("Index/a.iwa", data)]) },
    Target { name: "mail_store", wrap: |data| [b"!BDN", data].concat() },
    Target { name: "disc", wrap: |data| [&[0; 16 * 2048][..], data].concat() },
    Target { name: "sqlite", wrap: |data| [b"SQLite format 3\0", data].concat() },
    Target { name: "avro", wrap: |data| [b"Obj\x01", data].concat() },
    Target { name: "parquet", wrap: |data| [b"PAR1", data, b"PAR1"].concat() },
    Target { name: "rtf", wrap: |data| [b"{\\rtf1 ", data].concat() },
    Target { name: "document", wrap: |data| package(&[("word/document.xml", data)]) },
    Target { name: "workbook", wrap: |data| sheet(data, b"<sst><si><t>a</t></si></sst>") },
    Target { name: "strings", wrap: |data| sheet(b"<c t='s'><v>0</v></c>", data) },
    Target { name: "presentation", wrap: slide },
    Target { name: "open_document", wrap: open_document },
    Target { name: "html", wrap: |data| [b"<html>", data].concat() },
    Target { name: "xml", wrap: |data| [b"<?xml version='1.0'?>", data].concat() },
    Target { name: "json", wrap: |data| [b"[\"", data].concat() },
    Target { name: "notebook", wrap: notebook },
    Target { name: "onenote", wrap: |data| [ONENOTE, data].concat() },
    Target { name: "email", wrap: |data| [b"From: a\nTo: b\nSubject: c\n", data].concat() },
    Target { name: "pdf_page", wrap: |data| pdf(data, b"") },
    Target { name: "pdf_map", wrap: |data| pdf(b"BT /F 9 Tf <0001414243> Tj ET", data) },
    Target { name: "pdf_picture", wrap: pdf_picture },
    Target { name: "metafile", wrap: metafile },
    Target { name: "picture", wrap: picture },
];

/// Runs one target. Panics if a reader panicked within, or gave out more than it may.
pub(crate) fn run(name: &str, data: &[u8]) {
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else { return };
    let budget = Budget::default()
        .text_bytes(1 << 20)
        .expansion_bytes(8 << 20)
        .operators(50_000)
        .pictures(16);
    let file = Content::from((target.wrap)(data));
    let extraction = extract(&file, Hint::default(), &budget);
    assert!(
        extraction.gaps.iter().all(|gap| gap.reason != GapReason::ParserFailed),
        "a reader panicked"
    );
    let text_bytes: usize =
        extraction.segments.iter().map(|segment| segment.text.expose().len()).sum();
    assert!(text_bytes <= 1 << 20, "more text than the budget");
}

/// An archive of stored entries that only the local headers list.
fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, data) in entries {
        let length = u32::try_from(data.len()).unwrap_or(0).to_le_bytes();
        bytes.extend([&b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0"[..], &length, &length].concat());
        bytes.extend(u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        bytes.extend([&[0, 0], name.as_bytes(), data].concat());
    }
    bytes
}

const ONENOTE: &[u8] = b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3";

fn notebook(data: &[u8]) -> Vec<u8> {
    [b"{\"nbformat\":4,\"cell_type\":0,\"cells\":[", data].concat()
}

fn sheet(rows: &[u8], strings: &[u8]) -> Vec<u8> {
    let sheet = [b"<worksheet><sheetData>", rows].concat();
    package(&[
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

fn slide(data: &[u8]) -> Vec<u8> {
    package(&[("ppt/presentation.xml", b"<p/>"), ("ppt/slides/slide1.xml", data)])
}

fn open_document(data: &[u8]) -> Vec<u8> {
    let kind = b"application/vnd.oasis.opendocument.text";
    package(&[("mimetype", kind), ("content.xml", data)])
}

fn xlsb(data: &[u8]) -> Vec<u8> {
    package(&[
        ("xl/workbook.bin", b""),
        ("xl/sharedStrings.bin", data),
        ("xl/worksheets/sheet1.bin", data),
        ("xl/comments1.bin", data),
    ])
}

/// The first byte says which compression it is.
fn compressed(data: &[u8]) -> Vec<u8> {
    let (choice, rest) = data.split_first().unwrap_or((&0, &[]));
    let magics: [&[u8]; 7] = [
        b"BZh9",
        b"\xfd7zXZ\0",
        b"LZIP",
        b"\x28\xb5\x2f\xfd",
        b"\x04\x22\x4d\x18",
        b"\x1f\x9d",
        b"\x5d\0\0",
    ];
    [magics.get(usize::from(*choice) % 7).copied().unwrap_or_default(), rest].concat()
}

/// The first byte says which format it is; checksums of tape headers are set right.
fn tape(data: &[u8]) -> Vec<u8> {
    let (choice, rest) = data.split_first().unwrap_or((&0, &[]));
    match choice % 3 {
        0 => [b"!<arch>\n", rest].concat(),
        1 => [b"070701", rest].concat(),
        _ => {
            let mut blocks = rest.to_vec();
            for block in blocks.chunks_exact_mut(512) {
                block[148..156].fill(b' ');
                let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
                block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
            }
            blocks
        }
    }
}

/// The first byte says whether it is of the old or the enhanced kind.
fn metafile(data: &[u8]) -> Vec<u8> {
    let (choice, rest) = data.split_first().unwrap_or((&0, &[]));
    if choice % 2 == 0 {
        return [b"\x01\0\x09\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0", rest].concat();
    }
    let mut header = [0_u8; 88];
    (header[0], header[4]) = (1, 88);
    header[40..44].copy_from_slice(b" EMF");
    [&header, rest].concat()
}

/// The first byte says which format it is.
fn picture(data: &[u8]) -> Vec<u8> {
    let (choice, rest) = data.split_first().unwrap_or((&0, &[]));
    let magics: [&[u8]; 9] = [
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBP",
        b"BM",
        b"II*\0",
        b"MM\0*",
        b"\xff\x4f\xff\x51",
        b"P5\n",
    ];
    [magics.get(usize::from(*choice) % 9).copied().unwrap_or_default(), rest].concat()
}

/// The first half is the main stream, the second the table.
fn doc(data: &[u8]) -> Vec<u8> {
    let (main, table) = data.split_at(data.len() / 2);
    let main = [b"\xec\xa5\xc1\0", main].concat();
    storage(&[("WordDocument", &main), ("0Table", table)])
}

/// A page with a description and a font with a character map.
fn pdf(page: &[u8], map: &[u8]) -> Vec<u8> {
    pdf_file(page, map, b"/Subtype/Form", b"/X Do")
}

/// A page of one picture: the first line says what it is, the rest are its bytes.
fn pdf_picture(data: &[u8]) -> Vec<u8> {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (entries, bytes) = data.split_at(end);
    pdf_file(b"/X Do", b"", &[b"/Subtype/Image", entries].concat(), bytes.get(1..).unwrap_or(b""))
}

/// A page with its description, the map of its font, and an external object.
fn pdf_file(page: &[u8], map: &[u8], entries: &[u8], object: &[u8]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 7 0 R>>>>>>endobj
5 0 obj<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R>>endobj\n"
        .to_vec();
    for (number, entries, data) in [(4, &b""[..], page), (6, b"", map), (7, entries, object)] {
        let head = format!("{number} 0 obj<</Length {}", data.len());
        let parts = [head.as_bytes(), entries, b">>stream\n", data, b"\nendstream endobj\n"];
        file.extend(parts.concat());
    }
    file.extend(b"trailer<</Root 1 0 R>>\n");
    file
}
