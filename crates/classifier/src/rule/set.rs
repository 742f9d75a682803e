//! All rules of one classifier.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use dosimeter_record::{FingerprintKey, LabelSet, RuleId};

use crate::{
    Error,
    rule::{
        Allowed, Combination, Pattern, Rule, Strength, TableRule,
        anchor::Anchor,
        built_in::{ANCHORS, BUILT_IN, FileData, SOURCES},
        check::Checker,
        data::{AllowedValue, RuleData, Text},
        packed::Packed,
        syntax::FileSyntax,
    },
    validator,
};

/// Checked rules, combinations, tables and documented values.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    pub(crate) rules: Vec<Rule>,
    pub(crate) combinations: Vec<Combination>,
    pub(crate) tables: Vec<TableRule>,
    /// What is no finding.
    pub(crate) allowed: Allowed,
    /// Exclusions of a user, each with its last day; in force once somebody says what day it is.
    pub(super) until: Vec<(String, AllowedValue)>,
    version: String,
}

impl RuleSet {
    /// The rules that come with the crate.
    pub fn built_in() -> Self {
        let mut set = Self {
            allowed: Allowed::sorted(BUILT_IN.allowed),
            version: BUILT_IN.version.to_owned(),
            ..Self::default()
        };
        set.rules.reserve_exact(BUILT_IN.files.iter().map(|file| file.rules.len()).sum());
        let mut anchors = ANCHORS;
        BUILT_IN.files.iter().for_each(|file| set.add_built_in(file, &mut anchors));
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
        self.add(parsed, &Checker { file: file.into(), source })?;
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

    /// What a rule of any kind finds, for people. O(rules).
    pub fn title(&self, id: &str) -> Option<&str> {
        let rules = self.rules.iter().map(|rule| (rule.id(), rule.title()));
        let combinations = self.combinations.iter().map(|rule| (rule.id(), rule.title()));
        let tables = self.tables.iter().map(|rule| (rule.id(), rule.title()));
        let mut all = rules.chain(combinations).chain(tables);
        all.find(|(of, _)| of.as_str() == id).map(|(_, title)| title)
    }

    /// Keeps what serves `labels`; of the other rules those stay, as supporting ones, whose evidence is
    /// asked for by what is kept.
    pub(crate) fn restrict(&mut self, labels: LabelSet) {
        self.combinations.retain(|combination| combination.labels.intersects(labels));
        self.tables.retain(|table| table.labels.intersects(labels));
        let asked = self.evidence_asked_for(labels);
        self.rules.retain_mut(|rule| {
            if rule.labels.intersects(labels) {
                return true;
            }
            rule.strength = Strength::Supporting;
            rule.gives(&asked)
        });
    }

    /// The classes of evidence that combinations and tables ask for, and then those beside which rules
    /// are tried that are kept.
    fn evidence_asked_for(&self, labels: LabelSet) -> BTreeSet<Text> {
        let needed = self.combinations.iter().flat_map(|combination| {
            let needed = combination.all.iter().flat_map(|need| need.classes.iter());
            needed.chain(combination.unless.iter())
        });
        let against = self.tables.iter().flat_map(|table| table.unless.iter());
        let mut asked: BTreeSet<Text> = needed.chain(against).cloned().collect();
        // What is tried beside other evidence is no anchor itself, so this ends here.
        let kept = |rule: &&Rule| rule.labels.intersects(labels) || rule.gives(&asked);
        let beside = self.rules.iter().filter(kept).filter_map(|rule| rule.beside.as_ref());
        let beside: Vec<Text> = beside.flat_map(|beside| beside.classes.iter().cloned()).collect();
        asked.extend(beside);
        asked
    }

    /// Removes rules by id.
    pub(crate) fn disable(&mut self, ids: &BTreeSet<RuleId>) {
        self.rules.retain(|rule| !ids.contains(&rule.id));
        self.combinations.retain(|combination| !ids.contains(&combination.id));
        self.tables.retain(|table| !ids.contains(&table.id));
    }

    fn add_built_in(&mut self, file: &FileData, anchors: &mut Packed) {
        let name: Arc<str> = file.name.into();
        let rules = file.rules.iter();
        self.rules.extend(rules.filter_map(|rule| built_in(rule, &name, anchors.next_rule()?)));
        self.combinations.extend(file.combinations.iter().filter_map(|combination| {
            let id = RuleId::new(&combination.id).ok()?;
            Some(Combination::new(id, &name, combination.clone()))
        }));
        self.tables.extend(file.tables.iter().filter_map(|table| {
            let id = RuleId::new(&table.id).ok()?;
            Some(TableRule::new(id, &name, table.clone()))
        }));
    }

    fn add(&mut self, file: FileSyntax, checker: &Checker<'_>) -> Result<(), Error> {
        let mut taken: HashSet<RuleId> = self.ids().cloned().collect();
        let mut is_new = |id: &RuleId| {
            let new = taken.insert(id.clone());
            if new { Ok(()) } else { Err(checker.invalid(id, "this id is taken; choose another")) }
        };
        for rule in file.rules {
            let rule = checker.rule(rule)?;
            is_new(&rule.id)?;
            self.rules.push(rule);
        }
        for combination in file.combinations {
            let combination = checker.combination(combination)?;
            is_new(&combination.id)?;
            self.combinations.push(combination);
        }
        for table in file.tables {
            let table = checker.table(table)?;
            is_new(&table.id)?;
            self.tables.push(table);
        }
        for allowed in file.allowed {
            self.exclude(allowed, checker)?;
        }
        file.overrides.into_iter().try_for_each(|wanted| self.change(wanted, checker))
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &RuleId> {
        let rules = self.rules.iter().map(|rule| &rule.id);
        let combinations = self.combinations.iter().map(|combination| &combination.id);
        rules.chain(combinations).chain(self.tables.iter().map(|table| &table.id))
    }
}

/// A built-in rule; never `None`, since the build script read its id.
fn built_in(data: &RuleData, file: &Arc<str>, anchors: Vec<Anchor>) -> Option<Rule> {
    let id = RuleId::new(&data.id).ok()?;
    let pattern = Pattern::trusted(data.pattern.to_string(), data.unicode);
    let validators = data.validators.iter().filter_map(|name| validator::by_name(name)).collect();
    let data = RuleData { anchors: anchors.into(), ..data.clone() };
    Some(Rule::new(id, file, data, pattern, validators))
}

/// A short name for the given sources. Not secret, so the key is fixed.
fn version(sources: &[&[u8]]) -> String {
    let joined = sources.concat();
    FingerprintKey::from_bytes([0; 32]).digest("ruleset", &joined).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All that a rule says, without what is made of its pattern at first use.
    fn said(rule: &Rule) -> String {
        let names = (&rule.id, &rule.file, &rule.title, &rule.labels, &rule.kind);
        let weight = (rule.severity, rule.confidence, rule.strength, &rule.mask, &rule.evidence);
        let pattern = (&rule.keywords, rule.pattern.source(), &rule.anchors, &rule.validators);
        format!("{names:?} {weight:?} {pattern:?} {:?} {:?}", rule.context, rule.references)
    }

    #[test]
    fn the_built_in_set_says_what_the_sources_say() {
        let built_in = RuleSet::built_in();
        let mut checked = RuleSet::default();
        for (file, source) in RuleSet::built_in_sources() {
            checked.add_toml(file, source).unwrap();
        }
        assert_eq!(built_in.rules.len(), checked.rules.len());
        for (built_in, checked) in built_in.rules.iter().zip(&checked.rules) {
            assert_eq!(said(built_in), said(checked));
        }
        let rest = |set: &RuleSet| format!("{:?}", (&set.combinations, &set.tables, &set.allowed));
        assert_eq!(rest(&built_in), rest(&checked));
    }
}
