//! Tables inside text: delimited rows, Markdown, JSON records, SQL inserts.
//!
//! Two stages use them. Context asks for the column header of a match, found on demand. Table rules
//! ask what columns there are and how many distinct values they hold.
//!
//! The tables of a text are found when somebody first asks: in one pass over its lines, one over its
//! braces and quotes if there are JSON keys, and one over its parentheses if there is SQL. Each is
//! linear for its own reason, which its module gives; a text without tables takes no memory. To name a
//! cell's column costs the length of its line at most, or the number of its row's cells.

mod delimited;
mod records;

use std::{
    cell::{Cell, OnceCell},
    collections::BTreeSet,
};

use dosimeter_record::Span;

use crate::{rule::words::fold_into, table::records::aligned};

/// The tables of one text, found when first asked for.
pub(crate) struct Tables<'t> {
    text: &'t str,
    found: OnceCell<Vec<Table>>,
    /// What was last found [`around`](Self::around) a position: the next one mostly is near.
    last: Cell<usize>,
}

/// One table.
#[derive(Debug)]
pub(crate) struct Table {
    /// Where it stands, header included.
    pub(crate) span: Span,
    /// Column names, folded as context words are.
    pub(crate) header: Vec<String>,
    layout: Layout,
    /// The number of data rows, counted when first asked for.
    row_count: OnceCell<usize>,
}

#[derive(Debug)]
enum Layout {
    /// One row per line, cells between delimiters.
    Delimited { delimiter: u8, rows: Span, lines: usize },
    /// Cells with known places: JSON objects and SQL tuples. Sorted.
    Cells(records::Cells),
}

/// How many rows of a table are looked at to count distinct values.
const ROWS_MAX: usize = 2000;

impl<'t> Tables<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, found: OnceCell::new(), last: Cell::new(0) }
    }

    pub(crate) fn all(&self) -> &[Table] {
        self.found.get_or_init(|| {
            let mut tables = Vec::new();
            // Rows on lines have a header and stand below each other.
            if memchr::memchr_iter(b'\n', self.text.as_bytes()).nth(1).is_some() {
                tables.extend(delimited::find(self.text));
                tables.extend(aligned::find(self.text));
            }
            tables.extend(records::find(self.text));
            tables.sort_by_key(|table| table.span);
            tables
        })
    }

    /// The last table that begins before `position`, by its index in [`all`](Self::all).
    pub(crate) fn around(&self, position: usize) -> Option<usize> {
        last_begun(self.all(), &self.last, |table| table.span.start <= position)
    }

    /// The folded header of the column in which `position` stands, if it stands in a table's body.
    pub(crate) fn header_of(&self, position: usize) -> Option<&str> {
        let (table, column) = self.column_of(position)?;
        self.all().get(table)?.header.get(column).map(String::as_str)
    }

    /// That table, by its index in [`all`](Self::all), and the column.
    pub(crate) fn column_of(&self, position: usize) -> Option<(usize, usize)> {
        let table = self.around(position)?;
        Some((table, self.all().get(table)?.column_of(self.text, position)?))
    }
}

impl Table {
    fn column_of(&self, text: &str, position: usize) -> Option<usize> {
        match &self.layout {
            Layout::Delimited { delimiter, rows, .. } => {
                // The header itself counts as part of the first column.
                if position < rows.start {
                    return Some(0);
                }
                (position < rows.end && text.is_char_boundary(position))
                    .then(|| delimited::column(text.as_bytes(), *delimiter, position))
            }
            Layout::Cells(cells) => cells.column(position),
        }
    }

    /// The cells between delimiters in the columns that are `wanted` by their header, from the top on.
    /// O(size of the table).
    pub(crate) fn cells(&self, text: &str, wanted: impl Fn(&str) -> bool) -> Vec<Span> {
        let Layout::Delimited { delimiter, rows, .. } = self.layout else { return Vec::new() };
        let columns: Vec<bool> = self.header.iter().map(|header| wanted(header)).collect();
        if !columns.contains(&true) {
            return Vec::new();
        }
        let mut cells = Vec::new();
        let mut start = rows.start;
        for line in rows.slice(text).unwrap_or_default().split('\n') {
            let mut from = start;
            for (cell, wanted) in delimited::split(line, delimiter).zip(&columns) {
                let to = from.saturating_add(cell.len());
                if *wanted {
                    cells.push(Span::new(from, to));
                }
                from = to.saturating_add(1);
            }
            start = start.saturating_add(line.len()).saturating_add(1);
        }
        cells
    }

    /// The number of data rows.
    pub(crate) fn row_count(&self, text: &str) -> usize {
        *self.row_count.get_or_init(|| match &self.layout {
            // No line with one of these is blank or a ruler.
            Layout::Delimited { delimiter: b',' | b';', lines, .. } => *lines,
            Layout::Delimited { rows, .. } => delimited::rows(text, *rows).count(),
            Layout::Cells(cells) => cells.row_count(),
        })
    }

