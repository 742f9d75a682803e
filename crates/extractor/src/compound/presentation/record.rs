//! The records of a presentation ([MS-PPT] 2.3).

use dosimeter_record::GapReason;

use crate::{
    cursor::Cursor,
    run::{Read, Run, Stop},
};

/// Holds records of newer versions, such as comments, though it is no container by its header.
const BINARY_TAG: u16 = 0x138b;

/// Containers within containers; real ones stand about ten deep.
const DEPTH_MAX: usize = 64;

/// A record: a container, before what it contains, or one with data.
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) instance: u16,
    /// Where it begins and ends.
    pub(super) at: usize,
    pub(super) to: usize,
    /// Nothing, if it is a container.
    pub(super) data: &'a [u8],
}

/// Visits all records in their order. Containers are entered by going on after their header, so nothing
/// recurses; where a record does not fit into its container, reading goes on after the container, and the
/// damage is handed back. O(n).
pub(super) fn each<'a, 'b>(
    run: &mut Run<'b>,
    stream: &'a [u8],
    mut visit: impl FnMut(&mut Run<'b>, Record<'a>) -> Read,
) -> Read<Read> {
    let mut ends = vec![stream.len()];
    let mut at = 0_usize;
    let mut damage = Ok(());
    while let Some(&end) = ends.last() {
        run.tick()?;
        let Some((head, kind, length)) = header(stream.get(at..end)) else {
            // Fewer bytes than a header has: padding.
            at = at.max(end);
            ends.pop();
            continue;
        };
        if (head, kind, length) == (0, 0, 0) {
            // Filled up to the next sector by an incremental save.
            let rest = stream.get(at..end).unwrap_or_default();
            let zeros = rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
            at = at.saturating_add(zeros);
            continue;
        }
        let from = at.saturating_add(8);
        let to = from.saturating_add(length);
        let is_container = head & 0xf == 0xf || kind == BINARY_TAG;
        let is_entered = is_container && ends.len() < DEPTH_MAX;
        if !is_entered && to > end {
            damage = Err(Stop(GapReason::Malformed));
        }
        let to = to.min(end);
        let data = if is_entered { None } else { stream.get(from..to) };
        let instance = head >> 4;
        visit(run, Record { kind, instance, at, to, data: data.unwrap_or_default() })?;
        at = if is_entered { from } else { to };
        if is_entered {
            ends.push(to);
        }
    }
    Ok(damage)
}

/// The header of a record: version and instance, type, length (2.3.1).
fn header(bytes: Option<&[u8]>) -> Option<(u16, u16, usize)> {
    let mut cursor = Cursor::new(bytes?);
    Some((cursor.u16_le()?, cursor.u16_le()?, usize::try_from(cursor.u32_le()?).ok()?))
}
