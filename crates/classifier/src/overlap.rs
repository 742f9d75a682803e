//! Stage 6: one value is one finding.
//!
//! Where matches of several rules overlap, the best one wins: the surest, then the worst, then the
//! longest, then the first in the rule files. Supporting matches neither win nor lose: they are not
//! reported.
//!
//! One case comes before all that: a token whose checksum fails. Its rule knows the format and says
//! that it is no real token; a generic rule that sees only an assignment must not raise it again.

use std::cmp::Reverse;

use crate::{
    explain::{Explanation, Outcome},
    rule::{Rule, Strength},
    score::Scored,
    scratch::Scratch,
};

/// Keeps the winners, in the order of the text. O(n log n) in the matches.
pub(crate) fn resolve(
    rules: &[Rule],
    scratch: &mut Scratch,
    mut scored: Vec<Scored>,
) -> Vec<Scored> {
    if scored.len() < 2 {
        return scored;
    }
    let supporting = |scored: &Scored| {
        rules.get(scored.rule).is_some_and(|rule| rule.strength == Strength::Supporting)
    };
    scored.sort_by_key(|scored| (scored.value.start, Reverse(scored.value.end)));
    let mut kept: Vec<Scored> = Vec::with_capacity(scored.len());
    let mut evidence = Vec::new();
    for challenger in scored {
        if supporting(&challenger) {
            evidence.push(challenger);
            continue;
        }
        contest(rules, scratch, &mut kept, challenger);
    }
    kept.extend(evidence);
    kept.sort_by_key(|scored| (scored.value.start, scored.value.end, scored.rule));
    kept.dedup_by(|right, left| right.rule == left.rule && right.value == left.value);
    kept
}

/// Lets `challenger` in if it beats every kept match that it overlaps.
///
/// Kept matches do not overlap each other and matches come by their start, so the ones in question
/// are at the end of `kept`.
fn contest(rules: &[Rule], scratch: &mut Scratch, kept: &mut Vec<Scored>, challenger: Scored) {
    let first = kept
        .iter()
        .rposition(|holder| !holder.value.overlaps(challenger.value))
        .map_or(0, |index| index.saturating_add(1));
    let beaten_by = kept
        .iter()
        .skip(first)
        .find(|holder| rank(rules, holder) >= rank(rules, &challenger))
        .and_then(|holder| rules.get(holder.rule));
    if let Some(winner) = beaten_by {
        covered(rules, scratch, &challenger, winner);
        return;
    }
    let winner = rules.get(challenger.rule);
    for loser in kept.drain(first..) {
        if let Some(winner) = winner {
            covered(rules, scratch, &loser, winner);
        }
    }
    kept.push(challenger);
}

fn rank(rules: &[Rule], scored: &Scored) -> impl Ord {
    let rule = rules.get(scored.rule);
    (
        scored.is_disproved(),
        scored.confidence(),
        rule.map(|rule| rule.severity),
        rule.map(|rule| rule.strength),
        scored.value.len(),
        scored.points,
        Reverse(scored.rule),
    )
}

fn covered(rules: &[Rule], scratch: &mut Scratch, loser: &Scored, winner: &Rule) {
    let Some(rule) = rules.get(loser.rule) else { return };
    scratch.explain(|| Explanation {
        rule: rule.id.clone(),
        span: loser.value,
        outcome: Outcome::Covered { by: winner.id.clone() },
        reasons: loser.reasons.clone(),
        redaction: None,
    });
}
