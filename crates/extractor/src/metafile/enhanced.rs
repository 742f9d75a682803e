//! Enhanced metafiles ([MS-EMF]), and the calls of GDI+ that stand in their comments ([MS-EMFPLUS]).

use dosimeter_record::GapReason;
use encoding_rs::UTF_16LE;

use super::{GLYPHS, Page, Piece};
use crate::{
    cursor::Cursor,
    run::{Read, Run, Stop},
};

/// The header is a record of kind 1, in which the signature stands (2.3.4.2).
pub(super) fn is_enhanced(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x01\0\0\0") && bytes.get(40..44) == Some(b" EMF")
}

/// Records that copy pixels (2.3.1). Without a picture they only fill, and are as long as their fields.
const PIXELS: [u32; 8] = [76, 77, 78, 79, 80, 81, 114, 116];
const FIELDS_BYTES_MAX: usize = 140;

pub(super) fn read(run: &mut Run<'_>, bytes: &[u8], page: &mut Page) -> Read {
    let mut cursor = Cursor::new(bytes);
    // GDI+ may say everything a second time, for programs that know only the older calls.
    let mut is_dual = false;
    loop {
        run.tick()?;
        let record = cursor.rest();
        let (Some(kind), Some(length)) = (cursor.u32_le(), cursor.u32_le()) else {
            // The last record, and nothing else, ends a metafile.
            return Err(Stop(GapReason::Malformed));
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let data = record.get(..length);
        if length < 8 || cursor.skip(length.saturating_sub(8)).is_none() {
            return Err(Stop(GapReason::Malformed));
        }
        let data = data.unwrap_or(record);
        match kind {
            1 => description(run, data)?,
            14 => return Ok(()),
            70 if data.get(12..16) == Some(b"EMF+") => {
                plus(run, data.get(16..).unwrap_or_default(), page, &mut is_dual)?;
            }
            82 => {
                if let Some(charset) = data.get(35) {
                    page.font(*charset);
                }
            }
            83 | 84 => text(run, data, kind == 84, page)?,
            108 => small(run, data, page)?,
            kind if PIXELS.contains(&kind) && length > FIELDS_BYTES_MAX => page.has_picture = true,
            _ => {}
        }
    }
}

/// The program and the title (2.2.9), with zeros after each.
fn description(run: &mut Run<'_>, record: &[u8]) -> Read {
    let within = || {
        let mut fields = Cursor::at(record, 60)?;
        let units = usize::try_from(fields.u32_le()?).ok()?;
        let offset = usize::try_from(fields.u32_le()?).ok()?;
        Cursor::at(record, offset)?.take(units.checked_mul(2)?)
    };
    let (text, _) = UTF_16LE.decode_without_bom_handling(within().unwrap_or_default());
    run.segment(run.part("metadata"), text.trim_matches('\0').replace('\0', "\n").trim())
}

/// A line of text with the advance of each character (2.3.5.7, 2.3.5.8, 2.2.5).
fn text(run: &mut Run<'_>, record: &[u8], is_wide: bool, page: &mut Page) -> Read {
    let Some(call) = Call::new(record, is_wide) else { return Ok(()) };
    if call.options & GLYPHS != 0 {
        page.has_picture = true;
        return Ok(());
    }
    if !is_wide {
        return page.bytes(run, call.text, call.piece);
    }
    let (text, _) = UTF_16LE.decode_without_bom_handling(call.text);
    page.text(run, &text, call.piece)
}

struct Call<'a> {
    piece: Piece,
    options: u32,
    text: &'a [u8],
}

/// Advances are given for both directions.
const PAIRS: u32 = 0x2000;

impl<'a> Call<'a> {
    fn new(record: &'a [u8], is_wide: bool) -> Option<Self> {
        let mut fields = Cursor::at(record, 36)?;
        let (x, y) = (signed(&mut fields)?, signed(&mut fields)?);
        let characters = fields.u32_le()?;
        let offset = usize::try_from(fields.u32_le()?).ok()?;
        let options = fields.u32_le()?;
        fields.skip(16)?;
        let advances = usize::try_from(fields.u32_le()?).ok()?;
        let count = usize::try_from(characters).ok()?;
        let bytes = if is_wide { count.checked_mul(2)? } else { count };
        let text = Cursor::at(record, offset)?.take(bytes)?;
        let step = if options & PAIRS != 0 { 2 } else { 1 };
        let advances = record.get(advances..).filter(|_| advances > 0).unwrap_or_default();
        let (advances, _) = advances.as_chunks::<4>();
        let widths = advances.iter().step_by(step).take(count);
        let width = (advances.len() >= count.saturating_mul(step))
            .then(|| widths.map(|bytes| i64::from(i32::from_le_bytes(*bytes))).sum());
        let piece = Piece { x, y, width, characters: i64::from(characters) };
        Some(Self { piece, options, text })
    }
}

