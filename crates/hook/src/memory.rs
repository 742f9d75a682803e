//! What was judged before: a transcript is sent whole with every turn, and only its end is new.
//!
//! Messages are known by a keyed hash, and what is kept of them is what a policy needs. Nothing of it can
//! be read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dosimeter_policy::Item;
use dosimeter_record::Fingerprint;

use crate::generations::Generations;

/// More findings than this of one message are not kept apart: the strictest stay.
const ITEMS_MAX: usize = 1_000;

/// What was found in a message; shared, and nothing for most.
pub(crate) type Items = Option<Arc<[Item]>>;

/// Messages by their keyed hash.
pub(crate) struct Memory {
    /// By weight: messages and their findings.
    messages: Mutex<Generations<Fingerprint, Items>>,
}

impl Memory {
    /// Remembers about `messages_max` messages.
    pub(crate) fn new(messages_max: usize) -> Self {
        Self { messages: Mutex::new(Generations::new(messages_max, weight)) }
    }

    /// What was found in it, if it was judged before.
    pub(crate) fn recall(&self, message: Fingerprint) -> Option<Items> {
        self.messages().get(&message)
    }

    /// Keeps what was found in a message that was looked at completely. What is kept is never looked at
    /// again: call it when what was found is on its way into the store, and not before.
    pub(crate) fn keep(&self, message: Fingerprint, mut items: Vec<Item>) {
        items.sort_by_key(|item| std::cmp::Reverse((item.severity, item.confidence)));
        items.truncate(ITEMS_MAX);
        self.messages().put(message, (!items.is_empty()).then(|| items.into()));
    }

    /// How many messages are known.
    pub(crate) fn len(&self) -> usize {
        self.messages().len()
    }

    fn messages(&self) -> MutexGuard<'_, Generations<Fingerprint, Items>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn weight(items: &Items) -> usize {
    items.as_ref().map_or(0, |items| items.len()).saturating_add(1)
}
