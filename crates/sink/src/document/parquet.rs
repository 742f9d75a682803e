//! Apache Parquet (format 2.11): findings and gaps as columns, for whoever counts and
//! joins.
//!
//! Written by hand, since all that is needed is one schema in plain pages: strings, numbers, times, and
//! lists of strings, compressed by Snappy. Rows are kept until a group of them is complete, so memory is
//! bounded by a group; the footer grows by four kilobytes for each.

mod page;
mod thrift;

use self::{
    page::Pages,
    thrift::{Struct, Type},
};
use super::{
    About, Body, Row, Scanned,
    columns::{COLUMNS, Cell, Kind},
};

const MAGIC: &[u8] = b"PAR1";
/// Rows in a group: some ten megabytes.
const GROUP_ROWS: u64 = 10_000;

/// A file that is being written.
pub(super) struct Parquet {
    /// What was given out so far.
    written_bytes: i64,
    rows: u64,
    rows_in_group: u64,
    columns: Vec<Pages>,
    groups: Vec<Struct>,
}

impl Parquet {
    pub(super) fn begin(out: &mut Vec<u8>) -> Self {
        out.extend_from_slice(MAGIC);
        Self {
            written_bytes: bytes(MAGIC.len()),
            rows: 0,
            rows_in_group: 0,
            columns: COLUMNS.iter().map(|column| Pages::new(column.kind)).collect(),
            groups: Vec::new(),
        }
    }

    /// Adds a row, and writes the group if it is complete.
    fn row(&mut self, out: &mut Vec<u8>, row: Row<'_>) {
        for (pages, column) in self.columns.iter_mut().zip(COLUMNS) {
            match (column.cell)(row) {
                Cell::Text(text) => pages.text(text.as_deref()),
                Cell::Texts(texts) => pages.texts(texts),
                Cell::Count(count) => pages.number(count.and_then(|count| count.try_into().ok())),
                Cell::Time(time) => pages.number(time.and_then(millis)),
            }
        }
        self.rows = self.rows.saturating_add(1);
        self.rows_in_group = self.rows_in_group.saturating_add(1);
        if self.rows_in_group >= GROUP_ROWS {
            self.group(out);
        }
    }

    /// Writes the last group and the footer.
    fn close(&mut self, out: &mut Vec<u8>) {
        if self.rows_in_group > 0 {
            self.group(out);
        }
        let footer = footer(self.rows, std::mem::take(&mut self.groups)).encoded();
        out.extend_from_slice(&footer);
        out.extend_from_slice(&u32::try_from(footer.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend_from_slice(MAGIC);
    }

    fn group(&mut self, out: &mut Vec<u8>) {
        let start = self.written_bytes;
        let mut chunks = Vec::new();
        for (pages, column) in self.columns.iter_mut().zip(COLUMNS) {
            let offset = self.written_bytes;
            let page = std::mem::replace(pages, Pages::new(column.kind)).finish();
            self.written_bytes = self.written_bytes.saturating_add(bytes(page.bytes.len()));
            chunks.push(chunk(column.name, column.kind, offset, &page));
            out.extend_from_slice(&page.bytes);
        }
        let size = self.written_bytes.saturating_sub(start);
        let rows = i64::try_from(self.rows_in_group).unwrap_or(i64::MAX);
        self.groups.push(Struct::new().structs(1, chunks).i64(2, size).i64(3, rows));
        self.rows_in_group = 0;
    }
}

impl Body for Parquet {
    fn add(&mut self, out: &mut Vec<u8>, about: &About<'_>, scanned: &Scanned) {
        let findings = scanned.findings.iter().map(Row::Finding);
        let gaps = scanned.gaps.iter().map(|gap| Row::Gap(gap, &about.at));
        for row in findings.chain(gaps) {
            self.row(out, row);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>, _: &About<'_>) {
        self.close(out);
    }
}

fn millis(time: &str) -> Option<i64> {
    time.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond)
}

fn bytes(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// `FileMetaData` of the format.
fn footer(rows: u64, groups: Vec<Struct>) -> Struct {
    let root = i32::try_from(COLUMNS.len()).unwrap_or(i32::MAX);
    let mut schema = vec![Struct::new().string(4, "dosimeter").i32(5, root)];
    schema.extend(COLUMNS.iter().flat_map(|column| elements(column.name, column.kind)));
    Struct::new()
        .i32(1, 2)
        .structs(2, schema)
        .i64(3, i64::try_from(rows).unwrap_or(i64::MAX))
        .structs(4, groups)
        .string(6, concat!("Dosimeter version ", env!("CARGO_PKG_VERSION")))
}

const INT64: i32 = 2;
const BYTE_ARRAY: i32 = 6;
const REQUIRED: i32 = 0;
const OPTIONAL: i32 = 1;
const REPEATED: i32 = 2;

/// `SchemaElement`s of one column: one, or the three of a list.
fn elements(name: &str, kind: Kind) -> Vec<Struct> {
    // The union of logical types has an empty structure for what needs no parameters.
    let string = || Struct::new().field(1, Struct::new());
    let text = |name: &str, repetition: i32| {
        let element = Struct::new().i32(1, BYTE_ARRAY).i32(3, repetition).string(4, name);
        element.i32(6, 0).field(10, string())
    };
    let number = || Struct::new().i32(1, INT64).i32(3, OPTIONAL).string(4, name);
    match kind {
        Kind::Text => vec![text(name, OPTIONAL)],
        Kind::Count => vec![number()],
        Kind::Time => {
            let unit = Struct::new().field(1, Struct::new());
            let timestamp = Struct::new().bool(1, true).field(2, unit);
            vec![number().i32(6, 9).field(10, Struct::new().field(8, timestamp))]
        }
        Kind::Texts => {
            let list = Struct::new().field(3, Struct::new());
            let outer = Struct::new().i32(3, REQUIRED).string(4, name).i32(5, 1).i32(6, 3);
            let middle = Struct::new().i32(3, REPEATED).string(4, "list").i32(5, 1);
            vec![outer.field(10, list), middle, text("element", REQUIRED)]
        }
    }
}

/// `ColumnChunk` with its `ColumnMetaData`.
fn chunk(name: &str, kind: Kind, offset: i64, page: &page::Page) -> Struct {
    let physical = if matches!(kind, Kind::Text | Kind::Texts) { BYTE_ARRAY } else { INT64 };
    let path: &[&str] = if kind == Kind::Texts { &[name, "list", "element"] } else { &[name] };
    let meta = Struct::new()
        .i32(1, physical)
        // Plain values, and levels in runs.
        .list(2, Type::I32, &[0, 3].map(thrift::zigzag))
        .list(3, Type::Binary, &path.iter().map(|part| thrift::binary(part)).collect::<Vec<_>>())
        .i32(4, page::SNAPPY)
        .i64(5, page.values)
        .i64(6, page.plain_bytes)
        .i64(7, bytes(page.bytes.len()))
        .i64(9, offset);
    Struct::new().i64(2, offset).field(3, meta)
}
