//! Which combinations lack nothing altogether: mostly none, and then nothing else is asked of them.

use super::classes::Combinations;

/// The kinds of needs that something serves.
#[derive(Debug, Default)]
pub(super) struct Served {
    /// By kind of need.
    kinds: Vec<bool>,
    /// By combination: how many of its kinds of needs are served.
    counts: Vec<usize>,
    /// The combinations of which all are.
    pub(super) complete: Vec<usize>,
}

impl Served {
    /// Begins anew.
    pub(super) fn clear(&mut self, rules: &Combinations) {
        self.kinds.clear();
        self.kinds.resize(rules.kinds.len(), false);
        self.counts.clear();
        self.counts.resize(rules.all.len(), 0);
        self.complete.clear();
    }

    /// Notes that something serves a kind of need; says whether it is the first.
    pub(super) fn note(&mut self, rules: &Combinations, kind: usize) -> bool {
        let is_first = self.kinds.get_mut(kind).is_some_and(|kind| !std::mem::replace(kind, true));
        if is_first {
            for &asking in rules.asking.get(kind).into_iter().flatten() {
                let (Some(count), Some(rule)) =
                    (self.counts.get_mut(asking), rules.all.get(asking))
                else {
                    continue;
                };
                *count = count.saturating_add(1);
                if *count == rule.kind_count {
                    self.complete.push(asking);
                }
            }
        }
        is_first
    }
}
