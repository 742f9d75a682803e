//! The scan of one resource: its segments one after another, then the verdict.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use dosimeter_record::{
    Confidence, Coverage, CoverageState, Evidence, Finding, FindingId, FindingParts, Fingerprint,
    Gap, Identity, Involved, LabelSet, Labelled, Labels, Locator, Mask, Position, Reason,
    Redaction, RuleId, RuleMark, Severity, Span,
};

use crate::{
    classifier::Engine,
    combine::{Chosen, Piece, Reveal, Witnesses},
    explain::{Explanation, Outcome},
    label::{Vote, label},
    normalise::normalise,
    places::Places,
    redact::Sight,
    rule::{Combination, Rule, Scope, Strength, TableRule},
    scan::{Stretch, scan},
    score::Scored,
    scratch::Scratch,
    stream::SegmentStream,
    table::{Table, Tables},
    window::{WINDOWS, Window, Windows},
};

/// More findings than this are counted in the labels and not listed one by one: a table of a million
/// addresses must not cost a million findings in memory and in the store.
const FINDINGS_MAX: usize = 10_000;

/// A resource in the middle of its scan.
///
/// Feed it every segment of a message, file or document with [`segment`](Self::segment), everything
/// that could not be read with [`gap`](Self::gap), and take the verdict with
/// [`finish`](Self::finish).
#[derive(Debug)]
pub struct ResourceScan<'c> {
    engine: &'c Engine,
    /// Whether findings show the text around them.
    shows_context: bool,
    scratch: &'c mut Scratch,
    identity: Identity<'c>,
    verdict: Verdict,
    /// What table rules found: listed behind what rules over text found.
    tables: Vec<Unnamed>,
    pub(crate) text_bytes: u64,
    pub(crate) windows: Windows,
    gaps: Vec<Gap>,
}

/// Findings and what the labels are decided from.
#[derive(Debug, Default)]
struct Verdict {
    findings: Vec<Finding>,
    votes: Vec<Vote>,
    witnesses: Witnesses,
    /// The places of segments that hold evidence, by number.
    places: BTreeMap<u32, Locator>,
    ordinals: BTreeMap<(Fingerprint, RuleId), u32>,
    /// What is counted without being listed, by rule.
    unlisted: BTreeMap<RuleId, Vote>,
    involved: Involved,
}

/// A finding before it has a name.
#[derive(Debug)]
struct Unnamed {
    rule: RuleId,
    labels: LabelSet,
    severity: Severity,
    confidence: Confidence,
    strength: Strength,
    kind: Arc<str>,
    span: Span,
    locator: Locator,
    redaction: Redaction,
    fingerprint: Fingerprint,
    reasons: Vec<Reason>,
}

