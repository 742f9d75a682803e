//! How long it takes to make a classifier, from nothing and with a user's rules.

use std::{hint::black_box, time::Duration};

use dosimeter_benches::{Error, padding, tally};
use dosimeter_classifier::{Classifier, RuleSet};

use crate::{
    arguments::Arguments,
    measure::thread_time,
    row::{Row, Rows},
};

/// User rules whose cost is measured together.
const USER_RULES: usize = 100;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let rounds = arguments.number("rounds")?.unwrap_or(15);
    let rows = Rows::new(arguments.path("out"));
    let rules = padding::built_in();
    let user = padding::generated(USER_RULES);
    let built_in = best(rounds, || Ok(Classifier::builder().key(tally::key()).build()?))?;
    let with_user = best(rounds, || {
        let mut set = RuleSet::built_in();
        set.add_toml("user.toml", &user)?;
        Ok(Classifier::builder().rules(set).key(tally::key()).build()?)
    })?;
    let first = best(rounds, || {
        let classifier = Classifier::builder().key(tally::key()).build()?;
        Ok(classifier.scan(&mut classifier.scratch(), "see you at the station").len())
    })?;
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    let each = milliseconds(with_user.saturating_sub(built_in)) / USER_RULES as f64;
    println!("built-in rules ({rules}):         {:>9.3} ms", milliseconds(built_in));
    println!("the same and one clean message: {:>9.3} ms", milliseconds(first));
    println!("one user rule in addition:      {each:>9.3} ms");
    let figures = [
        ("built-in", milliseconds(built_in)),
        ("first-verdict", milliseconds(first)),
        ("user-rule", each),
    ];
    for (subject, value) in figures {
        let row = Row {
            harness: "build",
            subject,
            engine: "builder",
            rules,
            figure: "milliseconds",
            value,
        };
        rows.add(&row)?;
    }
    Ok(())
}

fn best<T>(rounds: usize, mut work: impl FnMut() -> Result<T, Error>) -> Result<Duration, Error> {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = thread_time();
        black_box(work()?);
        best = best.min(thread_time().saturating_sub(start));
    }
    Ok(best)
}
