//! Labels every line of standard input: the smallest useful program.
//!
//! ```text
//! printf 'hello\nIBAN DE89 3704 0044 0532 0130 00\n' | cargo run -p dosimeter --example embed
//! ```
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::{error::Error, io};

use dosimeter::{Classifier, Confidence, Label};

fn main() -> Result<(), Box<dyn Error>> {
    let classifier = Classifier::builder()
        .labels([Label::Payment, Label::Secrets, Label::Pii])
        .min_confidence(Confidence::Medium)
        .build()?;
    let mut scratch = classifier.scratch();
    for (number, line) in (1..).zip(io::stdin().lines()) {
        for finding in classifier.scan(&mut scratch, &line?) {
            println!("{number}: {} {}", finding.rule(), finding.redacted());
        }
    }
    Ok(())
}
