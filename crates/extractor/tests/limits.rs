//! Each limit of the budget stops, says so, and keeps what was read until then.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::fmt::Write;

use common::{archive, corpus, extract_with};
use dosimeter_extractor::Budget;

#[path = "support/corpora.rs"]
mod common;

/// Extracts with a budget and compares the reasons of the gaps; `phrase` must be found.
fn check(bytes: &[u8], budget: &Budget, gaps_expected: &[&str], phrase: &str) {
    let found = extract_with(bytes, "file", budget);
    let mut gaps: Vec<&str> = found.gaps.iter().map(|gap| gap.reason.name()).collect();
    gaps.sort_unstable();
    gaps.dedup();
    assert_eq!(gaps, gaps_expected);
    assert!(phrase.is_empty() || found.texts.iter().any(|text| text.contains(phrase)), "{phrase}");
}

fn file(folder: &str, name: &str) -> Vec<u8> {
    std::fs::read(corpus(folder).join(name)).unwrap()
}

#[test]
fn a_file_of_26_mb_is_read_to_25_mb() {
    let mut bytes = b"word ".repeat(26_000_000 / 5);
    bytes[..6].copy_from_slice(b"start ");
    bytes.truncate(26_000_000);
    bytes.extend(b"beyond");
    check(&bytes, &Budget::default(), &["too_large"], "start ");
    let found = extract_with(&bytes, "file", &Budget::default());
    assert!(!found.texts.iter().any(|text| text.contains("beyond")));
}

#[test]
fn more_entries_than_the_limit_are_a_gap() {
    let entries: Vec<_> =
        (0..10_001).map(|index| (format!("name {index}"), b"text".to_vec())).collect();
    check(&archive(&entries), &Budget::default(), &["too_many_entries"], "name 9999");
}

#[test]
fn deeper_than_the_limit_is_a_gap() {
    let budget = Budget::default().depth(1);
    check(&file("files", "nested.zip"), &budget, &["too_deep"], "REF-20,x");
}

#[test]
fn more_text_than_the_limit_is_cut_between_characters() {
    let budget = Budget::default().text_bytes(5);
    check("ääää".as_bytes(), &budget, &["text_cut"], "ää");
}

#[test]
fn more_expansion_than_the_limit_is_a_gap() {
    let budget = Budget::default().expansion_bytes(2_000);
    let bytes = file("files", "contract-python.docx");
    check(&bytes, &budget, &["expansion_size"], "");
}

#[test]
fn more_cells_than_the_limit_are_a_gap() {
    let budget = Budget::default().cells(5);
    let bytes = file("files", "customers-xlsxwriter.xlsx");
    check(&bytes, &budget, &["too_many_entries"], "Ada Fairweather\tZürich");
}

#[test]
fn more_pages_than_the_limit_are_a_gap() {
    let budget = Budget::default().pages(1);
    check(&file("files", "report-reportlab.pdf"), &budget, &["too_many_entries"], "The code is");
}

#[test]
fn more_operators_than_the_limit_are_a_gap() {
    let budget = Budget::default().operators(20);
    check(&file("files", "report-reportlab.pdf"), &budget, &["too_many_entries"], "The code is");
}

#[test]
fn a_deadline_that_has_passed_is_one_gap() {
    let budget = Budget::default().with_deadline(|| true);
    let found = extract_with(&file("files", "nested.zip"), "file", &budget);
    assert_eq!(found.gaps.len(), 1);
    assert_eq!(found.gaps[0].reason.name(), "deadline");
    assert!(found.texts.is_empty());
}

#[test]
fn a_deadline_that_passes_keeps_what_was_read() {
    let looks = std::sync::atomic::AtomicUsize::new(0);
    let budget = Budget::default()
        .with_deadline(move || looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 8);
    let found = extract_with(&file("files", "nested.zip"), "file", &budget);
    assert_eq!(found.gaps.iter().filter(|gap| gap.reason.name() == "deadline").count(), 1);
    assert!(!found.texts.is_empty());
}

