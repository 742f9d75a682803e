//! Finds runs of characters that encodings are made of.

use dosimeter_record::Span;

/// Runs shorter than this decode to too little to be worth it.
pub(super) const RUN_MIN: usize = 24;
/// Longer runs are attachments, not configuration; the extractor reads those.
pub(super) const RUN_MAX: usize = 64 * 1024;

/// Only every so manyth position is looked at: however a run of the least length lies, it covers all
/// of the word that stands at one of them.
const STEP: usize = RUN_MIN - WORD;
const WORD: usize = 8;

/// Maximal runs that begin in `own`, of a length worth decoding. O(length of `own`): it pays for no
/// more of its neighbours than the longest run.
pub(super) fn runs(text: &str, own: Span) -> impl Iterator<Item = Span> + '_ {
    let bytes = text.as_bytes();
    let mut from = after_started(bytes, own);
    std::iter::from_fn(move || {
        loop {
            let word = next_word(bytes, from, own.end)?;
            let before = bytes.get(from..word).unwrap_or_default();
            let start = word.saturating_sub(before.iter().rev().take_while(encoded).count());
            let rest = bytes.get(word..).unwrap_or_default();
            let longest = RUN_MAX.saturating_sub(word.saturating_sub(start)).saturating_add(1);
            let end = word.saturating_add(rest.iter().take(longest).take_while(encoded).count());
            from = match end.saturating_sub(start) {
                ..=RUN_MAX => end.saturating_add(1),
                _ => after_started(bytes, Span::new(end, own.end.max(end))),
            };
            if start >= own.end {
                return None;
            }
            if (RUN_MIN..=RUN_MAX).contains(&end.saturating_sub(start)) {
                return Some(Span::new(start, end));
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

/// The next word that may lie in a run that begins in `from..end`.
fn next_word(bytes: &[u8], from: usize, end: usize) -> Option<usize> {
    // A run that begins just before `end` has its word behind it.
    let end = end.saturating_add(2 * STEP).min(bytes.len());
    let (steps, tail) = bytes.get(from..end)?.as_chunks::<STEP>();
    // Of the first word of its kind in a run, the one before or behind is in the run as well.
    let follows = |index: usize| {
        let step = index.checked_sub(1).and_then(|before| steps.get(before));
        step.and_then(|step| step.last_chunk()).is_some_and(is_plain)
    };
    let is_candidate = |index: usize, step: &[u8]| {
        step.first_chunk().is_some_and(|word| {
            is_plain(word)
                && (step.get(WORD..).and_then(<[u8]>::first_chunk).is_some_and(is_plain)
                    || follows(index))
                && word.iter().all(|byte| encoded(&byte))
        })
    };
    let passed = (0..).zip(steps).find(|(index, step)| is_candidate(*index, *step));
    let passed = match passed {
        Some((index, _)) => index,
        None if is_candidate(steps.len(), tail) => steps.len(),
        None => return None,
    };
    Some(from.saturating_add(passed.saturating_mul(STEP)))
}

/// Whether all bytes are ASCII from `%` on: nothing in an encoding is below, a space is.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "what slices hand out")]
fn is_plain(word: &[u8; WORD]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let word = u64::from_le_bytes(*word);
    // The high bit of a byte is set by what is not ASCII and by borrowing.
    (word.wrapping_sub(ONES * 0x25) | word) & HIGH == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what iterators over slices hand out")]
fn encoded(byte: &&u8) -> bool {
    ENCODED.get(usize::from(**byte)).copied().unwrap_or_default()
}

/// By byte, whether encodings are made of it.
static ENCODED: [bool; 256] = table();

#[expect(clippy::indexing_slicing, reason = "at compile time, where a panic is an error")]
const fn table() -> [bool; 256] {
    let mut encoded = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        encoded[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(byte, b'+' | b'/' | b'=' | b'-' | b'_' | b'%' | b'\\' | b'.');
        byte += 1;
    }
    encoded
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
        assert_eq!(runs(text, own).collect::<Vec<_>>(), straightforward(text, own), "{own:?}");
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
