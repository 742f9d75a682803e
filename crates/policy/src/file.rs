//! A policy as it is written.

use std::collections::{BTreeMap, BTreeSet};

use dosimeter_record::{Confidence, Fingerprint, Label, LabelSet, Role, Severity};
use dosimeter_service::{SyntaxError, parse_toml};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Deserialize;

use crate::{Action, Clause, Exception, Fallback, Policy, glob::Glob, message::CHARS_MAX};

/// A policy that cannot be used. The messages repeat no more than names of clauses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is not what a policy looks like.
    #[error("{0}")]
    Syntax(SyntaxError),
    /// A value is none that is known.
    #[error("{place}: `{key}` {problem}")]
    Value {
        /// Where: the clause, exception or test.
        place: String,
        /// The key.
        key: &'static str,
        /// What is wrong, and what would be right.
        problem: &'static str,
    },
}

/// A text, and what its author expects the policy to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The text, in the template syntax of rule examples.
    pub text: String,
    /// Who or what brings it.
    pub role: Role,
    /// What the policy is to say.
    pub action: Action,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicySection {
    #[serde(default)]
    default: Action,
    #[serde(default = "allow")]
    on_timeout: Fallback,
    #[serde(default = "fail")]
    on_overload: Fallback,
    #[serde(default)]
    clause: Vec<ClauseSection>,
    #[serde(default)]
    exception: Vec<ExceptionSection>,
    #[serde(default)]
    test: Vec<TestSection>,
}

fn allow() -> Fallback {
    Fallback::Allow
}

fn fail() -> Fallback {
    Fallback::Fail
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseSection {
    id: String,
    action: Action,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    rules: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    min_severity: Option<String>,
    min_confidence: Option<String>,
    count_at_least: Option<u32>,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    not_users: Vec<String>,
    #[serde(default)]
    applications: Vec<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionSection {
    fingerprint: String,
    reason: String,
    expires: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestSection {
    text: String,
    #[serde(default = "user")]
    role: String,
    expect: Action,
}

fn user() -> String {
    Role::User.name().to_owned()
}

pub(crate) fn parse(text: &str) -> Result<Policy, PolicyError> {
    let section: PolicySection = parse_toml(text).map_err(PolicyError::Syntax)?;
    let mut ids = BTreeSet::new();
    for clause in &section.clause {
        if clause.id.trim().is_empty() || !ids.insert(clause.id.as_str()) {
            let problem = "must be a name, and different for each clause";
            return Err(value(format!("clause {}", clause.id), "id", problem));
        }
    }
    let exceptions = section.exception.into_iter().enumerate();
    let tests = section.test.into_iter().enumerate();
    Ok(Policy {
        default: section.default,
        on_timeout: section.on_timeout,
        on_overload: section.on_overload,
        clauses: section
            .clause
            .into_iter()
            .map(ClauseSection::checked)
            .collect::<Result<_, _>>()?,
        exceptions: exceptions
            .map(|(index, exception)| exception.checked(index))
            .collect::<Result<BTreeMap<_, _>, _>>()?,
        expectations: tests.map(|(index, test)| test.checked(index)).collect::<Result<_, _>>()?,
    })
}

impl ClauseSection {
    fn checked(self) -> Result<Clause, PolicyError> {
        let wrong = |key, problem| value(format!("clause {}", self.id), key, problem);
        let levels = "must be low, medium or high";
        let severity = |name: &String| name.parse().map_err(|_| wrong("min_severity", levels));
        let confidence = |name: &String| name.parse().map_err(|_| wrong("min_confidence", levels));
        let label = |name: &String| {
            let problem = "may hold pii, payment, secrets, regulated, financial, customer";
            name.parse::<Label>().map_err(|_| wrong("labels", problem))
        };
        let one_role = |name: &String| role(name).ok_or_else(|| wrong("roles", ROLES));
        if self.message.as_ref().is_some_and(|message| message.chars().count() > CHARS_MAX) {
            return Err(wrong("message", "must have at most 500 characters"));
        }
        let globs = |patterns: &[String]| patterns.iter().map(|name| Glob::new(name)).collect();
        Ok(Clause {
            action: self.action,
            labels: self.labels.iter().map(label).collect::<Result<LabelSet, _>>()?,
            rules: globs(&self.rules),
            roles: self.roles.iter().map(one_role).collect::<Result<_, _>>()?,
            min_severity: self.min_severity.as_ref().map_or(Ok(Severity::Low), severity)?,
            min_confidence: self.min_confidence.as_ref().map_or(Ok(Confidence::Low), confidence)?,
            count_at_least: self.count_at_least.unwrap_or(1),
            users: globs(&self.users),
            not_users: globs(&self.not_users),
            applications: globs(&self.applications),
            message: self.message,
            id: self.id,
        })
    }
}

impl ExceptionSection {
    fn checked(self, index: usize) -> Result<(Fingerprint, Exception), PolicyError> {
        let place = format!("exception {}", index.saturating_add(1));
        let wrong = |key, problem| value(place.clone(), key, problem);
        let fingerprint: Fingerprint = self.fingerprint.parse().map_err(|_| {
            wrong("fingerprint", "must be the 32 hexadecimal digits that a finding shows")
        })?;
        if self.reason.trim().is_empty() {
            return Err(wrong("reason", "must say why the value is accepted"));
        }
        let expires = end(&self.expires)
            .ok_or_else(|| wrong("expires", "must be a date such as 2027-06-30, or a time"))?;
        Ok((fingerprint, Exception { fingerprint, reason: self.reason, expires }))
    }
}

impl TestSection {
    fn checked(self, index: usize) -> Result<Expectation, PolicyError> {
        let place = format!("test {}", index.saturating_add(1));
        let role = role(&self.role).ok_or_else(|| value(place, "role", ROLES))?;
        Ok(Expectation { text: self.text, role, action: self.expect })
    }
}

const ROLES: &str = "may be user, assistant, tool_input, tool_result, attachment, generated, \
                     artifact, project_file, project_document, instructions, metadata";

/// A role by its name; what a file of a user is called where prompts are judged counts too.
fn role(name: &str) -> Option<Role> {
    if name == "attachment" { Some(Role::File) } else { Role::of_name(name) }
}

/// A time, or the end of a day in UTC.
fn end(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let day: Date = text.parse().ok()?;
    Some(day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn value(place: String, key: &'static str, problem: &'static str) -> PolicyError {
    PolicyError::Value { place, key, problem }
}
