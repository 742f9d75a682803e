//! JSON objects as rows, wherever they stand: in an array, one per line, in the middle of prose.
//!
//! Objects are found by one pass over the places of quotes, braces and line ends. Keys and values stand
//! between quotes whose places the pass has noted; keys mostly are those of the object before, in the
//! same order. What an object holds is read at most once more, so the work is linear.

use std::{collections::BTreeMap, ops::ControlFlow};

use dosimeter_record::Span;

use crate::{
    simd::Set,
    table::{
        ROWS_MAX, Table, fold_header,
        records::{COLUMNS_MAX, Cells, closing_quote},
    },
};

/// What objects are told by.
const MARKS: Set = Set::new(b"\"\\{}\n", b'"');

/// So many quotes of one object are noted; what holds more is no row, and read the slow way.
const QUOTES_MAX: usize = 4096;

/// All flat objects of the text as one table: the columns are the keys that they have.
pub(super) fn find(text: &str) -> Option<Table> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'{', bytes).nth(1)?;
    memchr::memmem::find_iter(bytes, "\":").nth(3)?;
    let (mut columns, mut cells) = (Columns::default(), Cells::default());
    let (mut span, mut seen): (Option<Span>, usize) = (None, 0);
    each(text, |object, quotes| {
        match quotes {
            Some(quotes) => {
                columns.read(text, object, noted_pairs(text, object, quotes), &mut cells);
            }
            None => columns.read(text, object, pairs(text, object), &mut cells),
        }
        if cells.end_row() {
            span = Some(span.map_or(object, |span| Span::new(span.start, object.end)));
        }
        seen = seen.saturating_add(1);
        if seen < ROWS_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let header = columns.keys.into_iter().map(fold_header).collect();
    cells.table(span?, header)
}

/// The columns known so far.
#[derive(Default)]
struct Columns<'t> {
    keys: Vec<&'t str>,
    by_key: BTreeMap<&'t str, usize>,
}

impl<'t> Columns<'t> {
    /// Puts the values of an object into their columns.
    fn read(
        &mut self,
        text: &'t str,
        object: Span,
        pairs: impl Iterator<Item = (Span, Span)>,
        cells: &mut Cells,
    ) {
        let mut expected = 0;
        for (key, value) in pairs {
            let Some(key) = key.slice(text) else { continue };
            let column = match self.keys.get(expected) {
                Some(known) if *known == key => Some(expected),
                _ => self.column(key),
            };
            if let Some(column) = column {
                cells.put(column, value, object.start);
                expected = column.saturating_add(1);
            }
        }
    }

    /// The column of a key, which is new if there is room.
    fn column(&mut self, key: &'t str) -> Option<usize> {
        let next = self.keys.len();
        let known = self.by_key.get(key).copied();
        known.or_else(|| {
            (next < COLUMNS_MAX).then(|| {
                self.by_key.insert(key, next);
                self.keys.push(key);
                next
            })
        })
    }
}

/// Calls `visit` with each innermost `{…}` outside strings and, if it holds no backslash, the places of
/// its quotes, until it breaks.
fn each(text: &str, mut visit: impl FnMut(Span, Option<&[usize]>) -> ControlFlow<()>) {
    let (mut open, mut quoted, mut skipped) = (None, false, usize::MAX);
    let (mut quotes, mut noted) = (Vec::new(), true);
    MARKS.visit(text.as_bytes(), |position, byte| {
        if position == skipped {
            return ControlFlow::Continue(());
        }
        match byte {
            b'"' => {
                quoted = !quoted;
                if open.is_some() && noted {
                    noted = quotes.len() < QUOTES_MAX;
                    quotes.push(position);
                }
            }
            // A string does not go over lines: an unpaired quote ends there.
            b'\n' => quoted = false,
            b'\\' => {
                noted = false;
                if quoted {
                    skipped = position.wrapping_add(1);
                }
            }
            _ if quoted => {}
            b'{' => {
                open = Some(position);
                quotes.clear();
                noted = true;
            }
            _ => {
                if let Some(start) = open.take() {
                    let object = Span::new(start, position.saturating_add(1));
                    return visit(object, noted.then_some(quotes.as_slice()));
                }
            }
        }
        ControlFlow::Continue(())
    });
}

/// [`pairs`] of an object without a backslash, all of whose quotes are known.
fn noted_pairs(text: &str, object: Span, quotes: &[usize]) -> impl Iterator<Item = (Span, Span)> {
    let bytes = text.as_bytes();
    let mut quotes = quotes.iter().copied().peekable();
    std::iter::from_fn(move || {
        loop {
            let (open, close) = (quotes.next()?, quotes.next()?);
            let after = close.saturating_add(1);
            let Some(colon) = skip_space(text, after).filter(|&at| bytes.get(at) == Some(&b':'))
            else {
                continue;
            };
            let start = skip_space(text, colon.saturating_add(1)).unwrap_or(object.end);
            let value = if bytes.get(start) == Some(&b'"') {
                quotes.next();
                Span::new(start.saturating_add(1), quotes.next().unwrap_or(object.end))
            } else {
                let value = value_at(text, start, object.end);
                // Such as those of the first text in an array.
                while quotes.next_if(|quote| *quote <= value.end).is_some() {}
                value
            };
            return Some((Span::new(open.saturating_add(1), close), value));
        }
    })
}

