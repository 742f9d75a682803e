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
//! | 6a | `beside` | what is common, where something rarer was found |
//! | 7 | `decode` | the same for what is wrapped in an encoding |
//! | 8 | `redact` | masks; nothing after this can name the text |
//! | 9 | `label` | the verdict on the resource |
//!
//! The last two are in [`crate::resource`].
//!
//! A long text is scanned in stretches, each of which sees a margin of its neighbours: memory stays
//! bounded however much a hostile text makes match.

use dosimeter_record::{Confidence, Fingerprint, Reason, Span};

use crate::{
    beside,
    classifier::Engine,
    decode,
    detect::detect,
    overlap,
    redact::fingerprint,
    rule::{Strength, pattern::LEN_MAX},
    score::{Scored, score},
    scratch::Scratch,
    table::Tables,
    validate::validate,
};

/// A winning match.
pub(crate) struct Found {
    pub(crate) scored: Scored,
    /// What an encoding hid is in sight only here, so its value is named at once; the span covers the
    /// encoded form, of which nothing may be shown.
    pub(crate) decoded: Option<Fingerprint>,
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

/// Scans one stretch of a text: stages 2 to 7.
pub(crate) fn scan(engine: &Engine, scratch: &mut Scratch, stretch: Stretch<'_>) -> Vec<Found> {
    find(engine, scratch, stretch, 0)
}

fn find(engine: &Engine, scratch: &mut Scratch, stretch: Stretch<'_>, depth: u32) -> Vec<Found> {
    let rules = &engine.rules.rules;
    let mut candidates = std::mem::take(&mut scratch.candidates);
    engine.prefilter.candidates(rules, stretch, scratch, &mut candidates);
    let mut matches = std::mem::take(&mut scratch.matches);
    detect(rules, scratch, stretch, &candidates, &mut matches);
    scratch.candidates = candidates;
    let validated = validate(rules, &engine.rules.allowed, scratch, stretch.text, &mut matches);
    scratch.matches = matches;
    let scored = score(rules, scratch, stretch, validated);
    let winners = overlap::resolve(rules, scratch, scored);
    let decoded = if depth < decode::DEPTH_MAX {
        unwrap(engine, scratch, stretch, depth, &winners)
    } else {
        Vec::new()
    };
    // What is around an encoded text is known only to whoever reads that.
    let known = (depth == 0).then_some(decoded.as_slice());
    let winners = beside::look(engine, scratch, stretch, winners, known);
    let own = winners.into_iter().filter(|scored| stretch.owns(scored.value));
    own.map(|scored| Found { scored, decoded: None }).chain(decoded).collect()
}

/// Stage 7: scans what an encoding hides, unless the encoded form is already found.
fn unwrap(
    engine: &Engine,
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    depth: u32,
    winners: &[Scored],
) -> Vec<Found> {
    // Winners of this confidence do not overlap each other, so their ends ascend with their starts.
    let known: Vec<Span> = winners
        .iter()
        .filter(|scored| scored.confidence() >= Confidence::Medium && stretch.owns(scored.value))
        .filter(|scored| engine.reports_rule(scored.rule))
        .map(|scored| scored.value)
        .collect();
    let is_known = |span: Span| {
        let after = known.partition_point(|known| known.start < span.end);
        after
            .checked_sub(1)
            .and_then(|index| known.get(index))
            .is_some_and(|known| known.overlaps(span))
    };
    let trace = scratch.trace.take();
    let mut found = Vec::new();
    for decoded in decode::decode(stretch.text, stretch.own) {
        if is_known(decoded.span) {
            continue;
        }
        let tables = Tables::new(&decoded.text);
        let inner =
            find(engine, scratch, Stretch::whole(&decoded.text, &tables), depth.saturating_add(1));
        found.extend(inner.into_iter().filter_map(|mut inner| {
            if inner.decoded.is_none() {
                let rule = engine.rules.rules.get(inner.scored.rule)?;
                let value = inner.scored.value.slice(&decoded.text)?;
                inner.decoded = Some(fingerprint(&engine.key, rule, value));
            }
            inner.scored.value = decoded.span;
            inner.scored.reasons.push(Reason::Decoded(decoded.encoding.into()));
            Some(inner)
        }));
    }
    scratch.trace = trace;
    found
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

    /// A part of a text, as far as it has it, seen with so many bytes on both sides.
    pub(crate) fn around(text: &'t str, own: Span, margin: usize, tables: &'t Tables<'t>) -> Self {
        let within = |start: usize, end: usize| {
            Span::new(text.floor_char_boundary(start), text.ceil_char_boundary(end))
        };
        let own = within(own.start, own.end);
        let searched = within(own.start.saturating_sub(margin), own.end.saturating_add(margin));
        Self { text, tables, searched, own }
    }

    /// Cuts what a window owns of a text into stretches that own every position once.
    pub(crate) fn cut(
        text: &'t str,
        window: Span,
        tables: &'t Tables<'t>,
    ) -> impl Iterator<Item = Self> {
        let starts = (0..window.len().max(1)).step_by(STRETCH);
        starts.map(move |start| {
            let start = window.start.saturating_add(start);
            let own = Span::new(
                text.floor_char_boundary(start),
                text.floor_char_boundary(start.saturating_add(STRETCH).min(window.end)),
            );
            Self::around(text, own, MARGIN, tables)
        })
    }

    /// Where the text goes on, if it does.
    pub(crate) fn end(self) -> Option<usize> {
        (self.own.end < self.text.len()).then_some(self.own.end)
    }

    fn owns(self, value: Span) -> bool {
        self.own.start <= value.start && value.start < self.own.end
    }
}

impl Engine {
    fn reports_rule(&self, rule: usize) -> bool {
        let rule = self.rules.rules.get(rule);
        rule.is_some_and(|rule| rule.strength > Strength::Supporting)
    }
}
