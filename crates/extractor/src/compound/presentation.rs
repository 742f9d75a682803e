//! `PowerPoint` presentations of 1997 to 2003 ([MS-PPT]): a stream of nested records, of which three kinds
//! hold text. Text that was deleted in an incremental save is still there, and is read.

use dosimeter_content::Expose;
use dosimeter_record::{GapReason, Locator};
use encoding_rs::UTF_16LE;

use super::container::Compound;
use crate::{
    Hint,
    capped::{self, Codec},
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Slot, Stop},
};

pub(super) const STREAM: &str = "PowerPoint Document";

/// Record types (2.13.24).
const SLIDE_LIST: u16 = 0x0ff0;
const SLIDE_PERSIST: u16 = 0x03f3;
const TEXT_CHARS: u16 = 0x0fa0;
const TEXT_BYTES: u16 = 0x0fa8;
const CSTRING: u16 = 0x0fba;
const EMBEDDED: u16 = 0x1011;
const NOTES: u16 = 0x03f0;
const COMMENT: u16 = 0x2ee0;
/// Holds records of newer versions, such as comments, though it is no container by its header.
const BINARY_TAG: u16 = 0x138b;

/// Containers within containers; real ones stand about ten deep.
const DEPTH_MAX: usize = 64;

/// Says that the presentation is encrypted ([MS-PPT] 2.3.2).
const ENCRYPTED: u32 = 0xf3d1_c4df;

/// Reads the presentation in a storage.
pub(super) fn read(run: &mut Run<'_>, file: &Compound<'_>, storage: usize) -> Read {
    if let Some(user) = file.find(storage, "Current User") {
        let (user, _) = file.open(run, user);
        let token = Cursor::at(user.expose(), 12).and_then(|mut cursor| cursor.u32_le());
        if token == Some(ENCRYPTED) {
            return Err(Stop(GapReason::Encrypted));
        }
    }
    let Some(entry) = file.find(storage, STREAM) else { return Err(Stop(GapReason::Malformed)) };
    let (stream, end) = file.open(run, entry);
    let mut walk = Walk { slide: None, list: 0, slot: None, embedded: 0 };
    let damage = walk.records(run, stream.expose())?;
    run.note(end.and(damage));
    Ok(())
}

struct Walk {
    /// The slide that the list of texts is at.
    slide: Option<u32>,
    /// Which of the three lists: slides, masters, notes.
    list: u16,
    slot: Option<Slot>,
    embedded: u32,
}

impl Walk {
    /// Containers are entered by going on after their header, so nothing recurses; where a record does not
    /// fit into its container, reading goes on after the container, and the damage is handed back. O(n).
    fn records(&mut self, run: &mut Run<'_>, stream: &[u8]) -> Read<Read> {
        let mut ends = vec![stream.len()];
        let mut at = 0_usize;
        let mut damage = Ok(());
        while let Some(&end) = ends.last() {
            run.tick()?;
            let Some((head, kind, length)) = header(stream.get(at..end)) else {
                // Fewer bytes than a header has: padding.
                at = at.max(end);
                ends.pop();
                continue;
            };
            if (head, kind, length) == (0, 0, 0) {
                // Filled up to the next sector by an incremental save.
                let rest = stream.get(at..end).unwrap_or_default();
                let zeros = rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
                at = at.saturating_add(zeros);
                continue;
            }
            let from = at.saturating_add(8);
            let to = from.saturating_add(length);
            let is_container = head & 0xf == 0xf || kind == BINARY_TAG;
            if is_container && ends.len() < DEPTH_MAX {
                self.enter(kind, head >> 4);
                ends.push(to.min(end));
                at = from;
                continue;
            }
            if to > end {
                damage = Err(Stop(GapReason::Malformed));
            }
            self.atom(run, kind, head >> 4, stream.get(from..to.min(end)).unwrap_or_default())?;
            at = to.min(end);
        }
        Ok(damage)
    }

    fn enter(&mut self, kind: u16, instance: u16) {
        if kind == SLIDE_LIST {
            (self.list, self.slide) = (instance, None);
        }
        if matches!(kind, SLIDE_LIST | NOTES | COMMENT) {
            self.slot = None;
        }
    }

    fn atom(&mut self, run: &mut Run<'_>, kind: u16, instance: u16, data: &[u8]) -> Read {
        match kind {
            SLIDE_PERSIST => {
                self.slide = Some(self.slide.unwrap_or(0).saturating_add(1));
                self.slot = None;
                run.spend_page()
            }
            TEXT_CHARS | CSTRING => self.text(run, &UTF_16LE.decode_without_bom_handling(data).0),
            // The low bytes of UTF-16, that is Latin 1.
            TEXT_BYTES => {
                self.text(run, &data.iter().map(|byte| char::from(*byte)).collect::<String>())
            }
            EMBEDDED => {
                self.embedded = self.embedded.saturating_add(1);
                embedded(run, self.embedded, instance, data)
            }
            _ => Ok(()),
        }
    }

    fn text(&mut self, run: &mut Run<'_>, text: &str) -> Read {
        let slot = if let Some(slot) = self.slot {
            slot
        } else {
            let part = match self.list {
                0 => None,
                1 => Some("master".into()),
                _ => Some("notes".into()),
            };
            let locator = Locator { slide: self.slide, part, ..run.place() };
            *self.slot.insert(run.open(locator))
        };
        run.write(slot, &text.replace(['\r', '\u{b}'], "\n").replace('\0', ""))?;
        run.end_line(slot)
    }
}

/// The header of a record: version and instance, type, length (2.3.1).
fn header(bytes: Option<&[u8]>) -> Option<(u16, u16, usize)> {
    let mut cursor = Cursor::new(bytes?);
    Some((cursor.u16_le()?, cursor.u16_le()?, usize::try_from(cursor.u32_le()?).ok()?))
}

/// An embedded object: a compound file, compressed if the record's instance says so (2.10.34).
fn embedded(run: &mut Run<'_>, number: u32, instance: u16, data: &[u8]) -> Read {
    run.spend_entry()?;
    run.inside(number, |run| {
        if instance == 0 {
            dispatch::read(run, data, Hint::default());
            return Ok(());
        }
        let inner = capped::decompress(run, Codec::Zlib, data.get(4..).unwrap_or_default());
        dispatch::read(run, inner.content.expose(), Hint::default());
        inner.end
    });
    Ok(())
}
