//! Extraction in a child process: a parser that is taken over, loops, overflows its stack or eats memory
//! harms one file and nothing else.
//!
//! ```text
//! parent                                   child (one for each file)
//! start ahead of need ───────────────────► limits, Landlock, seccomp; then waits
//! bytes and hints ─────── pipe ──────────► extract
//! segments and gaps ◄──── pipe ─────────── as they are read
//! end, or why it ended
//! ```
//!
//! On Linux the child has no file system (Landlock), no network and no way to start programs (seccomp:
//! memory, its two pipes, and ending), a limit on memory and on processor time, no core dump, and may not
//! write files of any length. What it had read when it ended is kept; how it ended becomes a gap:
//!
//! | end of the child | gap |
//! |---|---|
//! | out of processor time or of wall-clock time | `deadline` |
//! | out of memory | `out_of_memory` |
//! | crashed in any other way, or said something that makes no sense | `parser_failed` |
//!
//! # Text in pictures
//!
//! With a [`Recogniser`], the pictures in a file go to Tesseract, each to a process of its own, which is started by
//! the same program and becomes Tesseract once it has given everything up: it may read what the system installed
//! (Landlock: `/usr`, `/lib`), and neither write, nor connect, nor start a thread or a program (seccomp), in one gibibyte and
//! thirty seconds of processor time; it ends with this process. The picture goes in and words come out through pipes, and
//! what it says on standard error goes nowhere. Tesseract takes what is no picture for a list of files to open:
//! it never sees any, because the extractor measures each picture by its magic number and header first, and this
//! process again what its child hands on. Words come with how sure Tesseract is of each.
//!
//! | what happens | what comes of it |
//! |---|---|
//! | words | segments in part `picture`, with page and line |
//! | more than a fifth of the characters unsure, or no word at all | the same, and the gap `image_unclear` |
//! | more frames than the first | the same, and the gap `image_not_read` |
//! | cannot be decoded | `malformed` |
//! | out of processor time, of a minute by the clock, or of five for a file | `deadline` |
//! | more than 100 pictures, 64 MiB of them, or 50 million pixels in one | `too_many_entries`, `expansion_size`, `too_large` |
//! | anything else | `parser_failed` |
//!
//! What it reads, and what it costs: `benches/results/ocr.md`.
//!
//! Elsewhere [`Sandbox::extract`] extracts in this process, within the same budget.
//!
//! # What it costs
//!
//! An empty archive takes 3 ms in a child on a busy 2-core machine in the test profile (`tests/sandbox.rs`,
//! `the_cost_of_a_child_is_measured`): the next child starts while the last one works. Formats without risk ([`is_simple`]) do not
//! go to the child.
//!
//! [`is_simple`]: dosimeter_extractor::is_simple

mod child;
#[cfg(target_os = "linux")]
mod confine;
#[cfg(target_os = "linux")]
mod parent;
#[cfg(target_os = "linux")]
mod pipe;
mod recognise;
mod wire;

#[cfg(not(target_os = "linux"))]
pub use self::without::{Recogniser, Sandbox, serve_picture};
pub use self::{
    child::serve,
    recognise::{Languages, RecogniserError},
};
#[cfg(target_os = "linux")]
pub use self::{
    confine::confine,
    parent::Sandbox,
    recognise::{Recogniser, serve_picture},
};

use std::time::Duration;

/// What one file may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest file, in bytes.
    pub file_bytes: usize,
    /// How long one file may take by the clock.
    pub wall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 25_000_000, wall: Duration::from_mins(1) }
    }
}

/// How much processor time a child may take, in seconds.
pub const CPU_SECONDS: u64 = 10;

/// How much address space a child may take, in bytes; its memory is less.
pub const MEMORY_BYTES: u64 = 1 << 30;

#[cfg(not(target_os = "linux"))]
mod without {
    use std::{
        ffi::{OsStr, OsString},
        path::PathBuf,
        process::ExitCode,
        time::Instant,
    };

    use dosimeter_content::Content;
    use dosimeter_extractor::{Budget, Extraction, Hint, extract};

    use crate::{Languages, Limits, RecogniserError};

    /// Where there is no sandbox: extraction in this process.
    #[derive(Debug)]
    pub struct Sandbox;

    impl Sandbox {
        /// The program is not used here.
        #[must_use]
        pub fn new(_program: PathBuf, _arguments: Vec<OsString>) -> Self {
            Self
        }

        /// There is none here.
        #[must_use]
        pub fn recogniser(self, recogniser: Recogniser) -> Self {
            match recogniser {}
        }

        /// Extracts in this process.
        pub fn extract(&self, file: &Content, hint: Hint<'_>, limits: Limits) -> Extraction {
            let started = Instant::now();
            let budget = Budget::default()
                .input_bytes(limits.file_bytes)
                .with_deadline(move || started.elapsed() > limits.wall);
            extract(file, hint, &budget)
        }
    }

    /// Where no process can be confined, no text in pictures is recognised.
    #[derive(Clone, Debug)]
    pub enum Recogniser {}

    impl Recogniser {
        /// Fails.
        ///
        /// # Errors
        ///
        /// Always.
        pub fn new(
            _program: PathBuf,
            _arguments: Vec<OsString>,
            _languages: &Languages,
        ) -> Result<Self, RecogniserError> {
            Err(RecogniserError::NotHere)
        }

        /// Cannot be called.
        pub fn extract(&self, _file: &Content, _hint: Hint<'_>, _budget: &Budget) -> Extraction {
            match *self {}
        }
    }

    /// Does nothing here.
    #[must_use]
    pub fn serve_picture(_argument: Option<&OsStr>) -> ExitCode {
        ExitCode::FAILURE
    }
}
