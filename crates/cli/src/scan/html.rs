//! `dosimeter scan --format html`: a scan of files as one page.

use std::{collections::BTreeMap, path::Path};

use dosimeter_report::{Covered, Entry, Gap, Report, Subject};

use super::{
    Done, Scanned,
    rows::{finding_row, name},
    suppress::Suppressed,
};
use crate::{args::ScanInput, clock, error::Error, report::html, terminal::Terminal};

/// Writes the page to a file or to standard output.
pub(super) fn write(
    done: &Done,
    input: &ScanInput,
    output: Option<&Path>,
    terminal: &mut Terminal,
) -> Result<(), Error> {
    html::write(&report(done, input), output, terminal)
}

fn report(done: &Done, input: &ScanInput) -> Report {
    let written_at = clock::now();
    let mut entries: Vec<Entry> =
        done.rows.iter().flat_map(|row| entries(row, &written_at)).collect();
    Entry::sort(&mut entries);
    let findings_total = entries.len() as u64;
    entries.truncate(Report::FINDINGS_MAX);
    let mut gap_totals: BTreeMap<String, u64> = BTreeMap::new();
    let mut gaps: Vec<Gap> = done.rows.iter().flat_map(gaps).collect();
    for gap in &gaps {
        let count = gap_totals.entry(gap.reason.clone()).or_default();
        *count = count.saturating_add(1);
    }
    gaps.truncate(Report::GAPS_MAX);
    let kinds = ["complete", "partial", "none"].into_iter().zip(done.tally.coverage);
    let covered = kinds.map(|(coverage, resources)| Covered {
        kind: "local".to_owned(),
        coverage: coverage.to_owned(),
        resources,
    });
    let of = input.paths.iter().map(|path| path.display().to_string());
    Report {
        subject: Subject::Files,
        written_at,
        of: if input.paths.is_empty() { vec!["-".to_owned()] } else { of.collect() },
        findings_total,
        findings: entries,
        coverage: covered.filter(|covered| covered.resources > 0).collect(),
        gaps,
        gap_totals: gap_totals.into_iter().collect(),
        ruleset: Some(done.classifier.ruleset().to_owned()),
        titles: html::titles(done.rules()),
        ..Report::default()
    }
}

pub(super) fn entries<'a>(row: &'a Scanned, at: &'a str) -> impl Iterator<Item = Entry> + 'a {
    let name = name(row);
    let folder = Path::new(&*row.source.path).parent().map(|folder| folder.display().to_string());
    let folder = folder.filter(|folder| !folder.is_empty());
    row.verdict.findings().map(move |(finding, suppressed)| Entry {
        finding: finding_row(finding, row, &name, at),
        project: folder.clone(),
        suppressed: suppressed.map(Suppressed::reason),
    })
}

fn gaps(row: &Scanned) -> impl Iterator<Item = Gap> + '_ {
    let name = name(row);
    row.verdict.labelled.labels.coverage().gaps().iter().map(move |gap| Gap {
        reason: gap.reason.to_string(),
        kind: "local".to_owned(),
        resource: name.clone(),
        parent: None,
        place: gap.locator.to_string(),
        href: None,
    })
}
