//! Macros: the source of VBA modules, which is compressed ([MS-OVBA] 2.4.1).

use dosimeter_content::{ContentBuilder, Expose};

use crate::{
    charset,
    cursor::Cursor,
    run::{Read, Run},
};

/// Writes the source in a module's stream. Before it stands compiled code of unknown length; source
/// starts with an attribute, whose name is the first thing in the first chunk.
pub(super) fn read(run: &mut Run<'_>, stream: &[u8]) -> Read {
    let marker = b"\0Attribut";
    let start = stream.windows(marker.len()).position(|window| window == marker);
    let Some(container) = start.and_then(|at| stream.get(at.checked_sub(3)?..)) else {
        return Ok(());
    };
    let mut output = ContentBuilder::with_limit(run.expansion_room());
    expand(container, &mut output);
    run.spend_expansion(output.len())?;
    let source = output.finish();
    let (text, _) = charset::of_code_page(1252).decode_without_bom_handling(source.expose());
    run.segment(run.part("macro"), &text)
}

fn expand(container: &[u8], output: &mut ContentBuilder) {
    let mut cursor = Cursor::new(container);
    if cursor.u8() != Some(1) {
        return;
    }
    while let Some(header) = cursor.u16_le() {
        let length = usize::from(header & 0xfff).saturating_add(1);
        let rest = cursor.rest();
        let Some(chunk) = cursor.take(length.min(rest.len())) else { return };
        if header & 0x8000 == 0 {
            if !output.push(chunk) {
                return;
            }
        } else if !output.push(&expand_chunk(chunk)) {
            return;
        }
    }
}

/// One chunk, which gives at most 4096 bytes.
fn expand_chunk(chunk: &[u8]) -> Vec<u8> {
    let mut cursor = Cursor::new(chunk);
    let mut output: Vec<u8> = Vec::with_capacity(4096);
    while let Some(flags) = cursor.u8() {
        for bit in 0..8 {
            if flags >> bit & 1 == 0 {
                let Some(byte) = cursor.u8() else { return output };
                output.push(byte);
                continue;
            }
            let Some(token) = cursor.u16_le() else { return output };
            // The longer the chunk already is, the more bits the offset takes (2.4.1.3.19.1).
            let written = output.len();
            let offset_bits = written.max(1).next_power_of_two().trailing_zeros().clamp(4, 12);
            let length = usize::from(token & (0xffff >> offset_bits)).saturating_add(3);
            let back = usize::from(token >> (16 - offset_bits)).saturating_add(1);
            let Some(from) = written.checked_sub(back) else { return output };
            for step in 0..length {
                let Some(byte) = output.get(from.saturating_add(step)).copied() else { break };
                output.push(byte);
            }
            if output.len() > 8192 {
                return output;
            }
        }
    }
    output
}
