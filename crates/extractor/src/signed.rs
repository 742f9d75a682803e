//! Signed messages (Cryptographic Message Syntax, RFC 5652 section 5): what was signed stands within, in
//! one piece or in many.

use dosimeter_content::{ContentBuilder, Expose};
use dosimeter_record::GapReason;

use crate::{
    Hint, dispatch,
    run::{Read, Run, Stop},
    strings,
};

/// The object identifiers of signed data and of data.
const SIGNED: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";

/// Octet strings within octet strings; real ones stand two deep.
const DEPTH_MAX: usize = 8;

pub(crate) fn is_signed(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30)
        && bytes.get(..32).is_some_and(|head| head.windows(SIGNED.len()).any(|w| w == SIGNED))
}

/// Reads what was signed as one entry, and the names in the certificates as strings.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let start = bytes.windows(DATA.len()).position(|window| window == DATA);
    let after = start.and_then(|at| bytes.get(at.saturating_add(DATA.len())..));
    // Without content this is a signature beside what it signs.
    let Some(content) = after.and_then(element).filter(|content| content.tag == 0xa0) else {
        strings::read(run, bytes)?;
        return Err(Stop(GapReason::Unsupported));
    };
    let mut whole = ContentBuilder::with_limit(run.expansion_room());
    octets(content.value, &mut whole, DEPTH_MAX);
    run.spend_entry()?;
    run.spend_expansion(whole.len())?;
    let whole = whole.finish();
    run.inside(1, |run| {
        dispatch::read(run, whole.expose(), Hint::default());
        Ok(())
    });
    strings::read(run, content.rest)
}

/// Collects the octets of a string that may consist of strings.
fn octets(mut bytes: &[u8], output: &mut ContentBuilder, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    while let Some(Element { tag, value, rest }) = element(bytes) {
        let fits = match tag {
            0x04 => output.push(value),
            0x24 => {
                octets(value, output, depth);
                true
            }
            // The end of a string of indefinite length.
            _ => return,
        };
        if !fits {
            return;
        }
        bytes = rest;
    }
}

struct Element<'a> {
    tag: u8,
    value: &'a [u8],
    rest: &'a [u8],
}

/// One element. One of indefinite length has everything that follows as its value.
fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0x80 => return Some(Element { tag: *tag, value: rest, rest: &[] }),
        0..0x80 => (usize::from(*first), rest),
        _ => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits.iter().try_fold(0_usize, |length, digit| {
                length.checked_mul(256)?.checked_add(usize::from(*digit))
            })?;
            (length, rest)
        }
    };
    let (value, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
    Some(Element { tag: *tag, value, rest })
}
