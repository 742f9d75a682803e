//! Stage 8: nothing after this point can name the text.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell},
};

use dosimeter_record::{Fingerprint, FingerprintKey, Label, Mask, Masked, Reason, Redaction, Span};
use zeroize::Zeroizing;

use crate::{
    classifier::Engine,
    combine::Reveal,
    normalise::Normalised,
    rule::{Rule, Strength},
    scan::{Found, Stretch, scan},
    score::Scored,
    scratch::Scratch,
    significant::Significant,
    spans::sorted_union,
    table::Tables,
};

/// A stretch of text with what was found in it, as long as it is at hand.
pub(crate) struct Sight<'t> {
    engine: &'t Engine,
    original: &'t str,
    normalised: &'t Normalised<'t>,
    found: Vec<Found>,
    /// Where the original begins in its segment.
    offset: usize,
    shows_context: bool,
    /// Made when the first match is shown: most are not.
    masks: OnceCell<Masks<'t>>,
    /// The memory of the rules that mask what others found. Lent by the scratch of the scan: automata that
    /// know nothing yet cost more than what they look at.
    whole: Cell<Option<Box<Scratch>>>,
}

impl<'t> Sight<'t> {
    pub(crate) fn new(
        engine: &'t Engine,
        original: &'t str,
        normalised: &'t Normalised<'t>,
        found: Vec<Found>,
        offset: usize,
    ) -> Self {
        let (masks, whole) = (OnceCell::new(), Cell::new(None));
        Self { engine, original, normalised, found, offset, shows_context: false, masks, whole }
    }

    /// The same, showing what is around a match. With the memory of the rules that mask what others found.
    pub(crate) fn in_context(self, whole: Option<Box<Scratch>>) -> Self {
        Self { shows_context: true, whole: Cell::new(whole), ..self }
    }

    /// That memory, if it was lent or made.
    pub(crate) fn into_whole(self) -> Option<Box<Scratch>> {
        self.whole.into_inner()
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// The rule of a match, its score, and where it stands in the segment.
    pub(crate) fn get(&self, index: usize) -> Option<(&'t Rule, &Scored, Span)> {
        let found = self.found.get(index)?;
        let rule = self.engine.rules.rules.get(found.scored.rule)?;
        Some((rule, &found.scored, self.place(found.scored.value)))
    }

    /// Where in the segment a span of the normalised text stands.
    pub(crate) fn place(&self, span: Span) -> Span {
        let span = self.normalised.to_original(span);
        Span::new(span.start.saturating_add(self.offset), span.end.saturating_add(self.offset))
    }

    pub(crate) fn normalised(&self) -> &'t str {
        self.normalised.text()
    }

    /// What was written where the normalised text has `span`.
    pub(crate) fn original(&self, span: Span) -> &'t str {
        self.normalised.to_original(span).slice(self.original).unwrap_or_default()
    }

    /// Something that no match covers, masked.
    pub(crate) fn hidden(&self, span: Span, mask: &Mask) -> Redaction {
        let span = self.normalised.to_original(span);
        Redaction::mask(self.original, Masked { span, mask }, &[])
    }

    /// Why a match has its confidence; asked once.
    pub(crate) fn take_reasons(&mut self, index: usize) -> Vec<Reason> {
        let found = self.found.get_mut(index);
        found.map(|found| std::mem::take(&mut found.scored.reasons)).unwrap_or_default()
    }

    fn masks(&self) -> &Masks<'t> {
        self.masks.get_or_init(|| {
            let mut masks = Masks::default();
            let original = |span| self.normalised.to_original(span);
            masks.add(&self.engine.rules.rules, &self.found, original);
            if let Some(whole) = &self.engine.whole {
                let places = self.found.iter().map(|found| found.scored.value);
                let mut scratch = self.whole.take().unwrap_or_else(|| Box::new(whole.scratch()));
                let around = around(whole, &mut scratch, self.normalised.text(), places);
                self.whole.set(Some(scratch));
                masks.add(&whole.rules.rules, &around, original);
            }
            masks.sorted()
        })
    }
}

impl Reveal for Sight<'_> {
    fn fingerprint(&self, index: usize) -> Option<Fingerprint> {
        let found = self.found.get(index)?;
        if found.decoded.is_some() {
            return found.decoded;
        }
        let rule = self.engine.rules.rules.get(found.scored.rule)?;
        let value = found.scored.value.slice(self.normalised.text())?;
        Some(fingerprint(&self.engine.key, rule, value))
    }

    fn redaction(&self, index: usize) -> Option<Redaction> {
        let found = self.found.get(index)?;
        let span = self.normalised.to_original(found.scored.value);
        let mask = match mask_of(self.engine.rules.rules.get(found.scored.rule)?) {
            tag @ Mask::Tag(_) => tag,
            // Of an encoded form not even the last characters mean what the rule meant.
            _ if found.decoded.is_some() => &Mask::KeepLast(0),
            mask => mask,
        };
        if !self.shows_context {
            let value = span.slice(self.original)?;
            let alone = Masked { span: Span::new(0, value.len()), mask };
            return Some(Redaction::mask(value, alone, &[]));
        }
        Some(self.masks().redact(self.original, span, mask))
    }
}

