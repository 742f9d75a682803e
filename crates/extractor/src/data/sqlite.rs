//! SQLite databases (file format 3, <https://www.sqlite.org/fileformat2.html>): the rows of every table.
//!
//! Leaf pages of tables are read wherever they stand, without walking the trees: a tree that contains
//! itself costs nothing, and tables that were dropped are read as long as their pages are whole. Indices
//! repeat columns and are left out, except in files with tables that are nothing but an index.

use dosimeter_content::{Content, ContentBuilder, Expose};
use dosimeter_record::GapReason;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::{
    Hint,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Slot, Stop},
};

pub(crate) const MAGIC: &[u8] = b"SQLite format 3\0";

const TABLE_LEAF: u8 = 0x0d;
const INDEX_LEAF: u8 = 0x0a;

/// Shorter blobs are keys and flags.
const BLOB_BYTES_MIN: usize = 8;

struct Database<'a> {
    bytes: &'a [u8],
    page_bytes: usize,
    /// Bytes of a page that hold content.
    usable: usize,
    encoding: &'static Encoding,
}

/// Where rows go, and how many blobs were files of their own.
struct Output {
    slot: Slot,
    blobs: u32,
}

/// Writes the rows as tab-separated lines, one segment for each page.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let database = Database::new(bytes).ok_or(Stop(GapReason::Malformed))?;
    let has_index_tables = memmem(bytes, b"WITHOUT ROWID");
    let mut output = Output { slot: run.open(run.place()), blobs: 0 };
    let mut damage = Ok(());
    for (number, page) in bytes.chunks(database.page_bytes).enumerate() {
        run.tick()?;
        let start = if number == 0 { 100 } else { 0 };
        let kind = page.get(start).copied().unwrap_or(0);
        if kind == TABLE_LEAF || kind == INDEX_LEAF && has_index_tables {
            run.spend_page()?;
            output.slot = run.open(run.place());
            let read = database.page(run, (page, start), &mut output);
            if read == Err(Stop(GapReason::Malformed)) {
                damage = read;
            } else {
                read?;
            }
        }
    }
    damage
}

fn memmem(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text))
}

impl<'a> Database<'a> {
    fn new(bytes: &'a [u8]) -> Option<Self> {
        let page_bytes = match Cursor::at(bytes, 16)?.u16_be()? {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            _ => return None,
        };
        let reserved = usize::from(*bytes.get(20)?);
        let encoding = match Cursor::at(bytes, 56)?.u32_be()? {
            2 => UTF_16LE,
            3 => UTF_16BE,
            _ => UTF_8,
        };
        let usable = page_bytes.checked_sub(reserved).filter(|usable| *usable >= 480)?;
        Some(Self { bytes, page_bytes, usable, encoding })
    }

    /// The cells of a leaf page (section 1.6).
    fn page(&self, run: &mut Run<'_>, (page, start): (&[u8], usize), output: &mut Output) -> Read {
        let broken = Stop(GapReason::Malformed);
        let is_table = page.get(start) == Some(&TABLE_LEAF);
        let mut header = Cursor::at(page, start.saturating_add(3)).ok_or(broken)?;
        let count = header.u16_be().ok_or(broken)?;
        let mut pointers = Cursor::at(page, start.saturating_add(8)).ok_or(broken)?;
        for _ in 0..count {
            run.tick()?;
            let offset = usize::from(pointers.u16_be().ok_or(broken)?);
            let record = self.cell(run, page, offset, is_table).ok_or(broken)?;
            run.spend_expansion(record.len())?;
            self.record(run, record.expose(), output)?;
            run.end_line(output.slot)?;
        }
        Ok(())
    }

    /// The payload of a cell, with what overflows into other pages.
    fn cell(&self, run: &Run<'_>, page: &[u8], offset: usize, is_table: bool) -> Option<Content> {
        let mut cursor = Cursor::at(page, offset)?;
        let length = usize::try_from(variable(&mut cursor)?).ok()?;
        if is_table {
            variable(&mut cursor)?;
        }
        let local_max = if is_table {
            self.usable.saturating_sub(35)
        } else {
            self.usable.saturating_sub(12).saturating_mul(64) / 255 - 23
        };
        let local = if length <= local_max {
            length
        } else {
            let least = self.usable.saturating_sub(12).saturating_mul(32) / 255 - 23;
            let wanted =
                least.saturating_add(length.saturating_sub(least) % self.usable.saturating_sub(4));
            if wanted <= local_max { wanted } else { least }
        };
        let limit = length.min(run.expansion_room());
        let mut output = ContentBuilder::with_limit(limit);
        let mut fits = output.push(cursor.take(local)?);
        let mut next = if local < length { cursor.u32_be()? } else { 0 };
        // Each page of a chain gives bytes, so a chain that contains itself ends with the length.
        while next != 0 && fits && output.len() < limit {
            let from = usize::try_from(next).ok()?.checked_sub(1)?.checked_mul(self.page_bytes)?;
            let page = self.bytes.get(from..from.checked_add(self.usable)?)?;
            let (number, data) = page.split_first_chunk::<4>()?;
            next = u32::from_be_bytes(*number);
            fits = output.push(data);
        }
        Some(output.finish())
    }

    /// The values of a record (section 2.1).
    fn record(&self, run: &mut Run<'_>, record: &[u8], output: &mut Output) -> Read {
        let slot = output.slot;
        let mut header = Cursor::new(record);
        let Some(length) = variable(&mut header).and_then(|length| usize::try_from(length).ok())
        else {
            return Ok(());
        };
        let mut body = Cursor::new(record.get(length..).unwrap_or_default());
        let mut is_first = true;
        while record.len().saturating_sub(header.rest().len()) < length {
            let Some(kind) = variable(&mut header) else { break };
            run.spend_cell()?;
            if !std::mem::take(&mut is_first) {
                run.write(slot, "\t")?;
            }
            let Some(bytes) = body.take(value_bytes(kind)) else { break };
            match kind {
                1..=6 => run.write(slot, &integer(bytes).to_string())?,
                7 => {
                    let bits = bytes.first_chunk().map_or(0, |bits| u64::from_be_bytes(*bits));
                    run.write(slot, &f64::from_bits(bits).to_string())?;
                }
                8 => run.write(slot, "0")?,
                9 => run.write(slot, "1")?,
                _ if kind >= 13 && kind % 2 == 1 => {
                    let text = self.encoding.decode_without_bom_handling(bytes).0;
                    // A line break within a value would start a row.
                    run.write(slot, &text.replace(['\n', '\r', '\t'], " "))?;
                }
                _ if kind >= 12 && bytes.len() >= BLOB_BYTES_MIN => {
                    output.blobs = output.blobs.saturating_add(1);
                    run.spend_entry()?;
                    run.inside(output.blobs, |run| {
                        dispatch::read(run, bytes, Hint::default());
                        Ok(())
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// How many bytes a value of a kind takes.
fn value_bytes(kind: u64) -> usize {
    match kind {
        1..=4 => usize::try_from(kind).unwrap_or(0),
        5 => 6,
        6 | 7 => 8,
        0..=11 => 0,
        _ => usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX),
    }
}

/// A signed number of up to eight bytes.
fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
    bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte))
}

/// A number with seven bits in each byte, eight in the ninth.
fn variable(cursor: &mut Cursor<'_>) -> Option<u64> {
    let mut value = 0_u64;
    for index in 0..9 {
        let byte = u64::from(cursor.u8()?);
        if index == 8 {
            return Some(value << 8 | byte);
        }
        value = value << 7 | byte & 0x7f;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}
