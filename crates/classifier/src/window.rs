//! How much of a text is looked at at once.
//!
//! A text is cut at fixed places, whether it comes whole or in pieces, and each part is seen with a
//! margin on both sides. So both ways see the same and find the same, and a text of any length needs
//! the memory of one window. What does not fit into a window is the one thing that is lost: the rows of
//! a table more than a window behind its header are read without it.

use dosimeter_record::Span;

use crate::normalise::{Normalised, normalise};

/// Where texts are cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    /// The length of what is decided at once, in bytes.
    pub(crate) len: usize,
    /// What is seen of the text before: more than the longest match and its context.
    pub(crate) before: usize,
    /// What is seen of the text behind: more than the longest encoded run, and a match behind that.
    pub(crate) after: usize,
}

/// Long enough that few texts have more than one.
pub(crate) const WINDOWS: Windows = Windows { len: 4 << 20, before: 32 << 10, after: 128 << 10 };

/// One part of a text: places in the text of which it was cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// What is seen.
    pub(crate) seen: Span,
    /// Where the matches that count begin.
    pub(crate) own: Span,
}

impl Windows {
    /// How many windows a text of `len` bytes has: an empty one has one, in which nothing is found.
    pub(crate) fn count(self, len: usize) -> usize {
        len.max(1).div_ceil(self.len)
    }

    /// Cuts window `index` out of `text`, whose first `gone` bytes are no longer at hand.
    pub(crate) fn cut(self, index: usize, text: &str, gone: usize) -> Window {
        let start = index.saturating_mul(self.len);
        let own = Span::new(
            text.floor_char_boundary(start.saturating_sub(gone)),
            text.floor_char_boundary(start.saturating_add(self.len).saturating_sub(gone)),
        );
        let seen = Span::new(
            text.floor_char_boundary(own.start.saturating_sub(self.before)),
            text.floor_char_boundary(own.end.saturating_add(self.after)),
        );
        Window { seen, own }
    }

    /// How much of a text must be there before window `index` can be cut as if all of it were.
    pub(crate) fn needs(self, index: usize) -> usize {
        let end = index.saturating_add(1).saturating_mul(self.len);
        end.saturating_add(self.after).saturating_add(1)
    }
}

impl Window {
    /// What is decided, in the normalised form of what is seen: each character has its own, whatever
    /// stands beside it, so the margins are as long as they are on their own.
    pub(crate) fn own_in(self, seen: &Normalised<'_>, text: &str) -> Span {
        if self.own == self.seen {
            return Span::new(0, seen.text().len());
        }
        let len = |margin: Span| normalise(margin.slice(text).unwrap_or_default()).text().len();
        let before = len(Span::new(self.seen.start, self.own.start));
        let after = len(Span::new(self.own.end, self.seen.end));
        Span::new(before, seen.text().len().saturating_sub(after))
    }
}
