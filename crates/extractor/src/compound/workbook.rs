//! Excel workbooks of 1987 to 2003 ([MS-XLS], BIFF2 to BIFF8): a stream of records, sheet after sheet.

mod strings;

use dosimeter_content::Expose;
use dosimeter_record::{GapReason, Locator};
use encoding_rs::{Encoding, WINDOWS_1252};
use zeroize::Zeroizing;

use self::strings::{Layout, Pieces};
use super::container::Compound;
use crate::{
    charset,
    cursor::Cursor,
    dates::DateStyles,
    grid::{Grid, number},
    run::{Read, Run, Stop},
};

/// How the stream is called since Excel 97, and before.
pub(super) const STREAMS: [&str; 2] = ["Workbook", "Book"];

/// Reads the workbook in a storage.
pub(super) fn read(run: &mut Run<'_>, file: &Compound<'_>, storage: usize) -> Read {
    for name in STREAMS {
        if let Some(entry) = file.find(storage, name) {
            let (stream, whole) = file.open(run, entry);
            read_stream(run, stream.expose())?;
            run.note(whole);
        }
    }
    // The cache of a pivot table keeps rows of sheets that may be gone.
    if let Some(caches) = file.find_storage(storage, "_SX_DB_CUR") {
        for (_, entry) in file.children(caches) {
            let (stream, _) = file.open(run, entry);
            pivot(run, stream.expose())?;
        }
    }
    Ok(())
}

/// Reads a stream of records: a whole workbook, or one sheet of the versions before 1993.
pub(crate) fn read_stream(run: &mut Run<'_>, stream: &[u8]) -> Read {
    let mut book = Book {
        layout: Layout::Wide,
        encoding: WINDOWS_1252,
        shared: Vec::new(),
        dates: DateStyles::default(),
        sheets: 0,
        depth: 0,
        grid: Grid::new(run.place()),
        formula: None,
    };
    let mut records = Records(Cursor::new(stream));
    let mut next = records.next();
    while let Some(record) = next {
        run.tick()?;
        let mut pieces = vec![record.data];
        next = records.next();
        while let Some(more) = next.as_ref().filter(|record| record.kind == CONTINUE) {
            pieces.push(more.data);
            next = records.next();
        }
        book.record(run, record.kind, &pieces)?;
    }
    Ok(())
}

struct Records<'a>(Cursor<'a>);

struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let kind = self.0.u16_le()?;
        let length = usize::from(self.0.u16_le()?);
        let rest = self.0.rest();
        let data = self.0.take(length.min(rest.len()))?;
        Some(Record { kind, data })
    }
}

const CONTINUE: u16 = 0x3c;

/// What a walk through the records remembers.
struct Book {
    layout: Layout,
    encoding: &'static Encoding,
    shared: Vec<Zeroizing<String>>,
    dates: DateStyles,
    sheets: u32,
    /// How many substreams are open.
    depth: usize,
    grid: Grid,
    /// The cell whose result comes in the next record, as a string.
    formula: Option<(u32, u32)>,
}

impl Book {
    fn record(&mut self, run: &mut Run<'_>, kind: u16, pieces: &[&[u8]]) -> Read {
        let data = pieces.first().copied().unwrap_or_default();
        match kind {
            0x2f => return Err(Stop(GapReason::Encrypted)),
            0x09 | 0x209 | 0x409 | 0x809 => self.start(run, kind, data)?,
            0x0a => self.depth = self.depth.saturating_sub(1),
            0x42 => {
                let page = Cursor::new(data).u16_le().unwrap_or_default();
                self.encoding = charset::of_code_page(page);
            }
            0x22 | 0xe0 | 0x41e => self.style(kind, data),
            0x85 => self.sheet_name(run, data)?,
            0xfc => self.shared_strings(run, pieces)?,
            // Header and footer, and the longer ones of the newer versions.
            0x14 | 0x15 => self.beside(run, "header", pieces)?,
            0x1b6 => self.text_box(run, pieces)?,
            0x100d => self.chart_text(run, data)?,
            0x1c => self.note(run, data)?,
            // Hyperlinks, external books and connections: their strings.
            0x1b8 | 0x1ae | 0x51 | 0xdc | 0x800 | 0x876 | 0x87b => {
                for piece in pieces {
                    crate::strings::read(run, piece)?;
                }
            }
            _ => self.cell(run, kind, pieces)?,
        }
        Ok(())
    }

