//! Evidence as it lies in the store: without its masked text, which nothing can read back.

use dosimeter_record::{Confidence, Evidence, Fingerprint, InvalidFingerprint, Redaction, Span};
use serde::{Deserialize, Serialize};

/// One piece of [`Evidence`].
#[derive(Serialize, Deserialize)]
pub(crate) struct EvidenceRow {
    class: String,
    fingerprint: String,
    confidence: Confidence,
    segment: u32,
    span: Span,
}

impl From<&Evidence> for EvidenceRow {
    fn from(evidence: &Evidence) -> Self {
        Self {
            class: evidence.class.clone().into_owned(),
            fingerprint: evidence.fingerprint.to_string(),
            confidence: evidence.confidence,
            segment: evidence.segment,
            span: evidence.span,
        }
    }
}

impl EvidenceRow {
    /// The evidence, [tagged](Evidence::tagged).
    pub(crate) fn evidence(self) -> Result<Evidence, InvalidFingerprint> {
        let Self { class, fingerprint, confidence, segment, span } = self;
        let fingerprint: Fingerprint = fingerprint.parse()?;
        let redaction = Redaction::tag(&class);
        Ok(Evidence { class: class.into(), fingerprint, confidence, segment, span, redaction })
    }
}
