//! The search beside the evidence of one stretch.

use dosimeter_record::Span;

use super::{Attendant, Beside, Memory, turn::Turn};
use crate::{
    bits,
    classifier::Engine,
    combine::Prospects,
    detect::{Match, detect, detect_within, reaches},
    numbers::Numbers,
    prefilter::{Candidate, Learned},
    redact::CONTEXT_BYTES_MAX,
    scan::{Found, Stretch},
    score::{Scored, score},
    scratch::Scratch,
    simd::BLOCK,
    spans::{sorted_union, widened},
    validate::validate,
};

pub(super) struct Search<'s> {
    engine: &'s Engine,
    stretch: Stretch<'s>,
    scratch: &'s mut Scratch,
    learned: &'s mut Learned,
    found: &'s mut Vec<Scored>,
    /// By attendant; only some have windows.
    turns: &'s [Turn],
    prospects: Prospects<'s>,
}

impl<'s> Search<'s> {
    pub(super) fn new(
        (engine, stretch): (&'s Engine, Stretch<'s>),
        scratch: &'s mut Scratch,
        found: &'s mut Vec<Scored>,
        memory: &'s mut Memory,
    ) -> Self {
        let Memory { learned, turns, prospects } = memory;
        let beside = &engine.beside;
        turns.iter_mut().for_each(Turn::clear);
        turns.resize_with(beside.attendants.len(), Turn::default);
        let part = widened(stretch.searched, engine.combinations.extent_max);
        let numbers = Numbers::new(stretch.text, part);
        let mut prospects = Prospects::new(&engine.combinations, numbers, prospects);
        for scored in found.iter().filter(|scored| engine.is_evidence(scored)) {
            prospects.add(scored.rule, scored.value);
            for attendant in bits::ones(beside.attending(scored)) {
                let Some(turn) = turns.get_mut(attendant) else { continue };
                let Some(attendant) = beside.attendants.get(attendant) else { continue };
                turn.add(attendant, scored.value, stretch.text.len());
            }
        }
        Self { engine, stretch, scratch, learned, found, turns, prospects }
    }

    /// Tries all attendants where they matter, or everywhere if that is not known or shall be explained.
    pub(super) fn run(mut self, decoded: Option<&[Found]>) {
        let Some(decoded) = decoded.filter(|_| self.scratch.trace.is_none()) else {
            return self.all(|_, turn| turn.windows.clone());
        };
        for Found { scored, .. } in decoded.iter().filter(|f| self.engine.is_evidence(&f.scored)) {
            self.prospects.add(scored.rule, scored.value);
        }
        self.promising();
        let shown = self.shown(decoded);
        if !shown.is_empty() {
            self.all(|attendant, turn| turn.within(attendant, &shown));
        }
    }

