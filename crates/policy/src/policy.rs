//! A policy, checked.

use std::collections::BTreeMap;

use dosimeter_record::{Fingerprint, LabelSet, Role};
use jiff::Timestamp;

use crate::{Action, Clause, Context, Exception, Expectation, Fallback, PolicyError};

/// What `dosimeter policy init` writes, and what holds without a policy: live secrets and payment
/// cards that a person types or attaches are denied, everything else is recorded.
pub const DEFAULT: &str = include_str!("default.toml");

/// What is to be done about findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) default: Action,
    pub(crate) on_timeout: Fallback,
    pub(crate) on_overload: Fallback,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) exceptions: BTreeMap<Fingerprint, Exception>,
    pub(crate) expectations: Vec<Expectation>,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    ///
    /// If the text is not TOML, has unknown keys, or a value is none that is known.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        crate::file::parse(text)
    }

    /// [`DEFAULT`].
    ///
    /// # Errors
    ///
    /// None that the tests of this crate do not find.
    pub fn built_in() -> Result<Self, PolicyError> {
        Self::parse(DEFAULT)
    }

    /// The clauses, in the order in which they count.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// What is done about findings that no clause is about.
    pub fn default_action(&self) -> Action {
        self.default
    }

    /// What is answered when time is up before everything was looked at.
    pub fn on_timeout(&self) -> Fallback {
        self.on_timeout
    }

    /// What is answered when there is no room to look.
    pub fn on_overload(&self) -> Fallback {
        self.on_overload
    }

    /// Values that are accepted, also those whose time is over.
    pub fn exceptions(&self) -> impl Iterator<Item = &Exception> {
        self.exceptions.values()
    }

    /// Exceptions that hold no longer.
    pub fn expired(&self, now: Timestamp) -> impl Iterator<Item = &Exception> {
        self.exceptions().filter(move |exception| !exception.holds(now))
    }

    /// What the policy's author expects of it.
    pub fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }

    /// The labels of which a finding may be denied: what has to be known before an answer.
    pub fn deniable(&self) -> LabelSet {
        if self.default == Action::Deny {
            return LabelSet::all();
        }
        let denying = self.clauses.iter().filter(|clause| clause.action == Action::Deny);
        denying.flat_map(|clause| clause.deniable().iter()).collect()
    }

    /// Whether anything in these words may be denied.
    pub fn may_deny(&self, context: Context<'_>, role: Role) -> bool {
        let denies =
            |clause: &Clause| clause.action == Action::Deny && clause.concerns(context, role);
        self.default == Action::Deny || self.clauses.iter().any(denies)
    }
}

impl Clause {
    /// The labels that its conditions leave room for.
    fn deniable(&self) -> LabelSet {
        if self.labels.is_empty() { LabelSet::all() } else { self.labels }
    }
}

#[cfg(test)]
mod tests {
    use dosimeter_record::{Confidence, FingerprintKey, Label, Severity};

    use super::*;
    use crate::Item;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn item(rule: &'static str, role: Role, value: &str) -> Item {
        let label: Label = rule.split('.').next().unwrap().parse().unwrap();
        Item {
            rule: rule.into(),
            labels: label.into(),
            severity: Severity::High,
            confidence: Confidence::High,
            role,
            fingerprint: print(value),
        }
    }

    fn print(value: &str) -> Fingerprint {
        let key = FingerprintKey::from_bytes([7; 32]);
        Fingerprint::new(&key, "test", value.as_bytes())
    }

    fn action(policy: &Policy, items: &[Item]) -> Action {
        policy.decide(Context::default(), items, NOW).action()
    }

    #[test]
    fn the_default_denies_what_people_type_and_records_the_rest() {
        let policy = Policy::built_in().unwrap();
        let key = |role| item("secrets.github.pat", role, "k");
        assert_eq!(action(&policy, &[]), Action::Allow);
        assert_eq!(action(&policy, &[key(Role::User)]), Action::Deny);
        assert_eq!(action(&policy, &[key(Role::File)]), Action::Deny);
        assert_eq!(action(&policy, &[key(Role::ToolResult)]), Action::Warn);
        let unsure = Item {
            confidence: Confidence::Medium,
            rule: "secrets.generic.secret".into(),
            ..key(Role::User)
        };
        assert_eq!(action(&policy, &[unsure]), Action::Warn);
        let card = item("payment.card.separated", Role::User, "c");
        assert_eq!(
            action(&policy, &[item("pii.email.address", Role::User, "e"), card]),
            Action::Deny
        );
        let deniable: Vec<Label> = policy.deniable().iter().collect();
        assert_eq!(deniable, [Label::Payment, Label::Secrets]);
        let may = |role| policy.may_deny(Context::default(), role);
        assert!(may(Role::User) && may(Role::File));
        assert!(!may(Role::Assistant) && !may(Role::ToolInput) && !may(Role::ToolResult));
    }

