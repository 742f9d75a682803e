//! How long it takes to scan many short texts on all cores; the Rust side of
//! `crates/python/benches/throughput.py`.
//!
//! ```text
//! cargo run --release -p dosimeter --features rayon --example throughput -- TEXTS ROUNDS
//! ```
//!
//! TEXTS has one text in each line. Prints for each round: seconds by the clock, seconds of the calling
//! thread on a core, the same of the whole process, and the number of findings. The first round, which
//! builds what is built lazily, is not printed.
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::{
    env,
    error::Error,
    fs,
    time::{Duration, Instant},
};

use dosimeter::{Classifier, Scanner};
use rustix::time::{ClockId, clock_gettime};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let file = fs::read_to_string(arguments.next().ok_or("TEXTS is missing")?)?;
    let rounds: usize = arguments.next().ok_or("ROUNDS is missing")?.parse()?;
    let texts: Vec<&str> = file.lines().collect();
    let scanner = Scanner::new(Classifier::builder().build()?);
    for round in 0..=rounds {
        let start = Instant::now();
        let (thread, process) = (spent(ClockId::ThreadCPUTime), spent(ClockId::ProcessCPUTime));
        let found = scanner.scan_many(&texts);
        let took = [
            start.elapsed(),
            spent(ClockId::ThreadCPUTime).saturating_sub(thread),
            spent(ClockId::ProcessCPUTime).saturating_sub(process),
        ];
        let count: usize = found.iter().map(Vec::len).sum();
        if round > 0 {
            let [clock, thread, process] = took.map(|took| took.as_secs_f64());
            println!("{clock} {thread} {process} {count}");
        }
    }
    Ok(())
}

/// The time on a core until now.
fn spent(clock: ClockId) -> Duration {
    let now = clock_gettime(clock);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or_default())
}
