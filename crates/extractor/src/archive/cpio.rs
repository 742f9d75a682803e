//! Archives of `cpio`: the portable formats with numbers as text (POSIX.1-2001 and SVR4).

use dosimeter_record::GapReason;

use super::{cut, entry};
use crate::{
    cursor::Cursor,
    run::{Read, Run, Stop},
    text,
};

pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    [b"070701", b"070702", b"070707"].iter().any(|magic| bytes.starts_with(*magic))
        && bytes.get(6..26).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Reads the entries. O(n).
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let mut rest = bytes;
    for number in 1.. {
        run.tick()?;
        let Some((header, after)) = header(rest) else { return Err(Stop(GapReason::Malformed)) };
        if header.name == b"TRAILER!!!" {
            break;
        }
        let (data, whole) = cut(after, header.length);
        entry(run, number, &text::decode_lossy(header.name), data, whole)?;
        let next = header.length.saturating_add(header.padding(header.length));
        rest = after.get(next..).unwrap_or_default();
    }
    Ok(())
}

struct Header<'a> {
    name: &'a [u8],
    length: usize,
    /// What names and data are filled up to.
    alignment: usize,
}

impl Header<'_> {
    fn padding(&self, length: usize) -> usize {
        length.next_multiple_of(self.alignment).saturating_sub(length)
    }
}

fn header(bytes: &[u8]) -> Option<(Header<'_>, &[u8])> {
    let mut cursor = Cursor::new(bytes);
    let is_old = cursor.take(6)? == b"070707";
    let number = |cursor: &mut Cursor<'_>, digits: usize, radix: u32| {
        usize::from_str_radix(std::str::from_utf8(cursor.take(digits)?).ok()?, radix).ok()
    };
    let (length, name_length, header_length, alignment) = if is_old {
        cursor.skip(53)?;
        let name_length = number(&mut cursor, 6, 8)?;
        (number(&mut cursor, 11, 8)?, name_length, 76, 1)
    } else {
        cursor.skip(48)?;
        let length = number(&mut cursor, 8, 16)?;
        cursor.skip(32)?;
        let name_length = number(&mut cursor, 8, 16)?;
        cursor.skip(8)?;
        (length, name_length, 110, 4)
    };
    let name = cursor.take(name_length)?;
    let name = name.strip_suffix(b"\0").unwrap_or(name);
    let header = Header { name, length, alignment };
    let whole: usize = name_length.saturating_add(header_length);
    cursor.skip(header.padding(whole))?;
    Some((header, cursor.rest()))
}
