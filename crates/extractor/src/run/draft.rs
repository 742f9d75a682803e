//! A segment that is being written.

use dosimeter_record::Locator;
use zeroize::Zeroizing;

/// A segment that is being written.
///
/// A plain `String` leaves an unwiped copy behind each time it grows; this one wipes the old block
/// before it gives it back.
pub(super) struct Draft {
    text: Zeroizing<String>,
    pub(super) locator: Locator,
}

impl Draft {
    pub(super) fn new(locator: Locator) -> Self {
        Self { text: Zeroizing::new(String::new()), locator }
    }

    /// Amortised O(length of `more`).
    pub(super) fn push(&mut self, more: &str) {
        let needed = self.text.len().saturating_add(more.len());
        if needed > self.text.capacity() {
            let capacity = needed.max(self.text.capacity().saturating_mul(2));
            let mut grown = Zeroizing::new(String::with_capacity(capacity));
            grown.push_str(&self.text);
            // The old block is wiped as it is dropped.
            self.text = grown;
        }
        self.text.push_str(more);
    }

    pub(super) fn last_char(&self) -> Option<char> {
        self.text.chars().next_back()
    }

    /// O(length of the last line).
    pub(super) fn edit_line(&mut self, edit: impl FnOnce(&str) -> Option<String>) {
        let start = self.text.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let edited = self.text.get(start..).and_then(edit).map(Zeroizing::new);
        if let Some(line) = edited
            && line.len() <= self.text.len().saturating_sub(start)
        {
            self.text.truncate(start);
            self.text.push_str(&line);
        }
    }

    pub(super) fn finish(mut self) -> (Locator, String) {
        (self.locator, std::mem::take(&mut *self.text))
    }
}
