//! What a policy sees of a finding and of its surroundings.

use std::borrow::Cow;

use dosimeter_record::{
    Confidence, Finding, FindingRow, Fingerprint, LabelSet, Resource, Role, Severity,
};

/// Whose text it is, and in which product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context<'a> {
    /// The user's id.
    pub user_id: Option<&'a str>,
    /// The user's e-mail address.
    pub user_email: Option<&'a str>,
    /// The product, as its source names it: `claude-ai`, `claude-code`, …
    pub application: Option<&'a str>,
}

/// One finding, as far as a policy is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The rule.
    pub rule: Cow<'static, str>,
    /// The labels that it speaks for.
    pub labels: LabelSet,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Who or what brought the text.
    pub role: Role,
    /// Which value, keyed.
    pub fingerprint: Fingerprint,
}

/// A stored finding whose words this program does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored finding has a label, level or fingerprint that this program does not know")]
pub struct UnknownRow;

impl Item {
    /// A finding where it was found.
    pub fn of(finding: &Finding, resource: &Resource) -> Self {
        Self {
            rule: finding.rule().as_str().to_owned().into(),
            labels: finding.labels(),
            severity: finding.severity(),
            confidence: finding.confidence(),
            role: resource.origin(finding.locator()),
            fingerprint: finding.fingerprint(),
        }
    }

    /// A finding as it was stored.
    ///
    /// # Errors
    ///
    /// If another version of the program stored it, in words that this one does not know.
    pub fn of_row(row: &FindingRow) -> Result<Self, UnknownRow> {
        let labels = row.labels.iter().map(|label| label.parse());
        Ok(Self {
            rule: row.rule.clone().into(),
            labels: labels.collect::<Result<_, _>>().map_err(|_| UnknownRow)?,
            severity: row.severity.parse().map_err(|_| UnknownRow)?,
            confidence: row.confidence.parse().map_err(|_| UnknownRow)?,
            role: Role::of_name(&row.role).unwrap_or(Role::Unknown),
            fingerprint: row.fingerprint.parse().map_err(|_| UnknownRow)?,
        })
    }
}

impl<'a> Context<'a> {
    /// Whose stored finding it is.
    pub fn of_row(row: &'a FindingRow) -> Self {
        Self {
            user_id: row.user_id.as_deref(),
            user_email: row.user_email.as_deref(),
            application: row.surface.as_deref(),
        }
    }

    /// Whose resource it is.
    pub fn of(resource: &'a Resource) -> Self {
        Self {
            user_id: resource.user_id.as_deref(),
            user_email: resource.user_email.as_deref(),
            application: resource.surface.as_deref(),
        }
    }
}
