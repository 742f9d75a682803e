//! The cells of one sheet (18.3).

use dosimeter_record::Locator;
use zeroize::Zeroizing;

use super::strings::SharedStrings;
use crate::{
    grid::Grid,
    run::{Read, Run},
    xml,
    xml::Node,
};

/// Writes the rows of a sheet. Line `k` of a segment is row `locator.row + k`.
pub(super) fn read(
    run: &mut Run<'_>,
    part: &[u8],
    shared: &SharedStrings,
    locator: &Locator,
) -> Read {
    let mut sheet = Sheet { shared, grid: Grid::new(locator.clone()), cell: Cell::default() };
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
    shared: &'s SharedStrings,
    grid: Grid,
    cell: Cell,
}

/// The cell that is being read.
#[derive(Default)]
struct Cell {
    column: u32,
    is_shared: bool,
    /// What the text that comes next belongs to.
    inside: Inside,
    value: Zeroizing<String>,
    formula: Zeroizing<String>,
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
            "c" => {
                let given = xml::attribute(element, "r").and_then(|reference| column(&reference));
                self.cell = Cell {
                    column: given.unwrap_or(self.grid.column().saturating_add(1)),
                    is_shared: xml::attribute(element, "t").as_deref() == Some("s"),
                    ..Cell::default()
                };
            }
            "v" | "t" => self.cell.inside = Inside::Value,
            "f" => self.cell.inside = Inside::Formula,
            _ => {}
        }
        Ok(())
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
        let value = if cell.is_shared {
            self.shared.get(&cell.value).unwrap_or_default()
        } else {
            &cell.value
        };
        // A program that does not calculate writes no results; the formula may hold constants.
        let text = if value.is_empty() { cell.formula.as_str() } else { value };
        self.grid.cell(run, cell.column, text)
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
