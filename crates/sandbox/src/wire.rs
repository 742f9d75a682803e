//! What goes through the pipes: lengths in little-endian order, then bytes.

use std::io::{self, Read, Write};

use dosimeter_content::{Content, ContentBuilder, Expose, Text};
use dosimeter_extractor::{FileKind, Hint, Picture, Segment};
use dosimeter_record::{Gap, Locator};

use crate::{Limits, recognise::PICTURE_BYTES_MAX};

/// A locator or a gap in JSON is a few hundred bytes at most.
const JSON_BYTES_MAX: u64 = 1 << 16;

/// Names and media types longer than this are cut: they are hints.
const HINT_BYTES_MAX: u64 = 1 << 12;

const SEGMENT: u8 = 1;
const GAP: u8 = 2;
const END: u8 = 3;
const PICTURE: u8 = 4;

/// What the parent asks for.
pub(crate) struct Request {
    pub(crate) file: Content,
    pub(crate) name: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) limits: Limits,
    /// How many pictures are wanted.
    pub(crate) pictures: usize,
}

/// What the child answers, piece by piece.
pub(crate) enum Reply {
    /// Text, and where it stands.
    Segment(Segment),
    /// Something that was not read.
    Gap(Gap),
    /// A picture whose text is still to be read.
    Picture(Picture),
    /// The end of a file of this kind.
    End(FileKind),
}

/// Everything of a request but the file itself.
pub(crate) fn request_head(
    file_bytes: usize,
    hint: Hint<'_>,
    limits: Limits,
    pictures: usize,
) -> Vec<u8> {
    let mut head = Vec::new();
    for text in [hint.name, hint.media_type] {
        let text = text.unwrap_or_default().as_bytes();
        let text = text.get(..4096).unwrap_or(text);
        head.extend((text.len() as u64).to_le_bytes());
        head.extend(text);
    }
    let wall = u64::try_from(limits.wall.as_millis()).unwrap_or(u64::MAX);
    for number in [limits.file_bytes as u64, wall, pictures as u64, file_bytes as u64] {
        head.extend(number.to_le_bytes());
    }
    head
}

pub(crate) fn read_request(input: &mut impl Read) -> io::Result<Request> {
    let mut text = || -> io::Result<Option<String>> {
        let bytes = read_bytes(input, HINT_BYTES_MAX)?;
        let text = String::from_utf8_lossy(bytes.expose()).into_owned();
        Ok(Some(text).filter(|text| !text.is_empty()))
    };
    let (name, media_type) = (text()?, text()?);
    let limits = Limits {
        file_bytes: usize::try_from(read_number(input)?).unwrap_or(usize::MAX),
        wall: std::time::Duration::from_millis(read_number(input)?),
    };
    let pictures = usize::try_from(read_number(input)?).unwrap_or_default();
    // The parent is trusted; the file is as long as it says.
    let file = read_bytes(input, u64::MAX)?;
    Ok(Request { file, name, media_type, limits, pictures })
}

pub(crate) fn write_segment(output: &mut impl Write, segment: &Segment) -> io::Result<()> {
    output.write_all(&[SEGMENT])?;
    write_bytes(output, &serde_json::to_vec(&segment.locator)?)?;
    write_bytes(output, segment.text.expose().as_bytes())
}

pub(crate) fn write_picture(output: &mut impl Write, picture: &Picture) -> io::Result<()> {
    output.write_all(&[PICTURE])?;
    write_bytes(output, &serde_json::to_vec(picture.locator())?)?;
    write_bytes(output, picture.bytes().expose())
}

pub(crate) fn write_gap(output: &mut impl Write, gap: &Gap) -> io::Result<()> {
    output.write_all(&[GAP])?;
    write_bytes(output, &serde_json::to_vec(gap)?)
}

pub(crate) fn write_end(output: &mut impl Write, kind: FileKind) -> io::Result<()> {
    let index = FileKind::ALL.iter().position(|known| *known == kind).unwrap_or_default();
    output.write_all(&[END, u8::try_from(index).unwrap_or_default()])?;
    output.flush()
}

