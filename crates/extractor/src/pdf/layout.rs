//! From positions on a page to running text.
//!
//! Pieces of text are taken in the order in which the page shows them, which programs keep close to
//! reading order, and separated by where they stand: another baseline is a new line, a gap is a space,
//! a wide gap is a tab. So an identifier whose digits are placed one by one stays whole, and the
//! cells of a table stay apart.
//!
//! Words that are divided between lines stay as they are shown, and are also given whole, beside the page:
//! whether a hyphen at the end of a line belongs to its word, nobody can tell.

use dosimeter_record::Locator;

use super::{bidi, matrix::Matrix};
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
    /// Single characters at even distances, as they are in spaced titles and in boxes of forms. They
    /// are one word, which shows only once there are several of them.
    spaced: Vec<Spaced>,
    /// What stands before the hyphen at the end of the last line.
    divided: Option<String>,
    /// Words that were divided between lines, whole.
    whole: String,
}

/// A character that stands apart from the one before it.
struct Spaced {
    separator: char,
    /// The distance, in units of the font size.
    gap: f64,
    text: String,
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
/// Characters of one word may stand this far apart in a form; cells of a table stand further.
const SPACED_MAX: f64 = 1.5;
/// Distances that differ by less are even.
const EVEN: f64 = 0.2;
/// So many characters after the first one are no chance.
const SPACED_MIN: usize = 3;
/// Superscripts are raised by up to 0.45.
const LINE: f64 = 0.5;

impl Layout {
    pub(super) fn new(slot: Slot) -> Self {
        Self { slot, last: None, spaced: Vec::new(), divided: None, whole: String::new() }
    }

    /// Writes a piece with the separator that its place asks for.
    pub(super) fn place(&mut self, run: &mut Run<'_>, piece: &Piece<'_>) -> Read {
        let next = Last::new(piece);
        let separator = match &self.last {
            Some(last) if last.is_repeated_by(&next) => return Ok(()),
            Some(last) => last.separator(&next),
            None => None,
        };
        if let (Some(separator @ (' ' | '\t')), Some(last)) = (separator, &self.last)
            && let Some(gap) = last.even_gap(&next)
        {
            let is_even = self.spaced.first().is_none_or(|first| (first.gap - gap).abs() < EVEN);
            if !is_even {
                self.flush(run)?;
            }
            self.spaced.push(Spaced { separator, gap, text: piece.text.to_owned() });
            self.last = Some(next);
            return Ok(());
        }
        self.flush(run)?;
        self.separate(run, separator)?;
        self.last = Some(next);
        run.write(self.slot, piece.text)
    }

    /// Writes the characters that were held back: as one word if there are enough of them.
    pub(super) fn flush(&mut self, run: &mut Run<'_>) -> Read {
        let is_word = self.spaced.len() >= SPACED_MIN;
        for character in std::mem::take(&mut self.spaced) {
            if !is_word {
                self.separate(run, Some(character.separator))?;
            }
            run.write(self.slot, &character.text)?;
        }
        Ok(())
    }

    fn separate(&mut self, run: &mut Run<'_>, separator: Option<char>) -> Read {
        let written = run.last_char(self.slot);
        match separator {
            Some('\n') => self.end_line(run),
            Some('\t') if written != Some('\t') => run.write(self.slot, "\t"),
            Some(' ') if !written.is_some_and(char::is_whitespace) => run.write(self.slot, " "),
            _ => Ok(()),
        }
    }

    /// Forms and annotations are shown apart from what surrounds them.
    pub(super) fn break_line(&mut self, run: &mut Run<'_>) -> Read {
        self.flush(run)?;
        self.last = None;
        self.end_line(run)
    }

    /// Writes what is left of the page, and its divided words.
    pub(super) fn finish(&mut self, run: &mut Run<'_>, page: &Locator) -> Read {
        self.flush(run)?;
        self.end_line(run)?;
        let locator = Locator { part: Some("hyphenated".into()), ..page.clone() };
        run.segment(locator, &std::mem::take(&mut self.whole))
    }

    fn end_line(&mut self, run: &mut Run<'_>) -> Read {
        if run.last_char(self.slot).is_none_or(|last| last == '\n') {
            return Ok(());
        }
        let (mut before, mut after) = (None, None);
        run.edit_line(self.slot, |line| {
            let turned = bidi::logical(line);
            let line = turned.as_deref().unwrap_or(line).trim();
            (after, before) = (head(line), tail(line));
            turned
        });
        if let (Some(before), Some(after)) = (self.divided.take(), after) {
            self.whole.push_str(&before);
            self.whole.push_str(&after);
            self.whole.push('\n');
        }
        self.divided = before;
        run.end_line(self.slot)
    }
}

/// The letters that a line starts with, if they can go on with a word.
fn head(line: &str) -> Option<String> {
    let letters: String = line.chars().take_while(|c| c.is_alphabetic()).collect();
    letters.starts_with(char::is_lowercase).then_some(letters)
}

/// The letters before the hyphen that a line ends with.
fn tail(line: &str) -> Option<String> {
    let word = line.strip_suffix(['-', '\u{ad}', '\u{2010}'])?;
    let start = word.rfind(|c: char| !c.is_alphabetic());
    let start = start.map_or(0, |at| word.ceil_char_boundary(at.saturating_add(1)));
    word.get(start..).filter(|letters| !letters.is_empty()).map(str::to_owned)
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

    /// The distance to the next piece, if both are single letters or digits that stand close enough to
    /// be of one word.
    fn even_gap(&self, next: &Self) -> Option<f64> {
        let is_single = |text: &str| {
            let mut characters = text.trim().chars();
            characters.next().is_some_and(char::is_alphanumeric) && characters.next().is_none()
        };
        let gap = (next.start - self.end) / self.size.min(next.size);
        (is_single(&self.text) && is_single(&next.text) && gap < SPACED_MAX).then_some(gap)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_divided_at_their_hyphens() {
        assert_eq!(tail("the iden-").as_deref(), Some("iden"));
        assert_eq!(tail("über\u{ad}").as_deref(), Some("über"));
        assert_eq!(tail("from 2019-"), None);
        assert_eq!(tail("no hyphen"), None);
        assert_eq!(head("tification of").as_deref(), Some("tification"));
        assert_eq!(head("Smith"), None);
        assert_eq!(head("4711"), None);
    }
}
