//! Archives without a directory: truncated downloads, mostly. The local headers still tell where
//! each entry starts.

use super::{Entry, local_header};
use crate::cursor::Cursor;

/// Lists the entries by their local headers. O(n).
///
/// A header says how long its entry is unless the archive was written as a stream; then the entry
/// reaches to the next header or the directory, and its compression knows where it ends.
pub(super) fn list(bytes: &[u8], entries_max: usize) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut from = 0;
    while let Some(offset) = next_header(bytes, from)
        && entries.len() <= entries_max
    {
        let parsed = Cursor::at(bytes, offset).and_then(|mut cursor| {
            let entry = local_header(&mut cursor)?;
            Some((entry, bytes.len().saturating_sub(cursor.rest().len())))
        });
        from = offset.saturating_add(4);
        let Some((mut entry, data)) = parsed else { continue };
        if entry.raw_name.is_empty() {
            continue;
        }
        entry.header_offset = offset;
        let known = usize::try_from(entry.compressed_bytes).unwrap_or(usize::MAX);
        if entry.flags & FLAG_STREAMED != 0 || known == 0 {
            let end = next_record(bytes, data).unwrap_or(bytes.len());
            entry.compressed_bytes = end.saturating_sub(data) as u64;
            from = end;
        } else {
            from = data.saturating_add(known);
        }
        entries.push(entry);
    }
    entries
}

const FLAG_STREAMED: u16 = 1 << 3;

fn next_header(bytes: &[u8], from: usize) -> Option<usize> {
    find(bytes, from, |window| window == b"PK\x03\x04")
}

fn next_record(bytes: &[u8], from: usize) -> Option<usize> {
    // A local header, a directory record or a data descriptor.
    let records = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"];
    find(bytes, from, |window| records.iter().any(|record| window == *record))
}

fn find(bytes: &[u8], from: usize, is_match: impl Fn(&[u8]) -> bool) -> Option<usize> {
    let position = bytes.get(from..)?.windows(4).position(is_match)?;
    position.checked_add(from)
}
