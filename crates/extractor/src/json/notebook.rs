//! Jupyter notebooks (nbformat 2 to 4): JSON whose cells are texts of lines, each line a string of its own.

use dosimeter_record::{GapReason, Locator};

use super::string::{self, Unescaped};
use crate::run::{Read, Run, Slot};

/// Arrays and objects within each other beyond this are read as if they were on one level; real notebooks
/// have about ten.
const DEPTH_MAX: usize = 64;

/// Whether JSON is a notebook.
pub(crate) fn is_notebook(text: &str) -> bool {
    ["\"cells\"", "\"nbformat\"", "\"cell_type\""].iter().all(|key| text.contains(key))
}

/// Writes the sources of cells, each a segment whose lines are those of the cell; what they put out (part
/// `output`); and what stands beside the cells.
pub(crate) fn read(run: &mut Run<'_>, text: &str) -> Read {
    let beside = run.open(run.part("metadata"));
    let mut reader = Reader {
        beside,
        frames: Vec::new(),
        deeper: 0,
        key: "",
        cells: None,
        cell: 0,
        slots: None,
        has_picture: false,
    };
    let mut rest = text;
    while let Some(first) = rest.trim_start().chars().next() {
        run.tick()?;
        rest = rest.trim_start();
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        rest = match first {
            '{' | '[' => {
                reader.enter(run, first == '[')?;
                after
            }
            '}' | ']' => {
                reader.leave(run)?;
                after
            }
            ',' | ':' => after,
            '"' => {
                let (literal, next) = string::split(after).unwrap_or((after, ""));
                if next.trim_start().starts_with(':') {
                    reader.key = literal;
                } else {
                    match string::unescape(literal) {
                        Unescaped::InPlace(value) => reader.value(run, &value)?,
                        Unescaped::Document(value) => reader.value(run, &value)?,
                    }
                }
                next
            }
            _ => {
                let end = rest
                    .find([',', '}', ']', '"', '\n'])
                    .unwrap_or(rest.len())
                    .max(first.len_utf8());
                let (scalar, next) = rest.split_at_checked(end).unwrap_or((rest, ""));
                if !matches!(scalar.trim_end(), "null" | "true" | "false") {
                    reader.value(run, scalar.trim_end())?;
                }
                next
            }
        };
    }
    Ok(())
}

/// An array or object that is open.
struct Frame<'a> {
    /// The key that it is the value of.
    key: &'a str,
    is_array: bool,
    /// Whether something in it was written.
    is_written: bool,
}

/// Where the parts of a cell go.
#[derive(Clone, Copy)]
struct Slots {
    source: Slot,
    output: Slot,
}

struct Reader<'a> {
    beside: Slot,
    frames: Vec<Frame<'a>>,
    /// How many more are open than are remembered.
    deeper: usize,
    key: &'a str,
    /// How many were open around the cells.
    cells: Option<usize>,
    cell: u32,
    /// Those of the cell that is open.
    slots: Option<Slots>,
    /// Whether the cell shows a picture.
    has_picture: bool,
}

