//! `dosimeter report csv`, `parquet` and their like: the store in forms that other programs read.

use std::io::Write as _;

use dosimeter_sink::{About, Document, DocumentFormat, Event, Scanned};
use dosimeter_store::{FindingFilter, Store};

use crate::{
    args::ReportArgs, classifier::facts, clock, error::Error, exit::Exit, output::OutputFile,
    scan::pretty::counted, terminal::Terminal,
};

/// As many findings are in memory at once.
const FINDINGS_AT_ONCE: u64 = 2_000;

/// Runs the command.
pub(crate) fn run(
    args: &ReportArgs,
    format: DocumentFormat,
    terminal: &mut Terminal,
) -> Result<Exit, Error> {
    // Parquet alone is no text.
    let unreadable = (!format.is_text()).then_some("parquet");
    let (store, rules) = super::open(args, unreadable, terminal)?;
    let facts = |rule: &str| facts(&rules, rule);
    let newest = store.runs(1).map_err(Error::Store)?;
    let ruleset = newest.into_iter().next().map(|run| run.ruleset).unwrap_or_default();
    let about = About { at: clock::now(), ruleset, rules: &facts };
    let mut out = Output::new(args, terminal)?;
    let totals = write(&*store, Document::begin(format, about), &mut out)?;
    out.finish(totals)?;
    Ok(Exit::Clean)
}

/// Writes findings in pages by their ids, then gaps; says how many there are.
fn write(
    store: &dyn Store,
    mut document: Document<'_>,
    out: &mut Output<'_>,
) -> Result<[u64; 2], Error> {
    let mut totals = [0_u64; 2];
    let mut after = (String::new(), String::new());
    loop {
        let limit = Some(FINDINGS_AT_ONCE);
        let filter = FindingFilter { after: Some(after), limit, ..FindingFilter::default() };
        let page = store.findings(&filter).map_err(Error::Store)?;
        let Some(last) = page.last() else { break };
        after = (last.tenant.clone(), last.id.clone());
        totals[0] = totals[0].saturating_add(page.len() as u64);
        let findings = page.into_iter().map(Event::latest).collect();
        out.write(&document.add(&Scanned { findings, ..Scanned::default() }))?;
    }
    for gap in store.gaps(u64::MAX).map_err(Error::Store)? {
        totals[1] = totals[1].saturating_add(1);
        out.write(&document.add(&Scanned { gaps: vec![gap], ..Scanned::default() }))?;
    }
    out.write(&document.end())?;
    Ok(totals)
}

/// A file, or standard output.
struct Output<'t> {
    terminal: &'t mut Terminal,
    file: Option<OutputFile>,
    name: String,
}

impl<'t> Output<'t> {
    fn new(args: &ReportArgs, terminal: &'t mut Terminal) -> Result<Self, Error> {
        let file = args.output.as_deref().map(OutputFile::create).transpose()?;
        let name = args.output.as_ref().map(|path| path.display().to_string());
        Ok(Self { terminal, file, name: name.unwrap_or_default() })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match &mut self.file {
            None => self.terminal.raw(bytes)?,
            Some(file) => file.write_all(bytes).map_err(|error| file.failed(error))?,
        }
        Ok(())
    }

    fn finish(self, [findings, gaps]: [u64; 2]) -> Result<(), Error> {
        if let Some(mut file) = self.file {
            file.flush().map_err(|error| file.failed(error))?;
            file.finish()?;
            let (findings, gaps) = (counted(findings, "finding"), counted(gaps, "gap"));
            self.terminal.note(format!("{findings}, {gaps} written to {}", self.name));
        }
        self.terminal.flush()?;
        Ok(())
    }
}
