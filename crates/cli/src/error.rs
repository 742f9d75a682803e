//! What can go wrong, in words that say what failed, where, and how to fix it.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
};

use crate::{exit::Exit, worker::chain};

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
    #[error("cannot write {}: {}", .path.display(), explain_writing(*.kind))]
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
    /// The baseline cannot be used.
    #[error("{}: {problem}", .path.display())]
    Baseline {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The operating system has no randomness.
    #[error("no randomness for a new fingerprint key; name a file with a key with --key-file")]
    NoRandomness,
    /// The state cannot be read.
    #[error("{}", chain(.0))]
    Store(dosimeter_store::Error),
    /// The worker's run ended early.
    #[error("{}", chain(.0))]
    Worker(dosimeter_worker::Error),
    /// A signal ended the run.
    #[error("stopped by a signal; what was done is kept, and the next run goes on from there")]
    Stopped,
    /// The simulator cannot start.
    #[error("{}", chain(.0))]
    Simulator(dosimeter_simulator::Error),
    /// The asynchronous runtime cannot start.
    #[error("cannot start the threads of the worker: {}", explain(*.0))]
    Runtime(ErrorKind),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {kind}; choose another port with --listen")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why not.
        kind: ErrorKind,
    },
    /// The log is already directed elsewhere.
    #[error("the log is already set up")]
    Log,
    /// Nothing says where the store is.
    #[error(
        "no store was named, and there is no {}; name the folder of a store with --state, or the \
         configuration of its worker with --config",
        .config.display()
    )]
    NoStore {
        /// The configuration that is not there.
        config: PathBuf,
    },
    /// No stored finding has this id.
    #[error("no finding in {} has an id that starts with {id}", .state.display())]
    UnknownFinding {
        /// What was asked for.
        id: String,
        /// Where it was looked for.
        state: PathBuf,
    },
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
    /// The configuration cannot be used.
    #[error("{}", chain(.0))]
    Config(dosimeter_worker::ConfigError),
    /// Text in pictures cannot be recognised.
    #[error("{0}")]
    Recogniser(dosimeter_sandbox::RecogniserError),
    /// The inline hook cannot start.
    #[error("{}", chain(.0))]
    Hook(dosimeter_hook::Error),
    /// The inline hook cannot be asked.
    #[error("{0}")]
    HookCheck(dosimeter_simulator::hook::CallerError),
    /// A policy cannot be used.
    #[error("{}: {problem}", .path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: dosimeter_policy::PolicyError,
    },
    /// A secret cannot be had.
    #[error("cannot read the secret: {}", chain(.0))]
    Secret(dosimeter_service::SecretError),
}

impl Error {
    /// What the exit code says about it.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Config(_) | Self::Policy { .. } | Self::NoStore { .. } => Exit::BadConfig,
            Self::Hook(error) if error.is_configuration() => Exit::BadConfig,
            Self::HookCheck(_) => Exit::Unavailable,
            Self::Stopped => Exit::Incomplete,
            Self::Worker(error) if error.is_configuration() => Exit::BadConfig,
            Self::Worker(error) if error.is_key_refused() => Exit::KeyRefused,
            Self::Worker(error) if error.is_unavailable() => Exit::Unavailable,
            _ => Exit::Failure,
        }
    }

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

/// The same for a file that is to be written, of which only the folder can be missing.
fn explain_writing(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::NotFound => "its folder does not exist; make it, or choose another".to_owned(),
        ErrorKind::IsADirectory => "it is a folder; name a file in it".to_owned(),
        kind => explain(kind),
    }
}

/// The kind of an I/O error with what to do about it.
fn explain(kind: ErrorKind) -> String {
    let hint = match kind {
        ErrorKind::NotFound => return "there is nothing at this path; check it".to_owned(),
        ErrorKind::IsADirectory => return "it is a folder; name the files in it".to_owned(),
        ErrorKind::PermissionDenied => "; check who may read and write it",
        ErrorKind::AlreadyExists => "; choose another name or remove it",
        ErrorKind::StorageFull => "; free some space",
        _ => "",
    };
    format!("{kind}{hint}")
}
