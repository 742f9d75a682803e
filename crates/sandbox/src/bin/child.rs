//! The child process alone, for programs that have no hidden command for it, and for the tests: without an
//! argument it reads a file, with one a picture.

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args_os().nth(1) {
        None => dosimeter_sandbox::serve(),
        Some(argument) => dosimeter_sandbox::serve_picture(Some(&argument)),
    }
}
