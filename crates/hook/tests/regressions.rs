//! What the fuzzers once found stays fixed, and what they start from does no harm, whole or damaged.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::{Path, PathBuf};

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
