//! The parent's side: a child that waits, the bytes to it, what comes back, and how it ended.

use std::{
    ffi::OsString,
    io::{self, BufReader, Read, Write},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::process::ExitStatusExt as _,
    },
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Extraction, FileKind, Hint};
use dosimeter_record::{Gap, GapReason};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::{
    Limits,
    wire::{self, Reply},
};

/// Children that wait to be used; more than one per thread that extracts is never needed.
const WAITING_MAX: usize = 8;

/// More text than an extraction gives out by default is a child that lies.
const TEXT_BYTES_MAX: u64 = 64 << 20;
const SEGMENTS_MAX: usize = 4_000_000;
const GAPS_MAX: usize = 100_000;

/// How long a child may take beyond its own deadline until it is killed.
const GRACE: Duration = Duration::from_secs(2);

/// Extracts in child processes.
#[derive(Debug)]
pub struct Sandbox {
    program: PathBuf,
    arguments: Vec<OsString>,
    waiting: Mutex<Vec<Child>>,
}

impl Sandbox {
    /// Starts `program` with `arguments` for each file: a program that then calls [`serve`](crate::serve).
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { program, arguments, waiting: Mutex::new(Vec::new()) }
    }

    /// Reads all text of a file in a child process of its own.
    ///
    /// Never fails: without a child, the whole file is a gap.
    pub fn extract(&self, file: &Content, hint: Hint<'_>, limits: Limits) -> Extraction {
        let mut extraction =
            Extraction { kind: FileKind::Binary, segments: Vec::new(), gaps: Vec::new() };
        let Ok(child) = self.take() else {
            extraction.gaps.push(Gap::whole(GapReason::ParserFailed));
            return extraction;
        };
        let mut child = Running(child);
        // While this one works, the next one starts.
        self.prepare();
        let outcome = child.converse(file, hint, limits, &mut extraction);
        if let Some(reason) = child.end(outcome) {
            extraction.gaps.push(Gap::whole(reason));
        }
        extraction
    }

    fn take(&self) -> io::Result<Child> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match waiting {
            Some(child) => Ok(child),
            None => self.start(),
        }
    }

    fn prepare(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.is_empty()
            && waiting.len() < WAITING_MAX
            && let Ok(child) = self.start()
        {
            waiting.push(child);
        }
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let waiting = self.waiting.get_mut().unwrap_or_else(PoisonError::into_inner);
        for child in waiting.drain(..) {
            drop(Running(child));
        }
    }
}

/// A child that is killed and reaped when nobody needs it any more.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only if it is gone already.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// How a conversation ended.
#[derive(Clone, Copy)]
enum Outcome {
    Complete,
    /// The clock ran out.
    Late,
    /// The child stopped talking, or made no sense.
    Broken,
}

impl Running {
    fn converse(
        &mut self,
        file: &Content,
        hint: Hint<'_>,
        limits: Limits,
        extraction: &mut Extraction,
    ) -> Outcome {
        let until = Instant::now().checked_add(limits.wall.saturating_add(GRACE));
        let (Some(input), Some(output)) = (self.0.stdin.take(), self.0.stdout.take()) else {
            return Outcome::Broken;
        };
        let mut input = Sender { pipe: input, until };
        let bytes = file.expose();
        let head = wire::request_head(bytes.len(), hint, limits);
        let sent = rustix::io::ioctl_fionbio(&input.pipe, true)
            .map_err(io::Error::from)
            .and_then(|()| input.write_all(&head))
            .and_then(|()| input.write_all(bytes));
        if let Err(error) = sent {
            return Outcome::of(&error);
        }
        drop(input);
        let mut replies = BufReader::with_capacity(1 << 16, Receiver { pipe: output, until });
        let mut text_left = TEXT_BYTES_MAX;
        loop {
            match wire::read_reply(&mut replies, text_left) {
                Ok(Reply::Segment(segment)) if extraction.segments.len() < SEGMENTS_MAX => {
                    text_left = text_left.saturating_sub(segment.text.len() as u64);
                    extraction.segments.push(segment);
                }
                Ok(Reply::Gap(gap)) if extraction.gaps.len() < GAPS_MAX => {
                    extraction.gaps.push(gap);
                }
                Ok(Reply::End(kind)) => {
                    extraction.kind = kind;
                    return Outcome::Complete;
                }
                Ok(_) => return Outcome::Broken,
                Err(error) => return Outcome::of(&error),
            }
        }
    }

    /// The gap that the child's end leaves.
    fn end(mut self, outcome: Outcome) -> Option<GapReason> {
        match outcome {
            Outcome::Complete => None,
            Outcome::Late => Some(GapReason::Deadline),
            Outcome::Broken => {
                let status = self.0.wait().ok();
                let mut said = Vec::new();
                if let Some(stderr) = self.0.stderr.take() {
                    stderr.take(4096).read_to_end(&mut said).ok();
                }
                Some(reason(status, &said))
            }
        }
    }
}

impl Outcome {
    fn of(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::TimedOut { Self::Late } else { Self::Broken }
    }
}

/// Why a child ended, by its signal and by what the run-time library says when memory is refused.
fn reason(status: Option<ExitStatus>, said: &[u8]) -> GapReason {
    const OUT_OF_TIME: [i32; 2] = [libc::SIGXCPU, libc::SIGKILL];
    let is_late = status
        .and_then(|status| status.signal())
        .is_some_and(|signal| OUT_OF_TIME.contains(&signal));
    let refused = b"memory allocation of";
    match () {
        () if is_late => GapReason::Deadline,
        () if said.windows(refused.len()).any(|window| window == refused) => GapReason::OutOfMemory,
        () => GapReason::ParserFailed,
    }
}

/// Waits until a pipe is ready, or time is up.
fn wait(pipe: BorrowedFd<'_>, flags: PollFlags, until: Option<Instant>) -> io::Result<()> {
    let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
    let timeout = Timespec::try_from(left.min(Duration::from_secs(1 << 30))).ok();
    let mut pipes = [PollFd::from_borrowed_fd(pipe, flags)];
    match poll(&mut pipes, timeout.as_ref()) {
        Ok(0) => Err(io::ErrorKind::TimedOut.into()),
        Ok(_) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

struct Sender {
    pipe: ChildStdin,
    until: Option<Instant>,
}

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        wait(self.pipe.as_fd(), PollFlags::OUT, self.until)?;
        self.pipe.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Receiver {
    pipe: ChildStdout,
    until: Option<Instant>,
}

impl Read for Receiver {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        wait(self.pipe.as_fd(), PollFlags::IN, self.until)?;
        self.pipe.read(buffer)
    }
}
