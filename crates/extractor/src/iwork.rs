//! Pages, Numbers and Keynote: archives of messages compressed with Snappy.
//!
//! The messages have no published schema. Their strings are stored as they are, so every run of UTF-8
//! in them is read; what is not a string does not look like one for long.

use dosimeter_content::Expose;
use dosimeter_record::GapReason;

use crate::{
    capped::{self, Codec},
    cursor::Cursor,
    run::{Read, Run, Stop},
    strings,
    zip::{self, Archive, Entry},
};

/// Shorter runs are mostly lengths and tags.
const RUN_CHARS_MIN: usize = 3;

/// Whether an archive holds such messages.
pub(crate) fn is_iwork(archive: &Archive<'_>) -> bool {
    archive.entries.iter().any(|entry| entry.ends_with(".iwa") || entry.ends_with("Index.zip"))
}

/// Writes the strings of all messages; other entries are read as files.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    // Hint and verifier of the password stand beside the encrypted entries.
    if archive.entries.iter().any(|entry| entry.ends_with(".iwpv2") || entry.ends_with(".iwph")) {
        return Err(Stop(GapReason::Encrypted));
    }
    for entry in archive.entries.iter().filter(|entry| entry.ends_with(".iwa")) {
        run.contain(run.place(), |run| messages(run, archive, entry));
    }
    // Previews repeat what is read.
    zip::read_embedded(run, archive, |entry| {
        !entry.ends_with(".iwa") && !entry.contains("preview") && !entry.ends_with("/")
    })?;
    archive.damage.map_or(Ok(()), |reason| Err(Stop(reason)))
}

/// A stream of blocks: a zero, three bytes of length, then Snappy without its frame.
fn messages(run: &mut Run<'_>, archive: &Archive<'_>, entry: &Entry<'_>) -> Read {
    run.spend_entry()?;
    let (content, end) = archive.open(run, entry);
    let slot = run.open(run.place());
    let mut cursor = Cursor::new(content.expose());
    while let (Some(0), Some(low), Some(high)) = (cursor.u8(), cursor.u16_le(), cursor.u8()) {
        let length = usize::from(low) | usize::from(high) << 16;
        let block = cursor.take(length).ok_or(Stop(GapReason::Malformed))?;
        let plain = capped::decompress(run, Codec::SnappyBlock, block);
        strings::read_utf8(run, slot, plain.content.expose(), RUN_CHARS_MIN)?;
        plain.end?;
    }
    end
}
