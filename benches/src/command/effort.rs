//! `bench effort`: which rules are tried how often.

use dosimeter_benches::{Error, corpus::Corpora, padding};
use dosimeter_classifier::Effort;

use crate::{arguments::Arguments, command::subjects};

/// Prints the rules that are tried most often, by mebibyte of text.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let classifier = padding::classifier(arguments.rules()?)?;
    let mut scratch = classifier.scratch();
    for subject in subjects(&Corpora::read()?, arguments)? {
        #[expect(clippy::cast_precision_loss, reason = "for people to read")]
        let per_mib = |count: u64| count as f64 / (subject.text.len() as f64 / 1_048_576.0);
        let efforts = classifier.effort(&mut scratch, &subject.text);
        let total = |of: fn(&Effort) -> u64| efforts.iter().map(of).sum();
        println!(
            "{}: {:.0} candidates and {:.0} starts for each MiB",
            subject.name,
            per_mib(total(Effort::candidates)),
            per_mib(total(Effort::starts)),
        );
        for effort in efforts.iter().take(arguments.number("top")?.unwrap_or(20)) {
            println!(
                "{:>9.0} {:>9.0}  {}",
                per_mib(effort.candidates()),
                per_mib(effort.starts()),
                effort.rule()
            );
        }
    }
    Ok(())
}
