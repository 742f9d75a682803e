//! What the exit code says.

use std::process::ExitCode;

/// How a run ended; the numbers are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; nothing that `--fail-on` asks for.
    Clean,
    /// Findings at or above `--fail-on`.
    Findings,
    /// Wrong usage, or an error at run time.
    Failure,
    /// Something was not scanned, and `--strict-coverage` was given, or a signal ended the run before.
    Incomplete,
    /// The API cannot be reached (`EX_UNAVAILABLE`).
    Unavailable,
    /// The API refused the key (`EX_NOPERM`).
    KeyRefused,
    /// The configuration cannot be used (`EX_CONFIG`).
    BadConfig,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Failure => 2,
            Exit::Incomplete => 3,
            Exit::Unavailable => 69,
            Exit::KeyRefused => 77,
            Exit::BadConfig => 78,
        })
    }
}
