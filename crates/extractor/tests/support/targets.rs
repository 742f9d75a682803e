//! What the fuzz targets do with a byte string, shared with the test that replays their findings.

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Hint, extract};
use dosimeter_record::GapReason;

/// How a byte string becomes a file.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    wrap: fn(&[u8]) -> Vec<u8>,
}

/// All targets; each name is also the name of its folder of seeds and regressions.
pub(crate) const TARGETS: [Target; 14] = [
    Target { name: "any", wrap: <[u8]>::to_vec },
    Target { name: "archive", wrap: |data| [b"PK\x03\x04", data].concat() },
    Target { name: "gzip", wrap: |data| [b"\x1f\x8b\x08", data].concat() },
    Target { name: "document", wrap: |data| package(&[("word/document.xml", data)]) },
    Target { name: "workbook", wrap: |data| sheet(data, b"<sst><si><t>a</t></si></sst>") },
    Target { name: "strings", wrap: |data| sheet(b"<c t='s'><v>0</v></c>", data) },
    Target { name: "presentation", wrap: slide },
    Target { name: "open_document", wrap: open_document },
    Target { name: "html", wrap: |data| [b"<html>", data].concat() },
    Target { name: "xml", wrap: |data| [b"<?xml version='1.0'?>", data].concat() },
    Target { name: "json", wrap: |data| [b"[\"", data].concat() },
    Target { name: "email", wrap: |data| [b"From: a\nTo: b\nSubject: c\n", data].concat() },
    Target { name: "pdf_page", wrap: |data| pdf(data, b"") },
    Target { name: "pdf_map", wrap: |data| pdf(b"BT /F 9 Tf <0001414243> Tj ET", data) },
];

/// Runs one target. Panics if a reader panicked within, or gave out more than it may.
pub(crate) fn run(name: &str, data: &[u8]) {
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else { return };
    let budget = Budget::default().text_bytes(1 << 20).expansion_bytes(8 << 20).operators(50_000);
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

/// A page with a description and a font with a character map.
fn pdf(page: &[u8], map: &[u8]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 7 0 R>>>>>>endobj
5 0 obj<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R>>endobj\n"
        .to_vec();
    for (number, entries, data) in
        [(4, "", page), (6, "", map), (7, "/Subtype/Form", &b"/X Do"[..])]
    {
        let head = format!("{number} 0 obj<</Length {}{entries}>>stream\n", data.len());
        file.extend([head.as_bytes(), data, b"\nendstream endobj\n"].concat());
    }
    file.extend(b"trailer<</Root 1 0 R>>\n");
    file
}
