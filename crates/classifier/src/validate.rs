//! Stage 4: proof by arithmetic, and what is documented to be harmless.

mod placeholder;
mod whole;

use std::{borrow::Cow, cell::OnceCell};

use dosimeter_record::{Label, Reason, Span};

use crate::{
    detect::Match,
    explain::{Explanation, Outcome},
    rule::{Allowed, Rule},
    scratch::Scratch,
    significant::Significant,
    validator::{Strength, Verdict},
};

/// A match that its validators accept, with what they are worth.
#[derive(Debug)]
pub(crate) struct Validated {
    pub(crate) matched: Match,
    pub(crate) points: i32,
    pub(crate) reasons: Vec<Reason>,
}

/// A checksum that fails on a distinctive shape: a typo or a fake, worth knowing and not alarming.
const POINTS_DOUBTFUL: i32 = -200;
/// A value that a vendor or a standard publishes as an example.
const POINTS_DOCUMENTED: i32 = -200;

/// Keeps the matches that their validators accept.
pub(crate) fn validate(
    rules: &[Rule],
    allowed: &Allowed,
    scratch: &mut Scratch,
    text: &str,
    matches: &mut [Match],
) -> Vec<Validated> {
    // A long number is many rules' match: those of one place in a row, so that it is asked about once.
    matches.sort_unstable_by_key(|matched| (matched.value, matched.rule, matched.whole));
    let mut validated = Vec::with_capacity(matches.len());
    let mut place = Place { text, span: Span::new(0, 0), part_of: OnceCell::new() };
    for &mut matched in matches {
        let Some(rule) = rules.get(matched.rule) else { continue };
        if place.span != matched.value {
            place = Place { text, span: matched.value, part_of: OnceCell::new() };
        }
        match check(rule, allowed, &place, matched) {
            Ok(accepted) => validated.push(accepted),
            Err(by) => scratch.explain(|| Explanation {
                rule: rule.id.clone(),
                span: matched.value,
                outcome: Outcome::Rejected { by },
                reasons: Vec::new(),
                redaction: None,
            }),
        }
    }
    validated
}

/// Where matches of one or more rules stand.
struct Place<'t> {
    text: &'t str,
    span: Span,
    /// What it is only a part of, once somebody asked.
    part_of: OnceCell<Option<&'static str>>,
}

impl Place<'_> {
    fn part_of(&self) -> Option<&'static str> {
        *self.part_of.get_or_init(|| whole::part_of(self.text, self.span))
    }
}

fn check(
    rule: &Rule,
    allowed: &Allowed,
    place: &Place<'_>,
    matched: Match,
) -> Result<Validated, Cow<'static, str>> {
    let value = matched.value.slice(place.text).unwrap_or_default();
    let secret = rule.labels.contains(Label::Secrets);
    // Credentials stand anywhere; a number with no word in it must stand on its own.
    if rule.keywords.is_empty()
        && !secret
        && let Some(what) = place.part_of()
    {
        return Err(what.into());
    }
    let mut accepted = Validated { matched, points: 0, reasons: Vec::new() };
    let mut proven = false;
    for validator in &rule.validators {
        match (validator.check)(value.as_bytes()) {
            Verdict::Valid(strength) => {
                accepted.points = accepted.points.saturating_add(worth(strength));
                accepted.reasons.push(Reason::Validated(validator.name.into()));
                proven |= strength == Strength::Strong;
            }
            Verdict::Doubtful(what) => {
                accepted.points = accepted.points.saturating_add(POINTS_DOUBTFUL);
                accepted.reasons.push(Reason::Failed(what.into()));
            }
            Verdict::Invalid => return Err(validator.name.into()),
        }
    }
    if !proven && let Some(what) = placeholder::find(value, secret) {
        return Err(what.into());
    }
    if let Some(reason) = documented(rule, allowed, value) {
        accepted.points = accepted.points.saturating_add(POINTS_DOCUMENTED);
        accepted.reasons.push(Reason::Against(reason.clone()));
    }
    Ok(accepted)
}

fn worth(strength: Strength) -> i32 {
    match strength {
        Strength::Structure => 40,
        Strength::Digit => 100,
        Strength::Strong => 200,
    }
}

fn documented<'a>(rule: &Rule, allowed: &'a Allowed, value: &str) -> Option<&'a Cow<'static, str>> {
    if allowed.is_empty() {
        return None;
    }
    allowed.reason(&rule.kind, Significant::of(value).as_str())
}
