//! What the operating system sees of a scan: files are opened to be read, and none is made, moved or removed.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "../../sink/tests/support/receivers.rs"]
mod receivers;

use std::{fs, path::Path, process::Command};

/// Every call that could open, make, move or remove a file.
const CALLS: &str = "trace=open,openat,openat2,creat,mknod,mknodat,mkdir,mkdirat,link,linkat,symlink,symlinkat,\
                     rename,renameat,renameat2,unlink,unlinkat,rmdir,truncate,memfd_create";

/// The one path that may be opened for writing: what Tesseract says of a picture goes there.
const NOWHERE: &str = "\"/dev/null\"";

/// Whether a traced call leaves every file as it is. Calls that were interrupted by another thread's are two
/// lines, of which the first has the arguments.
fn only_reads(call: &str) -> bool {
    let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE"];
    let opens = call.contains("open(") || call.contains("openat(") || call.contains("openat2(");
    call.contains("resumed>")
        || call.contains(NOWHERE)
        || opens && !writes.iter().any(|flag| call.contains(flag))
}

/// The calls of a scan of parts of the corpora, all of which only read.
fn traced(arguments: &[&str], parts: &[&str]) -> Option<String> {
    let strace = receivers::system("strace", "strace")?;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), "ab".repeat(32)).unwrap();
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora");
    let trace = folder.path().join("trace");
    let output = Command::new(strace)
        .args(["-f", "-qq", "-e", "signal=none", "-e", CALLS, "-o"])
        .arg(&trace)
        .arg(env!("CARGO_BIN_EXE_dosimeter"))
        .args(["scan", "--quiet"])
        .args(arguments)
        .args(parts.iter().map(|name| corpora.join(name)))
        .env("DOSIMETER_KEY_FILE", folder.path().join("key"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let trace = fs::read_to_string(trace).unwrap();
    let others: Vec<&str> = trace.lines().filter(|call| !only_reads(call)).collect();
    assert!(others.is_empty(), "{others:#?}");
    Some(trace)
}

#[test]
fn a_scan_opens_no_file_for_writing() {
    let Some(trace) = traced(&[], &["files", "hostile"]) else { return };
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora");
    let files = fs::read_dir(corpora.join("files")).unwrap().count();
    let reads = trace.lines().filter(|call| call.contains("/corpora/files/")).count();
    assert!(files > 20 && reads >= files, "{reads} of {files} files are in the trace");
    assert!(!trace.contains("traineddata"), "text in pictures is read only if it is asked for");
}

#[test]
fn nor_does_text_recognition() {
    if receivers::system("tesseract", "tesseract-ocr").is_none() {
        return;
    }
    let files = ["files/screenshot.png", "files/scan.pdf"];
    let Some(trace) = traced(&["--ocr"], &files) else { return };
    let models = trace.lines().filter(|call| call.contains("eng.traineddata"));
    // One for each of the four pictures at least.
    assert!(models.count() >= 4);
}
