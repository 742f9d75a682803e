//! What the long-running parts of Dosimeter share: where secrets are, what is wrong with a
//! configuration, what a process may still touch, and its numbers.

mod confine;
mod harden;
mod metrics;
mod notify;
mod secret;
mod toml_error;

pub use self::{
    confine::{Confinement, Paths},
    harden::harden,
    metrics::Page,
    notify::Notifier,
    secret::{Secret, SecretError, SecretRef},
    toml_error::{SyntaxError, parse_toml},
};
