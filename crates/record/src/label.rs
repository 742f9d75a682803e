//! The six kinds of sensitive content.

use std::{error, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One of the six kinds of sensitive content that Dosimeter tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Label {
    /// Information that identifies a person: government ids, contact data in combination.
    Pii,
    /// Something a person could charge or pull money with: cards, IBAN, routing with account.
    Payment,
    /// Credential material that authenticates: tokens, keys, passwords.
    Secrets,
    /// Information whose handling is set by law: health, classification, export control, privilege.
    Regulated,
    /// Non-public money facts of a person or a company.
    Financial,
    /// Records about the organisation's customers.
    Customer,
}

impl Label {
    /// All labels, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::Pii, Self::Payment, Self::Secrets, Self::Regulated, Self::Financial, Self::Customer];

    /// The name as it stands in rules, output and configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pii => "pii",
            Self::Payment => "payment",
            Self::Secrets => "secrets",
            Self::Regulated => "regulated",
            Self::Financial => "financial",
            Self::Customer => "customer",
        }
    }

    fn bit(self) -> u8 {
        match self {
            Self::Pii => 1,
            Self::Payment => 1 << 1,
            Self::Secrets => 1 << 2,
            Self::Regulated => 1 << 3,
            Self::Financial => 1 << 4,
            Self::Customer => 1 << 5,
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Label {
    type Err = UnknownLabel;

    fn from_str(name: &str) -> Result<Self, UnknownLabel> {
        Self::ALL.into_iter().find(|label| label.name() == name).ok_or(UnknownLabel)
    }
}

/// A name that is none of the six labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLabel;

impl fmt::Display for UnknownLabel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "unknown label; use one of pii, payment, secrets, regulated, financial, customer",
        )
    }
}

impl error::Error for UnknownLabel {}

/// A set of labels; one rule may carry several (an IBAN is `payment` and `financial`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelSet {
    bits: u8,
}

impl LabelSet {
    /// The set of all six labels.
    pub fn all() -> Self {
        Label::ALL.into_iter().collect()
    }

    /// Whether `label` is in the set.
    pub fn contains(self, label: Label) -> bool {
        self.bits & label.bit() != 0
    }

    /// Whether the two sets have a label in common.
    pub fn intersects(self, other: Self) -> bool {
        self.bits & other.bits != 0
    }

    /// Whether there is no label.
    pub fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// Adds a label.
    pub fn insert(&mut self, label: Label) {
        self.bits |= label.bit();
    }

    /// The labels in display order.
    pub fn iter(self) -> impl Iterator<Item = Label> {
        Label::ALL.into_iter().filter(move |label| self.contains(*label))
    }
}

impl FromIterator<Label> for LabelSet {
    fn from_iter<I: IntoIterator<Item = Label>>(labels: I) -> Self {
        let mut set = Self::default();
        for label in labels {
            set.insert(label);
        }
        set
    }
}

impl From<Label> for LabelSet {
    fn from(label: Label) -> Self {
        Self { bits: label.bit() }
    }
}

impl Serialize for LabelSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for LabelSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Label>::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_survives_its_name() {
        for label in Label::ALL {
            assert_eq!(label.name().parse(), Ok(label));
        }
        assert_eq!("Payment".parse::<Label>(), Err(UnknownLabel));
    }

    #[test]
    fn a_set_iterates_in_display_order() {
        let set: LabelSet = [Label::Financial, Label::Payment].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [Label::Payment, Label::Financial]);
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["payment","financial"]"#);
    }
}
