//! Apache Parquet (format 2.11): columns of values in compressed pages.
//!
//! Each column becomes a segment: its name, then its values as lines. A value that repeats stands in the
//! column's dictionary once, and is written once. Numbers in the packed encodings are a gap.

mod thrift;

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

use self::thrift::Value;
use crate::{
    capped::{self, Codec, Inflated},
    cursor::Cursor,
    grid::number,
    gzip,
    run::{Read, Run, Slot, Stop},
    strings,
};

pub(crate) const MAGIC: &[u8] = b"PAR1";
/// The magic number of a file whose footer is encrypted.
pub(crate) const MAGIC_ENCRYPTED: &[u8] = b"PARE";

/// A column as the footer describes it.
struct Column<'v> {
    meta: &'v Value,
    /// How many levels of the schema may be missing, and how many repeat.
    optional: usize,
    repeated: usize,
}

/// Reads every column.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    if bytes.starts_with(MAGIC_ENCRYPTED) {
        return Err(Stop(GapReason::Encrypted));
    }
    let footer = footer(bytes).ok_or(Stop(GapReason::Malformed))?;
    let levels = levels(&footer);
    for group in footer.field(4).items() {
        for (index, chunk) in group.field(1).items().iter().enumerate() {
            let (optional, repeated) = levels.get(index).copied().unwrap_or_default();
            let column = Column { meta: chunk.field(3), optional, repeated };
            let is_encrypted = chunk.field(8).is_some();
            run.contain(run.part("column"), |run| {
                if is_encrypted {
                    return Err(Stop(GapReason::Encrypted));
                }
                read_column(run, bytes, &column)
            });
        }
    }
    Ok(())
}

/// The footer stands before its length and the magic number at the end.
fn footer(bytes: &[u8]) -> Option<Value> {
    let (rest, length) = bytes.get(..bytes.len().checked_sub(4)?)?.split_last_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    thrift::parse(&mut Cursor::at(rest, rest.len().checked_sub(length)?)?)
}

/// For each leaf of the schema, how many of its levels are optional or repeated, and how many repeated.
fn levels(footer: &Value) -> Vec<(usize, usize)> {
    let mut leaves = Vec::new();
    // What is open: children left, and the levels so far.
    let mut open: Vec<(i64, usize, usize)> = Vec::new();
    for (index, element) in footer.field(2).items().iter().enumerate() {
        let (_, mut optional, mut repeated) = open.last().copied().unwrap_or_default();
        if index > 0 {
            let repetition = element.field(3).number().unwrap_or(0);
            optional = optional.saturating_add(usize::from(repetition > 0));
            repeated = repeated.saturating_add(usize::from(repetition == 2));
        }
        if let Some((left, _, _)) = open.last_mut() {
            *left = left.saturating_sub(1);
        }
        match element.field(5).number().unwrap_or(0) {
            0 => leaves.push((optional, repeated)),
            children => open.push((children, optional, repeated)),
        }
        while open.last().is_some_and(|(left, _, _)| *left <= 0) {
            open.pop();
        }
    }
    leaves
}

fn read_column(run: &mut Run<'_>, bytes: &[u8], column: &Column<'_>) -> Read {
    let broken = Stop(GapReason::Malformed);
    let slot = run.open(run.part("column"));
    let names: Vec<String> = column.meta.field(3).items().iter().filter_map(Value::text).collect();
    run.write(slot, &names.join("."))?;
    run.end_line(slot)?;
    let starts =
        [11, 9].map(|field| column.meta.field(field).number().filter(|offset| *offset > 0));
    let start = starts.into_iter().flatten().min().ok_or(broken)?;
    let length = column.meta.field(7).number().ok_or(broken)?;
    let from = usize::try_from(start).map_err(|_| broken)?;
    let length = usize::try_from(length).map_err(|_| broken)?;
    let rest = bytes.get(from..).ok_or(broken)?;
    let mut cursor = Cursor::new(rest.get(..length).unwrap_or(rest));
    while !cursor.rest().is_empty() {
        run.spend_page()?;
        let header = thrift::parse(&mut cursor).ok_or(broken)?;
        let compressed = header.field(3).number().and_then(|size| usize::try_from(size).ok());
        let data = cursor.take(compressed.ok_or(broken)?).ok_or(broken)?;
        page(run, column, &header, data, slot)?;
    }
    Ok(())
}

