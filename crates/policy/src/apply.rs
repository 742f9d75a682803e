//! A policy over what was found in one resource: what it allows is no finding any more.

use std::collections::BTreeMap;

use dosimeter_record::{Finding, Label, LabelSummary, Labelled, Labels, Resource};
use jiff::Timestamp;

use crate::{Action, Context, Item, Policy};

impl Policy {
    /// Takes out of a verdict what the policy allows, and says how much that was. Coverage and
    /// evidence stay: allowing is not the same as not looking.
    pub fn apply(
        &self,
        labelled: Labelled,
        resource: &Resource,
        now: Timestamp,
    ) -> (Labelled, u64) {
        let items: Vec<Item> =
            labelled.findings.iter().map(|finding| Item::of(finding, resource)).collect();
        let decision = self.decide(Context::of(resource), &items, now);
        if decision.rulings().iter().all(|ruling| ruling.action > Action::Allow) {
            return (labelled, 0);
        }
        let Labelled { labels, findings, evidence, involved } = labelled;
        let mut by_label = labels.by_label().clone();
        let mut allowed: u64 = 0;
        let kept: Vec<Finding> = findings
            .into_iter()
            .zip(decision.rulings())
            .filter_map(|(finding, ruling)| {
                if ruling.action > Action::Allow {
                    return Some(finding);
                }
                allowed = allowed.saturating_add(1);
                for label in finding.labels().iter() {
                    take_out(&mut by_label, label);
                }
                None
            })
            .collect();
        let labels = Labels::new(by_label, labels.coverage().clone(), labels.ruleset());
        (Labelled { labels, findings: kept, evidence, involved }, allowed)
    }
}

fn take_out(by_label: &mut BTreeMap<Label, LabelSummary>, label: Label) {
    let Some(summary) = by_label.get_mut(&label) else { return };
    summary.count = summary.count.saturating_sub(1);
    if summary.count == 0 {
        by_label.remove(&label);
    }
}
