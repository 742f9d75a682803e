//! Results for programs: one JSON object per resource and line.

use std::collections::BTreeMap;

use dosimeter_record::{
    Confidence, Coverage, Finding, FindingId, Fingerprint, Label, LabelSet, LabelSummary, Locator,
    Reason, Redaction, RuleId, Severity, Span,
};
use serde::Serialize;

use super::{
    Source,
    suppress::{Suppressed, Verdict},
};

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
    /// Who accepted it, and why; then it fails nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<SuppressedLine>,
}

#[derive(Serialize)]
struct SuppressedLine {
    by: &'static str,
    reason: String,
}

impl<'a> FindingLine<'a> {
    fn new((finding, suppressed): (&'a Finding, Option<&Suppressed>)) -> Self {
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
            suppressed: suppressed.map(|suppressed| SuppressedLine {
                by: suppressed.by(),
                reason: suppressed.reason(),
            }),
        }
    }
}

/// Appends the result line of one resource.
pub(crate) fn write(out: &mut Vec<u8>, source: &Source, verdict: &Verdict) {
    let labelled = &verdict.labelled;
    let line = Line {
        resource: source,
        labels: labelled.labels.by_label(),
        coverage: labelled.labels.coverage(),
        ruleset: labelled.labels.ruleset(),
        findings: verdict.findings().map(FindingLine::new).collect(),
    };
    let start = out.len();
    // Record types always serialise, and a `Vec` takes every write.
    if serde_json::to_writer(&mut *out, &line).is_err() {
        out.truncate(start);
    }
    out.push(b'\n');
}
