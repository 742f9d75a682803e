//! `dosimeter scan --format sarif`, `csv` and their like: a document that is written while the scan goes on.

use std::collections::BTreeMap;

use dosimeter_record::{FindingRow, Locator};
use dosimeter_sink::{Action, Event, Scanned as Told, Suppression};

use super::{
    Scanned,
    rows::{finding_row, gap_rows, name},
    suppress::Suppressed,
};

/// A file, or a line of one, as a document tells of it.
pub(super) fn told(row: &Scanned, at: &str) -> Told {
    let mut suppressed = BTreeMap::new();
    let findings = row.verdict.findings().map(|(finding, by)| {
        let finding = at_line(finding_row(finding, row, &row.source.path, at), row.source.line);
        if let Some(by) = by {
            suppressed.insert(finding.id.clone(), suppression(by));
        }
        Event { action: Action::Opened, at: at.to_owned(), finding }
    });
    let findings = findings.collect();
    let (kind, id) = ("local".to_owned(), name(row));
    Told { kind, id, findings, gaps: gap_rows(row).collect(), suppressed }
}

fn suppression(by: &Suppressed) -> Suppression {
    match by {
        Suppressed::Comment { .. } => Suppression::InSource,
        Suppressed::Baseline | Suppressed::Policy { .. } => Suppression::External(by.reason()),
    }
}

/// Where each line is a resource of its own, the line is the place.
fn at_line(finding: FindingRow, line: Option<u64>) -> FindingRow {
    let Some(line) = line.and_then(|line| line.try_into().ok()) else { return finding };
    let locator: Locator = serde_json::from_str(&finding.locator).unwrap_or_default();
    let locator = Locator { line: Some(line), ..locator };
    let locator = serde_json::to_string(&locator).unwrap_or_default();
    FindingRow { locator, ..finding }
}
