//! Room: how much is in memory, and how much is judged at once.
//!
//! The rule for a flood: what does not fit into memory is refused before its body is read; what finds no
//! free place before half of its time is over gives the policy's answer for overload. Nothing queues
//! beyond its deadline.

use std::sync::Arc;

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

/// Semaphores count in 32 bits; bodies are counted in these.
const UNIT_BYTES: usize = 1 << 10;

/// Room that one request has, until it is dropped. It grows with what was received, not with what was
/// announced: an announcement costs nobody anything.
pub(crate) struct Held {
    permit: OwnedSemaphorePermit,
    bytes: usize,
}

impl Held {
    /// Room for so many bytes in all, now or not at all.
    pub(crate) fn grow(&mut self, bytes: usize) -> bool {
        let Some(more) = bytes.checked_sub(self.bytes).filter(|more| *more > 0) else {
            return true;
        };
        let Ok(units) = u32::try_from(more.div_ceil(UNIT_BYTES)) else { return false };
        let memory = Arc::clone(self.permit.semaphore());
        let Ok(permit) = memory.try_acquire_many_owned(units) else { return false };
        self.permit.merge(permit);
        self.bytes = self.bytes.saturating_add(more.next_multiple_of(UNIT_BYTES));
        true
    }
}

/// What all requests share.
pub(crate) struct Room {
    memory: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new(memory_bytes_max: usize, judged_at_once: usize) -> Self {
        let units = (memory_bytes_max / UNIT_BYTES).min(Semaphore::MAX_PERMITS);
        Self {
            memory: Arc::new(Semaphore::new(units)),
            places: Arc::new(Semaphore::new(judged_at_once.min(Semaphore::MAX_PERMITS))),
        }
    }

    /// Room for a body that begins.
    pub(crate) fn body(&self) -> Option<Held> {
        let permit = Arc::clone(&self.memory).try_acquire_many_owned(1).ok()?;
        Some(Held { permit, bytes: UNIT_BYTES })
    }

    /// A place to be judged at, if one is free in time.
    pub(crate) async fn place(&self, until: Instant) -> Option<OwnedSemaphorePermit> {
        timeout_at(until, Arc::clone(&self.places).acquire_owned()).await.ok()?.ok()
    }
}
