//! `dosimeter scan`: files, folders, archives, standard input, and fields of JSON lines.
//!
//! Reads as its stages: which inputs → (parallel) read, scan, render → (in order) print, count →
//! exit code.

mod engine;
mod jsonl;
mod lines;
mod ordered;
pub(crate) mod pretty;
mod tally;
mod walk;

use std::{
    fs::File,
    io::{self, BufReader, Read},
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use dosimeter_classifier::Scratch;
use dosimeter_content::{Content, ContentBuilder};
use dosimeter_record::{GapReason, Identity, Labelled};
use serde::Serialize;
use zeroize::Zeroizing;

pub(crate) use self::tally::FailOn;
use self::{
    engine::Engine,
    lines::{Block, Blocks, Line},
    ordered::ordered,
    pretty::Pretty,
    tally::Tally,
    walk::{Target, Walk, is_stdin},
};
use crate::{
    args::{Format, ScanArgs},
    classifier,
    error::Error,
    exit::Exit,
    terminal::{Terminal, visible},
};

/// Where a scanned text comes from.
#[derive(Debug, Serialize)]
pub(crate) struct Source {
    kind: dosimeter_record::ResourceKind,
    /// The path as given or found; `-` for standard input.
    #[serde(serialize_with = "as_str")]
    path: Arc<str>,
    /// The line, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// The id that the line itself carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_bytes: Option<u64>,
}

fn as_str<S: serde::Serializer>(path: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path)
}

impl Source {
    fn new(path: Arc<str>) -> Self {
        let kind = dosimeter_record::ResourceKind::Local;
        Self { kind, path, line: None, id: None, size_bytes: None }
    }

    /// The name for people.
    fn name(&self) -> String {
        let path = if &*self.path == "-" { "standard input".into() } else { visible(&self.path) };
        match self.line {
            Some(line) => format!("{path}:{line}"),
            None => path.into_owned(),
        }
    }
}

/// What one piece of work comes to: rendered output in input order, and totals.
#[derive(Default)]
struct Reply {
    rendered: Vec<u8>,
    tally: Tally,
    failure: Option<Error>,
}

/// Runs the command.
pub(crate) fn run(args: &ScanArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let paths = inputs(args)?;
    let format = args.format.unwrap_or(match args.jsonl_field {
        Some(_) => Format::Jsonl,
        None => Format::Pretty,
    });
    let key = classifier::key(args.key.key_file.as_deref(), terminal)?;
    let classifier = classifier::build(&args.rules, key)?;
    let title = |rule: &str| classifier::title(classifier.rules(), rule).map(str::to_owned);
    let scan = Scan {
        engine: Engine::new(
            classifier.clone(),
            (args.max_file_mb as usize).saturating_mul(1_000_000),
        ),
        format,
        pretty: Pretty { paint: terminal.paint, title: &title },
    };
    let threads = args.threads.or_else(|| thread::available_parallelism().ok());
    let mut run = Run { terminal, tally: Tally::default(), failure: None };
    let threads = threads.unwrap_or(NonZeroUsize::MIN);
    match args.jsonl_field.as_deref() {
        Some(field) => scan.lines(paths, field, threads, &mut run)?,
        None => scan.files(paths, threads, &mut run)?,
    }
    run.finish(&scan, args)
}

/// The paths to scan; standard input if none is given and it is not the keyboard.
fn inputs(args: &ScanArgs) -> Result<Vec<PathBuf>, Error> {
    use io::IsTerminal as _;
    if args.paths.is_empty() && io::stdin().is_terminal() {
        let usage = "nothing to scan; give files or folders, or `-` for standard input";
        return Err(Error::Usage(usage.to_owned()));
    }
    if args.paths.is_empty() {
        return Ok(vec!["-".into()]);
    }
    Ok(args.paths.clone())
}

/// What all threads share.
struct Scan<'a> {
    engine: Engine,
    format: Format,
    pretty: Pretty<'a>,
}

