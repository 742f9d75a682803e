//! One budget for all content in memory.
//!
//! Whoever is about to read content first takes a [`Lease`] over as many bytes as it may become, and
//! waits until they are free. A task holds one lease at a time, so that tasks can wait for each other
//! and never for themselves.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The budget.
#[derive(Debug)]
pub(crate) struct Memory {
    free: Arc<Semaphore>,
    blocks_max: u32,
}

/// Bytes of the budget, given back when dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    _permit: Option<OwnedSemaphorePermit>,
}

/// A semaphore counts to 2^29 at least, which is too little for bytes.
const BLOCK_BYTES: u64 = 1024;

impl Memory {
    pub(crate) fn of(bytes: u64) -> Self {
        let blocks_max = blocks(bytes);
        let permits = usize::try_from(blocks_max).unwrap_or(Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(permits)), blocks_max }
    }

    /// Waits until `bytes` are free. First come, first served, so that a large one is not starved.
    ///
    /// More than the whole budget is the whole budget: a limit never becomes a deadlock.
    pub(crate) async fn lease(&self, bytes: u64) -> Lease {
        let wanted = blocks(bytes).min(self.blocks_max);
        // The semaphore is never closed.
        Lease { _permit: Arc::clone(&self.free).acquire_many_owned(wanted).await.ok() }
    }
}

fn blocks(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(BLOCK_BYTES).max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn leases_wait_for_each_other_and_end_with_their_value() {
        let memory = Memory::of(10 * BLOCK_BYTES);
        let first = memory.lease(6 * BLOCK_BYTES).now_or_never().unwrap();
        assert!(memory.lease(5 * BLOCK_BYTES).now_or_never().is_none());
        drop(first);
        assert!(memory.lease(5 * BLOCK_BYTES).now_or_never().is_some());
    }

    #[test]
    fn more_than_the_budget_is_all_of_it() {
        let memory = Memory::of(10 * BLOCK_BYTES);
        let all = memory.lease(u64::MAX).now_or_never().unwrap();
        assert!(memory.lease(1).now_or_never().is_none());
        drop(all);
        assert!(memory.lease(1).now_or_never().is_some());
    }
}
