//! Many short texts through `Scanner::scan_many`.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use dosimeter::Scanner;
use dosimeter_benches::{Error, corpus::Corpora, padding};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::subjects;
use crate::{
    arguments::Arguments,
    measure::thread_time,
    row::{Row, Rows},
};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let rules = arguments.rules()?;
    let rounds = arguments.number("rounds")?.unwrap_or(7);
    let count = arguments.number("threads")?.unwrap_or(2);
    let scanner = Scanner::new(padding::classifier(rules)?);
    let (single, many) = (pool(1)?, pool(count)?);
    let rows = Rows::new(arguments.path("out"));
    println!(
        "{rules} rules, each line a text; speed-up of {count} threads by the clock on the wall,"
    );
    println!("and by the core: the time of one thread over that of the busiest of {count}\n");
    println!(
        "{:<16}{:>10}{:>14}{:>14}{:>14}",
        "", "texts", "1, texts/s", "by the wall", "by the core"
    );
    for subject in subjects(&Corpora::read()?, arguments)? {
        let texts: Vec<&str> = subject.text.lines().collect();
        let (mut one, mut all) = (Run::default(), Run::default());
        for round in 0..=rounds {
            let runs = (scan(&scanner, &texts, &single), scan(&scanner, &texts, &many));
            if round > 0 {
                one.keep_best(runs.0);
                all.keep_best(runs.1);
            }
        }
        let by_wall = one.wall.as_secs_f64() / all.wall.as_secs_f64();
        let by_core = one.busiest.as_secs_f64() / all.busiest.as_secs_f64();
        let per_second = texts.len() as f64 / one.busiest.as_secs_f64();
        println!(
            "{:<16}{:>10}{per_second:>14.0}{by_wall:>14.2}{by_core:>14.2}",
            subject.name,
            texts.len()
        );
        for (figure, value) in [("speed_up_wall", by_wall), ("speed_up_core", by_core)] {
            let engine = "scan_many";
            let row =
                Row { harness: "batch", subject: &subject.name, engine, rules, figure, value };
            rows.add(&row)?;
        }
    }
    Ok(())
}

/// How long it took by the wall, and how long the busiest thread was on a core.
#[derive(Clone, Copy)]
struct Run {
    wall: Duration,
    busiest: Duration,
}

impl Default for Run {
    fn default() -> Self {
        Self { wall: Duration::MAX, busiest: Duration::MAX }
    }
}

impl Run {
    fn keep_best(&mut self, other: Self) {
        self.wall = self.wall.min(other.wall);
        self.busiest = self.busiest.min(other.busiest);
    }
}

fn pool(threads: usize) -> Result<ThreadPool, Error> {
    Ok(ThreadPoolBuilder::new().num_threads(threads).build()?)
}

fn scan(scanner: &Scanner, texts: &[&str], pool: &ThreadPool) -> Run {
    let before = pool.broadcast(|_| thread_time());
    let start = Instant::now();
    pool.install(|| black_box(scanner.scan_many(texts)));
    let wall = start.elapsed();
    let after = pool.broadcast(|_| thread_time());
    let spent = after.iter().zip(&before).map(|(after, before)| after.saturating_sub(*before));
    Run { wall, busiest: spent.max().unwrap_or_default() }
}