impl Scan<'_> {
    fn files(
        &self,
        paths: Vec<PathBuf>,
        threads: NonZeroUsize,
        run: &mut Run<'_>,
    ) -> Result<(), Error> {
        let walk = Walk::new(paths)?;
        let work = |scratch: &mut Scratch, target| self.target(scratch, &target);
        ordered(walk, threads, || self.engine.scratch(), work, |reply| run.take(reply))
    }

    fn lines(
        &self,
        paths: Vec<PathBuf>,
        field: &str,
        threads: NonZeroUsize,
        run: &mut Run<'_>,
    ) -> Result<(), Error> {
        let blocks = paths.into_iter().flat_map(open_blocks);
        let work = |scratch: &mut Scratch, piece: NamedBlock| match piece {
            Ok((path, block)) => self.block(scratch, &path, &block, field),
            Err(error) => Reply { failure: Some(error), ..Reply::default() },
        };
        ordered(blocks, threads, || self.engine.scratch(), work, |reply| run.take(reply))
    }

    /// Scans one file.
    fn target(&self, scratch: &mut Scratch, target: &Target) -> Reply {
        let (path, unreadable) = match target {
            Target::Stdin => (Path::new("-"), None),
            Target::File(path) => (path.as_path(), None),
            Target::Unreadable(path, reason) => (path.as_path(), Some(*reason)),
            Target::LeftOut => return Reply::default(),
        };
        let name: Arc<str> = path.to_string_lossy().into();
        let mut source = Source::new(Arc::clone(&name));
        let read = match unreadable {
            Some(reason) => Err(reason),
            None => read(path, self.engine.file_bytes_max()).map_err(|_| GapReason::Unavailable),
        };
        let labelled = match read {
            Ok((file, complete)) => {
                source.size_bytes = Some(file.len() as u64);
                self.engine.file(scratch, &name, &file, complete)
            }
            Err(reason) => {
                let identity = Identity { tenant: "", resource: &name, part: "" };
                self.engine.unread(scratch, identity, reason)
            }
        };
        let mut reply = Reply::default();
        self.render(&mut reply, &source, &labelled);
        reply
    }

    /// Scans the lines of one block.
    fn block(&self, scratch: &mut Scratch, path: &Arc<str>, block: &Block, field: &str) -> Reply {
        let mut reply = Reply::default();
        for (number, line) in block.lines() {
            let mut source = Source { line: Some(number), ..Source::new(Arc::clone(path)) };
            let labelled = self.line(scratch, &mut source, &line, field);
            self.render(&mut reply, &source, &labelled);
        }
        reply
    }

    fn line(
        &self,
        scratch: &mut Scratch,
        source: &mut Source,
        line: &Line<'_>,
        field: &str,
    ) -> Labelled {
        let path = Arc::clone(&source.path);
        let number = source.line.unwrap_or_default().to_string();
        let identity = Identity { tenant: "", resource: &path, part: &number };
        let Line::Whole(bytes) = line else {
            return self.engine.unread(scratch, identity, GapReason::TooLarge);
        };
        source.size_bytes = Some(bytes.len() as u64);
        match lines::parse(bytes, field) {
            Ok(row) => {
                source.id = row.id;
                self.engine.texts(scratch, identity, &row.texts)
            }
            Err(_) => self.engine.unread(scratch, identity, GapReason::Malformed),
        }
    }

    fn render(&self, reply: &mut Reply, source: &Source, labelled: &Labelled) {
        match self.format {
            Format::Jsonl => jsonl::write(&mut reply.rendered, source, labelled),
            Format::Pretty => self.pretty.write(&mut reply.rendered, source, labelled),
        }
        let size = source.size_bytes.unwrap_or_default();
        reply.tally.add(Tally::of(&source.name(), size, labelled));
    }
}

/// Reads at most `bytes_max` of a file; says whether that was all of it.
pub(crate) fn read(path: &Path, bytes_max: usize) -> io::Result<(Content, bool)> {
    let mut file: Box<dyn Read> =
        if is_stdin(path) { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    let mut builder = ContentBuilder::with_limit(bytes_max);
    let mut chunk = Zeroizing::new(vec![0; 1 << 16]);
    loop {
        let count = match file.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            count => count?,
        };
        let read = chunk.get(..count).unwrap_or_default();
        if read.is_empty() {
            return Ok((builder.finish(), true));
        }
        if !builder.push(read) {
            return Ok((builder.finish(), false));
        }
    }
}

/// A block with the name of its file, or the reason why the file cannot be read.
type NamedBlock = Result<(Arc<str>, Block), Error>;

/// The blocks of one file of lines.
fn open_blocks(path: PathBuf) -> Box<dyn Iterator<Item = NamedBlock> + Send> {
    let opened: io::Result<Box<dyn Read + Send>> =
        if is_stdin(&path) { Ok(Box::new(io::stdin())) } else { open(&path) };
    let name: Arc<str> = path.to_string_lossy().into();
    match opened {
        Ok(reader) => {
            let blocks = Blocks::new(BufReader::with_capacity(1 << 16, reader));
            Box::new(blocks.map(move |block| {
                let block = block.map_err(Error::read(path.clone()))?;
                Ok((Arc::clone(&name), block))
            }))
        }
        Err(error) => Box::new(std::iter::once(Err(Error::read(path)(error)))),
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(File::open(path)?))
}

/// The main thread's side of a run.
struct Run<'a> {
    terminal: &'a mut Terminal,
    tally: Tally,
    failure: Option<Error>,
}

impl Run<'_> {
    /// Prints one reply and adds it up.
    fn take(&mut self, reply: Reply) -> Result<(), Error> {
        self.terminal.raw(&reply.rendered)?;
        self.tally.add(reply.tally);
        self.failure = self.failure.take().or(reply.failure);
        let (resources, findings) = (self.tally.resources, self.tally.findings);
        let message = format!("scanned, {findings} findings, {}", pretty::bytes(self.tally.bytes));
        self.terminal.progress().set(resources, message);
        Ok(())
    }

    /// Prints the summary and decides on the exit code.
    fn finish(self, scan: &Scan<'_>, args: &ScanArgs) -> Result<Exit, Error> {
        self.terminal.progress().finish();
        if scan.format == Format::Pretty && !self.terminal.is_quiet() {
            self.terminal.raw(scan.pretty.summary(&self.tally).as_bytes())?;
        }
        self.terminal.flush()?;
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        Ok(if self.tally.fails(&args.fail_on) {
            Exit::Findings
        } else if args.strict_coverage && self.tally.incomplete > 0 {
            Exit::Incomplete
        } else {
            Exit::Clean
        })
    }
}
