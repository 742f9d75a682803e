//! Results for programs: one JSON object per resource and line.

use std::collections::BTreeMap;

use dosimeter_record::{
    Confidence, Coverage, Finding, FindingId, Fingerprint, Label, LabelSet, LabelSummary, Labelled,
    Locator, Reason, Redaction, RuleId, Severity, Span,
};
use serde::Serialize;

use super::Source;

/// One result line. The names of the fields are part of the interface.
#[derive(Serialize)]
struct Line<'a> {
    resource: &'a Source,
    labels: &'a BTreeMap<Label, LabelSummary>,
    coverage: &'a Coverage,
    ruleset: &'a str,
    findings: Vec<FindingLine<'a>>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    id: FindingId,
    rule: &'a RuleId,
    /// The first of the labels, for readers that expect one.
    label: Option<Label>,
    labels: LabelSet,
    severity: Severity,
    confidence: Confidence,
    span: Span,
    locator: &'a Locator,
    redacted: &'a Redaction,
    fingerprint: Fingerprint,
    reasons: &'a [Reason],
}

impl<'a> From<&'a Finding> for FindingLine<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            id: finding.id(),
            rule: finding.rule(),
            label: finding.labels().iter().next(),
            labels: finding.labels(),
            severity: finding.severity(),
            confidence: finding.confidence(),
            span: finding.span(),
            locator: finding.locator(),
            redacted: finding.redacted(),
            fingerprint: finding.fingerprint(),
            reasons: finding.reasons(),
        }
    }
}

/// Appends the result line of one resource.
pub(crate) fn write(out: &mut Vec<u8>, source: &Source, labelled: &Labelled) {
    let line = Line {
        resource: source,
        labels: labelled.labels.by_label(),
        coverage: labelled.labels.coverage(),
        ruleset: labelled.labels.ruleset(),
        findings: labelled.findings.iter().map(FindingLine::from).collect(),
    };
    let start = out.len();
    // Record types always serialise, and a `Vec` takes every write.
    if serde_json::to_writer(&mut *out, &line).is_err() {
        out.truncate(start);
    }
    out.push(b'\n');
}
