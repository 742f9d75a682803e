//! The memory of one scanning thread, owned by the caller.

use zeroize::Zeroizing;

use crate::{
    detect::Match,
    explain::Explanation,
    prefilter::{Candidate, Learned},
    rule::{matcher::Memory, pattern::Compiled},
};

/// Reusable memory for scans: one per thread, made by [`Classifier::scratch`].
///
/// Regex caches, candidate lists and buffers live here, so that scanning takes no locks and, on clean
/// text, allocates nothing once it is warm. Belongs to the classifier that made it.
///
/// [`Classifier::scratch`]: crate::Classifier::scratch
#[derive(Debug)]
pub struct Scratch {
    rules: Vec<Option<Memory>>,
    pub(crate) candidates: Vec<Candidate>,
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
            matches: Vec::new(),
            learned: Learned::default(),
            folded: Zeroizing::default(),
            trace: None,
        }
    }

    /// The memory of rule `index`, made on first use.
    pub(crate) fn rule(&mut self, index: usize, compiled: &Compiled) -> Option<&mut Memory> {
        Some(self.rules.get_mut(index)?.get_or_insert_with(|| compiled.matcher.memory()))
    }

    pub(crate) fn explain(&mut self, explanation: impl FnOnce() -> Explanation) {
        if let Some(trace) = &mut self.trace {
            trace.push(explanation());
        }
    }
}
