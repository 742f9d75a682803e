//! Columns kept apart by white space, as terminals and sheets print them, or by a stroke between spaces:
//! what people paste when they paste a picture of a table.
//!
//! Lines in a row that hold as many cells as the first one, which names them, are rows. A row with empty
//! cells is told by where its cells stand below those of the header. One pass over the text leads to the
//! lines with something that could divide cells, and one over each of these to its cells.

use dosimeter_record::Span;
use memchr::memmem;

use crate::{
    simd::gap,
    table::{
        Table, fold_header, is_header,
        records::{COLUMNS_MAX, Cells},
    },
};

/// Longer lines are prose or minified code.
const LINE_MAX: usize = 400;
/// Tables of one text.
const TABLES_MAX: usize = 64;

/// What stands between two cells, and how many columns there are at least.
const SEPARATORS: [(&str, usize); 5] =
    [("  ", 2), (" / ", 3), (" \u{2014} ", 3), (" \u{2013} ", 3), (" - ", 3)];

/// The cells of one line, from the start of the text.
struct Line {
    span: Span,
    cells: Vec<Span>,
}

/// A header with the rows that were read below it.
struct Open {
    separator: &'static str,
    header: Line,
    /// One if the rows have a first cell that the header leaves out.
    shift: usize,
    rows: Cells,
    end: usize,
}

/// Finds the tables of a text.
pub(in crate::table) fn find(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut open: Option<Open> = None;
    for span in lines(text) {
        if span.slice(text).is_some_and(is_ruler) {
            continue;
        }
        if open.as_mut().is_some_and(|open| open.goes_on(text, span) && open.take(text, span)) {
            continue;
        }
        tables.extend(open.take().and_then(|open| open.table(text)));
        if tables.len() >= TABLES_MAX {
            return tables;
        }
        open = Open::new(text, span);
    }
    tables.extend(open.and_then(|open| open.table(text)));
    tables
}

/// The lines that could hold several cells.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = gap(bytes, from)?;
        let (before, behind) = bytes.split_at_checked(at)?;
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end.saturating_add(1));
        let end = memchr::memchr(b'\n', behind);
        let end = end.map_or(bytes.len(), |end| at.saturating_add(end).saturating_add(1));
        from = end;
        Some(Span::new(start, end))
    })
}

/// What divides the cells of other tables, and what stands in code.
fn is_of_others(line: &str) -> bool {
    let commas = line.bytes().filter(|&byte| byte == b',').count();
    commas > 1 || line.bytes().any(|byte| b"|;\t{}\"=<>".contains(&byte))
}

/// A line drawn below a header.
fn is_ruler(line: &str) -> bool {
    let line = line.trim_end();
    !line.is_empty() && line.bytes().all(|byte| b" -=+_\t".contains(&byte))
}

impl Open {
    /// If a line could name columns.
    fn new(text: &str, span: Span) -> Option<Self> {
        let line = span.slice(text)?;
        let inside = line.trim();
        if line.len() > LINE_MAX || is_of_others(inside) {
            return None;
        }
        let mut separators = SEPARATORS.iter();
        let &(separator, least) = separators.find(|(separator, _)| {
            memmem::find(inside.as_bytes(), separator.as_bytes()).is_some()
        })?;
        let header = cells(text, span, separator);
        let named = header.cells.iter().filter_map(|cell| cell.slice(text));
        let is_open = (least..COLUMNS_MAX).contains(&header.cells.len()) && is_header(named);
        is_open.then(|| Self { separator, header, shift: 0, rows: Cells::default(), end: span.end })
    }

    /// Whether nothing stands before a line but what was read, and rulers.
    fn goes_on(&self, text: &str, span: Span) -> bool {
        let between = text.get(self.end..span.start).unwrap_or_default();
        between.split_inclusive('\n').all(is_ruler)
    }

    /// Takes a line if it is a row.
    fn take(&mut self, text: &str, span: Span) -> bool {
        let is_long = span.len() > LINE_MAX;
        let inside = span.slice(text).unwrap_or_default().trim();
        if is_long || memmem::find(inside.as_bytes(), self.separator.as_bytes()).is_none() {
            return false;
        }
        let line = cells(text, span, self.separator);
        let columns = self.header.cells.len();
        if self.rows.row_count() == 0 && line.cells.len() == columns.saturating_add(1) {
            self.shift = 1;
        }
        let columns = columns.saturating_add(self.shift);
        let count = line.cells.len();
        if count > columns || count.saturating_mul(2) < columns {
            return false;
        }
        for (index, cell) in line.cells.iter().enumerate() {
            let column = if count == columns { index } else { self.column(&line, *cell, index) };
            self.rows.put(column, *cell, line.span.start);
        }
        self.rows.end_row();
        self.end = span.end;
        true
    }

