//! The child's side: give everything up, and become Tesseract.

use std::{
    ffi::OsStr,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Command, ExitCode},
};

use super::{Languages, confine};

/// Where the program is looked for: nowhere that its caller's environment names.
const PROGRAMS: [&str; 2] = ["/usr/bin/tesseract", "/usr/local/bin/tesseract"];

/// What asks for the names of languages instead of a picture; no language is called so.
pub(super) const LIST: &str = "list";

/// How the child says that it is not Tesseract that failed.
pub(super) const UNABLE: u8 = 120;

/// The same of a Tesseract that is not there.
pub(super) const NOT_INSTALLED: u8 = 121;

/// Reads the text in one picture from standard input and writes its words to standard output.
///
/// To be called first thing by a program that was started for it, with the argument that it was given: this
/// process is confined for good, and becomes Tesseract.
#[must_use]
pub fn serve_picture(argument: Option<&OsStr>) -> ExitCode {
    let Some(program) = PROGRAMS.iter().map(Path::new).find(|program| program.is_file()) else {
        return NOT_INSTALLED.into();
    };
    let mut command = Command::new(program);
    match argument.and_then(OsStr::to_str) {
        Some(LIST) => command.arg("--list-langs"),
        Some(names) => {
            let Some(languages) = Languages::new(names.split('+')) else { return UNABLE.into() };
            command.args(["stdin", "stdout", "-l", &languages.names().join("+")]).args(OPTIONS)
        }
        None => return UNABLE.into(),
    };
    // Threads would share one picture's work, and pictures come side by side already.
    command.env_clear().env("OMP_THREAD_LIMIT", "1").current_dir("/");
    if confine::confine(program).is_ok() {
        // Comes back only if it fails.
        drop(command.exec());
    }
    UNABLE.into()
}

/// Words with how sure each is, as tab-separated lines.
const OPTIONS: [&str; 2] = ["-c", "tessedit_create_tsv=1"];
