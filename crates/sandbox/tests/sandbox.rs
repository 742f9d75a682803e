//! The child gives what extraction in process gives, and however it ends, the file gets a gap.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    ffi::OsString,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Extraction, FileKind, Hint, extract};
use dosimeter_record::GapReason;
use dosimeter_sandbox::{Limits, Sandbox};

fn corpus(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora").join(folder);
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn sandbox() -> Sandbox {
    Sandbox::new(PathBuf::from(env!("CARGO_BIN_EXE_dosimeter-extract-child")), Vec::new())
}

/// A child that is a shell script.
fn script(script: &str) -> Sandbox {
    let arguments: Vec<OsString> = vec!["-c".into(), script.into()];
    Sandbox::new("/bin/sh".into(), arguments)
}

/// Everything that an extraction says, in a form that can be compared.
fn said(extraction: &Extraction) -> Vec<String> {
    let texts = extraction.segments.iter().map(|s| format!("{}: {}", s.locator, s.text.expose()));
    let gaps = extraction.gaps.iter().map(|gap| format!("{} at {}", gap.reason, gap.locator));
    texts.chain(gaps).chain([extraction.kind.to_string()]).collect()
}

fn check_end(sandbox: &Sandbox, limits: Limits, expected: GapReason) {
    let file = Content::from(vec![b'x'; 200_000]);
    let extraction = sandbox.extract(&file, Hint::default(), limits);
    let reasons: Vec<GapReason> = extraction.gaps.iter().map(|gap| gap.reason).collect();
    assert_eq!(reasons, [expected]);
}

#[test]
fn a_child_reads_what_this_process_reads() {
    let sandbox = sandbox();
    for (name, bytes) in corpus("files") {
        let file = Content::from(bytes);
        let hint = Hint { name: Some(&name), media_type: None };
        let inside = sandbox.extract(&file, hint, Limits::default());
        let here = extract(&file, hint, &Budget::default());
        assert_eq!(said(&inside), said(&here), "{name}");
    }
}

#[test]
fn hostile_files_end_in_time_and_leave_a_gap_or_their_text() {
    let sandbox = sandbox();
    for (name, bytes) in corpus("hostile").into_iter().filter(|(name, _)| !name.starts_with("make"))
    {
        let started = Instant::now();
        let file = Content::from(bytes);
        let hint = Hint { name: Some(&name), media_type: None };
        let extraction = sandbox.extract(&file, hint, Limits::default());
        assert!(started.elapsed() < Duration::from_secs(40), "{name}");
        assert!(!extraction.gaps.is_empty() || !extraction.segments.is_empty(), "{name}");
        let failed = extraction.gaps.iter().any(|gap| gap.reason == GapReason::ParserFailed);
        assert!(!failed, "{name}");
    }
}

#[test]
fn a_child_that_hangs_is_killed() {
    let limits = Limits { wall: Duration::ZERO, ..Limits::default() };
    check_end(&script("exec sleep 60"), limits, GapReason::Deadline);
    check_end(&script("cat >/dev/null; exec sleep 60"), limits, GapReason::Deadline);
}

#[test]
fn a_child_that_crashes_is_a_gap() {
    let limits = Limits::default();
    check_end(&script("exit 1"), limits, GapReason::ParserFailed);
    check_end(&script("cat >/dev/null; kill -SEGV $$"), limits, GapReason::ParserFailed);
    check_end(&script("cat >/dev/null; kill -XCPU $$"), limits, GapReason::Deadline);
    check_end(&script("cat >/dev/null; printf nonsense"), limits, GapReason::ParserFailed);
    let refused = "cat >/dev/null; echo memory allocation of 9 bytes failed >&2; kill -ABRT $$";
    check_end(&script(refused), limits, GapReason::OutOfMemory);
    let missing = Sandbox::new("/no/such/program".into(), Vec::new());
    check_end(&missing, limits, GapReason::ParserFailed);
}

#[test]
fn what_a_child_said_before_it_crashed_is_kept() {
    // A segment with the text "kept", then a crash.
    let said =
        r"printf '\001\002\000\000\000\000\000\000\000{}\004\000\000\000\000\000\000\000kept'";
    let sandbox = script(&format!("cat >/dev/null; {said}; kill -SEGV $$"));
    let extraction = sandbox.extract(&Content::from(vec![1]), Hint::default(), Limits::default());
    assert_eq!(extraction.segments[0].text.expose(), "kept");
    assert_eq!(extraction.gaps[0].reason, GapReason::ParserFailed);
    assert_eq!(extraction.kind, FileKind::Binary);
}

/// Prints what a child costs. Run it alone: `cargo nextest run -p dosimeter-sandbox cost --no-capture`.
#[test]
fn the_cost_of_a_child_is_measured() {
    const ROUNDS: u32 = 20;
    let sandbox = sandbox();
    let file = Content::from(b"PK\x05\x06".iter().copied().chain([0; 18]).collect::<Vec<u8>>());
    let started = Instant::now();
    for _ in 0..ROUNDS {
        sandbox.extract(&file, Hint::default(), Limits::default());
    }
    let each = started.elapsed() / ROUNDS;
    let each_us = each.as_micros();
    writeln!(std::io::stderr(), "an empty archive in a child: {each_us} µs").unwrap();
    assert!(each < Duration::from_millis(500), "{each_us} µs");
}
