//! Cells of a sheet as tab-separated lines, for every format that has sheets.
//!
//! Cells are written as they come, at their columns, so memory does not depend on how far apart they
//! stand: a cell at `XFD1048576` costs no more than one at `A1`.

use dosimeter_record::Locator;

use crate::run::{Read, Run, Slot};

/// Rows further apart than this belong to different tables: a new segment starts.
const ROW_DISTANCE_MAX: u32 = 100;

/// Columns further apart than this are set closer, and the segment's tabs are then no columns any more.
const COLUMN_DISTANCE_MAX: u32 = 64;

/// Segments that one sheet may start; further rows continue the last one, which then has no rows any more.
const SEGMENTS_MAX: usize = 10_000;

/// Where a sheet is being written. Line `k` of a segment is row `locator.row + k`, and a cell stands at
/// `locator.column` and as many columns as there are tabs before it in its line.
pub(crate) struct Grid {
    locator: Locator,
    slot: Option<Slot>,
    row: u32,
    column: u32,
    segments: usize,
}

impl Grid {
    /// A sheet at a place.
    pub(crate) fn new(locator: Locator) -> Self {
        Self { locator, slot: None, row: 0, column: 0, segments: 0 }
    }

    /// The row of the last cell, 1-based.
    pub(crate) fn row(&self) -> u32 {
        self.row
    }

    /// The column of the last cell, 1-based.
    pub(crate) fn column(&self) -> u32 {
        self.column
    }

    /// Moves to the line of a row (1-based): in this segment if the row is near, in a new one if not.
    pub(crate) fn start_row(&mut self, run: &mut Run<'_>, row: u32) -> Read {
        run.tick()?;
        let distance = row.checked_sub(self.row).filter(|rows| *rows <= ROW_DISTANCE_MAX);
        self.column = 0;
        match (self.slot, distance) {
            (Some(slot), Some(rows)) => {
                for _ in 0..rows {
                    run.write(slot, "\n")?;
                }
            }
            (Some(slot), None) if self.segments >= SEGMENTS_MAX => {
                run.write(slot, "\n")?;
                run.relocate(slot, |locator| (locator.row, locator.column) = (None, None));
            }
            _ => {
                self.segments = self.segments.saturating_add(1);
                let (row, column) = (Some(row), Some(1));
                self.slot = Some(run.open(Locator { row, column, ..self.locator.clone() }));
            }
        }
        self.row = row;
        Ok(())
    }

    /// Writes a cell at a column (1-based) of the current row, on one line: line breaks and tabs within
    /// it would start rows and columns.
    pub(crate) fn cell(&mut self, run: &mut Run<'_>, column: u32, text: &str) -> Read {
        run.spend_cell()?;
        if text.is_empty() {
            return Ok(());
        }
        let slot = match self.slot {
            Some(slot) => slot,
            None => *self.slot.insert(run.open(self.locator.clone())),
        };
        let distance = column.checked_sub(self.column.max(1));
        if distance.is_none_or(|columns| columns > COLUMN_DISTANCE_MAX) {
            run.relocate(slot, |locator| locator.column = None);
        }
        for _ in 0..distance.unwrap_or(0).min(COLUMN_DISTANCE_MAX) {
            run.write(slot, "\t")?;
        }
        self.column = column;
        for (index, line) in text.split(['\n', '\r', '\t']).enumerate() {
            if index > 0 {
                run.write(slot, " ")?;
            }
            run.write(slot, line)?;
        }
        Ok(())
    }

    /// Writes a cell at a row and column (1-based) of a format whose cells name both.
    pub(crate) fn cell_at(&mut self, run: &mut Run<'_>, row: u32, column: u32, text: &str) -> Read {
        if row != self.row {
            self.start_row(run, row)?;
        }
        self.cell(run, column, text)
    }
}

/// A number as it would be typed, never with an exponent: identifiers are numbers to Excel.
pub(crate) fn number(value: f64) -> String {
    if value.is_finite() && value.abs() < 1e21 { format!("{value}") } else { String::new() }
}
