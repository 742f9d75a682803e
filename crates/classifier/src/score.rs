//! Stage 5: how sure is it?
//!
//! Points add up what the shape alone is worth, what the validators proved, what the surroundings say
//! and what stands near; the sum is a confidence. The same points are what `explain` shows.

use dosimeter_record::{Confidence, Label, LabelSet, Reason, Span};

use crate::{
    context::{self, Surroundings},
    explain::{Explanation, Outcome},
    rule::Rule,
    scan::Stretch,
    scratch::Scratch,
    validate::Validated,
};

/// From here on a match is [`Confidence::Medium`].
pub(crate) const POINTS_MEDIUM: i32 = 100;
/// From here on a match is [`Confidence::High`].
pub(crate) const POINTS_HIGH: i32 = 200;
/// Another identifier stands near.
const POINTS_NEIGHBOUR: i32 = 60;
/// How near, in bytes.
const NEIGHBOUR_BYTES: usize = 200;

/// A match with its score.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    /// Index of the rule.
    pub(crate) rule: usize,
    /// Where the value stands.
    pub(crate) value: Span,
    pub(crate) points: i32,
    pub(crate) reasons: Vec<Reason>,
}

impl Scored {
    /// Whether a validator of the rule found that the value is not what it looks like.
    pub(crate) fn is_disproved(&self) -> bool {
        self.reasons.iter().any(|reason| matches!(reason, Reason::Failed(_)))
    }

    pub(crate) fn confidence(&self) -> Confidence {
        match self.points {
            POINTS_HIGH.. => Confidence::High,
            POINTS_MEDIUM.. => Confidence::Medium,
            _ => Confidence::Low,
        }
    }
}

/// Scores the validated matches; those that fall below zero are something else.
pub(crate) fn score(
    rules: &[Rule],
    scratch: &mut Scratch,
    stretch: Stretch<'_>,
    validated: Vec<Validated>,
) -> Vec<Scored> {
    let mut scored = Vec::with_capacity(validated.len());
    for Validated { matched, points, mut reasons } in validated {
        let Some(rule) = rules.get(matched.rule) else { continue };
        let around = context::look(&rule.context, scratch, stretch, matched);
        let points = base(rule).saturating_add(points).saturating_add(around.points);
        let Surroundings { reasons: around, supported, .. } = around;
        reasons.extend(around);
        let mut candidate = Scored { rule: matched.rule, value: matched.value, points, reasons };
        // A failed checksum demotes and is kept: that it looks like a fake is worth knowing.
        if candidate.is_disproved() {
            candidate.points = points.max(0);
        }
        let missing = rule.context.required && !supported;
        // Whether a rule is tried where its words are not depends on the others; nothing depends on that.
        if !missing {
            scratch.accept(matched.rule);
        }
        if missing || candidate.points < 0 {
            let by = if missing { "no word of its context near it" } else { "its score" };
            scratch.explain(|| Explanation {
                rule: rule.id.clone(),
                span: candidate.value,
                outcome: Outcome::Rejected { by: by.into() },
                reasons: candidate.reasons,
                redaction: None,
            });
            continue;
        }
        scored.push(candidate);
    }
    neighbours(rules, &mut scored);
    scored
}

fn base(rule: &Rule) -> i32 {
    match rule.confidence {
        Confidence::High => POINTS_HIGH,
        Confidence::Medium => POINTS_MEDIUM,
        _ => 0,
    }
}

/// Identifiers stand together: one that is sure lifts another kind beside it.
fn neighbours(rules: &[Rule], scored: &mut [Scored]) {
    if scored.len() < 2 {
        return;
    }
    let identifying: LabelSet =
        [Label::Pii, Label::Payment, Label::Regulated, Label::Financial].into_iter().collect();
    scored.sort_by_key(|scored| (scored.value.start, scored.value.end));
    let sure: Vec<(usize, Span)> = scored
        .iter()
        .filter(|scored| scored.points >= POINTS_MEDIUM)
        .filter(|scored| {
            rules.get(scored.rule).is_some_and(|rule| {
                rule.labels.intersects(identifying)
                    && rule.strength > crate::rule::Strength::Supporting
            })
        })
        .map(|scored| (scored.rule, scored.value))
        .collect();
    for match_ in scored.iter_mut() {
        let Some(rule) = rules.get(match_.rule) else { continue };
        if !rule.labels.intersects(identifying) || rule.context.any.is_empty() {
            continue;
        }
        let from = match_.value.start.saturating_sub(NEIGHBOUR_BYTES);
        let first = sure.partition_point(|(_, span)| span.start < from);
        let neighbour = sure
            .iter()
            .skip(first)
            .take_while(|(_, span)| span.start <= match_.value.end.saturating_add(NEIGHBOUR_BYTES))
            .filter_map(|&(other, span)| rules.get(other).map(|other| (other, span)))
            .find(|(other, span)| other.kind != rule.kind && !span.overlaps(match_.value));
        if let Some((other, _)) = neighbour {
            match_.points = match_.points.saturating_add(POINTS_NEIGHBOUR);
            match_.reasons.push(Reason::Neighbour(other.id.to_string().into()));
        }
    }
}
