//! ZIP archives (PKWARE APPNOTE 6.3.10): the list of entries and their data.
//!
//! Our own reader rather than a crate, because what matters here is what crates leave to chance:
//! entries that share bytes (overlap bombs), entries that only the local headers know (truncated
//! archives), and the flag that says "encrypted". Methods: stored and DEFLATE, which is what Office
//! and every common archiver write; others are gaps.

mod directory;
mod salvage;

use std::collections::BTreeMap;

use dosimeter_content::{Content, Expose};
use dosimeter_record::GapReason;

pub(crate) use self::directory::{appended, is_archive};
use crate::{
    Hint,
    capped::{self, Codec},
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Stop},
    text,
};

/// One entry, as the directory or, failing that, its local header describes it.
pub(crate) struct Entry<'a> {
    raw_name: &'a [u8],
    flags: u16,
    method: u16,
    compressed_bytes: u64,
    header_offset: usize,
}

/// The entries of an archive, in the order of its directory.
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    pub(crate) entries: Vec<Entry<'a>>,
    /// Where the first entry of each name stands among them.
    by_name: BTreeMap<&'a [u8], usize>,
    /// What is wrong with the archive as a whole, if anything.
    pub(crate) damage: Option<GapReason>,
}

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_UTF8: u16 = 1 << 11;
const METHOD_STORED: u16 = 0;
const METHOD_DEFLATE: u16 = 8;
/// Other methods (4.4.5) that newer archivers write.
const METHODS: [(u16, Codec); 4] =
    [(12, Codec::Bzip2), (93, Codec::Zstd), (95, Codec::Xz), (20, Codec::Zstd)];
/// The method number that stands in for the real one under AES encryption (`WinZip` AE-1 and AE-2).
const METHOD_AES: u16 = 99;

impl<'a> Archive<'a> {
    /// Lists the entries: from the directory at the end, or from the local headers if there is none.
    pub(crate) fn new(bytes: &'a [u8], entries_max: usize) -> Self {
        let (mut entries, damage) = match directory::list(bytes, entries_max) {
            Some(entries) => (entries, None),
            None => (salvage::list(bytes, entries_max), Some(GapReason::Malformed)),
        };
        let is_over = entries.len() > entries_max;
        let damage = if is_over { Some(GapReason::TooManyEntries) } else { damage };
        entries.truncate(entries_max);
        // The last to be put in stays.
        let named = entries.iter().enumerate().rev();
        let by_name = named.map(|(index, entry)| (entry.raw_name, index)).collect();
        Self { bytes, entries, by_name, damage }
    }

    /// The entry of that name, the first if there are several. O(log n).
    pub(crate) fn find(&self, name: &str) -> Option<&Entry<'a>> {
        self.entries.get(*self.by_name.get(name.as_bytes())?)
    }

    /// Decompresses one entry. What was read before a stop stands beside it.
    pub(crate) fn open(&self, run: &mut Run<'_>, entry: &Entry<'_>) -> (Content, Read) {
        let nothing = |reason| (Content::from(Vec::new()), Err(Stop(reason)));
        if entry.is_encrypted() {
            return nothing(GapReason::Encrypted);
        }
        let Some((data, is_whole)) = self.data(entry) else {
            return nothing(GapReason::Malformed);
        };
        let cut = if is_whole { Ok(()) } else { Err(Stop(GapReason::Malformed)) };
        match entry.method {
            METHOD_STORED => {
                let spent = run.spend_expansion(data.len());
                (Content::from(data.to_vec()), spent.and(cut))
            }
            METHOD_DEFLATE => {
                let inflated = capped::inflate(run, data);
                (inflated.content, inflated.end)
            }
            method => match METHODS.iter().find(|(number, _)| *number == method) {
                Some((_, codec)) => {
                    let inner = capped::decompress(run, *codec, data);
                    (inner.content, inner.end.and(cut))
                }
                None => nothing(GapReason::Unsupported),
            },
        }
    }

    /// The compressed bytes of an entry, and whether all of them are there.
    fn data(&self, entry: &Entry<'_>) -> Option<(&'a [u8], bool)> {
        let mut cursor = Cursor::at(self.bytes, entry.header_offset)?;
        local_header(&mut cursor)?;
        let rest = cursor.rest();
        let length = usize::try_from(entry.compressed_bytes).unwrap_or(usize::MAX);
        Some(rest.get(..length).map_or((rest, false), |data| (data, true)))
    }

    /// Where the data of an entry starts and ends in the file.
    fn range(&self, entry: &Entry<'_>) -> Option<(usize, usize)> {
        let mut cursor = Cursor::at(self.bytes, entry.header_offset)?;
        local_header(&mut cursor)?;
        let start = self.bytes.len().saturating_sub(cursor.rest().len());
        let (data, _) = self.data(entry)?;
        Some((entry.header_offset, start.saturating_add(data.len())))
    }

    /// The entries whose bytes an earlier entry already uses: the trick of overlap bombs, which
    /// let thousands of entries share one compressed block. O(n log n).
    pub(crate) fn overlapping(&self) -> Vec<bool> {
        let mut ranges: Vec<(usize, usize, usize)> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(index, entry)| self.range(entry).map(|(from, to)| (from, to, index)))
            .collect();
        ranges.sort_unstable();
        let mut overlapping = vec![false; self.entries.len()];
        let mut used_to = 0;
        for (from, to, index) in ranges {
            if from < used_to
                && let Some(mark) = overlapping.get_mut(index)
            {
                *mark = true;
            }
            used_to = used_to.max(to);
        }
        overlapping
    }
}

