//! The scan of a text, as the list of its stages.
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
//!
//! A long text is scanned in stretches, each of which sees a margin of its neighbours: memory stays
//! bounded however much a hostile text makes match.

use dosimeter_record::{Confidence, Evidence, Fingerprint, Mask, Reason, Redaction, Span};

use crate::{
    classifier::Engine,
    decode,
    detect::detect,
    explain::{Explanation, Outcome},
    normalise::Normalised,
    overlap,
    redact::{Masks, fingerprint, mask_of},
    rule::{Rule, Strength, pattern::LEN_MAX},
    score::{Scored, score},
    scratch::Scratch,
    table::Tables,
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

/// A stretch of normalised text, and what stands around it.
#[derive(Clone, Copy)]
pub(crate) struct Stretch<'t> {
    /// The whole text: patterns, context and tables may reach out of the stretch.
    pub(crate) text: &'t str,
    pub(crate) tables: &'t Tables<'t>,
    /// What is searched: the stretch itself with a margin on both sides.
    pub(crate) searched: Span,
    /// Where the matches that count begin.
    pub(crate) own: Span,
}

/// Scans one stretch of a text: stages 2 to 8.
pub(crate) fn scan(
    engine: &Engine,
    scratch: &mut Scratch,
    original: &str,
    normalised: &Normalised<'_>,
    stretch: Stretch<'_>,
) -> Scanned {
    let found = find(engine, scratch, stretch, 0);
    if found.is_empty() {
        return Scanned::default();
    }
    redact(engine, scratch, original, normalised, found)
}

/// Stages 2 to 7.
fn find(engine: &Engine, scratch: &mut Scratch, stretch: Stretch<'_>, depth: u32) -> Vec<Found> {
    let rules = &engine.rules.rules;
    let mut candidates = std::mem::take(&mut scratch.candidates);
    engine.prefilter.candidates(stretch, &mut candidates);
    let matches = detect(rules, scratch, stretch.text, &candidates);
    scratch.candidates = candidates;
    let validated = validate(rules, &engine.rules.allowed, scratch, stretch.text, matches);
    let scored = score(rules, scratch, stretch, validated);
    let winners = overlap::resolve(rules, scratch, scored);
    let mut found: Vec<Found> = winners
        .into_iter()
        .filter(|scored| stretch.owns(scored.value))
        .filter_map(|scored| engine.identify(stretch.text, scored))
        .collect();
    if depth < decode::DEPTH_MAX {
        unwrap(engine, scratch, stretch, depth, &mut found);
    }
    found
}

/// Stage 7: scans what an encoding hides, unless the encoded form is already found.
fn unwrap(
    engine: &Engine,
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    depth: u32,
    found: &mut Vec<Found>,
) {
    // Winners of this confidence do not overlap each other, so their ends ascend with their starts.
    let known: Vec<Span> = found
        .iter()
        .filter(|found| found.scored.confidence() >= Confidence::Medium)
        .filter(|found| engine.reports_rule(found.scored.rule))
        .map(|found| found.scored.value)
        .collect();
    let is_known = |span: Span| {
        let after = known.partition_point(|known| known.start < span.end);
        after
            .checked_sub(1)
            .and_then(|index| known.get(index))
            .is_some_and(|known| known.overlaps(span))
    };
    let trace = scratch.trace.take();
    for decoded in decode::decode(stretch.text, stretch.own) {
        if is_known(decoded.span) {
            continue;
        }
        let tables = Tables::new(&decoded.text);
        let inner =
            find(engine, scratch, Stretch::whole(&decoded.text, &tables), depth.saturating_add(1));
        found.extend(inner.into_iter().map(|mut inner| {
            inner.scored.value = decoded.span;
            inner.scored.reasons.push(Reason::Decoded(decoded.encoding.into()));
            inner.encoded = true;
            inner
        }));
    }
    scratch.trace = trace;
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

/// The length of a stretch: long enough that its margins do not matter, short enough that what is
/// found in it fits in memory whatever it is.
const STRETCH: usize = 1 << 20;
/// What a stretch sees of its neighbours: more than the longest match and its context.
const MARGIN: usize = 2 * LEN_MAX;

impl<'t> Stretch<'t> {
    /// All of a text as one stretch.
    fn whole(text: &'t str, tables: &'t Tables<'t>) -> Self {
        let all = Span::new(0, text.len());
        Self { text, tables, searched: all, own: all }
    }

    /// Cuts a text into stretches that own every position once.
    pub(crate) fn cut(text: &'t str, tables: &'t Tables<'t>) -> impl Iterator<Item = Self> {
        let starts = (0..text.len().max(1)).step_by(STRETCH);
        starts.map(move |start| {
            let own = Span::new(
                text.floor_char_boundary(start),
                text.floor_char_boundary(start.saturating_add(STRETCH)),
            );
            let searched = Span::new(
                text.floor_char_boundary(own.start.saturating_sub(MARGIN)),
                text.ceil_char_boundary(own.end.saturating_add(MARGIN)),
            );
            Self { text, tables, searched, own }
        })
    }

    fn owns(self, value: Span) -> bool {
        self.own.start <= value.start && value.start < self.own.end
    }
}

impl Found {
    fn mask<'r>(&self, rule: &'r Rule) -> &'r Mask {
        match mask_of(rule) {
            tag @ Mask::Tag(_) => tag,
            // Of an encoded form not even the last characters mean what the rule meant.
            _ if self.encoded => &Mask::KeepLast(0),
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

    fn reports_rule(&self, rule: usize) -> bool {
        let rule = self.rules.rules.get(rule);
        rule.is_some_and(|rule| rule.strength > Strength::Supporting)
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
