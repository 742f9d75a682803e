//! The strings that cells share (18.4).

use std::{cell::Cell, ops::Range};

use zeroize::Zeroizing;

use crate::{
    ooxml::package,
    run::{Read, Run},
    xml,
    xml::Node,
    zip::Archive,
};

/// The strings that cells share, in one block.
pub(super) struct SharedStrings {
    text: Zeroizing<String>,
    ranges: Vec<Range<usize>>,
    /// Which of them a cell has shown.
    is_used: Vec<Cell<bool>>,
}

impl SharedStrings {
    /// Reads the table.
    pub(super) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Self {
        let mut strings =
            Self { text: Zeroizing::new(String::new()), ranges: Vec::new(), is_used: Vec::new() };
        let Some(entry) = archive.find("xl/sharedStrings.xml") else { return strings };
        let mut start = 0;
        let mut is_text = false;
        let mut is_phonetic = false;
        package::part(run, archive, entry, run.part("strings"), |run, bytes| {
            // One allocation that never grows, so that no unwiped copy is left behind.
            strings.text = Zeroizing::new(String::with_capacity(bytes.len().saturating_mul(2)));
            xml::walk(run, bytes, |_, node| {
                match node {
                    Node::Start(element) => match element.local_name().as_ref() {
                        "si" => start = strings.text.len(),
                        "t" => is_text = true,
                        "rPh" => is_phonetic = true,
                        _ => {}
                    },
                    Node::Text(text) if is_text && !is_phonetic => strings.text.push_str(text),
                    Node::End("si") => strings.ranges.push(start..strings.text.len()),
                    Node::End("t") => is_text = false,
                    Node::End("rPh") => is_phonetic = false,
                    Node::Text(_) | Node::End(_) => {}
                }
                Ok(())
            })
        });
        strings.is_used = vec![Cell::new(false); strings.ranges.len()];
        strings
    }

    /// Writes the strings that no cell showed: what is left of cells that were deleted.
    pub(super) fn write_rest(&self, run: &mut Run<'_>) -> Read {
        let slot = run.open(run.part("strings"));
        for (range, _) in self.ranges.iter().zip(&self.is_used).filter(|(_, used)| !used.get()) {
            run.tick()?;
            run.write(slot, self.text.get(range.clone()).unwrap_or_default())?;
            run.end_line(slot)?;
        }
        Ok(())
    }

    /// The string of a cell that says `index`.
    pub(super) fn get(&self, index: &str) -> Option<&str> {
        let index: usize = index.trim().parse().ok()?;
        if let Some(used) = self.is_used.get(index) {
            used.set(true);
        }
        self.text.get(self.ranges.get(index)?.clone())
    }
}
