//! Packages of RPM (the format's reference manual, "RPM Package format V4"): a lead, two headers, and a
//! compressed `cpio` archive.

use dosimeter_record::GapReason;

use crate::{
    Hint,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Stop},
    strings,
};

pub(crate) const MAGIC: &[u8] = b"\xed\xab\xee\xdb";

const LEAD_BYTES: usize = 96;

/// Reads what the headers say, and the archive as an entry.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let (header, payload) = split(bytes).ok_or(Stop(GapReason::Malformed))?;
    let slot = run.open(run.part("metadata"));
    strings::read_utf8(run, slot, header, 2)?;
    run.spend_entry()?;
    run.inside(1, |run| {
        dispatch::read(run, payload, Hint::default());
        Ok(())
    });
    Ok(())
}

/// The values of the main header, and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (signature, _) = header(bytes.get(LEAD_BYTES..)?)?;
    // Only the signature is filled up, to a multiple of eight bytes.
    let start = LEAD_BYTES.checked_add(signature)?.checked_next_multiple_of(8)?;
    let main = bytes.get(start..)?;
    let (length, values) = header(main)?;
    Some((main.get(values..length)?, main.get(length..)?))
}

/// The length of the header at the start, and where its values start behind their index.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut cursor = Cursor::new(bytes);
    (cursor.take(3)? == b"\x8e\xad\xe8").then_some(())?;
    cursor.skip(5)?;
    let entries = usize::try_from(cursor.u32_be()?).ok()?;
    let value_bytes = usize::try_from(cursor.u32_be()?).ok()?;
    let values = entries.checked_mul(16)?.checked_add(16)?;
    Some((values.checked_add(value_bytes)?, values))
}
