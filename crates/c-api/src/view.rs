//! What C reads and writes: plain structures.

use std::ffi::c_char;

use dosimeter::{Confidence, LabelSet, Severity};

/// How a call ended.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As asked.
    Ok = 0,
    /// A pointer is null that must not be, or an option has a value that does not exist.
    BadArgument = 1,
    /// The text is not UTF-8, and nothing of it was scanned. Files in any encoding go to
    /// `dosimeter_scan_file`.
    NotUtf8 = 2,
    /// A rule cannot be used.
    BadRule = 3,
    /// The system has no randomness for a key of this process.
    NoRandomness = 4,
    /// A bug of the library. Nothing was scanned.
    Internal = 5,
}

/// The kinds of sensitive content, as bits.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// Information that identifies a person.
    Pii = 1,
    /// Something a person could charge or pull money with.
    Payment = 2,
    /// Credential material that authenticates.
    Secrets = 4,
    /// Information whose handling is set by law.
    Regulated = 8,
    /// Non-public money facts of a person or a company.
    Financial = 16,
    /// Records about the organisation's customers.
    Customer = 32,
}

/// How sure, or how bad.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Little speaks for it; hidden unless asked for.
    Low = 1,
    /// Medium.
    Medium = 2,
    /// High.
    High = 3,
}

/// How much was scanned.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverageState {
    /// Everything.
    Complete = 1,
    /// Some of it; the gaps say what is missing.
    Partial = 2,
    /// Nothing.
    None = 3,
}

/// A piece of UTF-8 with its length. Has no NUL at its end. `data` may be null if `len` is 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// The first byte.
    pub data: *const c_char,
    /// How many bytes.
    pub len: usize,
}

/// What a classifier is made with. All bytes 0 but `size` means: the built-in rules, all labels, medium
/// confidence, and a key of this process.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// `sizeof(dosimeter_options)`: later versions may have more fields.
    pub size: usize,
    /// The labels to look for, `dosimeter_label` added up; 0 for all.
    pub labels: u32,
    /// Findings are reported from this `dosimeter_level` up; 0 for medium.
    pub min_confidence: u32,
    /// 32 secret random bytes, or null. With the same key, the same value has the same fingerprint in
    /// every run, and whoever has the key can find out values by trial.
    pub key: *const u8,
    /// Rules in addition to the built-in ones, each a TOML text.
    pub rules: *const Text,
    /// How many.
    pub rules_len: usize,
}

/// A file, and what is said about it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct File {
    /// `sizeof(dosimeter_file)`: later versions may have more fields.
    pub size: usize,
    /// Its bytes.
    pub data: *const u8,
    /// How many.
    pub len: usize,
    /// Its name; breaks ties, content decides. May be empty.
    pub name: Text,
    /// Its media type; breaks ties. May be empty.
    pub media_type: Text,
    /// After so many milliseconds reading stops with a gap; 0 for no limit.
    pub timeout_ms: u32,
}

/// One thing that was found. Holds no text but what is masked.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    /// The rule that found it, such as `payment.card.separated`.
    pub rule: Text,
    /// The masked value.
    pub masked: Text,
    /// The masked value in its masked context: one line of at most 160 characters.
    pub redacted: Text,
    /// Which value it was, keyed: 32 hexadecimal digits.
    pub fingerprint: Text,
    /// Where in a file, such as `entry 2, page 7`; empty for texts.
    pub locator: Text,
    /// Why it has this confidence.
    pub reasons: *const Text,
    /// How many reasons.
    pub reasons_len: usize,
    /// Its first byte, in the text or in the segment of the file.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// The labels that it speaks for, `dosimeter_label` added up.
    pub labels: u32,
    /// How bad its exposure is.
    pub severity: Level,
    /// How sure we are.
    pub confidence: Level,
}

/// Something that was not read, and so not scanned.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// Why, such as `encrypted`, `malformed` or `unsupported`.
    pub reason: Text,
    /// Where; empty for the whole of it.
    pub locator: Text,
}

impl Text {
    /// The bytes of `text`, as long as it is neither moved out of its place on the heap nor changed.
    pub(crate) fn of(text: &str) -> Self {
        Self { data: text.as_ptr().cast(), len: text.len() }
    }
}

impl From<Confidence> for Level {
    fn from(confidence: Confidence) -> Self {
        match confidence {
            Confidence::High => Self::High,
            Confidence::Medium => Self::Medium,
            _ => Self::Low,
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::High => Self::High,
            Severity::Medium => Self::Medium,
            _ => Self::Low,
        }
    }
}

impl From<dosimeter::CoverageState> for CoverageState {
    fn from(state: dosimeter::CoverageState) -> Self {
        match state {
            dosimeter::CoverageState::Complete => Self::Complete,
            dosimeter::CoverageState::Partial => Self::Partial,
            _ => Self::None,
        }
    }
}

/// Every label and its bit.
const LABELS: [(dosimeter::Label, Label); 6] = [
    (dosimeter::Label::Pii, Label::Pii),
    (dosimeter::Label::Payment, Label::Payment),
    (dosimeter::Label::Secrets, Label::Secrets),
    (dosimeter::Label::Regulated, Label::Regulated),
    (dosimeter::Label::Financial, Label::Financial),
    (dosimeter::Label::Customer, Label::Customer),
];

/// The bits of labels.
pub(crate) fn bits(labels: LabelSet) -> u32 {
    let given = LABELS.iter().filter(|(label, _)| labels.contains(*label));
    given.fold(0, |bits, (_, label)| bits | *label as u32)
}

/// The labels of bits, unless one of them has no label.
pub(crate) fn labels(bits: u32) -> Option<Vec<dosimeter::Label>> {
    let all = LABELS.iter().fold(0, |all, (_, label)| all | *label as u32);
    let given = LABELS.iter().filter(|(_, label)| bits & *label as u32 != 0);
    (bits & !all == 0).then(|| given.map(|(label, _)| *label).collect())
}
