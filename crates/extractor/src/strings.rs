//! The last resort for binary formats: runs of readable characters.
//!
//! Works well on the older Office formats, databases, notes and mail stores, whose text stands
//! uncompressed in them; finds nothing in compressed ones. The caller adds the gap.

use crate::run::{Read, Run, Slot};

/// Shorter runs are mostly chance: in noise, six printable bytes in a row start at one position of
/// four hundred, and four at one of fifty.
const RUN_CHARS_MIN: usize = 6;

/// Writes the runs of Windows-1252 and of UTF-16LE text as lines into a segment of their own. O(n).
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let slot = run.open(run.part("strings"));
    narrow(run, slot, bytes)?;
    for offset in 0..2 {
        wide(run, slot, bytes.get(offset..).unwrap_or_default())?;
    }
    Ok(())
}

/// Writes the runs of UTF-8 text, for formats whose records hold such strings. O(n).
pub(crate) fn read_utf8(run: &mut Run<'_>, slot: Slot, bytes: &[u8], chars_min: usize) -> Read {
    for chunk in bytes.utf8_chunks() {
        for piece in chunk.valid().split(|c: char| c.is_control() && !c.is_whitespace()) {
            run.tick()?;
            let piece = piece.trim();
            if piece.chars().nth(chars_min.saturating_sub(1)).is_some() {
                run.write(slot, piece)?;
                run.write(slot, "\n")?;
            }
        }
    }
    Ok(())
}

fn narrow(run: &mut Run<'_>, slot: Slot, bytes: &[u8]) -> Read {
    let mut rest = bytes;
    while let Some(start) = rest.iter().position(|&byte| is_printable(byte)) {
        run.tick()?;
        let from = rest.get(start..).unwrap_or_default();
        let end = from.iter().position(|&byte| !is_printable(byte)).unwrap_or(from.len());
        let (piece, next) = from.split_at_checked(end).unwrap_or((from, &[]));
        if piece.len() >= RUN_CHARS_MIN {
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(piece);
            run.write(slot, &text)?;
            run.write(slot, "\n")?;
        }
        rest = next;
    }
    Ok(())
}

/// One of the two alignments of UTF-16LE: only characters below U+0250, so that chance pairs of
/// bytes do not become ideographs.
fn wide(run: &mut Run<'_>, slot: Slot, bytes: &[u8]) -> Read {
    let (mut rest, _) = bytes.as_chunks::<2>();
    while let Some(start) = rest.iter().position(|pair| letter(*pair).is_some()) {
        run.tick()?;
        let from = rest.get(start..).unwrap_or_default();
        let text: String = from.iter().map_while(|pair| letter(*pair)).collect();
        let length = text.chars().count();
        if length >= RUN_CHARS_MIN {
            run.write(slot, &text)?;
            run.write(slot, "\n")?;
        }
        rest = from.get(length..).unwrap_or_default();
    }
    Ok(())
}

fn letter(pair: [u8; 2]) -> Option<char> {
    let character = char::from_u32(u32::from(u16::from_le_bytes(pair)))?;
    matches!(character, ' '..='~' | '\u{a0}'..='\u{24f}').then_some(character)
}

/// ASCII and the letters of Windows-1252.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0xc0..=0xff)
}
