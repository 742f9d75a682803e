//! `--policy`: what a policy allows is accepted, and what it denies fails.

use dosimeter_policy::{Action, Context, Item, Policy, Ruling};
use dosimeter_record::{Resource, ResourceKind};
use jiff::Timestamp;

use super::suppress::{Suppressed, Verdict};

/// A policy over files: each counts as attached by a user.
pub(crate) struct Filter {
    policy: Policy,
    now: Timestamp,
}

impl Filter {
    /// Applies `policy` as it holds now.
    pub(crate) fn new(policy: Policy) -> Self {
        Self { policy, now: Timestamp::now() }
    }

    /// Accepts what is allowed, and says whether anything is denied that nobody else accepted.
    pub(crate) fn apply(&self, verdict: &mut Verdict) -> bool {
        let file = Resource::new(ResourceKind::Local, "");
        let findings = &verdict.labelled.findings;
        let items: Vec<Item> = findings.iter().map(|finding| Item::of(finding, &file)).collect();
        let decision = self.policy.decide(Context::default(), &items, self.now);
        let mut denied = false;
        for (ruling, suppressed) in decision.rulings().iter().zip(&mut verdict.suppressed) {
            if suppressed.is_none() && ruling.action == Action::Allow {
                *suppressed = Some(Suppressed::Policy { reason: reason(ruling) });
            }
            denied |= suppressed.is_none() && ruling.action == Action::Deny;
        }
        denied
    }
}

fn reason(ruling: &Ruling<'_>) -> String {
    match (ruling.exception, ruling.clause) {
        (Some(exception), _) => {
            format!("exception until {}: {}", exception.expires(), exception.reason())
        }
        (None, Some(clause)) => format!("clause `{}`", clause.id()),
        (None, None) => "its default".to_owned(),
    }
}
