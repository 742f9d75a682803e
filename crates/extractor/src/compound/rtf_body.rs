//! The compression of RTF bodies in Outlook messages ([MS-OXRTFCP]): LZ77 over a window of 4096 bytes
//! that starts with common RTF.

use dosimeter_content::{Content, ContentBuilder};
use dosimeter_record::GapReason;

use crate::{
    cursor::Cursor,
    run::{Read, Run, Stop},
};

const WINDOW: usize = 4096;
const START: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Undoes the compression; what is broken gives what stands before.
pub(super) fn decompress(run: &mut Run<'_>, bytes: &[u8]) -> Read<Content> {
    let broken = Stop(GapReason::Malformed);
    let mut cursor = Cursor::new(bytes);
    cursor.skip(8).ok_or(broken)?;
    let magic = cursor.u32_le().ok_or(broken)?;
    cursor.skip(4).ok_or(broken)?;
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    match magic {
        // "MELA": stored as it is.
        0x414c_454d => drop(output.push(cursor.rest())),
        // "LZFu".
        0x7546_5a4c => expand(cursor, &mut output),
        _ => return Err(broken),
    }
    run.spend_expansion(output.len())?;
    Ok(output.finish())
}

fn expand(mut cursor: Cursor<'_>, output: &mut ContentBuilder) {
    let mut window = [0_u8; WINDOW];
    let mut at = START.len();
    for (slot, byte) in window.iter_mut().zip(START) {
        *slot = *byte;
    }
    let mut put = |window: &mut [u8; WINDOW], at: &mut usize, byte: u8| {
        if let Some(slot) = window.get_mut(*at) {
            *slot = byte;
        }
        *at = at.wrapping_add(1) % WINDOW;
        output.push(&[byte])
    };
    while let Some(control) = cursor.u8() {
        for bit in 0..8 {
            if control >> bit & 1 == 0 {
                let Some(byte) = cursor.u8() else { return };
                if !put(&mut window, &mut at, byte) {
                    return;
                }
                continue;
            }
            let (Some(high), Some(low)) = (cursor.u8(), cursor.u8()) else { return };
            let reference = usize::from(u16::from_be_bytes([high, low]));
            let (from, length) = (reference >> 4, (reference & 15).saturating_add(2));
            // A reference to where the next byte goes ends the text.
            if from == at {
                return;
            }
            for step in 0..length {
                let byte = window.get(from.wrapping_add(step) % WINDOW).copied().unwrap_or(0);
                if !put(&mut window, &mut at, byte) {
                    return;
                }
            }
        }
    }
}
