//! What decides the outcome of each rule, in short: so that two rule sets can be compared when only
//! one of them is at hand.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Debug},
};

use dosimeter_record::{FingerprintKey, Label, Reach, RuleId, RuleMark};
use serde::{Deserialize, Serialize};

use crate::{
    Classifier, RuleSet,
    rule::{Combination, Rule, TableRule},
};

/// A rule set as digests, to be kept and compared with a later one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// In the order of the rule set, by which ties are decided.
    rules: Vec<Entry>,
    /// Documented values.
    allowed: String,
    /// The rules that mask what is shown, if there are others than these.
    masks: String,
}

/// One rule of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    id: RuleId,
    part: Part,
    /// Digest of what decides whether it matches.
    finds: String,
    /// Digest of what is made of a match.
    weighs: String,
}

/// What else hangs on a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// Nothing.
    Alone,
    /// Combinations, and what is looked for on their account.
    Serves,
    /// It is itself looked for on their account only.
    Beside,
}

/// How a rule set differs from an earlier one, in numbers of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChanges {
    /// Are new.
    pub added: u64,
    /// Match something else.
    pub changed: u64,
    /// Are gone.
    pub removed: u64,
    /// Match the same, and make something else of it.
    pub reweighed: u64,
    /// Whether ties are decided in another order.
    pub reordered: bool,
    /// Whether other values are documented as harmless.
    pub allowed: bool,
    /// Whether something else is masked in what is shown.
    pub masks: bool,
}

impl Classifier {
    /// What decides the outcome of a scan, apart from the program and its settings.
    pub fn manifest(&self) -> Manifest {
        let mut manifest = self.engine.rules.manifest();
        if let Some(whole) = &self.engine.whole {
            manifest.masks = digest(&whole.rules.manifest());
        }
        manifest
    }
}

impl RuleSet {
    /// What decides the outcome of each rule. Titles and references do not: they are looked up when
    /// something is shown.
    pub fn manifest(&self) -> Manifest {
        let rules = self.rules.iter().map(Entry::of_rule);
        let combinations = self.combinations.iter().map(Entry::of_combination);
        let tables = self.tables.iter().map(Entry::of_table);
        Manifest {
            rules: rules.chain(combinations).chain(tables).collect(),
            allowed: digest(&self.allowed),
            masks: String::new(),
        }
    }
}

impl Manifest {
    /// How these rules differ from those of `before`, and which verdicts of those can be others under
    /// these. The same program is assumed: patterns mean what they meant.
    ///
    /// A rule matches by itself, so that where it took no part, nothing hangs on its weight or on
    /// whether it exists. Rules that serve combinations also decide where other evidence is looked for:
    /// where any of that took part, it is looked again.
    pub fn since(&self, before: &Self) -> (RuleChanges, Reach) {
        let now: BTreeMap<&RuleId, &Entry> = by_id(&self.rules);
        let was: BTreeMap<&RuleId, &Entry> = by_id(&before.rules);
        let (allowed, masks) = (self.allowed != before.allowed, self.masks != before.masks);
        let mut changes = RuleChanges { allowed, masks, ..<_>::default() };
        let mut marks = BTreeSet::new();
        let mut serves = false;
        let count = |count: &mut u64| *count = count.saturating_add(1);
        for entry in &before.rules {
            let after = now.get(&entry.id);
            match after {
                None => count(&mut changes.removed),
                Some(after) if !after.finds_like(entry) => count(&mut changes.changed),
                Some(after) if after.weighs != entry.weighs => count(&mut changes.reweighed),
                Some(_) => continue,
            }
            marks.insert(RuleMark::of(entry.id.as_str()));
            serves |= entry.part != Part::Alone || after.is_some_and(|now| now.part != Part::Alone);
        }
        let added = self.rules.iter().filter(|entry| !was.contains_key(&entry.id)).count();
        changes.added = added as u64;
        if serves {
            let beside = before.rules.iter().filter(|entry| entry.part == Part::Beside);
            marks.extend(beside.map(|entry| RuleMark::of(entry.id.as_str())));
        }
        let kept = before.rules.iter().map(|entry| &entry.id).filter(|id| now.contains_key(id));
        let still = self.rules.iter().map(|entry| &entry.id).filter(|id| was.contains_key(id));
        changes.reordered = !kept.eq(still);
        let reach = if changes.added > 0 || changes.changed > 0 {
            Reach::Read
        } else if changes.reordered || changes.allowed || changes.masks {
            Reach::AnyInvolved
        } else if marks.is_empty() {
            Reach::Nothing
        } else {
            Reach::Involving(marks)
        };
        (changes, reach)
    }
}