    /// A workbook, a sheet or a chart starts.
    fn start(&mut self, run: &mut Run<'_>, kind: u16, data: &[u8]) -> Read {
        let mut cursor = Cursor::new(data);
        let version = cursor.u16_le().unwrap_or_default();
        let substream = cursor.u16_le().unwrap_or_default();
        self.layout = match (kind, version) {
            (0x09, _) => Layout::Oldest,
            (0x809, 0x600) => Layout::Wide,
            _ => Layout::Narrow,
        };
        self.depth = self.depth.saturating_add(1);
        // Charts within sheets are substreams within substreams; the globals are none of the sheets.
        if substream != 5 && substream != 0x100 && self.depth == 1 {
            run.spend_page()?;
            self.sheets = self.sheets.saturating_add(1);
            self.grid = Grid::new(Locator { sheet: Some(self.sheets), ..run.place() });
        }
        Ok(())
    }

    /// From when dates count, a format, or the format of a style; since Excel 5.
    fn style(&mut self, kind: u16, data: &[u8]) {
        let mut cursor = Cursor::new(data);
        let first = cursor.u16_le().unwrap_or_default();
        match kind {
            0x22 if first == 1 => self.dates.count_from_1904(),
            0x41e => {
                let rest = cursor.rest();
                let mut pieces = Pieces::new(std::slice::from_ref(&rest), self.encoding);
                let code = match self.layout {
                    Layout::Wide => pieces.string(self.layout),
                    _ => pieces.short(self.layout),
                };
                self.dates.add_format(u32::from(first), &code.unwrap_or_default());
            }
            0xe0 => self.dates.add_style(u32::from(cursor.u16_le().unwrap_or_default())),
            _ => {}
        }
    }

    /// A number as its style shows it.
    fn shown(&self, style: u16, value: f64) -> String {
        self.dates.text(usize::from(style), value).unwrap_or_else(|| number(value))
    }

    fn place(&self, run: &Run<'_>, part: &'static str) -> Locator {
        let sheet = Some(self.sheets).filter(|sheet| *sheet > 0);
        Locator { sheet, ..run.part(part) }
    }

    fn sheet_name(&self, run: &mut Run<'_>, data: &[u8]) -> Read {
        let rest = [data.get(6..).unwrap_or_default()];
        let mut pieces = Pieces::new(&rest, self.encoding);
        let name = pieces.short(self.layout).unwrap_or_default();
        run.segment(run.part("name"), &name)
    }

    fn shared_strings(&mut self, run: &mut Run<'_>, pieces: &[&[u8]]) -> Read {
        let mut pieces = Pieces::new(pieces, self.encoding);
        pieces.skip(8);
        while let Some(string) = pieces.string(self.layout) {
            run.spend_cell()?;
            self.shared.push(Zeroizing::new(string));
        }
        Ok(())
    }

    fn beside(&self, run: &mut Run<'_>, part: &'static str, pieces: &[&[u8]]) -> Read {
        let mut pieces = Pieces::new(pieces, self.encoding);
        let text = match self.layout {
            Layout::Wide => pieces.string(self.layout),
            _ => pieces.short(self.layout),
        };
        run.segment(self.place(run, part), &text.unwrap_or_default())
    }

    /// The text of a shape or a comment stands in the record's continuation, without a length.
    fn text_box(&self, run: &mut Run<'_>, pieces: &[&[u8]]) -> Read {
        let length = pieces.first().and_then(|data| Cursor::at(data, 10)?.u16_le());
        let text = pieces.get(1..).and_then(|rest| {
            Pieces::new(rest, self.encoding).characters(usize::from(length?), self.layout)
        });
        run.segment(self.place(run, "drawing"), &text.unwrap_or_default())
    }

    /// A title, the name of a series or the label of an axis (2.4.254).
    fn chart_text(&self, run: &mut Run<'_>, data: &[u8]) -> Read {
        let rest = [data.get(2..).unwrap_or_default()];
        let text = Pieces::new(&rest, self.encoding).short(self.layout);
        run.segment(self.place(run, "chart"), &text.unwrap_or_default())
    }

    /// A comment: its author since Excel 97, its text before.
    fn note(&self, run: &mut Run<'_>, data: &[u8]) -> Read {
        let text = match self.layout {
            Layout::Wide => {
                let rest = [data.get(8..).unwrap_or_default()];
                Pieces::new(&rest, self.encoding).string(self.layout)
            }
            _ => data.get(6..).map(|text| self.encoding.decode_without_bom_handling(text).0.into()),
        };
        run.segment(self.place(run, "comment"), &text.unwrap_or_default())
    }

