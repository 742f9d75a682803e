//! Comma-separated values (RFC 4180), every value quoted, and none of them a formula.

use super::{
    About, Body, Row, Scanned,
    columns::{COLUMNS, Cell},
};

pub(super) struct Csv;

/// The header.
pub(super) fn begin(out: &mut Vec<u8>) -> Csv {
    line(out, COLUMNS.iter().map(|column| column.name.to_owned()));
    Csv
}

impl Body for Csv {
    fn add(&mut self, out: &mut Vec<u8>, about: &About<'_>, scanned: &Scanned) {
        let findings = scanned.findings.iter().map(Row::Finding);
        let gaps = scanned.gaps.iter().map(|gap| Row::Gap(gap, &about.at));
        for row in findings.chain(gaps) {
            line(out, COLUMNS.iter().map(|column| shown(&(column.cell)(row))));
        }
    }

    fn end(&mut self, _: &mut Vec<u8>, _: &About<'_>) {}
}

fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.clone().unwrap_or_default(),
        Cell::Texts(texts) => texts.join("; "),
        Cell::Count(count) => count.map(|count| count.to_string()).unwrap_or_default(),
        Cell::Time(time) => time.unwrap_or_default().to_owned(),
    }
}

fn line(out: &mut Vec<u8>, cells: impl Iterator<Item = String>) {
    for (index, cell) in cells.enumerate() {
        out.extend_from_slice(if index == 0 { b"\"" } else { b",\"" });
        if is_formula(&cell) {
            out.push(b'\'');
        }
        out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    }
    out.extend_from_slice(b"\r\n");
}

/// Whether a spreadsheet would compute it. Some look past white space, and read full-width signs alike.
fn is_formula(cell: &str) -> bool {
    let first = cell.trim_start_matches(|char: char| char.is_whitespace() || char.is_control());
    cell.starts_with(['\t', '\r', '\n'])
        || first.starts_with([
            '=', '+', '-', '@', '|', '%', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
        ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_text() {
        for formula in ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", " =1", "\r=1", "\u{FF1D}1"] {
            assert!(is_formula(formula), "{formula:?}");
        }
        for text in ["", "a=b", "\u{2022}\u{2022} 1111", "1-2", "user@corp.test"] {
            assert!(!is_formula(text), "{text:?}");
        }
        let mut out = Vec::new();
        line(&mut out, ["=1", "a\"b", "a,b\nc"].map(str::to_owned).into_iter());
        assert_eq!(out, b"\"'=1\",\"a\"\"b\",\"a,b\nc\"\r\n");
    }
}
