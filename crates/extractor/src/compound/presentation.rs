//! `PowerPoint` presentations of 1997 to 2003 ([MS-PPT]): a stream of nested records, of which three kinds
//! hold text. Text that was deleted in an incremental save is still there, and is read.

mod record;
mod slides;

use dosimeter_content::Expose;
use dosimeter_record::{GapReason, Locator};
use encoding_rs::UTF_16LE;

use self::{
    record::{Record, each},
    slides::Slides,
};
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
const DOCUMENT: u16 = 0x03e8;
const SLIDE: u16 = 0x03ee;
const NOTES: u16 = 0x03f0;
const NOTES_ATOM: u16 = 0x03f1;
const SLIDE_PERSIST: u16 = 0x03f3;
const MASTER: u16 = 0x03f8;
const TEXT_CHARS: u16 = 0x0fa0;
const TEXT_BYTES: u16 = 0x0fa8;
const CSTRING: u16 = 0x0fba;
const SLIDE_LIST: u16 = 0x0ff0;
const EMBEDDED: u16 = 0x1011;
const COMMENT: u16 = 0x2ee0;

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
    let stream = stream.expose();
    let slides = Slides::find(run, stream)?;
    let mut walk = Walk {
        slides,
        slide: None,
        part: None,
        list: 0,
        number: 0,
        comment_to: 0,
        slot: None,
        embedded: 0,
    };
    let damage = each(run, stream, |run, record| walk.record(run, &record))?;
    run.note(end.and(damage));
    Ok(())
}

struct Walk {
    slides: Slides,
    /// Where the text that comes next stands.
    slide: Option<u32>,
    part: Option<&'static str>,
    /// Which of the three lists of texts is read, and how far.
    list: u16,
    number: u32,
    /// Where the comment ends that is read.
    comment_to: usize,
    slot: Option<Slot>,
    embedded: u32,
}

impl Walk {
    fn record(&mut self, run: &mut Run<'_>, record: &Record<'_>) -> Read {
        if self.comment_to > 0 && record.at >= self.comment_to {
            self.comment_to = 0;
            self.slot = None;
        }
        match record.kind {
            DOCUMENT => self.go_to(None, None),
            SLIDE => self.go_to(self.slides.at(record.at), None),
            MASTER => self.go_to(None, Some("master")),
            NOTES => self.go_to(None, Some("notes")),
            NOTES_ATOM => self.go_to(self.slides.of_notes(record.data), Some("notes")),
            SLIDE_LIST => {
                (self.list, self.number) = (record.instance, 0);
                self.go_to(None, part(self.list));
            }
            SLIDE_PERSIST => {
                run.spend_page()?;
                self.number = self.number.saturating_add(1);
                self.go_to((self.list == SLIDES).then_some(self.number), part(self.list));
            }
            COMMENT => {
                self.comment_to = record.to;
                self.slot = None;
            }
            TEXT_CHARS | CSTRING => {
                self.text(run, &UTF_16LE.decode_without_bom_handling(record.data).0)?;
            }
            // The low bytes of UTF-16, that is Latin 1.
            TEXT_BYTES => {
                let text: String = record.data.iter().map(|byte| char::from(*byte)).collect();
                self.text(run, &text)?;
            }
            EMBEDDED => {
                self.embedded = self.embedded.saturating_add(1);
                embedded(run, self.embedded, record.instance, record.data)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn go_to(&mut self, slide: Option<u32>, part: Option<&'static str>) {
        (self.slide, self.part, self.slot) = (slide, part, None);
    }

    fn text(&mut self, run: &mut Run<'_>, text: &str) -> Read {
        let slot = if let Some(slot) = self.slot {
            slot
        } else {
            let part = if self.comment_to > 0 { Some("comment") } else { self.part };
            let part = part.map(Into::into);
            *self.slot.insert(run.open(Locator { slide: self.slide, part, ..run.place() }))
        };
        run.write(slot, &text.replace(['\r', '\u{b}'], "\n").replace('\0', ""))?;
        run.end_line(slot)
    }
}

/// The list of the texts of slides; the others are of masters and notes.
const SLIDES: u16 = 0;

fn part(list: u16) -> Option<&'static str> {
    match list {
        SLIDES => None,
        1 => Some("master"),
        _ => Some("notes"),
    }
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
