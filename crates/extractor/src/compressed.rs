//! Files of one compressed stream: bzip2, XZ, Zstandard and their like. (Gzip has a header of its own
//! and stands in [`crate::gzip`].)

use dosimeter_content::Expose;

use crate::{
    FileKind, Hint,
    capped::{self, Codec},
    dispatch,
    run::{Read, Run},
};

/// The kinds, their magic numbers, and what undoes them.
const KINDS: [(FileKind, &[u8], Codec); 7] = [
    (FileKind::Bzip2, b"BZh", Codec::Bzip2),
    (FileKind::Xz, b"\xfd7zXZ\0", Codec::Xz),
    (FileKind::Lzip, b"LZIP", Codec::Lzip),
    (FileKind::Zstd, b"\x28\xb5\x2f\xfd", Codec::Zstd),
    (FileKind::Lz4, b"\x04\x22\x4d\x18", Codec::Lz4),
    (FileKind::Compress, b"\x1f\x9d", Codec::Compress),
    (FileKind::Lzma, b"\x5d\0\0", Codec::Lzma),
];

/// Which of them these bytes are.
pub(crate) fn kind(bytes: &[u8]) -> Option<FileKind> {
    let is = |(kind, magic, _): &&(FileKind, &[u8], Codec)| {
        let follows = |at: usize, expected: fn(&u8) -> bool| bytes.get(at).is_some_and(expected);
        bytes.starts_with(magic)
            && match kind {
                FileKind::Bzip2 => {
                    follows(3, u8::is_ascii_digit) && follows(4, |b| b"1\x17".contains(b))
                }
                // Dictionary sizes are powers of two or three times one, and lengths unknown or sane.
                FileKind::Lzma => bytes
                    .get(5..13)
                    .is_some_and(|length| length == [0xff; 8] || length.ends_with(&[0; 3])),
                _ => true,
            }
    };
    KINDS.iter().find(is).map(|(kind, _, _)| *kind)
}

/// Reads what the stream holds as one entry.
pub(crate) fn read(run: &mut Run<'_>, kind: FileKind, bytes: &[u8]) -> Read {
    let Some((_, _, codec)) = KINDS.iter().find(|(known, _, _)| *known == kind) else {
        return Ok(());
    };
    run.spend_entry()?;
    let inner = capped::decompress(run, *codec, bytes);
    run.inside(1, |run| {
        dispatch::read(run, inner.content.expose(), Hint::default());
        Ok(())
    });
    inner.end
}