fn by_id(rules: &[Entry]) -> BTreeMap<&RuleId, &Entry> {
    rules.iter().map(|entry| (&entry.id, entry)).collect()
}

impl Entry {
    fn of_rule(rule: &Rule) -> Self {
        // Everything is named, so that a new field is decided about here.
        #[rustfmt::skip]
        let Rule {
            id, labels, severity, confidence, strength, keywords, pattern, len_max, validators, mask,
            kind, evidence, context, beside,
            // Words for people, and what follows from the pattern.
            file: _, title: _, references: _, anchors: _, leads: _,
        } = rule;
        // Secrets are asked other questions when a match is checked.
        let secret = labels.contains(Label::Secrets);
        let names: Vec<&str> = validators.iter().map(|validator| validator.name).collect();
        let pattern = (pattern.source(), pattern.is_unicode(), len_max);
        let finds = (keywords, pattern, names, context, beside, secret);
        let weighs = (labels, severity, confidence, strength, mask, kind, evidence);
        let part = match (beside, evidence.is_empty()) {
            (Some(_), _) => Part::Beside,
            (None, true) => Part::Alone,
            (None, false) => Part::Serves,
        };
        let (finds, weighs) = match part {
            // Where it is looked for hangs on what it is evidence of.
            Part::Beside => (digest(&(finds, weighs)), String::new()),
            _ => (digest(&finds), digest(&weighs)),
        };
        Self { id: id.clone(), part, finds, weighs }
    }

    fn of_combination(rule: &Combination) -> Self {
        #[rustfmt::skip]
        let Combination {
            id, labels, severity, confidence, all, within_chars, scope, unless,
            file: _, title: _, references: _,
        } = rule;
        Self {
            id: id.clone(),
            part: Part::Serves,
            finds: digest(&(all, within_chars, scope, unless)),
            weighs: digest(&(labels, severity, confidence)),
        }
    }

    fn of_table(rule: &TableRule) -> Self {
        #[rustfmt::skip]
        let TableRule {
            id, labels, severity, confidence, rows_at_least, columns, unless, evidence,
            file: _, title: _, references: _,
        } = rule;
        Self {
            id: id.clone(),
            part: Part::Serves,
            finds: digest(&(rows_at_least, columns)),
            weighs: digest(&(labels, severity, confidence, unless, evidence)),
        }
    }

    fn finds_like(&self, other: &Self) -> bool {
        // What became an attendant, or ceased to be one, is looked for elsewhere.
        let besides = |entry: &Self| entry.part == Part::Beside;
        self.finds == other.finds && besides(self) == besides(other)
    }
}

/// A short name for a value. Not secret, so the key is fixed.
fn digest(value: &impl Debug) -> String {
    let said = format!("{value:?}");
    let mut digest =
        FingerprintKey::from_bytes([0; 32]).digest("manifest", said.as_bytes()).to_string();
    digest.truncate(16);
    digest
}

impl fmt::Display for RuleChanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [
            (self.added, "new"),
            (self.changed, "changed in what they match"),
            (self.removed, "removed"),
            (self.reweighed, "weighed differently"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let mut said: Vec<String> = counts.map(|(count, what)| format!("{count} {what}")).collect();
        if self.reordered {
            said.push("in another order".to_owned());
        }
        if self.allowed {
            said.push("other documented values".to_owned());
        }
        if self.masks && said.is_empty() {
            said.push("others, by which snippets are masked".to_owned());
        }
        if said.is_empty() {
            return formatter.write_str("no rule differs");
        }
        write!(formatter, "rules: {}", said.join(", "))
    }
}
