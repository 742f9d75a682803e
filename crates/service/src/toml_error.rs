//! Turns a parser's complaint into one that helps and repeats no value.
//!
//! A TOML parser quotes the line, and serde quotes the value that it did not expect. A key pasted
//! into the wrong place would then stand in the terminal and in logs, so only the part of a message
//! that comes from our own types is kept.

use serde::de::DeserializeOwned;

/// A text that is not the TOML that was expected. Repeats no value of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
#[non_exhaustive]
pub struct SyntaxError {
    /// Where, 1-based.
    pub line: usize,
    /// What is wrong, and what may be meant.
    pub problem: String,
}

/// Reads TOML.
///
/// # Errors
///
/// If it is not TOML, or has unknown, missing or wrongly typed keys.
pub fn parse_toml<T: DeserializeOwned>(text: &str) -> Result<T, SyntaxError> {
    toml::from_str(text).map_err(|error| syntax_error(text, &error))
}

/// What is wrong with `text`, by line.
fn syntax_error(text: &str, error: &toml::de::Error) -> SyntaxError {
    let offset = error.span().map_or(0, |span| span.start);
    let before = text.get(..offset).unwrap_or_default();
    let line = before.matches('\n').count().saturating_add(1);
    SyntaxError { line, problem: problem(error.message()) }
}

fn problem(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("unknown field ") {
        return unknown_key(rest);
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("missing key {}", field.lines().next().unwrap_or_default());
    }
    // "invalid type: string "…", expected a map": the value stands before the last comma.
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => "this is not valid TOML".to_owned(),
    }
}

/// From "`apy`, expected one of `api`, `state`": a suggestion if one is near.
fn unknown_key(rest: &str) -> String {
    let names: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let Some((unknown, known)) = names.split_first() else {
        return "unknown key".to_owned();
    };
    let nearest = known
        .iter()
        .map(|name| (strsim::osa_distance(unknown, name), name))
        .min()
        .filter(|(distance, name)| *distance <= name.len().div_ceil(3));
    match nearest {
        Some((_, name)) => format!("unknown key `{unknown}`; did you mean `{name}`?"),
        None => format!("unknown key `{unknown}`; use one of {}", known.join(", ")),
    }
}
