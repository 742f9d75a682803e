//! Running text, tables and slides of `OpenDocument`, which share their elements.

use dosimeter_record::Locator;
use quick_xml::events::BytesStart;

use super::sheet::Sheet;
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
        sheet: None,
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
    /// The table of a spreadsheet that is open.
    sheet: Option<Sheet>,
    /// How many pictures are open that stand in the text as base64.
    pictures: usize,
    sheets: u32,
    slides: u32,
}

impl Flow<'_> {
    /// Writes to what is open: a comment or note, the cell of a sheet, the body.
    fn write(&mut self, run: &mut Run<'_>, text: &str) -> Read {
        match &mut self.sheet {
            Some(sheet) if self.cell_depth > 0 && self.aside.is_empty() => {
                sheet.text(text);
                Ok(())
            }
            _ => run.write(self.slot(), text),
        }
    }

    fn slot(&self) -> Slot {
        self.aside.last().copied().unwrap_or(self.body)
    }

    fn start(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        match element.local_name().as_ref() {
            "p" | "h" => self.text_depth = self.text_depth.saturating_add(1),
            "tab" => return self.write(run, "\t"),
            "line-break" => return self.write(run, if self.cell_depth > 0 { " " } else { "\n" }),
            "s" if self.text_depth > 0 => return self.write(run, " "),
            "binary-data" => self.pictures = self.pictures.saturating_add(1),
            "annotation" => self.aside.push(self.comments),
            "notes" => self.aside.push(self.notes),
            "spreadsheet" => self.is_spreadsheet = true,
            "table" if self.is_spreadsheet => return self.start_sheet(run, element),
            "page" => return self.start_page(run, element),
            "table-row" if self.cell_depth == 0 => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.start_row(element);
                }
            }
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
            self.write(run, " ")?;
        }
        self.write(run, text)
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
                if let Some(sheet) = self.sheet.as_mut().filter(|_| self.cell_depth == 0) {
                    return sheet.end_cell(run);
                }
            }
            "table-row" if self.cell_depth == 0 && self.sheet.is_none() => {
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
        self.sheet = Some(Sheet::new(&sheet));
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
        self.comments = run.open(Locator { part: Some("comment".into()), ..slide.clone() });
        self.body = run.open(slide);
        Ok(())
    }

    fn start_cell(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        self.cell_depth = self.cell_depth.saturating_add(1);
        let value = match xml::attribute(element, "value-type").as_deref() {
            Some("float") => xml::attribute(element, "value"),
            Some("date") => xml::attribute(element, "date-value"),
            _ => None,
        };
        self.value = value.map(|value| value.replace('T', " "));
        match &mut self.sheet {
            Some(sheet) if self.cell_depth == 1 => sheet.start_cell(run, element)?,
            _ => self.step(run, element)?,
        }
        match self.value.clone() {
            Some(value) => self.write(run, &value),
            None => Ok(()),
        }
    }

    /// Tabs for the cells before this one of a table in running text; cells at the end of a row owe none.
    fn step(&mut self, run: &mut Run<'_>, element: &BytesStart<'_>) -> Read {
        run.spend_cell()?;
        let repeated = xml::attribute(element, "number-columns-repeated");
        let repeated = repeated.and_then(|count| count.parse::<u32>().ok()).unwrap_or(1);
        let owed = self.empty_cells.min(REPEAT_MAX);
        self.empty_cells = repeated;
        for _ in 0..owed {
            self.write(run, "\t")?;
        }
        Ok(())
    }
}
