//! Many messages on several threads.

use std::{
    hint::black_box,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use dosimeter_benches::{Error, corpus::Corpora, padding};
use dosimeter_classifier::Classifier;

use super::{kernel, subjects};
use crate::{
    arguments::Arguments,
    measure::thread_time,
    row::{Row, Rows},
};

/// How much a thread takes at a time.
const PORTION: usize = 64 << 10;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let rules = arguments.rules()?;
    let rounds = arguments.number("rounds")?.unwrap_or(7);
    let count = arguments.number("threads")?.unwrap_or(2);
    let classifier = padding::classifier(rules)?;
    let rows = Rows::new(arguments.path("out"));
    println!(
        "{rules} rules, line by line; speed-up of {count} threads by the clock on the wall, and"
    );
    println!("by the time that each thread was on a core (which leaves out what else ran)\n");
    println!(
        "{:<16}{:>12}{:>12}{:>14}{:>14}",
        "", "1, GB/s", "all, GB/s", "by the wall", "by the core"
    );
    for subject in subjects(&Corpora::read()?, arguments)? {
        let portions = portions(&subject.text);
        let (mut one, mut all) = (Run::default(), Run::default());
        for round in 0..=rounds {
            let (single, many) =
                (together(&classifier, &portions, 1), together(&classifier, &portions, count));
            if round > 0 {
                one.keep_best(single);
                all.keep_best(many);
            }
        }
        let bytes = subject.text.len() as f64;
        let speed = |run: &Run| bytes / run.wall.as_nanos().max(1) as f64;
        let by_wall = speed(&all) / speed(&one);
        let by_core = one.cores.as_secs_f64() / all.cores.as_secs_f64() * count as f64;
        println!(
            "{:<16}{:>12.4}{:>12.4}{by_wall:>14.2}{by_core:>14.2}",
            subject.name,
            speed(&one),
            speed(&all)
        );
        for (figure, value) in [("speed_up_wall", by_wall), ("speed_up_core", by_core)] {
            let engine = "threads";
            let row =
                Row { harness: "threads", subject: &subject.name, engine, rules, figure, value };
            rows.add(&row)?;
        }
    }
    Ok(())
}

/// How long it took by the wall, and on all cores together.
#[derive(Clone, Copy)]
struct Run {
    wall: Duration,
    cores: Duration,
}

impl Default for Run {
    fn default() -> Self {
        Self { wall: Duration::MAX, cores: Duration::MAX }
    }
}

impl Run {
    fn keep_best(&mut self, other: Self) {
        self.wall = self.wall.min(other.wall);
        self.cores = self.cores.min(other.cores);
    }
}

/// Cuts at line feeds, into pieces that are worth handing out.
fn portions(text: &str) -> Vec<&str> {
    let mut portions = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let near = rest.floor_char_boundary(PORTION);
        let (head, _) = rest.split_at(near);
        let end = head.rfind('\n').map_or(near, |last| last + 1);
        let (portion, after) = rest.split_at(end);
        portions.push(portion);
        rest = after;
    }
    portions
}

fn together(classifier: &Classifier, portions: &[&str], threads: usize) -> Run {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut scratch = classifier.scratch();
        let start = thread_time();
        while let Some(portion) = portions.get(next.fetch_add(1, Ordering::Relaxed)) {
            black_box(kernel::scan(classifier, &mut scratch, portion, true));
        }
        thread_time().saturating_sub(start)
    };
    let start = Instant::now();
    let cores = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).sum()
    });
    Run { wall: start.elapsed(), cores }
}