/// Reads one reply, of which a text may have `text_bytes_max`. The child is not trusted: whatever is out
/// of range is an error.
pub(crate) fn read_reply(input: &mut impl Read, text_bytes_max: u64) -> io::Result<Reply> {
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    match read_u8(input)? {
        SEGMENT => {
            let locator = read_locator(input)?;
            let text = read_bytes(input, text_bytes_max)?;
            let text = std::str::from_utf8(text.expose()).map_err(|_| broken())?.to_owned();
            Ok(Reply::Segment(Segment { text: Text::from(text), locator }))
        }
        GAP => {
            let json = read_bytes(input, JSON_BYTES_MAX)?;
            Ok(Reply::Gap(serde_json::from_slice(json.expose()).map_err(|_| broken())?))
        }
        PICTURE => {
            let locator = read_locator(input)?;
            let bytes = read_bytes(input, PICTURE_BYTES_MAX)?;
            // It is measured again: whoever took the child over could say anything.
            Ok(match Picture::new(bytes, locator.clone()) {
                Ok(picture) => Reply::Picture(picture),
                Err(reason) => Reply::Gap(Gap::at(reason, locator)),
            })
        }
        END => {
            let index = usize::from(read_u8(input)?);
            FileKind::ALL.get(index).map(|kind| Reply::End(*kind)).ok_or_else(broken)
        }
        _ => Err(broken()),
    }
}

fn read_locator(input: &mut impl Read) -> io::Result<Locator> {
    let json = read_bytes(input, JSON_BYTES_MAX)?;
    serde_json::from_slice(json.expose()).map_err(|_| io::ErrorKind::InvalidData.into())
}

fn write_bytes(output: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    output.write_all(&(bytes.len() as u64).to_le_bytes())?;
    output.write_all(bytes)
}

/// Reads bytes into memory that grows as they come, so that a length that lies allocates nothing.
fn read_bytes(input: &mut impl Read, bytes_max: u64) -> io::Result<Content> {
    let length = read_number(input)?;
    if length > bytes_max {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut builder = ContentBuilder::with_limit(usize::try_from(length).unwrap_or(usize::MAX));
    let mut chunk = zeroize::Zeroizing::new([0_u8; 1 << 13]);
    let mut left = length;
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(chunk.len());
        let chunk = chunk.get_mut(..wanted).unwrap_or_default();
        input.read_exact(chunk)?;
        // Within its limit, which is the length.
        let _fits = builder.push(chunk);
        left = left.saturating_sub(wanted as u64);
    }
    Ok(builder.finish())
}

fn read_u8(input: &mut impl Read) -> io::Result<u8> {
    let mut byte = [0];
    input.read_exact(&mut byte)?;
    let [byte] = byte;
    Ok(byte)
}

fn read_number(input: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    input.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use dosimeter_record::GapReason;

    use super::*;

    fn check_refused(bytes: &[u8]) {
        assert!(read_reply(&mut &*bytes, 1 << 20).is_err(), "{bytes:?}");
    }

    #[test]
    fn replies_come_back_as_they_were() {
        let mut bytes = Vec::new();
        let locator = Locator { page: Some(3), part: Some("comment".into()), ..Locator::default() };
        let segment = Segment { text: Text::from("héllo".to_owned()), locator: locator.clone() };
        write_segment(&mut bytes, &segment).unwrap();
        write_gap(&mut bytes, &Gap::at(GapReason::Encrypted, locator.clone())).unwrap();
        write_end(&mut bytes, FileKind::Pdf).unwrap();
        let mut input = &*bytes;
        let Ok(Reply::Segment(read)) = read_reply(&mut input, 100) else { panic!("a segment") };
        assert_eq!((read.text.expose(), &read.locator), ("héllo", &locator));
        let Ok(Reply::Gap(gap)) = read_reply(&mut input, 100) else { panic!("a gap") };
        assert_eq!(gap, Gap::at(GapReason::Encrypted, locator));
        assert!(matches!(read_reply(&mut input, 100), Ok(Reply::End(FileKind::Pdf))));
    }

    #[test]
    fn a_child_that_lies_is_refused() {
        check_refused(b"");
        check_refused(&[9]);
        check_refused(&[END, 255]);
        // A text of 2^64 - 1 bytes, and one that is not UTF-8.
        check_refused(&[&[SEGMENT, 2, 0, 0, 0, 0, 0, 0, 0][..], b"{}", &[0xff; 8]].concat());
        check_refused(
            &[&[SEGMENT, 2, 0, 0, 0, 0, 0, 0, 0][..], b"{}", &[1, 0, 0, 0, 0, 0, 0, 0, 0xff]]
                .concat(),
        );
        check_refused(&[&[GAP, 1, 0, 0, 0, 0, 0, 0, 0][..], b"x"].concat());
    }
}
