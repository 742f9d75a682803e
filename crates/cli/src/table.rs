//! Plain tables in columns.

use crate::{
    error::Error,
    terminal::{Paint, Terminal},
};

/// On which side of its column a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Rows of cells under a header, as wide as their content.
pub(crate) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

/// Longer cells are cut, so that one long name does not spread a whole table.
const CELL_CHARS_MAX: usize = 72;

impl Table {
    /// An empty table.
    pub(crate) fn new(columns: &[(&'static str, Align)]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(cut).collect());
    }

    /// Prints the table under a heading, or nothing if it has no rows.
    pub(crate) fn print_under(&self, heading: &str, terminal: &mut Terminal) -> Result<(), Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        if !heading.is_empty() {
            terminal.line(format_args!("\n{}", terminal.paint.bold(heading)))?;
        }
        terminal.raw(self.render(terminal.paint).as_bytes())?;
        Ok(())
    }

    /// The table as lines, the header underlined by colour only.
    pub(crate) fn render(&self, paint: Paint) -> String {
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, (name, _))| self.width(index, name))
            .collect();
        let names = self.columns.iter().map(|(name, _)| *name);
        let mut text = format!("{}\n", paint.bold(self.line(names, &widths)));
        for row in &self.rows {
            text.push_str(&self.line(row.iter().map(String::as_str), &widths));
            text.push('\n');
        }
        text
    }

    fn width(&self, index: usize, name: &str) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(index));
        cells.map(|cell| cell.chars().count()).chain([name.chars().count()]).max().unwrap_or(0)
    }

    fn line<'a>(&self, cells: impl Iterator<Item = &'a str>, widths: &[usize]) -> String {
        let aligned: Vec<String> = cells
            .zip(&self.columns)
            .zip(widths)
            .map(|((cell, (_, align)), width)| match align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            })
            .collect();
        format!("  {}", aligned.join("  ")).trim_end().to_owned()
    }
}

fn cut(cell: String) -> String {
    if cell.chars().count() <= CELL_CHARS_MAX {
        return cell;
    }
    let kept: String = cell.chars().take(CELL_CHARS_MAX.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::ColorChoice;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&[("label", Align::Left), ("count", Align::Right)]);
        table.row(["payment".to_owned(), "7".to_owned()]);
        table.row(["x".repeat(80), "12345678".to_owned()]);
        let text = table.render(Paint::for_stream(ColorChoice::Never, &std::io::stdout()));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.chars().count() == 2 + 72 + 2 + 8), "{text}");
    }
}
