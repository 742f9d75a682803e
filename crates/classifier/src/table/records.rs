//! Rows as records: SQL inserts, and JSON objects, which are in [`objects`]; also what is lined up by white
//! space, in [`aligned`].
//!
//! Neither is parsed in full: braces, quotes and commas are enough to tell which key a value belongs
//! to, and they also work on a cut or slightly broken paste. Both read a text from front to end once,
//! and stop at [`ROWS_MAX`] rows.

pub(super) mod aligned;
mod objects;

use std::cell::{Cell, OnceCell};

use dosimeter_record::Span;

use crate::simd::trio;
use crate::table::{Layout, ROWS_MAX, Table, fold_header, last_begun};

/// More columns than this is not a table of records.
const COLUMNS_MAX: usize = 64;

/// The cells of all rows, one row after the other.
#[derive(Debug, Default)]
pub(super) struct Cells {
    spans: Vec<Span>,
    rows: Vec<Row>,
    /// The row that was last asked for: the next one mostly is near.
    last: Cell<usize>,
}

#[derive(Debug)]
struct Row {
    /// Where the first cell begins.
    start: usize,
    /// Where the last of the cells ends.
    end: usize,
    /// The number of cells up to here.
    cells: usize,
}

/// Finds runs of JSON objects and SQL tuples.
pub(super) fn find(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    tables.extend(objects::find(text));
    if let Some(start) = find_insert(text.as_bytes()) {
        tables.extend(sql(text, start));
    }
    tables
}

impl Cells {
    /// Puts a cell into the row in the making; those that it skips are empty and stand where the row
    /// begins.
    fn put(&mut self, column: usize, cell: Span, row: usize) {
        let index = self.begun().saturating_add(column);
        if self.spans.len() <= index {
            self.spans.resize(index.saturating_add(1), Span::new(row, row));
        }
        if let Some(place) = self.spans.get_mut(index) {
            *place = cell;
        }
    }

    /// Ends the row in the making: what has less than two cells is none.
    fn end_row(&mut self) -> bool {
        let begun = self.begun();
        let row = self.spans.get(begun..).unwrap_or_default();
        let is_row = row.len() >= 2;
        if let (Some(first), Some(end), true) =
            (row.first(), row.iter().map(|cell| cell.end).max(), is_row)
        {
            self.rows.push(Row { start: first.start, end, cells: self.spans.len() });
        } else {
            self.spans.truncate(begun);
        }
        is_row
    }

    /// Where the row in the making begins.
    fn begun(&self) -> usize {
        self.rows.last().map_or(0, |row| row.cells)
    }

    fn table(self, span: Span, header: Vec<String>) -> Option<Table> {
        (self.rows.len() >= 2).then(|| Table {
            span,
            header,
            layout: Layout::Cells(self),
            row_count: OnceCell::new(),
        })
    }

