//! Room: how much is in memory, and how much is judged at once.
//!
//! The rule for a flood: what does not fit into memory is refused before its body is read; what finds no
//! free place before half of its time is over gives the policy's answer for overload. Nothing queues
//! beyond its deadline.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, SemaphorePermit},
    time::{Instant, timeout_at},
};

/// Semaphores count in 32 bits; bodies are counted in these.
const UNIT_BYTES: usize = 1 << 10;

/// As many threads wait at most for a place after their answers: each is one that others cannot have.
const ASIDE_MAX: usize = 32;

/// Leave to be looked at after an answer, and to pause there.
pub(crate) type Lane = OwnedSemaphorePermit;

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
    memory_units: usize,
    places: Arc<Semaphore>,
    /// How many requests wait for a place.
    waiting: AtomicUsize,
    /// Tells that a place is free.
    freed: Notify,
    /// As many scans after answers have begun at most as there are places: each holds memory of its own.
    lanes: Arc<Semaphore>,
    /// How many more may wait for a lane.
    asides: Semaphore,
}

/// A place to be judged at, until it is dropped.
pub(crate) struct Place {
    permit: Option<OwnedSemaphorePermit>,
    room: Arc<Room>,
}

impl Room {
    pub(crate) fn new(memory_bytes_max: usize, judged_at_once: usize) -> Self {
        let memory_units = (memory_bytes_max / UNIT_BYTES).min(Semaphore::MAX_PERMITS);
        Self {
            memory: Arc::new(Semaphore::new(memory_units)),
            memory_units,
            places: Arc::new(Semaphore::new(judged_at_once.min(Semaphore::MAX_PERMITS))),
            lanes: Arc::new(Semaphore::new(judged_at_once.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            freed: Notify::new(),
            asides: Semaphore::new(ASIDE_MAX),
        }
    }

    /// Room for a body that begins.
    pub(crate) fn body(&self) -> Option<Held> {
        let permit = Arc::clone(&self.memory).try_acquire_many_owned(1).ok()?;
        Some(Held { permit, bytes: UNIT_BYTES })
    }

    /// A place to be judged at, if one is free in time.
    pub(crate) async fn place(self: &Arc<Self>, until: Instant) -> Option<Place> {
        let _waiting = Waiting::of(self);
        timeout_at(until, self.next()).await.ok()?
    }

    /// The next place that is free, in the order in which it was asked for.
    pub(crate) async fn next(self: &Arc<Self>) -> Option<Place> {
        let permit = Arc::clone(&self.places).acquire_owned().await.ok()?;
        Some(Place { permit: Some(permit), room: Arc::clone(self) })
    }

    /// A place that nobody waits for.
    pub(crate) async fn spare(self: &Arc<Self>) -> Place {
        loop {
            let mut freed = pin!(self.freed.notified());
            // Whoever leaves a place from here on is heard.
            freed.as_mut().enable();
            if !self.is_wanted()
                && let Ok(permit) = Arc::clone(&self.places).try_acquire_owned()
            {
                return Place { permit: Some(permit), room: Arc::clone(self) };
            }
            freed.await;
        }
    }

    /// Whether somebody waits for a place.
    pub(crate) fn is_wanted(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// A lane, if one is free.
    pub(crate) fn lane(&self) -> Option<Lane> {
        Arc::clone(&self.lanes).try_acquire_owned().ok()
    }

    /// The next lane that is free.
    pub(crate) async fn next_lane(&self) -> Option<Lane> {
        Arc::clone(&self.lanes).acquire_owned().await.ok()
    }

    /// Leave for a thread to wait for a lane.
    pub(crate) fn aside(&self) -> Option<SemaphorePermit<'_>> {
        self.asides.try_acquire().ok()
    }

    /// Whether bodies of those who step aside leave room for others.
    pub(crate) fn is_wide(&self) -> bool {
        self.memory.available_permits() >= self.memory_units / 2
    }
}

impl Place {
    pub(crate) fn room(&self) -> Arc<Room> {
        Arc::clone(&self.room)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.room.freed.notify_waiters();
    }
}

/// Somebody who waits, until he has a place or goes away.
struct Waiting<'r>(&'r Room);

impl<'r> Waiting<'r> {
    fn of(room: &'r Room) -> Self {
        room.waiting.fetch_add(1, Ordering::AcqRel);
        Self(room)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
        // A place may be left to nobody.
        self.0.freed.notify_waiters();
    }
}
