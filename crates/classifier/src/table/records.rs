//! Rows as records: JSON arrays of objects, and SQL inserts.
//!
//! Neither is parsed in full: braces, quotes and commas are enough to tell which key a value belongs
//! to, and they also work on a cut or slightly broken paste.

use std::{cell::OnceCell, collections::BTreeMap};

use dosimeter_record::Span;

use crate::table::{Layout, ROWS_MAX, Table, fold_header};

/// More columns than this is not a table of records.
const COLUMNS_MAX: usize = 64;

/// Finds runs of JSON objects and SQL tuples.
pub(super) fn find(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    if memchr::memmem::find_iter(text.as_bytes(), "\":").take(4).count() == 4 {
        tables.extend(json(text));
    }
    if let Some(start) = find_insert(text.as_bytes()) {
        tables.extend(sql(text, start));
    }
    tables
}

/// All flat objects of the text as one table: the columns are the keys that they have.
fn json(text: &str) -> Option<Table> {
    let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows: Vec<Vec<Span>> = Vec::new();
    let mut span: Option<Span> = None;
    for object in objects(text).take(ROWS_MAX) {
        let mut row = Vec::new();
        for (key, value) in pairs(text, object) {
            let next = columns.len();
            if next >= COLUMNS_MAX && !columns.contains_key(key) {
                continue;
            }
            let column = *columns.entry(key).or_insert(next);
            if row.len() <= column {
                row.resize(column.saturating_add(1), Span::new(object.start, object.start));
            }
            if let Some(cell) = row.get_mut(column) {
                *cell = value;
            }
        }
        if row.len() < 2 {
            continue;
        }
        span = Some(span.map_or(object, |span| Span::new(span.start, object.end)));
        rows.push(row);
    }
    if rows.len() < 2 {
        return None;
    }
    let mut header = vec![String::new(); columns.len()];
    for (key, column) in columns {
        if let Some(name) = header.get_mut(column) {
            *name = fold_header(key);
        }
    }
    Some(Table { span: span?, header, layout: Layout::Cells(rows), row_count: OnceCell::new() })
}

/// Innermost `{…}` outside strings.
fn objects(text: &str) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let mut position = 0;
    std::iter::from_fn(move || {
        let mut open = None;
        let mut quoted = false;
        while let Some(rest) = bytes.get(position..) {
            // A string does not go over lines: an unpaired quote ends there.
            let next = if quoted {
                memchr::memchr3(b'"', b'\\', b'\n', rest)
            } else {
                memchr::memchr3(b'"', b'{', b'}', rest)
            }?;
            let byte = rest.get(next)?;
            position = position.saturating_add(next).saturating_add(1);
            match byte {
                b'\\' => position = position.saturating_add(1),
                b'"' => quoted = !quoted,
                b'{' => open = position.checked_sub(1),
                b'}' => {
                    if let Some(start) = open.take() {
                        return Some(Span::new(start, position));
                    }
                }
                _ => quoted = false,
            }
        }
        None
    })
}

/// `"key": value` pairs of one flat object.
fn pairs(text: &str, object: Span) -> Vec<(&str, Span)> {
    let mut pairs = Vec::new();
    let mut position = object.start.saturating_add(1);
    while let Some(key) = string_from(text, position, object.end) {
        let after = key.end.saturating_add(1);
        let Some(colon) =
            skip_space(text, after).filter(|&at| text.as_bytes().get(at) == Some(&b':'))
        else {
            position = after;
            continue;
        };
        let start = skip_space(text, colon.saturating_add(1)).unwrap_or(object.end);
        let value = value_at(text, start, object.end);
        if let Some(name) = key.slice(text) {
            pairs.push((name, value));
        }
        position = value.end.saturating_add(1).max(after);
    }
    pairs
}

/// The inside of the next quoted string.
fn string_from(text: &str, from: usize, end: usize) -> Option<Span> {
    let rest = text.get(from..end)?;
    let start = from.saturating_add(rest.find('"')?).saturating_add(1);
    Some(Span::new(start, closing_quote(text, start, end, b'"')?))
}

fn closing_quote(text: &str, start: usize, end: usize, quote: u8) -> Option<usize> {
    let mut escaped = false;
    let inside = text.as_bytes().get(start..end)?;
    let length = inside.iter().position(|&byte| {
        let closes = byte == quote && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })?;
    Some(start.saturating_add(length))
}

