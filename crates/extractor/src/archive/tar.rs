//! Tape archives (POSIX.1-2017 `pax`, with the long names of GNU tar).

use dosimeter_record::GapReason;

use super::{cut, entry};
use crate::{
    run::{Read, Run, Stop},
    text,
};

const BLOCK: usize = 512;

/// Whether the first block is a header: by its checksum, which old archives have as well.
pub(crate) fn is_archive(bytes: &[u8]) -> bool {
    bytes.first_chunk::<BLOCK>().is_some_and(has_checksum)
}

/// The sum of all bytes of the header, with blanks in place of the sum itself.
fn has_checksum(header: &[u8; BLOCK]) -> bool {
    let stored = octal(header.get(148..156).unwrap_or_default());
    let sum: usize = header
        .iter()
        .enumerate()
        .map(|(at, byte)| if (148..156).contains(&at) { 32 } else { usize::from(*byte) })
        .sum();
    header.first() != Some(&0) && stored == Some(sum)
}

/// Reads the entries. O(n).
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let mut rest = bytes;
    let mut long_name: Option<String> = None;
    let mut number = 0_u32;
    while let Some((header, after)) = rest.split_first_chunk::<BLOCK>() {
        run.tick()?;
        if header.iter().all(|byte| *byte == 0) {
            rest = after;
            continue;
        }
        if !has_checksum(header) {
            return Err(Stop(GapReason::Malformed));
        }
        let length = size(header.get(124..136).unwrap_or_default());
        let (data, whole) = cut(after, length);
        rest = after.get(length.div_ceil(BLOCK).saturating_mul(BLOCK)..).unwrap_or_default();
        match header.get(156) {
            // GNU: the name of the next entry. POSIX: its attributes, with the path among them.
            Some(b'L') => long_name = Some(string(data)),
            Some(b'x') => long_name = pax_path(data).or(long_name),
            Some(b'g' | b'K') => {}
            _ => {
                number = number.saturating_add(1);
                let name = long_name.take().unwrap_or_else(|| name(header));
                entry(run, number, &name, data, whole)?;
            }
        }
    }
    if rest.is_empty() { Ok(()) } else { Err(Stop(GapReason::Malformed)) }
}

fn name(header: &[u8]) -> String {
    let name = string(header.get(..100).unwrap_or_default());
    let is_posix = header.get(257..262) == Some(b"ustar");
    let prefix = header.get(345..500).filter(|_| is_posix).map(string).unwrap_or_default();
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

fn string(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    text::decode_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
}

fn pax_path(records: &[u8]) -> Option<String> {
    let line = records.split(|byte| *byte == b'\n').find_map(|record| {
        let at = record.windows(6).position(|window| window == b" path=")?;
        record.get(at.saturating_add(6)..)
    })?;
    Some(string(line))
}

/// A size: octal digits, or binary if the first bit is set (GNU).
fn size(field: &[u8]) -> usize {
    match field.split_first() {
        Some((first, rest)) if first & 0x80 != 0 => rest
            .iter()
            .try_fold(usize::from(first & 0x7f), |value, byte| {
                value.checked_mul(256)?.checked_add(usize::from(*byte))
            })
            .unwrap_or(usize::MAX),
        _ => octal(field).unwrap_or(0),
    }
}

fn octal(field: &[u8]) -> Option<usize> {
    let digits = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    usize::from_str_radix(digits, 8).ok()
}
