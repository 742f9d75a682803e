//! The parent's side: a picture to a child, what it answers, and what that leaves.

use std::{
    ffi::{OsStr, OsString},
    io::{ErrorKind, Read, Write as _},
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use dosimeter_content::{Content, ContentBuilder, Expose as _};
use dosimeter_extractor::{Budget, Extraction, Hint, Part, Picture, Segment, extract_into};
use dosimeter_record::{Gap, GapReason, Locator};
use zeroize::Zeroizing;

use super::{
    Languages, PICTURE_BYTES_MAX, PICTURES_MAX, RecogniserError,
    child::{LIST, NOT_INSTALLED},
    page::{self, Page},
};
use crate::pipe::{Receiver, Running, Sender, is_out_of_time};

/// How long one picture may take by the clock, which is more than its processor time on a busy machine.
const PICTURE_WALL: Duration = Duration::from_mins(1);

/// How long all pictures of a file may take.
const FILE_WALL: Duration = Duration::from_mins(5);

/// A page of dense text is some thousand words, each in a line of sixty bytes.
const ANSWER_BYTES_MAX: usize = 8 << 20;

/// Recognises text in pictures.
#[derive(Clone, Debug)]
pub struct Recogniser {
    program: PathBuf,
    arguments: Vec<OsString>,
    languages: OsString,
}

impl Recogniser {
    /// Starts `program` for each picture, with `arguments` and one more: a program that then calls
    /// [`serve_picture`](super::serve_picture) with that one.
    ///
    /// # Errors
    ///
    /// If Tesseract is not installed, does not know a language, or does not work.
    pub fn new(
        program: PathBuf,
        arguments: Vec<OsString>,
        languages: &Languages,
    ) -> Result<Self, RecogniserError> {
        let names = languages.names().join("+").into();
        let recogniser = Self { program, arguments, languages: names };
        match recogniser.missing(languages)? {
            Some(name) => Err(RecogniserError::MissingLanguage { name }),
            None => Ok(recogniser),
        }
    }

    /// Reads all text of a file in this process, and that of its pictures in others.
    pub fn extract(&self, file: &Content, hint: Hint<'_>, budget: &Budget) -> Extraction {
        let (mut segments, mut gaps, mut pictures) = (Vec::new(), Vec::new(), Vec::new());
        let bytes_max = usize::try_from(PICTURE_BYTES_MAX).unwrap_or(usize::MAX);
        let budget = budget.clone().pictures(PICTURES_MAX).picture_bytes(bytes_max);
        let kind = extract_into(file, hint, &budget, &mut |part| match part {
            Part::Segment(segment) => segments.push(segment),
            Part::Gap(gap) => gaps.push(gap),
            Part::Picture(picture) => pictures.push(picture),
        });
        let mut extraction = Extraction { kind, segments, gaps };
        self.read(pictures, &mut extraction);
        extraction
    }

    /// Adds the text of pictures to what was read, and gaps for what was not.
    pub(crate) fn read(&self, pictures: Vec<Picture>, extraction: &mut Extraction) {
        let started = Instant::now();
        for picture in pictures {
            let left = FILE_WALL.saturating_sub(started.elapsed());
            let mut gap = |reason| {
                extraction.gaps.push(Gap::at(reason, picture.locator().clone()));
            };
            if left.is_zero() {
                gap(GapReason::Deadline);
                continue;
            }
            if picture.is_moving() {
                // Only the first frame is looked at.
                gap(GapReason::ImageNotRead);
            }
            match self.recognise(&picture, left) {
                Ok(Recognised { segments, is_unclear }) => {
                    if is_unclear {
                        gap(GapReason::ImageUnclear);
                    }
                    extraction.segments.extend(segments);
                }
                Err(reason) => gap(reason),
            }
        }
    }

    fn recognise(&self, picture: &Picture, left: Duration) -> Result<Recognised, GapReason> {
        let (answer, status) =
            self.ask(&self.languages, picture.bytes(), left.min(PICTURE_WALL))?;
        match status.code() {
            Some(0) => Ok(Recognised::new(picture, &String::from_utf8_lossy(answer.expose()))),
            // The only thing that it has to say of a picture that it cannot decode.
            Some(1) => Err(GapReason::Malformed),
            None if is_out_of_time(status) => Err(GapReason::Deadline),
            _ => Err(GapReason::ParserFailed),
        }
    }

    /// The first language that is not installed.
    fn missing(&self, languages: &Languages) -> Result<Option<String>, RecogniserError> {
        let nothing = Content::from(Vec::new());
        let asked = self.ask(LIST.as_ref(), &nothing, PICTURE_WALL);
        let (answer, status) = asked.map_err(|_| RecogniserError::Failed)?;
        match status.code() {
            Some(0) => {}
            Some(code) if code == i32::from(NOT_INSTALLED) => {
                return Err(RecogniserError::NotInstalled);
            }
            _ => return Err(RecogniserError::Failed),
        }
        let known = String::from_utf8_lossy(answer.expose());
        let is_missing = |name: &&String| !known.lines().any(|known| known == name.as_str());
        Ok(languages.names().iter().find(is_missing).cloned())
    }

    /// What a child says about `input`, and how it ended.
    fn ask(
        &self,
        argument: &OsStr,
        input: &Content,
        wall: Duration,
    ) -> Result<(Content, ExitStatus), GapReason> {
        let until = Instant::now().checked_add(wall);
        let spawned = Command::new(&self.program)
            .args(&self.arguments)
            .arg(argument)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What it says of a picture may quote it.
            .stderr(Stdio::null())
            .spawn();
        let mut child = Running(spawned.map_err(|_| GapReason::ParserFailed)?);
        let (Some(stdin), Some(stdout)) = (child.0.stdin.take(), child.0.stdout.take()) else {
            return Err(GapReason::ParserFailed);
        };
        // It answers when it has read everything; one that ends before that says why by how it ends.
        let sent = Sender::new(stdin, until).and_then(|mut pipe| pipe.write_all(input.expose()));
        if sent.is_err_and(|error| error.kind() == ErrorKind::TimedOut) {
            return Err(GapReason::Deadline);
        }
        let answer = answer(&mut Receiver { pipe: stdout, until })?;
        let status = child.ended().ok_or(GapReason::ParserFailed)?;
        Ok((answer, status))
    }
}

/// Everything up to the end of a pipe, in memory that is wiped as it grows.
fn answer(pipe: &mut impl Read) -> Result<Content, GapReason> {
    let mut answer = ContentBuilder::with_limit(ANSWER_BYTES_MAX);
    let mut chunk = Zeroizing::new([0; 1 << 13]);
    loop {
        match pipe.read(&mut *chunk) {
            Ok(0) => return Ok(answer.finish()),
            Ok(length) if answer.push(chunk.get(..length).unwrap_or_default()) => {}
            Err(error) if error.kind() == ErrorKind::TimedOut => return Err(GapReason::Deadline),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => return Err(GapReason::ParserFailed),
        }
    }
}

/// What was recognised in one picture.
struct Recognised {
    segments: Vec<Segment>,
    is_unclear: bool,
}

impl Recognised {
    fn new(picture: &Picture, answer: &str) -> Self {
        let pages = page::pages(answer);
        let is_unclear = pages.is_empty() || pages.iter().any(Page::is_unclear);
        let are_many = pages.len() > 1;
        let place = picture.locator();
        let segments = pages.iter().filter(|page| !page.is_empty()).map(|page| Segment {
            text: page.text(),
            locator: Locator {
                part: Some("picture".into()),
                page: if are_many { Some(page.number) } else { place.page },
                line: Some(1),
                ..place.clone()
            },
        });
        Self { segments: segments.collect(), is_unclear }
    }
}
