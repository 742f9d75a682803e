//! The child process alone, for programs that have no hidden command for it, and for the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    dosimeter_sandbox::serve()
}