#[test]
fn forms_that_multiply_end_with_the_operators() {
    // Each of ten forms shows the next one ten times: 10 000 000 000 paintings.
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>".to_owned(),
        stream("/X Do", ""),
    ];
    for next in 6..16 {
        let resources = format!("/Subtype /Form /Resources << /XObject << /X {next} 0 R >> >>");
        objects.push(stream(&"/X Do ".repeat(10), &resources));
    }
    let mut file = "%PDF-1.7\n".to_owned();
    for (number, object) in (1..).zip(objects) {
        writeln!(file, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    file += "trailer\n<< /Root 1 0 R >>\n";
    let budget = Budget::default().operators(100_000);
    check(file.as_bytes(), &budget, &["too_many_entries"], "");
}

fn stream(data: &str, entries: &str) -> String {
    format!("<< /Length {} {entries} >>\nstream\n{data}\nendstream", data.len())
}

/// A PDF file of numbered objects; the first is the catalogue, the second the root of the pages.
fn pdf(objects: impl IntoIterator<Item = (u32, String)>) -> Vec<u8> {
    let mut file = "%PDF-1.7\n".to_owned();
    for (number, object) in objects {
        writeln!(file, "{number} 0 obj{object}endobj").unwrap();
    }
    file.push_str("trailer<</Root 1 0 R>>\n");
    file.into_bytes()
}

/// Lists that many share are counted each time that they are read: 300 of 300 are more than the file has.
#[test]
fn shared_lists_are_counted_by_what_they_cost() {
    let list: Vec<String> = (100..400).map(|number| format!("{number} 0 R")).collect();
    let list = list.join(" ");
    let many = |object: &'static str| (100..400).map(move |number| (number, object.to_owned()));
    let root = |entry: &str| (1, format!("<</Type/Catalog/Pages 2 0 R{entry}>>"));
    let pages = |list: &str| (2, format!("<</Type/Pages/Count 1/Kids[{list}]>>"));
    let shared = |list: &str| (5, format!("[{list}]"));
    let fields = [root("/AcroForm<</Fields 5 0 R>>"), pages(""), shared(&list)];
    let empty = "6 0 R ".repeat(300);
    let stream = (6, "<</Length 0>>stream\n\nendstream ".to_owned());
    let budget = Budget::default().operators(10_000);
    for file in [
        pdf(fields.into_iter().chain(many("<</Kids 5 0 R>>"))),
        pdf([root(""), pages(&list), shared(&empty)].into_iter().chain(many("<</Kids 5 0 R>>"))),
        pdf([root(""), pages(&list), shared(&empty)].into_iter().chain(many("<</Annots 5 0 R>>"))),
        pdf([root(""), pages(&list), shared(&empty), stream]
            .into_iter()
            .chain(many("<</Contents 5 0 R>>"))),
    ] {
        let found = extract_with(&file, "shared.pdf", &budget);
        let reasons: Vec<&str> = found.gaps.iter().map(|gap| gap.reason.name()).collect();
        assert!(reasons.contains(&"too_many_entries"), "{reasons:?}");
    }
}

#[test]
fn streams_of_nothing_are_counted() {
    let nothing: &[u8] = b"BZh9\x17\x72\x45\x38\x50\x90\0\0\0\0";
    let budget = Budget::default().entries(10);
    check(&nothing.repeat(11), &budget, &["too_many_entries"], "");
    check(&nothing.repeat(8), &budget, &[], "");
}

#[test]
fn lists_that_would_take_memory_are_not_read() {
    let mail = |start: &str, again: &str, count| {
        let head = "From: a\nTo: b\nSubject: c\nContent-Type: multipart/mixed; boundary=b\n";
        [head.as_bytes(), start.as_bytes(), &again.as_bytes().repeat(count)].concat()
    };
    let (budget, many) = (Budget::default(), 500_000);
    check(&mail("\n--b\n\nphrase\n", "--b\n\n", many), &budget, &["too_many_entries"], "phrase");
    check(&mail("\n--b\n", "X: y\n", many), &budget, &[], "X: y");
    let levels = "--b\nContent-Type: multipart/mixed; boundary=b\n\n";
    check(&mail("X: phrase\n\n", levels, many), &budget, &["too_many_entries"], "phrase");
    check(&mail("Cc: phrase", ",a", many), &budget, &[], "phrase,a,a");
    check(&mail("Content-Type: a/b", ";a*1=b", many), &budget, &["malformed"], "a/b;a*1=b");
    let list = vec![1; (4 << 20) + 1];
    let length = u64::try_from(list.len()).unwrap().to_le_bytes();
    let archive = [b"7z\xbc\xaf\x27\x1c\0\x04", &[0; 12][..], &length, &[0; 4], &list].concat();
    check(&archive, &Budget::default(), &["too_many_entries"], "");
}

/// What took minutes before it took no longer than its length.
#[test]
fn nothing_is_searched_again_and_again() {
    let ampersands = [b"<?xml version='1.0'?>".to_vec(), vec![b'&'; 4_000_000]].concat();
    // Folders of a cabinet that all name the same blocks, each empty.
    let (folders, blocks) = (2_000_u16, 5_000_u16);
    let files_at = 36 + 8 * u32::from(folders);
    let blocks_at = files_at + 18 * u32::from(folders);
    let mut cabinet = b"MSCF\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
    cabinet.extend([&files_at.to_le_bytes()[..], &[0, 0, 0, 0, 3, 1]].concat());
    cabinet.extend([folders.to_le_bytes(), folders.to_le_bytes()].concat());
    cabinet.extend([0; 6]);
    for _ in 0..folders {
        cabinet.extend(blocks_at.to_le_bytes());
        cabinet.extend([blocks.to_le_bytes(), [1, 0]].concat());
    }
    for folder in 0..folders {
        cabinet.extend([&[0; 8][..], &folder.to_le_bytes(), &[0; 6], b"a\0"].concat());
    }
    cabinet.extend(b"\0\0\0\0\x04\0\0\0CK\x03\0".repeat(usize::from(blocks)));
    for file in [ampersands, cabinet] {
        let start = std::time::Instant::now();
        let budget = Budget::default().with_deadline(move || start.elapsed().as_secs() > 60);
        check(&file, &budget, &[], "");
    }
}
