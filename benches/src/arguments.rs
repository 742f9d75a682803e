//! The words after a command: names, `--flag`, `--option value`.

use std::{collections::BTreeMap, path::PathBuf};

use dosimeter_benches::{Error, padding};

/// Options that take no value.
const FLAGS: &[&str] = &["bless", "lines"];

/// What was typed.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) names: Vec<String>,
    options: BTreeMap<String, String>,
}

impl Arguments {
    pub(crate) fn parse(words: &[String]) -> Result<Self, Error> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix("--") else {
                arguments.names.push(word.clone());
                continue;
            };
            let value =
                if FLAGS.contains(&option) { Some(String::new()) } else { words.next().cloned() };
            let value = value.ok_or_else(|| format!("--{option} needs a value"))?;
            arguments.options.insert(option.to_owned(), value);
        }
        Ok(arguments)
    }

    /// The same with another option.
    pub(crate) fn with(&self, option: &str, value: &str) -> Self {
        let mut other = Self { names: self.names.clone(), options: self.options.clone() };
        other.options.insert(option.to_owned(), value.to_owned());
        other
    }

    /// The same with an option that was not given.
    pub(crate) fn with_default(self, option: &str, value: &str) -> Self {
        if self.has(option) { self } else { self.with(option, value) }
    }

    /// The options as they were typed.
    pub(crate) fn spelled(&self) -> String {
        let options: Vec<String> = self
            .options
            .iter()
            .map(|(option, value)| format!("--{option} {value}").trim_end().to_owned())
            .collect();
        options.join(" ")
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    pub(crate) fn first(&self, what: &str) -> Result<&str, Error> {
        Ok(self.names.first().ok_or_else(|| format!("{what} is missing"))?)
    }

    pub(crate) fn has(&self, flag: &str) -> bool {
        self.options.contains_key(flag)
    }

    pub(crate) fn number(&self, option: &str) -> Result<Option<usize>, Error> {
        let number = self.options.get(option).map(|value| value.parse());
        number.transpose().map_err(|_| format!("--{option} needs a number").into())
    }

    pub(crate) fn path(&self, option: &str) -> Option<PathBuf> {
        self.options.get(option).map(PathBuf::from)
    }

    /// The number of rules; the built-in ones, which is what users have, unless it says otherwise.
    pub(crate) fn rules(&self) -> Result<usize, Error> {
        Ok(self.number("rules")?.unwrap_or_else(padding::built_in))
    }
}
