//! Archives of `ar`: static libraries and Debian packages.

use dosimeter_record::GapReason;

use super::{cut, entry};
use crate::{
    run::{Read, Run, Stop},
    text,
};

pub(crate) const MAGIC: &[u8] = b"!<arch>\n";

/// Reads the entries. O(n).
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let mut rest = bytes.get(MAGIC.len()..).unwrap_or_default();
    let mut number = 0_u32;
    while let Some((header, after)) = rest.split_at_checked(60) {
        run.tick()?;
        if !header.ends_with(b"`\n") {
            return Err(Stop(GapReason::Malformed));
        }
        let field =
            |from: usize, to: usize| text::decode_lossy(header.get(from..to).unwrap_or_default());
        let name = field(0, 16);
        let length = field(48, 58).trim().parse().unwrap_or(0);
        let (data, whole) = cut(after, length);
        number = number.saturating_add(1);
        entry(run, number, name.trim().trim_end_matches('/'), data, whole)?;
        // Entries start at even positions.
        rest = after.get(length.next_multiple_of(2)..).unwrap_or_default();
    }
    Ok(())
}
