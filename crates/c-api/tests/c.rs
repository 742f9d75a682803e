//! The header says what the code does, and C programs that use it compile and run.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    env, fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where the library lies that Cargo built for this test.
fn library_folder() -> PathBuf {
    let folder = env::current_exe().unwrap().parent().unwrap().to_path_buf();
    assert!(folder.join("libdosimeter_c.so").exists(), "{}", folder.display());
    folder
}

/// A compiler, or nothing, with a word about it, on a machine without one: but never in continuous
/// integration. `.ci/run` installs both.
fn compiler(name: &str) -> Option<Command> {
    let runs = Command::new(name).arg("--version").output().is_ok();
    if !runs {
        let note = format!("skipped: {name} is not installed (apt-get install {name})\n");
        assert!(env::var_os("CI").is_none(), "{note}");
        std::io::stderr().write_all(note.as_bytes()).unwrap();
    }
    runs.then(|| Command::new(name))
}

/// Compiles a program of this crate, with warnings as errors, and links the shared library.
fn compile(source: &str) -> Option<PathBuf> {
    let mut compiler = compiler("gcc")?;
    let folder = library_folder();
    let program = folder.join(Path::new(source).file_stem().unwrap()).with_extension("c-program");
    compiler
        .args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-pthread", "-g"])
        .arg(crate_folder().join(source))
        .arg("-I")
        .arg(crate_folder().join("include"))
        .arg("-L")
        .arg(&folder)
        .arg("-ldosimeter_c")
        .arg(format!("-Wl,-rpath,{}", folder.display()))
        .arg("-o")
        .arg(&program);
    assert!(compiler.status().unwrap().success(), "{source} does not compile");
    Some(program)
}

#[test]
fn the_header_is_current() {
    let header = crate_folder().join("include/dosimeter.h");
    let mut made = Vec::new();
    cbindgen::generate(crate_folder()).unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();
    if env::var_os("DOSIMETER_BLESS").is_some() {
        fs::write(&header, &made).unwrap();
    }
    let kept = fs::read_to_string(&header).unwrap_or_default();
    assert!(kept == made, "run `cargo xtask header` and look at the difference");
}

#[test]
#[cfg(target_os = "linux")]
fn what_c_may_do_wrong_is_told_and_threads_share() {
    let Some(program) = compile("tests/boundary.c") else { return };
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty() && output.stdout.is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn the_example_finds_and_shows_nothing() {
    let Some(program) = compile("examples/scan.c") else { return };
    let run = |input: &[u8]| {
        let mut child =
            Command::new(&program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    };
    let (shown, code) = run(b"IBAN: DE13 5001 0517 9513 7844 05\n");
    assert_eq!(shown, "payment.bank.iban at 6..33 IBAN: DE•• •••• 4405\n");
    assert_eq!(code, 1);
    assert_eq!(run(b"nothing"), (String::new(), 0));
    let (shown, code) = run(b"PK\x03\x04 and nothing behind it");
    assert!(shown.starts_with("not read: ") && code == 3, "{shown} {code}");
}

#[test]
fn the_header_is_c_plus_plus_too() {
    let Some(mut compiler) = compiler("g++") else { return };
    let status = compiler
        .args(["-std=c++17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"])
        .args(["-x", "c++"])
        .arg(crate_folder().join("include/dosimeter.h"))
        .status();
    assert!(status.unwrap().success());
}
