//! The built-in rules, as constants that the build script printed.
//!
//! The tests check each of them as strictly as a user's, and that they say what the sources say; so
//! nothing is looked at again at run time.

use std::borrow::Cow::Borrowed;

use dosimeter_record::{Confidence, Label, Mask, Severity};

use crate::rule::{
    byte_set::ByteSet,
    certain::Certain,
    data::{
        AllowedValue, Beside, Column, CombinationData, Context, Need, RuleData, Scope, Strength,
        TableData,
    },
    packed::Packed,
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

/// The anchors of all of these rules, in their order.
pub(crate) const ANCHORS: Packed =
    Packed::new(include_bytes!(concat!(env!("OUT_DIR"), "/anchors.bin")), BYTE_SETS);

/// The lists of byte sets that they are made of, one after the other.
static BYTE_SETS: &[ByteSet] =
    &spread::<{ ORDER.len() / 2 }>(include!(concat!(env!("OUT_DIR"), "/byte_sets.rs")));

/// Which of the distinct sets stands where, two bytes each.
const ORDER: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/byte_sets.bin"));

/// The sets in order. Evaluated by the compiler, which refuses an index without a set.
#[expect(clippy::indexing_slicing, reason = "fails the build, if at all")]
const fn spread<const LEN: usize>(distinct: &[ByteSet]) -> [ByteSet; LEN] {
    let mut sets = [ByteSet::NONE; LEN];
    let (mut rest, mut place) = (ORDER, 0);
    while let [low, high, others @ ..] = rest {
        sets[place] = distinct[u16::from_le_bytes([*low, *high]) as usize];
        (rest, place) = (others, place + 1);
    }
    sets
}

/// The built-in rule files as they are written: name and TOML.
pub(crate) static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));
