//! Where rules are tried on a text: what to look at when a rule is slow.

use dosimeter_record::{RuleId, Span};

use crate::{
    detect::Detector, normalise::normalise, rule::Rule, scan::Stretch, scratch::Scratch,
    table::Tables,
};

/// What a rule costs on a text, in things done, which no load of the machine changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effort {
    rule: RuleId,
    candidates: u64,
    starts: u64,
}

impl Effort {
    /// The rule.
    pub fn rule(&self) -> &RuleId {
        &self.rule
    }

    /// How many anchors of the rule stand in the text.
    pub fn candidates(&self) -> u64 {
        self.candidates
    }

    /// At how many bytes a match may begin because of them: so often the pattern is tried, unless it
    /// matches.
    pub fn starts(&self) -> u64 {
        self.starts
    }
}

impl crate::Classifier {
    /// Says how often each rule is tried on `text`, the busiest first. For people who tune rules.
    pub fn effort(&self, scratch: &mut Scratch, text: &str) -> Vec<Effort> {
        let normalised = normalise(text);
        let text = normalised.text();
        let tables = Tables::new(text);
        let rules = &self.engine.rules.rules;
        let mut efforts: Vec<Effort> = rules.iter().map(Effort::none).collect();
        let (mut candidates, mut starts) = (Vec::new(), Vec::new());
        for stretch in Stretch::cut(text, Span::new(0, text.len()), &tables) {
            self.engine.prefilter.candidates(rules, stretch, scratch, &mut candidates);
            for places in candidates.chunk_by(|left, right| left.rule == right.rule) {
                let Some(index) = places.first().map(|place| place.rule as usize) else { continue };
                let Some(effort) = efforts.get_mut(index) else { continue };
                effort.candidates = effort.candidates.saturating_add(places.len() as u64);
                if let Some(mut detector) = Detector::new(rules, scratch, index, text) {
                    detector.starts(places, &mut starts);
                    effort.starts = effort.starts.saturating_add(starts.len() as u64);
                }
            }
        }
        efforts.retain(|effort| effort.candidates > 0);
        efforts.sort_by_key(|effort| std::cmp::Reverse(effort.starts));
        efforts
    }
}

impl Effort {
    fn none(rule: &Rule) -> Self {
        Self { rule: rule.id.clone(), candidates: 0, starts: 0 }
    }
}
