//! Damaged versions of every corpus file: cut, flipped, spliced. Nothing may panic, hang or grow.
//!
//! A panic inside a parser shows as the gap `parser_failed`, so the test also counts those: the
//! containment is for what nobody foresaw, not for what a hundred random files bring about.
#![expect(clippy::indexing_slicing, reason = "a test")]

use std::time::{Duration, Instant};

use common::{Found, cases, extract_with};
use dosimeter_extractor::Budget;
use dosimeter_record::GapReason;

#[path = "support/corpora.rs"]
mod common;

/// A small generator with a fixed seed (splitmix64), so that a failure can be repeated.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % (limit.max(1) as u64)).unwrap_or(0)
    }

    /// Damages a file in one of four ways.
    fn damage(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut damaged = bytes.to_vec();
        match self.below(4) {
            0 => damaged.truncate(self.below(bytes.len())),
            1 => {
                for _ in 0..=self.below(16) {
                    let at = self.below(damaged.len());
                    damaged[at] ^= 1 << self.below(8);
                }
            }
            2 => {
                let (from, to, length) =
                    (self.below(bytes.len()), self.below(bytes.len()), self.below(256));
                let piece: Vec<u8> = bytes[from..].iter().copied().take(length).collect();
                damaged.splice(to..to, piece);
            }
            _ => {
                let (from, length) = (self.below(bytes.len()), self.below(64));
                let to = (from + length).min(bytes.len());
                damaged[from..to].fill([0, 0xff, b'0', b'<'][self.below(4)]);
            }
        }
        damaged
    }
}

/// One damaged file may take this long in a debug build on a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

fn check(name: &str, bytes: &[u8], round: u64) -> usize {
    // Small enough that a thousand files take seconds, large enough that every reader gets to work.
    let budget = Budget::default().text_bytes(4 << 20).expansion_bytes(16 << 20).operators(200_000);
    let started = Instant::now();
    let Found { texts, gaps, .. } = extract_with(bytes, name, &budget);
    assert!(started.elapsed() < LIMIT, "{name} {round}: too slow");
    assert!(texts.iter().map(String::len).sum::<usize>() <= 4 << 20, "{name} {round}: too much");
    let failed = gaps.iter().any(|gap| gap.reason == GapReason::ParserFailed);
    usize::from(failed)
}

fn damage_all(folder: &str, rounds: u64) {
    let mut failed = Vec::new();
    for case in cases(folder) {
        for round in 0..rounds {
            let mut draw = Draw(round.wrapping_mul(1_000_003) ^ case.bytes.len() as u64);
            let damaged = draw.damage(&case.bytes);
            if check(&case.expected.name, &damaged, round) > 0 {
                failed.push(format!("{} {round}", case.expected.name));
            }
        }
    }
    assert!(failed.is_empty(), "parsers panicked: {}", failed.join(", "));
}

#[test]
fn damaged_files_do_no_harm() {
    damage_all("files", 40);
}

#[test]
fn damaged_hostile_files_do_no_harm() {
    damage_all("hostile", 3);
}

#[test]
fn every_prefix_of_a_small_file_does_no_harm() {
    for case in cases("files").into_iter().filter(|case| case.bytes.len() < 3000) {
        for length in (0..case.bytes.len()).step_by(17) {
            check(&case.expected.name, &case.bytes[..length], length as u64);
        }
    }
}
