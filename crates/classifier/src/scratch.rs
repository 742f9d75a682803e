//! The memory of one scanning thread, owned by the caller.

use regex_automata::{meta::Cache, util::captures::Captures};
use zeroize::Zeroizing;

use crate::{explain::Explanation, prefilter::Candidates, rule::pattern::Compiled};

/// Reusable memory for scans: one per thread, made by [`Classifier::scratch`].
///
/// Regex caches, candidate lists and buffers live here, so that scanning takes no locks and, on clean
/// text, allocates nothing once it is warm. Belongs to the classifier that made it.
///
/// [`Classifier::scratch`]: crate::Classifier::scratch
#[derive(Debug)]
pub struct Scratch {
    rules: Vec<Option<RuleScratch>>,
    pub(crate) candidates: Candidates,
    /// Context in folded form: content, so it is wiped when dropped.
    pub(crate) folded: Zeroizing<String>,
    /// What was tried and what became of it; recorded only when somebody asks.
    pub(crate) trace: Option<Vec<Explanation>>,
}

/// What one rule's pattern needs while it searches.
#[derive(Debug)]
pub(crate) struct RuleScratch {
    pub(crate) cache: Cache,
    pub(crate) captures: Captures,
}

impl Scratch {
    pub(crate) fn new(rules: usize) -> Self {
        let candidates = Candidates::new(rules);
        let rules = (0..rules).map(|_| None).collect();
        Self { rules, candidates, folded: Zeroizing::default(), trace: None }
    }

    /// The memory of rule `index`, made on first use.
    pub(crate) fn rule(
        &mut self,
        index: usize,
        compiled: Option<&Compiled>,
    ) -> Option<&mut RuleScratch> {
        let (slot, compiled) = (self.rules.get_mut(index)?, compiled?);
        Some(slot.get_or_insert_with(|| RuleScratch {
            cache: compiled.regex.create_cache(),
            captures: compiled.regex.create_captures(),
        }))
    }

    pub(crate) fn explain(&mut self, explanation: impl FnOnce() -> Explanation) {
        if let Some(trace) = &mut self.trace {
            trace.push(explanation());
        }
    }
}
