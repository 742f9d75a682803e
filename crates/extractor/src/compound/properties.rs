//! Property sets ([MS-OLEPS]): title, author, comments and whatever else people type there.

use dosimeter_record::GapReason;
use encoding_rs::{Encoding, UTF_16LE};

use crate::{
    charset,
    cursor::Cursor,
    run::{Read, Run, Stop},
};

/// Properties that one set may have.
const PROPERTIES_MAX: u32 = 10_000;

/// Types of values that are strings, and vectors of them (2.15).
const NARROW: u32 = 0x1e;
const WIDE: u32 = 0x1f;
const VECTOR: u32 = 0x1000;
const CODE_PAGE: u32 = 1;

/// Writes the strings of a stream of property sets as lines.
pub(super) fn read(run: &mut Run<'_>, stream: &[u8]) -> Read {
    let slot = run.open(run.part("metadata"));
    let sets = Cursor::at(stream, 24).and_then(|mut cursor| cursor.u32_le()).unwrap_or(0);
    for set in 0..sets.min(8) {
        let at = usize::try_from(set).unwrap_or(0).saturating_mul(20).saturating_add(44);
        let offset = Cursor::at(stream, at).and_then(|mut cursor| cursor.u32_le());
        let set = offset.and_then(|offset| stream.get(usize::try_from(offset).ok()?..));
        let set = set.ok_or(Stop(GapReason::Malformed))?;
        for text in strings(set) {
            run.tick()?;
            run.write(slot, text.trim_end_matches('\0').trim())?;
            run.end_line(slot)?;
        }
    }
    Ok(())
}

fn strings(set: &[u8]) -> Vec<String> {
    let mut cursor = Cursor::new(set);
    let mut found = Vec::new();
    let Some(count) = cursor.skip(4).and_then(|()| cursor.u32_le()) else { return found };
    let mut offsets = Vec::new();
    for _ in 0..count.min(PROPERTIES_MAX) {
        let (Some(id), Some(offset)) = (cursor.u32_le(), cursor.u32_le()) else { break };
        offsets.push((id, usize::try_from(offset).unwrap_or(usize::MAX)));
    }
    let page = offsets
        .iter()
        .find(|(id, _)| *id == CODE_PAGE)
        .and_then(|(_, offset)| Cursor::at(set, offset.checked_add(4)?)?.u16_le());
    let encoding = charset::of_code_page(page.unwrap_or(1252));
    let mut bytes_left = set.len();
    for (_, offset) in offsets {
        let Some(mut cursor) = Cursor::at(set, offset) else { continue };
        let Some(kind) = cursor.u32_le() else { continue };
        let count = if kind & VECTOR == 0 { Some(1) } else { cursor.u32_le() };
        for _ in 0..count.unwrap_or(0).min(PROPERTIES_MAX) {
            let Some(text) = string(&mut cursor, kind & !VECTOR, encoding) else { break };
            // Many properties that share one value would multiply it, also one of empty strings: each has
            // its length.
            let spent = (text.len() / 2).saturating_add(4);
            let Some(left) = bytes_left.checked_sub(spent) else { return found };
            bytes_left = left;
            found.push(text);
        }
    }
    found
}

fn string(cursor: &mut Cursor<'_>, kind: u32, encoding: &'static Encoding) -> Option<String> {
    let (encoding, unit) = match kind {
        NARROW => (encoding, 1),
        WIDE => (UTF_16LE, 2),
        _ => return None,
    };
    let length = usize::try_from(cursor.u32_le()?).ok()?.checked_mul(unit)?;
    let bytes = cursor.take(length)?;
    if unit == 2 {
        cursor.skip(length.next_multiple_of(4).saturating_sub(length));
    }
    Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten thousand properties that share ten thousand empty strings.
    #[test]
    fn strings_that_are_shared_are_no_more_than_there_is_room_for() {
        let count = 10_000_u32;
        let mut set = [0_u32.to_le_bytes(), count.to_le_bytes()].concat();
        for _ in 0..count {
            set.extend([2_u32.to_le_bytes(), (8 + 8 * count).to_le_bytes()].concat());
        }
        set.extend([(VECTOR | NARROW).to_le_bytes(), count.to_le_bytes()].concat());
        set.resize(set.len() + 40_000, 0);
        assert!(strings(&set).len() <= set.len() / 4);
    }
}
