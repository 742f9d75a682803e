//! What was scanned, and what was not and why.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Locator;

/// Why some content was not scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GapReason {
    /// Protected by a password or by rights management.
    Encrypted,
    /// Broken beyond what could be saved.
    Malformed,
    /// A format that the extractor does not read.
    Unsupported,
    /// Larger than the limit for one file; nothing beyond the limit was read.
    TooLarge,
    /// The output of decompression grew past its limit in bytes.
    ExpansionSize,
    /// The output of decompression grew past its limit in proportion to its input.
    ExpansionRatio,
    /// More entries, cells or pages than the limit.
    TooManyEntries,
    /// Nested deeper than the limit.
    TooDeep,
    /// Out of time.
    Deadline,
    /// Out of memory.
    OutOfMemory,
    /// More text than the limit on what is scanned.
    TextCut,
    /// The source itself delivered cut content.
    TruncatedAtSource,
    /// The source says that the content exists and cannot be read.
    Unavailable,
    /// The content was deleted before it could be read.
    Gone,
    /// The body did not match its checksum or broke off.
    TransferBroken,
    /// A picture: text in it needs text recognition.
    ImageNotRead,
    /// Text recognition saw nothing in a picture, or is not sure of what it read.
    ImageUnclear,
    /// A parser failed in a way that it should not; the rest was scanned.
    ParserFailed,
    /// Left out by configuration.
    Excluded,
}

impl GapReason {
    /// The name as it stands in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Malformed => "malformed",
            Self::Unsupported => "unsupported",
            Self::TooLarge => "too_large",
            Self::ExpansionSize => "expansion_size",
            Self::ExpansionRatio => "expansion_ratio",
            Self::TooManyEntries => "too_many_entries",
            Self::TooDeep => "too_deep",
            Self::Deadline => "deadline",
            Self::OutOfMemory => "out_of_memory",
            Self::TextCut => "text_cut",
            Self::TruncatedAtSource => "truncated_at_source",
            Self::Unavailable => "unavailable",
            Self::Gone => "gone",
            Self::TransferBroken => "transfer_broken",
            Self::ImageNotRead => "image_not_read",
            Self::ImageUnclear => "image_unclear",
            Self::ParserFailed => "parser_failed",
            Self::Excluded => "excluded",
        }
    }
}

impl fmt::Display for GapReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A part of a resource that was not scanned.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Gap {
    /// Why.
    pub reason: GapReason,
    /// Where; empty for the whole resource.
    #[serde(default)]
    pub locator: Locator,
}

impl Gap {
    /// A gap that concerns the whole resource.
    pub fn whole(reason: GapReason) -> Self {
        Self { reason, locator: Locator::default() }
    }

    /// A gap at one place.
    pub fn at(reason: GapReason, locator: Locator) -> Self {
        Self { reason, locator }
    }
}

/// How much of a resource was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CoverageState {
    /// Everything that the source delivered.
    Complete,
    /// Some of it; the gaps say what is missing.
    Partial,
    /// Nothing of it.
    None,
}

impl CoverageState {
    /// The name as it stands in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::None => "none",
        }
    }
}

/// How much of a resource was scanned, with the reason for everything that was not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    state: CoverageState,
    gaps: Vec<Gap>,
}

impl Coverage {
    /// Derives the state from what was scanned: gaps and no text at all means none.
    pub fn new(text_bytes_scanned: u64, mut gaps: Vec<Gap>) -> Self {
        gaps.sort();
        gaps.dedup();
        let state = match (gaps.is_empty(), text_bytes_scanned) {
            (true, _) => CoverageState::Complete,
            (false, 0) => CoverageState::None,
            (false, _) => CoverageState::Partial,
        };
        Self { state, gaps }
    }

    /// How much was scanned.
    pub fn state(&self) -> CoverageState {
        self.state
    }

    /// What was not scanned, sorted, without duplicates.
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_without_text_mean_that_nothing_was_scanned() {
        let gap = Gap::whole(GapReason::Encrypted);
        assert_eq!(Coverage::new(0, vec![gap.clone()]).state(), CoverageState::None);
        assert_eq!(Coverage::new(9, vec![gap]).state(), CoverageState::Partial);
        assert_eq!(Coverage::new(0, vec![]).state(), CoverageState::Complete);
    }
}
