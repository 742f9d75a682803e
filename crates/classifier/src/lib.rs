//! Finds sensitive content in text: rules as data, findings with redactions, never the text itself.
//!
//! Text goes in, [`Finding`](dosimeter_record::Finding)s come out: which rule, where, how sure and
//! why, with a masked stand-in and a keyed fingerprint. Six labels are told apart: `pii`, `payment`,
//! `secrets`, `regulated`, `financial`, `customer`.
//!
//! The crate is pure: no I/O, no clock, no threads, no global state. A scan is deterministic and
//! linear in its input. Rules live as TOML in `patterns/` and are compiled into the crate; a rule
//! cannot exist without examples of what it finds and of what it must not find.
//!
//! Where to start reading: [`Classifier`], then `scan.rs`, which is the list of the stages.

mod begin;
mod beside;
mod bits;
mod classifier;
mod combine;
mod context;
mod decode;
mod detect;
mod effort;
mod error;
mod explain;
pub mod generate;
mod label;
mod manifest;
mod normalise;
mod numbers;
mod overlap;
mod places;
mod prefilter;
mod redact;
mod resource;
mod rule;
mod scan;
mod score;
mod scratch;
mod significant;
mod simd;
mod spans;
mod stream;
mod table;
mod validate;
pub mod validator;
mod window;

pub use classifier::{Classifier, ClassifierBuilder};
pub use effort::Effort;
pub use error::Error;
pub use explain::{Explanation, Outcome};
pub use manifest::{Manifest, RuleChanges};
pub use resource::ResourceScan;
pub use rule::{
    Combination, Rule, RuleSet, Strength, TableRule,
    example::{self, ExampleResult},
};
pub use scratch::Scratch;
pub use stream::SegmentStream;
