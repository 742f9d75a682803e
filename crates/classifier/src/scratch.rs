//! The memory of one scanning thread, owned by the caller.

use zeroize::Zeroizing;

use crate::{
    detect::Match,
    explain::Explanation,
    prefilter::{Candidate, Learned},
    rule::{
        Rule,
        lead::{self, Lead},
        matcher,
    },
};

/// Reusable memory for scans: one per thread, made by [`Classifier::scratch`].
///
/// Regex caches, candidate lists and buffers live here, so that scanning takes no locks and, on clean
/// text, allocates nothing once it is warm. Belongs to the classifier that made it.
///
/// [`Classifier::scratch`]: crate::Classifier::scratch
#[derive(Debug)]
pub struct Scratch {
    rules: Vec<Option<RuleMemory>>,
    pub(crate) candidates: Vec<Candidate>,
    /// Where matches of the rule at hand may begin.
    pub(crate) starts: Vec<usize>,
    pub(crate) matches: Vec<Match>,
    pub(crate) learned: Learned,
    /// Context in folded form: content, so it is wiped when dropped.
    pub(crate) folded: Zeroizing<String>,
    /// What was tried and what became of it; recorded only when somebody asks.
    pub(crate) trace: Option<Vec<Explanation>>,
}

impl Scratch {
    pub(crate) fn new(rules: usize) -> Self {
        Self {
            rules: (0..rules).map(|_| None).collect(),
            candidates: Vec::new(),
            starts: Vec::new(),
            matches: Vec::new(),
            learned: Learned::default(),
            folded: Zeroizing::default(),
            trace: None,
        }
    }

    /// The memory of rule `index`, made on first use; `None` if the rule cannot be tried.
    pub(crate) fn rule(&mut self, index: usize, rule: &Rule) -> Option<&mut RuleMemory> {
        let memory = self.rules.get_mut(index)?;
        if memory.is_none() {
            *memory = Some(RuleMemory::new(rule)?);
        }
        memory.as_mut()
    }

    pub(crate) fn explain(&mut self, explanation: impl FnOnce() -> Explanation) {
        if let Some(trace) = &mut self.trace {
            trace.push(explanation());
        }
    }
}

/// What the automata of one rule need while they run.
#[derive(Debug)]
pub(crate) struct RuleMemory {
    pub(crate) matcher: matcher::Memory,
    /// As the rule has them.
    pub(crate) leads: Vec<Option<lead::Memory>>,
}

impl RuleMemory {
    fn new(rule: &Rule) -> Option<Self> {
        let leads = rule.leads.compiled().iter();
        Some(Self {
            matcher: rule.pattern.compiled()?.matcher.memory(),
            leads: leads.map(|lead| lead.as_ref().map(Lead::memory)).collect(),
        })
    }
}
