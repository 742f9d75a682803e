//! What is to be done about findings: allow, warn, deny.
//!
//! A [`Policy`] is data (TOML) that scans, the worker and the inline hook share, so that what will be
//! denied can be rehearsed on a corpus or on what the worker found before anyone is blocked. It sees
//! what findings say of themselves and of their surroundings, and never the text: this crate does not
//! depend on `dosimeter-content`.
//!
//! ```
//! use dosimeter_policy::{Action, Context, Policy};
//!
//! let policy = Policy::parse(
//!     r#"
//!     [[clause]]
//!     id = "keys"
//!     action = "deny"
//!     labels = ["secrets"]
//!     roles = ["user"]
//!     "#,
//! )?;
//! let decision = policy.decide(Context::default(), &[], jiff::Timestamp::UNIX_EPOCH);
//! assert_eq!(decision.action(), Action::Allow, "there is nothing to deny");
//! # Ok::<(), dosimeter_policy::PolicyError>(())
//! ```
//!
//! # How a policy decides
//!
//! For each finding the first clause counts whose conditions all hold; without one, the policy's
//! `default`. An exception that names the finding's fingerprint goes before all clauses, until it
//! expires. The strictest of these actions is the decision.

mod action;
mod apply;
mod clause;
mod decision;
mod exception;
mod file;
mod glob;
mod item;
mod message;
mod policy;

pub use self::{
    action::{Action, Fallback},
    clause::Clause,
    decision::{Decision, Ruling},
    exception::Exception,
    file::{Expectation, PolicyError},
    item::{Context, Item, UnknownRow},
    policy::{DEFAULT, Policy},
};
