//! The scan of one text, as the list of its stages.
//!
//! | stage | module | what it does |
//! |---|---|---|
//! | 1 | `normalise` | one spelling of digits, dashes, spaces; nothing invisible |
//! | 2 | `prefilter` | where which rules could match |
//! | 3 | `detect` | patterns, only there |
//! | 4 | `validate` | checksums, structure, documented values, placeholders |
//! | 5 | `score` | shape + proof + context = confidence, with reasons |
//! | 6 | `overlap` | one value is one finding |
//! | 7 | `decode` | the same for what is wrapped in an encoding |
//! | 8 | `redact` | masks; nothing after this can name the text |
//! | 9 | `label` | the verdict on the resource, in [`crate::resource`] |

use dosimeter_record::{Confidence, Evidence, Fingerprint, Mask, Reason, Redaction};

use crate::{
    classifier::Engine,
    decode::{self, Decoded},
    detect::detect,
    explain::{Explanation, Outcome},
    normalise::{Normalised, normalise},
    overlap,
    redact::{Masks, fingerprint, mask_of},
    rule::{Rule, Strength},
    score::{Scored, score},
    scratch::Scratch,
    validate::validate,
};

/// What one text holds.
#[derive(Default)]
pub(crate) struct Scanned {
    pub(crate) hits: Vec<Hit>,
    pub(crate) evidence: Vec<Evidence>,
}

/// One reported match: everything of its finding but its name and place.
pub(crate) struct Hit {
    /// Index of the rule.
    pub(crate) rule: usize,
    pub(crate) scored: Scored,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) redaction: Redaction,
}

/// A winning match, with what has to be known before its text is out of sight.
struct Found {
    scored: Scored,
    fingerprint: Fingerprint,
    /// Whether the span covers an encoded form, of which nothing may be shown.
    encoded: bool,
}

/// Scans one text: stages 1 to 8.
pub(crate) fn scan(engine: &Engine, scratch: &mut Scratch, original: &str) -> Scanned {
    let normalised = normalise(original);
    let found = find(engine, scratch, normalised.text(), 0);
    if found.is_empty() {
        return Scanned::default();
    }
    redact(engine, scratch, original, &normalised, found)
}

/// Stages 2 to 7, on normalised text.
fn find(engine: &Engine, scratch: &mut Scratch, text: &str, depth: u32) -> Vec<Found> {
    let rules = &engine.rules.rules;
    let mut candidates = std::mem::take(&mut scratch.candidates);
    engine.prefilter.candidates(text, &mut candidates);
    let matches = detect(rules, scratch, text, &candidates);
    scratch.candidates = candidates;
    let validated = validate(rules, &engine.rules.allowed, scratch, text, matches);
    let scored = score(rules, scratch, text, validated);
    let winners = overlap::resolve(rules, scratch, scored);
    let mut found: Vec<Found> =
        winners.into_iter().filter_map(|scored| engine.identify(text, scored)).collect();
    if depth < decode::DEPTH_MAX {
        for decoded in decode::decode(text) {
            unwrap(engine, scratch, &decoded, depth, &mut found);
        }
    }
    found
}

/// Stage 7: scans what an encoding hides, unless the encoded form is already found.
fn unwrap(
    engine: &Engine,
    scratch: &mut Scratch,
    decoded: &Decoded,
    depth: u32,
    found: &mut Vec<Found>,
) {
    let known = found.iter().any(|found| {
        found.scored.confidence() >= Confidence::Medium && found.scored.value.overlaps(decoded.span)
    });
    if known {
        return;
    }
    let trace = scratch.trace.take();
    let inner = find(engine, scratch, &decoded.text, depth.saturating_add(1));
    scratch.trace = trace;
    found.extend(inner.into_iter().map(|mut inner| {
        inner.scored.value = decoded.span;
        inner.scored.reasons.push(Reason::Decoded(decoded.encoding.into()));
        inner.encoded = true;
        inner
    }));
}

/// Stage 8.
fn redact(
    engine: &Engine,
    scratch: &mut Scratch,
    original: &str,
    normalised: &Normalised<'_>,
    found: Vec<Found>,
) -> Scanned {
    let rules = &engine.rules.rules;
    let masks = Masks::new(rules, found.iter().map(|found| &found.scored), |span| {
        normalised.to_original(span)
    });
    let mut scanned = Scanned::default();
    for mut found in found {
        let Some(rule) = rules.get(found.scored.rule) else { continue };
        found.scored.value = normalised.to_original(found.scored.value);
        let reported = engine.reports(rule, &found.scored);
        let witness = !rule.evidence.is_empty()
            && (rule.strength == Strength::Supporting
                || found.scored.confidence() >= Confidence::Medium);
        scratch.explain(|| outcome(rule, &found.scored, reported));
        if !reported && !witness {
            continue;
        }
        let redaction = masks.redact(original, found.scored.value, found.mask(rule));
        if witness {
            scanned.evidence.extend(rule.evidence.iter().map(|class| Evidence {
                class: class.clone(),
                fingerprint: found.fingerprint,
                confidence: found.scored.confidence(),
                segment: 0,
                span: found.scored.value,
                redaction: redaction.clone(),
            }));
        }
        if reported {
            let Found { scored, fingerprint, .. } = found;
            scanned.hits.push(Hit { rule: scored.rule, scored, fingerprint, redaction });
        }
    }
    scanned
}

impl Found {
    fn mask(&self, rule: &Rule) -> Mask {
        match mask_of(rule) {
            Mask::Tag(tag) => Mask::Tag(tag),
            // Of an encoded form not even the last characters mean what the rule meant.
            _ if self.encoded => Mask::KeepLast(0),
            mask => mask,
        }
    }
}

impl Engine {
    fn identify(&self, text: &str, scored: Scored) -> Option<Found> {
        let rule = self.rules.rules.get(scored.rule)?;
        let fingerprint = fingerprint(&self.key, rule, scored.value.slice(text)?);
        Some(Found { scored, fingerprint, encoded: false })
    }

    fn reports(&self, rule: &Rule, scored: &Scored) -> bool {
        rule.strength > Strength::Supporting && scored.confidence() >= self.min_confidence
    }
}

fn outcome(rule: &Rule, scored: &Scored, reported: bool) -> Explanation {
    let (confidence, points) = (scored.confidence(), scored.points);
    Explanation {
        rule: rule.id.clone(),
        span: scored.value,
        outcome: match (reported, rule.strength) {
            (true, _) => Outcome::Found { confidence, points },
            (false, Strength::Supporting) => Outcome::Evidence { confidence },
            (false, _) => Outcome::Hidden { confidence, points },
        },
        reasons: scored.reasons.clone(),
        redaction: None,
    }
}
