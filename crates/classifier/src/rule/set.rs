//! All rules of one classifier.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use dosimeter_record::{FingerprintKey, LabelSet, RuleId};

use crate::{
    Error,
    rule::{
        Combination, Rule, Strength, TableRule,
        check::{Checker, Origin},
        syntax::FileSyntax,
    },
};

/// The built-in rules without their examples, as the build script wrote them.
static BUILT_IN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.json"));

/// The built-in rule files as they are written: name and TOML.
static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// Checked rules, combinations, tables and documented values.
#[derive(Debug, Default)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) combinations: Vec<Combination>,
    pub(crate) tables: Vec<TableRule>,
    /// (kind, normalised value) → why it is no finding.
    pub(crate) allowed: BTreeMap<(String, String), Arc<str>>,
    version: String,
}

impl RuleSet {
    /// The rules that come with the crate.
    pub fn built_in() -> Self {
        let mut set = Self::default();
        // `tests/rules.rs` checks each built-in rule as strictly as a user's, and that none is missing
        // here; so there is nothing left to report at run time.
        let files: Vec<FileSyntax> = serde_json::from_slice(BUILT_IN).unwrap_or_default();
        for file in files {
            let name = file.file.clone();
            drop(set.add(file, &name, Origin::BuiltIn));
        }
        set.version = version(&[BUILT_IN]);
        set
    }

    /// The built-in rule files as they are written: name relative to `patterns/`, and TOML.
    pub fn built_in_sources() -> &'static [(&'static str, &'static str)] {
        SOURCES
    }

    /// Adds the rules of a TOML file. `file` is its name, for errors.
    ///
    /// # Errors
    ///
    /// If the file is not valid, or one of its rules has no examples, no bound on the length of a
    /// match, an unknown validator or an id that is taken.
    pub fn add_toml(&mut self, file: &str, source: &str) -> Result<(), Error> {
        let parsed: FileSyntax = toml::from_str(source)
            .map_err(|error| Error::Syntax { file: file.to_owned(), message: error.to_string() })?;
        self.add(parsed, file, Origin::User(source))?;
        self.version = version(&[self.version.as_bytes(), source.as_bytes()]);
        Ok(())
    }

    /// Which rules these are: changes whenever any of them changes.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The rules over text.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules over evidence.
    pub fn combinations(&self) -> &[Combination] {
        &self.combinations
    }

    /// The rules over tables.
    pub fn tables(&self) -> &[TableRule] {
        &self.tables
    }

    /// Keeps what serves `labels`; other rules that give evidence stay as supporting ones.
    pub(crate) fn restrict(&mut self, labels: LabelSet) {
        self.combinations.retain(|combination| combination.labels.intersects(labels));
        self.tables.retain(|table| table.labels.intersects(labels));
        self.rules.retain_mut(|rule| {
            if rule.labels.intersects(labels) {
                return true;
            }
            rule.strength = Strength::Supporting;
            !rule.evidence.is_empty()
        });
    }

    /// Removes rules by id.
    pub(crate) fn disable(&mut self, ids: &BTreeSet<RuleId>) {
        self.rules.retain(|rule| !ids.contains(&rule.id));
        self.combinations.retain(|combination| !ids.contains(&combination.id));
        self.tables.retain(|table| !ids.contains(&table.id));
    }

    fn add(&mut self, file: FileSyntax, name: &str, origin: Origin<'_>) -> Result<(), Error> {
        let checker = Checker { file: name.into(), origin };
        for rule in file.rules {
            let rule = checker.rule(rule)?;
            self.is_new(&rule.id, &checker)?;
            self.rules.push(rule);
        }
        for combination in file.combinations {
            let combination = checker.combination(combination)?;
            self.is_new(&combination.id, &checker)?;
            self.combinations.push(combination);
        }
        for table in file.tables {
            let table = checker.table(table)?;
            self.is_new(&table.id, &checker)?;
            self.tables.push(table);
        }
        for allow in file.allowed {
            let reason: Arc<str> = allow.reason.into();
            for value in allow.values {
                self.allowed.insert((allow.kind.clone(), value), Arc::clone(&reason));
            }
        }
        Ok(())
    }

    fn is_new(&self, id: &RuleId, checker: &Checker<'_>) -> Result<(), Error> {
        // The build script does not look, and 300 rules are few enough to compare.
        let taken = self.rules.iter().any(|rule| rule.id == *id)
            || self.combinations.iter().any(|combination| combination.id == *id)
            || self.tables.iter().any(|table| table.id == *id);
        if taken { Err(checker.invalid(id, "this id is taken; choose another")) } else { Ok(()) }
    }
}

/// A short name for the given sources. Not secret, so the key is fixed.
fn version(sources: &[&[u8]]) -> String {
    let joined = sources.concat();
    FingerprintKey::from_bytes([0; 32]).digest("ruleset", &joined).to_string()
}
