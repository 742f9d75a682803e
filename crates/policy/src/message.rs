//! What a person is told.

use std::collections::BTreeSet;

use dosimeter_record::Role;

use crate::Item;

/// The longest message that the contract of inference hooks shows.
pub(crate) const CHARS_MAX: usize = 500;

/// How many kinds are named.
const KINDS_MAX: usize = 3;

const DEFAULT: &str = "This prompt was not sent to the model. {places} seems to hold sensitive \
                       content: {kinds}. Remove it or replace it with a made-up value, and ask \
                       again in a new conversation: what was blocked stays part of this one. \
                       Reference: {reference}";

/// Fills in a template: `{kinds}`, `{places}`, `{reference}`.
pub(crate) fn write(
    template: Option<&str>,
    items: &[&Item],
    title: impl Fn(&str) -> Option<String>,
    reference: &str,
) -> String {
    let text = template
        .unwrap_or(DEFAULT)
        .replace("{kinds}", &kinds(items, title))
        .replace("{places}", &places(items))
        .replace("{reference}", reference);
    shortened(text)
}

/// The titles of the rules, or their labels: both are ours and say nothing of the value.
fn kinds(items: &[&Item], title: impl Fn(&str) -> Option<String>) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for item in items {
        let label = || item.labels.iter().next().map_or("content", |label| label.name()).to_owned();
        let kind = title(&item.rule).unwrap_or_else(label);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let more = kinds.len().saturating_sub(KINDS_MAX);
    kinds.truncate(KINDS_MAX);
    if more > 0 {
        kinds.push(format!("{more} more kinds"));
    }
    kinds.join(", ")
}

fn places(items: &[&Item]) -> String {
    let place = |item: &&Item| match item.role {
        Role::User => "Your text",
        Role::File => "An attached file",
        Role::ToolInput | Role::ToolResult => "What a tool was given or returned",
        _ => "The conversation",
    };
    let places: BTreeSet<&str> = items.iter().map(place).collect();
    match (places.len(), places.first()) {
        (1, Some(place)) => (*place).to_owned(),
        _ => "The conversation".to_owned(),
    }
}

fn shortened(text: String) -> String {
    if text.chars().count() <= CHARS_MAX {
        return text;
    }
    text.chars().take(CHARS_MAX.saturating_sub(1)).chain(['…']).collect()
}
