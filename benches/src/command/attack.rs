//! Adversarial texts: how slow the scan can be made, and whether twice the text takes twice the time.

use dosimeter_benches::{Error, corpus::Corpora, padding};

use super::kernel;
use crate::{
    arguments::Arguments,
    measure::{Contender, race},
    row::{Row, Rows},
};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let rules = arguments.rules()?;
    let rounds = arguments.number("rounds")?.unwrap_or(3);
    let kib = arguments.number("kib")?.unwrap_or(1024);
    let classifier = padding::classifier(rules)?;
    let rows = Rows::new(arguments.path("out"));
    let corpora = Corpora::read()?;
    let names = arguments.names();
    let names = if names.is_empty() { vec!["adversarial"] } else { names };
    println!("{rules} rules, best of {rounds} rounds, {kib} KiB; growth is the time for all of it");
    println!("over four times the time for its first quarter\n");
    println!("{:<18}{:>12}{:>10}", "", "MB/s", "growth");
    let mut worst = (String::new(), f64::INFINITY);
    for corpus in corpora.choose(&names) {
        let text = corpus.text(kib << 10);
        let quarter = text.split_at(text.floor_char_boundary(text.len() / 4)).0;
        let (mut whole, mut part) = (classifier.scratch(), classifier.scratch());
        let mut contenders = [
            Contender::new("whole", text.len(), || {
                kernel::scan(&classifier, &mut whole, &text, false)
            }),
            Contender::new("quarter", quarter.len(), || {
                kernel::scan(&classifier, &mut part, quarter, false)
            }),
        ];
        race(&mut contenders, rounds);
        let [speed, short] = contenders.map(|contender| contender.gigabytes_per_second() * 1000.0);
        println!("{:<18}{speed:>12.2}{:>10.2}", corpus.name, short / speed);
        for (figure, value) in [("mb_per_s", speed), ("growth", short / speed)] {
            rows.add(&Row {
                harness: "attack",
                subject: &corpus.name,
                engine: "whole",
                rules,
                figure,
                value,
            })?;
        }
        if speed < worst.1 {
            worst = (corpus.name.clone(), speed);
        }
    }
    println!("\nworst: {} at {:.2} MB/s", worst.0, worst.1);
    Ok(())
}
