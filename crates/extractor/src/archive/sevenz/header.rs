//! The list of entries of a 7z archive (`7zFormat.txt` of the LZMA SDK), as far as it says what reading it costs.

use crate::cursor::Cursor;

/// What stands in the list.
const ENCODED: u8 = 0x17;
const PACKED: u8 = 0x06;
const UNPACKED: u8 = 0x07;
const SIZES: u8 = 0x09;
const DIGESTS: u8 = 0x0a;
const FOLDERS: u8 = 0x0b;
const PLAIN_SIZES: u8 = 0x0c;
const END: u8 = 0;

/// The list as it is stored.
pub(super) fn stored(bytes: &[u8]) -> Option<&[u8]> {
    let mut cursor = Cursor::at(bytes, 12)?;
    let offset = usize::try_from(cursor.u64_le()?).ok()?;
    let length = usize::try_from(cursor.u64_le()?).ok()?;
    let start = offset.checked_add(32)?;
    bytes.get(start..start.checked_add(length)?)
}

/// How long the list is once it is decompressed, if it is compressed.
pub(super) fn plain_bytes(stored: &[u8]) -> Option<u64> {
    let mut cursor = Cursor::new(stored);
    if cursor.u8()? != ENCODED {
        return u64::try_from(stored.len()).ok();
    }
    skip_packed(&mut cursor)?;
    for expected in [UNPACKED, FOLDERS] {
        (cursor.u8()? == expected).then_some(())?;
    }
    let folders = number(&mut cursor)?;
    // Not in a stream of its own.
    (cursor.u8()? == 0).then_some(())?;
    let mut outputs = 0_u64;
    for _ in 0..folders {
        outputs = outputs.checked_add(skip_folder(&mut cursor)?)?;
    }
    (cursor.u8()? == PLAIN_SIZES).then_some(())?;
    let mut sum = 0_u64;
    for _ in 0..outputs {
        sum = sum.checked_add(number(&mut cursor)?)?;
    }
    Some(sum)
}

/// Where the compressed list stands, and its checksums.
fn skip_packed(cursor: &mut Cursor<'_>) -> Option<()> {
    (cursor.u8()? == PACKED).then_some(())?;
    number(cursor)?;
    let streams = number(cursor)?;
    loop {
        match cursor.u8()? {
            END => return Some(()),
            SIZES => {
                for _ in 0..streams {
                    number(cursor)?;
                }
            }
            DIGESTS => {
                let streams = usize::try_from(streams).ok()?;
                let count = if cursor.u8()? == 0 {
                    let defined = cursor.take(streams.div_ceil(8))?;
                    defined.iter().map(|bits| usize::try_from(bits.count_ones()).unwrap_or(0)).sum()
                } else {
                    streams
                };
                cursor.skip(count.checked_mul(4)?)?;
            }
            _ => return None,
        }
    }
}

/// The coders of a folder and how they are connected; gives how many streams they put out.
fn skip_folder(cursor: &mut Cursor<'_>) -> Option<u64> {
    let (mut inputs, mut outputs) = (0_u64, 0_u64);
    for _ in 0..number(cursor)? {
        let flags = cursor.u8()?;
        cursor.skip(usize::from(flags & 0xf))?;
        let (more_inputs, more_outputs) =
            if flags & 0x10 == 0 { (1, 1) } else { (number(cursor)?, number(cursor)?) };
        inputs = inputs.checked_add(more_inputs)?;
        outputs = outputs.checked_add(more_outputs)?;
        if flags & 0x20 != 0 {
            let properties = number(cursor)?;
            cursor.skip(usize::try_from(properties).ok()?)?;
        }
    }
    let bound = outputs.checked_sub(1)?;
    for _ in 0..bound {
        number(cursor)?;
        number(cursor)?;
    }
    let packed = inputs.checked_sub(bound)?;
    for _ in 0..if packed > 1 { packed } else { 0 } {
        number(cursor)?;
    }
    Some(outputs)
}

/// A number whose first byte says, by its highest ones, how many follow.
fn number(cursor: &mut Cursor<'_>) -> Option<u64> {
    let first = u64::from(cursor.u8()?);
    let mut value = 0;
    for index in 0..8 {
        let mask = 0x80_u64 >> index;
        if first & mask == 0 {
            return Some(value | (first & (mask - 1)) << (8 * index));
        }
        value |= u64::from(cursor.u8()?) << (8 * index);
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_to_nine_bytes() {
        for (bytes, expected) in [
            (&b"\x05"[..], Some(5)),
            (b"\x81\x02", Some(0x102)),
            (b"\xc1\x02\x03", Some(0x1_0302)),
            (b"\xff\x01\0\0\0\0\0\0\x80", Some(0x8000_0000_0000_0001)),
            (b"\x81", None),
        ] {
            assert_eq!(number(&mut Cursor::new(bytes)), expected);
        }
    }

    #[test]
    fn the_length_of_a_list_is_known_before_it_is_read() {
        assert_eq!(plain_bytes(b"\x01\x05"), Some(2));
        // One stream of LZMA with five bytes of properties, 0x1234 bytes long.
        let list = b"\x17\x06\0\x01\x09\x20\0\x07\x0b\x01\0\x01\x23\x03\x01\x01\x05\x5d\0\0\x01\0\x0c\x92\x34";
        assert_eq!(plain_bytes(list), Some(0x1234));
        assert_eq!(plain_bytes(&list[..list.len() - 1]), None);
    }
}
