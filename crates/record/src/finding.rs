//! One thing that was found.

use serde::Serialize;

use crate::{
    Confidence, FindingId, Fingerprint, LabelSet, Locator, Reason, Redaction, RuleId, Severity,
    Span,
};

/// One thing that was found: which rule, where, how surely and why, and a redacted stand-in.
///
/// There is no field for the text, and none can be added from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "FindingParts")]
pub struct Finding {
    parts: FindingParts,
}

/// What a [`Finding`] is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingParts {
    /// The stable name of this finding.
    pub id: FindingId,
    /// The rule that found it.
    pub rule: RuleId,
    /// The labels that it speaks for.
    pub labels: LabelSet,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Byte offsets in the text of its segment.
    pub span: Span,
    /// Where the segment stands in its resource.
    pub locator: Locator,
    /// The masked stand-in.
    #[serde(rename = "redacted")]
    pub redaction: Redaction,
    /// Which value, keyed.
    pub fingerprint: Fingerprint,
    /// Why this confidence.
    pub reasons: Vec<Reason>,
}

impl Finding {
    /// The stable name of this finding.
    pub fn id(&self) -> FindingId {
        self.parts.id
    }

    /// The rule that found it.
    pub fn rule(&self) -> &RuleId {
        &self.parts.rule
    }

    /// The labels that it speaks for.
    pub fn labels(&self) -> LabelSet {
        self.parts.labels
    }

    /// How bad its exposure is.
    pub fn severity(&self) -> Severity {
        self.parts.severity
    }

    /// How sure we are.
    pub fn confidence(&self) -> Confidence {
        self.parts.confidence
    }

    /// Byte offsets in the text of its segment.
    pub fn span(&self) -> Span {
        self.parts.span
    }

    /// Where the segment stands in its resource.
    pub fn locator(&self) -> &Locator {
        &self.parts.locator
    }

    /// The masked snippet: the only text that a finding has.
    pub fn redacted(&self) -> &Redaction {
        &self.parts.redaction
    }

    /// Which value it was, keyed.
    pub fn fingerprint(&self) -> Fingerprint {
        self.parts.fingerprint
    }

    /// Why it has this confidence.
    pub fn reasons(&self) -> &[Reason] {
        &self.parts.reasons
    }
}

impl From<FindingParts> for Finding {
    fn from(parts: FindingParts) -> Self {
        Self { parts }
    }
}

impl From<Finding> for FindingParts {
    fn from(finding: Finding) -> Self {
        finding.parts
    }
}