    fn cell(&mut self, run: &mut Run<'_>, kind: u16, pieces: &[&[u8]]) -> Read {
        let data = pieces.first().copied().unwrap_or_default();
        let mut cursor = Cursor::new(data);
        if kind == 0x207 || kind == 0x07 {
            let text = match (self.layout, kind) {
                (Layout::Oldest, _) | (_, 0x07) => {
                    Pieces::new(pieces, self.encoding).short(self.layout)
                }
                _ => Pieces::new(pieces, self.encoding).string(self.layout),
            };
            let Some((row, column)) = self.formula.take() else { return Ok(()) };
            return self.grid.cell_at(run, row, column, &text.unwrap_or_default());
        }
        if !CELLS.contains(&kind) {
            return Ok(());
        }
        let (Some(row), Some(column)) = (cursor.u16_le(), cursor.u16_le()) else { return Ok(()) };
        let (row, column) = (u32::from(row).saturating_add(1), u32::from(column).saturating_add(1));
        // Before 1993 three bytes of attributes stood where the index of a format stands now.
        let is_oldest = kind < 0x10 && kind != 0x06 || self.layout == Layout::Oldest;
        let Some(style) = cursor.u16_le() else { return Ok(()) };
        if is_oldest {
            cursor.skip(1);
        }
        match kind {
            0xbd => self.numbers(run, (row, column), style, cursor),
            0x06 | 0x206 | 0x406 => self.formula(run, (row, column), style, cursor),
            _ => {
                let text = self.value(kind, style, cursor, pieces);
                self.grid.cell_at(run, row, column, &text.unwrap_or_default())
            }
        }
    }

    fn value(
        &self,
        kind: u16,
        style: u16,
        mut cursor: Cursor<'_>,
        pieces: &[&[u8]],
    ) -> Option<String> {
        match kind {
            0xfd => {
                let index = usize::try_from(cursor.u32_le()?).ok()?;
                Some(self.shared.get(index)?.to_string())
            }
            0x204 | 0xd6 => {
                let mut pieces = Pieces::new(pieces, self.encoding);
                pieces.skip(6);
                pieces.string(self.layout)
            }
            0x04 => {
                let rest = cursor.rest();
                Pieces::new(std::slice::from_ref(&rest), self.encoding).short(self.layout)
            }
            0x203 | 0x03 => Some(self.shown(style, f64::from_bits(cursor.u64_le()?))),
            0x02 => Some(cursor.u16_le()?.to_string()),
            0x27e => Some(self.shown(style, packed(cursor.u32_le()?))),
            _ => None,
        }
    }

    /// Several numbers beside each other.
    fn numbers(
        &mut self,
        run: &mut Run<'_>,
        (row, first): (u32, u32),
        style: u16,
        mut cursor: Cursor<'_>,
    ) -> Read {
        // The style of the first one was read already: number, style, number, style, last column.
        let mut style = style;
        for column in first.. {
            let (Some(value), Some(next)) = (cursor.u32_le(), cursor.u16_le()) else { break };
            let text = self.shown(style, packed(value));
            self.grid.cell_at(run, row, column, &text)?;
            style = next;
        }
        Ok(())
    }

    fn formula(
        &mut self,
        run: &mut Run<'_>,
        (row, column): (u32, u32),
        style: u16,
        mut cursor: Cursor<'_>,
    ) -> Read {
        let Some(result) = cursor.u64_le() else { return Ok(()) };
        // Two bytes of ones mean: no number, but what the first byte says (2.5.133).
        if result >> 48 == 0xffff {
            let text = match (result & 0xff, result >> 16 & 0xff) {
                (0, _) => {
                    self.formula = Some((row, column));
                    return Ok(());
                }
                (1, 0) => "FALSE",
                (1, _) => "TRUE",
                _ => "",
            };
            return self.grid.cell_at(run, row, column, text);
        }
        let text = self.shown(style, f64::from_bits(result));
        self.grid.cell_at(run, row, column, &text)
    }
}

/// Records that are cells with a row and a column.
const CELLS: [u16; 14] =
    [0x02, 0x03, 0x04, 0x06, 0xbd, 0xd6, 0xfd, 0x203, 0x204, 0x206, 0x27e, 0x406, 0x205, 0x05];

/// A number in four bytes (2.5.217): an integer or the upper half of a float, maybe in hundredths.
pub(crate) fn packed(value: u32) -> f64 {
    let number = if value & 2 != 0 {
        f64::from(value.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(value & !3) << 32)
    };
    if value & 1 != 0 { number / 100.0 } else { number }
}

/// The strings of a pivot cache.
fn pivot(run: &mut Run<'_>, stream: &[u8]) -> Read {
    let slot = run.open(run.part("pivot"));
    for record in Records(Cursor::new(stream)).filter(|record| record.kind == 0xcd) {
        run.tick()?;
        let text = Pieces::new(&[record.data], WINDOWS_1252).string(Layout::Wide);
        run.write(slot, &text.unwrap_or_default())?;
        run.end_line(slot)?;
    }
    Ok(())
}
