//! Writes all rules for engines of other languages: id, flags and pattern, separated by tabs.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
};

use dosimeter_benches::{Error, padding};

use crate::arguments::Arguments;

/// The flag of a pattern that names Unicode classes.
const UNICODE: &str = "u";

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let classifier = padding::classifier(arguments.rules()?)?;
    let mut lines = String::new();
    for rule in classifier.rules().rules() {
        // Only in the classes of Unicode is `\p` allowed, and only there is there more than ASCII.
        let pattern = rule.pattern();
        let flags = if pattern.contains("\\p{") || !pattern.is_ascii() { UNICODE } else { "-" };
        writeln!(lines, "{}\t{flags}\t{}", rule.id(), pattern.replace('\n', "\\n"))?;
    }
    Ok(io::stdout().write_all(lines.as_bytes())?)
}
