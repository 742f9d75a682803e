//! Combinations in the form in which they are decided: classes of evidence as small numbers.

use std::borrow::Cow;

use crate::rule::{Combination, RuleSet, Scope};

/// A class of evidence: its place among all classes of a rule set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class(usize);

/// What a rule set makes of evidence. Made once for a classifier.
#[derive(Debug, Default)]
pub(crate) struct Combinations {
    /// The classes that are asked about, sorted by name: of others no piece is kept.
    names: Vec<Cow<'static, str>>,
    /// For each rule, and for each table rule: what its matches are evidence of.
    of_rules: Vec<Vec<Class>>,
    pub(super) of_tables: Vec<Vec<Class>>,
    /// What tables are evidence of.
    pub(crate) of_any_table: ClassSet,
    /// In the order of the rule set.
    pub(super) all: Vec<Compiled>,
    /// For each table rule: what speaks against it.
    pub(super) against_tables: Vec<ClassSet>,
    /// What speaks against any table rule: a table is known only at the end of its segment.
    pub(super) against_any_table: ClassSet,
    /// What serves a combination whose evidence stands close together, and what serves the last need
    /// of one, by which it is shown.
    pub(super) close: ClassSet,
    pub(super) shown: ClassSet,
    /// The widest reach of such a combination, in bytes.
    pub(super) reach_max: usize,
    /// How many bytes apart the ends of its evidence may be.
    pub(crate) extent_max: usize,
}

/// One combination.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) needs: Vec<Need>,
    /// What serves any of the needs.
    pub(super) serves: ClassSet,
    pub(super) unless: ClassSet,
    pub(super) within: Option<usize>,
    pub(super) scope: Scope,
    /// The longest piece that serves any of the needs, in bytes.
    pub(super) len_max: usize,
}

#[derive(Debug)]
pub(super) struct Need {
    pub(super) classes: ClassSet,
    pub(super) at_least: usize,
}

/// A set of classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClassSet {
    words: Vec<u64>,
}

impl Combinations {
    pub(crate) fn new(rules: &RuleSet) -> Self {
        let mut names: Vec<Cow<'static, str>> = Vec::new();
        for combination in &rules.combinations {
            let needed = combination.all.iter().flat_map(|need| need.classes.iter());
            names.extend(needed.chain(combination.unless.iter()).cloned());
        }
        names.extend(rules.tables.iter().flat_map(|table| table.unless.iter()).cloned());
        names.sort_unstable();
        names.dedup();
        let mut compiled = Self { names, ..Self::default() };
        compiled.of_rules = rules.rules.iter().map(|rule| compiled.list(&rule.evidence)).collect();
        compiled.of_tables =
            rules.tables.iter().map(|rule| compiled.list(&rule.evidence)).collect();
        compiled.of_any_table = compiled.of_tables.iter().flatten().copied().collect();
        let lens: Vec<usize> = rules.rules.iter().map(|rule| rule.len_max).collect();
        compiled.all =
            rules.combinations.iter().map(|rule| compiled.compile(rule, &lens)).collect();
        compiled.against_tables =
            rules.tables.iter().map(|rule| compiled.set(&rule.unless)).collect();
        for against in &compiled.against_tables {
            compiled.against_any_table.add(against);
        }
        for combination in &compiled.all {
            let Some(reach) = combination.within else { continue };
            compiled.reach_max = compiled.reach_max.max(reach);
            let extent = reach.saturating_add(combination.len_max.saturating_mul(2));
            compiled.extent_max = compiled.extent_max.max(extent);
            compiled.close.add(&combination.serves);
            if let Some(last) = combination.needs.last() {
                compiled.shown.add(&last.classes);
            }
        }
        compiled
    }

    /// What a match of rule `index` is evidence of.
    pub(crate) fn of_rule(&self, index: usize) -> &[Class] {
        self.of_rules.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn class(&self, name: &str) -> Option<Class> {
        self.names.binary_search_by(|known| known.as_ref().cmp(name)).ok().map(Class)
    }

    pub(super) fn name(&self, class: Class) -> Cow<'static, str> {
        self.names.get(class.0).cloned().unwrap_or_default()
    }

    pub(super) fn class_count(&self) -> usize {
        self.names.len()
    }

    fn compile(&self, written: &Combination, lens: &[usize]) -> Compiled {
        let needs: Vec<Need> = written
            .all
            .iter()
            .map(|need| Need { classes: self.set(&need.classes), at_least: need.at_least })
            .collect();
        let mut serves = ClassSet::default();
        for need in &needs {
            serves.add(&need.classes);
        }
        let unless = self.set(&written.unless);
        let serving = self
            .of_rules
            .iter()
            .zip(lens)
            .filter(|(of_rule, _)| of_rule.iter().any(|&class| serves.contains(class)));
        let len_max = serving.map(|(_, &len)| len).max().unwrap_or(0);
        let (within, scope) = (written.within_chars, written.scope);
        Compiled { needs, serves, unless, within, scope, len_max }
    }

    fn list(&self, names: &[Cow<'static, str>]) -> Vec<Class> {
        names.iter().filter_map(|name| self.class(name)).collect()
    }

    fn set(&self, names: &[Cow<'static, str>]) -> ClassSet {
        self.list(names).into_iter().collect()
    }
}

impl FromIterator<Class> for ClassSet {
    fn from_iter<I: IntoIterator<Item = Class>>(classes: I) -> Self {
        let mut set = Self::default();
        classes.into_iter().for_each(|class| set.insert(class));
        set
    }
}

impl Class {
    pub(super) fn index(self) -> usize {
        self.0
    }
}

impl ClassSet {
    pub(super) fn insert(&mut self, Class(class): Class) {
        let (word, bit) = (class / 64, class % 64);
        if self.words.len() <= word {
            self.words.resize(word.saturating_add(1), 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    pub(super) fn contains(&self, Class(class): Class) -> bool {
        self.words.get(class / 64).is_some_and(|word| word & (1 << (class % 64)) != 0)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Class> {
        let words = self.words.iter().enumerate();
        words.flat_map(|(index, &word)| {
            let bits = (0..64).filter(move |bit| word >> bit & 1 == 1);
            bits.map(move |bit| Class(index.saturating_mul(64).saturating_add(bit)))
        })
    }

    pub(super) fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(left, right)| left & right != 0)
    }

    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(to, from)| *to |= from);
    }
}
