//! File bytes in, text segments and gaps out: in memory, inside one [`Budget`], never failing.
//!
//! [`extract`] finds out by content what a file is, reads all text in it, down through attachments and
//! archives, and says of everything that it could not read that it could not, and why. It is pure: no
//! I/O, no clock, no global state; the same bytes give the same result.
//!
//! ```
//! use dosimeter_content::{Content, Expose};
//! use dosimeter_extractor::{Budget, FileKind, Hint, extract};
//!
//! let file = Content::from(b"<p>Card <b>4111</b>1111</p><!-- internal -->".to_vec());
//! let hint = Hint { name: Some("note.html"), media_type: None };
//! let extraction = extract(&file, hint, &Budget::default());
//!
//! assert_eq!(extraction.kind, FileKind::Html);
//! assert_eq!(extraction.segments[0].text.expose(), "Card 41111111\n");
//! assert_eq!(extraction.segments[1].locator.to_string(), "comment");
//! assert!(extraction.gaps.is_empty());
//! ```

mod budget;
mod capped;
mod compound;
mod cursor;
mod dispatch;
mod email;
mod gzip;
mod hint;
mod html;
mod json;
mod kind;
mod odf;
mod ooxml;
mod pdf;
mod run;
mod sniff;
mod strings;
mod text;
mod xml;
mod zip;

use dosimeter_content::{Content, Expose, Text};
use dosimeter_record::{Gap, GapReason, Locator};

pub use self::{budget::Budget, hint::Hint, kind::FileKind};

/// What was read of a file, and what was not.
#[expect(missing_debug_implementations, reason = "holds content, which must not be printable")]
pub struct Extraction {
    /// What the file is.
    pub kind: FileKind,
    /// Its text, in reading order as far as the format has one.
    pub segments: Vec<Segment>,
    /// What was not read, and why. Empty means that everything was.
    pub gaps: Vec<Gap>,
}

/// A piece of text and where it stands.
#[expect(missing_debug_implementations, reason = "holds content, which must not be printable")]
pub struct Segment {
    /// The text.
    pub text: Text,
    /// Its place in the file.
    pub locator: Locator,
}

/// Reads all text of a file.
///
/// Never fails and never panics outwards. Time and memory are bounded by `budget`; time only if it
/// has a deadline.
pub fn extract(file: &Content, hint: Hint<'_>, budget: &Budget) -> Extraction {
    let mut run = run::Run::new(budget);
    let bytes = file.expose();
    let within = bytes.get(..budget.input_bytes).unwrap_or(bytes);
    if within.len() < bytes.len() {
        run.gap(GapReason::TooLarge, Locator::default());
    }
    let kind = dispatch::read(&mut run, within, hint);
    let (segments, gaps) = run.finish();
    Extraction { kind, segments, gaps }
}
