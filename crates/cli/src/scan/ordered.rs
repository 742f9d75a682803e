//! Work over many threads with results in the order of the input, in bounded memory.

use std::{
    num::NonZeroUsize,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, SyncSender},
    },
    thread,
};

/// Does `work` on every item over `threads` threads and hands the results to `sink` in the order of
/// `items`, until `sink` refuses.
///
/// Each thread makes one `state` at its first item and keeps it. Each item travels with the sending
/// end of its own reply; the receiving ends wait in a queue in the order of the items. That queue is
/// bounded, so a slow item holds at most `4 × threads` others, and no reordering is needed.
pub(crate) fn ordered<Item, State, Reply, Stop>(
    items: impl Iterator<Item = Item> + Send,
    threads: NonZeroUsize,
    state: impl Fn() -> State + Sync,
    work: impl Fn(&mut State, Item) -> Reply + Sync,
    mut sink: impl FnMut(Reply) -> Result<(), Stop>,
) -> Result<(), Stop>
where
    Item: Send,
    Reply: Send,
{
    let window = threads.get().saturating_mul(4);
    let (job_sender, job_receiver) = mpsc::sync_channel::<(Item, SyncSender<Reply>)>(window);
    let (order_sender, order_receiver) = mpsc::sync_channel::<Receiver<Reply>>(window);
    let jobs = Mutex::new(job_receiver);
    let stopped = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| serve(&jobs, &stopped, &state, &work));
        }
        scope.spawn(move || {
            for item in items {
                let (reply, result) = mpsc::sync_channel(1);
                // The queue of results is closed once `sink` has refused.
                if order_sender.send(result).is_err() || job_sender.send((item, reply)).is_err() {
                    return;
                }
            }
        });
        let outcome =
            order_receiver.into_iter().flat_map(|result| result.recv()).try_for_each(&mut sink);
        stopped.store(outcome.is_err(), Ordering::Relaxed);
        outcome
    })
}

/// Takes jobs until there are none; after a stop, takes them without doing them, so that whoever
/// waits to hand one over can go on and see the stop.
fn serve<Item, State, Reply>(
    jobs: &Mutex<Receiver<(Item, SyncSender<Reply>)>>,
    stopped: &AtomicBool,
    state: &(impl Fn() -> State + Sync),
    work: &(impl Fn(&mut State, Item) -> Reply + Sync),
) {
    let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let mut kept = None;
    while let Ok((item, reply)) = next() {
        if stopped.load(Ordering::Relaxed) {
            continue;
        }
        // If nobody waits for the answer any more, `stopped` is about to be set.
        reply.send(work(kept.get_or_insert_with(state), item)).ok();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn check(threads: usize, count: u64, stop_at: Option<u64>) -> Vec<u64> {
        let mut seen = Vec::new();
        let outcome = ordered(
            0..count,
            NonZeroUsize::new(threads).unwrap(),
            || 0_u64,
            |done, item| {
                *done += 1;
                // Early items take longest, so that order does not come by itself.
                thread::sleep(Duration::from_micros((count - item) % 7 * 50));
                item
            },
            |item| {
                seen.push(item);
                if Some(item) == stop_at { Err("stop") } else { Ok(()) }
            },
        );
        assert_eq!(outcome.is_err(), stop_at.is_some());
        seen
    }

    #[test]
    fn results_come_in_the_order_of_the_items() {
        for threads in [1, 2, 7] {
            assert_eq!(check(threads, 200, None), (0..200).collect::<Vec<_>>());
        }
        assert!(check(3, 0, None).is_empty());
    }

    #[test]
    fn a_sink_that_refuses_ends_the_work() {
        assert_eq!(check(3, 1_000_000, Some(20)), (0..=20).collect::<Vec<_>>());
    }
}
