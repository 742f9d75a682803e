//! From positions on a page to running text.
//!
//! Pieces of text are taken in the order in which the page shows them, which programs keep close to
//! reading order, and separated by where they stand: another baseline is a new line, a gap is a space,
//! a wide gap is a tab. So an identifier whose digits are placed one by one stays whole, and the
//! cells of a table stay apart.

use super::matrix::Matrix;
use crate::run::{Read, Run, Slot};

/// A piece of text that was placed on the page.
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    /// The text space at its start, scaled to the font size.
    pub(super) start: Matrix,
    /// Where the pen stands after it.
    pub(super) end: (f64, f64),
}

/// Where the last piece stood.
pub(super) struct Layout {
    slot: Slot,
    last: Option<Last>,
}

struct Last {
    /// Unit vector of the writing direction.
    direction: (f64, f64),
    start: f64,
    end: f64,
    baseline: f64,
    size: f64,
    text: String,
}

/// In units of the font size. Kerning stays below 0.1; a space is 0.25 wide, and justified text is set with
/// half of it.
const SPACE: f64 = 0.13;
/// Cells are padded by about this much; words of justified text rarely stand so far apart.
const TAB: f64 = 1.0;
/// Superscripts are raised by up to 0.45.
const LINE: f64 = 0.5;

impl Layout {
    pub(super) fn new(slot: Slot) -> Self {
        Self { slot, last: None }
    }

    /// Writes a piece with the separator that its place asks for.
    pub(super) fn place(&mut self, run: &mut Run<'_>, piece: &Piece<'_>) -> Read {
        let next = Last::new(piece);
        let separator = match &self.last {
            Some(last) if last.is_repeated_by(&next) => return Ok(()),
            Some(last) => last.separator(&next),
            None => None,
        };
        let written = run.last_char(self.slot);
        match separator {
            Some('\n') => run.end_line(self.slot)?,
            Some('\t') if written != Some('\t') => run.write(self.slot, "\t")?,
            Some(' ') if !written.is_some_and(char::is_whitespace) => run.write(self.slot, " ")?,
            _ => {}
        }
        self.last = Some(next);
        run.write(self.slot, piece.text)
    }

    /// Forms and annotations are shown apart from what surrounds them.
    pub(super) fn break_line(&mut self, run: &mut Run<'_>) -> Read {
        self.last = None;
        run.end_line(self.slot)
    }
}

impl Last {
    fn new(piece: &Piece<'_>) -> Self {
        let (x, y) = piece.start.along();
        let length = x.hypot(y);
        let direction =
            if length > 0.0 && length.is_finite() { (x / length, y / length) } else { (1.0, 0.0) };
        let (up_x, up_y) = piece.start.upwards();
        let along = |(x, y): (f64, f64)| x * direction.0 + y * direction.1;
        let across = |(x, y): (f64, f64)| y * direction.0 - x * direction.1;
        let size = up_x.hypot(up_y);
        Self {
            direction,
            start: along(piece.start.origin()),
            end: along(piece.end),
            baseline: across(piece.start.origin()),
            size: if size > 0.0 && size.is_finite() { size } else { 1.0 },
            text: piece.text.to_owned(),
        }
    }

    /// Text shown twice at the same place looks bold; it is there once.
    fn is_repeated_by(&self, next: &Self) -> bool {
        (next.start - self.start).abs() < SPACE * self.size
            && (next.baseline - self.baseline).abs() < SPACE * self.size
            && next.text == self.text
            && self.end > self.start
    }

    fn separator(&self, next: &Self) -> Option<char> {
        let size = self.size.max(next.size);
        let turned = (self.direction.0 - next.direction.0).abs() > 0.1
            || (self.direction.1 - next.direction.1).abs() > 0.1;
        let gap = next.start - self.end;
        if turned || (next.baseline - self.baseline).abs() > LINE * size || gap < -size {
            return Some('\n');
        }
        let size = self.size.min(next.size);
        match gap / size {
            wide if wide > TAB => Some('\t'),
            gap if gap > SPACE => Some(' '),
            _ => None,
        }
    }
}
