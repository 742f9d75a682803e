//! What Outlook sends as `winmail.dat` ([MS-OXTNEF]): a list of attributes, among them a body and files.

use dosimeter_record::{GapReason, Locator};

use crate::{
    Hint, compound,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Stop},
    strings, text,
};

pub(crate) const MAGIC: &[u8] = b"\x78\x9f\x3e\x22";

/// Attributes (2.1.3.2) by the lower half of their identifiers.
const BODY: u16 = 0x800c;
const TITLE: u16 = 0x8010;
const DATA: u16 = 0x800f;
const START: u16 = 0x9002;
/// Texts: names of people, the subject, times.
const TEXTS: [u16; 4] = [0x8000, 0x8004, 0x8001, 0x8008];
/// Properties of the message and of an attachment.
const PROPERTIES: [u16; 2] = [0x9003, 0x9005];

/// Reads the attributes in their order. O(n).
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let mut cursor = Cursor::new(bytes.get(6..).unwrap_or_default());
    let mut number = 0_u32;
    let mut name = String::new();
    let mut pending: Option<&[u8]> = None;
    let header = run.open(run.part("header"));
    while let (Some(_level), Some(id), Some(_kind), Some(length)) =
        (cursor.u8(), cursor.u16_le(), cursor.u16_le(), cursor.u32_le())
    {
        run.tick()?;
        let data = usize::try_from(length).ok().and_then(|length| cursor.take(length));
        let data = data.ok_or(Stop(GapReason::Malformed))?;
        match id {
            BODY => {
                let place = Locator { line: Some(1), ..run.part("body") };
                run.segment(place, &text::decode_lossy(trimmed(data)))?;
            }
            START => {
                // The name comes after the data, so a file is read when the next one starts.
                file(run, &mut number, &name, pending.take())?;
                name.clear();
            }
            TITLE => text::decode_lossy(trimmed(data)).as_ref().clone_into(&mut name),
            DATA => pending = Some(data),
            _ if TEXTS.contains(&id) => {
                run.write(header, &text::decode_lossy(trimmed(data)))?;
                run.end_line(header)?;
            }
            _ if PROPERTIES.contains(&id) => properties(run, data)?,
            _ => {}
        }
        cursor.skip(2);
    }
    file(run, &mut number, &name, pending)
}

fn trimmed(data: &[u8]) -> &[u8] {
    let end = data.iter().rposition(|byte| *byte != 0).map_or(0, |end| end.saturating_add(1));
    data.get(..end).unwrap_or_default()
}

fn file(run: &mut Run<'_>, number: &mut u32, name: &str, data: Option<&[u8]>) -> Read {
    let Some(data) = data else { return Ok(()) };
    *number = number.saturating_add(1);
    run.spend_entry()?;
    run.inside(*number, |run| {
        run.segment(run.part("name"), name)?;
        dispatch::read(run, data, Hint { name: Some(name), media_type: None });
        Ok(())
    });
    Ok(())
}

/// Properties hold strings as they are, and a formatted body that is compressed.
fn properties(run: &mut Run<'_>, data: &[u8]) -> Read {
    let formatted = data.windows(4).position(|window| window == b"LZFu");
    if let Some(start) = formatted.and_then(|at| at.checked_sub(8)) {
        compound::formatted_body(run, data.get(start..).unwrap_or_default())?;
    }
    strings::read(run, data)
}
