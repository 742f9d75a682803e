//! The file system inside a compound file ([MS-CFB]): sectors, chains, and a tree of named streams.
//!
//! Tolerant, because truncated and damaged files still hold text: a chain that breaks gives what stands
//! before the break, and a directory whose tree is broken is read as a flat list.

use std::collections::BTreeSet;

use dosimeter_content::{Content, ContentBuilder, Expose};
use dosimeter_record::GapReason;

use crate::{
    cursor::Cursor,
    run::{Read, Run, Stop},
};

pub(crate) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

const END_OF_CHAIN: u32 = 0xffff_fffe;
const NO_STREAM: u32 = 0xffff_ffff;
/// More entries than this are not listed: real files have hundreds.
const ENTRIES_MAX: usize = 100_000;

/// A compound file.
pub(crate) struct Compound<'a> {
    bytes: &'a [u8],
    sector_bytes: usize,
    mini_sector_bytes: usize,
    mini_cutoff: u64,
    table: Vec<u32>,
    mini_table: Vec<u32>,
    mini_stream: Content,
    pub(crate) entries: Vec<Entry>,
    /// Pairs of a storage and an entry in it, sorted.
    by_parent: Vec<(usize, usize)>,
}

/// A storage or a stream.
pub(crate) struct Entry {
    pub(crate) name: String,
    /// The storage that holds it; the root (0) if the tree does not say.
    pub(crate) parent: usize,
    pub(crate) is_stream: bool,
    start: u32,
    pub(crate) length: u64,
}

/// The directory's own links between entries (2.6.4).
struct Links {
    left: u32,
    right: u32,
    child: u32,
}

