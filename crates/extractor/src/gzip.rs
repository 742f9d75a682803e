//! Gzip (RFC 1952): one or more compressed members, read as one file.

use dosimeter_content::{ContentBuilder, Expose};
use dosimeter_record::GapReason;

use crate::{
    Hint, capped,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Stop},
    text,
};

/// Reads the members as one entry.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    run.spend_entry()?;
    let mut whole = ContentBuilder::with_limit(run.budget().entry_bytes);
    let mut rest = bytes;
    let mut end = Ok(());
    while end.is_ok() && rest.starts_with(&MAGIC) {
        let Some((name, body)) = member(rest) else {
            end = Err(Stop(GapReason::Malformed));
            break;
        };
        run.segment(run.part("name"), &text::decode_lossy(name))?;
        let inflated = capped::inflate(run, body);
        end = inflated.end;
        if !whole.push(inflated.content.expose()) {
            end = Err(Stop(GapReason::ExpansionSize));
        }
        // Checksum and length follow each member.
        rest = body.get(inflated.consumed.saturating_add(8)..).unwrap_or_default();
    }
    let whole = whole.finish();
    run.inside(1, |run| {
        dispatch::read(run, whole.expose(), Hint::default());
        Ok(())
    });
    end
}

const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];

/// The original name and the compressed data of the member at the start of `bytes` (section 2.3).
pub(crate) fn member(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut cursor = Cursor::new(bytes);
    cursor.skip(3)?;
    let flags = cursor.u8()?;
    cursor.skip(6)?;
    if flags & 4 != 0 {
        let extra_bytes = cursor.u16_le()?;
        cursor.skip(usize::from(extra_bytes))?;
    }
    let name = if flags & 8 != 0 { cursor.until_zero()? } else { &[] };
    if flags & 16 != 0 {
        cursor.until_zero()?;
    }
    if flags & 2 != 0 {
        cursor.skip(2)?;
    }
    Some((name, cursor.rest()))
}
