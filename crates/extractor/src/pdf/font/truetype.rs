//! What the glyphs of an embedded `TrueType` font mean, by the font's own table (OpenType 1.9, `cmap`).
//!
//! A last resort for composite fonts without a character map: their codes are numbers of glyphs, and the
//! table, read backwards, gives the character of each glyph.

use std::collections::BTreeMap;

use crate::cursor::Cursor;

/// The character of each glyph.
pub(super) type Glyphs = BTreeMap<u16, char>;

/// Mappings that are read of one font: more than there are glyphs.
const MAPPINGS_MAX: usize = 200_000;

/// Reads the table; empty if there is none that knows Unicode.
pub(super) fn glyphs(font: &[u8]) -> Glyphs {
    table(font, *b"cmap").and_then(read).unwrap_or_default()
}

fn table(font: &[u8], tag: [u8; 4]) -> Option<&[u8]> {
    let count = Cursor::at(font, 4)?.u16_be()?;
    let mut records = Cursor::at(font, 12)?;
    for _ in 0..count {
        let found = records.take(4)? == tag.as_slice();
        records.skip(4)?;
        let (offset, _length) = (records.u32_be()?, records.u32_be()?);
        if found {
            return font.get(usize::try_from(offset).ok()?..);
        }
    }
    None
}

fn read(table: &[u8]) -> Option<Glyphs> {
    let mut cursor = Cursor::at(table, 2)?;
    let count = cursor.u16_be()?;
    let mut best: Option<(u8, &[u8])> = None;
    for _ in 0..count.min(64) {
        let (platform, encoding) = (cursor.u16_be()?, cursor.u16_be()?);
        let offset = usize::try_from(cursor.u32_be()?).ok()?;
        let rank = match (platform, encoding) {
            (3, 10) | (0, 4..) => 3,
            (3, 1) | (0, _) => 2,
            _ => continue,
        };
        if let Some(subtable) = table.get(offset..)
            && best.is_none_or(|(known, _)| known < rank)
        {
            best = Some((rank, subtable));
        }
    }
    let (_, subtable) = best?;
    let mut glyphs = Glyphs::new();
    let mut visited = 0_usize;
    let mut add = |code: u32, glyph: u16| {
        visited = visited.saturating_add(1);
        if let Some(character) = char::from_u32(code).filter(|_| glyph != 0) {
            glyphs.entry(glyph).or_insert(character);
        }
        visited < MAPPINGS_MAX
    };
    match Cursor::new(subtable).u16_be()? {
        4 => segments(subtable, &mut add)?,
        6 => {
            let mut cursor = Cursor::at(subtable, 6)?;
            let (first, count) = (cursor.u16_be()?, cursor.u16_be()?);
            for code in (u32::from(first)..).take(usize::from(count)) {
                add(code, cursor.u16_be()?);
            }
        }
        12 => groups(subtable, &mut add)?,
        _ => {}
    }
    Some(glyphs)
}

/// Format 4: ranges of codes with a distance to the glyph, or with a list of glyphs.
fn segments(table: &[u8], add: &mut impl FnMut(u32, u16) -> bool) -> Option<()> {
    let double = usize::from(Cursor::at(table, 6)?.u16_be()?);
    let start_of = |list: usize| list.saturating_mul(double).saturating_add(14);
    let mut ends = Cursor::at(table, 14)?;
    let mut starts = Cursor::at(table, start_of(1).saturating_add(2))?;
    let mut deltas = Cursor::at(table, start_of(2).saturating_add(2))?;
    for index in 0..double / 2 {
        let (end, start, delta) = (ends.u16_be()?, starts.u16_be()?, deltas.u16_be()?);
        let at = start_of(3).saturating_add(2).saturating_add(index.saturating_mul(2));
        let offset = usize::from(Cursor::at(table, at)?.u16_be()?);
        for code in start..=end {
            let glyph = if offset == 0 {
                code.wrapping_add(delta)
            } else {
                let step = usize::from(code.saturating_sub(start)).saturating_mul(2);
                let listed = Cursor::at(table, at.saturating_add(offset).saturating_add(step));
                match listed.and_then(|mut listed| listed.u16_be()) {
                    Some(0) | None => 0,
                    Some(glyph) => glyph.wrapping_add(delta),
                }
            };
            if !add(u32::from(code), glyph) {
                return Some(());
            }
        }
    }
    Some(())
}

/// Format 12: ranges of codes, each with its first glyph.
fn groups(table: &[u8], add: &mut impl FnMut(u32, u16) -> bool) -> Option<()> {
    let mut cursor = Cursor::at(table, 12)?;
    let count = cursor.u32_be()?;
    for _ in 0..count {
        let (start, end, first) = (cursor.u32_be()?, cursor.u32_be()?, cursor.u32_be()?);
        for code in start..=end {
            let glyph = first.saturating_add(code.saturating_sub(start));
            if !add(code, u16::try_from(glyph).unwrap_or(0)) {
                return Some(());
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(subtable: &[u16], expected: &[(u16, char)]) {
        let mut font: Vec<u16> = vec![1, 0, 1, 0, 0, 0];
        font.extend([0x636d, 0x6170, 0, 0, 0, 28, 0, 100]);
        font.extend([0, 1, 3, 1, 0, 12]);
        font.extend(subtable);
        let bytes: Vec<u8> = font.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(glyphs(&bytes), expected.iter().copied().collect());
    }

    #[test]
    fn glyphs_have_the_characters_that_point_at_them() {
        // Codes 65 to 66 at a distance of -60; then 97 through a list.
        check(
            &[4, 40, 0, 6, 0, 0, 0, 66, 97, 0xffff, 0, 65, 97, 0xffff, 0xffc4, 0, 1, 0, 4, 0, 9],
            &[(5, 'A'), (6, 'B'), (9, 'a')],
        );
        check(&[6, 0, 0, 48, 2, 7, 8], &[(7, '0'), (8, '1')]);
        check(&[12, 0, 0, 0, 0, 0, 0, 1, 1, 0xf600, 1, 0xf601, 0, 3], &[(3, '😀'), (4, '😁')]);
        check(&[4, 0], &[]);
    }
}