/// How far before what is shown a match may begin that reaches into it. A longer one is a row of long
/// tokens, which no snippet shows.
const REACH: usize = 1 << 10;

/// What all rules find in what a snippet may show around some places.
fn around(
    whole: &Engine,
    scratch: &mut Scratch,
    text: &str,
    places: impl Iterator<Item = Span>,
) -> Vec<Found> {
    let tables = Tables::new(text);
    let shown = sorted_union(places.map(|place| {
        let start = place.start.saturating_sub(CONTEXT_BYTES_MAX + REACH);
        Span::new(start, place.end.saturating_add(CONTEXT_BYTES_MAX))
    }));
    let stretches = shown.into_iter().map(|shown| Stretch::around(text, shown, REACH, &tables));
    stretches.flat_map(|stretch| scan(whole, scratch, stretch)).collect()
}

/// The masks of all matches of a text, to be applied in every snippet.
#[derive(Default)]
pub(crate) struct Masks<'m> {
    masks: Vec<Masked<'m>>,
    /// For each mask, how far it and those before it reach.
    reach: Vec<usize>,
}

/// A snippet shows no more context than this on each side, in bytes.
pub(crate) const CONTEXT_BYTES_MAX: usize = 256;

impl<'m> Masks<'m> {
    /// Adds the masks of everything that was matched, reported or not.
    fn add(&mut self, rules: &'m [Rule], found: &[Found], original: impl Fn(Span) -> Span) {
        self.masks.extend(found.iter().filter_map(|Found { scored, .. }| {
            let rule = rules.get(scored.rule)?;
            // A supporting phrase is shown unless its rule says otherwise: it is the context.
            if rule.strength == Strength::Supporting && rule.mask.is_none() {
                return None;
            }
            Some(Masked { span: original(scored.value), mask: mask_of(rule) })
        }));
    }

    /// The same, ready to be looked up.
    fn sorted(mut self) -> Self {
        self.masks.sort_by_key(|masked| (masked.span.start, masked.span.end));
        let reach = self.masks.iter().scan(0, |reach, masked| {
            *reach = masked.span.end.max(*reach);
            Some(*reach)
        });
        Self { reach: reach.collect(), masks: self.masks }
    }

    /// Masks one match and everything that stands near it.
    pub(crate) fn redact(&self, text: &str, span: Span, mask: &Mask) -> Redaction {
        let from = span.start.saturating_sub(CONTEXT_BYTES_MAX);
        let to = span.end.saturating_add(CONTEXT_BYTES_MAX);
        let first = self.reach.partition_point(|&reach| reach <= from);
        let last = self.masks.partition_point(|masked| masked.span.start < to);
        let near = self.masks.get(first..last).unwrap_or_default();
        Redaction::mask(text, Masked { span, mask }, near)
    }
}

/// How a rule's matches are masked: as it says, or by a tag that names what was there.
pub(crate) fn mask_of(rule: &Rule) -> &Mask {
    rule.mask.as_ref().unwrap_or_else(|| match rule.labels.iter().next() {
        Some(Label::Secrets) => &Mask::Tag(Cow::Borrowed("SECRET")),
        Some(Label::Payment) => &Mask::Tag(Cow::Borrowed("PAYMENT")),
        Some(Label::Regulated) => &Mask::Tag(Cow::Borrowed("REGULATED")),
        Some(Label::Financial) => &Mask::Tag(Cow::Borrowed("FINANCIAL")),
        Some(Label::Customer) => &Mask::Tag(Cow::Borrowed("CUSTOMER")),
        _ => &Mask::Tag(Cow::Borrowed("PII")),
    })
}

/// The keyed fingerprint of a value: separators and case do not matter, except in secrets.
pub(crate) fn fingerprint(key: &FingerprintKey, rule: &Rule, value: &str) -> Fingerprint {
    if rule.labels.contains(Label::Secrets) {
        return Fingerprint::new(key, &rule.kind, value.as_bytes());
    }
    if value.is_ascii() {
        return Fingerprint::new(key, &rule.kind, Significant::of(value).as_str().as_bytes());
    }
    let mut normalised = Zeroizing::new(String::with_capacity(value.len()));
    for char in value.chars().filter(|char| char.is_alphanumeric()) {
        normalised.extend(char.to_uppercase());
    }
    Fingerprint::new(key, &rule.kind, normalised.as_bytes())
}
