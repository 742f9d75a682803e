//! The record world: everything that may be kept.
//!
//! A [`Finding`] says what was found, where, how surely and why, and carries a [`Redaction`] and a
//! keyed [`Fingerprint`] in place of the text. [`Labels`] sum up one resource and always state their
//! [`Coverage`]: what was skipped, cut, encrypted or malformed is a [`Gap`] with its reason, so
//! that "not scanned" never reads as "clean".
//!
//! No type here has room for raw text. The crates that write to disk or to the network depend on
//! this crate and not on `dosimeter-content`.

mod action;
mod checkpoint;
mod coverage;
mod evidence;
mod finding;
mod fingerprint;
mod involved;
mod label;
mod labels;
mod level;
mod locator;
mod reason;
mod redaction;
mod resource;
mod row;
mod rule_id;
mod span;

pub use action::Action;
pub use checkpoint::Checkpoint;
pub use coverage::{Coverage, CoverageState, Gap, GapReason};
pub use evidence::Evidence;
pub use finding::{Finding, FindingParts};
pub use fingerprint::{FindingId, Fingerprint, FingerprintKey, Identity, InvalidFingerprint};
pub use involved::{Involved, Reach, RuleMark};
pub use label::{Label, LabelSet, UnknownLabel};
pub use labels::{LabelSummary, Labelled, Labels};
pub use level::{Confidence, Severity, UnknownLevel};
pub use locator::{Locator, Position};
pub use reason::Reason;
pub use redaction::{Mask, Masked, Redaction};
pub use resource::{Resource, ResourceKind, Role};
pub use row::{FindingRow, GapRow};
pub use rule_id::{InvalidRuleId, RuleId};
pub use span::Span;
