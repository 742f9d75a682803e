//! Rule sets of any size: a share of the built-in rules, or all of them and generated ones.
//!
//! Generated rules are made like those that the field has hundreds of: tokens with a prefix of their
//! own, tokens beside the name of a service, and numbers that a word must carry.

use std::fmt::Write as _;

use dosimeter_classifier::{Classifier, RuleSet};
use dosimeter_record::RuleId;

use crate::{Error, random::Random, tally};

/// How many built-in rules there are.
pub fn built_in() -> usize {
    RuleSet::built_in().rules().len()
}

/// A classifier with `rules` rules over text.
pub fn classifier(rules: usize) -> Result<Classifier, Error> {
    let (set, disabled) = rule_set(rules)?;
    Ok(Classifier::builder().rules(set).disable(disabled).key(tally::key()).build()?)
}

/// The rules, and those of them that are to be switched off.
pub fn rule_set(rules: usize) -> Result<(RuleSet, Vec<RuleId>), Error> {
    let mut set = RuleSet::built_in();
    let count = set.rules().len();
    let mut disabled = Vec::new();
    if rules > count {
        set.add_toml("padding.toml", &generated(rules - count))?;
    } else {
        // Every n-th stays, so that each kind of rule keeps its share.
        let stays = |index: usize| (index + 1) * rules / count > index * rules / count;
        let gone = set.rules().iter().enumerate().filter(|(index, _)| !stays(*index));
        disabled.extend(gone.map(|(_, rule)| rule.id().clone()));
    }
    Ok((set, disabled))
}

/// A rule file of `count` generated rules.
pub fn generated(count: usize) -> String {
    let mut random = Random::new(0x0D05_13E7);
    let mut file = String::new();
    for index in 0..count {
        let name = service(&mut random, index);
        let (keyword, pattern, good, bad, context) = match index % 20 {
            0..=8 => prefixed(&mut random, &name),
            9..=14 => beside(&mut random, &name),
            _ => numbered(&mut random, &name),
        };
        // Writing to a string does not fail.
        let _ = write!(
            file,
            "[[rule]]\nid = \"secrets.padding.{name}\"\ntitle = \"Token of {name}\"\n\
             label = \"secrets\"\nseverity = \"high\"\nconfidence = \"medium\"\n{keyword}\
             pattern = '''{pattern}'''\nmask = {{ keep_last = 2 }}\n{context}\
             [[rule.positive]]\ntext = '''{good}'''\nwhy = \"generated\"\n\
             [[rule.negative]]\ntext = '''{bad}'''\nwhy = \"generated\"\n"
        );
    }
    file
}

type Parts = (String, String, String, String, String);

/// `zorvex_` and so many characters.
fn prefixed(random: &mut Random, name: &str) -> Parts {
    let length = random.range(20, 48);
    let joint = random.pick(&["_", "-", "_live_", "_pat_", "-api-"]);
    (
        format!("keywords = [\"{name}{joint}\"]\n"),
        format!("\\b({name}{joint}[A-Za-z0-9]{{{length}}})\\b"),
        format!("key {name}{joint}{{{length}:A-Za-z0-9}}"),
        format!("{name}{joint}short"),
        String::new(),
    )
}

/// The name of a service, an assignment, and a token without a shape of its own.
fn beside(random: &mut Random, name: &str) -> Parts {
    let length = random.pick(&[24, 32, 40, 64]);
    let class = random.pick(&["a-f0-9", "a-z0-9", "A-Za-z0-9_-"]);
    (
        format!("keywords = [\"{name}\"]\n"),
        format!(
            "(?i:{name})[\\w .\\-]{{0,20}}[\"'\\s]{{0,3}}(?:=|:|=>)[\"'\\s]{{0,3}}([{class}]{{{length}}})\\b"
        ),
        format!("{name}_token = \"{{{length}:{}}}\"", class.replace("_-", "")),
        format!("{name} = disabled"),
        String::new(),
    )
}

/// Digits beside a word.
fn numbered(random: &mut Random, name: &str) -> Parts {
    let length = random.range(7, 13);
    (
        String::new(),
        format!("\\b([1-9]\\d{{{length}}})\\b"),
        format!("{name} number 4{{{length}:0-9}}"),
        format!("4{{{length}:0-9}}"),
        format!(
            "[rule.context]\nany = [\"{name}\", \"{name} number\"]\nwindow_chars = 60\nrequired = true\n"
        ),
    )
}

/// A name that no service has, and that nobody else has got.
fn service(random: &mut Random, index: usize) -> String {
    const HEADS: &[&str] =
        &["zor", "vex", "quil", "brax", "flum", "gryn", "plex", "tav", "wox", "jen"];
    const TAILS: &[&str] = &["ify", "ora", "ent", "ium", "ax", "ello", "ido", "us", "ling", "ory"];
    let (head, tail) = (random.pick(HEADS), random.pick(TAILS));
    let middle = ["b", "d", "g", "k", "m", "n", "r", "s", "t", "v"];
    format!("{head}{}{}{tail}", middle[index / 10 % 10], ["a", "e", "i", "o", "u"][index / 100 % 5])
        + ["", "l", "n", "r", "s", "t", "x", "z"][index / 500 % 8]
        + ["", "ra", "li", "mo", "ne", "ku", "ti", "sa", "do", "pe"][index % 10]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_as_many_rules_as_were_asked_for() {
        for rules in [100, 500, 1000, 2000] {
            let (set, disabled) = rule_set(rules).unwrap();
            assert_eq!(set.rules().len() - disabled.len(), rules);
        }
    }
}
