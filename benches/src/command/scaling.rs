//! Throughput by the number of rules: a share of the built-in ones, or generated ones in addition.

use std::collections::BTreeMap;

use dosimeter_benches::{Error, corpus::Corpora, padding};

use super::{kernel, subjects};
use crate::{
    arguments::Arguments,
    measure::{Contender, race},
    row::{Row, Rows},
};

/// The sizes of the sets: names are data for the report.
const SIZES: &[(&str, usize)] =
    &[("100", 100), ("250", 250), ("500", 500), ("1000", 1000), ("2000", 2000)];

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let rounds = arguments.number("rounds")?.unwrap_or(7);
    let rows = Rows::new(arguments.path("out"));
    let mut classifiers = Vec::new();
    for (name, rules) in SIZES {
        classifiers.push((*name, *rules, padding::classifier(*rules)?));
    }
    println!("GB/s by the number of rules, best of {rounds} rounds; loss from 100 to 1000\n");
    let heads: Vec<String> = SIZES.iter().map(|(name, _)| format!("{name:>10}")).collect();
    println!("{:<16}{}{:>10}", "", heads.concat(), "loss");
    for subject in subjects(&Corpora::read()?, arguments)? {
        let text = subject.text.as_str();
        let mut scratches: Vec<_> =
            classifiers.iter().map(|(.., classifier)| classifier.scratch()).collect();
        let mut contenders: Vec<Contender<'_>> = classifiers
            .iter()
            .zip(&mut scratches)
            .map(|((name, _, classifier), scratch)| {
                Contender::new(name, text.len(), || kernel::scan(classifier, scratch, text, false))
            })
            .collect();
        race(&mut contenders, rounds);
        let speeds: BTreeMap<&str, f64> = contenders
            .iter()
            .map(|contender| (contender.name, contender.gigabytes_per_second()))
            .collect();
        let speed = |name: &str| speeds.get(name).copied().unwrap_or_default();
        let loss = 100.0 * (1.0 - speed("1000") / speed("100"));
        let spelled: Vec<String> =
            SIZES.iter().map(|(name, _)| format!("{:>10.4}", speed(name))).collect();
        println!("{:<16}{}{loss:>9.1}%", subject.name, spelled.concat());
        for (name, rules) in SIZES {
            rows.add(&Row {
                harness: "scaling",
                subject: &subject.name,
                engine: "whole",
                rules: *rules,
                figure: "gb_per_s",
                value: speed(name),
            })?;
        }
        rows.add(&Row {
            harness: "scaling",
            subject: &subject.name,
            engine: "whole",
            rules: 1000,
            figure: "loss_from_100_percent",
            value: loss,
        })?;
    }
    Ok(())
}
