//! The scan of one resource: its segments one after another, then the verdict.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use dosimeter_record::{
    Confidence, Coverage, Evidence, Finding, FindingId, FindingParts, Fingerprint, Gap, Identity,
    LabelSet, Labelled, Labels, Locator, Mask, Reason, Redaction, RuleId, Severity, Span,
};

use crate::{
    classifier::Engine,
    combine::{forbids, fulfilled},
    label::{Vote, label},
    normalise::{Normalised, normalise},
    redact::Masks,
    rule::{Combination, Scope, Strength, TableRule},
    scan::{Hit, Scanned, Stretch, scan},
    scratch::Scratch,
    table::{Table, Tables},
};

/// Evidence of one class is kept as long as it is not denser than this: more says nothing new, and
/// combinations compare what stands close together.
const EVIDENCE_PER_CELL_MAX: u32 = 64;
/// The length of a cell, in bytes.
const CELL: usize = 512;
/// Pieces of evidence of one class in one resource.
const EVIDENCE_PER_CLASS_MAX: u32 = 4096;
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
    scratch: &'c mut Scratch,
    identity: Identity<'c>,
    verdict: Verdict,
    /// Tables that a table rule wants, unless evidence found later speaks against them.
    tables: Vec<(&'c TableRule, Evidence)>,
    text_bytes: u64,
    segments: u32,
    gaps: Vec<Gap>,
}

/// Findings and what the labels are decided from.
#[derive(Debug, Default)]
struct Verdict {
    findings: Vec<Finding>,
    votes: Vec<Vote>,
    evidence: Vec<Evidence>,
    density: BTreeMap<Cow<'static, str>, Density>,
    ordinals: BTreeMap<(RuleId, Fingerprint), u32>,
    /// What is counted without being listed, by rule.
    unlisted: BTreeMap<RuleId, Vote>,
}

/// How much evidence of one class there is, in all and in the cell last seen.
#[derive(Debug, Default)]
struct Density {
    total: u32,
    cell: (u32, usize),
    in_cell: u32,
}

/// A finding before it has a name.
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
        engine: &'c Engine,
        scratch: &'c mut Scratch,
        identity: Identity<'c>,
    ) -> Self {
        Self {
            engine,
            scratch,
            identity,
            verdict: Verdict::default(),
            tables: Vec::new(),
            text_bytes: 0,
            segments: 0,
            gaps: Vec::new(),
        }
    }

    /// Scans one stretch of text: a content block, a page, a sheet, a whole file.
    ///
    /// `locator` says where in the resource it stands; spans of findings count within the segment.
    /// O(length of `text`).
    pub fn segment(&mut self, text: &str, locator: &Locator) {
        self.text_bytes = self.text_bytes.saturating_add(text.len() as u64);
        let segment = self.segments;
        self.segments = self.segments.saturating_add(1);
        let normalised = normalise(text);
        let tables = Tables::new(normalised.text());
        for stretch in Stretch::cut(normalised.text(), &tables) {
            let scanned = scan(self.engine, self.scratch, text, &normalised, stretch);
            self.take(scanned, segment, locator);
        }
        self.table_rules(text, &normalised, &tables, segment);
    }

    /// Records something that was not scanned.
    pub fn gap(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// Decides combinations, tables and labels.
    pub fn finish(mut self) -> Labelled {
        for (rule, piece) in std::mem::take(&mut self.tables) {
            if !forbids(&rule.unless, &self.verdict.evidence, &piece) {
                for class in &rule.evidence {
                    self.verdict.witness(Evidence { class: class.clone(), ..piece.clone() });
                }
                let unnamed = rule.unnamed(&piece);
                self.verdict.extend([(self.engine, self.identity, unnamed)]);
            }
        }
        self.verdict.combine(self.engine, self.identity, Scope::Message);
        let coverage = Coverage::new(self.text_bytes, self.gaps);
        self.verdict.labelled(coverage, self.engine.rules.version())
    }

    fn take(&mut self, scanned: Scanned, segment: u32, locator: &Locator) {
        for hit in scanned.hits {
            let unnamed = self.engine.unnamed(hit, locator.clone());
            self.verdict.extend(unnamed.map(|unnamed| (self.engine, self.identity, unnamed)));
        }
        for mut piece in scanned.evidence {
            piece.segment = segment;
            self.verdict.witness(piece);
        }
    }

    fn table_rules(
        &mut self,
        text: &str,
        normalised: &Normalised<'_>,
        tables: &Tables<'_>,
        segment: u32,
    ) {
        if self.engine.rules.tables.is_empty() {
            return;
        }
        for table in tables.all() {
            for rule in &self.engine.rules.tables {
                if rule.fits(table, normalised.text()) {
                    let rows = table.row_count(normalised.text());
                    let span = normalised.to_original(table.span);
                    self.tables.push((rule, self.engine.witness(text, span, rows, segment)));
                }
            }
        }
    }
}

