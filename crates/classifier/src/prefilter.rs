//! Stage 2: where in the text which rules could match.
//!
//! Two filters run over the text. Rules with keywords are found by one automaton over all keywords.
//! Rules without (cards, national ids: pure shapes) are found at word starts, by the bytes that their
//! patterns allow at each of the first positions. Nothing else of a text is looked at again.

mod literals;
mod shapes;

use dosimeter_record::Span;

use crate::{Error, rule::Rule, scan::Stretch};

/// How a rule's pattern is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A keyword stands here: the match contains it.
    Around(Span),
    /// The match starts here.
    StartsAt(usize),
}

/// The places at which patterns have to be tried, by rule.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// For each rule, its places in the order of the text.
    places: Vec<Vec<Place>>,
    /// The rules that have any.
    rules: Vec<u32>,
}

impl Candidates {
    /// Room for the candidates of `rules` rules.
    pub(crate) fn new(rules: usize) -> Self {
        Self { places: vec![Vec::new(); rules], rules: Vec::new() }
    }

    /// The rules that have candidates, in the order of the set, with their places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &[Place])> {
        self.rules.iter().filter_map(|&rule| {
            let places = self.places.get(rule as usize)?;
            Some((rule as usize, places.as_slice()))
        })
    }

    fn clear(&mut self) {
        for rule in self.rules.drain(..) {
            if let Some(places) = self.places.get_mut(rule as usize) {
                places.clear();
            }
        }
    }

    fn push(&mut self, rule: u32, place: Place) {
        let Some(places) = self.places.get_mut(rule as usize) else { return };
        if places.is_empty() {
            self.rules.push(rule);
        }
        places.push(place);
    }
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

    /// Collects the candidates of all rules in a stretch. O(n) plus the candidates.
    pub(crate) fn candidates(&self, stretch: Stretch<'_>, candidates: &mut Candidates) {
        candidates.clear();
        self.literals.find(stretch.text, stretch.searched, candidates);
        self.shapes.find(stretch.text.as_bytes(), stretch.searched, candidates);
        candidates.rules.sort_unstable();
    }
}
