//! Finds sensitive content in text and files, and tells of it without repeating it.
//!
//! Text goes in; [`Finding`]s come out. A finding says which rule matched, where, how sure it is and
//! why, and carries a masked stand-in ([`Redaction`]) and a keyed [`Fingerprint`] in place of the
//! value. Six kinds of content are told apart ([`Label`]): `pii`, `payment`, `secrets`, `regulated`,
//! `financial`, `customer`.
//!
//! ```
//! use dosimeter::Classifier;
//!
//! let classifier = Classifier::builder().build()?;
//! let mut scratch = classifier.scratch();
//! let findings = classifier.scan(&mut scratch, "IBAN: DE13 5001 0517 9513 7844 05");
//!
//! assert_eq!(findings.len(), 1);
//! let finding = &findings[0];
//! assert_eq!(finding.rule().as_str(), "payment.bank.iban");
//! assert_eq!(finding.redacted().value(), "DE•• •••• 4405");
//! # Ok::<(), dosimeter::Error>(())
//! ```
//!
//! # One classifier, many threads
//!
//! A [`Classifier`] is made once (some milliseconds), is cheap to clone and shared by all threads.
//! What changes during a scan lives in a [`Scratch`], of which each thread has its own:
//!
//! ```
//! use dosimeter::Classifier;
//!
//! let classifier = Classifier::builder().build()?;
//! std::thread::scope(|scope| {
//!     for text in ["mail me at office@larkfield.io", "nothing here"] {
//!         let classifier = &classifier;
//!         scope.spawn(move || classifier.scan(&mut classifier.scratch(), text).len());
//!     }
//! });
//! # Ok::<(), dosimeter::Error>(())
//! ```
//!
//! Where threads are not yours, [`Scanner`] keeps the scratches.
//!
//! # From findings to a verdict
//!
//! Single findings are not the whole story: one e-mail address is little, a table of forty customers
//! is much, and a diagnosis matters once a name stands beside it. [`Classifier::resource`] takes all
//! segments of one message or document, and everything that could *not* be read, and gives
//! [`Labelled`]: the labels, the findings behind them, and the [`Coverage`]. Not scanned is never
//! clean:
//!
//! ```
//! use dosimeter::{Classifier, Gap, GapReason, Identity, Label, Locator};
//!
//! let classifier = Classifier::builder().labels([Label::Payment]).build()?;
//! let mut scratch = classifier.scratch();
//! let identity = Identity { tenant: "acme", resource: "invoice-7", part: "" };
//!
//! let mut scan = classifier.resource(&mut scratch, identity);
//! scan.segment("IBAN: DE13 5001 0517 9513 7844 05", &Locator::default());
//! scan.gap(Gap::whole(GapReason::Encrypted));
//! let labelled = scan.finish();
//!
//! assert!(labelled.labels.by_label().contains_key(&Label::Payment));
//! assert!(!labelled.labels.is_clean());
//! # Ok::<(), dosimeter::Error>(())
//! ```
//!
//! [`Classifier::conversation`] then says what several messages and attachments only show together.
//!
//! # Stable names
//!
//! A finding's id and fingerprint are keyed hashes. With a [`FingerprintKey`] of your own, the same
//! value in the same place keeps its id from run to run, and nobody without the key can find out by
//! trial which value it was. Without one, each process draws its own key.
//!
//! # Files
//!
//! With the feature `extract`, `dosimeter::extractor` reads PDF, Office, mail, archives and more into
//! segments and gaps, inside a budget; see `examples/files.rs`.
//!
//! # Rules of your own
//!
//! Rules are TOML with their own examples, checked when they are added:
//!
//! ```
//! use dosimeter::{Classifier, RuleSet};
//!
//! let mut rules = RuleSet::built_in();
//! rules.add_toml("acme.toml", r#"
//!     [[rule]]
//!     id         = "secrets.acme.badge"
//!     title      = "Badge code"
//!     label      = "secrets"
//!     severity   = "high"
//!     confidence = "high"
//!     keywords   = ["badge-"]
//!     pattern    = '\b(badge-[0-9]{8})\b'
//!
//!     [[rule.positive]]
//!     text = "open with badge-{8:0-9}"
//!     why  = "a sentence"
//!
//!     [[rule.negative]]
//!     text = "badge-holder"
//!     why  = "a word"
//! "#)?;
//! let classifier = Classifier::builder().rules(rules).build()?;
//! let found = classifier.scan(&mut classifier.scratch(), "open with badge-51729943");
//! assert_eq!(found[0].rule().as_str(), "secrets.acme.badge");
//! # Ok::<(), dosimeter::Error>(())
//! ```
//!
//! # Units
//!
//! | what | unit |
//! |---|---|
//! | [`Span`] | bytes of the UTF-8 that was given to that call or segment, half open, on character boundaries |
//! | [`Locator`] | pages, sheets, rows, slides, paragraphs, lines and entries, counted from 1 |
//! | distances in rules and [`Reason`]s | characters |
//! | limits of `extractor::Budget` | bytes, counts; time is the caller's |
//!
//! # Errors
//!
//! A scan cannot fail, and neither can an extraction: what was not read is a [`Gap`]. [`Error`] is about
//! rules alone, and its messages may quote them; they never quote what was scanned. No text makes the crate
//! panic; one that does is a bug.
//!
//! # Complexity and limits
//!
//! A scan takes time linear in its text, whatever the text is: every pattern has a longest match (8 192
//! bytes), and tries around each place are bounded. It allocates next to nothing where nothing is found.
//! A resource lists at most 10 000 findings; the rest is counted in its labels. Texts of any length are
//! scanned in stretches of 1 MiB. Context reaches at most 300 characters; encodings are undone two levels
//! deep. Making a classifier takes some milliseconds, the first scan that needs a pattern some more; a
//! scratch grows to some megabytes.
//!
//! There is no I/O, no clock, no thread (but with `rayon`) and no global state.
//!
//! # Features
//!
//! | feature | what | crates, with ours |
//! |---|---|---|
//! | none | texts | 45 |
//! | `extract` | files, as `dosimeter::extractor` | 57 more |
//! | `rayon` | `Scanner::scan_many` and `scan_each` | 6 more |
//!
//! Features only add. None needs a C compiler.
//!
//! # Versions
//!
//! Needs Rust 1.95; a later one is asked for in minor releases only. Enumerations that may grow are
//! `#[non_exhaustive]`, and `cargo xtask semver` compares releases. New rules and better confidences are no
//! change of the interface: [`Classifier::ruleset`] says which rules there are. Rule ids keep their meaning.
//!
//! # More
//!
//! [`guide`] goes from the first line to a server. What this protects against, and what not, is in the
//! [threat model](https://github.com/dosimeter/dosimeter/blob/main/crates/cli/docs/threat-model.md).

#[doc = include_str!("../docs/embed.md")]
pub mod guide {}

mod scanner;

pub use dosimeter_classifier::{
    Classifier, ClassifierBuilder, Error, Explanation, Outcome, ResourceScan, Rule, RuleSet,
    Scratch, SegmentStream, Strength, generate, validator,
};
pub use dosimeter_record::{
    Confidence, Coverage, CoverageState, Evidence, Finding, FindingId, Fingerprint, FingerprintKey,
    Gap, GapReason, Identity, Label, LabelSet, LabelSummary, Labelled, Labels, Locator, Reason,
    Redaction, RuleId, Severity, Span,
};

#[cfg(feature = "extract")]
pub use dosimeter_extractor as extractor;

pub use self::scanner::Scanner;

/// The examples of the README, so that they stay true.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
