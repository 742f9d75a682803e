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
