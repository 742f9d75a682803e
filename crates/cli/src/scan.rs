//! `dosimeter scan`: files, folders, archives, standard input, and fields of JSON lines.
//!
//! Reads as its stages: which inputs → (parallel) read, scan, render → (in order) print, count →
//! exit code.

pub(crate) mod allow;
pub(crate) mod baseline;
mod document;
mod engine;
mod html;
mod jsonl;
mod lines;
mod ordered;
mod policy;
pub(crate) mod pretty;
mod read;
mod rows;
mod run;
#[cfg(test)]
mod shown;
mod source;
mod suppress;
mod tally;
mod walk;

use std::{
    io::Write as _,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use dosimeter_classifier::{Classifier, RuleSet, Scratch};
use dosimeter_record::{FingerprintKey, GapReason, Identity};
use dosimeter_sink::{About, Document, DocumentFormat};

use self::{
    baseline::Baseline,
    engine::Engine,
    lines::{Block, Line},
    ordered::ordered,
    policy::Filter,
    pretty::Pretty,
    read::{NamedBlock, open_blocks},
    run::{Reply, Run},
    suppress::Verdict,
    tally::Tally,
    walk::{Target, Walk},
};
pub(crate) use self::{read::read, run::Scanned, source::Source, tally::FailOn};
use crate::{
    args::{ScanArgs, ScanFormat, ScanInput},
    child, classifier, clock,
    error::Error,
    exit::Exit,
    terminal::{Paint, Terminal},
};

/// Runs the command.
pub(crate) fn run(args: &ScanArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let format = args.format.unwrap_or(match args.input.jsonl_field {
        Some(_) => ScanFormat::Jsonl,
        None => ScanFormat::Pretty,
    });
    let is_text = format.document().is_none_or(DocumentFormat::is_text);
    if args.output.is_none() && terminal.is_for_people() && (format == ScanFormat::Html || !is_text)
    {
        let format = format.name();
        return Err(Error::Usage(format!(
            "this is not for a terminal; write it to a file: --format {format} -o report.{format}"
        )));
    }
    let key = classifier::key(args.input.key.key_file.as_deref(), terminal)?;
    let known = args.baseline.as_deref().map(|path| Baseline::read(path, key.clone()));
    let known = known.transpose()?;
    let policy = args.policy.as_deref().map(crate::policy::read).transpose()?.map(Filter::new);
    let paint = if args.output.is_some() { Paint::off() } else { terminal.paint };
    let form = match format {
        ScanFormat::Pretty => Form::Pretty(paint),
        ScanFormat::Jsonl => Form::Jsonl,
        ScanFormat::Html => Form::Rows,
        _ => format.document().map_or(Form::Jsonl, Form::Document),
    };
    let asked =
        Asked { input: &args.input, key, form, baseline: known.as_ref(), policy: policy.as_ref() };
    let done = asked.perform(terminal, args.output.as_deref())?;
    match format {
        ScanFormat::Html => html::write(&done, &args.input, args.output.as_deref(), terminal)?,
        ScanFormat::Pretty => done.print_summary(known.as_ref(), terminal)?,
        _ => {}
    }
    let tally = &done.tally;
    if tally.resources == 0 && format != ScanFormat::Pretty {
        terminal.note(pretty::NOTHING_THERE);
    }
    let exit = if tally.denied > 0 || tally.fails(&args.fail_on) {
        Exit::Findings
    } else if args.strict_coverage && (tally.incomplete > 0 || tally.resources == 0) {
        Exit::Incomplete
    } else {
        Exit::Clean
    };
    done.finish(terminal)?;
    Ok(exit)
}

/// What becomes of each resource.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Printed for people.
    Pretty(Paint),
    /// Printed as a line of JSON.
    Jsonl,
    /// Kept as a row, if there is anything to tell.
    Rows,
    /// Written into a document, also if there is nothing to tell.
    Document(DocumentFormat),
}

/// What is to be scanned, and how.
pub(crate) struct Asked<'a> {
    /// The inputs, and the rules.
    pub(crate) input: &'a ScanInput,
    /// The key of fingerprints.
    pub(crate) key: FingerprintKey,
    /// What becomes of each resource.
    pub(crate) form: Form,
    /// What was found before.
    pub(crate) baseline: Option<&'a Baseline>,
    /// What is to be done about what is found.
    pub(crate) policy: Option<&'a Filter>,
}

/// A scan that is done.
pub(crate) struct Done {
    /// The totals.
    pub(crate) tally: Tally,
    /// What there is to tell of, if it was asked for.
    pub(crate) rows: Vec<Scanned>,
    /// The classifier that did it.
    pub(crate) classifier: Classifier,
    file: Option<crate::output::OutputFile>,
}

