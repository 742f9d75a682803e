//! Labels every line of standard input: the smallest useful program.
//!
//! ```text
//! printf 'hello\nIBAN DE13 5001 0517 9513 7844 05\n' | cargo run -p dosimeter --example embed
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
