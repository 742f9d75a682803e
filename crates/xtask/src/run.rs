//! Starting other programs.

use std::{
    env, fmt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Whether golden outputs are compared or recorded anew.
#[derive(Clone, Copy)]
pub(crate) enum Bless {
    /// Compare.
    No,
    /// Record.
    Yes,
}

/// Why a task did not succeed.
pub(crate) enum Error {
    /// A program could not be started.
    Start(String, std::io::Error),
    /// A program ended with an error, which it has already explained.
    Failed(String),
    /// There is no such step.
    UnknownStep(String),
    /// Some steps failed; the summary names them.
    Red(usize),
    /// A file could not be read.
    Read(PathBuf, std::io::Error),
    /// A file could not be written.
    Write(PathBuf, std::io::Error),
    /// The arguments of a task are wrong.
    Usage(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start(command, error) => write!(formatter, "cannot start `{command}`: {error}"),
            Self::Failed(command) => write!(formatter, "`{command}` failed"),
            Self::UnknownStep(name) => {
                write!(formatter, "no step is named `{name}`; `cargo xtask steps` lists them")
            }
            Self::Red(count) => write!(formatter, "{count} step(s) failed"),
            Self::Read(path, error) => write!(formatter, "cannot read {}: {error}", path.display()),
            Self::Usage(what) => formatter.write_str(what),
            Self::Write(path, error) => {
                write!(formatter, "cannot write {}: {error}", path.display())
            }
        }
    }
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_path_buf()
}

/// Where Cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// `cargo ARGUMENTS`, in the root of the workspace, with the Cargo that runs this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Any other program, in the root of the workspace.
pub(crate) fn program(name: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command to its end, with its output on the terminal.
pub(crate) fn finish(mut command: Command) -> Result<(), Error> {
    let shown = shown(&command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Error::Failed(shown)),
        Err(error) => Err(Error::Start(shown, error)),
    }
}

/// What a command prints, without white space around it.
pub(crate) fn output(mut command: Command) -> Result<String, Error> {
    let shown = shown(&command);
    match command.stdin(Stdio::null()).stderr(Stdio::null()).output() {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        }
        Ok(_) => Err(Error::Failed(shown)),
        Err(error) => Err(Error::Start(shown, error)),
    }
}

/// Whether `command` runs and succeeds; its output is not shown.
pub(crate) fn works(mut command: Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
