//! Pictures: what their metadata says in words. What they show needs text recognition, which is somebody else's.

use dosimeter_content::{Content, Expose};

use crate::{
    capped::{self, Codec},
    cursor::Cursor,
    metafile,
    run::{Read, Run, Slot},
    strings,
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Reads the metadata of PNG and JPEG chunk by chunk, and of others as strings: in the parts that are
/// compressed pixels, strings are chance.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    if metafile::is_metafile(bytes) {
        return metafile::read(run, bytes);
    }
    let place = run.place();
    run.picture(|| Content::from(bytes.to_vec()), place);
    if bytes.starts_with(PNG) {
        png(run, bytes)
    } else if bytes.starts_with(b"\xff\xd8") {
        jpeg(run, bytes)
    } else {
        strings::read(run, bytes)
    }
}

/// Chunks of text, plain and compressed, and EXIF (PNG third edition, sections 11.3.3 and 11.3.4).
fn png(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let slot = run.open(run.part("metadata"));
    let mut cursor = Cursor::new(bytes.get(PNG.len()..).unwrap_or_default());
    while let (Some(length), Some(kind)) = (cursor.u32_be(), cursor.take(4)) {
        run.tick()?;
        let rest = cursor.rest();
        let data = usize::try_from(length).ok().and_then(|length| cursor.take(length));
        let data = data.unwrap_or(rest);
        match kind {
            b"tEXt" => line(run, slot, data)?,
            b"zTXt" => text(run, slot, data, 2, true)?,
            // Keyword, flag, method, language, translated keyword, text.
            b"iTXt" => {
                let after = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
                let is_compressed = data.get(after.saturating_add(1)) == Some(&1);
                text(run, slot, data, 3, is_compressed)?;
            }
            b"eXIf" => strings::read(run, data)?,
            _ => {}
        }
        if cursor.skip(4).is_none() {
            break;
        }
    }
    Ok(())
}

/// A keyword, then text after `zeros` further bytes or strings.
fn text(run: &mut Run<'_>, slot: Slot, data: &[u8], zeros: usize, is_compressed: bool) -> Read {
    let mut cursor = Cursor::new(data);
    let keyword = cursor.until_zero().unwrap_or_default();
    cursor.skip(zeros.saturating_sub(1));
    if zeros == 3 {
        cursor.until_zero();
        cursor.until_zero();
    }
    line(run, slot, keyword)?;
    if !is_compressed {
        return line(run, slot, cursor.rest());
    }
    let plain = capped::decompress(run, Codec::Zlib, cursor.rest());
    line(run, slot, plain.content.expose())?;
    plain.end
}

fn line(run: &mut Run<'_>, slot: Slot, bytes: &[u8]) -> Read {
    run.write(slot, &crate::text::decode_lossy(bytes).replace('\0', ": "))?;
    run.end_line(slot)
}

/// Application segments (EXIF, XMP, IPTC) and comments, up to the pixels (ITU-T T.81 annex B).
fn jpeg(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let mut cursor = Cursor::new(bytes.get(2..).unwrap_or_default());
    while let (Some(0xff), Some(marker)) = (cursor.u8(), cursor.u8()) {
        run.tick()?;
        let Some(length) = cursor.u16_be().and_then(|length| length.checked_sub(2)) else { break };
        let rest = cursor.rest();
        let data = cursor.take(usize::from(length)).unwrap_or(rest);
        match marker {
            // Start of scan: pixels from here on.
            0xda => break,
            // Thumbnails and colour profiles hold no words of anybody.
            0xe2 if data.starts_with(b"ICC_PROFILE") => {}
            0xe1..=0xef | 0xfe => strings::read(run, data)?,
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    fn check(bytes: &[u8], expected: &[&str]) {
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, bytes));
        let found: Vec<&str> =
            segments.iter().map(|segment| segment.text.expose().trim()).collect();
        assert_eq!(found, expected);
        assert_eq!(gaps.len(), 1);
    }

    #[test]
    fn text_of_pictures_is_read_and_pixels_are_not() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0atEXtAuthor\0AdaXXXX\0\0\0\x10iTXtTitle\0\0\0en\0\0Zo\xc3\xab";
        check(png, &["Author: Ada\nTitle\nZoë"]);
        let jpeg = b"\xff\xd8\xff\xfe\0\x0eA comment by\xff\xda\0\x02pixels pixels";
        check(jpeg, &["A comment by"]);
    }
}
