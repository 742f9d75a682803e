//! The cells of one table of a spreadsheet (ISO/IEC 26300 part 3, chapter 9).

use dosimeter_record::Locator;
use quick_xml::events::BytesStart;
use zeroize::Zeroizing;

use crate::{
    formulas::Formulas,
    grid::Grid,
    run::{Read, Run},
    xml,
};

/// Where a walk through a sheet is.
pub(super) struct Sheet {
    grid: Grid,
    formulas: Formulas,
    row: u32,
    column: u32,
    /// Where the next ones are: a row or a cell may stand for a million like it, of which one is written.
    next_row: u32,
    next_column: u32,
    text: Zeroizing<String>,
}

impl Sheet {
    pub(super) fn new(locator: &Locator) -> Self {
        Self {
            grid: Grid::new(locator.clone()),
            formulas: Formulas::new(locator),
            row: 1,
            column: 1,
            next_row: 1,
            next_column: 1,
            text: Zeroizing::new(String::new()),
        }
    }

    pub(super) fn start_row(&mut self, element: &BytesStart<'_>) {
        self.row = self.next_row;
        self.next_row = self.row.saturating_add(repeated(element, "number-rows-repeated"));
        self.next_column = 1;
    }

    pub(super) fn start_cell(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        self.column = self.next_column;
        self.next_column = self.column.saturating_add(repeated(element, "number-columns-repeated"));
        self.text.clear();
        match xml::attribute(element, "formula") {
            Some(formula) => self.formulas.write(run, self.row, &formula),
            None => Ok(()),
        }
    }

    /// What the cell shows, which may come in pieces.
    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn end_cell(&mut self, run: &mut Run<'_>) -> Read {
        if self.text.is_empty() {
            return run.spend_cell();
        }
        self.grid.cell_at(run, self.row, self.column, &self.text)
    }
}

/// How many times an element stands for itself.
fn repeated(element: &BytesStart<'_>, name: &str) -> u32 {
    let count = xml::attribute(element, name).and_then(|count| count.parse().ok());
    count.unwrap_or(1)
}
