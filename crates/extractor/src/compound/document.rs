//! Word documents of 1995 to 2003 ([MS-DOC]): the piece table says where the text stands.

use std::borrow::Cow;

use dosimeter_content::Expose;
use dosimeter_record::GapReason;
use encoding_rs::{Encoding, UTF_16LE, WINDOWS_1252};

use super::container::Compound;
use crate::{
    cursor::Cursor,
    run::{Read, Run, Slot, Stop},
    text,
};

pub(super) const STREAM: &str = "WordDocument";

/// The subdocuments in the order in which their text stands (2.3), and what locators call them.
const PARTS: [Option<&str>; 8] = [
    None,
    Some("footnote"),
    Some("header"),
    Some("macro"),
    Some("comment"),
    Some("endnote"),
    Some("text_box"),
    Some("text_box"),
];

/// What the head of the stream says (2.5).
struct Head {
    is_encrypted: bool,
    /// Word 6 and 95, which knew no Unicode.
    is_old: bool,
    table: &'static str,
    encoding: &'static Encoding,
    /// Whether each character of an old document takes two bytes, as in the versions for East Asia.
    is_double: bool,
    /// Where the piece table stands: offset and length.
    pieces: (usize, usize),
    /// Where the text of a document without a piece table stands.
    plain: (usize, usize),
    lengths: [usize; 8],
}

/// Reads the document in a storage.
pub(super) fn read(run: &mut Run<'_>, file: &Compound<'_>, storage: usize) -> Read {
    let Some(entry) = file.find(storage, STREAM) else { return Err(Stop(GapReason::Malformed)) };
    let (main, end) = file.open(run, entry);
    let head = head(main.expose()).ok_or(Stop(GapReason::Malformed))?;
    if head.is_encrypted {
        return Err(Stop(GapReason::Encrypted));
    }
    let table = file.find(storage, head.table).map(|entry| file.open(run, entry));
    let mut pieces = table
        .as_ref()
        // Word 95 keeps its table in the main stream.
        .map_or(main.expose(), |(table, _)| table.expose())
        .get(head.pieces.0..)
        .and_then(|rest| pieces(rest.get(..head.pieces.1)?, head.is_old))
        .unwrap_or_default();
    if pieces.is_empty() {
        let (from, to) = head.plain;
        let units = to.saturating_sub(from);
        pieces.push(Piece { units, offset: from, is_wide: false });
    }
    let mut writer = Writer { slot: None, part: 0, left: head.lengths };
    let narrow = narrow(main.expose(), &pieces, &head);
    for piece in pieces {
        run.tick()?;
        let bytes = bytes_of(main.expose(), &piece, &head);
        run.spend_expansion(bytes.len())?;
        let encoding = if piece.is_wide { UTF_16LE } else { narrow };
        writer.write(run, &encoding.decode_without_bom_handling(&bytes).0)?;
    }
    run.note(end);
    Ok(())
}

/// The bytes of a piece in its encoding.
fn bytes_of<'m>(main: &'m [u8], piece: &Piece, head: &Head) -> Cow<'m, [u8]> {
    let is_double = piece.is_wide || head.is_double;
    let length = if is_double { piece.units.saturating_mul(2) } else { piece.units };
    let rest = main.get(piece.offset..).unwrap_or_default();
    let bytes = rest.get(..length).unwrap_or(rest);
    if !head.is_double {
        return Cow::Borrowed(bytes);
    }
    // Single characters stand before a zero, double ones with their bytes turned around.
    let units = bytes.as_chunks::<2>().0;
    Cow::Owned(
        units.iter().flat_map(|[low, high]| [*high, *low]).filter(|byte| *byte != 0).collect(),
    )
}

/// The charset of what is not Unicode. Word 95 says which language the program was in; what is mostly
/// letters beyond ASCII was written in another one, if that was one of Western Europe.
fn narrow(main: &[u8], pieces: &[Piece], head: &Head) -> &'static Encoding {
    if !head.is_old || head.encoding != WINDOWS_1252 {
        return head.encoding;
    }
    let mut sample = Vec::new();
    for piece in pieces {
        sample.extend_from_slice(&bytes_of(main, piece, head));
        if sample.len() > SAMPLE_BYTES {
            break;
        }
    }
    let foreign = sample.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = sample.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if foreign > letters { text::guess(&sample) } else { head.encoding }
}

/// So many bytes tell a charset.
const SAMPLE_BYTES: usize = 64 * 1024;

