//! How many pixels a picture has, by its header.

use dosimeter_record::GapReason;

use crate::cursor::Cursor;

/// What a decoder would have to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Over all pages and frames.
    pub(super) pixels: u64,
    /// Whether it has frames that follow each other.
    pub(super) is_moving: bool,
}

/// More pages than this in one picture are not counted.
const PAGES_MAX: usize = 64;

/// Measures a file. Linear in its length; looks at headers only.
pub(super) fn measure(bytes: &[u8]) -> Result<Size, GapReason> {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    let size = match () {
        () if starts(b"\x89PNG\r\n\x1a\n") => png(bytes),
        () if starts(b"\xff\xd8\xff") => jpeg(bytes),
        () if starts(b"GIF8") => gif(bytes),
        () if starts(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => webp(bytes),
        () if starts(b"BM") => bmp(bytes),
        () if starts(b"II*\0") => Some(tiff(bytes, Order::Little)?),
        () if starts(b"MM\0*") => Some(tiff(bytes, Order::Big)?),
        () if starts(b"\0\0\0\x0cjP  ") || starts(b"\xff\x4f\xff\x51") => jpeg_2000(bytes),
        () if matches!(bytes, [b'P', b'4'..=b'6', b'\n', ..]) => pnm(bytes),
        () => return Err(GapReason::ImageNotRead),
    };
    size.filter(|size| size.pixels > 0).ok_or(GapReason::Malformed)
}

fn still(width: impl Into<u64>, height: impl Into<u64>) -> Size {
    Size { pixels: width.into().saturating_mul(height.into()), is_moving: false }
}

/// The header is the first chunk; of an animation, its control comes before the pixels (PNG third edition,
/// sections 11.2.1 and 11.3.6.1).
fn png(bytes: &[u8]) -> Option<Size> {
    let mut header = Cursor::at(bytes, 16)?;
    let size = still(header.u32_be()?, header.u32_be()?);
    let mut cursor = Cursor::at(bytes, 8)?;
    while let (Some(length), Some(kind)) = (cursor.u32_be(), cursor.take(4)) {
        match kind {
            b"acTL" => return Some(Size { is_moving: true, ..size }),
            b"IDAT" => break,
            _ => {}
        }
        // The data, and its checksum.
        let skipped = usize::try_from(length).ok().and_then(|length| length.checked_add(4));
        if skipped.and_then(|bytes| cursor.skip(bytes)).is_none() {
            break;
        }
    }
    Some(size)
}

/// The frame header (ITU-T T.81 section B.2.2) among the segments before the pixels.
fn jpeg(bytes: &[u8]) -> Option<Size> {
    let mut cursor = Cursor::at(bytes, 2)?;
    loop {
        let mut marker = cursor.u8()?;
        // A marker may be filled up with any number of these.
        while marker == 0xff {
            marker = cursor.u8()?;
        }
        match marker {
            // Without a length: restarts, and what stands between segments.
            0x00 | 0x01 | 0xd0..=0xd8 => continue,
            0xd9 | 0xda => return None,
            _ => {}
        }
        let length = usize::from(cursor.u16_be()?).checked_sub(2)?;
        let mut segment = Cursor::new(cursor.take(length)?);
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            segment.skip(1)?;
            let (height, width) = (segment.u16_be()?, segment.u16_be()?);
            return Some(still(width, height));
        }
    }
}

/// All frames: decoders hold them at once (`GIF89a` sections 18 to 22).
fn gif(bytes: &[u8]) -> Option<Size> {
    let mut cursor = Cursor::at(bytes, 6)?;
    let screen = still(cursor.u16_le()?, cursor.u16_le()?);
    let colours = cursor.u8()?;
    cursor.skip(2)?;
    skip_colours(&mut cursor, colours)?;
    let (mut pixels, mut frames) = (0_u64, 0_usize);
    // What is cut is measured as far as it goes.
    while let Some(block) = cursor.u8() {
        match block {
            0x21 => cursor.skip(1).unwrap_or_default(),
            0x2c => {
                cursor.skip(4)?;
                let frame = still(cursor.u16_le()?, cursor.u16_le()?);
                pixels = pixels.saturating_add(frame.pixels);
                frames = frames.saturating_add(1);
                let colours = cursor.u8()?;
                skip_colours(&mut cursor, colours)?;
                // The size of codes.
                cursor.skip(1)?;
            }
            _ => break,
        }
        while let Some(length) = cursor.u8().filter(|length| *length > 0) {
            if cursor.skip(usize::from(length)).is_none() {
                break;
            }
        }
    }
    Some(Size { pixels: pixels.max(screen.pixels), is_moving: frames > 1 })
}

