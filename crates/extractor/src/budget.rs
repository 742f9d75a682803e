//! The limits of one extraction.

use std::{fmt, sync::Arc};

/// Everything that one extraction may use, given once and passed through all recursion.
///
/// Each limit that stops something leaves a gap with its reason; what was read until then is kept.
/// The defaults are measured against hostile files (see the crate's documentation) and generous
/// for real ones.
///
/// ```
/// use dosimeter_extractor::Budget;
///
/// let budget = Budget::default().input_bytes(1 << 20).depth(2);
/// ```
#[derive(Clone)]
pub struct Budget {
    pub(crate) input_bytes: usize,
    pub(crate) text_bytes: usize,
    pub(crate) expansion_bytes: usize,
    pub(crate) entry_bytes: usize,
    pub(crate) expansion_ratio: usize,
    pub(crate) entries: usize,
    pub(crate) depth: usize,
    pub(crate) cells: usize,
    pub(crate) pages: usize,
    pub(crate) operators: usize,
    pub(crate) pictures: usize,
    pub(crate) picture_bytes: usize,
    deadline: Option<Arc<dyn Fn() -> bool + Send + Sync>>,
}

const MIB: usize = 1 << 20;

impl Default for Budget {
    fn default() -> Self {
        Self {
            input_bytes: 25 * 1_000_000,
            text_bytes: 64 * MIB,
            expansion_bytes: 256 * MIB,
            entry_bytes: 64 * MIB,
            expansion_ratio: 200,
            entries: 10_000,
            depth: 8,
            cells: 5_000_000,
            pages: 5_000,
            operators: 20_000_000,
            pictures: 0,
            picture_bytes: 64 * MIB,
            deadline: None,
        }
    }
}

/// Below this many bytes of output the expansion ratio is not looked at: small texts of one
/// repeated character are common and harmless.
pub(crate) const RATIO_FREE_BYTES: usize = 4 * MIB;

macro_rules! limits {
    ($($(#[$docs:meta])+ $name:ident),+ $(,)?) => {
        $(
            $(#[$docs])+
            #[must_use]
            pub fn $name(mut self, $name: usize) -> Self {
                self.$name = $name;
                self
            }
        )+
    };
}

impl Budget {
    limits! {
        /// The largest file, in bytes; a larger one is read up to this point (25 MB).
        input_bytes,
        /// The most text that is given out, in bytes of UTF-8 (64 MiB).
        text_bytes,
        /// The most bytes that decompression and decoding may produce in all (256 MiB).
        expansion_bytes,
        /// The most bytes that one entry or stream may expand to (64 MiB).
        entry_bytes,
        /// The largest ratio of output to input, looked at once an entry has given 4 MiB (200).
        expansion_ratio,
        /// The most entries and attachments, over all levels (10 000).
        entries,
        /// How deep containers may stand in each other (8).
        depth,
        /// The most spreadsheet cells (5 000 000).
        cells,
        /// The most pages and slides (5 000).
        pages,
        /// The most operators of page descriptions (20 000 000).
        operators,
        /// How many pictures are handed out as [`Part::Picture`](crate::Part::Picture), for somebody to recognise
        /// the text in them (0: each is a gap).
        pictures,
        /// How many bytes they may have together (64 MiB).
        picture_bytes,
    }

    /// Asks `expired` from time to time whether to stop.
    ///
    /// The crate reads no clock, so that the same bytes give the same result: the caller owns the
    /// time. A caller with a limit of 30 seconds passes `move || started.elapsed() > limit`.
    #[must_use]
    pub fn with_deadline(mut self, expired: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        self.deadline = Some(Arc::new(expired));
        self
    }

    pub(crate) fn is_expired(&self) -> bool {
        self.deadline.as_ref().is_some_and(|expired| expired())
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Budget")
            .field("input_bytes", &self.input_bytes)
            .field("text_bytes", &self.text_bytes)
            .field("expansion_bytes", &self.expansion_bytes)
            .field("entry_bytes", &self.entry_bytes)
            .field("expansion_ratio", &self.expansion_ratio)
            .field("entries", &self.entries)
            .field("depth", &self.depth)
            .field("cells", &self.cells)
            .field("pages", &self.pages)
            .field("operators", &self.operators)
            .field("pictures", &self.pictures)
            .field("picture_bytes", &self.picture_bytes)
            .field("deadline", &self.deadline.is_some())
            .finish()
    }
}