fn head(main: &[u8]) -> Option<Head> {
    let at =
        |offset: usize| Cursor::at(main, offset)?.u32_le().map(|n| usize::try_from(n).unwrap_or(0));
    let magic = Cursor::at(main, 0)?.u16_le()?;
    if !matches!(magic, 0xa5ec | 0xa5dc | 0xa697..=0xa699) {
        return None;
    }
    let version = Cursor::at(main, 2)?.u16_le()?;
    let language = Cursor::at(main, 6)?.u16_le()?;
    let flags = Cursor::at(main, 10)?.u16_le()?;
    let is_old = version < 105;
    let (pieces, lengths) = if is_old { (0x160, 0x34) } else { (0x1a2, 0x4c) };
    let mut counts = [0; 8];
    for (index, count) in counts.iter_mut().enumerate() {
        *count = at(index.saturating_mul(4).saturating_add(lengths))?;
    }
    Some(Head {
        is_encrypted: flags & 0x100 != 0,
        is_old,
        table: match (is_old, flags & 0x200 != 0) {
            (true, _) => "",
            (false, true) => "1Table",
            (false, false) => "0Table",
        },
        encoding: match (is_old, Cursor::at(main, 0x14)?.u16_le()?) {
            (true, MACINTOSH) => encoding_rs::MACINTOSH,
            (true, _) => charset(language),
            (false, _) => WINDOWS_1252,
        },
        is_double: matches!(magic, 0xa697..=0xa699),
        pieces: (at(pieces)?, at(pieces.saturating_add(4))?),
        plain: (at(0x18)?, at(0x1c)?),
        lengths: counts,
    })
}

/// The character set of documents that Word for Macintosh wrote (2.5.1, `chs`).
const MACINTOSH: u16 = 256;

/// The charset of Word 95, by the language that the document was written under.
fn charset(language: u16) -> &'static Encoding {
    match language & 0x3ff {
        0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x24 => encoding_rs::WINDOWS_1250,
        0x02 | 0x19 | 0x22 | 0x23 => encoding_rs::WINDOWS_1251,
        0x04 if matches!(language, 0x0404 | 0x0c04) => encoding_rs::BIG5,
        0x04 => encoding_rs::GBK,
        0x08 => encoding_rs::WINDOWS_1253,
        0x0d => encoding_rs::WINDOWS_1255,
        0x11 => encoding_rs::SHIFT_JIS,
        0x12 => encoding_rs::EUC_KR,
        0x1f => encoding_rs::WINDOWS_1254,
        _ => WINDOWS_1252,
    }
}

/// A run of text: how many characters, and where.
struct Piece {
    units: usize,
    offset: usize,
    is_wide: bool,
}

/// The piece table (2.9.38): formatting to skip, then positions and descriptors.
fn pieces(table: &[u8], is_old: bool) -> Option<Vec<Piece>> {
    let mut cursor = Cursor::new(table);
    while cursor.rest().first() == Some(&1) {
        cursor.skip(1)?;
        let length = cursor.u16_le()?;
        cursor.skip(usize::from(length))?;
    }
    if cursor.u8()? != 2 {
        return None;
    }
    let length = usize::try_from(cursor.u32_le()?).ok()?;
    let rest = cursor.rest();
    let table = rest.get(..length).unwrap_or(rest);
    let count = table.len().checked_sub(4)? / 12;
    let (mut starts, mut descriptors) =
        (Cursor::new(table), Cursor::at(table, count.saturating_add(1).saturating_mul(4))?);
    let mut from = starts.u32_le()?;
    let mut pieces = Vec::new();
    for _ in 0..count {
        let to = starts.u32_le()?;
        descriptors.skip(2)?;
        let position = descriptors.u32_le()?;
        descriptors.skip(2)?;
        let is_wide = !is_old && position & 0x4000_0000 == 0;
        let offset = usize::try_from(position & 0x3fff_ffff).ok()?;
        let is_halved = !is_old && !is_wide;
        pieces.push(Piece {
            units: usize::try_from(to.saturating_sub(from)).ok()?,
            offset: if is_halved { offset / 2 } else { offset },
            is_wide,
        });
        from = to;
    }
    Some(pieces)
}

/// Hands the text out to the subdocuments that it belongs to.
struct Writer {
    slot: Option<Slot>,
    part: usize,
    left: [usize; 8],
}

impl Writer {
    fn write(&mut self, run: &mut Run<'_>, text: &str) -> Read {
        let mut rest = text;
        while !rest.is_empty() {
            let left = self.left.get(self.part).copied().unwrap_or(usize::MAX);
            if left == 0 {
                self.part = self.part.saturating_add(1);
                self.slot = None;
                continue;
            }
            // Lengths count units of UTF-16, of which almost every character has one.
            let end = rest.char_indices().nth(left).map_or(rest.len(), |(at, _)| at);
            let (now, later) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if let Some(left) = self.left.get_mut(self.part) {
                *left = left.saturating_sub(now.chars().count());
            }
            let slot = match self.slot {
                Some(slot) => slot,
                None => {
                    *self.slot.insert(run.open(match PARTS.get(self.part).copied().flatten() {
                        Some(part) => run.part(part),
                        None => run.paragraphs(),
                    }))
                }
            };
            run.write(slot, &readable(now))?;
            rest = later;
        }
        Ok(())
    }
}

/// The characters that stand for something else (2.4.1).
fn readable(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\r' | '\u{b}' | '\u{c}' | '\u{e}' => output.push('\n'),
            '\u{7}' => output.push('\t'),
            // A field: its code, then its result.
            '\u{13}' | '\u{14}' | '\u{15}' => output.push(' '),
            '\u{1e}' => output.push('-'),
            '\0'..='\u{8}' | '\u{10}'..='\u{1f}' => {}
            _ => output.push(character),
        }
    }
    output
}
