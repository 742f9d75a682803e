//! One clean message at a time, warm: what a chat sees.

use std::hint::black_box;

use dosimeter_benches::{Error, corpus::Corpora, padding};

use crate::{
    arguments::Arguments,
    measure::{Contender, race},
    row::{Row, Rows},
};

/// The lengths of messages, in bytes.
const LENGTHS: &[usize] = &[64, 256, 1024, 4096, 16384, 65536];
/// How many bytes of messages are read in turn: different ones, so that no branch is learned by
/// heart, and few enough for the second cache.
const WORKING_SET: usize = 256 << 10;
/// How often they are read in one round.
const PASSES: usize = 4;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let rules = arguments.rules()?;
    let rounds = arguments.number("rounds")?.unwrap_or(15);
    let classifier = padding::classifier(rules)?;
    let rows = Rows::new(arguments.path("out"));
    let corpora = Corpora::read()?;
    let names = arguments.names();
    let names = if names.is_empty() { vec!["clean"] } else { names };
    println!("{rules} rules, best of {rounds} rounds, one message after the other\n");
    for corpus in corpora.choose(&names) {
        let text = corpus.text(WORKING_SET);
        for &length in LENGTHS {
            let messages = cut(&text, length);
            let mut scratch = classifier.scratch();
            let bytes = PASSES * messages.iter().map(|message| message.len()).sum::<usize>();
            let work = || {
                let mut found = 0;
                for message in std::iter::repeat_n(&messages, PASSES).flatten() {
                    found += black_box(classifier.scan(&mut scratch, message)).len();
                }
                found as u64
            };
            let mut contenders = [Contender::new("message", bytes, work)];
            race(&mut contenders, rounds);
            let [contender] = contenders;
            let speed = contender.gigabytes_per_second();
            let nanoseconds = bytes as f64 / speed / (PASSES * messages.len()) as f64;
            println!(
                "{:<10}{length:>6} bytes {nanoseconds:>10.0} ns  {speed:>8.4} GB/s",
                corpus.name
            );
            rows.add(&Row {
                harness: "latency",
                subject: &format!("{}-{length}", corpus.name),
                engine: "message",
                rules,
                figure: "nanoseconds",
                value: nanoseconds,
            })?;
        }
    }
    Ok(())
}

/// Cuts `text` into messages of about `length` bytes.
fn cut(text: &str, length: usize) -> Vec<&str> {
    let mut messages = Vec::new();
    let mut rest = text;
    while rest.len() >= length {
        let (message, after) = rest.split_at(rest.floor_char_boundary(length));
        messages.push(message);
        rest = after;
    }
    messages
}
