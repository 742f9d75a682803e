//! What was judged before: a transcript is sent whole with every turn, and only its end is new.
//!
//! Messages are known by a keyed hash, and what is kept of them is what a policy needs. Of a conversation
//! its beginning is known as a whole too: one hash over all of it is a third of the work of one for each
//! message. Nothing of either can be read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dosimeter_policy::Item;
use dosimeter_record::Fingerprint;

use crate::{envelope::Envelope, generations::Generations, scope::Names};

/// More findings than this of one message are not kept apart: the strictest stay.
const ITEMS_MAX: usize = 1_000;

/// What was found in a message; shared, and nothing for most.
pub(crate) type Items = Option<Arc<[Item]>>;

/// The first messages of a conversation, all of them judged.
#[derive(Clone)]
pub(crate) struct Beginning {
    /// How many messages.
    pub(crate) messages: usize,
    /// How long they are in the body, with what is between them.
    pub(crate) bytes: usize,
    /// The keyed hash of that.
    pub(crate) name: Fingerprint,
    /// What was found in them.
    pub(crate) items: Items,
}

/// For how many messages there is one beginning.
const MESSAGES_EACH: usize = 16;

/// Messages by their keyed hash, and beginnings by their conversation.
pub(crate) struct Memory {
    /// By weight: messages and their findings.
    messages: Mutex<Generations<Fingerprint, Items>>,
    beginnings: Mutex<Generations<Fingerprint, Beginning>>,
}

impl Memory {
    /// Remembers about `messages_max` messages.
    pub(crate) fn new(messages_max: usize) -> Self {
        let weigh = |beginning: &Beginning| weight(&beginning.items);
        let beginnings = Generations::new(messages_max / MESSAGES_EACH, weigh);
        Self {
            messages: Mutex::new(Generations::new(messages_max, weight)),
            beginnings: Mutex::new(beginnings),
        }
    }

    /// How much of a conversation was judged, if that is still as it was. O(length of it).
    pub(crate) fn beginning(
        &self,
        envelope: &Envelope<'_>,
        names: &Names<'_>,
    ) -> Option<Beginning> {
        let beginning = self.beginnings().get(&names.talk())?;
        let said = envelope.beginning(beginning.messages)?;
        let same = said.len() == beginning.bytes && names.of(said) == beginning.name;
        same.then_some(beginning)
    }

    /// Keeps how much of a conversation was judged, and what was found in it; under the conditions of
    /// [`keep`](Self::keep). More findings than are kept of one message are left to the messages.
    pub(crate) fn begin(&self, talk: Fingerprint, beginning: Beginning) {
        if beginning.items.as_ref().is_none_or(|items| items.len() <= ITEMS_MAX) {
            self.beginnings().put(talk, beginning);
        }
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

    fn beginnings(&self) -> MutexGuard<'_, Generations<Fingerprint, Beginning>> {
        self.beginnings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn messages(&self) -> MutexGuard<'_, Generations<Fingerprint, Items>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn weight(items: &Items) -> usize {
    items.as_ref().map_or(0, |items| items.len()).saturating_add(1)
}
