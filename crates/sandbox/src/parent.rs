//! The parent's side: a child that waits, the bytes to it, what comes back, and how it ended.

use std::{
    ffi::OsString,
    io::{self, BufReader, Read, Write},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Extraction, FileKind, Hint, Picture};
use dosimeter_record::{Gap, GapReason};

use crate::{
    Limits, Recogniser,
    pipe::{Receiver, Running, Sender, is_out_of_time},
    recognise::{PICTURE_BYTES_MAX, PICTURES_MAX},
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
    recogniser: Option<Recogniser>,
}

impl Sandbox {
    /// Starts `program` with `arguments` for each file: a program that then calls [`serve`](crate::serve).
    #[must_use]
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { program, arguments, waiting: Mutex::new(Vec::new()), recogniser: None }
    }

    /// Recognises text in pictures too.
    #[must_use]
    pub fn recogniser(mut self, recogniser: Recogniser) -> Self {
        self.recogniser = Some(recogniser);
        self
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
        let mut pictures = Pictures::default();
        let room = if self.recogniser.is_some() { PICTURES_MAX } else { 0 };
        let head = wire::request_head(file.len(), hint, limits, room);
        let outcome = converse(&mut child, &head, file, limits, |reply| match reply {
            Reply::Segment(segment) => extraction.segments.push(segment),
            Reply::Gap(gap) => extraction.gaps.push(gap),
            Reply::Picture(picture) => extraction.gaps.extend(pictures.take(picture)),
            Reply::End(kind) => extraction.kind = kind,
        });
        if let Some(reason) = end(child, outcome) {
            extraction.gaps.push(Gap::whole(reason));
        }
        match &self.recogniser {
            Some(recogniser) => recogniser.read(pictures.all, &mut extraction),
            None => extraction.gaps.extend(pictures.all.into_iter().map(Picture::unread)),
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

/// How a conversation ended.
#[derive(Clone, Copy)]
enum Outcome {
    Complete,
    /// The clock ran out.
    Late,
    /// The child stopped talking, or made no sense.
    Broken,
}

/// The pictures of a file. The child is not trusted with how many there are.
#[derive(Default)]
struct Pictures {
    all: Vec<Picture>,
    bytes: u64,
}

impl Pictures {
    fn take(&mut self, picture: Picture) -> Option<Gap> {
        self.bytes = self.bytes.saturating_add(picture.bytes().len() as u64);
        if self.all.len() >= PICTURES_MAX || self.bytes > PICTURE_BYTES_MAX {
            return Some(picture.unread());
        }
        self.all.push(picture);
        None
    }
}

/// Sends a file and takes what is answered.
fn converse(
    child: &mut Running,
    head: &[u8],
    file: &Content,
    limits: Limits,
    mut take: impl FnMut(Reply),
) -> Outcome {
    let until = Instant::now().checked_add(limits.wall.saturating_add(GRACE));
    let (Some(input), Some(output)) = (child.0.stdin.take(), child.0.stdout.take()) else {
        return Outcome::Broken;
    };
    let sent = Sender::new(input, until).and_then(|mut input| {
        input.write_all(head)?;
        input.write_all(file.expose())
    });
    if let Err(error) = sent {
        return Outcome::of(&error);
    }
    let mut replies = BufReader::with_capacity(1 << 16, Receiver { pipe: output, until });
    let (mut segments, mut gaps, mut text_left) = (0_usize, 0_usize, TEXT_BYTES_MAX);
    loop {
        let reply = match wire::read_reply(&mut replies, text_left) {
            Ok(reply) => reply,
            Err(error) => return Outcome::of(&error),
        };
        let is_end = matches!(reply, Reply::End(_));
        match &reply {
            Reply::Segment(segment) => {
                text_left = text_left.saturating_sub(segment.text.len() as u64);
                segments = segments.saturating_add(1);
            }
            // A picture is a gap that may be closed.
            Reply::Gap(_) | Reply::Picture(_) => gaps = gaps.saturating_add(1),
            Reply::End(_) => {}
        }
        if segments > SEGMENTS_MAX || gaps > GAPS_MAX {
            return Outcome::Broken;
        }
        take(reply);
        if is_end {
            return Outcome::Complete;
        }
    }
}

/// The gap that the child's end leaves.
fn end(mut child: Running, outcome: Outcome) -> Option<GapReason> {
    match outcome {
        Outcome::Complete => None,
        Outcome::Late => Some(GapReason::Deadline),
        Outcome::Broken => {
            // One that closed its pipe and stays has nothing more to say.
            let Some(status) = child.ended() else { return Some(GapReason::ParserFailed) };
            let mut said = Vec::new();
            if let Some(stderr) = child.0.stderr.take() {
                stderr.take(4096).read_to_end(&mut said).ok();
            }
            Some(reason(status, &said))
        }
    }
}

impl Outcome {
    fn of(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::TimedOut { Self::Late } else { Self::Broken }
    }
}

/// Why a child ended, by its signal and by what the run-time library says when memory is refused.
fn reason(status: ExitStatus, said: &[u8]) -> GapReason {
    let refused = b"memory allocation of";
    match () {
        () if is_out_of_time(status) => GapReason::Deadline,
        () if said.windows(refused.len()).any(|window| window == refused) => GapReason::OutOfMemory,
        () => GapReason::ParserFailed,
    }
}