/// Skips a table of colours, if the flags say that there is one.
fn skip_colours(cursor: &mut Cursor<'_>, flags: u8) -> Option<()> {
    if flags & 0x80 == 0 {
        return Some(());
    }
    cursor.skip(3 << (usize::from(flags & 7).saturating_add(1)))
}

/// One of three headers (RFC 9649 section 2).
fn webp(bytes: &[u8]) -> Option<Size> {
    let mut data = Cursor::at(bytes, 20)?;
    match bytes.get(12..16)? {
        b"VP8 " => {
            data.skip(6)?;
            let (width, height) = (data.u16_le()?, data.u16_le()?);
            // Two bits of each say how to scale it.
            Some(still(width & 0x3fff, height & 0x3fff))
        }
        b"VP8L" => {
            data.skip(1)?;
            let bits = data.u32_le()?;
            let side = |bits: u32| (bits & 0x3fff).saturating_add(1);
            Some(still(side(bits), side(bits >> 14)))
        }
        b"VP8X" => {
            let flags = data.u8()?;
            data.skip(3)?;
            let mut side = || {
                let [low, middle, high] = *data.take(3)?.first_chunk::<3>()?;
                Some(u32::from_le_bytes([low, middle, high, 0]).saturating_add(1))
            };
            let (width, height) = (side()?, side()?);
            Some(Size { is_moving: flags & 2 != 0, ..still(width, height) })
        }
        _ => None,
    }
}

/// The old header has sides of two bytes; in the others, a negative height is a picture from the top down.
fn bmp(bytes: &[u8]) -> Option<Size> {
    let mut header = Cursor::at(bytes, 14)?;
    if header.u32_le()? == 12 {
        return Some(still(header.u16_le()?, header.u16_le()?));
    }
    let mut side = || header.u32_le().map(|side| side.cast_signed().unsigned_abs());
    Some(still(side()?, side()?))
}

/// The size in the codestream (ITU-T T.800 section A.5.1): the header of the file may say something else.
fn jpeg_2000(bytes: &[u8]) -> Option<Size> {
    const START: &[u8] = b"\xff\x4f\xff\x51";
    let start = bytes.windows(START.len()).position(|window| window == START)?;
    let mut cursor = Cursor::at(bytes, start.checked_add(START.len())?.checked_add(4)?)?;
    Some(still(cursor.u32_be()?, cursor.u32_be()?))
}

/// Two numbers behind the magic number, as we write them ourselves.
fn pnm(bytes: &[u8]) -> Option<Size> {
    let line = bytes.get(3..)?.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line.get(..24).unwrap_or(line)).ok()?;
    let (width, height) = line.split_once(' ')?;
    Some(still(width.parse::<u32>().ok()?, height.parse::<u32>().ok()?))
}

#[derive(Clone, Copy)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn u16(self, cursor: &mut Cursor<'_>) -> Option<u16> {
        match self {
            Self::Little => cursor.u16_le(),
            Self::Big => cursor.u16_be(),
        }
    }

    fn u32(self, cursor: &mut Cursor<'_>) -> Option<u32> {
        match self {
            Self::Little => cursor.u32_le(),
            Self::Big => cursor.u32_be(),
        }
    }
}

/// All pages: each is recognised (TIFF 6.0 section 2).
fn tiff(bytes: &[u8], order: Order) -> Result<Size, GapReason> {
    let mut pixels = 0_u64;
    let mut at = Cursor::at(bytes, 4).and_then(|mut cursor| order.u32(&mut cursor));
    for _ in 0..PAGES_MAX {
        let page = at.and_then(|at| tiff_page(bytes, order, at)).ok_or(GapReason::Malformed)?;
        pixels = pixels.saturating_add(page.0);
        if page.1 == 0 {
            return Ok(Size { pixels, is_moving: false });
        }
        at = Some(page.1);
    }
    Err(GapReason::TooManyEntries)
}