impl Reader<'_> {
    fn enter(&mut self, run: &mut Run<'_>, is_array: bool) -> Read {
        let depth = self.frames.len();
        if depth >= DEPTH_MAX {
            self.deeper = self.deeper.saturating_add(1);
            return Ok(());
        }
        let key = std::mem::take(&mut self.key);
        if is_array && key == "cells" && self.cells.is_none() {
            self.cells = Some(depth);
        } else if self.cells.and_then(|cells| depth.checked_sub(cells)) == Some(1) {
            run.spend_page()?;
            self.cell = self.cell.saturating_add(1);
            self.has_picture = false;
            let place = Locator { cell: Some(self.cell), ..run.place() };
            let output = Locator { part: Some("output".into()), ..place.clone() };
            let source = run.open(Locator { line: Some(1), ..place });
            self.slots = Some(Slots { source, output: run.open(output) });
        }
        self.frames.push(Frame { key, is_array, is_written: false });
        Ok(())
    }

    fn leave(&mut self, run: &mut Run<'_>) -> Read {
        if let Some(deeper) = self.deeper.checked_sub(1) {
            self.deeper = deeper;
            return Ok(());
        }
        let Some(frame) = self.frames.pop() else { return Ok(()) };
        if frame.is_array && frame.is_written {
            run.end_line(self.slot(frame.key).0)?;
        }
        match self.cells.and_then(|cells| self.frames.len().checked_sub(cells)) {
            Some(0) => self.cells = None,
            Some(1) => self.slots = None,
            _ => {}
        }
        Ok(())
    }

    /// Where a value of that key goes, which stands in what is open; and whether it was typed.
    fn slot(&self, key: &str) -> (Slot, bool) {
        let depth = self.cells.and_then(|cells| self.frames.len().checked_sub(cells));
        match self.slots {
            // What is typed stands right below the cell.
            Some(slots) if depth == Some(2) && matches!(key, "source" | "input") => {
                (slots.source, true)
            }
            Some(slots) => (slots.output, false),
            None => (self.beside, false),
        }
    }

    fn value(&mut self, run: &mut Run<'_>, value: &str) -> Read {
        if let Some(mut list) = self.frames.pop_if(|frame| frame.is_array) {
            self.named(run, list.key, value, list.is_written)?;
            list.is_written = true;
            self.frames.push(list);
            return Ok(());
        }
        let key = std::mem::take(&mut self.key);
        self.named(run, key, value, false)?;
        run.end_line(self.slot(key).0)
    }

    /// Writes a value with its key, or one that goes on with the value of that key.
    fn named(&mut self, run: &mut Run<'_>, key: &str, value: &str, goes_on: bool) -> Read {
        if key.starts_with("image/") && !key.starts_with("image/svg") {
            if !std::mem::replace(&mut self.has_picture, true) {
                let cell = self.slots.map(|_| self.cell);
                run.gap(GapReason::ImageNotRead, Locator { cell, ..run.place() });
            }
            return Ok(());
        }
        let (slot, is_typed) = self.slot(key);
        if goes_on {
            // Lines bring their ends with them; other lists have none.
            if !matches!(run.last_char(slot), None | Some('\n')) {
                run.write(slot, " ")?;
            }
        } else if !is_typed && !key.is_empty() {
            run.write(slot, key)?;
            run.write(slot, ": ")?;
        }
        run.write(slot, value)
    }
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;
    use crate::Budget;

    #[test]
    fn cells_are_read_with_their_lines() {
        let notebook = r#"{"cells": [
            {"cell_type": "markdown", "metadata": {}, "source": "one string"},
            {"cell_type": "code", "execution_count": 5, "metadata": {"tags": ["a", "b"]}, "outputs": [
                {"name": "stdout", "text": ["REF-1\n", "REF-2\n"]},
                {"data": {"image/png": "iVBO", "text/plain": ["<Figure>"]}}],
             "source": ["key = \"HERON\"\n", "print(key)"]}],
            "metadata": {"authors": [{"name": "Ada"}]}, "nbformat": 4}"#;
        assert!(is_notebook(notebook));
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, notebook));
        let found = crate::run::placed(&segments);
        assert_eq!(
            found,
            [
                "metadata: name: Ada\nnbformat: 4\n",
                "cell 1, line 1: one string\n",
                "output, cell 1: cell_type: markdown\n",
                "cell 2, line 1: key = \"HERON\"\nprint(key)\n",
                "output, cell 2: cell_type: code\nexecution_count: 5\ntags: a b\nname: stdout\n\
                text: REF-1\nREF-2\ntext/plain: <Figure>\n",
            ]
        );
        assert_eq!(gaps.first().unwrap().locator.to_string(), "cell 2");
    }

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        let deep = "[".repeat(100_000);
        let budget = Budget::default();
        for text in [
            format!(r#"{{"cells": [{{"source": {deep}"HERON""#),
            r#"{"cells": [{"source": ["HERON\n", "cut of"#.to_owned(),
            r#"]]}}{"cells": [{"source": "HERON"}]]]"#.to_owned(),
        ] {
            let (segments, _) = crate::run::collected(&budget, |run| read(run, &text));
            assert!(segments.iter().any(|segment| segment.text.expose().contains("HERON")));
        }
    }
}