    /// The column of a cell in a row with empty ones: that below whose name it stands.
    fn column(&self, line: &Line, cell: Span, index: usize) -> usize {
        let place = |line: &Line, at: usize| at.saturating_sub(line.span.start);
        let (start, end) = (place(line, cell.start), place(line, cell.end));
        let apart = |name: &Span| {
            let (from, to) = (place(&self.header, name.start), place(&self.header, name.end));
            from.saturating_sub(end).max(start.saturating_sub(to))
        };
        let nearest = self.header.cells.iter().enumerate().skip(index.saturating_sub(self.shift));
        let nearest = nearest.min_by_key(|(_, name)| apart(name)).map(|(column, _)| column);
        if index == 0 {
            0
        } else {
            nearest.map_or(index, |column| column.saturating_add(self.shift))
        }
    }

    fn table(self, text: &str) -> Option<Table> {
        let names = self.header.cells.iter().filter_map(|cell| cell.slice(text)).map(fold_header);
        let header = std::iter::repeat_n(String::new(), self.shift).chain(names).collect();
        self.rows.table(Span::new(self.header.span.start, self.end), header)
    }
}

/// The cells of a line, without the white space around them.
fn cells(text: &str, span: Span, separator: &str) -> Line {
    let line = span.slice(text).unwrap_or_default();
    let mut start = span.start;
    let mut cells = Vec::new();
    for cell in line.split(separator) {
        let trimmed = cell.trim_start();
        let from = start.saturating_add(cell.len().saturating_sub(trimmed.len()));
        let to = from.saturating_add(trimmed.trim_end().len());
        if from < to && cells.len() < COLUMNS_MAX {
            cells.push(Span::new(from, to));
        }
        start = start.saturating_add(cell.len()).saturating_add(separator.len());
    }
    Line { span, cells }
}

#[cfg(test)]
mod tests {
    use crate::table::Tables;

    fn check(text: &str, needle: &str, header: Option<&str>) {
        let tables = Tables::new(text);
        assert_eq!(tables.header_of(text.find(needle).unwrap()), header, "{needle} in {text}");
    }

    const TERMS: &str = "so:\n\nAccount        ARR     Renewal\nTeasdale Ltd   $212k   Apr 1\nCorvid \
                         plc     $480k\nNimbus         \x20       May 2\n\nthanks  for  that\n";

    #[test]
    fn cells_stand_below_the_names_of_their_columns() {
        check(TERMS, "$212k", Some("arr"));
        check(TERMS, "Corvid", Some("account"));
        check(TERMS, "May 2", Some("renewal"));
        check(TERMS, "thanks", None);
        check("Holder   Shares\nFounder A   3,400\nFounder B   2,600\n", "2,600", Some("shares"));
    }

    #[test]
    fn strokes_between_spaces_divide_cells_too() {
        let text = "client / item / phone\nM. Otxoa / coat / 61\nC. Paredes / dress / 62\n";
        check(text, "dress", Some("item"));
        check(
            "owner \u{2014} pet \u{2014} town\nHaig \u{2014} Fly \u{2014} Leven\nKot \u{2014} Tam \u{2014} Ely",
            "Tam",
            Some("pet"),
        );
    }

    #[test]
    fn rows_may_have_a_name_that_the_header_leaves_out() {
        let text =
            "          Budget   Forecast\nRevenue   18,400   16,950\nCosts      5,900    6,020\n";
        check(text, "6,020", Some("forecast"));
        check(text, "Costs", Some(""));
    }

    #[test]
    fn prose_and_code_are_no_table() {
        let prose = "It was late.  He went home.\nShe stayed.  It rained.\nNobody spoke.\n";
        let code = "    let a = 1;\n    let b = 2;\n    let c = 3;\n";
        for text in [prose, code, "a / b\nc / d\ne / f\n"] {
            assert!(Tables::new(text).all().is_empty(), "{text}");
        }
    }
}
