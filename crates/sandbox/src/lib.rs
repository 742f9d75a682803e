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
mod wire;

pub use self::child::serve;
#[cfg(not(target_os = "linux"))]
pub use self::without::Sandbox;
#[cfg(target_os = "linux")]
pub use self::{confine::confine, parent::Sandbox};

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
    use std::{ffi::OsString, path::PathBuf, time::Instant};

    use dosimeter_content::Content;
    use dosimeter_extractor::{Budget, Extraction, Hint, extract};

    use crate::Limits;

    /// Where there is no sandbox: extraction in this process.
    #[derive(Debug)]
    pub struct Sandbox;

    impl Sandbox {
        /// The program is not used here.
        #[must_use]
        pub fn new(_program: PathBuf, _arguments: Vec<OsString>) -> Self {
            Self
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
}