    /// How many distinct non-empty values the first rows hold in a column; stops at `enough`.
    pub(crate) fn distinct_at_least(&self, text: &str, column: usize, enough: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut add = |cell: &str| {
            let cell =
                cell.trim_matches(|char: char| char.is_whitespace() || "\"'|".contains(char));
            if !cell.is_empty() {
                seen.insert(cell.to_lowercase());
            }
            seen.len() >= enough
        };
        match &self.layout {
            Layout::Delimited { delimiter, rows, .. } => delimited::rows(text, *rows)
                .take(ROWS_MAX)
                .any(|row| delimited::split(row, *delimiter).nth(column).is_some_and(&mut add)),
            Layout::Cells(cells) => cells
                .rows()
                .take(ROWS_MAX)
                .filter_map(|row| row.get(column).and_then(|cell| cell.slice(text)))
                .any(&mut add),
        }
    }
}

/// The last of these that begins before some position, by its index, if `begins` says which do. What
/// was the answer last time is tried first.
fn last_begun<T>(all: &[T], last: &Cell<usize>, begins: impl Fn(&T) -> bool) -> Option<usize> {
    let known = last.get();
    let is_last = all.get(known).is_some_and(&begins)
        && !all.get(known.saturating_add(1)).is_some_and(&begins);
    if !is_last {
        last.set(all.partition_point(begins).checked_sub(1)?);
    }
    Some(last.get())
}

/// A header cell in the form in which context words are compared.
fn fold_header(cell: &str) -> String {
    let mut folded = String::new();
    let cell = cell.trim_matches(|char: char| char.is_whitespace() || "\"'`|*#:".contains(char));
    fold_into(cell, &mut folded);
    folded
}

/// Longer cells are no names.
const NAME_CHARS_MAX: usize = 48;

/// Whether cells could name columns: short, worded, mostly without digits.
fn is_header<'t>(cells: impl Iterator<Item = &'t str>) -> bool {
    let named = |cell: &str| {
        // Prose is told by its length alone.
        if cell.len() > NAME_CHARS_MAX && (cell.is_ascii() || cell.len() > 4 * NAME_CHARS_MAX) {
            return false;
        }
        let letters = cell.chars().filter(|char| char.is_alphabetic()).count();
        let digits = cell.chars().filter(char::is_ascii_digit).count();
        // Columns of shares and amounts are often headed by a sign.
        if matches!(cell, "%" | "#" | "€" | "$" | "£") {
            return true;
        }
        letters >= 2
            && digits <= letters
            && cell.chars().count() <= NAME_CHARS_MAX
            && !cell.contains('@')
    };
    let (mut filled, mut names) = (0_usize, 0_usize);
    for cell in cells.map(str::trim).filter(|cell| !cell.is_empty()) {
        filled = filled.saturating_add(1);
        names = names.saturating_add(usize::from(named(cell)));
    }
    filled >= 2 && names.saturating_mul(5) >= filled.saturating_mul(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, needle: &str, header: Option<&str>) {
        let tables = Tables::new(text);
        assert_eq!(tables.header_of(text.find(needle).unwrap()), header, "{needle} in {text}");
    }

    #[test]
    fn the_header_of_a_cell_is_found_in_every_kind_of_table() {
        let csv = "intro\nName,Birth_Date,SSN\nA B,1999-01-02,111\nC D,1998-03-04,222\n";
        check(csv, "222", Some("ssn"));
        check(csv, "1998", Some("birth date"));
        check(csv, "intro", None);
        let quoted = "name,note,id\n\"A, B\",x,17\n\"C, D\",y,18\n\"E, F\",z,19\n";
        check(quoted, "18", Some("id"));
        let markdown = "| Name | Account No |\n|---|---|\n| Ann | 123 |\n| Bob | 456 |\n";
        check(markdown, "456", Some("account no"));
        let json = r#"[{"name": "Ann", "dob": "1999"}, {"name": "Bob", "dob": "1998"}]"#;
        check(json, "1998", Some("dob"));
        let sql = "INSERT INTO t (name, ssn) VALUES ('Ann', '111'), ('Bob', '222');";
        check(sql, "222", Some("ssn"));
    }

    #[test]
    fn prose_is_no_table() {
        let prose =
            "Well, it is so, said he.\nNo, it is not, said she.\nYes, it is, he said, so.\n";
        assert!(Tables::new(prose).all().is_empty());
    }

    #[test]
    fn distinct_values_are_counted_without_case() {
        let text = "name\tcity\nAnn\tRome\nann\tOslo\nBob\tRome\n";
        let tables = Tables::new(text);
        let table = &tables.all()[0];
        assert_eq!(table.row_count(text), 3);
        assert!(table.distinct_at_least(text, 0, 2));
        assert!(!table.distinct_at_least(text, 0, 3));
    }

    #[test]
    fn no_text_takes_more_than_linear_time() {
        // No clock here: a quadratic search of these would not end within the test's time limit.
        for unit in [
            "\"",
            "|",
            "a|b\n",
            "a;b\n\n",
            "name,id,city\n1,2,3\n4,5,6\n\n",
            "name|id;city\ta,b,c\n",
            "{",
            "{\"a\":{",
            "{\"a\":1,\"b\":\"",
            "}{\"a\":\\",
            "(",
            "(a",
            "(,",
            "insert into (a,b",
            "insert into t (a, b)('",
        ] {
            let text = unit.repeat((1 << 20) / unit.len());
            let tables = Tables::new(&text);
            for position in (0..text.len()).step_by(512) {
                assert!(
                    tables.header_of(position).is_none_or(|header| header.len() < 64),
                    "{unit}"
                );
            }
        }
    }
}
