//! Running text of word processing (`w:`), drawings (`a:`) and comments, which share their local names.

use crate::{
    run::{Read, Run, Slot},
    xml,
    xml::Node,
};

/// What a walk through running text remembers.
#[derive(Default)]
struct Flow {
    /// How many elements that hold text are open.
    texts: usize,
    /// How many table cells are open: in them a paragraph does not end the line.
    cells: usize,
    /// How many fallbacks are open: they repeat the text box beside them for older programs.
    fallbacks: usize,
    /// Whether a paragraph of a cell ended, so that what comes next needs a space before it.
    owes_space: bool,
}

/// Writes the text: paragraphs as lines, table rows as tab-separated lines. Deleted and moved text of
/// tracked changes and field codes are text like any other.
pub(super) fn read(run: &mut Run<'_>, slot: Slot, part: &[u8]) -> Read {
    let mut flow = Flow::default();
    xml::walk(run, part, |run, node| match node {
        Node::Start(element) => {
            let name = element.local_name();
            if matches!(name.as_ref(), "docPr" | "cNvPr") {
                return described(run, slot, element);
            }
            // Tab stops of a paragraph's format are called like the character.
            let is_stop = name.as_ref() == "tab" && xml::attribute(element, "pos").is_some();
            if is_stop { Ok(()) } else { flow.start(run, slot, name.as_ref()) }
        }
        Node::End(name) => flow.end(run, slot, name),
        Node::Text(text) if flow.texts > 0 && flow.fallbacks == 0 => {
            if std::mem::take(&mut flow.owes_space) {
                run.write(slot, " ")?;
            }
            run.write(slot, text)
        }
        Node::Text(_) => Ok(()),
    })
}

impl Flow {
    fn start(&mut self, run: &mut Run<'_>, slot: Slot, name: &str) -> Read {
        match name {
            "Fallback" => self.fallbacks = self.fallbacks.saturating_add(1),
            _ if self.fallbacks > 0 => {}
            "t" | "delText" | "instrText" | "delInstrText" | "text" | "v" => {
                self.texts = self.texts.saturating_add(1);
            }
            "tc" => self.cells = self.cells.saturating_add(1),
            "tab" | "ptab" => return run.write(slot, "\t"),
            "br" | "cr" | "lineBreak" => {
                return run.write(slot, if self.cells > 0 { " " } else { "\n" });
            }
            "noBreakHyphen" => return run.write(slot, "-"),
            "txbxContent" => return run.end_line(slot),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, run: &mut Run<'_>, slot: Slot, name: &str) -> Read {
        match name {
            "Fallback" => self.fallbacks = self.fallbacks.saturating_sub(1),
            _ if self.fallbacks > 0 => {}
            "t" | "delText" | "instrText" | "delInstrText" => {
                self.texts = self.texts.saturating_sub(1);
            }
            // Cached values of charts and texts of comments stand alone.
            "v" | "text" => {
                self.texts = self.texts.saturating_sub(1);
                return run.end_line(slot);
            }
            "p" if self.cells > 0 => self.owes_space = true,
            "p" => return run.write(slot, "\n"),
            "tc" => {
                self.cells = self.cells.saturating_sub(1);
                self.owes_space = self.cells > 0;
                return run.write(slot, if self.cells > 0 { " " } else { "\t" });
            }
            "tr" => return run.write(slot, if self.cells > 0 { " " } else { "\n" }),
            _ => {}
        }
        Ok(())
    }
}

/// Alternative texts and titles of pictures and shapes. Their names are given by the program.
fn described(run: &mut Run<'_>, slot: Slot, element: &quick_xml::events::BytesStart<'_>) -> Read {
    for name in ["descr", "title"] {
        if let Some(text) = xml::attribute(element, name).filter(|text| !text.trim().is_empty()) {
            run.write(slot, "[")?;
            run.write(slot, &text)?;
            run.write(slot, "] ")?;
        }
    }
    Ok(())
}
