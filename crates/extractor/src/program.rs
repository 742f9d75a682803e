//! Programs, and whatever else nothing here reads: runs of readable characters, and the archive that stands
//! behind a program that unpacks itself.

use dosimeter_record::GapReason;

use crate::{
    Hint,
    archive::{rar, sevenz},
    dispatch,
    run::{Read, Run, Stop},
    strings, zip,
};

/// Reads the strings, and the archive as an entry.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let start = archive(bytes).unwrap_or(bytes.len());
    let (program, archive) = bytes.split_at_checked(start).unwrap_or((bytes, &[]));
    strings::read(run, program)?;
    if !archive.is_empty() {
        run.spend_entry()?;
        run.inside(1, |run| {
            dispatch::read(run, archive, Hint::default());
            Ok(())
        });
    }
    Err(Stop(GapReason::Unsupported))
}

/// Where the archive starts. Those without a directory at their end are looked for in programs only.
fn archive(bytes: &[u8]) -> Option<usize> {
    let is_program = [&b"MZ"[..], b"\x7fELF"].iter().any(|magic| bytes.starts_with(magic));
    let position = |magic: &[u8]| bytes.windows(magic.len()).position(|window| window == magic);
    let by_magic = [rar::MAGIC, sevenz::MAGIC].into_iter().filter_map(position).min();
    by_magic.filter(|_| is_program).or_else(|| zip::appended(bytes))
}