/// Text without advances, in bytes or in units (2.3.5.37).
fn small(run: &mut Run<'_>, record: &[u8], page: &mut Page) -> Read {
    const IS_WITHOUT_BOUNDS: u32 = 0x100;
    const IS_NARROW: u32 = 0x200;
    let fields = || {
        let mut fields = Cursor::at(record, 8)?;
        let (x, y) = (signed(&mut fields)?, signed(&mut fields)?);
        let (characters, options) = (fields.u32_le()?, fields.u32_le()?);
        fields.skip(if options & IS_WITHOUT_BOUNDS == 0 { 28 } else { 12 })?;
        let count = usize::try_from(characters).ok()?;
        let is_wide = options & IS_NARROW == 0;
        let text = fields.take(if is_wide { count.checked_mul(2)? } else { count })?;
        let piece = Piece { x, y, width: None, characters: i64::from(characters) };
        Some((text, is_wide, options, piece))
    };
    match fields() {
        Some((_, _, options, _)) if options & GLYPHS != 0 => page.has_picture = true,
        Some((text, true, _, piece)) => {
            let (text, _) = UTF_16LE.decode_without_bom_handling(text);
            page.text(run, &text, piece)?;
        }
        // The lower halves of units: Latin-1.
        Some((text, false, _, piece)) => {
            page.text(run, &encoding_rs::mem::decode_latin1(text), piece)?;
        }
        None => {}
    }
    Ok(())
}

fn signed(fields: &mut Cursor<'_>) -> Option<i64> {
    fields.u32_le().map(|bits| i64::from(bits.cast_signed()))
}

/// The calls of GDI+ in one comment ([MS-EMFPLUS] 2.3), unless the older calls repeat them.
fn plus(run: &mut Run<'_>, comment: &[u8], page: &mut Page, is_dual: &mut bool) -> Read {
    let mut cursor = Cursor::new(comment);
    let record = |cursor: &mut Cursor<'_>| {
        let (kind, flags) = (cursor.u16_le()?, cursor.u16_le()?);
        let length = usize::try_from(cursor.u32_le()?).ok()?.checked_sub(12)?;
        Some((kind, flags, usize::try_from(cursor.u32_le()?).ok()?.min(length), length))
    };
    while let Some((kind, flags, data_bytes, length)) = record(&mut cursor) {
        run.tick()?;
        let Some(data) = cursor.take(length) else { break };
        let data = data.get(..data_bytes).unwrap_or(data);
        match kind {
            0x4001 => *is_dual = flags & 1 != 0,
            // An object that is a picture: its kind stands in the flags.
            0x4008 if flags & 0x7f00 == 0x0500 => page.has_picture = true,
            0x401c if !*is_dual => string(run, data, page)?,
            0x4036 if !*is_dual => driver_string(run, data, page)?,
            _ => {}
        }
    }
    Ok(())
}

/// A paragraph in a rectangle (2.3.4.14): brush, format, length, rectangle, text.
fn string(run: &mut Run<'_>, data: &[u8], page: &Page) -> Read {
    let within = || {
        let mut fields = Cursor::at(data, 8)?;
        let units = usize::try_from(fields.u32_le()?).ok()?;
        fields.skip(16)?;
        fields.take(units.checked_mul(2)?)
    };
    paragraph(run, within().unwrap_or_default(), page)
}

