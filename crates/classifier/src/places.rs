//! Where in a resource that stands which is found in a window.

use dosimeter_record::{Locator, Position};

/// The places of what is found in a window, mostly asked for in their order.
pub(crate) struct Places<'t> {
    /// The window.
    text: &'t str,
    /// What is before it.
    gone: Position,
    /// What is before the place that was asked for last.
    here: Position,
    /// The place of the segment.
    locator: &'t Locator,
    /// Whether that is kept with the evidence, or says nothing.
    is_kept: bool,
}

impl<'t> Places<'t> {
    pub(crate) fn new(text: &'t str, gone: Position, locator: &'t Locator) -> Self {
        let is_kept = *locator == Locator::default();
        Self { text, gone, here: gone, locator, is_kept }
    }

    /// The place of a position in the segment.
    pub(crate) fn at(&mut self, position: usize) -> Locator {
        let before = self.before(position);
        self.locator.at(before)
    }

    /// What is before a position in the segment; nothing, if its lines are not counted. O(distance to the
    /// last one).
    pub(crate) fn before(&mut self, position: usize) -> Position {
        if !self.locator.counts_lines() {
            return Position::default();
        }
        if position < self.here.bytes {
            self.here = self.gone;
        }
        let [from, to] =
            [self.here.bytes, position].map(|place| place.saturating_sub(self.gone.bytes));
        self.here = self.here.behind(self.text.get(from..to).unwrap_or_default());
        self.here
    }

    /// The place of the segment, if it says something and is asked for the first time.
    pub(crate) fn first_kept(&mut self) -> Option<&'t Locator> {
        (!std::mem::replace(&mut self.is_kept, true)).then_some(self.locator)
    }
}
