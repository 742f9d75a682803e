//! Findings that somebody accepted: they are counted and shown with the reason, and fail nothing.

use dosimeter_record::{Finding, Label, Labelled, Locator, Severity};

/// Who accepted a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Suppressed {
    /// A comment in the file, with its reason.
    Comment {
        /// What the comment says, redacted; may be empty.
        reason: String,
    },
    /// The policy allows it.
    Policy {
        /// Which exception or clause.
        reason: String,
    },
    /// The baseline has it.
    Baseline,
}

impl Suppressed {
    /// Who, in one word, for programs.
    pub(crate) fn by(&self) -> &'static str {
        match self {
            Self::Comment { .. } => "comment",
            Self::Policy { .. } => "policy",
            Self::Baseline => "baseline",
        }
    }

    /// Why, for people.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Comment { reason } if reason.is_empty() => {
                "allowed by a comment, without a reason".to_owned()
            }
            Self::Comment { reason } => format!("allowed by a comment: {reason}"),
            Self::Policy { reason } => format!("allowed by the policy: {reason}"),
            Self::Baseline => "known: in the baseline".to_owned(),
        }
    }
}

/// One resource after the scan.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    /// What the scan says.
    pub(crate) labelled: Labelled,
    /// For each finding, in the same order, who accepted it.
    pub(crate) suppressed: Vec<Option<Suppressed>>,
}

impl From<Labelled> for Verdict {
    fn from(labelled: Labelled) -> Self {
        let suppressed = labelled.findings.iter().map(|_| None).collect();
        Self { labelled, suppressed }
    }
}

impl Verdict {
    /// All findings, each with who accepted it.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&Finding, Option<&Suppressed>)> {
        self.labelled.findings.iter().zip(self.suppressed.iter().map(Option::as_ref))
    }

    /// The findings that count.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Finding> {
        self.findings().filter(|(_, suppressed)| suppressed.is_none()).map(|(finding, _)| finding)
    }

    /// The worst finding that counts.
    pub(crate) fn worst(&self) -> Option<Severity> {
        self.open().map(Finding::severity).max()
    }

    /// Whether the resource still has a label when accepted findings are left out.
    pub(crate) fn has(&self, label: Label) -> bool {
        self.labelled.labels.by_label().contains_key(&label)
            && (self.suppressed.iter().all(Option::is_none)
                || self.open().any(|finding| finding.labels().contains(label)))
    }

    /// Whether there is nothing to tell of.
    pub(crate) fn is_clean(&self) -> bool {
        self.labelled.findings.is_empty() && self.labelled.labels.is_clean()
    }
}

/// The place of a finding in a text file.
pub(crate) fn line_of(finding: &Finding) -> Option<u32> {
    let locator = finding.locator();
    let only_line = Locator { line: locator.line, ..Locator::default() };
    locator.line.filter(|_| *locator == only_line)
}
