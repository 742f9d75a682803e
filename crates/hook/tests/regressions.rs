//! What the fuzzers once found stays fixed, and what they start from does no harm, whole or damaged.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

#[path = "support/targets.rs"]
mod targets;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn bodies(name: &str) -> Vec<Vec<u8>> {
    let folders = ["seeds", "regressions"].map(|folder| fuzz().join(folder).join(name));
    let files = folders.iter().flat_map(|folder| folder.read_dir().into_iter().flatten());
    files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn seeds_and_findings_do_no_harm() {
    for (name, _) in targets::TARGETS {
        for body in bodies(name) {
            targets::run(name, &body);
        }
    }
}

#[test]
fn damaged_seeds_do_no_harm() {
    for (name, _) in targets::TARGETS {
        for body in bodies(name) {
            for step in 0..20 {
                let place = step * 7_919 % body.len();
                let mut changed = body.clone();
                changed[place] ^= u8::try_from(1 << (step % 8)).unwrap();
                targets::run(name, &changed);
                targets::run(name, &body[..place]);
                let doubled = [&body[..place], &body[place / 2..]].concat();
                targets::run(name, &doubled);
            }
        }
    }
}

/// Pieces of seeds in another order, with what parsers dislike between them: for a second, or for as long
/// as one wants (`DOSIMETER_MUTATE_SECONDS`).
#[test]
fn seeds_in_pieces_do_no_harm() {
    const DISLIKED: [&[u8]; 12] = [
        b"\\", b"\\u", b"\\ud83d", b"\"", b"{", b"[[[[", b"}", b"\xff", b"1e999", b"null", b"\0",
        b",,",
    ];
    let wanted = std::env::var_os("DOSIMETER_MUTATE_SECONDS");
    let seconds = wanted.map_or(1, |seconds| seconds.to_str().unwrap().parse().unwrap());
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(bound.max(1)).unwrap()).unwrap()
    };
    for (name, _) in targets::TARGETS {
        let (bodies, mut runs) = (bodies(name), 0_u64);
        let begun = std::time::Instant::now();
        while begun.elapsed().as_secs() < seconds {
            let mut mixed = Vec::new();
            for _ in 0..=below(4) {
                let body = &bodies[below(bodies.len())];
                let (one, other) = (below(body.len() + 1), below(body.len() + 1));
                mixed.extend_from_slice(&body[one.min(other)..one.max(other)]);
                mixed.extend_from_slice(DISLIKED[below(DISLIKED.len())]);
            }
            let body = &bodies[below(bodies.len())];
            let place = below(body.len());
            let inside = [&body[..place], &mixed[..below(mixed.len())], &body[place..]].concat();
            targets::run(name, &mixed);
            targets::run(name, &inside);
            runs += 2;
        }
        writeln!(std::io::stderr(), "{name}: {runs} runs").unwrap();
    }
}

#[test]
fn the_seeds_are_prompts() {
    for body in bodies("prompt") {
        assert!(dosimeter_hook::rehearse(&body).is_some());
    }
}

/// A target without a program or without seeds would be forgotten.
#[test]
fn every_target_has_a_program_and_seeds() {
    for (name, _) in targets::TARGETS {
        assert!(fuzz().join("seeds").join(name).read_dir().unwrap().next().is_some(), "{name}");
        assert!(fuzz().join(format!("fuzz_targets/{name}.rs")).is_file(), "{name}");
    }
}
