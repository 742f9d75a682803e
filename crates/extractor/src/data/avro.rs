//! Avro object container files (specification 1.12): blocks of records, read by their schema.

mod schema;

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

use self::schema::{Schema, Shape};
use crate::{
    capped::{self, Codec},
    cursor::Cursor,
    run::{Read, Run, Slot, Stop},
};

pub(crate) const MAGIC: &[u8] = b"Obj\x01";

/// Records within records; a schema may contain itself.
const DEPTH_MAX: usize = 64;

/// Reads the metadata, then every block; records become tab-separated lines.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let broken = Stop(GapReason::Malformed);
    let mut cursor = Cursor::at(bytes, MAGIC.len()).ok_or(broken)?;
    let (mut schema, mut codec) = (None, b"null".as_slice());
    let slot = run.open(run.part("metadata"));
    loop {
        let count = long(&mut cursor).ok_or(broken)?;
        if count == 0 {
            break;
        }
        if count < 0 {
            long(&mut cursor).ok_or(broken)?;
        }
        for _ in 0..count.unsigned_abs() {
            run.spend_entry()?;
            let key = string(&mut cursor).ok_or(broken)?;
            let value = string(&mut cursor).ok_or(broken)?;
            match key {
                b"avro.schema" => schema = Schema::parse(value),
                b"avro.codec" => codec = value,
                _ => {}
            }
            run.write(slot, &String::from_utf8_lossy(value))?;
            run.end_line(slot)?;
        }
    }
    cursor.skip(16).ok_or(broken)?;
    let schema = schema.ok_or(broken)?;
    let slot = run.open(run.place());
    while !cursor.rest().is_empty() {
        run.look()?;
        let count = long(&mut cursor).ok_or(broken)?;
        let block = string(&mut cursor).ok_or(broken)?;
        let plain = match codec {
            b"null" => None,
            b"deflate" => Some(capped::inflate(run, block)),
            _ => {
                let (codec, block) = match codec {
                    // A checksum follows the block.
                    b"snappy" => (
                        Codec::SnappyBlock,
                        block.split_last_chunk::<4>().map_or(block, |(b, _)| b),
                    ),
                    b"zstandard" => (Codec::Zstd, block),
                    b"bzip2" => (Codec::Bzip2, block),
                    b"xz" => (Codec::Xz, block),
                    _ => return Err(Stop(GapReason::Unsupported)),
                };
                Some(capped::decompress(run, codec, block))
            }
        };
        let data = plain.as_ref().map_or(block, |plain| plain.content.expose());
        let mut records = Records { schema: &schema, cursor: Cursor::new(data), slot };
        for _ in 0..count.max(0) {
            records.value(run, &schema.root, DEPTH_MAX)?;
            run.end_line(slot)?;
        }
        if let Some(plain) = plain {
            plain.end?;
        }
        cursor.skip(16).ok_or(broken)?;
    }
    Ok(())
}

/// The records of one block.
struct Records<'s, 'd> {
    schema: &'s Schema,
    cursor: Cursor<'d>,
    slot: Slot,
}

impl Records<'_, '_> {
    /// Writes one value, followed by a tab.
    fn value(&mut self, run: &mut Run<'_>, shape: &Shape, depth: usize) -> Read {
        let broken = Stop(GapReason::Malformed);
        run.spend_cell()?;
        let depth = depth.checked_sub(1).ok_or(Stop(GapReason::TooDeep))?;
        let text = match shape {
            Shape::Null => return Ok(()),
            Shape::Boolean => (self.cursor.u8().ok_or(broken)? != 0).to_string(),
            Shape::Number => long(&mut self.cursor).ok_or(broken)?.to_string(),
            Shape::Float => f32::from_bits(self.cursor.u32_le().ok_or(broken)?).to_string(),
            Shape::Double => f64::from_bits(self.cursor.u64_le().ok_or(broken)?).to_string(),
            Shape::Text => String::from_utf8_lossy(string(&mut self.cursor).ok_or(broken)?)
                .replace(['\n', '\t'], " "),
            Shape::Fixed(length) => {
                String::from_utf8_lossy(self.cursor.take(*length).ok_or(broken)?).into_owned()
            }
            Shape::Symbols(symbols) => {
                let index =
                    usize::try_from(long(&mut self.cursor).ok_or(broken)?).map_err(|_| broken)?;
                symbols.get(index).ok_or(broken)?.clone()
            }
            Shape::Named(name) => {
                let shape = self.schema.named.get(name).ok_or(broken)?;
                return self.value(run, shape, depth);
            }
            Shape::Record(fields) => {
                for field in fields {
                    self.value(run, field, depth)?;
                }
                return Ok(());
            }
            Shape::Union(shapes) => {
                let index =
                    usize::try_from(long(&mut self.cursor).ok_or(broken)?).map_err(|_| broken)?;
                let shape = shapes.get(index).ok_or(broken)?;
                return self.value(run, shape, depth);
            }
            Shape::Items { of, has_keys } => {
                return self.items(run, of, *has_keys, depth);
            }
        };
        run.write(self.slot, &text)?;
        run.write(self.slot, "\t")
    }

    /// Blocks of an array or a map, ended by an empty one.
    fn items(&mut self, run: &mut Run<'_>, of: &Shape, has_keys: bool, depth: usize) -> Read {
        let broken = Stop(GapReason::Malformed);
        loop {
            let count = long(&mut self.cursor).ok_or(broken)?;
            if count == 0 {
                return Ok(());
            }
            if count < 0 {
                long(&mut self.cursor).ok_or(broken)?;
            }
            for _ in 0..count.unsigned_abs() {
                if has_keys {
                    self.value(run, &Shape::Text, depth)?;
                }
                self.value(run, of, depth)?;
            }
        }
    }
}

/// A number with seven bits in each byte, the sign in its lowest bit.
fn long(cursor: &mut Cursor<'_>) -> Option<i64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = u64::from(cursor.u8()?);
        value |= (byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

/// Bytes after their length.
fn string<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = usize::try_from(long(cursor)?).ok()?;
    cursor.take(length)
}
