//! Scans one text over and over: the quick look, and what a profiler is attached to.

use std::{hint::black_box, time::Duration};

use dosimeter_benches::{
    Error,
    corpus::Corpora,
    padding,
    tally::{Gatherer, spell},
};

use super::{kernel, subjects};
use crate::{arguments::Arguments, measure::thread_time};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    arguments.first("the file or corpus")?;
    let by_line = arguments.has("lines");
    let repeat = arguments.number("repeat")?.unwrap_or(5).max(1);
    let classifier = padding::classifier(arguments.rules()?)?;
    let mut scratch = classifier.scratch();
    for subject in subjects(&Corpora::read()?, arguments)? {
        let text = &subject.text;
        let tally = Gatherer::scan(&classifier, &mut scratch, text, by_line).tally();
        let mut best = Duration::MAX;
        for _ in 0..repeat {
            let start = thread_time();
            black_box(kernel::scan(&classifier, &mut scratch, text, by_line));
            best = best.min(thread_time().saturating_sub(start));
        }
        let speed = text.len() as f64 / best.as_nanos().max(1) as f64;
        let (name, digest) = (&subject.name, &tally.digest);
        println!("{name:<16} {speed:>8.4} GB/s   {}   ({digest})", spell(&tally.counts));
        if by_line {
            let messages = text.lines().count().max(1);
            let nanoseconds = best.as_nanos() as f64 / messages as f64;
            println!(
                "{:<16} {nanoseconds:>8.1} ns per message of {} bytes",
                "",
                text.len() / messages
            );
        }
    }
    Ok(())
}
