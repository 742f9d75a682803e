//! The cells of one sheet (18.3).

use dosimeter_record::Locator;
use zeroize::Zeroizing;

use super::strings::SharedStrings;
use crate::{
    dates::DateStyles,
    formulas::Formulas,
    grid::{Grid, number},
    run::{Read, Run},
    xml,
    xml::Node,
};

/// What all sheets of a workbook share.
pub(super) struct Shared {
    pub(super) strings: SharedStrings,
    pub(super) dates: DateStyles,
}

/// Writes the rows of a sheet. Line `k` of a segment is row `locator.row + k`.
pub(super) fn read(run: &mut Run<'_>, part: &[u8], shared: &Shared, locator: &Locator) -> Read {
    let mut sheet = Sheet {
        shared,
        grid: Grid::new(locator.clone()),
        formulas: Formulas::new(locator),
        cell: Cell::default(),
    };
    // Headers and footers of the printed page, and the prompts of input rules.
    let beside = run.open(Locator { part: Some("header".into()), ..locator.clone() });
    let mut is_beside = false;
    xml::walk(run, part, |run, node| match node {
        Node::Start(element) => {
            let name = element.local_name();
            is_beside = is_beside || name.as_ref() == "headerFooter";
            sheet.start(run, name.as_ref(), element)
        }
        Node::Text(text) if is_beside => run.write(beside, text),
        Node::Text(text) => {
            sheet.cell.text(text);
            Ok(())
        }
        Node::End("headerFooter") => {
            is_beside = false;
            Ok(())
        }
        Node::End(_) if is_beside => run.end_line(beside),
        Node::End(name) => sheet.end(run, name),
    })
}

/// A walk through a sheet.
struct Sheet<'s> {
    shared: &'s Shared,
    grid: Grid,
    formulas: Formulas,
    cell: Cell,
}

/// The cell that is being read.
#[derive(Default)]
struct Cell {
    column: u32,
    kind: CellKind,
    style: usize,
    /// What the text that comes next belongs to.
    inside: Inside,
    value: Zeroizing<String>,
    formula: Zeroizing<String>,
}

/// What the value of a cell is.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum CellKind {
    /// A number, which the style may show as a date.
    #[default]
    Number,
    /// The index of a shared string.
    Shared,
    /// 0 or 1.
    Boolean,
    /// The text itself.
    Text,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Inside {
    #[default]
    Nothing,
    Value,
    Formula,
}

impl Cell {
    fn text(&mut self, text: &str) {
        match self.inside {
            Inside::Value => self.value.push_str(text),
            Inside::Formula => self.formula.push_str(text),
            Inside::Nothing => {}
        }
    }
}

impl Sheet<'_> {
    fn start(
        &mut self,
        run: &mut Run<'_>,
        name: &str,
        element: &quick_xml::events::BytesStart<'_>,
    ) -> Read {
        match name {
            "row" => {
                let given = xml::attribute(element, "r").and_then(|row| row.parse().ok());
                self.grid.start_row(run, given.unwrap_or(self.grid.row().saturating_add(1)))?;
            }
            "c" => self.cell = self.start_cell(element),
            "v" | "t" => self.cell.inside = Inside::Value,
            "f" => self.cell.inside = Inside::Formula,
            _ => {}
        }
        Ok(())
    }

    fn start_cell(&self, element: &quick_xml::events::BytesStart<'_>) -> Cell {
        let mut cell = Cell { column: self.grid.column().saturating_add(1), ..Cell::default() };
        // Once through the attributes: this is the innermost loop of a workbook.
        for attribute in element.attributes().with_checks(false).flatten() {
            match (attribute.key.as_ref(), &*attribute.value) {
                ("r", reference) => cell.column = column(reference).unwrap_or(cell.column),
                ("s", style) => cell.style = style.parse().unwrap_or_default(),
                ("t", "s") => cell.kind = CellKind::Shared,
                ("t", "b") => cell.kind = CellKind::Boolean,
                ("t", kind) if kind != "n" => cell.kind = CellKind::Text,
                _ => {}
            }
        }
        cell
    }

    fn end(&mut self, run: &mut Run<'_>, name: &str) -> Read {
        match name {
            "v" | "t" | "f" => self.cell.inside = Inside::Nothing,
            "c" => return self.end_cell(run),
            _ => {}
        }
        Ok(())
    }

    fn end_cell(&mut self, run: &mut Run<'_>) -> Read {
        let cell = std::mem::take(&mut self.cell);
        let number = if cell.kind == CellKind::Number { self.shown(&cell) } else { None };
        let value = match (cell.kind, cell.value.as_str()) {
            (CellKind::Shared, index) => self.shared.strings.get(index).unwrap_or_default(),
            (CellKind::Boolean, "0") => "FALSE",
            (CellKind::Boolean, "1") => "TRUE",
            (_, value) => number.as_deref().unwrap_or(value),
        };
        // A program that does not calculate writes no results.
        if value.is_empty() {
            return self.grid.cell(run, cell.column, &cell.formula);
        }
        self.formulas.write(run, self.grid.row(), &cell.formula)?;
        self.grid.cell(run, cell.column, value)
    }

    /// A number that is not to be read as it stands: a date, a fraction with the digits that binary
    /// fractions end in (`41.200000000000003`), or one with an exponent, as some programs write every
    /// number of more than seven digits.
    fn shown(&self, cell: &Cell) -> Option<String> {
        let value: f64 = cell.value.parse().ok()?;
        let date = self.shared.dates.text(cell.style, value);
        let plain = || cell.value.contains(['.', 'E', 'e']).then(|| number(value));
        date.or_else(plain).filter(|text| !text.is_empty())
    }
}

/// The column of a reference such as `AB12`, 1-based.
fn column(reference: &str) -> Option<u32> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).take(3);
    let number = letters.fold(0_u32, |sum, letter| {
        let digit = u32::from(letter.to_ascii_uppercase().saturating_sub(b'A')).saturating_add(1);
        sum.saturating_mul(26).saturating_add(digit)
    });
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::column;

    #[test]
    fn columns_count_from_one() {
        for (reference, expected) in [
            ("A1", Some(1)),
            ("Z9", Some(26)),
            ("AA1", Some(27)),
            ("XFD1048576", Some(16384)),
            ("12", None),
        ] {
            assert_eq!(column(reference), expected, "{reference}");
        }
    }
}
