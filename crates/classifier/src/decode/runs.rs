//! Finds runs of characters that encodings are made of.

use dosimeter_record::Span;

use crate::simd;

/// Runs shorter than this decode to too little to be worth it.
pub(super) const RUN_MIN: usize = 24;
/// Longer runs are attachments, not configuration; the extractor reads those.
pub(super) const RUN_MAX: usize = 64 * 1024;

/// A run of encoded text.
pub(super) struct Run {
    pub(super) span: Span,
    /// What kinds of characters it is made of.
    pub(super) kinds: u8,
}

/// Maximal runs that begin in `own`, of a length worth decoding. O(length of `own`): it pays for no
/// more of its neighbours than the longest run.
pub(super) fn runs(text: &str, own: Span) -> impl Iterator<Item = Run> + '_ {
    let bytes = text.as_bytes();
    let mut from = after_started(bytes, own);
    // However a run lies, the first block of its bytes that is looked at begins in its first eight.
    let ahead = bytes.get(..own.end.saturating_add(RUN_MIN).min(bytes.len())).unwrap_or_default();
    std::iter::from_fn(move || {
        loop {
            let block = simd::dense(ahead, from)?;
            let dense = bytes.get(block..)?.first_chunk::<{ simd::DENSE }>()?;
            if let Some(last) = dense.iter().rposition(|byte| kind(byte) == 0) {
                from = block.saturating_add(last).saturating_add(1);
                continue;
            }
            let before = bytes.get(from..block).unwrap_or_default();
            let start = block.saturating_sub(before.iter().rev().take_while(encoded).count());
            if start >= own.end {
                return None;
            }
            let rest = bytes.get(start..).unwrap_or_default();
            let rest = rest.get(..=RUN_MAX).unwrap_or(rest);
            let (mut kinds, mut length) = (0, 0_usize);
            for kind in rest.iter().map(kind).take_while(|kind| *kind != 0) {
                kinds |= kind;
                length = length.saturating_add(1);
            }
            let span = Span::new(start, start.saturating_add(length));
            from = match length {
                ..=RUN_MAX => span.end.saturating_add(1),
                _ => after_started(bytes, Span::new(span.end, own.end.max(span.end))),
            };
            if (RUN_MIN..=RUN_MAX).contains(&length) {
                return Some(Run { span, kinds });
            }
        }
    })
}

/// Where in `own` runs can begin: one that goes on over its start belongs to the one before.
fn after_started(bytes: &[u8], own: Span) -> usize {
    let before = own.start.checked_sub(1).and_then(|last| bytes.get(last));
    if !before.is_some_and(|byte| encoded(&byte)) {
        return own.start;
    }
    let rest = bytes.get(own.start..own.end).unwrap_or_default();
    own.start.saturating_add(rest.iter().take_while(encoded).count())
}

/// Bits of [`KINDS`]. What encodings are made of has the first.
const ENCODED: u8 = 1;
pub(super) const PERCENT: u8 = 1 << 1;
pub(super) const BACKSLASH: u8 = 1 << 2;
pub(super) const NO_HEX: u8 = 1 << 3;
pub(super) const NO_BASE64: u8 = 1 << 4;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what iterators over slices hand out")]
fn encoded(byte: &&u8) -> bool {
    kind(byte) != 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what iterators over slices hand out")]
fn kind(byte: &u8) -> u8 {
    KINDS.get(usize::from(*byte)).copied().unwrap_or_default()
}

/// By byte, what it says of the run in which it stands; zero if encodings are not made of it.
static KINDS: [u8; 256] = table();

#[expect(clippy::indexing_slicing, reason = "at compile time, where a panic is an error")]
const fn table() -> [u8; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        kinds[byte as usize] = match byte {
            b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => ENCODED,
            b'g'..=b'z' | b'G'..=b'Z' | b'+' | b'/' | b'=' | b'-' | b'_' => ENCODED | NO_HEX,
            b'.' => ENCODED | NO_HEX | NO_BASE64,
            b'%' => ENCODED | NO_HEX | NO_BASE64 | PERCENT,
            b'\\' => ENCODED | NO_HEX | NO_BASE64 | BACKSLASH,
            _ => 0,
        };
        byte += 1;
    }
    kinds
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Byte by byte.
    pub(in crate::decode) fn straightforward(text: &str, own: Span) -> Vec<Span> {
        let (bytes, mut found, mut start) = (text.as_bytes(), Vec::new(), 0);
        let runs = bytes.split(|byte| !encoded(&byte));
        for run in runs {
            if (RUN_MIN..=RUN_MAX).contains(&run.len()) && own.start <= start && start < own.end {
                found.push(Span::new(start, start + run.len()));
            }
            start += run.len() + 1;
        }
        found
    }

    fn check(text: &str, own: Span) {
        let found: Vec<_> = runs(text, own).map(|run| run.span).collect();
        assert_eq!(found, straightforward(text, own), "{own:?}");
    }

    #[test]
    fn runs_are_found_wherever_they_lie() {
        for before in 0..70 {
            for length in 20..50 {
                for after in [0, 1, 30] {
                    let text = " ".repeat(before) + &"x".repeat(length) + &",".repeat(after);
                    for cut in [0, before / 2, before, before + 1, before + length] {
                        check(&text, Span::new(0, cut));
                        check(&text, Span::new(cut, text.len()));
                    }
                }
            }
        }
    }

    #[test]
    fn the_longest_run_is_still_found_and_a_longer_one_is_not() {
        for length in RUN_MAX - 1..RUN_MAX + 3 {
            let text = "a ".to_owned() + &"x".repeat(length) + " " + &"y".repeat(RUN_MIN);
            for end in [1, 2, 3, RUN_MAX, text.len()] {
                check(&text, Span::new(0, end));
                check(&text, Span::new(end, text.len()));
            }
        }
    }
}
