//! The time after an answer, in which everything is looked for, for the record.
//!
//! It has the place of its request, and leaves it to whoever waits for an answer, for the first half of its
//! time. In the second half it waits like everybody else and keeps what it gets, so that it comes to an end
//! under any load; what is left when its time is up is recorded as not looked at.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
    time::{Duration, Instant},
};

use crate::room::{Lane, Place, Room};

/// What is left of that time, on a thread that may block.
pub(crate) struct Afterwards {
    place: Option<Place>,
    begun: bool,
    /// Whoever has none keeps its place to the end.
    lane: Option<Lane>,
    room: Arc<Room>,
    patient_until: Instant,
    until: Instant,
}

impl Afterwards {
    /// From now on, on a thread that may block.
    pub(crate) fn new(place: Place, time: Duration) -> Self {
        let now = Instant::now();
        Self {
            begun: false,
            lane: None,
            room: place.room(),
            place: Some(place),
            patient_until: now + time / 2,
            until: now + time,
        }
    }

    /// Waits for those that began before, and leaves them the place. Once; then nothing is done.
    pub(crate) fn begin(&mut self) {
        if self.begun {
            return;
        }
        self.begun = true;
        self.lane = self.room.lane();
        if self.lane.is_none() {
            self.wait_for_a_lane();
        }
    }

    /// Leaves the place to whoever waits for one, and comes back; goes on, if nobody does. Says whether time
    /// is up.
    pub(crate) fn is_up(&mut self) -> bool {
        let patient = self.lane.is_some() && Instant::now() < self.patient_until;
        if patient && self.room.is_wanted() && self.room.is_wide() {
            self.place = None;
            self.come_back();
        }
        self.place.is_none() || Instant::now() >= self.until
    }

    fn wait_for_a_lane(&mut self) {
        let room = Arc::clone(&self.room);
        // With too many, or too much, in wait already, others have to wait for this one instead.
        let Some(_aside) = room.aside().filter(|_| room.is_wide()) else { return };
        self.place = None;
        self.lane = wait(room.next_lane(), self.patient_until).flatten();
        self.come_back();
    }

    fn come_back(&mut self) {
        let spare = wait(self.room.spare(), self.patient_until);
        self.place = spare.or_else(|| wait(self.room.next(), self.until).flatten());
    }
}

/// Waits on this thread. Whatever becomes of the runtime meanwhile is no matter: it has no part in it.
fn wait<F: Future>(future: F, until: Instant) -> Option<F::Output> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut context) {
            return Some(done);
        }
        let left = until.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())?;
        thread::park_timeout(left);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::spawn_blocking;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    fn room(places: usize) -> Arc<Room> {
        Arc::new(Room::new(1 << 20, places))
    }

    async fn place(room: &Arc<Room>) -> Place {
        room.place((Instant::now() + LONG).into()).await.unwrap()
    }

    /// Somebody who waits for a place.
    async fn waiter(room: &Arc<Room>) -> tokio::task::JoinHandle<Place> {
        let wanted = Arc::clone(room);
        let waiter = tokio::spawn(async move { place(&wanted).await });
        while !room.is_wanted() {
            tokio::task::yield_now().await;
        }
        waiter
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_waits_goes_first_and_the_rest_goes_on_behind() {
        let room = room(1);
        let held = place(&room).await;
        let first = waiter(&room).await;
        let rest = spawn_blocking(move || {
            let mut afterwards = Afterwards::new(held, LONG);
            afterwards.begin();
            (afterwards.is_up(), afterwards.place.is_some())
        });
        // He would wait for ever if the other kept its place.
        drop(first.await.unwrap());
        assert_eq!(rest.await.unwrap(), (false, true));
        drop(place(&room).await);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn all_that_stepped_aside_come_back() {
        let room = room(1);
        let (begun, begins) = std::sync::mpsc::channel();
        let mut rests = Vec::new();
        for number in 0..3 {
            let held = place(&room).await;
            let (next, begun) = (waiter(&room).await, begun.clone());
            rests.push(spawn_blocking(move || {
                let mut afterwards = Afterwards::new(held, LONG);
                afterwards.begin();
                assert!(!afterwards.is_up());
                begun.send(number).unwrap();
            }));
            drop(next.await.unwrap());
        }
        for rest in rests {
            rest.await.unwrap();
        }
        assert_eq!(begins.try_iter().count(), 3, "none is forgotten");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_steps_aside_for_ever() {
        let room = room(1);
        let held = place(&room).await;
        let crowd: Vec<_> = (0..8)
            .map(|_| {
                let room = Arc::clone(&room);
                tokio::spawn(async move {
                    loop {
                        let place = place(&room).await;
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        drop(place);
                    }
                })
            })
            .collect();
        let had_a_place = spawn_blocking(move || {
            let mut afterwards = Afterwards::new(held, Duration::from_millis(400));
            afterwards.begin();
            let mut had = false;
            while !afterwards.is_up() {
                had |= Instant::now() > afterwards.patient_until && afterwards.place.is_some();
            }
            had
        });
        assert!(had_a_place.await.unwrap());
        crowd.iter().for_each(tokio::task::JoinHandle::abort);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn with_much_of_the_memory_in_wait_a_place_is_kept() {
        let room = room(1);
        let mut body = room.body().unwrap();
        assert!(body.grow(600 << 10));
        let held = place(&room).await;
        let first = waiter(&room).await;
        let kept = spawn_blocking(move || {
            let mut afterwards = Afterwards::new(held, LONG);
            afterwards.begin();
            (afterwards.is_up(), afterwards.place.is_some())
        });
        assert_eq!(kept.await.unwrap(), (false, true));
        drop(first.await.unwrap());
    }
}
