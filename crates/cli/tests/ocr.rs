//! Text in pictures as a user has it read.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "../../sink/tests/support/receivers.rs"]
mod receivers;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

fn dosimeter(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), "ab".repeat(32)).unwrap();
    Command::new(env!("CARGO_BIN_EXE_dosimeter"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora/files"))
        .env("DOSIMETER_KEY_FILE", folder.path().join("key"))
        .output()
        .unwrap()
}

fn scanned(arguments: &[&str]) -> Value {
    let output = dosimeter(&[&["scan", "--format", "jsonl", "screenshot.png"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn pictures_are_a_gap_unless_it_is_asked_for() {
    let result = scanned(&[]);
    assert_eq!(result["findings"], json!([]));
    assert_eq!(result["coverage"]["gaps"][0]["reason"], "image_not_read");
}

#[test]
fn what_a_picture_shows_is_found_in_its_line() {
    if receivers::system("tesseract", "tesseract-ocr").is_none() {
        return;
    }
    let result = scanned(&["--ocr"]);
    let finding = &result["findings"][0];
    assert_eq!(finding["rule"], "payment.bank.iban");
    assert_eq!(finding["locator"], json!({ "part": "picture", "line": 2 }));
    assert_eq!(result["coverage"]["state"], "complete");
}

#[test]
fn a_language_that_is_not_there_ends_the_run() {
    let check = |arguments: &[&str], expected: &str| {
        let output = dosimeter(&[&["scan", "screenshot.png"], arguments].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(expected), "{said}");
        assert_eq!(output.status.code(), Some(2));
    };
    check(&["--ocr=../../x"], "names of languages such as eng");
    if receivers::system("tesseract", "tesseract-ocr").is_some() {
        check(&["--ocr=eng,zzz"], "has no language `zzz`: apt install tesseract-ocr-zzz");
    }
}
