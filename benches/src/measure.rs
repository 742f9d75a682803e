//! Time and memory as the kernel accounts for them.

use std::{hint::black_box, time::Duration};

use rustix::time::{ClockId, clock_gettime};

/// The time that this thread has spent on a core: other programs do not count.
pub(crate) fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// Something to be timed, and how many bytes it reads.
pub(crate) struct Contender<'a> {
    pub(crate) name: &'static str,
    pub(crate) bytes: usize,
    work: Box<dyn FnMut() -> u64 + 'a>,
    best: Duration,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: &'static str, bytes: usize, work: impl FnMut() -> u64 + 'a) -> Self {
        Self { name, bytes, work: Box::new(work), best: Duration::MAX }
    }

    /// Bytes per nanosecond of the best round.
    pub(crate) fn gigabytes_per_second(&self) -> f64 {
        self.bytes as f64 / self.best.as_nanos().max(1) as f64
    }
}

/// Runs all contenders in turn, `rounds` times, so that what disturbs one disturbs all; keeps the best
/// time of each. The first run of each, which fills caches and builds what is built lazily, does not
/// count.
pub(crate) fn race(contenders: &mut [Contender<'_>], rounds: usize) {
    for round in 0..=rounds {
        for contender in &mut *contenders {
            let start = thread_time();
            black_box((contender.work)());
            let took = thread_time().saturating_sub(start);
            if round > 0 {
                contender.best = contender.best.min(took);
            }
        }
    }
}

/// Adds up `bytes` as numbers of eight bytes: about the least that reading memory costs.
pub(crate) fn sum(bytes: &[u8]) -> u64 {
    // As many sums at once as vector registers hold, for a chain of additions waits for each.
    const LANES: usize = 16;
    let mut sums = [0_u64; LANES];
    for block in bytes.chunks_exact(LANES * 8) {
        for (sum, eight) in sums.iter_mut().zip(block.as_chunks::<8>().0) {
            *sum = sum.wrapping_add(u64::from_le_bytes(*eight));
        }
    }
    sums.iter().fold(0, |all, sum| all.wrapping_add(*sum))
}

/// More than any cache holds.
pub(crate) const MEMORY_BYTES: usize = 512 << 20;

/// A buffer of which each page is backed by memory of its own.
pub(crate) fn memory() -> Vec<u8> {
    let mut buffer = vec![0_u8; MEMORY_BYTES];
    for (index, byte) in buffer.iter_mut().enumerate().step_by(64) {
        #[expect(clippy::cast_possible_truncation, reason = "any value will do")]
        let value = index as u8 | 1;
        *byte = value;
    }
    buffer
}
