//! Where in a resource a person finds a segment.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

/// The place of a segment inside its resource, as far as the format has such places.
///
/// Holds positions only: names of archive entries, sheets and attachments are content.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Locator {
    /// Indices of archive entries or attachments, outermost first, 1-based.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<u32>,
    /// What part of the container the text comes from, such as `comment`, `header` or `metadata`:
    /// a constant of the extractor, never text from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<Cow<'static, str>>,
    /// Page, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Sheet of a workbook, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<u32>,
    /// Row of a sheet, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Column of a sheet, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Slide, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slide: Option<u32>,
    /// Chapter of a book in its reading order, or section of a document, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<u32>,
    /// Cell of a notebook, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<u32>,
    /// Paragraph of a document in the order of its text, 1-based: titles, cells of tables and empty
    /// paragraphs count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// Line of a text or of a page, 1-based. With a paragraph, that of a text which stands in this line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// A position in a segment: how much of its text is before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Bytes.
    pub bytes: usize,
    /// Line ends.
    pub lines: u32,
    /// Tab stops since the last of them.
    pub tabs: u32,
}

impl Position {
    /// The end of a text that stands here. O(length of `text`).
    #[must_use]
    pub fn behind(self, text: &str) -> Self {
        let count = |byte, text: &str| {
            let count = memchr::memchr_iter(byte, text.as_bytes()).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let (before, last) =
            text.rsplit_once('\n').map_or((self.tabs, text), |(_, last)| (0, last));
        Self {
            bytes: self.bytes.saturating_add(text.len()),
            lines: self.lines.saturating_add(count(b'\n', text)),
            tabs: before.saturating_add(count(b'\t', last)),
        }
    }
}

impl Locator {
    /// The same place, inside entry `index` (1-based) of an enclosing container.
    #[must_use]
    pub fn inside(mut self, index: u32) -> Self {
        self.entries.insert(0, index);
        self
    }

    /// Whether each line of a segment that begins here is a place of its own: a row, a paragraph or a line.
    pub fn counts_lines(&self) -> bool {
        self.row.or(self.paragraph).or(self.line).is_some()
    }

    /// The place of a position in the segment that this is the place of.
    #[must_use]
    pub fn at(&self, Position { lines, tabs, .. }: Position) -> Self {
        let add = |place: Option<u32>, count| place.map(|place: u32| place.saturating_add(count));
        Self {
            row: add(self.row, lines),
            column: add(self.column, tabs),
            paragraph: add(self.paragraph, lines),
            line: add(self.line, if self.paragraph.is_some() { 0 } else { lines }),
            ..self.clone()
        }
    }

    /// The name of a cell, such as `AB12`.
    fn cell_name(&self) -> Option<String> {
        let (row, mut rest) = (self.row?, self.column?);
        let mut letters = Vec::new();
        // Digits from 1 to 26: there is no zero.
        while let Some(before) = rest.checked_sub(1) {
            letters.extend(char::from_digit(before % 26 + 10, 36));
            rest = before / 26;
        }
        let letters: String = letters.iter().rev().map(char::to_ascii_uppercase).collect();
        Some(format!("{letters}{row}"))
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let mut write = |name: &str, value: &dyn fmt::Display| {
            let written = write!(formatter, "{separator}{name}{value}");
            separator = ", ";
            written
        };
        for entry in &self.entries {
            write("entry ", entry)?;
        }
        if let Some(part) = &self.part {
            write("", part)?;
        }
        let cell = self.cell_name();
        let places = [
            ("page ", self.page),
            ("sheet ", self.sheet),
            ("row ", self.row.filter(|_| cell.is_none())),
            ("slide ", self.slide),
            ("section ", self.section),
            ("cell ", self.cell),
            ("line ", self.line),
            ("paragraph ", self.paragraph),
        ];
        for (name, place) in places {
            if let Some(place) = place {
                write(name, &place)?;
            }
        }
        match cell {
            Some(cell) => write("", &cell),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locator_reads_from_the_outside_in() {
        let locator = Locator { page: Some(2), ..Locator::default() }.inside(3).inside(1);
        assert_eq!(locator.to_string(), "entry 1, entry 3, page 2");
        assert_eq!(serde_json::to_string(&locator).unwrap(), r#"{"entries":[1,3],"page":2}"#);
    }

    fn below(lines: u32, tabs: u32) -> Position {
        Position { lines, tabs, ..Position::default() }
    }

    #[test]
    fn a_position_is_what_stands_before_it() {
        let start = Position::default().behind("a\tb\nc\t");
        assert_eq!(start, Position { bytes: 6, ..below(1, 1) });
        assert_eq!(start.behind("\td"), Position { bytes: 8, ..below(1, 2) });
        assert_eq!(start.behind("\n\n"), Position { bytes: 8, ..below(3, 0) });
    }

    #[test]
    fn rows_paragraphs_and_lines_are_counted_on() {
        let sheet = Locator { sheet: Some(2), row: Some(10), ..Locator::default() };
        assert_eq!(sheet.at(below(5, 3)).to_string(), "sheet 2, row 15");
        let slide = Locator { slide: Some(4), ..Locator::default() };
        assert_eq!((slide.counts_lines(), slide.at(below(5, 3))), (false, slide));
    }

    #[test]
    fn a_paragraph_may_stand_in_a_line() {
        let string = Locator { line: Some(3), paragraph: Some(1), ..Locator::default() };
        assert_eq!(string.at(below(2, 0)).to_string(), "line 3, paragraph 3");
    }

    #[test]
    fn cells_have_the_names_that_spreadsheets_give_them() {
        let sheet =
            Locator { sheet: Some(2), row: Some(10), column: Some(1), ..Locator::default() };
        for (tabs, expected) in
            [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
        {
            assert_eq!(sheet.at(below(2, tabs)).to_string(), format!("sheet 2, {expected}12"));
        }
    }
}
