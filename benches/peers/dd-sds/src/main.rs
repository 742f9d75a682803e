//! Datadog's scanner with our exported rules: `dd-sds RULES FILE`, line by line.
//!
//! Its standard rules are not published, so it gets ours: patterns only, without keywords, checksums
//! and context. What it does not take is left out and counted.

use std::{env, error::Error, fs};

use dd_sds::{RegexRuleConfig, RootRuleConfig, Scanner, SimpleEvent};

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = env::args().collect();
    let [_, rules, file] = words.as_slice() else { return Err("dd-sds RULES FILE".into()) };
    let rules = fs::read_to_string(rules)?;
    let taken: Vec<_> = rules
        .lines()
        .filter_map(|line| line.rsplit('\t').next())
        .map(|pattern| RootRuleConfig::new(RegexRuleConfig::new(pattern).build()))
        .filter(|rule| Scanner::builder(std::slice::from_ref(rule)).build().is_ok())
        .collect();
    let refused = rules.lines().count() - taken.len();
    let scanner = Scanner::builder(&taken).build().map_err(|_| "the rules do not fit together")?;
    let mut found = 0;
    for line in fs::read_to_string(file)?.lines() {
        let mut event = SimpleEvent::String(line.to_owned());
        found += scanner.scan(&mut event).map_or(0, |matches| matches.len());
    }
    println!("{found} matches; {refused} rules refused");
    Ok(())
}