    /// The attendants that have evidence to be tried beside.
    fn turns(&self) -> impl Iterator<Item = (&'s Attendant, &'s Turn)> + use<'s> {
        let turns = self.engine.beside.attendants.iter().zip(self.turns);
        turns.filter(|(_, turn)| !turn.windows.is_empty())
    }

    /// Tries the attendants in some of their windows.
    fn all(&mut self, windows: impl Fn(&Attendant, &Turn) -> Vec<Span>) {
        let turns: Vec<_> = self
            .turns()
            .map(|(attendant, turn)| (attendant, turn, windows(attendant, turn)))
            .collect();
        let candidates = self.candidates(turns.iter().flat_map(|(.., windows)| windows).copied());
        for (attendant, turn, windows) in turns {
            self.attempt((attendant, turn), attendant.of(&candidates), &windows);
        }
    }

    /// Tries the attendants where they could matter to a combination.
    fn promising(&mut self) {
        let windows = self.turns().flat_map(|(_, turn)| turn.windows.iter().copied());
        let candidates = self.candidates(windows);
        // What is found is at most what these say.
        let mut turns = Vec::new();
        for (attendant, turn) in self.turns() {
            let candidates = attendant.of(&candidates);
            if !attendant.is_idle(candidates, &turn.windows) {
                self.prospects.expect(attendant.rule, turn.bound(attendant, candidates));
                turns.push((attendant, turn, candidates));
            }
        }
        if !self.stretch.tables.all().is_empty() {
            self.prospects.expect_tables();
        }
        // What is tried at few places comes first: it may leave nothing to try for the others.
        turns.sort_by_key(|(attendant, _, candidates)| (attendant.anywhere, candidates.len()));
        if !self.regions(&self.engine.beside.combinations).is_empty() {
            for (attendant, turn, candidates) in turns {
                let regions = self.regions(&attendant.combinations);
                let windows = turn.within(attendant, &regions);
                self.attempt((attendant, turn), candidates, &windows);
                self.prospects.expect_no_more(attendant.rule);
            }
        }
        self.prospects.expect_nothing();
    }

    /// Where the attendants may match, if they do in some windows.
    fn candidates(&mut self, windows: impl Iterator<Item = Span>) -> Vec<Candidate> {
        let Beside { prefilter, anchor_max, .. } = &self.engine.beside;
        let len = self.stretch.text.len();
        let reaching = |window: Span| {
            // An anchor is looked at a few bytes behind its beginning.
            let end = window.end.saturating_add(*anchor_max).saturating_add(BLOCK).min(len);
            Span::new(window.start, end)
        };
        let parts = sorted_union(windows.map(reaching));
        prefilter.within(&self.engine.rules.rules, self.stretch, parts, self.learned)
    }

    /// Where some combinations could be fulfilled.
    fn regions(&mut self, combinations: &[u64]) -> Vec<Span> {
        let Stretch { text, own, .. } = self.stretch;
        let regions = self.prospects.regions(combinations);
        // What is encoded beyond the places where the text goes on is not decoded here.
        let edges =
            [(own.start > 0).then_some(own.start), (own.end < text.len()).then_some(own.end)];
        let extent_max = self.engine.combinations.extent_max;
        let around = |edge| widened(Span::new(edge, edge), extent_max);
        sorted_union(regions.into_iter().chain(edges.into_iter().flatten().map(around)))
    }

    /// Tries an attendant in some places.
    fn attempt(
        &mut self,
        (attendant, turn): (&Attendant, &Turn),
        candidates: &[Candidate],
        windows: &[Span],
    ) {
        if attendant.is_idle(candidates, windows) {
            return;
        }
        let narrow = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let rule = narrow(attendant.rule);
        let (rules, stretch) = (&self.engine.rules.rules, self.stretch);
        let mut matches = std::mem::take(&mut self.scratch.matches);
        if attendant.anywhere {
            let candidates: Vec<Candidate> = if attendant.certain.line {
                let lines = windows.iter().flat_map(|window| lines(stretch.text, *window));
                lines.map(|at| Candidate::anywhere(rule, narrow(at), narrow(at))).collect()
            } else {
                let all = |span: &Span| (narrow(span.start), narrow(span.end));
                let windows = windows.iter().map(all);
                windows.map(|(first, last)| Candidate::anywhere(rule, first, last)).collect()
            };
            detect(rules, self.scratch, stretch, &candidates, &mut matches);
        } else {
            let candidates = candidates.iter().filter(|place| place.reaches(windows));
            let candidates: Vec<Candidate> = candidates.copied().collect();
            detect_within(rules, self.scratch, stretch, (&candidates, windows), &mut matches);
        }
        // What is part of the evidence does not stand beside it, but what follows it does: `Client` is the
        // first word of no name.
        let behind = |matched: &Match| {
            let anchor = turn.evidence(matched.value)?;
            let rest =
                (anchor.end < matched.value.end).then_some((anchor.end, matched.value.end))?;
            Some(Candidate::anywhere(rule, narrow(rest.0), narrow(rest.1)))
        };
        let behind: Vec<Candidate> = matches.iter().filter_map(behind).collect();
        let stands_alone = |matched: &Match| turn.evidence(matched.value).is_none();
        matches.retain(stands_alone);
        if !behind.is_empty() {
            let mut rest = Vec::new();
            detect(rules, self.scratch, stretch, &behind, &mut rest);
            matches.extend(rest.into_iter().filter(stands_alone));
            matches.sort_unstable();
            matches.dedup();
        }
        let allowed = &self.engine.rules.allowed;
        let validated = validate(rules, allowed, self.scratch, stretch.text, &mut matches);
        self.scratch.matches = matches;
        for scored in score(rules, self.scratch, stretch, validated) {
            if self.engine.is_evidence(&scored) {
                self.prospects.add(scored.rule, scored.value);
            }
            self.found.push(scored);
        }
    }

    /// Where something of this stretch may be shown, with what stands around it.
    fn shown(&mut self, decoded: &[Found]) -> Vec<Span> {
        let decoded = decoded.iter().map(|found| &found.scored);
        let reported = self.found.iter().chain(decoded).filter(|scored| {
            let rule = self.engine.rules.rules.get(scored.rule);
            rule.is_some_and(|rule| self.engine.reports(rule, scored.confidence()))
        });
        let reported = reported.map(|scored| scored.value);
        let shown = reported.chain(self.prospects.shown());
        sorted_union(shown.map(|span| widened(span, CONTEXT_BYTES_MAX)))
    }
}

/// Where lines begin in a window, or right behind it.
fn lines(text: &str, window: Span) -> impl Iterator<Item = usize> {
    // The end of the line before tells.
    let start = window.start.saturating_sub(1);
    let bytes = text.as_bytes().get(start..window.end).unwrap_or_default();
    let ends = memchr::memchr_iter(b'\n', bytes);
    let first = (window.start == 0).then_some(0);
    first.into_iter().chain(ends.map(move |end| start.saturating_add(end).saturating_add(1)))
}

impl Candidate {
    /// Whether a match may begin in some of these windows.
    pub(super) fn reaches(&self, windows: &[Span]) -> bool {
        reaches(windows, self.first as usize, self.last as usize)
    }
}
