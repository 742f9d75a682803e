//! All keywords of all rules in one automaton.

use aho_corasick::{AhoCorasick, Input, MatchKind};
use dosimeter_record::Span;

use crate::{
    Error,
    prefilter::{Candidates, Place},
    rule::Rule,
};

#[derive(Debug)]
pub(crate) struct Literals {
    automaton: AhoCorasick,
    /// The rules of each keyword.
    rules: Vec<Vec<u32>>,
}

impl Literals {
    pub(super) fn new(rules: &[Rule]) -> Result<Self, Error> {
        let mut keywords: Vec<(&str, u32)> = Vec::new();
        for (index, rule) in (0_u32..).zip(rules) {
            keywords.extend(rule.keywords.iter().map(|keyword| (keyword.as_ref(), index)));
        }
        keywords.sort_unstable();
        keywords.dedup();
        let mut distinct: Vec<&str> = Vec::new();
        let mut owners: Vec<Vec<u32>> = Vec::new();
        for (keyword, rule) in keywords {
            match owners.last_mut() {
                Some(owners) if distinct.last() == Some(&keyword) => owners.push(rule),
                _ => {
                    distinct.push(keyword);
                    owners.push(vec![rule]);
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .build(&distinct)
            .map_err(|_| Error::TooManyKeywords)?;
        Ok(Self { automaton, rules: owners })
    }

    pub(super) fn find(&self, text: &str, searched: Span, candidates: &mut Candidates) {
        let input = Input::new(text).range(searched.start..searched.end);
        for found in self.automaton.find_overlapping_iter(input) {
            let place = Place::Around(Span::new(found.start(), found.end()));
            for &rule in self.rules.get(found.pattern().as_usize()).into_iter().flatten() {
                candidates.push(rule, place);
            }
        }
    }
}