/// The pixels of a page, and where the next one is.
fn tiff_page(bytes: &[u8], order: Order, at: u32) -> Option<(u64, u32)> {
    const WIDTH: u16 = 256;
    const HEIGHT: u16 = 257;
    const SHORT: u16 = 3;
    let mut cursor = Cursor::at(bytes, usize::try_from(at).ok()?)?;
    let (mut width, mut height) = (0_u32, 0_u32);
    for _ in 0..order.u16(&mut cursor)? {
        let mut entry = Cursor::new(cursor.take(12)?);
        let (tag, kind) = (order.u16(&mut entry)?, order.u16(&mut entry)?);
        entry.skip(4)?;
        let value =
            if kind == SHORT { order.u16(&mut entry)?.into() } else { order.u32(&mut entry)? };
        match tag {
            WIDTH => width = value,
            HEIGHT => height = value,
            _ => {}
        }
    }
    let next = order.u32(&mut cursor).unwrap_or_default();
    Some((u64::from(width).saturating_mul(height.into()), next))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], pixels: u64, is_moving: bool) {
        assert_eq!(measure(bytes), Ok(Size { pixels, is_moving }), "{bytes:?}");
    }

    fn check_refused(bytes: &[u8], reason: GapReason) {
        assert_eq!(measure(bytes), Err(reason), "{bytes:?}");
    }

    #[test]
    fn headers_say_how_large_a_picture_is() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x01\0\0\0\0\x03\x08\0\0\0\0crc!";
        check(png, 768, false);
        check(&[&png[..], b"\0\0\0\x08acTL"].concat(), 768, true);
        // A segment, filling, then the frame.
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xff\xc2\0\x0b\x08\0\x05\0\x07\x01\x01\x11\0";
        check(jpeg, 35, false);
        check(b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x03\0\0\x04\0\0", 20, true);
        check(b"RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x03\0\x01\0", 20, false);
        check(b"RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a\x04\0\x05\0", 20, false);
        check(b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0\x02\0\0\0\xfd\xff\xff\xff", 6, false);
        check(b"\xff\x4f\xff\x51\0\x29\0\0\0\0\0\x04\0\0\0\x05", 20, false);
        check(b"P5\n4 5\n255\n", 20, false);
    }

    /// A frame of 2 by 3 pixels.
    const FRAME: &[u8] = b"\x2c\0\0\0\0\x02\0\x03\0\0\x02\x01\x00\0";

    #[test]
    fn all_frames_and_pages_count() {
        let screen = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
        check(&[screen, FRAME].concat(), 6, false);
        check(&[screen, FRAME, b"\x21\xf9\x01a\0", FRAME, b"\x3b"].concat(), 12, true);
        let page = |next: u8| {
            let width = b"\0\x01\x03\0\x01\0\0\0\x04\0\0\0";
            let height = b"\x01\x01\x04\0\x01\0\0\0\x05\0\0\0";
            [&[2, 0], &width[..], height, &[next, 0, 0, 0]].concat()
        };
        let start = b"II*\0\x08\0\0\0";
        check(&[start, page(0).as_slice()].concat(), 20, false);
        check(&[start, page(38).as_slice(), &page(0)].concat(), 40, false);
        // A page that is followed by itself.
        check_refused(&[start, page(8).as_slice()].concat(), GapReason::TooManyEntries);
    }

    #[test]
    fn what_cannot_be_measured_is_not_handed_over() {
        check_refused(b"", GapReason::ImageNotRead);
        check_refused(b"list-of-files.png\n", GapReason::ImageNotRead);
        check_refused(b"\0\0\0\x18ftypheic", GapReason::ImageNotRead);
        for cut in [&b"BM"[..], b"GIF89a", b"P5\n", b"P5\n0 0\n255\n", b"\x89PNG\r\n\x1a\n"] {
            check_refused(cut, GapReason::Malformed);
        }
        check_refused(b"\xff\xd8\xff\xda\0\x02pixels", GapReason::Malformed);
        check_refused(b"II*\0\xff\xff\xff\xff", GapReason::Malformed);
    }
}
