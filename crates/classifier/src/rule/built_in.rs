//! The built-in rules, as constants that the build script printed.
//!
//! The tests check each of them as strictly as a user's, and that they say what the sources say; so
//! nothing is looked at again at run time.

use std::borrow::Cow::Borrowed;

use dosimeter_record::{Confidence, Label, Mask, Severity};

use crate::rule::{
    anchor::{Anchor, Gate},
    byte_set::ByteSet,
    data::{
        AllowedValue, Beside, Column, CombinationData, Context, Need, RuleData, Scope, Strength,
        TableData,
    },
    words::{Spelling, Words},
};

/// Everything under `patterns/`, without the examples.
pub(crate) struct BuiltIn {
    /// Changes whenever any rule changes.
    pub(crate) version: &'static str,
    pub(crate) files: &'static [FileData],
    /// Sorted by kind and value.
    pub(crate) allowed: &'static [AllowedValue],
}

/// One file.
pub(crate) struct FileData {
    /// Relative to `patterns/`.
    pub(crate) name: &'static str,
    pub(crate) rules: &'static [RuleData],
    pub(crate) combinations: &'static [CombinationData],
    pub(crate) tables: &'static [TableData],
}

pub(crate) static BUILT_IN: BuiltIn = include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// The built-in rule files as they are written: name and TOML.
pub(crate) static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));
