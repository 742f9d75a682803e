//! Rows on lines: CSV, TSV, semicolons, pipes, Markdown.

use dosimeter_record::Span;

use crate::table::{Layout, Table, fold_header, is_header};

/// Delimiters, and how many of them a row needs at least: one comma is prose.
const DELIMITERS: [(u8, usize); 4] = [(b'\t', 1), (b'|', 1), (b';', 1), (b',', 2)];
/// A header and two rows: less is chance.
const LINES_MIN: usize = 3;
/// Longer lines are prose or minified code.
const LINE_MAX: usize = 4096;

/// Lines in a row with the same number of the same delimiter.
#[derive(Clone, Copy)]
struct Block {
    delimiter: u8,
    count: usize,
    span: Span,
    lines: usize,
}

/// Finds the tables of a text. One pass over the lines.
pub(super) fn find(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut open: [Option<Block>; DELIMITERS.len()] = [None; DELIMITERS.len()];
    let mut position = 0;
    for line in text.split_inclusive('\n').chain(std::iter::once("")) {
        let span = Span::new(position, position.saturating_add(line.len()));
        position = span.end;
        let counts = count(line);
        for ((slot, &(delimiter, minimum)), count) in open.iter_mut().zip(&DELIMITERS).zip(counts) {
            match slot {
                Some(block) if block.count == count => {
                    block.span.end = span.end;
                    block.lines = block.lines.saturating_add(1);
                }
                _ => {
                    tables.extend(slot.take().and_then(|block| table(text, block)));
                    let opens = count >= minimum && count > 0;
                    *slot = opens.then_some(Block { delimiter, count, span, lines: 1 });
                }
            }
        }
    }
    keep_widest(tables)
}

/// Where two delimiters both make a table of the same lines, the one with more columns wins.
fn keep_widest(mut tables: Vec<Table>) -> Vec<Table> {
    tables.sort_by_key(|table| std::cmp::Reverse(table.header.len()));
    let mut kept: Vec<Table> = Vec::new();
    for table in tables {
        // Few tables stand in one text; a page of them is not worth an index.
        if kept.len() < 256 && !kept.iter().any(|other| other.span.overlaps(table.span)) {
            kept.push(table);
        }
    }
    kept
}

fn table(text: &str, block: Block) -> Option<Table> {
    if block.lines < LINES_MIN {
        return None;
    }
    let body = block.span.slice(text)?;
    let first = body.split_inclusive('\n').next()?;
    let cells: Vec<&str> = split(first.trim_end(), block.delimiter).collect();
    if !is_header(&cells) {
        return None;
    }
    Some(Table {
        span: block.span,
        header: cells.iter().map(|cell| fold_header(cell)).collect(),
        layout: Layout::Delimited {
            delimiter: block.delimiter,
            rows: Span::new(block.span.start.saturating_add(first.len()), block.span.end),
        },
    })
}

/// The data rows: no blank lines and no Markdown rulers.
pub(super) fn rows(text: &str, rows: Span) -> impl Iterator<Item = &str> {
    let ruler = |line: &str| line.chars().all(|char| " |:-+=\t".contains(char));
    rows.slice(text)
        .unwrap_or_default()
        .lines()
        .filter(move |line| !line.trim().is_empty() && !ruler(line))
}

/// The cells of a line. Delimiters inside double quotes do not count (RFC 4180).
pub(super) fn split(line: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |char| {
        quoted ^= char == '"';
        !quoted && char == char::from(delimiter)
    })
}

/// How often each delimiter stands in a line, outside double quotes.
fn count(line: &str) -> [usize; DELIMITERS.len()] {
    let mut counts = [0_usize; DELIMITERS.len()];
    if line.len() > LINE_MAX {
        return counts;
    }
    let mut quoted = false;
    for byte in line.bytes() {
        // All of them lie outside the letters: most bytes end here.
        if byte.is_ascii_alphabetic() || byte == b' ' {
            continue;
        }
        quoted ^= byte == b'"';
        let slot = DELIMITERS.iter().position(|&(delimiter, _)| delimiter == byte && !quoted);
        if let Some(count) = slot.and_then(|slot| counts.get_mut(slot)) {
            *count = count.saturating_add(1);
        }
    }
    counts
}
