//! Metafiles of 16-bit Windows ([MS-WMF]).

use dosimeter_record::GapReason;

use super::{GLYPHS, Page, Piece};
use crate::{
    cursor::Cursor,
    run::{Read, Run, Stop},
};

/// What stands before the header where a program says how large the drawing is meant to be (2.3.2.3).
const PLACED: &[u8] = b"\xd7\xcd\xc6\x9a";
const PLACED_BYTES: usize = 22;
const HEADER_BYTES: usize = 18;

/// Records that copy pixels (2.3.1). Without a picture they are as long as their fields.
const PIXELS: [u16; 6] = [0x0922, 0x0b23, 0x0940, 0x0b41, 0x0d33, 0x0f43];
const FIELDS_BYTES_MAX: usize = 30;

/// Whether there is a placement, or a header: in memory or on disk, nine words, version 1 or 3 (2.3.2.2).
pub(super) fn is_old(bytes: &[u8]) -> bool {
    bytes.starts_with(PLACED) || matches!(bytes, [1 | 2, 0, 9, 0, 0, 1 | 3, ..])
}

pub(super) fn read(run: &mut Run<'_>, bytes: &[u8], page: &mut Page) -> Read {
    let placed = if bytes.starts_with(PLACED) { PLACED_BYTES } else { 0 };
    let records = bytes.get(placed.saturating_add(HEADER_BYTES)..).unwrap_or_default();
    let mut cursor = Cursor::new(records);
    loop {
        run.tick()?;
        let (Some(words), Some(kind)) = (cursor.u32_le(), cursor.u16_le()) else {
            return Err(Stop(GapReason::Malformed));
        };
        // In words, with length and kind; the last record may have no length.
        let length = usize::try_from(words).unwrap_or(usize::MAX).saturating_mul(2).checked_sub(6);
        if kind == 0 {
            return Ok(());
        }
        let Some(data) = length.and_then(|length| cursor.take(length)) else {
            return Err(Stop(GapReason::Malformed));
        };
        match kind {
            0x02fb => {
                if let Some(charset) = data.get(13) {
                    page.font(*charset);
                }
            }
            0x0521 => text(run, data, page)?,
            0x0a32 => text_with_advances(run, data, page)?,
            kind if PIXELS.contains(&kind) && data.len() > FIELDS_BYTES_MAX => {
                page.has_picture = true;
            }
            _ => {}
        }
    }
}

/// Length, text to a whole word, place (2.3.3.20).
fn text(run: &mut Run<'_>, data: &[u8], page: &mut Page) -> Read {
    let fields = || {
        let mut fields = Cursor::new(data);
        let count = usize::from(fields.u16_le()?);
        let text = fields.take(count)?;
        fields.skip(count % 2)?;
        let (y, x) = (signed(&mut fields)?, signed(&mut fields)?);
        Some((text, Piece { x, y, width: None, characters: 0 }))
    };
    match fields() {
        Some((text, piece)) => page.bytes(run, text, piece),
        None => Ok(()),
    }
}

/// Place, length, options, maybe a rectangle, text to a whole word, maybe advances (2.3.3.5).
fn text_with_advances(run: &mut Run<'_>, data: &[u8], page: &mut Page) -> Read {
    const HAS_RECTANGLE: u16 = 6;
    let fields = || {
        let mut fields = Cursor::new(data);
        let (y, x) = (signed(&mut fields)?, signed(&mut fields)?);
        let (characters, options) = (fields.u16_le()?, fields.u16_le()?);
        fields.skip(if options & HAS_RECTANGLE == 0 { 0 } else { 8 })?;
        let count = usize::from(characters);
        let text = fields.take(count)?;
        // What comes after the text may be missing, and its last byte too.
        fields.skip(count % 2);
        let (advances, _) = fields.rest().as_chunks::<2>();
        let width = (advances.len() >= count).then(|| {
            advances.iter().take(count).map(|bytes| i64::from(i16::from_le_bytes(*bytes))).sum()
        });
        Some((text, options, Piece { x, y, width, characters: i64::from(characters) }))
    };
    match fields() {
        Some((_, options, _)) if u32::from(options) & GLYPHS != 0 => {
            page.has_picture = true;
            Ok(())
        }
        Some((text, _, piece)) => page.bytes(run, text, piece),
        None => Ok(()),
    }
}

fn signed(fields: &mut Cursor<'_>) -> Option<i64> {
    fields.u16_le().map(|bits| i64::from(bits.cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let words = u32::try_from(data.len() / 2).unwrap() + 3;
        [&words.to_le_bytes()[..], &kind.to_le_bytes(), data].concat()
    }

    fn file(records: &[Vec<u8>]) -> Vec<u8> {
        let header = b"\x01\0\x09\0\0\x03\0\0\0\0\0\0\0\0\0\0\0\0";
        [&header[..], &records.concat(), &record(0, &[])].concat()
    }

    fn numbers(numbers: &[i16]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn text_is_read_in_the_charset_of_its_font() {
        let mut font = vec![0; 18];
        font[13] = 204;
        let plain = [&numbers(&[5])[..], b"\xcf\xe0\xf0\xee\xeb\0", &numbers(&[0, 0])].concat();
        let joined = |x, text: &[u8; 4]| {
            let place = numbers(&[20, x, 4, 0]);
            record(0x0a32, &[&place[..], text, &numbers(&[8; 4])].concat())
        };
        let records = [
            record(0x02fb, &font),
            record(0x0521, &plain),
            joined(0, b"secr"),
            joined(33, b"et: "),
        ];
        check(&file(&records), &["Парол\nsecret:"], false);
        let placed = [&b"\xd7\xcd\xc6\x9a"[..], &[0; 18], &file(&records)].concat();
        check(&placed, &["Парол\nsecret:"], false);
    }

    #[test]
    fn pixels_and_missing_ends_are_gaps() {
        check(&file(&[record(0x0f43, &[0; 200])]), &[], true);
        let whole = file(&[]);
        check(&whole[..whole.len() - 2], &[], true);
    }
}