fn page(run: &mut Run<'_>, column: &Column<'_>, header: &Value, data: &[u8], slot: Slot) -> Read {
    let (details, is_second) = match header.field(1).number() {
        Some(0) => (header.field(5), false),
        Some(2) => (header.field(7), false),
        Some(3) => (header.field(8), true),
        _ => return Ok(()),
    };
    let is_data = header.field(1).number() == Some(0);
    let encoding = details.field(if is_second { 4 } else { 2 }).number().unwrap_or(0);
    if matches!(encoding, 2 | 8) && header.field(1).number() != Some(2) {
        // Numbers of entries in the dictionary.
        return Ok(());
    }
    let levels_bytes =
        |field| usize::try_from(details.field(field).number().unwrap_or(0)).unwrap_or(0);
    let levels = if is_second { levels_bytes(5).saturating_add(levels_bytes(6)) } else { 0 };
    let compressed = data.get(levels..).ok_or(Stop(GapReason::Malformed))?;
    // A page that compression would not shorten says so.
    let is_stored = is_second && details.field(7).number() == Some(0);
    let codec = if is_stored { 0 } else { column.meta.field(4).number().unwrap_or(0) };
    let plain = decompress(run, codec, compressed)?;
    let mut values = plain.as_ref().map_or(compressed, |plain| plain.content.expose());
    if is_data {
        for _ in 0..usize::from(column.repeated > 0) + usize::from(column.optional > 0) {
            let mut cursor = Cursor::new(values);
            let length = cursor.u32_le().and_then(|length| usize::try_from(length).ok());
            values = length.and_then(|length| cursor.rest().get(length..)).unwrap_or_default();
        }
    }
    let kind = column.meta.field(1).number().unwrap_or(6);
    write_values(run, slot, kind, encoding, values)?;
    plain.map_or(Ok(()), |plain| plain.end)
}

fn decompress(run: &mut Run<'_>, codec: i64, data: &[u8]) -> Read<Option<Inflated>> {
    Ok(Some(match codec {
        0 => return Ok(None),
        1 => capped::decompress(run, Codec::SnappyBlock, data),
        2 => {
            let (_, body) = gzip::member(data).ok_or(Stop(GapReason::Malformed))?;
            capped::inflate(run, body)
        }
        6 => capped::decompress(run, Codec::Zstd, data),
        _ => return Err(Stop(GapReason::Unsupported)),
    }))
}

/// Writes the values of a page: plain ones by their type, packed texts as runs.
fn write_values(run: &mut Run<'_>, slot: Slot, kind: i64, encoding: i64, values: &[u8]) -> Read {
    let mut cursor = Cursor::new(values);
    // Dictionaries say that they are in the old name of the plain encoding.
    if !matches!(encoding, 0 | 2) {
        return if matches!(kind, 6 | 7) {
            strings::read_utf8(run, slot, values, 3)
        } else {
            Err(Stop(GapReason::Unsupported))
        };
    }
    loop {
        let text = match kind {
            1 => cursor.u32_le().map(|value| value.cast_signed().to_string()),
            2 => cursor.u64_le().map(|value| value.cast_signed().to_string()),
            4 => cursor.u32_le().map(|value| number(f64::from(f32::from_bits(value)))),
            5 => cursor.u64_le().map(|value| number(f64::from_bits(value))),
            6 => cursor
                .u32_le()
                .and_then(|length| cursor.take(usize::try_from(length).ok()?))
                .map(|bytes| String::from_utf8_lossy(bytes).replace('\n', " ")),
            7 => return strings::read_utf8(run, slot, values, 3),
            // Flags, and times of 96 bits, say nothing.
            _ => None,
        };
        let Some(text) = text else { return Ok(()) };
        run.spend_cell()?;
        run.write(slot, &text)?;
        run.write(slot, "\n")?;
    }
}
