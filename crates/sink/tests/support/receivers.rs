//! Programs of others that read what we write.
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test includes this file and uses a part of it"
)]

use std::{
    env,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A program of the environment that `cargo xtask ci receivers` makes.
///
/// Nothing, with a word about it, if it is not there: but never in continuous integration.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    found(target.join("receivers/venv/bin").join(name), "cargo xtask ci receivers")
}

/// A program of the system.
pub(crate) fn system(name: &str, package: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/usr/bin", "/usr/local/bin"].map(PathBuf::from);
    let path = folders.iter().map(|folder| folder.join(name)).find(|path| path.exists());
    found(path.unwrap_or_else(|| name.into()), &format!("apt-get install {package}"))
}

fn found(path: PathBuf, advice: &str) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    let note = format!("skipped: {} is not installed ({advice})\n", path.display());
    assert!(env::var_os("CI").is_none(), "{note}");
    std::io::stderr().write_all(note.as_bytes()).unwrap();
    None
}

/// Runs a program in Python with `input`, and gives what it prints.
pub(crate) fn python(script: &str, input: &[u8]) -> Option<String> {
    let mut child = Command::new(program("python")?)
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}
