//! What was judged before: a transcript is sent whole with every turn, and only its end is new.
//!
//! Messages are known by a keyed hash under a key that this process made for itself, and what is kept
//! of them is what a policy needs. Nothing of it can be read.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use dosimeter_policy::Item;
use dosimeter_record::{Fingerprint, FingerprintKey};

/// More findings than this of one message are not kept apart: the strictest stay.
const ITEMS_MAX: usize = 1_000;

/// What was found in a message; shared, and nothing for most.
pub(crate) type Items = Option<Arc<[Item]>>;

/// Messages by their keyed hash, in two generations: when the young ones fill their half, the old ones
/// are forgotten and the young become old. A message that is seen again is young again.
pub(crate) struct Memory {
    key: FingerprintKey,
    /// The weight of one generation: messages and their findings.
    weight_max: usize,
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: BTreeMap<Fingerprint, Items>,
    old: BTreeMap<Fingerprint, Items>,
    /// Of the young ones.
    weight: usize,
}

impl Memory {
    /// Remembers about `messages_max` messages.
    pub(crate) fn new(key: FingerprintKey, messages_max: usize) -> Self {
        let weight_max = messages_max.div_ceil(2).max(1);
        Self { key, weight_max, generations: Mutex::default() }
    }

    /// The name of a message in one conversation of one user: elsewhere the same text is another
    /// finding.
    pub(crate) fn name(&self, scope: &Scope<'_>, message: &str) -> Fingerprint {
        let domain = format!("{}\n{}\n{}", scope.tenant, scope.session, scope.user);
        self.key.digest(&domain, message.as_bytes())
    }

    /// What was found in it, if it was judged before.
    pub(crate) fn recall(&self, name: Fingerprint) -> Option<Items> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(items) = generations.young.get(&name) {
            return Some(items.clone());
        }
        let items = generations.old.remove(&name)?;
        generations.add(name, items.clone(), self.weight_max);
        Some(items)
    }

    /// Keeps what was found in a message that was looked at completely.
    pub(crate) fn keep(&self, name: Fingerprint, mut items: Vec<Item>) -> Items {
        items.sort_by_key(|item| std::cmp::Reverse((item.severity, item.confidence)));
        items.truncate(ITEMS_MAX);
        let items: Items = (!items.is_empty()).then(|| items.into());
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.add(name, items.clone(), self.weight_max);
        items
    }

    /// How many messages are known.
    pub(crate) fn len(&self) -> usize {
        let generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.young.len().saturating_add(generations.old.len())
    }
}

impl Generations {
    fn add(&mut self, name: Fingerprint, items: Items, weight_max: usize) {
        let weight = items.as_ref().map_or(0, |items| items.len()).saturating_add(1);
        if self.weight.saturating_add(weight) > weight_max {
            self.old = mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight = self.weight.saturating_add(weight);
        self.young.insert(name, items);
    }
}

/// Where a message stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) session: &'a str,
    pub(crate) user: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(messages_max: usize) -> Memory {
        Memory::new(FingerprintKey::from_bytes([7; 32]), messages_max)
    }

    #[test]
    fn what_is_seen_again_stays_and_the_rest_is_forgotten() {
        let memory = memory(20);
        let name = |number: usize| memory.name(&Scope::default(), &number.to_string());
        for number in 0..1_000 {
            assert!(memory.recall(name(number)).is_none());
            memory.keep(name(number), Vec::new());
            assert!(memory.recall(name(0)).is_some(), "seen with every turn");
            assert!(memory.len() <= 20);
        }
        assert!(memory.recall(name(500)).is_none());
    }

    #[test]
    fn the_same_words_in_another_conversation_are_another_message() {
        let memory = memory(20);
        let scope = |session, user| Scope { tenant: "t", session, user };
        let name = |session, user| memory.name(&scope(session, user), "hello");
        assert_eq!(name("s", "u"), name("s", "u"));
        assert_ne!(name("s", "u"), name("s", "v"));
        assert_ne!(name("s", "u"), name("r", "u"));
    }
}