    #[test]
    fn the_first_clause_that_fits_decides() {
        let policy = Policy::parse(
            r#"
            [[clause]]
            id = "security team"
            action = "allow"
            users = ["*@sec.test"]
            [[clause]]
            id = "many"
            action = "deny"
            labels = ["pii"]
            count_at_least = 2
            not_users = ["u_1"]
            applications = ["claude-*"]
            "#,
        )
        .unwrap();
        let items = ["a", "b"].map(|value| item("pii.email.address", Role::User, value));
        let context = Context { application: Some("claude-ai"), ..Context::default() };
        let decide = |context| policy.decide(context, &items, NOW).action();
        assert_eq!(decide(context), Action::Deny);
        assert_eq!(decide(Context::default()), Action::Warn, "another product");
        assert_eq!(decide(Context { user_id: Some("u_1"), ..context }), Action::Warn);
        assert_eq!(decide(Context { user_email: Some("x@sec.test"), ..context }), Action::Allow);
        let [one, _] = &items;
        let twice = [one.clone(), one.clone()];
        assert_eq!(policy.decide(context, &twice, NOW).action(), Action::Warn, "one value");
        assert!(policy.may_deny(context, Role::ToolResult));
        assert!(!policy.may_deny(Context { user_id: Some("u_1"), ..context }, Role::User));
    }

    #[test]
    fn an_exception_holds_until_it_expires() {
        let text = format!(
            "default = \"deny\"\n[[exception]]\nfingerprint = \"{}\"\nreason = \"demo\"\n\
             expires = \"1970-01-01\"",
            print("v")
        );
        let policy = Policy::parse(&text).unwrap();
        let items = [item("secrets.github.pat", Role::User, "v")];
        let decide = |now: &str| {
            let decision = policy.decide(Context::default(), &items, now.parse().unwrap());
            (decision.action(), decision.rulings()[0].exception.is_some())
        };
        assert_eq!(decide("1970-01-01T23:59:59Z"), (Action::Allow, true));
        assert_eq!(decide("1970-01-02T00:00:00Z"), (Action::Deny, false));
        assert_eq!(policy.expired(NOW).count(), 0);
    }

    #[test]
    fn a_message_names_kinds_and_never_grows_too_long() {
        let policy = Policy::built_in().unwrap();
        let items = ["a", "b"].map(|value| item("secrets.github.pat", Role::User, value));
        let decision = policy.decide(Context::default(), &items, NOW);
        let title = |_: &str| Some("GitHub token".to_owned());
        let message = decision.message(&items, title, "dsm-1");
        assert!(message.contains("Your text seems to hold sensitive content: GitHub token."));
        assert!(message.contains("dsm-1"), "{message}");
        let long = decision.message(&items, |_| Some("x".repeat(900)), "dsm-1");
        assert_eq!(long.chars().count(), 500);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let wrong = |text: &str| Policy::parse(text).unwrap_err().to_string();
        let clause =
            |line: &str| wrong(&format!("[[clause]]\nid = \"a\"\naction = \"deny\"\n{line}"));
        assert_eq!(
            clause("labels = [\"pi\"]"),
            "clause a: `labels` may hold pii, payment, secrets, \
             regulated, financial, customer"
        );
        assert!(clause("min_severity = \"huge\"").contains("must be low, medium or high"));
        assert!(clause("roles = [\"robot\"]").contains("clause a: `roles` may be user"));
        assert!(clause("labls = []").contains("unknown key `labls`; did you mean `labels`?"));
        assert!(
            wrong("[[exception]]\nfingerprint = \"1\"\nreason = \"\"\nexpires = \"\"")
                .contains("exception 1: `fingerprint` must be")
        );
        assert!(wrong("default = \"block\"").contains("line 1"));
    }
}
