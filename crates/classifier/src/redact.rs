//! Stage 8: nothing after this point can name the text.

use dosimeter_record::{Fingerprint, FingerprintKey, Label, Mask, Masked, Redaction, Span};
use zeroize::Zeroizing;

use crate::{
    rule::{Rule, Strength},
    score::Scored,
};

/// Context on each side of a snippet, in bytes, within which other matches matter.
const REACH: usize = 512;

/// The masks of all matches of a text, to be applied in every snippet.
pub(crate) struct Masks {
    masks: Vec<Masked>,
    longest: usize,
}

impl Masks {
    /// Collects the masks of everything that was matched, reported or not.
    pub(crate) fn new<'a>(
        rules: &[Rule],
        scored: impl Iterator<Item = &'a Scored>,
        original: impl Fn(Span) -> Span,
    ) -> Self {
        let mut masks: Vec<Masked> = scored
            .filter_map(|scored| {
                let rule = rules.get(scored.rule)?;
                // A supporting phrase is shown unless its rule says otherwise: it is the context.
                if rule.strength == Strength::Supporting && rule.mask.is_none() {
                    return None;
                }
                Some(Masked { span: original(scored.value), mask: mask_of(rule) })
            })
            .collect();
        masks.sort_by_key(|masked| (masked.span.start, masked.span.end));
        let longest = masks.iter().map(|masked| masked.span.len()).max().unwrap_or(0);
        Self { masks, longest }
    }

    /// Masks one match and everything that stands near it.
    pub(crate) fn redact(&self, text: &str, span: Span, mask: Mask) -> Redaction {
        let from = span.start.saturating_sub(REACH).saturating_sub(self.longest);
        let to = span.end.saturating_add(REACH);
        let first = self.masks.partition_point(|masked| masked.span.start < from);
        let last = self.masks.partition_point(|masked| masked.span.start < to);
        let near: Vec<Masked> = self
            .masks
            .get(first..last)
            .unwrap_or_default()
            .iter()
            .filter(|masked| masked.span != span)
            .cloned()
            .collect();
        Redaction::mask(text, &Masked { span, mask }, &near)
    }
}

/// How a rule's matches are masked: as it says, or by a tag that names what was there.
pub(crate) fn mask_of(rule: &Rule) -> Mask {
    rule.mask.clone().unwrap_or_else(|| {
        let tag = match rule.labels.iter().next() {
            Some(Label::Secrets) => "SECRET",
            Some(Label::Payment) => "PAYMENT",
            Some(Label::Regulated) => "REGULATED",
            Some(Label::Financial) => "FINANCIAL",
            Some(Label::Customer) => "CUSTOMER",
            _ => "PII",
        };
        Mask::Tag(tag.into())
    })
}

/// The keyed fingerprint of a value: separators and case do not matter, except in secrets.
pub(crate) fn fingerprint(key: &FingerprintKey, rule: &Rule, value: &str) -> Fingerprint {
    if rule.labels.contains(Label::Secrets) {
        return Fingerprint::new(key, &rule.kind, value.as_bytes());
    }
    let mut normalised = Zeroizing::new(String::with_capacity(value.len()));
    for char in value.chars().filter(|char| char.is_alphanumeric()) {
        normalised.extend(char.to_uppercase());
    }
    Fingerprint::new(key, &rule.kind, normalised.as_bytes())
}
