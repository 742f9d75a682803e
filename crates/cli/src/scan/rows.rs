//! What a scan found in files, as the rows that pages and documents are made of.

use dosimeter_record::{Finding, FindingRow, GapRow, Label};

use super::Scanned;

/// A finding as it would be read back from a store.
pub(super) fn finding_row(finding: &Finding, row: &Scanned, name: &str, at: &str) -> FindingRow {
    let labels = finding.labels().iter().map(Label::name).map(str::to_owned);
    FindingRow {
        id: finding.id().to_string(),
        tenant: String::new(),
        rule: finding.rule().to_string(),
        labels: labels.collect(),
        severity: finding.severity().to_string(),
        confidence: finding.confidence().to_string(),
        span_start: finding.span().start as u64,
        span_end: finding.span().end as u64,
        locator: serde_json::to_string(finding.locator()).unwrap_or_default(),
        value: finding.redacted().value().to_owned(),
        snippet: finding.redacted().snippet().to_owned(),
        fingerprint: finding.fingerprint().to_string(),
        reasons: finding.reasons().iter().map(ToString::to_string).collect(),
        first_seen: at.to_owned(),
        last_seen: at.to_owned(),
        closed_at: None,
        resource_kind: "local".to_owned(),
        resource_id: name.to_owned(),
        parent: None,
        user_id: None,
        user_email: None,
        role: "file".to_owned(),
        href: None,
        model: None,
        surface: None,
        created_at: None,
        media_type: None,
        coverage: row.verdict.labelled.labels.coverage().state().name().to_owned(),
    }
}

/// What was not scanned.
pub(super) fn gap_rows(row: &Scanned) -> impl Iterator<Item = GapRow> + '_ {
    row.verdict.labelled.labels.coverage().gaps().iter().map(|gap| GapRow {
        tenant: String::new(),
        resource_kind: "local".to_owned(),
        resource_id: row.source.path.to_string(),
        parent: None,
        reason: gap.reason.to_string(),
        locator: serde_json::to_string(&gap.locator).unwrap_or_default(),
        href: None,
    })
}

/// The path, with the line where each line is a resource of its own.
pub(super) fn name(row: &Scanned) -> String {
    match (&*row.source.path, row.source.line) {
        (path, None) => path.to_owned(),
        (path, Some(line)) => format!("{path}:{line}"),
    }
}