/// Characters, or glyphs, at places of their own (2.3.4.6): brush, options, matrix, number, text.
fn driver_string(run: &mut Run<'_>, data: &[u8], page: &mut Page) -> Read {
    let mut is_text = false;
    let mut within = || {
        let mut fields = Cursor::at(data, 4)?;
        is_text = fields.u32_le()? & 1 != 0;
        fields.skip(4)?;
        let units = usize::try_from(fields.u32_le()?).ok()?;
        fields.take(units.checked_mul(2)?)
    };
    let text = within().unwrap_or_default();
    if !is_text {
        page.has_picture = true;
        return Ok(());
    }
    paragraph(run, text, page)
}

fn paragraph(run: &mut Run<'_>, text: &[u8], page: &Page) -> Read {
    let (text, _) = UTF_16LE.decode_without_bom_handling(text);
    run.end_line(page.slot)?;
    run.write(page.slot, &text)
}

#[cfg(test)]
mod tests {
    use super::super::tests::check;

    fn record(kind: u32, data: &[u8]) -> Vec<u8> {
        let padded = data.len().next_multiple_of(4);
        let length = u32::try_from(padded).unwrap() + 8;
        let mut record = [kind.to_le_bytes(), length.to_le_bytes()].concat();
        record.extend(data);
        record.resize(padded + 8, 0);
        record
    }

    fn units(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn numbers(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn file(records: &[Vec<u8>]) -> Vec<u8> {
        let mut head = vec![0; 32];
        head.extend(b" EMF");
        // Twelve units of description at 100.
        head.extend(numbers(&[0x10000, 0, 0, 1, 12, 100]));
        head.resize(92, 0);
        head.extend(units("Visio\0Plan\0\0"));
        [record(1, &head), records.concat(), record(14, &[0; 12])].concat()
    }

    /// At a place, with ten units of advance for each character.
    fn line(x: u32, y: u32, text: &str) -> Vec<u8> {
        let count = u32::try_from(text.encode_utf16().count()).unwrap();
        let advances = 76 + 2 * count.next_multiple_of(2);
        let mut data = vec![0; 28];
        data.extend(numbers(&[x, y, count, 76, 0, 0, 0, 0, 0, advances]));
        data.extend(units(text));
        data.resize(usize::try_from(advances).unwrap() - 8, 0);
        data.extend(numbers(&vec![10; usize::try_from(count).unwrap()]));
        record(84, &data)
    }

    #[test]
    fn pieces_of_a_line_are_put_together() {
        let drawing = [
            line(0, 0, "4111 1111"),
            line(90, 0, " 1111 1111"),
            line(300, 0, "Visa"),
            line(0, 20, "Zoë"),
        ];
        check(&file(&drawing), &["4111 1111 1111 1111 Visa\nZoë", "Visio\nPlan"], false);
    }

    #[test]
    fn short_text_is_read_and_glyphs_and_pixels_are_not() {
        let mut data = numbers(&[0, 0, 4, 0x300, 0, 0, 0]);
        data.extend(b"tiny");
        check(&file(&[record(108, &data)]), &["tiny", "Visio\nPlan"], false);
        let mut glyphs = line(0, 0, "abc");
        glyphs[52] = 0x10;
        check(&file(&[glyphs]), &["Visio\nPlan"], true);
        check(&file(&[record(81, &[0; 400])]), &["Visio\nPlan"], true);
    }

    #[test]
    fn calls_of_the_newer_library_are_read_once() {
        let call = |kind: u16, flags: u16, data: &[u8]| {
            let length = u32::try_from(data.len()).unwrap();
            [&kind.to_le_bytes()[..], &flags.to_le_bytes(), &numbers(&[length + 12, length]), data]
                .concat()
        };
        let text = [numbers(&[0, 0, 4, 0, 0, 0, 0]), units("plus")].concat();
        let comment = |is_dual| {
            let calls = [call(0x4001, is_dual, &[0; 16]), call(0x401c, 0, &text)].concat();
            let length = u32::try_from(calls.len() + 4).unwrap();
            record(70, &[&numbers(&[length])[..], b"EMF+", &calls].concat())
        };
        check(&file(&[comment(0)]), &["plus", "Visio\nPlan"], false);
        check(&file(&[comment(1), line(0, 0, "plus")]), &["plus", "Visio\nPlan"], false);
    }

    #[test]
    fn what_is_cut_is_a_gap() {
        let whole = file(&[line(0, 0, "kept")]);
        check(&whole[..whole.len() - 10], &["kept", "Visio\nPlan"], true);
    }
}
