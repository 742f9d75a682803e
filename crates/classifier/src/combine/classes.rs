//! Combinations in the form in which they are decided: classes of evidence as small numbers.

use std::{borrow::Cow, collections::BTreeSet};

use crate::{
    bits,
    rule::{Combination, RuleSet, Scope},
};

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
    /// What needs ask for, each once.
    pub(super) kinds: Vec<ClassSet>,
    /// For each rule: the kinds of needs that its matches serve, as places in `kinds`.
    kinds_of_rules: Vec<Vec<usize>>,
    /// The same for what tables are evidence of.
    pub(super) kinds_of_tables: Vec<usize>,
    /// For each class: the kinds of needs that it serves.
    kinds_of_classes: Vec<Vec<usize>>,
    /// In the order of the rule set.
    pub(super) all: Vec<Compiled>,
    /// For each kind of needs: the combinations that have such a need, as places in `all`.
    pub(super) asking: Vec<Vec<usize>>,
    /// The combinations that a conversation decides, and those whose evidence may stand anywhere.
    pub(super) of_conversations: Vec<usize>,
    pub(super) far: Vec<usize>,
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
    /// How many kinds of needs these are.
    pub(super) kind_count: usize,
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
    /// Its place among the kinds of needs.
    pub(super) kind: usize,
    pub(super) at_least: usize,
}

/// A set of classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
        let lens: Vec<usize> = rules.rules.iter().map(|rule| rule.len_max).collect();
        for rule in &rules.combinations {
            let rule = compiled.compile(rule, &lens);
            compiled.all.push(rule);
        }
        let places_where = |holds: &dyn Fn(&Compiled) -> bool| -> Vec<usize> {
            let all = compiled.all.iter().enumerate();
            all.filter(|(_, rule)| holds(rule)).map(|(place, _)| place).collect()
        };
        let far = places_where(&|rule| rule.within.is_none());
        let of_conversations = places_where(&|rule| rule.scope == Scope::Conversation);
        let asking = |kind| places_where(&|rule| rule.needs.iter().any(|need| need.kind == kind));
        let asking = (0..compiled.kinds.len()).map(asking).collect();
        (compiled.asking, compiled.far, compiled.of_conversations) =
            (asking, far, of_conversations);
        compiled.kinds_of_rules =
            compiled.of_rules.iter().map(|classes| compiled.serving(classes)).collect();
        let classes = (0..compiled.names.len()).map(Class);
        compiled.kinds_of_classes = classes.map(|class| compiled.serving(&[class])).collect();
        let of_any_table: Vec<Class> = compiled.of_tables.iter().flatten().copied().collect();
        compiled.kinds_of_tables = compiled.serving(&of_any_table);
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

    /// The kinds of needs that matches of rule `index` serve.
    pub(crate) fn kinds_of_rule(&self, index: usize) -> &[usize] {
        self.kinds_of_rules.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    /// The combinations that matches of rule `index` serve, as their places in the rule set.
    pub(crate) fn asking_for(&self, index: usize) -> impl Iterator<Item = usize> {
        let classes = self.of_rule(index);
        let asks = |rule: &Compiled| classes.iter().any(|&class| rule.serves.contains(class));
        self.all.iter().enumerate().filter(move |(_, rule)| asks(rule)).map(|(place, _)| place)
    }

    /// The kinds of needs that a class serves.
    pub(super) fn kinds_of_class(&self, Class(class): Class) -> &[usize] {
        self.kinds_of_classes.get(class).map(Vec::as_slice).unwrap_or_default()
    }

    /// The kinds of needs that some classes serve.
    fn serving(&self, classes: &[Class]) -> Vec<usize> {
        let serves = |kind: &ClassSet| classes.iter().any(|&class| kind.contains(class));
        let kinds = self.kinds.iter().enumerate();
        kinds.filter(|(_, kind)| serves(kind)).map(|(place, _)| place).collect()
    }

    pub(super) fn class(&self, name: &str) -> Option<Class> {
        self.names.binary_search_by(|known| known.as_ref().cmp(name)).ok().map(Class)
    }

    pub(super) fn name(&self, class: Class) -> Cow<'static, str> {
        self.names.get(class.0).cloned().unwrap_or_default()
    }

    fn compile(&mut self, written: &Combination, lens: &[usize]) -> Compiled {
        let needs: Vec<Need> = written
            .all
            .iter()
            .map(|need| {
                let classes = self.set(&need.classes);
                Need { kind: self.kind(&classes), classes, at_least: need.at_least }
            })
            .collect();
        let mut serves = ClassSet::default();
        for need in &needs {
            serves.add(&need.classes);
        }
        let kind_count = needs.iter().map(|need| need.kind).collect::<BTreeSet<_>>().len();
        let unless = self.set(&written.unless);
        let serving = self
            .of_rules
            .iter()
            .zip(lens)
            .filter(|(of_rule, _)| of_rule.iter().any(|&class| serves.contains(class)));
        let len_max = serving.map(|(_, &len)| len).max().unwrap_or(0);
        let (within, scope) = (written.within_chars, written.scope);
        Compiled { needs, kind_count, serves, unless, within, scope, len_max }
    }

    /// The place of a kind of need, which is added if it is new.
    fn kind(&mut self, classes: &ClassSet) -> usize {
        let known = self.kinds.iter().position(|kind| kind == classes);
        known.unwrap_or_else(|| {
            self.kinds.push(classes.clone());
            self.kinds.len().saturating_sub(1)
        })
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

impl ClassSet {
    pub(super) fn insert(&mut self, Class(class): Class) {
        bits::set(&mut self.words, class);
    }

    pub(super) fn contains(&self, Class(class): Class) -> bool {
        self.words.get(class / 64).is_some_and(|word| word & (1 << (class % 64)) != 0)
    }

    pub(super) fn intersects(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(left, right)| left & right != 0)
    }

    pub(super) fn clear(&mut self) {
        self.words.fill(0);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Class> {
        bits::ones(&self.words).map(Class)
    }

    pub(crate) fn add(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        self.words.iter_mut().zip(&other.words).for_each(|(to, from)| *to |= from);
    }
}
