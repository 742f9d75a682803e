//! What can go wrong, in words that say what failed, where, and how to fix it.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
};

/// An error that ends the run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    /// A path cannot be read. Only the kind is kept: a foreign message is not ours to vouch for.
    #[error("cannot read {}: {}", .path.display(), explain(*.kind))]
    Read {
        /// The path.
        path: PathBuf,
        /// Why.
        kind: ErrorKind,
    },
    /// A path cannot be written.
    #[error("cannot write {}: {}", .path.display(), explain(*.kind))]
    Write {
        /// The path.
        path: PathBuf,
        /// Why.
        kind: ErrorKind,
    },
    /// The reader of our output went away, as `head` does.
    #[error("cannot write the output: {}", explain(*.0))]
    Output(ErrorKind),
    /// The rules cannot be used. The message quotes rule files, which are not content.
    #[error("{0}")]
    Rules(dosimeter_classifier::Error),
    /// No rule has this name.
    #[error("no rule is called `{0}`; `dosimeter rules list` shows all of them")]
    UnknownRule(String),
    /// The file with the key holds something else.
    #[error(
        "{}: not a key of 64 hexadecimal digits; name another file, or remove this one to have a \
         new key made",
        .path.display()
    )]
    BadKeyFile {
        /// The file.
        path: PathBuf,
    },
    /// The operating system has no randomness.
    #[error("no randomness for a new fingerprint key; name a file with a key with --key-file")]
    NoRandomness,
    /// A labelled text cannot be read.
    #[error("{place}: {problem}")]
    Corpus {
        /// File and line, or case.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// The arguments do not fit together.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// Whether there is nobody left to tell.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(ErrorKind::BrokenPipe))
    }

    /// A failure to read `path`.
    pub(crate) fn read(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::Read { path, kind: error.kind() }
    }

    /// A failure to write `path`.
    pub(crate) fn write(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::Write { path, kind: error.kind() }
    }
}

impl From<io::Error> for Error {
    /// Only writing to the terminal fails with a bare I/O error; everything else names its path.
    fn from(error: io::Error) -> Self {
        Self::Output(error.kind())
    }
}

/// The kind of an I/O error with what to do about it.
fn explain(kind: ErrorKind) -> String {
    let hint = match kind {
        ErrorKind::NotFound => "; check the path",
        ErrorKind::PermissionDenied => "; check who may read and write it",
        ErrorKind::AlreadyExists => "; choose another name or remove it",
        ErrorKind::StorageFull => "; free some space",
        _ => "",
    };
    format!("{kind}{hint}")
}
