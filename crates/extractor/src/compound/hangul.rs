//! Documents of Hangul 5.0 and later (HWP; "Hangul Document File Format 5.0", revision 1.3, published by
//! Hancom): sections of records, of which one kind holds the text of a paragraph.

use dosimeter_content::{Content, Expose};
use dosimeter_record::GapReason;

use super::container::{Compound, Entry};
use crate::{
    Hint, capped,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Slot, Stop},
};

pub(super) const STREAM: &str = "FileHeader";

/// Title, author and keywords.
pub(super) const SUMMARY: &str = "\u{5}HwpSummaryInformation";

const SIGNATURE: &[u8] = b"HWP Document File";

/// Record type of a paragraph's text (table 13).
const PARAGRAPH_TEXT: u32 = 67;

/// Flags of the header (table 4).
const COMPRESSED: u32 = 1;
/// A password, a distribution that cannot be copied from, rights management.
const ENCRYPTED: u32 = 1 << 1 | 1 << 2 | 1 << 4;

/// Reads the document in a storage.
pub(super) fn read(run: &mut Run<'_>, file: &Compound<'_>, storage: usize) -> Read {
    let header = file.find(storage, STREAM).ok_or(Stop(GapReason::Malformed))?;
    let (header, _) = file.open(run, header);
    let header = header.expose();
    let flags = Cursor::at(header, 36).and_then(|mut cursor| cursor.u32_le());
    let flags = flags.filter(|_| header.starts_with(SIGNATURE));
    let flags = flags.ok_or(Stop(GapReason::Malformed))?;
    if flags & ENCRYPTED != 0 {
        return Err(Stop(GapReason::Encrypted));
    }
    let is_compressed = flags & COMPRESSED != 0;
    if let Some(body) = file.find_storage(storage, "BodyText") {
        let slot = run.open(run.paragraphs());
        for (_, entry) in file.children(body) {
            let (section, end) = open(run, file, entry, is_compressed);
            let damage = records(run, slot, section.expose())?;
            run.note(end.and(damage));
        }
    }
    if let Some(data) = file.find_storage(storage, "BinData") {
        for (number, (_, entry)) in (1..).zip(file.children(data)) {
            run.spend_entry()?;
            let (content, end) = open(run, file, entry, is_compressed);
            run.inside(number, |run| {
                dispatch::read(run, content.expose(), Hint::default());
                end
            });
        }
    }
    Ok(())
}

fn open(
    run: &mut Run<'_>,
    file: &Compound<'_>,
    entry: &Entry,
    is_compressed: bool,
) -> (Content, Read) {
    let (content, end) = file.open(run, entry);
    if !is_compressed {
        return (content, end);
    }
    let inflated = capped::inflate(run, content.expose());
    (inflated.content, inflated.end)
}

/// Writes the paragraphs of a section; the inner result is what the damage was.
fn records(run: &mut Run<'_>, slot: Slot, section: &[u8]) -> Read<Read> {
    let mut cursor = Cursor::new(section);
    while let Some(head) = cursor.u32_le() {
        run.tick()?;
        // A length of twelve ones stands in the next four bytes (table 11).
        let length = match head >> 20 {
            0xfff => cursor.u32_le(),
            length => Some(length),
        };
        let rest = cursor.rest();
        let length = length.and_then(|length| usize::try_from(length).ok());
        let data = length.and_then(|length| cursor.take(length));
        if head & 0x3ff == PARAGRAPH_TEXT {
            run.write(slot, &text(data.unwrap_or(rest)))?;
            run.end_line(slot)?;
        }
        if data.is_none() {
            return Ok(Err(Stop(GapReason::Malformed)));
        }
    }
    Ok(Ok(()))
}

/// A paragraph: UTF-16 in which control characters stand for fields and objects (table 6).
fn text(data: &[u8]) -> String {
    let mut units = data.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let mut plain = Vec::new();
    while let Some(unit) = units.next() {
        match unit {
            // Line, hyphen, and blanks of fixed width.
            10 => plain.push(u16::from(b'\n')),
            24 => plain.push(u16::from(b'-')),
            30 | 31 => plain.push(u16::from(b' ')),
            0 | 13 | 25..=29 => {}
            // All others take the place of eight characters.
            1..=31 => {
                plain.push(u16::from(if unit == 9 { b'\t' } else { b' ' }));
                units.by_ref().take(7).for_each(drop);
            }
            _ => plain.push(unit),
        }
    }
    String::from_utf16_lossy(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Budget, run::collected};

    #[test]
    fn paragraphs_are_read_without_their_controls() {
        let mut paragraph: Vec<u16> = "회의 ".encode_utf16().collect();
        // A table: its code, six units of its own, and the code again.
        paragraph.extend([11, 1, 2, 3, 4, 5, 6, 11]);
        paragraph.extend("HERON-4711\r".encode_utf16());
        let data: Vec<u8> = paragraph.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let head = PARAGRAPH_TEXT | u32::try_from(data.len()).unwrap() << 20;
        let section = [&head.to_le_bytes()[..], &data].concat();
        let (segments, gaps) = collected(&Budget::default(), |run| {
            let slot = run.open(run.paragraphs());
            records(run, slot, &section)?
        });
        assert_eq!(segments[0].text.expose(), "회의  HERON-4711\n");
        assert!(gaps.is_empty());
        let (segments, gaps) = collected(&Budget::default(), |run| {
            let slot = run.open(run.paragraphs());
            records(run, slot, section.get(..12).unwrap_or_default())?
        });
        assert_eq!(segments[0].text.expose(), "회의  \n");
        assert_eq!(gaps[0].reason, GapReason::Malformed);
    }
}
