//! Stage 2: where in the text which rules could match.
//!
//! Two filters run over the text. Rules with keywords are found by one automaton over all keywords.
//! Rules without (cards, national ids: pure shapes) are found at word starts, by the bytes that their
//! patterns allow at each of the first positions. Nothing else of a text is looked at again.

mod literals;
mod shapes;

use dosimeter_record::Span;

use crate::{Error, rule::Rule};

/// A place at which one rule's pattern has to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Candidate {
    /// Index of the rule.
    pub(crate) rule: u32,
    pub(crate) place: Place,
}

/// How the pattern is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// A keyword stands here: the match contains it.
    Around(Span),
    /// The match starts here.
    StartsAt(usize),
}

/// Both filters over one set of rules.
#[derive(Debug)]
pub(crate) struct Prefilter {
    literals: literals::Literals,
    shapes: shapes::Shapes,
}

impl Prefilter {
    pub(crate) fn new(rules: &[Rule]) -> Result<Self, Error> {
        Ok(Self { literals: literals::Literals::new(rules)?, shapes: shapes::Shapes::new(rules) })
    }

    /// Collects the candidates of all rules, sorted by rule and place. O(n) plus the candidates.
    pub(crate) fn candidates(&self, text: &str, candidates: &mut Vec<Candidate>) {
        candidates.clear();
        self.literals.find(text, candidates);
        self.shapes.find(text.as_bytes(), candidates);
        candidates.sort_unstable();
    }
}