impl<'c> ResourceScan<'c> {
    pub(crate) fn new(
        (engine, shows_context): (&'c Engine, bool),
        scratch: &'c mut Scratch,
        identity: Identity<'c>,
    ) -> Self {
        scratch.accept_none();
        Self {
            engine,
            shows_context,
            scratch,
            identity,
            verdict: Verdict::default(),
            tables: Vec::new(),
            text_bytes: 0,
            windows: WINDOWS,
            gaps: Vec::new(),
        }
    }

    /// Scans one stretch of text: a content block, a page, a sheet, a whole file.
    ///
    /// `locator` says where in the resource it stands; spans of findings count within the segment. Rows
    /// of a table that stand more than 4 MiB behind its header are read without it. O(length of
    /// `text`).
    pub fn segment(&mut self, text: &str, locator: &Locator) {
        self.text_bytes = self.text_bytes.saturating_add(text.len() as u64);
        for index in 0..self.windows.count(text.len()) {
            self.window(text, self.windows.cut(index, text, 0), Position::default(), locator);
        }
    }

    /// Begins a segment whose text comes in pieces, in the memory of one window.
    pub fn stream(&mut self, locator: Locator) -> SegmentStream<'_, 'c> {
        SegmentStream::new(self, locator)
    }

    /// Scans one window of a segment, of which `gone` was before `text`.
    pub(crate) fn window(&mut self, text: &str, window: Window, gone: Position, locator: &Locator) {
        let gone = gone.behind(text.get(..window.seen.start).unwrap_or_default());
        let offset = gone.bytes;
        let seen = window.seen.slice(text).unwrap_or_default();
        let mut places = Places::new(seen, gone, locator);
        let normalised = normalise(seen);
        let tables = Tables::new(normalised.text());
        let own = window.own_in(&normalised, text);
        for stretch in Stretch::cut(normalised.text(), own, &tables) {
            let found = scan(self.engine, self.scratch, stretch);
            let mut sight = Sight::new(self.engine, seen, &normalised, found, offset);
            if self.shows_context {
                sight = sight.in_context(self.scratch.whole.take());
            }
            self.take(&mut sight, &mut places);
            if stretch.own.end == own.end {
                self.table_rules(&sight, &tables, own, &mut places);
            }
            let end = stretch.end().map(|end| sight.place(Span::new(end, end)).start);
            self.verdict.witnesses.settle(&self.engine.combinations, &sight, end);
            if let Some(whole) = sight.into_whole() {
                self.scratch.whole = Some(whole);
            }
        }
    }

    /// Records something that was not scanned.
    pub fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// Decides combinations and labels.
    pub fn finish(mut self) -> Labelled {
        for table in self.tables {
            self.verdict.report(self.engine, self.identity, table);
        }
        self.verdict.combine(self.engine, self.identity, Scope::Message);
        for rule in self.scratch.accepted() {
            if let Some(rule) = self.engine.rules.rules.get(rule) {
                self.verdict.involves(&rule.id);
            }
        }
        let coverage = Coverage::new(self.text_bytes, self.gaps);
        self.verdict.labelled(coverage, self.engine)
    }

    /// Keeps what was found in a stretch: findings at once, evidence until it is settled.
    fn take(&mut self, sight: &mut Sight<'_>, places: &mut Places<'_>) {
        for index in 0..sight.len() {
            let Some((rule, scored, span)) = sight.get(index) else { continue };
            let (of, confidence) = (scored.rule, scored.confidence());
            let reported = self.engine.reports(rule, confidence);
            self.scratch.explain(|| outcome(rule, scored, span, reported));
            if self.engine.is_evidence(scored) {
                let before = self.verdict.before(places, span.start);
                for &class in self.engine.combinations.of_rule(of) {
                    let piece = Piece::of(class, confidence, (span, before), index);
                    self.verdict.witnesses.add(piece);
                }
            }
            if !reported {
                continue;
            }
            if self.verdict.is_full() {
                self.verdict.count(&rule.id, confidence, || rule.vote(sight, index));
            } else if let Some(unnamed) = rule.unnamed(sight, index, places) {
                self.verdict.report(self.engine, self.identity, unnamed);
            }
        }
    }

    fn table_rules(
        &mut self,
        sight: &Sight<'_>,
        tables: &Tables<'_>,
        own: Span,
        places: &mut Places<'_>,
    ) {
        if self.engine.rules.tables.is_empty() {
            return;
        }
        let text = sight.normalised();
        let begins_here = |table: &&Table| (own.start..own.end).contains(&table.span.start);
        for table in tables.all().iter().filter(begins_here) {
            for (index, rule) in self.engine.rules.tables.iter().enumerate() {
                if !rule.fits(table, text) {
                    continue;
                }
                self.verdict.involves(&rule.id);
                let piece = self.engine.witness(sight, table.span, table.row_count(text));
                let combinations = &self.engine.combinations;
                let before = self.verdict.before(places, piece.span.start);
                if self.verdict.witnesses.add_table(combinations, index, (&piece, before)) {
                    self.tables.push(rule.unnamed(piece, places));
                }
            }
        }
    }
}

impl Verdict {
    /// Whether further findings are only counted.
    fn is_full(&self) -> bool {
        self.findings.len() >= FINDINGS_MAX
    }

