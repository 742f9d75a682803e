//! The directory at the end of an archive (APPNOTE 4.3.12 to 4.3.16).

use super::Entry;
use crate::cursor::Cursor;

/// Whether these bytes start like an archive.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Lists the entries; `None` if there is no directory, or it is broken or incomplete.
///
/// One entry more than `entries_max` shows that there were too many.
pub(super) fn list(bytes: &[u8], entries_max: usize) -> Option<Vec<Entry<'_>>> {
    let end = find_end(bytes)?;
    let (count, stated) = locate(bytes, end)?;
    let offset = before(bytes, end).unwrap_or(stated);
    // Where something was put before the archive later on, all offsets are off by as much.
    let shift = offset.checked_signed_diff(stated)?;
    let mut entries = Vec::new();
    let mut cursor = Cursor::at(bytes, offset)?;
    for _ in 0..count.min(entries_max.saturating_add(1)) {
        let mut entry = entry(&mut cursor)?;
        entry.header_offset = entry.header_offset.checked_add_signed(shift)?;
        entries.push(entry);
    }
    Some(entries)
}

/// Where an archive starts that stands behind something else, such as the program that unpacks it.
pub(crate) fn appended(bytes: &[u8]) -> Option<usize> {
    list(bytes, 1).filter(|entries| !entries.is_empty())?;
    bytes.windows(4).position(|window| window == b"PK\x03\x04")
}

/// Where the directory stands by its length, right before the end record.
fn before(bytes: &[u8], end: usize) -> Option<usize> {
    let mut cursor = Cursor::at(bytes, end.checked_add(12)?)?;
    let offset = end.checked_sub(usize::try_from(cursor.u32_le()?).ok()?)?;
    Cursor::at(bytes, offset)?.take(4).filter(|magic| magic == b"PK\x01\x02")?;
    Some(offset)
}

/// The end record stands at the end, before a comment of at most 65 535 bytes.
fn find_end(bytes: &[u8]) -> Option<usize> {
    let from = bytes.len().saturating_sub(22 + 65_535);
    let tail = bytes.get(from..)?;
    let position = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    position.checked_add(from)
}

/// The number of entries and where the directory starts.
fn locate(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let mut cursor = Cursor::at(bytes, end)?;
    cursor.skip(10)?;
    let count = cursor.u16_le()?;
    let _directory_bytes = cursor.u32_le()?;
    let offset = cursor.u32_le()?;
    if count != u16::MAX && offset != u32::MAX {
        return Some((usize::from(count), usize::try_from(offset).ok()?));
    }
    locate64(bytes, end).or(Some((usize::from(count), usize::try_from(offset).ok()?)))
}

/// The same from the ZIP64 records (4.3.14 and 4.3.15).
fn locate64(bytes: &[u8], end: usize) -> Option<(usize, usize)> {
    let mut locator = Cursor::at(bytes, end.checked_sub(20)?)?;
    if locator.take(4)? != b"PK\x06\x07" {
        return None;
    }
    locator.skip(4)?;
    let mut record = Cursor::at(bytes, usize::try_from(locator.u64_le()?).ok()?)?;
    if record.take(4)? != b"PK\x06\x06" {
        return None;
    }
    record.skip(28)?;
    let count = usize::try_from(record.u64_le()?).ok()?;
    record.skip(8)?;
    Some((count, usize::try_from(record.u64_le()?).ok()?))
}

/// One record of the directory (4.3.12).
fn entry<'a>(cursor: &mut Cursor<'a>) -> Option<Entry<'a>> {
    if cursor.take(4)? != b"PK\x01\x02" {
        return None;
    }
    cursor.skip(4)?;
    let flags = cursor.u16_le()?;
    let method = cursor.u16_le()?;
    cursor.skip(8)?;
    let compressed = cursor.u32_le()?;
    let size = cursor.u32_le()?;
    let name_bytes = usize::from(cursor.u16_le()?);
    let extra_bytes = usize::from(cursor.u16_le()?);
    let comment_bytes = usize::from(cursor.u16_le()?);
    cursor.skip(8)?;
    let offset = cursor.u32_le()?;
    let raw_name = cursor.take(name_bytes)?;
    let extra = cursor.take(extra_bytes)?;
    cursor.skip(comment_bytes)?;
    let (compressed_bytes, offset) =
        wide(extra, size, compressed, offset).unwrap_or((u64::from(compressed), u64::from(offset)));
    let header_offset = usize::try_from(offset).ok()?;
    Some(Entry { raw_name, flags, method, compressed_bytes, header_offset })
}

/// The ZIP64 extra field (4.5.3) holds, in this order, those of size, compressed size and offset
/// that did not fit.
fn wide(extra: &[u8], size: u32, compressed: u32, offset: u32) -> Option<(u64, u64)> {
    let mut fields = Cursor::new(extra);
    loop {
        let id = fields.u16_le()?;
        let length = usize::from(fields.u16_le()?);
        let mut field = Cursor::new(fields.take(length)?);
        if id != 1 {
            continue;
        }
        if size == u32::MAX {
            field.u64_le()?;
        }
        let compressed =
            if compressed == u32::MAX { field.u64_le()? } else { u64::from(compressed) };
        let offset = if offset == u32::MAX { field.u64_le()? } else { u64::from(offset) };
        return Some((compressed, offset));
    }
}
