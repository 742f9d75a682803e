//! What a policy says about the findings of one text.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{Action, Clause, Context, Exception, Item, Policy, message};

/// What is to be done, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'p> {
    pub(crate) rulings: Vec<Ruling<'p>>,
}

/// What is to be done about one finding, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ruling<'p> {
    /// What is to be done.
    pub action: Action,
    /// The clause that says so; without one it is the default, or an exception.
    pub clause: Option<&'p Clause>,
    /// The exception that says so.
    pub exception: Option<&'p Exception>,
}

impl Policy {
    /// Decides about all findings of one text: a prompt with what came before it, a chat, a file.
    ///
    /// O(findings × clauses).
    pub fn decide(&self, context: Context<'_>, items: &[Item], now: Timestamp) -> Decision<'_> {
        let enough: Vec<bool> =
            self.clauses.iter().map(|clause| has_enough(clause, context, items)).collect();
        let applies = |item: &Item| {
            let mut clauses = self.clauses.iter().zip(&enough);
            clauses.find(|(clause, enough)| **enough && clause.fits(context, item))
        };
        let rule = |item: &Item| {
            if let Some(exception) = self.exception(item, now) {
                return Ruling { action: Action::Allow, clause: None, exception: Some(exception) };
            }
            let clause = applies(item).map(|(clause, _)| clause);
            Ruling { action: clause.map_or(self.default, Clause::action), clause, exception: None }
        };
        Decision { rulings: items.iter().map(rule).collect() }
    }

    fn exception(&self, item: &Item, now: Timestamp) -> Option<&Exception> {
        let exception = self.exceptions.get(&item.fingerprint)?;
        exception.holds(now).then_some(exception)
    }
}

fn has_enough(clause: &Clause, context: Context<'_>, items: &[Item]) -> bool {
    if clause.count_at_least <= 1 {
        return true;
    }
    let fitting = items.iter().filter(|item| clause.fits(context, item));
    let values: BTreeSet<_> = fitting.map(|item| item.fingerprint).collect();
    values.len() >= usize::try_from(clause.count_at_least).unwrap_or(usize::MAX)
}

impl<'p> Decision<'p> {
    /// The strictest of what is to be done.
    pub fn action(&self) -> Action {
        self.rulings.iter().map(|ruling| ruling.action).max().unwrap_or(Action::Allow)
    }

    /// What is to be done about each finding, in their order.
    pub fn rulings(&self) -> &[Ruling<'p>] {
        &self.rulings
    }

    /// The first clause that says what the decision says.
    pub fn clause(&self) -> Option<&'p Clause> {
        let action = self.action();
        self.rulings
            .iter()
            .filter(|ruling| ruling.action == action)
            .find_map(|ruling| ruling.clause)
    }

    /// What a person is told whose text is denied: the kinds of content and what to change, never the
    /// content, in at most `message::CHARS_MAX` characters.
    ///
    /// `title` gives the title of a rule.
    pub fn message(
        &self,
        items: &[Item],
        title: impl Fn(&str) -> Option<String>,
        reference: &str,
    ) -> String {
        let action = self.action();
        let denied: Vec<&Item> = items
            .iter()
            .zip(&self.rulings)
            .filter(|(_, ruling)| ruling.action == action)
            .map(|(item, _)| item)
            .collect();
        let template = self.clause().and_then(|clause| clause.message.as_deref());
        message::write(template, &denied, title, reference)
    }
}