    /// Names and keeps a finding.
    fn report(&mut self, engine: &Engine, identity: Identity<'_>, unnamed: Unnamed) {
        if unnamed.confidence < engine.min_confidence {
            return;
        }
        if self.is_full() {
            self.count(&unnamed.rule, unnamed.confidence, || Some(unnamed.vote()));
            return;
        }
        let ordinal = self.ordinals.entry((unnamed.fingerprint, unnamed.rule.clone())).or_default();
        let (rule, fingerprint) = (&unnamed.rule, unnamed.fingerprint);
        let id = FindingId::derive(&engine.key, identity, rule, fingerprint, *ordinal);
        *ordinal = ordinal.saturating_add(1);
        self.votes.push(unnamed.vote());
        self.findings.push(unnamed.named(id));
    }

    /// Counts a finding that is one too many to be listed. Which value it is matters of the first.
    fn count(
        &mut self,
        rule: &RuleId,
        confidence: Confidence,
        vote: impl FnOnce() -> Option<Vote>,
    ) {
        if let Some(counted) = self.unlisted.get_mut(rule) {
            counted.count = counted.count.saturating_add(1);
            counted.confidence = counted.confidence.max(confidence);
        } else if let Some(vote) = vote() {
            self.unlisted.insert(rule.clone(), vote);
        }
    }

    /// What is before a piece of evidence in its segment, whose place is kept.
    fn before(&mut self, places: &mut Places<'_>, position: usize) -> Position {
        if let Some(locator) = places.first_kept() {
            self.places.entry(self.witnesses.segment()).or_insert_with(|| locator.clone());
        }
        places.before(position)
    }

    /// Adds a finding for every combination that the evidence fulfils.
    fn combine(&mut self, engine: &Engine, identity: Identity<'_>, scope: Scope) {
        for index in self.witnesses.combinations() {
            let Some(combination) = engine.rules.combinations.get(index) else { continue };
            if combination.scope != scope {
                continue;
            }
            let Some(pieces) = self.witnesses.fulfilled(&engine.combinations, index) else {
                continue;
            };
            let unnamed = combination.unnamed(engine, &pieces, &self.places);
            self.involves(&combination.id);
            if let Some(unnamed) = unnamed {
                self.report(engine, identity, unnamed);
            }
        }
    }

    /// Notes that a rule took part.
    fn involves(&mut self, id: &RuleId) {
        self.involved.note(RuleMark::of(id.as_str()));
    }

    fn labelled(mut self, coverage: Coverage, engine: &Engine) -> Labelled {
        self.votes.extend(self.unlisted.into_values());
        let labels = Labels::new(label(&self.votes), coverage, Arc::clone(&engine.ruleset));
        let evidence = self.witnesses.for_conversation(&engine.combinations);
        Labelled { labels, findings: self.findings, evidence, involved: self.involved }
    }
}

impl Unnamed {
    fn vote(&self) -> Vote {
        Vote {
            labels: self.labels,
            strength: self.strength,
            confidence: self.confidence,
            severity: self.severity,
            kind: Arc::clone(&self.kind),
            fingerprint: self.fingerprint,
            count: 1,
        }
    }

    fn named(self, id: FindingId) -> Finding {
        FindingParts {
            id,
            rule: self.rule,
            labels: self.labels,
            severity: self.severity,
            confidence: self.confidence,
            span: self.span,
            locator: self.locator,
            redaction: self.redaction,
            fingerprint: self.fingerprint,
            reasons: self.reasons,
        }
        .into()
    }
}

impl Rule {
    fn vote(&self, sight: &Sight<'_>, index: usize) -> Option<Vote> {
        let (_, scored, _) = sight.get(index)?;
        Some(Vote {
            labels: self.labels,
            strength: self.strength,
            confidence: scored.confidence(),
            severity: self.severity,
            kind: Arc::clone(&self.kind),
            fingerprint: sight.fingerprint(index)?,
            count: 1,
        })
    }

    fn unnamed(
        &self,
        sight: &mut Sight<'_>,
        index: usize,
        places: &mut Places<'_>,
    ) -> Option<Unnamed> {
        let reasons = sight.take_reasons(index);
        let (_, scored, span) = sight.get(index)?;
        Some(Unnamed {
            rule: self.id.clone(),
            labels: self.labels,
            severity: self.severity,
            confidence: scored.confidence(),
            strength: self.strength,
            kind: Arc::clone(&self.kind),
            span,
            locator: places.at(span.start),
            redaction: sight.redaction(index)?,
            fingerprint: sight.fingerprint(index)?,
            reasons,
        })
    }
}

impl Engine {
    pub(crate) fn reports(&self, rule: &Rule, confidence: Confidence) -> bool {
        rule.strength > Strength::Supporting && confidence >= self.min_confidence
    }