impl Verdict {
    /// Names and keeps findings.
    fn extend<'a>(
        &mut self,
        unnamed: impl IntoIterator<Item = (&'a Engine, Identity<'a>, Unnamed)>,
    ) {
        for (engine, identity, unnamed) in unnamed {
            if unnamed.confidence < engine.min_confidence {
                continue;
            }
            if self.findings.len() >= FINDINGS_MAX {
                self.count(unnamed);
                continue;
            }
            let ordinal =
                self.ordinals.entry((unnamed.rule.clone(), unnamed.fingerprint)).or_default();
            let id = FindingId::derive(
                &engine.key,
                identity,
                &unnamed.rule,
                unnamed.fingerprint,
                *ordinal,
            );
            *ordinal = ordinal.saturating_add(1);
            self.votes.push(unnamed.vote());
            self.findings.push(unnamed.named(id));
        }
    }

    /// Counts a finding that is one too many to be listed.
    fn count(&mut self, unnamed: Unnamed) {
        let vote = unnamed.vote();
        let counted =
            self.unlisted.entry(unnamed.rule).or_insert(Vote { count: 0, ..vote.clone() });
        counted.count = counted.count.saturating_add(1);
        counted.confidence = counted.confidence.max(vote.confidence);
    }

    /// Keeps a piece of evidence, unless its neighbourhood is full of its class.
    fn witness(&mut self, piece: Evidence) {
        let density = self.density.entry(piece.class.clone()).or_default();
        let cell = (piece.segment, piece.span.start.checked_div(CELL).unwrap_or(0));
        if density.cell != cell {
            density.cell = cell;
            density.in_cell = 0;
        }
        if density.in_cell < EVIDENCE_PER_CELL_MAX && density.total < EVIDENCE_PER_CLASS_MAX {
            density.in_cell = density.in_cell.saturating_add(1);
            density.total = density.total.saturating_add(1);
            self.evidence.push(piece);
        }
    }

    /// Adds a finding for every combination that the evidence fulfils.
    fn combine(&mut self, engine: &Engine, identity: Identity<'_>, scope: Scope) {
        for combination in &engine.rules.combinations {
            if combination.scope != scope {
                continue;
            }
            let unnamed = fulfilled(combination, &self.evidence)
                .and_then(|pieces| combination.unnamed(engine, &pieces));
            self.extend(unnamed.map(|unnamed| (engine, identity, unnamed)));
        }
    }

    fn labelled(mut self, coverage: Coverage, ruleset: &str) -> Labelled {
        self.votes.extend(self.unlisted.into_values());
        let labels = Labels::new(label(&self.votes), coverage, ruleset);
        Labelled { labels, findings: self.findings, evidence: self.evidence }
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

impl Engine {
    fn unnamed(&self, hit: Hit, locator: Locator) -> Option<Unnamed> {
        let rule = self.rules.rules.get(hit.rule)?;
        Some(Unnamed {
            rule: rule.id.clone(),
            labels: rule.labels,
            severity: rule.severity,
            confidence: hit.scored.confidence(),
            strength: rule.strength,
            kind: Arc::clone(&rule.kind),
            span: hit.scored.value,
            locator,
            redaction: hit.redaction,
            fingerprint: hit.fingerprint,
            reasons: hit.scored.reasons,
        })
    }

    /// A table as evidence: nothing of its cells is shown.
    fn witness(&self, text: &str, span: Span, rows: usize, segment: u32) -> Evidence {
        let mask = Mask::Tag(format!("TABLE OF {rows} ROWS").into());
        let hidden = Masks::new(&[], std::iter::empty(), |span| span);
        let value = span.slice(text).unwrap_or_default();
        Evidence {
            class: Cow::Borrowed("table"),
            fingerprint: self.key.digest("table", value.as_bytes()),
            confidence: Confidence::High,
            segment,
            span,
            redaction: hidden.redact(text, span, &mask),
        }
    }

    /// Combines the parts of one conversation; see [`crate::Classifier::conversation`].
    pub(crate) fn conversation(&self, identity: Identity<'_>, parts: &[&Labelled]) -> Labelled {
        let mut verdict = Verdict::default();
        let mut gaps = Vec::new();
        let mut segments = 0_u32;
        let mut text_bytes = 0;
        for part in parts {
            let first = segments;
            for piece in &part.evidence {
                let segment = first.saturating_add(piece.segment);
                segments = segments.max(segment.saturating_add(1));
                verdict.evidence.push(Evidence { segment, ..piece.clone() });
            }
            gaps.extend(part.labels.coverage().gaps().iter().map(|gap| Gap::whole(gap.reason)));
            let state = part.labels.coverage().state();
            text_bytes |= u64::from(state != dosimeter_record::CoverageState::None);
        }
        verdict.combine(self, identity, Scope::Conversation);
        verdict.labelled(Coverage::new(text_bytes, gaps), self.rules.version())
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

    fn unnamed(&self, piece: &Evidence) -> Unnamed {
        Unnamed {
            rule: self.id.clone(),
            labels: self.labels,
            severity: self.severity,
            confidence: self.confidence,
            strength: Strength::Strong,
            kind: self.id.as_str().into(),
            span: piece.span,
            locator: Locator::default(),
            redaction: piece.redaction.clone(),
            fingerprint: piece.fingerprint,
            reasons: vec![Reason::Structure("columns and rows of a table".into())],
        }
    }
}

impl Combination {
    /// One finding that rests on several pieces; it stands where the last-named need is met.
    fn unnamed(&self, engine: &Engine, pieces: &[&Evidence]) -> Option<Unnamed> {
        let anchor = pieces.last()?;
        let parts = pieces.iter().map(|piece| piece.fingerprint).collect();
        let near = |piece: &&Evidence| Reason::Neighbour(piece.class.clone());
        Some(Unnamed {
            rule: self.id.clone(),
            labels: self.labels,
            severity: self.severity,
            confidence: self.confidence,
            strength: Strength::Strong,
            kind: self.id.as_str().into(),
            span: anchor.span,
            locator: Locator::default(),
            redaction: anchor.redaction.clone(),
            fingerprint: Fingerprint::combined(&engine.key, self.id.as_str(), parts),
            reasons: pieces.iter().map(near).collect(),
        })
    }
}