fn skip_space(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    Some(from.saturating_add(rest.iter().position(|byte| !byte.is_ascii_whitespace())?))
}

fn value_at(text: &str, start: usize, end: usize) -> Span {
    if text.as_bytes().get(start) == Some(&b'"') {
        let inside = start.saturating_add(1);
        return Span::new(inside, closing_quote(text, inside, end, b'"').unwrap_or(end));
    }
    let rest = text.as_bytes().get(start..end).unwrap_or_default();
    let length = rest.iter().position(|byte| b",}\n".contains(byte)).unwrap_or(rest.len());
    Span::new(start, start.saturating_add(length))
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
    let mut rows = Vec::new();
    let mut cells = Vec::new();
    let mut position = columns_close.saturating_add(1);
    while let Some(offset) = text.get(position..).and_then(|rest| rest.find('(')) {
        position = tuple(text, position.saturating_add(offset).saturating_add(1), &mut cells);
        // A following statement repeats the column list; it is as wide and holds no values.
        let repeats = |cells: &[Span]| {
            cells.first().and_then(|cell| cell.slice(text)).map(fold_header)
                == header.first().cloned()
        };
        if cells.len() == header.len() && !repeats(&cells) {
            rows.push(std::mem::take(&mut cells));
        }
        if rows.len() >= ROWS_MAX {
            break;
        }
    }
    if rows.len() < 2 {
        return None;
    }
    Some(Table {
        span: Span::new(start, position),
        header,
        layout: Layout::Cells(rows),
        row_count: OnceCell::new(),
    })
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

/// Where the first `insert into` stands, in any case, if enough parentheses for two rows do.
fn find_insert(bytes: &[u8]) -> Option<usize> {
    const INSERT: &[u8] = b"insert into";
    memchr::memchr_iter(b'(', bytes).nth(2)?;
    let mut from = 0_usize;
    loop {
        let rest = bytes.get(from..)?;
        // What is too short for a block is looked at as it is.
        let end = from.saturating_add(64);
        if rest.first_chunk().is_none_or(holds_rt) {
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

/// Whether the middle of `insert into`, which is rare elsewhere, begins in the first 64 of these bytes.
fn holds_rt(block: &[u8; 66]) -> bool {
    let from = |offset| block.get(offset..).and_then(<[u8]>::first_chunk::<64>);
    let (Some(first), Some(second), Some(third)) = (from(0), from(1), from(2)) else { return true };
    let hit = |((&r, &t), &space): ((&u8, &u8), &u8)| {
        u8::from(((r | 0x20) ^ b'r') | ((t | 0x20) ^ b't') | (space ^ b' ') == 0)
    };
    first.iter().zip(second).zip(third).map(hit).sum::<u8>() != 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Byte by byte.
    fn straightforward(text: &str) -> Vec<Span> {
        let (mut found, mut open, mut quoted, mut escaped) = (Vec::new(), None, false, false);
        for (position, byte) in text.bytes().enumerate() {
            match byte {
                _ if std::mem::take(&mut escaped) => {}
                b'\\' if quoted => escaped = true,
                b'"' => quoted = !quoted,
                b'\n' => quoted = false,
                b'{' if !quoted => open = Some(position),
                b'}' if !quoted => {
                    found.extend(open.take().map(|start| Span::new(start, position + 1)));
                }
                _ => {}
            }
        }
        found
    }

    proptest! {
        #[test]
        fn jumping_between_braces_and_quotes_finds_the_same(text in "[{}\"\\\\\na:é]{0,60}") {
            prop_assert_eq!(objects(&text).collect::<Vec<_>>(), straightforward(&text));
        }

        #[test]
        fn the_first_insert_is_found(
            before in "[a-zA-Z (\n]{0,150}",
            insert in "([iI][nN][sS][eE][rR][tT] [iI][nN][tT][oO]|insert  into|inser into|insert int)",
            after in "[ -~]{0,150}",
        ) {
            let text = format!("{before}{insert}{after}(((");
            let lower = text.to_ascii_lowercase();
            prop_assert_eq!(find_insert(text.as_bytes()), lower.find("insert into"));
        }
    }
}