impl<'a> Compound<'a> {
    /// Reads header, sector table and directory; `None` if there is no directory.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let mut header = Cursor::at(bytes, 30)?;
        let sector_shift = u32::from(header.u16_le()?);
        let mini_shift = u32::from(header.u16_le()?);
        if !(7..=16).contains(&sector_shift) || mini_shift >= sector_shift {
            return None;
        }
        header.skip(10)?;
        let table_sectors = header.u32_le()?;
        let directory = header.u32_le()?;
        header.skip(4)?;
        let mini_cutoff = u64::from(header.u32_le()?);
        let mini_table = header.u32_le()?;
        header.skip(4)?;
        let mut file = Self {
            bytes,
            sector_bytes: 1 << sector_shift,
            mini_sector_bytes: 1 << mini_shift,
            mini_cutoff,
            table: Vec::new(),
            mini_table: Vec::new(),
            mini_stream: Content::from(Vec::new()),
            entries: Vec::new(),
            by_parent: Vec::new(),
        };
        file.table = file.read_table(header, table_sectors)?;
        let mini = file.chain(mini_table, usize::MAX).0;
        file.mini_table = numbers(mini.expose());
        let directory = file.chain(directory, usize::MAX).0;
        file.read_directory(directory.expose());
        let root = file.entries.first()?;
        file.mini_stream = file.chain(root.start, usize::try_from(root.length).ok()?).0;
        Some(file)
    }

    /// The sectors of the table, of which the header lists the first 109 and further sectors the rest.
    fn read_table(&self, mut header: Cursor<'_>, sectors: u32) -> Option<Vec<u32>> {
        let mut next = header.u32_le()?;
        header.skip(4)?;
        let mut listed = numbers(header.take(436)?);
        let mut seen = BTreeSet::new();
        while next < END_OF_CHAIN && seen.insert(next) {
            let Some(sector) = self.sector(next) else { break };
            let mut more = numbers(sector);
            next = more.pop().unwrap_or(END_OF_CHAIN);
            listed.extend(more);
        }
        listed.truncate(usize::try_from(sectors).ok()?.max(1));
        let mut table = Vec::new();
        for sector in listed.into_iter().filter(|sector| *sector < END_OF_CHAIN) {
            // A sector that the file does not have any more still takes its place in the table.
            let entries = self
                .sector(sector)
                .map_or_else(|| vec![END_OF_CHAIN; self.sector_bytes / 4], numbers);
            table.extend(entries);
            if table.len() > self.bytes.len() {
                break;
            }
        }
        Some(table)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(self.sector_bytes)?;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        Some(rest.get(..self.sector_bytes).unwrap_or(rest))
    }

    /// The bytes of a chain of sectors, and whether all `length` are there.
    fn chain(&self, start: u32, length: usize) -> (Content, bool) {
        let length_max = length.min(self.bytes.len());
        let mut output = ContentBuilder::with_limit(length_max);
        let mut next = start;
        let mut steps = 0;
        while next < END_OF_CHAIN && output.len() < length_max && steps <= self.table.len() {
            let Some(sector) = self.sector(next) else { break };
            // What does not fit is the unused end of the last sector.
            let _is_within = output.push(sector);
            steps += 1;
            next = usize::try_from(next)
                .ok()
                .and_then(|at| self.table.get(at).copied())
                // Without a table, streams mostly stand in one piece.
                .unwrap_or(END_OF_CHAIN);
        }
        let whole = length == usize::MAX || output.len() >= length;
        (output.finish(), whole)
    }

    fn mini_chain(&self, start: u32, length: usize) -> (Content, bool) {
        let source = self.mini_stream.expose();
        let mut output = ContentBuilder::with_limit(length.min(source.len()));
        let mut next = start;
        while next < END_OF_CHAIN && output.len() < length {
            let at = usize::try_from(next).unwrap_or(usize::MAX);
            let from = at.saturating_mul(self.mini_sector_bytes);
            let Some(rest) = source.get(from..).filter(|rest| !rest.is_empty()) else { break };
            if !output.push(rest.get(..self.mini_sector_bytes).unwrap_or(rest)) {
                break;
            }
            next = self.mini_table.get(at).copied().unwrap_or(END_OF_CHAIN);
        }
        let whole = output.len() >= length;
        (output.finish(), whole)
    }

    fn read_directory(&mut self, directory: &[u8]) {
        let mut links = Vec::new();
        for record in directory.as_chunks::<128>().0.iter().take(ENTRIES_MAX) {
            let (entry, link) = directory_entry(record, self.sector_bytes);
            self.entries.push(entry);
            links.push(link);
        }
        // Depth first, each entry once, so that a tree that contains itself ends.
        let mut seen = vec![false; self.entries.len()];
        let root = links.first().map_or(NO_STREAM, |root| root.child);
        let mut open = vec![(root, 0_usize)];
        while let Some((number, parent)) = open.pop() {
            let at = usize::try_from(number).unwrap_or(usize::MAX);
            let (Some(link), Some(entry)) = (links.get(at), self.entries.get_mut(at)) else {
                continue;
            };
            if std::mem::replace(seen.get_mut(at).unwrap_or(&mut true), true) {
                continue;
            }
            entry.parent = parent;
            open.extend([(link.left, parent), (link.right, parent), (link.child, at)]);
        }
        let entries = self.entries.iter().enumerate().skip(1);
        self.by_parent = entries
            .filter(|(_, entry)| !entry.name.is_empty())
            .map(|(index, entry)| (entry.parent, index))
            .collect();
        self.by_parent.sort_unstable();
    }

    /// The stream of that name directly in a storage.
    pub(crate) fn find(&self, parent: usize, name: &str) -> Option<&Entry> {
        self.children(parent)
            .map(|(_, entry)| entry)
            .find(|entry| entry.is_stream && entry.name.eq_ignore_ascii_case(name))
    }

    /// The storage of that name directly in a storage.
    pub(crate) fn find_storage(&self, parent: usize, name: &str) -> Option<usize> {
        self.children(parent)
            .find(|(_, entry)| !entry.is_stream && entry.name.eq_ignore_ascii_case(name))
            .map(|(index, _)| index)
    }

    /// What stands directly in a storage, in the order of the directory.
    pub(crate) fn children(&self, parent: usize) -> impl Iterator<Item = (usize, &Entry)> {
        let from = self.by_parent.partition_point(|(of, _)| *of < parent);
        self.by_parent
            .iter()
            .skip(from)
            .take_while(move |(of, _)| *of == parent)
            .filter_map(|(_, index)| Some((*index, self.entries.get(*index)?)))
    }

    /// The bytes of a stream, and why they are not all there.
    pub(crate) fn open(&self, run: &mut Run<'_>, entry: &Entry) -> (Content, Read) {
        let length = usize::try_from(entry.length).unwrap_or(usize::MAX);
        let room = run.expansion_room();
        let (content, whole) = if entry.length < self.mini_cutoff {
            self.mini_chain(entry.start, length.min(room))
        } else {
            self.chain(entry.start, length.min(room))
        };
        let end = match run.look().and_then(|()| run.spend_expansion(content.len())) {
            Ok(()) if length > room && content.len() == room => Err(Stop(GapReason::ExpansionSize)),
            Ok(()) if whole => Ok(()),
            Ok(()) => Err(Stop(GapReason::Malformed)),
            stop => stop,
        };
        (content, end)
    }
}

/// One record of the directory (2.6.1).
fn directory_entry(record: &[u8; 128], sector_bytes: usize) -> (Entry, Links) {
    let number = |at: usize| {
        record.get(at..).and_then(<[u8]>::first_chunk).map_or(NO_STREAM, |n| u32::from_le_bytes(*n))
    };
    let units = record.as_chunks::<2>().0.iter().take(31).map(|unit| u16::from_le_bytes(*unit));
    let name = char::decode_utf16(units.take_while(|unit| *unit != 0))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    let high = if sector_bytes > 512 { u64::from(number(124)) << 32 } else { 0 };
    let entry = Entry {
        name,
        parent: 0,
        is_stream: record.get(66) == Some(&2),
        start: number(116),
        length: high | u64::from(number(120)),
    };
    (entry, Links { left: number(68), right: number(72), child: number(76) })
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number)).collect()
}