    fn row(&self, index: usize) -> Option<&[Span]> {
        let before = index.checked_sub(1).and_then(|before| self.rows.get(before));
        self.spans.get(before.map_or(0, |row| row.cells)..self.rows.get(index)?.cells)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &[Span]> {
        (0..self.rows.len()).filter_map(|index| self.row(index))
    }

    pub(super) const fn row_count(&self) -> usize {
        self.rows.len()
    }

    /// The column of the cell in which a position stands: the first, if there are several.
    pub(super) fn column(&self, position: usize) -> Option<usize> {
        let begins = |row: &Row| row.start <= position;
        let index = last_begun(&self.rows, &self.last, begins)?;
        if position >= self.rows.get(index)?.end {
            return None;
        }
        let row = self.row(index)?;
        row.iter().position(|cell| cell.start <= position && position < cell.end)
    }
}

/// Where a string ends: at the next quote that no backslash stands before.
fn closing_quote(text: &str, start: usize, end: usize, quote: u8) -> Option<usize> {
    let inside = text.as_bytes().get(start..end)?;
    let mut position = 0;
    loop {
        let next = memchr::memchr2(quote, b'\\', inside.get(position..)?)?;
        position = position.saturating_add(next);
        if inside.get(position) == Some(&quote) {
            return Some(start.saturating_add(position));
        }
        position = position.saturating_add(2);
    }
}

/// `INSERT INTO name (a, b) VALUES (1, 2), (3, 4)`, over as many statements as follow.
fn sql(text: &str, start: usize) -> Option<Table> {
    let rest = text.get(start..)?;
    let columns_open = start.saturating_add(rest.find('(')?);
    let columns_close = columns_open.saturating_add(text.get(columns_open..)?.find(')')?);
    let names = text.get(columns_open.saturating_add(1)..columns_close)?;
    let header: Vec<String> = names.split(',').take(COLUMNS_MAX).map(fold_header).collect();
    if header.len() < 2 {
        return None;
    }
    let (mut rows, mut cells) = (Cells::default(), Vec::new());
    let mut position = columns_close.saturating_add(1);
    while let Some(offset) = text.get(position..).and_then(|rest| rest.find('(')) {
        position = tuple(text, position.saturating_add(offset).saturating_add(1), &mut cells);
        // A following statement repeats the column list; it is as wide and holds no values.
        let repeats = |cells: &[Span]| {
            cells.first().and_then(|cell| cell.slice(text)).map(fold_header)
                == header.first().cloned()
        };
        if cells.len() == header.len() && !repeats(&cells) {
            cells.iter().enumerate().for_each(|(column, cell)| rows.put(column, *cell, start));
            rows.end_row();
        }
        if rows.row_count() >= ROWS_MAX {
            break;
        }
    }
    rows.table(Span::new(start, position), header)
}

/// Puts the cells of a tuple whose opening parenthesis stands just before `open` into `cells`; returns
/// where it ends.
fn tuple(text: &str, open: usize, cells: &mut Vec<Span>) -> usize {
    let bytes = text.as_bytes();
    cells.clear();
    let (mut start, mut position) = (open, open);
    while let Some(rest) = bytes.get(position..) {
        // Strings are skipped, and everything that is neither a comma nor an end.
        let Some(next) = memchr::memchr3(b'\'', b',', b')', rest) else { return bytes.len() };
        position = position.saturating_add(next);
        let byte = rest.get(next).copied();
        if byte == Some(b'\'') {
            position = closing_quote(text, position.saturating_add(1), text.len(), b'\'')
                .unwrap_or(text.len());
        } else {
            cells.push(Span::new(start, position));
            start = position.saturating_add(1);
        }
        position = position.saturating_add(1);
        if byte == Some(b')') || cells.len() > COLUMNS_MAX {
            break;
        }
    }
    position
}

/// Where the first `insert into` stands, in any case, if parentheses for columns and two rows do.
fn find_insert(bytes: &[u8]) -> Option<usize> {
    const INSERT: &[u8] = b"insert into";
    if !lists(bytes) {
        return None;
    }
    memchr::memchr_iter(b'(', bytes).nth(2)?;
    let mut from = 0_usize;
    loop {
        let rest = bytes.get(from..)?;
        let end = from.saturating_add(trio::SPAN);
        // The middle of it is rare elsewhere. What is too short is looked at as it is.
        if rest.first_chunk().is_none_or(|bytes| trio::holds(bytes, *b"rt ")) {
            let start = from.saturating_sub(INSERT.len());
            let near = bytes.get(start..end.saturating_add(INSERT.len()).min(bytes.len()))?;
            let mut windows = near.windows(INSERT.len());
            if let Some(offset) = windows.position(|text| text.eq_ignore_ascii_case(INSERT)) {
                return Some(start.saturating_add(offset));
            }
        }
        from = end;
    }
}

/// Whether a comma stands between an opening parenthesis and the next closing one. In prose none does.
fn lists(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(open) = memchr::memchr(b'(', rest) {
        rest = rest.get(open..).unwrap_or_default();
        // Parentheses on the way to this place have no comma behind them either.
        let Some(next) = memchr::memchr2(b',', b')', rest) else { return false };
        if rest.get(next) == Some(&b',') {
            return true;
        }
        rest = rest.get(next..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_insert_is_found(
            before in "[a-zA-Z (\n]{0,150}",
            insert in "([iI][nN][sS][eE][rR][tT] [iI][nN][tT][oO]|insert  into|inser into|insert int)",
            after in "[ -~]{0,150}",
        ) {
            let text = format!("{before}{insert}{after}(((,");
            let lower = text.to_ascii_lowercase();
            prop_assert_eq!(find_insert(text.as_bytes()), lower.find("insert into"));
        }
    }
}