/// Where the keys and values of one flat object stand.
fn pairs(text: &str, object: Span) -> impl Iterator<Item = (Span, Span)> + '_ {
    let mut position = object.start.saturating_add(1);
    std::iter::from_fn(move || {
        loop {
            let key = string_from(text, position, object.end)?;
            let after = key.end.saturating_add(1);
            let Some(colon) =
                skip_space(text, after).filter(|&at| text.as_bytes().get(at) == Some(&b':'))
            else {
                position = after;
                continue;
            };
            let start = skip_space(text, colon.saturating_add(1)).unwrap_or(object.end);
            let value = value_at(text, start, object.end);
            position = value.end.saturating_add(1).max(after);
            return Some((key, value));
        }
    })
}

/// The inside of the next quoted string.
fn string_from(text: &str, from: usize, end: usize) -> Option<Span> {
    let rest = text.as_bytes().get(from..end)?;
    let start = from.saturating_add(memchr::memchr(b'"', rest)?).saturating_add(1);
    Some(Span::new(start, closing_quote(text, start, end, b'"')?))
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
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b'\n');
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    Span::new(start, start.saturating_add(length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::Layout;

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

    /// As it was read first: cells of each row, kept.
    fn reference(text: &str) -> Option<(Span, Vec<String>, Vec<Vec<Span>>)> {
        let mut columns: BTreeMap<&str, usize> = BTreeMap::new();
        let mut rows: Vec<Vec<Span>> = Vec::new();
        let mut span: Option<Span> = None;
        for object in straightforward(text).into_iter().take(ROWS_MAX) {
            let mut row = Vec::new();
            for (key, value) in pairs(text, object) {
                let (key, next) = (key.slice(text).unwrap(), columns.len());
                if next >= COLUMNS_MAX && !columns.contains_key(key) {
                    continue;
                }
                let column = *columns.entry(key).or_insert(next);
                if row.len() <= column {
                    row.resize(column + 1, Span::new(object.start, object.start));
                }
                row[column] = value;
            }
            if row.len() >= 2 {
                span = Some(span.map_or(object, |span| Span::new(span.start, object.end)));
                rows.push(row);
            }
        }
        let mut header = vec![String::new(); columns.len()];
        for (key, column) in columns {
            header[column] = fold_header(key);
        }
        (rows.len() >= 2 && text.matches("\":").count() >= 4).then_some((span?, header, rows))
    }

    fn check(text: &str) {
        let (found, expected) = (find(text), reference(text));
        assert_eq!(found.is_some(), expected.is_some(), "{text}");
        let (Some(table), Some((span, header, rows))) = (found, expected) else { return };
        assert_eq!((table.span, &table.header), (span, &header), "{text}");
        let Layout::Cells(cells) = &table.layout else { panic!("no cells") };
        assert_eq!(cells.rows().map(<[Span]>::to_vec).collect::<Vec<_>>(), rows, "{text}");
    }

    proptest! {
        #[test]
        fn going_over_marks_finds_the_same_objects(text in "[{}\"\\\\\na:é]{0,60}") {
            let mut found = Vec::new();
            each(&text, |object, quotes| {
                found.push(object);
                if let Some(quotes) = quotes {
                    let expected: Vec<_> = pairs(&text, object).collect();
                    assert_eq!(noted_pairs(&text, object, quotes).collect::<Vec<_>>(), expected);
                }
                ControlFlow::Continue(())
            });
            prop_assert_eq!(found, straightforward(&text));
        }

        #[test]
        fn reading_only_keys_finds_the_same_tables(
            text in "([{}\"\\\\,é\n]|\\{\"[ab]\" ?: ?(\"[a,}\\\\]{0,3}\"|[1,]{0,2}|\\[\"a\", \"b)|\"[abc]\" ?:(\"d\"|1|\\{)|[,}]|\"a\":1,\"b\":2\\}\n\\{){0,24}",
        ) {
            check(&text);
        }
    }

    #[test]
    fn more_keys_than_columns_are_left_out() {
        let keys = |from: usize| -> String {
            let keys: Vec<_> =
                (from..from + 50).map(|key| format!("\"k{key}\": {key}, ")).collect();
            keys.concat()
        };
        check(&format!("{{{}}}\n{{{}}}\n{{{}}}", keys(0), keys(30), keys(70)));
    }
}
