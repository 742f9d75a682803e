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
    /// Slide, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slide: Option<u32>,
    /// Paragraph of a document in the order of its text, 1-based: titles, cells of tables and empty
    /// paragraphs count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// Line of a text or of a page, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
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

    /// The place of what begins so many lines below the beginning of the segment that this is the place of.
    #[must_use]
    pub fn below(&self, lines: u32) -> Self {
        let add = |place: Option<u32>| place.map(|place| place.saturating_add(lines));
        Self {
            row: add(self.row),
            paragraph: add(self.paragraph),
            line: add(self.line),
            ..self.clone()
        }
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
        let places = [
            ("page ", self.page),
            ("sheet ", self.sheet),
            ("row ", self.row),
            ("slide ", self.slide),
            ("paragraph ", self.paragraph),
            ("line ", self.line),
        ];
        for (name, place) in places {
            if let Some(place) = place {
                write(name, &place)?;
            }
        }
        Ok(())
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

    #[test]
    fn rows_paragraphs_and_lines_are_counted_on() {
        let sheet = Locator { sheet: Some(2), row: Some(10), ..Locator::default() };
        assert_eq!(sheet.below(5).to_string(), "sheet 2, row 15");
        let slide = Locator { slide: Some(4), ..Locator::default() };
        assert_eq!((slide.counts_lines(), slide.below(5)), (false, slide));
    }
}
