//! The corpora as data.

use std::{fs, path::PathBuf};

use dosimeter_classifier::{Rule, RuleSet};
use serde::Deserialize;

use crate::{
    Error,
    recipe::{Ingredients, Recipe},
    tally::Expected,
};

/// `corpora.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpora {
    /// The texts, in the order of the report.
    pub corpus: Vec<Corpus>,
}

/// One text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// What it is called in results.
    pub name: String,
    /// What it stands for.
    pub about: String,
    /// How it is written.
    pub recipe: Recipe,
    /// Where chance begins.
    pub seed: u64,
    /// How much of it is timed.
    pub timed_mib: usize,
    /// How much of it is compared with what must be found.
    pub checked_kib: usize,
    /// How many of a thousand messages carry a value that is to be found.
    #[serde(default)]
    pub sensitive_per_mille: usize,
    /// Which adversarial text.
    #[serde(default)]
    pub attack: String,
    /// What must be found in its beginning.
    #[serde(default)]
    pub expected: Expected,
}

impl Corpora {
    /// Reads the definitions that stand beside this crate.
    pub fn read() -> Result<Self, Error> {
        Ok(toml::from_str(&fs::read_to_string(path())?)?)
    }

    /// The corpora with one of `names`; those that are not attacks, if there are none.
    pub fn choose<'c>(&'c self, names: &[&str]) -> Vec<&'c Corpus> {
        let chosen = |corpus: &&Corpus| match names {
            [] => corpus.recipe != Recipe::Adversarial,
            ["adversarial"] => corpus.recipe == Recipe::Adversarial,
            ["everything"] => true,
            names => names.contains(&corpus.name.as_str()),
        };
        self.corpus.iter().filter(chosen).collect()
    }
}

impl Corpus {
    /// Writes so many bytes of it.
    pub fn text(&self, bytes: usize) -> String {
        let rules = RuleSet::built_in();
        let words = rules.rules().iter().flat_map(Rule::keywords);
        let mut keywords: Vec<String> = words.map(ToString::to_string).collect();
        keywords.sort();
        keywords.dedup();
        let ingredients = Ingredients {
            sensitive_per_mille: self.sensitive_per_mille,
            attack: &self.attack,
            keywords: &keywords,
        };
        self.recipe.write(self.seed, bytes, &ingredients)
    }

    /// The beginning that is compared with what must be found.
    pub fn checked(&self) -> String {
        self.text(self.checked_kib << 10)
    }

    /// Whether it is messages, one per line.
    pub fn has_messages(&self) -> bool {
        matches!(self.recipe, Recipe::Prose | Recipe::Languages | Recipe::Json | Recipe::Logs)
    }
}

/// Where the definitions stand.
pub fn path() -> PathBuf {
    home().join("corpora.toml")
}

/// The directory of this crate.
pub fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_text_is_the_beginning_of_a_longer_one() {
        for corpus in Corpora::read().unwrap().choose(&["everything"]) {
            // Half of the brackets open and half of them close, however many there are.
            if corpus.attack == "deep-brackets" {
                continue;
            }
            let (short, long) = (corpus.text(3000), corpus.text(9000));
            assert!(long.starts_with(&short), "{}", corpus.name);
            assert!(!short.is_empty() && long.len() > 6000, "{}", corpus.name);
        }
    }

    #[test]
    fn every_corpus_says_what_must_be_found() {
        for corpus in Corpora::read().unwrap().choose(&["everything"]) {
            assert_eq!(corpus.expected.whole.digest.len(), 16, "{}", corpus.name);
        }
    }
}