impl Entry<'_> {
    /// The name, decoded. It is content.
    pub(crate) fn name(&self) -> std::borrow::Cow<'_, str> {
        if self.flags & FLAG_UTF8 != 0 {
            return String::from_utf8_lossy(self.raw_name);
        }
        text::decode_lossy(self.raw_name)
    }

    /// Whether the stored name, undecoded, starts with `prefix`.
    pub(crate) fn starts_with(&self, prefix: &str) -> bool {
        self.raw_name.starts_with(prefix.as_bytes())
    }

    /// Whether the stored name ends with `suffix`.
    pub(crate) fn ends_with(&self, suffix: &str) -> bool {
        self.raw_name.ends_with(suffix.as_bytes())
    }

    /// Whether `step` stands anywhere in the stored name.
    pub(crate) fn contains(&self, step: &str) -> bool {
        self.raw_name.windows(step.len()).any(|window| window == step.as_bytes())
    }

    pub(crate) fn is_encrypted(&self) -> bool {
        self.flags & FLAG_ENCRYPTED != 0 || self.method == METHOD_AES
    }

    fn is_directory(&self) -> bool {
        self.raw_name.ends_with(b"/") && self.compressed_bytes == 0
    }
}

/// Moves past a local header to the data; gives the fixed fields (section 4.3.7).
fn local_header<'a>(cursor: &mut Cursor<'a>) -> Option<Entry<'a>> {
    if cursor.take(4)? != b"PK\x03\x04" {
        return None;
    }
    cursor.skip(2)?;
    let flags = cursor.u16_le()?;
    let method = cursor.u16_le()?;
    cursor.skip(8)?;
    let compressed_bytes = u64::from(cursor.u32_le()?);
    cursor.skip(4)?;
    let name_bytes = usize::from(cursor.u16_le()?);
    let extra_bytes = usize::from(cursor.u16_le()?);
    let raw_name = cursor.take(name_bytes)?;
    cursor.skip(extra_bytes)?;
    Some(Entry { raw_name, flags, method, compressed_bytes, header_offset: 0 })
}

/// Reads every entry as a file of its own, and its name as text.
pub(crate) fn read(run: &mut Run<'_>, archive: &Archive<'_>) -> Read {
    read_sections(run, archive, &BTreeMap::new())
}

/// The same of an archive of which some entries are sections of a whole, by their names.
pub(crate) fn read_sections(
    run: &mut Run<'_>,
    archive: &Archive<'_>,
    sections: &BTreeMap<String, u32>,
) -> Read {
    let overlapping = archive.overlapping();
    for (number, (entry, overlaps)) in (1..).zip(archive.entries.iter().zip(overlapping)) {
        run.spend_entry()?;
        run.inside(number, |run| {
            run.segment(run.part("name"), &entry.name())?;
            if entry.is_directory() {
                return Ok(());
            }
            if overlaps {
                return Err(Stop(GapReason::Malformed));
            }
            let section = sections.get(&*entry.name()).copied();
            run.in_section(section, |run| read_entry(run, archive, entry))
        });
    }
    match archive.damage {
        Some(reason) => Err(Stop(reason)),
        None => Ok(()),
    }
}

fn read_entry(run: &mut Run<'_>, archive: &Archive<'_>, entry: &Entry<'_>) -> Read {
    let (content, end) = archive.open(run, entry);
    let name = entry.name();
    if !content.is_empty() || end.is_ok() {
        dispatch::read(run, content.expose(), Hint { name: Some(&name), media_type: None });
    }
    end
}

/// Reads one named entry of a package as a file of its own: embedded objects and pictures.
pub(crate) fn read_embedded(
    run: &mut Run<'_>,
    archive: &Archive<'_>,
    is_embedded: impl Fn(&Entry<'_>) -> bool,
) -> Read {
    for (number, entry) in (1..).zip(&archive.entries) {
        if is_embedded(entry) {
            run.spend_entry()?;
            run.inside(number, |run| read_entry(run, archive, entry));
        }
    }
    Ok(())
}
