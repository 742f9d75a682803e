//! The memory of one scanning thread, owned by the caller.

use zeroize::Zeroizing;

use crate::{
    beside, bits,
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
    /// For the rules that are looked for beside evidence.
    pub(crate) beside: beside::Memory,
    /// Context in folded form: content, so it is wiped when dropped.
    pub(crate) folded: Zeroizing<String>,
    /// By rule, a bit each: whether a match of it was accepted, with a word beside it if it asks for one.
    accepted: Vec<u64>,
    /// What was tried and what became of it; recorded only when somebody asks.
    pub(crate) trace: Option<Vec<Explanation>>,
    /// For the rules that mask what others found, made when they are first asked.
    pub(crate) whole: Option<Box<Self>>,
}

impl Scratch {
    pub(crate) fn new(rules: usize) -> Self {
        Self {
            rules: (0..rules).map(|_| None).collect(),
            candidates: Vec::new(),
            starts: Vec::new(),
            matches: Vec::new(),
            learned: Learned::default(),
            beside: beside::Memory::default(),
            folded: Zeroizing::default(),
            accepted: vec![0; rules.div_ceil(64)],
            trace: None,
            whole: None,
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

    /// Notes that a match of rule `index` was accepted.
    pub(crate) fn accept(&mut self, index: usize) {
        bits::set(&mut self.accepted, index);
    }

    /// Forgets of which rules matches were accepted.
    pub(crate) fn accept_none(&mut self) {
        self.accepted.fill(0);
    }

    /// The rules of which a match was accepted.
    pub(crate) fn accepted(&self) -> impl Iterator<Item = usize> {
        bits::ones(&self.accepted)
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