    /// A table as evidence: nothing of its cells is shown.
    fn witness(&self, sight: &Sight<'_>, table: Span, rows: usize) -> Evidence {
        let value = sight.original(table);
        let mask = Mask::Tag(format!("TABLE OF {rows} ROWS").into());
        Evidence {
            class: Cow::Borrowed("table"),
            fingerprint: self.key.digest("table", value.as_bytes()),
            confidence: Confidence::High,
            segment: 0,
            span: sight.place(table),
            redaction: sight.hidden(table, &mask),
        }
    }

    /// Combines the parts of one conversation; see [`crate::Classifier::conversation`].
    pub(crate) fn conversation(&self, identity: Identity<'_>, parts: &[&Labelled]) -> Labelled {
        let mut verdict = Verdict::default();
        let mut gaps = Vec::new();
        let mut text_bytes = 0;
        for part in parts {
            verdict.witnesses.recall(&self.combinations, part);
            gaps.extend(part.labels.coverage().gaps().iter().map(|gap| Gap::whole(gap.reason)));
            let state = part.labels.coverage().state();
            text_bytes |= u64::from(state != CoverageState::None);
        }
        verdict.combine(self, identity, Scope::Conversation);
        verdict.labelled(Coverage::new(text_bytes, gaps), self)
    }
}

impl TableRule {
    /// Whether a table has enough rows and all columns, with enough distinct values in them.
    fn fits(&self, table: &Table, text: &str) -> bool {
        let has = |wanted: &crate::rule::Column| {
            table.header.iter().enumerate().any(|(index, name)| {
                wanted.header.find(name).is_some()
                    && (wanted.distinct_at_least == 0
                        || table.distinct_at_least(text, index, wanted.distinct_at_least))
            })
        };
        table.row_count(text) >= self.rows_at_least && self.columns.iter().all(has)
    }

    fn unnamed(&self, piece: Evidence, places: &mut Places<'_>) -> Unnamed {
        Unnamed {
            rule: self.id.clone(),
            labels: self.labels,
            severity: self.severity,
            confidence: self.confidence,
            strength: Strength::Strong,
            kind: self.id.as_str().into(),
            span: piece.span,
            locator: places.at(piece.span.start),
            redaction: piece.redaction,
            fingerprint: piece.fingerprint,
            reasons: vec![Reason::Structure("columns and rows of a table".into())],
        }
    }
}

impl Combination {
    /// One finding that rests on several pieces; it stands where the last-named need is met.
    fn unnamed(
        &self,
        engine: &Engine,
        pieces: &[&Chosen],
        places: &BTreeMap<u32, Locator>,
    ) -> Option<Unnamed> {
        let anchor = pieces.last()?;
        let place = places.get(&anchor.segment);
        let place = place.map(|place| place.at(anchor.before));
        let parts = pieces.iter().map(|piece| piece.fingerprint).collect();
        Some(Unnamed {
            rule: self.id.clone(),
            labels: self.labels,
            severity: self.severity,
            confidence: self.confidence,
            strength: Strength::Strong,
            kind: self.id.as_str().into(),
            span: anchor.span,
            locator: place.unwrap_or_default(),
            redaction: anchor.shown(&engine.combinations),
            fingerprint: Fingerprint::combined(&engine.key, self.id.as_str(), parts),
            reasons: pieces.iter().map(|piece| piece.reason(&engine.combinations)).collect(),
        })
    }
}

fn outcome(rule: &Rule, scored: &Scored, span: Span, reported: bool) -> Explanation {
    let (confidence, points) = (scored.confidence(), scored.points);
    Explanation {
        rule: rule.id.clone(),
        span,
        outcome: match (reported, rule.strength) {
            (true, _) => Outcome::Found { confidence, points },
            (false, Strength::Supporting) => Outcome::Evidence { confidence },
            (false, _) => Outcome::Hidden { confidence, points },
        },
        reasons: scored.reasons.clone(),
        redaction: None,
    }
}
