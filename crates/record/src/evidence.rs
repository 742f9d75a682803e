//! What combinations are made of.

use std::borrow::Cow;

use crate::{Confidence, Fingerprint, Redaction, Span};

/// One piece of evidence for a combination: what class it is of and where it stands, without its
/// text.
///
/// A rule gives its matches evidence classes such as `person` or `clinical`; a combination such as
/// "a person and a diagnosis within 300 characters" is decided over these, for one message and for a
/// whole conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The class, as named in the rule file.
    pub class: Cow<'static, str>,
    /// Which value, keyed: distinct values count, repetitions do not.
    pub fingerprint: Fingerprint,
    /// How sure.
    pub confidence: Confidence,
    /// The segment of the resource, 0-based.
    pub segment: u32,
    /// Where in the segment.
    pub span: Span,
    /// The masked stand-in, for findings that rest on this evidence.
    pub redaction: Redaction,
}

impl Evidence {
    /// The same evidence, showing nothing but its class: `[PERSON]`.
    ///
    /// Masked text cannot be read back from where it was kept, since [`Redaction::mask`] is the only
    /// way to make it. Whoever keeps evidence and combines kept with fresh evidence gives both this
    /// form, so that the result does not depend on which was which.
    #[must_use]
    pub fn tagged(self) -> Self {
        let redaction = Redaction::tag(&self.class);
        Self { redaction, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FingerprintKey, Mask, Masked};

    #[test]
    fn tagged_evidence_shows_its_class_only() {
        let hit = Masked { span: Span::new(0, 4), mask: &Mask::KeepLast(0) };
        let evidence = Evidence {
            class: "person".into(),
            fingerprint: FingerprintKey::from_bytes([7; 32]).digest("kind", b"Anna"),
            confidence: Confidence::High,
            segment: 0,
            span: Span::new(0, 4),
            redaction: Redaction::mask("Anna called", hit, &[]),
        };
        assert_eq!(evidence.tagged().redaction.snippet(), "[PERSON]");
    }
}
