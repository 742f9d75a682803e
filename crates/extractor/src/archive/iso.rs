//! Discs (ISO 9660, and its names in Unicode by Joliet): directories of extents.

use std::collections::BTreeSet;

use dosimeter_record::GapReason;
use encoding_rs::{UTF_16BE, WINDOWS_1252};

use super::{cut, entry};
use crate::{
    cursor::Cursor,
    run::{Read, Run, Stop},
};

const SECTOR: usize = 2048;
/// The first sixteen sectors are for the system that starts from the disc.
const DESCRIPTORS: usize = 16;
const IDENTIFIER: &[u8] = b"CD001";
/// The end of the list of descriptors.
const LAST: u8 = 255;

/// Whether this is the image of a disc.
pub(crate) fn is_disc(bytes: &[u8]) -> bool {
    descriptor(bytes, 0).is_some()
}

/// The descriptor at a position of their list: its type, and the whole of it.
fn descriptor(bytes: &[u8], index: usize) -> Option<(u8, &[u8])> {
    let start = DESCRIPTORS.checked_add(index)?.checked_mul(SECTOR)?;
    let sector = bytes.get(start..)?.get(..SECTOR)?;
    let (kind, rest) = sector.split_first()?;
    rest.starts_with(IDENTIFIER).then_some((*kind, sector))
}

/// A directory or a file.
struct Record {
    name: String,
    is_directory: bool,
    start: usize,
    length: usize,
}

/// Reads every file as an entry.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let descriptors = (0..).map_while(|index| descriptor(bytes, index));
    let descriptors: Vec<_> = descriptors.take_while(|(kind, _)| *kind != LAST).take(16).collect();
    // Mostly the list with names in Unicode has the same files as the other: it comes first, and each
    // file is read once.
    let mut lists: Vec<(bool, &[u8])> = descriptors
        .iter()
        .filter(|(kind, _)| matches!(kind, 1 | 2))
        .map(|(kind, sector)| (*kind == 2 && is_joliet(sector), *sector))
        .collect();
    lists.sort_by_key(|(is_wide, _)| !is_wide);
    let mut walk = Walk { bytes, seen: BTreeSet::new(), number: 0 };
    for (is_wide, sector) in lists {
        let root = sector.get(156..190).and_then(|bytes| record(bytes, false));
        walk.tree(run, root.ok_or(Stop(GapReason::Malformed))?, is_wide)?;
    }
    Ok(())
}

/// A walk through the directories of a disc.
struct Walk<'b> {
    bytes: &'b [u8],
    /// Start and length of the extents that were read.
    seen: BTreeSet<(usize, usize)>,
    number: u32,
}

impl Walk<'_> {
    fn tree(&mut self, run: &mut Run<'_>, root: Record, is_wide: bool) -> Read {
        let mut open = vec![root];
        while let Some(directory) = open.pop() {
            if !self.seen.insert((directory.start, directory.length)) {
                continue;
            }
            let (listing, _) = extent(self.bytes, &directory);
            // Directories may overlap, and so may files.
            run.spend_expansion(listing.len())?;
            let mut below = Vec::new();
            for found in records(listing, is_wide) {
                run.tick()?;
                if found.is_directory {
                    below.push(found);
                } else if found.length == 0 || self.seen.insert((found.start, found.length)) {
                    self.number = self.number.saturating_add(1);
                    let (data, whole) = extent(self.bytes, &found);
                    run.spend_expansion(data.len())?;
                    entry(run, self.number, &found.name, data, whole)?;
                }
            }
            open.extend(below.into_iter().rev());
        }
        Ok(())
    }
}

/// Whether a descriptor says by its escape sequences that names are in UCS-2.
fn is_joliet(sector: &[u8]) -> bool {
    sector.get(88..91).is_some_and(|escape| matches!(escape, b"%/@" | b"%/C" | b"%/E"))
}

/// What stands in an extent, and whether the image goes so far.
fn extent<'b>(bytes: &'b [u8], record: &Record) -> (&'b [u8], bool) {
    cut(bytes.get(record.start..).unwrap_or_default(), record.length)
}

/// The records of a directory, without those for itself and for the one above. None crosses a sector.
fn records(directory: &[u8], is_wide: bool) -> Vec<Record> {
    let mut found = Vec::new();
    for sector in directory.chunks(SECTOR) {
        let mut rest = sector;
        while let Some(length) = rest.first().map(|length| usize::from(*length)) {
            let Some((bytes, next)) = rest.split_at_checked(length) else { break };
            if length == 0 {
                break;
            }
            found.extend(record(bytes, is_wide));
            rest = next;
        }
    }
    // Names of one byte, 0 and 1, are the directory itself and the one above.
    found.retain(|record| !matches!(record.name.as_str(), "\0" | "\u{1}"));
    found
}

/// One record (ECMA-119, 9.1).
fn record(bytes: &[u8], is_wide: bool) -> Option<Record> {
    let mut cursor = Cursor::at(bytes, 2)?;
    let sector = usize::try_from(cursor.u32_le()?).ok()?;
    cursor.skip(4)?;
    let length = usize::try_from(cursor.u32_le()?).ok()?;
    let flags = *bytes.get(25)?;
    let name = bytes.get(33..)?.get(..usize::from(*bytes.get(32)?))?;
    let encoding = if is_wide && name.len() > 1 { UTF_16BE } else { WINDOWS_1252 };
    let name = encoding.decode_without_bom_handling(name).0;
    Some(Record {
        // Behind the semicolon stands a version.
        name: name.split(';').next().unwrap_or_default().to_owned(),
        is_directory: flags & 2 != 0,
        start: sector.checked_mul(SECTOR)?,
        length,
    })
}
