//! Compound files ([MS-CFB]): encrypted Office documents, the older Office formats, Outlook messages.
//!
//! Encryption is recognised ([MS-OFFCRYPTO] 2.3.4: a stream of that name holds the package). The
//! older formats keep their text uncompressed, so the strings in them are read; since that is no
//! parser, they stay a gap.

use dosimeter_record::GapReason;

use crate::{
    run::{Read, Run, Stop},
    strings,
};

/// Tells encrypted documents from others and reads the strings of the latter.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    if has_stream(bytes, "EncryptedPackage") {
        return Err(Stop(GapReason::Encrypted));
    }
    strings::read(run, bytes)?;
    Err(Stop(GapReason::Unsupported))
}

/// Whether a directory entry of that name exists: its name stands in UTF-16LE at the start of an
/// entry, and entries are 128 bytes long in sectors of at least 512 (2.6.1).
fn has_stream(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.chunks(128).any(|entry| entry.starts_with(&wide))
}
