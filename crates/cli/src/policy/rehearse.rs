//! What a policy would have done.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use dosimeter_classifier::{Classifier, generate};
use dosimeter_policy::{Action, Context, Item, Policy};
use dosimeter_record::{Label, Role};
use dosimeter_store::{FindingFilter, FindingRow, Store};
use jiff::Timestamp;

use super::items;
use crate::{
    error::Error,
    eval::corpus,
    table::{Align, Table},
    terminal::Terminal,
};

/// What would have been done, by action and clause.
#[derive(Default)]
pub(super) struct Rehearsal<'p> {
    texts: u64,
    clean: u64,
    users: BTreeSet<String>,
    by: BTreeMap<(Action, &'p str), Tally>,
}

#[derive(Default)]
struct Tally {
    texts: u64,
    users: BTreeSet<String>,
    labels: BTreeSet<&'static str>,
}

/// A clause of this name stands for what no clause is about.
const DEFAULT: &str = "(default)";

impl<'p> Rehearsal<'p> {
    /// On labelled texts, each as if a user typed it.
    pub(super) fn of_corpus(
        policy: &'p Policy,
        classifier: &Classifier,
        path: &Path,
    ) -> Result<Self, Error> {
        let mut rehearsal = Self::default();
        for case in corpus::read(path)? {
            let text = generate::expand(&case.text, 1).map_err(|error| Error::Corpus {
                place: case.place.clone(),
                problem: error.to_string(),
            })?;
            let items = items(classifier, &text, Role::User);
            rehearsal.add(policy, Context::default(), &items);
        }
        Ok(rehearsal)
    }

    /// On what a worker or a hook found, conversation by conversation.
    pub(super) fn of_store(policy: &'p Policy, store: &dyn Store) -> Result<Self, Error> {
        let filter = FindingFilter { closed_too: true, ..FindingFilter::default() };
        let rows = store.findings(&filter).map_err(Error::Store)?;
        let mut talks: BTreeMap<(&str, &str), Vec<&FindingRow>> = BTreeMap::new();
        for row in &rows {
            let talk = row.parent.as_deref().unwrap_or(&row.resource_id);
            talks.entry((&row.tenant, talk)).or_default().push(row);
        }
        let mut rehearsal = Self::default();
        for rows in talks.values() {
            let items: Result<Vec<Item>, _> = rows.iter().map(|row| Item::of_row(row)).collect();
            let items = items.map_err(|error| Error::Usage(error.to_string()))?;
            let context = rows.first().map(|row| Context::of_row(row)).unwrap_or_default();
            rehearsal.add(policy, context, &items);
        }
        Ok(rehearsal)
    }

    fn add(&mut self, policy: &'p Policy, context: Context<'_>, items: &[Item]) {
        self.texts = self.texts.saturating_add(1);
        let user = context.user_email.or(context.user_id).map(str::to_owned);
        self.users.extend(user.clone());
        if items.is_empty() {
            self.clean = self.clean.saturating_add(1);
            return;
        }
        let decision = policy.decide(context, items, Timestamp::now());
        let action = decision.action();
        let clause = decision.clause().map_or(DEFAULT, |clause| clause.id());
        let tally = self.by.entry((action, clause)).or_default();
        tally.texts = tally.texts.saturating_add(1);
        tally.users.extend(user);
        let ruled = items.iter().zip(decision.rulings());
        let of_action = ruled.filter(|(_, ruling)| ruling.action == action);
        let labels = of_action.flat_map(|(item, _)| item.labels.iter());
        tally.labels.extend(labels.map(Label::name));
    }

    /// Shows it: the strictest first.
    pub(super) fn print(&self, place: &str, terminal: &mut Terminal) -> Result<(), Error> {
        let people = match self.users.len() {
            0 => String::new(),
            users => format!(" of {users} users"),
        };
        let (texts, clean) = (self.texts, self.clean);
        terminal.line(format_args!(
            "\n{place}: {texts} texts and conversations{people}, {clean} clean"
        ))?;
        let mut table = Table::new(&[
            ("would", Align::Left),
            ("clause", Align::Left),
            ("conversations", Align::Right),
            ("users", Align::Right),
            ("labels", Align::Left),
        ]);
        for ((action, clause), tally) in self.by.iter().rev() {
            let labels: Vec<&str> = tally.labels.iter().copied().collect();
            table.row([
                action.name().to_owned(),
                (*clause).to_owned(),
                tally.texts.to_string(),
                tally.users.len().to_string(),
                labels.join(", "),
            ]);
        }
        let paint = terminal.paint;
        terminal.raw(table.render(paint).as_bytes())?;
        Ok(())
    }
}
