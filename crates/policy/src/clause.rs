//! One line of a policy: on which conditions which action.

use dosimeter_record::{Confidence, LabelSet, Role, Severity};

use crate::{Action, Context, Item, glob::Glob};

/// Conditions that must all hold, and what is to be done then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub(crate) id: String,
    pub(crate) action: Action,
    /// Any of these labels; any label, if there are none.
    pub(crate) labels: LabelSet,
    /// Any of these rules; any rule, if there are none.
    pub(crate) rules: Vec<Glob>,
    pub(crate) roles: Vec<Role>,
    pub(crate) min_severity: Severity,
    pub(crate) min_confidence: Confidence,
    /// How many different values must meet the other conditions.
    pub(crate) count_at_least: u32,
    /// By id or e-mail address.
    pub(crate) users: Vec<Glob>,
    pub(crate) not_users: Vec<Glob>,
    pub(crate) applications: Vec<Glob>,
    /// What the person is told.
    pub(crate) message: Option<String>,
}

impl Clause {
    /// The name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is to be done.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Whether everything but the number of values holds.
    pub(crate) fn fits(&self, context: Context<'_>, item: &Item) -> bool {
        item.severity >= self.min_severity
            && item.confidence >= self.min_confidence
            && (self.labels.is_empty() || item.labels.intersects(self.labels))
            && (self.rules.is_empty() || any(&self.rules, &item.rule))
            && self.concerns(context, item.role)
    }

    /// Whether anything in somebody's words can fit.
    pub(crate) fn concerns(&self, context: Context<'_>, role: Role) -> bool {
        let is_one_of = |globs: &[Glob], names: [Option<&str>; 2]| {
            names.into_iter().flatten().any(|name| any(globs, name))
        };
        let user = [context.user_id, context.user_email];
        (self.roles.is_empty() || self.roles.contains(&role))
            && (self.users.is_empty() || is_one_of(&self.users, user))
            && !is_one_of(&self.not_users, user)
            && (self.applications.is_empty()
                || is_one_of(&self.applications, [context.application, None]))
    }
}

fn any(globs: &[Glob], name: &str) -> bool {
    globs.iter().any(|glob| glob.fits(name))
}
