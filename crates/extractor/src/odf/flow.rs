//! Running text, tables and slides of `OpenDocument`, which share their elements.

use dosimeter_record::Locator;
use quick_xml::events::BytesStart;

use crate::{
    run::{Read, Run, Slot},
    xml,
    xml::Node,
};

/// Repeated empty cells beyond this are set closer: sheets end with thousands of them.
const REPEAT_MAX: u32 = 64;

/// Writes a part that starts at `locator`.
pub(super) fn read(run: &mut Run<'_>, part: &[u8], locator: &Locator) -> Read {
    let mut flow = Flow {
        start: locator,
        body: run.open(Locator { paragraph: Some(1), ..locator.clone() }),
        comments: run.open(Locator { part: Some("comment".into()), ..locator.clone() }),
        notes: run.open(Locator { part: Some("notes".into()), ..locator.clone() }),
        aside: Vec::new(),
        text_depth: 0,
        cell_depth: 0,
        value: None,
        empty_cells: 0,
        owes_space: false,
        is_spreadsheet: false,
        pictures: 0,
        sheets: 0,
        slides: 0,
    };
    xml::walk(run, part, |run, node| match node {
        Node::Start(element) => flow.start(run, element),
        Node::Text(text) => flow.text(run, text),
        Node::End(name) => flow.end(run, name),
    })
}

struct Flow<'l> {
    start: &'l Locator,
    body: Slot,
    comments: Slot,
    notes: Slot,
    /// The comments and notes that are open, innermost last.
    aside: Vec<Slot>,
    text_depth: usize,
    cell_depth: usize,
    /// The number or date in the cell, which is written in place of its formatted text.
    value: Option<String>,
    /// Empty cells since the last one with content.
    empty_cells: u32,
    /// Whether a paragraph of the cell ended, so that what comes next needs a space before it.
    owes_space: bool,
    is_spreadsheet: bool,
    /// How many pictures are open that stand in the text as base64.
    pictures: usize,
    sheets: u32,
    slides: u32,
}

impl Flow<'_> {
    fn slot(&self) -> Slot {
        self.aside.last().copied().unwrap_or(self.body)
    }

    fn start(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        match element.local_name().as_ref() {
            "p" | "h" => self.text_depth = self.text_depth.saturating_add(1),
            "tab" => return run.write(self.slot(), "\t"),
            "line-break" => {
                return run.write(self.slot(), if self.cell_depth > 0 { " " } else { "\n" });
            }
            "s" if self.text_depth > 0 => return run.write(self.slot(), " "),
            "binary-data" => self.pictures = self.pictures.saturating_add(1),
            "annotation" => self.aside.push(self.comments),
            "notes" => self.aside.push(self.notes),
            "spreadsheet" => self.is_spreadsheet = true,
            "table" if self.is_spreadsheet => return self.start_sheet(run, element),
            "page" => return self.start_page(run, element),
            "table-cell" | "covered-table-cell" => return self.start_cell(run, element),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, run: &mut Run<'_>, text: &str) -> Read {
        // In a cell with a number the paragraph only repeats it as it is displayed.
        let is_shown = self.text_depth > 0 && self.value.is_none();
        // Author and date of a comment stand beside its paragraphs.
        let is_aside = !self.aside.is_empty() && !text.trim().is_empty();
        if !is_shown && !is_aside || self.pictures > 0 {
            return Ok(());
        }
        if std::mem::take(&mut self.owes_space) {
            run.write(self.slot(), " ")?;
        }
        run.write(self.slot(), text)
    }

    fn end(&mut self, run: &mut Run<'_>, name: &str) -> Read {
        match name {
            "p" | "h" => {
                self.text_depth = self.text_depth.saturating_sub(1);
                if self.cell_depth == 0 || !self.aside.is_empty() {
                    return run.write(self.slot(), "\n");
                }
                self.owes_space = true;
            }
            "creator" | "date" if !self.aside.is_empty() => return run.write(self.slot(), "\n"),
            "binary-data" => self.pictures = self.pictures.saturating_sub(1),
            "annotation" | "notes" => drop(self.aside.pop()),
            "table-cell" | "covered-table-cell" => {
                self.cell_depth = self.cell_depth.saturating_sub(1);
                self.value = None;
                self.owes_space = false;
            }
            "table-row" if self.cell_depth == 0 => {
                self.empty_cells = 0;
                return run.write(self.slot(), "\n");
            }
            _ => {}
        }
        Ok(())
    }

    fn start_sheet(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        run.spend_page()?;
        self.sheets = self.sheets.saturating_add(1);
        let sheet = Locator { sheet: Some(self.sheets), ..self.start.clone() };
        let name = xml::attribute(element, "name").unwrap_or_default();
        run.segment(Locator { part: Some("name".into()), ..sheet.clone() }, &name)?;
        self.comments = run.open(Locator { part: Some("comment".into()), ..sheet.clone() });
        self.body = run.open(sheet);
        Ok(())
    }

    fn start_page(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        run.spend_page()?;
        self.slides = self.slides.saturating_add(1);
        let slide = Locator { slide: Some(self.slides), ..self.start.clone() };
        let name = xml::attribute(element, "name").unwrap_or_default();
        run.segment(Locator { part: Some("name".into()), ..slide.clone() }, &name)?;
        self.notes = run.open(Locator { part: Some("notes".into()), ..slide.clone() });
        self.body = run.open(slide);
        Ok(())
    }

    fn start_cell(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        run.spend_cell()?;
        self.cell_depth = self.cell_depth.saturating_add(1);
        let repeated = xml::attribute(element, "number-columns-repeated");
        let repeated = repeated.and_then(|count| count.parse::<u32>().ok()).unwrap_or(1);
        let value = match xml::attribute(element, "value-type").as_deref() {
            Some("float") => xml::attribute(element, "value"),
            Some("date") => xml::attribute(element, "date-value"),
            _ => None,
        };
        self.value = value.map(|value| value.replace('T', " "));
        // Tabs are owed for the cells before this one; cells at the end of a row owe none.
        let owed = self.empty_cells.min(REPEAT_MAX);
        self.empty_cells = repeated;
        for _ in 0..owed {
            run.write(self.slot(), "\t")?;
        }
        match self.value.clone() {
            Some(value) => run.write(self.slot(), &value),
            None => Ok(()),
        }
    }
}