impl Asked<'_> {
    /// Scans. What is printed goes to `output`, or to standard output.
    pub(crate) fn perform(
        self,
        terminal: &mut Terminal,
        output: Option<&Path>,
    ) -> Result<Done, Error> {
        let input = self.input;
        let paths = inputs(input)?;
        let classifier = classifier::build(&input.rules, self.key)?;
        let title = |rule: &str| classifier::title(classifier.rules(), rule).map(str::to_owned);
        let file_bytes_max = (input.max_file_mb as usize).saturating_mul(1_000_000);
        let paint = match self.form {
            Form::Pretty(paint) => paint,
            Form::Jsonl | Form::Rows | Form::Document(_) => Paint::off(),
        };
        let scan = Scan {
            engine: Engine::new(classifier.clone(), file_bytes_max)
                .recogniser(child::recogniser(input.ocr.as_ref())?),
            form: self.form,
            pretty: Pretty { paint, title: &title },
            baseline: self.baseline,
            policy: self.policy,
        };
        let threads = input.threads.or_else(|| thread::available_parallelism().ok());
        let threads = threads.unwrap_or(NonZeroUsize::MIN);
        // A page is put together at the end.
        let streamed = output.filter(|_| self.form != Form::Rows);
        let at = clock::now();
        let ruleset = classifier.ruleset().to_owned();
        let facts = |rule: &str| classifier::facts(classifier.rules(), rule);
        let document = match self.form {
            Form::Document(format) => {
                let about = About { at: at.clone(), ruleset, rules: &facts };
                Some(Document::begin(format, about))
            }
            _ => None,
        };
        let mut run = Run::new(terminal, streamed, document.map(|document| (document, at)))?;
        if let Some(field) = input.jsonl_field.as_deref() {
            run.expect(paths.clone(), u64::MAX);
            scan.lines(paths, field, threads, &mut run)?;
        } else {
            run.expect(paths.clone(), file_bytes_max as u64);
            scan.files(paths, threads, &mut run)?;
        }
        let (tally, rows, file) = run.end()?;
        Ok(Done { tally, rows, classifier: classifier.clone(), file })
    }
}

impl Done {
    /// The rules that were applied.
    pub(crate) fn rules(&self) -> &RuleSet {
        self.classifier.rules()
    }

    /// Prints the closing tables, also when the results went to a file.
    fn print_summary(
        &self,
        baseline: Option<&Baseline>,
        terminal: &mut Terminal,
    ) -> Result<(), Error> {
        if terminal.is_quiet() {
            return Ok(());
        }
        let title = |_: &str| None;
        let gone = baseline.map(|known| known.len().saturating_sub(self.tally.unchanged()));
        let pretty = Pretty { paint: terminal.paint, title: &title };
        let summary = pretty.summary(&self.tally, gone);
        terminal.raw(summary.as_bytes())?;
        Ok(())
    }

    /// Puts the file in its place, and makes sure that everything was printed.
    fn finish(self, terminal: &mut Terminal) -> Result<(), Error> {
        if let Some(mut file) = self.file {
            file.flush().map_err(|error| file.failed(error))?;
            file.finish()?;
        }
        terminal.flush()?;
        Ok(())
    }
}

/// The paths to scan; standard input if none is given and it is not the keyboard.
fn inputs(input: &ScanInput) -> Result<Vec<PathBuf>, Error> {
    use std::io::{IsTerminal as _, stdin};
    if input.paths.is_empty() && stdin().is_terminal() {
        let usage = "nothing to scan; give files or folders, or `-` for standard input";
        return Err(Error::Usage(usage.to_owned()));
    }
    if input.paths.is_empty() {
        return Ok(vec!["-".into()]);
    }
    Ok(input.paths.clone())
}

/// What all threads share.
struct Scan<'a> {
    engine: Engine,
    form: Form,
    pretty: Pretty<'a>,
    baseline: Option<&'a Baseline>,
    policy: Option<&'a Filter>,
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
        let verdict = match read {
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
        self.render(&mut reply, source, verdict);
        reply
    }

    /// Scans the lines of one block.
    fn block(&self, scratch: &mut Scratch, path: &Arc<str>, block: &Block, field: &str) -> Reply {
        let mut reply = Reply::default();
        for (number, line) in block.lines() {
            let mut source = Source { line: Some(number), ..Source::new(Arc::clone(path)) };
            let verdict = self.line(scratch, &mut source, &line, field);
            self.render(&mut reply, source, verdict);
        }
        reply
    }

    fn line(
        &self,
        scratch: &mut Scratch,
        source: &mut Source,
        line: &Line<'_>,
        field: &str,
    ) -> Verdict {
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

    fn render(&self, reply: &mut Reply, source: Source, mut verdict: Verdict) {
        if let Some(baseline) = self.baseline {
            baseline.apply(&source, &mut verdict);
        }
        let denied = self.policy.is_some_and(|policy| policy.apply(&mut verdict));
        let size = source.size_bytes.unwrap_or_default();
        let mut tally = Tally::of(&source.name(), size, &verdict);
        tally.denied = u64::from(denied);
        reply.tally.add(tally);
        match self.form {
            Form::Jsonl => jsonl::write(&mut reply.rendered, &source, &verdict),
            Form::Pretty(_) => self.pretty.write(&mut reply.rendered, &source, &verdict),
            Form::Document(_) => reply.rows.push(Scanned { source, verdict }),
            Form::Rows if !verdict.is_clean() => reply.rows.push(Scanned { source, verdict }),
            Form::Rows => {}
        }
    }
}
