//! Harness A: throughput beside the speed of memory and beside simpler engines, in one process, in
//! turn, by the time of the thread.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use dosimeter_benches::{Error, corpus::Corpora, padding, tally::Gatherer};
use dosimeter_classifier::{Classifier, Rule};
use regex_automata::{
    Input, MatchKind, PatternSet, meta, nfa::thompson::WhichCaptures, util::syntax,
};

use super::{Subject, kernel, subjects};
use crate::{
    arguments::Arguments,
    measure::{Contender, memory, race, sum},
    row::{Row, Rows},
};

/// How much of a text the regex set is given at a time: it is slow. Each time it is the next part, as
/// its automaton is built while it reads, and would be at no cost for what it has read before.
const REGEX_SET_BYTES: usize = 16 << 10;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let corpora = Corpora::read()?;
    check(&corpora, arguments)?;
    let rules = arguments.rules()?;
    let rounds = arguments.number("rounds")?.unwrap_or(7);
    let engines = Engines::new(rules)?;
    let rows = Rows::new(arguments.path("out"));
    let memory = memory();
    println!(
        "{rules} rules, best of {rounds} rounds, GB/s of thread time (share of memory speed)\n"
    );
    println!(
        "{:<16}{:>9}{:>9}{:>9}{:>9}{:>11}{:>17}{:>17}",
        "", "memory", "sum", "memchr", "ac-dfa", "regex-set", "whole", "lines"
    );
    for subject in subjects(&corpora, arguments)? {
        measure(&engines, &memory, &subject, rounds, &rows)?;
    }
    Ok(())
}

/// A fast engine that finds the wrong things is not fast.
fn check(corpora: &Corpora, arguments: &Arguments) -> Result<(), Error> {
    let classifier = padding::classifier(padding::built_in())?;
    let mut scratch = classifier.scratch();
    for corpus in corpora.choose(&arguments.names()) {
        let text = corpus.checked();
        let whole = Gatherer::scan(&classifier, &mut scratch, &text, false).tally();
        if whole != corpus.expected.whole {
            return Err(format!("`{}` does not give what it must; see `check`", corpus.name).into());
        }
    }
    Ok(())
}

struct Engines {
    rules: usize,
    classifier: Classifier,
    keywords: AhoCorasick,
    regex_set: Option<meta::Regex>,
}

impl Engines {
    fn new(rules: usize) -> Result<Self, Error> {
        let classifier = padding::classifier(rules)?;
        let all = classifier.rules().rules();
        let words: Vec<&str> = all.iter().flat_map(Rule::keywords).map(|word| &**word).collect();
        let keywords = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(true)
            .build(&words)?;
        let patterns: Vec<&str> = all.iter().map(Rule::pattern).collect();
        // Patterns that name Unicode classes do not compile without; they are few.
        let plain = |unicode| syntax::Config::new().unicode(unicode).utf8(false);
        let compiles =
            |pattern: &&str| meta::Regex::builder().syntax(plain(false)).build(pattern).is_ok();
        let patterns: Vec<&str> = patterns.into_iter().filter(compiles).collect();
        let regex_set = meta::Regex::builder()
            .syntax(plain(false))
            .configure(
                meta::Config::new()
                    .match_kind(MatchKind::All)
                    // Room for where each group of each pattern stands, by state, is gigabytes.
                    .which_captures(WhichCaptures::None)
                    .utf8_empty(false)
                    .nfa_size_limit(None)
                    .hybrid_cache_capacity(64 << 20),
            )
            .build_many(&patterns)
            .ok();
        Ok(Self { rules, classifier, keywords, regex_set })
    }

    fn regex_set(&self, text: &[u8]) -> u64 {
        let Some(regex) = &self.regex_set else { return 0 };
        let mut which = PatternSet::new(regex.pattern_len());
        regex.which_overlapping_matches(&Input::new(text), &mut which);
        which.len() as u64
    }
}

fn measure(
    engines: &Engines,
    memory: &[u8],
    subject: &Subject,
    rounds: usize,
    rows: &Rows,
) -> Result<(), Error> {
    let text = subject.text.as_str();
    let bytes = text.as_bytes();
    let mut samples = bytes.chunks(REGEX_SET_BYTES).cycle();
    let classifier = &engines.classifier;
    let (mut whole, mut lines) = (classifier.scratch(), classifier.scratch());
    let mut contenders = [
        Contender::new("memory", memory.len(), || sum(memory)),
        Contender::new("sum", bytes.len(), || sum(bytes)),
        Contender::new("memchr", bytes.len(), || memchr::memchr_iter(b'@', bytes).count() as u64),
        Contender::new("ac-dfa", bytes.len(), || engines.keywords.find_iter(bytes).count() as u64),
        Contender::new("regex-set", REGEX_SET_BYTES.min(bytes.len()), || {
            samples.next().map_or(0, |sample| engines.regex_set(sample))
        }),
        Contender::new("whole", bytes.len(), || kernel::scan(classifier, &mut whole, text, false)),
        Contender::new("lines", bytes.len(), || kernel::scan(classifier, &mut lines, text, true)),
    ];
    race(&mut contenders, rounds);
    let speeds: BTreeMap<&str, f64> = contenders
        .iter()
        .map(|contender| (contender.name, contender.gigabytes_per_second()))
        .collect();
    let speed = |name: &str| speeds.get(name).copied().unwrap_or_default();
    let share = |name: &str| 100.0 * speed(name) / speed("memory");
    println!(
        "{:<16}{:>9.2}{:>9.2}{:>9.2}{:>9.3}{:>11.6}{:>9.4} ({:>4.1}%){:>9.4} ({:>4.1}%)",
        subject.name,
        speed("memory"),
        speed("sum"),
        speed("memchr"),
        speed("ac-dfa"),
        speed("regex-set"),
        speed("whole"),
        share("whole"),
        speed("lines"),
        share("lines"),
    );
    let row = |engine: &str, figure: &str, value: f64| {
        rows.add(&Row {
            harness: "ratio",
            subject: &subject.name,
            engine,
            rules: engines.rules,
            figure,
            value,
        })
    };
    for (engine, value) in &speeds {
        row(engine, "gb_per_s", *value)?;
    }
    row("whole", "memory_share_percent", share("whole"))?;
    row("lines", "memory_share_percent", share("lines"))
}
