//! `dosimeter report html`: the store as one page.

use std::{collections::BTreeMap, io::Write, path::Path};

use dosimeter_classifier::RuleSet;
use dosimeter_report::Report;
use dosimeter_store::Store;

use crate::{
    args::ReportArgs, classifier::catalogue, clock, error::Error, exit::Exit, output::OutputFile,
    scan::pretty::counted, terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(args: &ReportArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let (store, rules) = super::open(args, Some("html"), terminal)?;
    let report = of_store(&*store, &rules)?;
    write(&report, args.output.as_deref(), terminal)?;
    Ok(Exit::Clean)
}

/// What the store holds, with the time and the titles of the rules.
pub(crate) fn of_store(store: &dyn Store, rules: &RuleSet) -> Result<Report, Error> {
    let report = Report::of_store(store).map_err(Error::Store)?;
    Ok(Report { written_at: clock::now(), titles: titles(rules), ..report })
}

/// Writes a page to a file or to standard output.
pub(crate) fn write(
    report: &Report,
    path: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    let Some(path) = path else {
        let mut page = Vec::new();
        report.write(&mut page)?;
        return terminal.raw(&page).map_err(Error::from);
    };
    write_quietly(report, path)?;
    let (findings, gaps) = (report.findings_total, report.gap_totals.iter().map(|gap| gap.1).sum());
    terminal.note(format!(
        "{}, {} written to {}; open it in a browser",
        counted(findings, "finding"),
        counted(gaps, "gap"),
        path.display()
    ));
    Ok(())
}

/// Writes a page to a file of its owner.
pub(crate) fn write_quietly(report: &Report, path: &Path) -> Result<(), Error> {
    let mut file = OutputFile::create(path)?;
    report.write(&mut file).and_then(|()| file.flush()).map_err(|error| file.failed(error))?;
    file.finish()
}

/// What each rule finds, for people.
pub(crate) fn titles(rules: &RuleSet) -> BTreeMap<String, String> {
    catalogue(rules).map(|entry| (entry.id.to_string(), entry.title.to_owned())).collect()
}
