//! A map that forgets: bounded, and in time proportional to what is asked.

use std::{borrow::Borrow, collections::BTreeMap, mem};

/// Values in two generations: when the young ones fill their half, the old ones are forgotten and the
/// young become old. What is asked for again is young again.
pub(crate) struct Generations<K, V> {
    young: BTreeMap<K, V>,
    old: BTreeMap<K, V>,
    /// Of the young ones.
    weight: usize,
    /// Of one generation.
    weight_max: usize,
    weigh: fn(&V) -> usize,
}

impl<K: Ord, V: Clone> Generations<K, V> {
    /// Holds about `weight_max`, of what `weigh` says of each value.
    pub(crate) fn new(weight_max: usize, weigh: fn(&V) -> usize) -> Self {
        let weight_max = weight_max.div_ceil(2).max(1);
        Self { young: BTreeMap::new(), old: BTreeMap::new(), weight: 0, weight_max, weigh }
    }

    pub(crate) fn get<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = self.old.remove_entry(key)?;
        self.put(key, value.clone());
        Some(value)
    }

    pub(crate) fn put(&mut self, key: K, value: V) {
        let weight = (self.weigh)(&value);
        if self.weight.saturating_add(weight) > self.weight_max {
            self.old = mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight = self.weight.saturating_add(weight);
        self.young.insert(key, value);
    }

    pub(crate) fn len(&self) -> usize {
        self.young.len().saturating_add(self.old.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_again_stays_and_the_rest_is_forgotten() {
        let mut known = Generations::new(20, |(): &()| 1);
        for number in 0..1_000 {
            assert!(known.get(&number).is_none());
            known.put(number, ());
            assert!(known.get(&0).is_some(), "asked for with every turn");
            assert!(known.len() <= 20);
        }
        assert!(known.get(&500).is_none());
    }

    #[test]
    fn what_is_heavy_leaves_less_room() {
        let mut known = Generations::new(20, |weight: &usize| *weight);
        for number in 0..1_000 {
            known.put(number, 5);
            assert!(known.len() <= 4);
        }
    }
}
