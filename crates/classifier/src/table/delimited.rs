//! Rows on lines: CSV, TSV, semicolons, pipes, Markdown.
//!
//! One pass over the places of line ends, delimiters and quotes counts the delimiters of each line. A
//! run of lines with the same count is a block, and the first line of a block of at least three may be
//! a header. So every byte is looked at once to be counted, and once more for each delimiter if it
//! stands in the first line of a block: the work is linear whatever stands in the text, but for the
//! sorting of what has a header. Only that takes memory.

use std::{cell::OnceCell, ops::ControlFlow};

use dosimeter_record::Span;

use crate::{
    simd::{BLOCK, Set},
    table::{Layout, Table, fold_header, is_header},
};

/// Delimiters, and how many of them a row needs at least: one comma is prose.
const DELIMITERS: [(u8, u64); 4] = [(b'\t', 1), (b'|', 1), (b';', 1), (b',', 2)];
/// A header and two rows: less is chance.
const LINES_MIN: usize = 3;
/// Longer lines are prose or minified code.
const LINE_MAX: usize = 4096;

/// Tables of one text.
const TABLES_MAX: usize = 256;

/// What is counted in lines, and what ends counting.
const MARKS: Set = Set::new(b"\n\t;,\"", b'|');

/// How often each delimiter stands in a line outside double quotes: 16 bits for each.
type Counts = u64;

/// How many bits a count takes.
const COUNT_BITS: u32 = 16;
const COUNT: Counts = (1 << COUNT_BITS) - 1;

/// What a byte adds to the counts.
static WORTH: [Counts; 256] = worth();

#[expect(clippy::indexing_slicing, reason = "at compile time, where a panic is an error")]
const fn worth() -> [Counts; 256] {
    let mut worth = [0; 256];
    let (mut index, mut one) = (0, 1);
    while index < DELIMITERS.len() {
        worth[DELIMITERS[index].0 as usize] = one;
        one <<= COUNT_BITS % Counts::BITS;
        index += 1;
    }
    worth
}

/// Lines in a row with the same number of the same delimiter.
#[derive(Clone, Copy)]
struct Block {
    delimiter: u8,
    span: Span,
    lines: usize,
}

/// Finds the tables of a text. One pass over the lines.
pub(super) fn find(text: &str) -> Vec<Table> {
    let mut search = Search::new(text);
    let (mut counts, mut outside) = (0, Counts::MAX);
    MARKS.visit(text.as_bytes(), |position, byte| {
        match byte {
            b'\n' => {
                search.line(position.wrapping_add(1), counts);
                (counts, outside) = (0, Counts::MAX);
            }
            b'"' => outside = !outside,
            // A line that is too long for its counts to fit has none.
            _ => {
                let worth = WORTH.get(usize::from(byte)).copied().unwrap_or_default();
                counts = counts.wrapping_add(worth & outside);
            }
        }
        ControlFlow::Continue(())
    });
    if search.start < text.len() {
        search.line(text.len(), counts);
    }
    // An empty line ends what is open.
    search.line(text.len(), 0);
    let kept = keep_widest(search.found).into_iter();
    kept.filter_map(|candidate| candidate.table(text)).collect()
}

/// Blocks in the making.
struct Search<'t> {
    text: &'t str,
    /// Where the line begins that comes next, and how many there were before it.
    start: usize,
    lines: usize,
    /// Of the last line.
    counts: Counts,
    /// For each delimiter, where the lines begin that have as many of it as the last, and which is the
    /// first of them.
    since: [(usize, usize); DELIMITERS.len()],
    found: Vec<Candidate>,
}

impl<'t> Search<'t> {
    const fn new(text: &'t str) -> Self {
        let since = [(0, 0); DELIMITERS.len()];
        Self { text, start: 0, lines: 0, counts: 0, since, found: Vec::new() }
    }

    /// Takes the next line, which ends at `end`.
    #[inline]
    fn line(&mut self, end: usize, counts: Counts) {
        let counts = if end.wrapping_sub(self.start) > LINE_MAX { 0 } else { counts };
        if counts != self.counts {
            self.turn(counts);
        }
        self.start = end;
        self.lines = self.lines.wrapping_add(1);
    }

    /// Ends the blocks that do not go on with a line of other counts, and begins new ones.
    fn turn(&mut self, counts: Counts) {
        let mut changed = counts ^ self.counts;
        while changed != 0 {
            let shift = changed.trailing_zeros() / COUNT_BITS * COUNT_BITS;
            changed &= !(COUNT << shift);
            let index = (shift / COUNT_BITS) as usize;
            let (Some(since), Some(&(delimiter, minimum))) =
                (self.since.get_mut(index), DELIMITERS.get(index))
            else {
                break;
            };
            let count = self.counts >> shift & COUNT;
            let (start, first) = std::mem::replace(since, (self.start, self.lines));
            let lines = self.lines.wrapping_sub(first);
            if count >= minimum && lines >= LINES_MIN {
                let block = Block { delimiter, span: Span::new(start, self.start), lines };
                self.found.extend(Candidate::new(self.text, block));
            }
        }
        self.counts = counts;
    }
}

/// A block whose first line is a header.
#[derive(Clone, Copy)]
struct Candidate {
    block: Block,
    /// Where the rows begin.
    rows: usize,
    columns: usize,
}

/// Where two delimiters both make a table of the same lines, the one with more columns wins. Few tables
/// stand in one text; a page of them is not worth an index.
fn keep_widest(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.columns));
    // By place: none overlaps another.
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if kept.len() >= TABLES_MAX {
            break;
        }
        let span = candidate.block.span;
        let after = kept.partition_point(|other| other.block.span.end <= span.start);
        if !kept.get(after).is_some_and(|other| other.block.span.overlaps(span)) {
            kept.insert(after, candidate);
        }
    }
    kept
}

impl Candidate {
    fn new(text: &str, block: Block) -> Option<Self> {
        let lines = block.span.slice(text)?;
        let end = memchr::memchr(b'\n', lines.as_bytes())?.saturating_add(1);
        let first = lines.get(..end)?.trim_end();
        let cells = || split(first, block.delimiter);
        (divides(block.delimiter, first) && is_header(cells())).then(|| Self {
            block,
            rows: block.span.start.saturating_add(end),
            columns: cells().count(),
        })
    }

    fn table(self, text: &str) -> Option<Table> {
        let Block { delimiter, span, lines } = self.block;
        let first = Span::new(span.start, self.rows).slice(text)?;
        Some(Table {
            span,
            header: split(first.trim_end(), delimiter).map(fold_header).collect(),
            layout: Layout::Delimited {
                delimiter,
                rows: Span::new(self.rows, span.end),
                lines: lines.saturating_sub(1),
            },
            row_count: OnceCell::new(),
        })
    }
}

/// Whether there is something on both sides of a delimiter: a statement ends with one, and an indented
/// line begins with some.
fn divides(delimiter: u8, line: &str) -> bool {
    let edge = |byte: &u8| *byte == delimiter || byte.is_ascii_whitespace();
    let bytes = line.as_bytes();
    let start = bytes.iter().take_while(|byte| edge(byte)).count();
    let end = bytes.len().saturating_sub(bytes.iter().rev().take_while(|byte| edge(byte)).count());
    bytes.get(start..end).is_some_and(|inside| memchr::memchr(delimiter, inside).is_some())
}

/// The data rows: no blank lines and no Markdown rulers.
pub(super) fn rows(text: &str, rows: Span) -> impl Iterator<Item = &str> {
    let ruler = |line: &str| line.chars().all(|char| " |:-+=\t".contains(char));
    rows.slice(text)
        .unwrap_or_default()
        .lines()
        .filter(move |line| !line.trim().is_empty() && !ruler(line))
}

/// The cells of a line. Delimiters inside double quotes do not count (RFC 4180).
pub(super) fn split(line: &str, delimiter: u8) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |char| {
        quoted ^= char == '"';
        !quoted && char == char::from(delimiter)
    })
}

/// In which cell of its line a position stands.
pub(super) fn column(text: &[u8], delimiter: u8, position: usize) -> usize {
    let before = text.get(..position).unwrap_or_default();
    // From the end: what lies behind the last quote, and all that is as far inside or outside of quotes
    // as that, is not counted with the rest. Which of them is outside the first quote of the line tells.
    let (mut column, mut other) = (0, 0);
    let mut count = |byte| {
        if byte == b'"' {
            std::mem::swap(&mut column, &mut other);
        }
        column += usize::from(byte == delimiter);
        byte == b'\n'
    };
    let (rest, blocks) = before.as_rchunks::<BLOCK>();
    let in_line = blocks.iter().rev().any(|block| {
        let mut marks = MARKS.in_block(block);
        std::iter::from_fn(|| {
            let bit = marks.checked_ilog2()?;
            marks ^= 1 << bit;
            block.get(bit as usize).copied()
        })
        .any(&mut count)
    });
    if !in_line {
        rest.iter().rev().copied().any(count);
    }
    column
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every line, byte by byte, with a block in the making for each delimiter.
    fn straightforward(text: &str) -> Vec<Table> {
        let (mut found, mut start) = (Vec::new(), 0);
        let mut open: [Option<(u64, Block)>; DELIMITERS.len()] = [None; DELIMITERS.len()];
        for line in text.split_inclusive('\n').chain([""]) {
            let (mut counts, mut quoted) = ([0; DELIMITERS.len()], false);
            for byte in line.bytes().filter(|_| line.len() <= LINE_MAX) {
                quoted ^= byte == b'"';
                let slot = DELIMITERS.iter().position(|delimiter| delimiter.0 == byte && !quoted);
                if let Some(slot) = slot {
                    counts[slot] += 1;
                }
            }
            let span = Span::new(start, start + line.len());
            for ((slot, (delimiter, minimum)), count) in open.iter_mut().zip(DELIMITERS).zip(counts)
            {
                match slot {
                    Some((known, block)) if *known == count => {
                        block.span.end = span.end;
                        block.lines += 1;
                    }
                    _ => {
                        found.extend(slot.take().and_then(|(_, block)| candidate(text, block)));
                        let block = Block { delimiter, span, lines: 1 };
                        *slot = (count >= minimum).then_some((count, block));
                    }
                }
            }
            start += line.len();
        }
        let mut kept: Vec<Candidate> = Vec::new();
        found.sort_by_key(|candidate: &Candidate| std::cmp::Reverse(candidate.columns));
        for candidate in found {
            let overlaps = |other: &Candidate| other.block.span.overlaps(candidate.block.span);
            if kept.len() < TABLES_MAX && !kept.iter().any(overlaps) {
                kept.push(candidate);
            }
        }
        kept.sort_by_key(|candidate| candidate.block.span);
        kept.into_iter().filter_map(|candidate| candidate.table(text)).collect()
    }

    fn candidate(text: &str, block: Block) -> Option<Candidate> {
        let first = block.span.slice(text)?.split_inclusive('\n').next()?;
        let cells = || split(first.trim_end(), block.delimiter);
        (block.lines >= LINES_MIN && is_header(cells())).then(|| Candidate {
            block,
            rows: block.span.start + first.len(),
            columns: cells().count(),
        })
    }

    fn check(text: &str) {
        assert_eq!(format!("{:?}", find(text)), format!("{:?}", straightforward(text)));
    }

    proptest! {
        #[test]
        fn counting_by_marks_finds_the_same(
            lines in prop::collection::vec(
                (
                    "(|prose, here, é|name,id,city|ab|x\t|[a-z]{2,9}[|;,\t][a-z]{2,9}|\
                     [a-z]{2,4}([,;|][\"a-z]{2,30}){2,6}|[a-z ,;|\t\"]{60,140})",
                    1_usize..6,
                ),
                0..12,
            ),
            ended in any::<bool>(),
        ) {
            let lines: Vec<_> = lines
                .iter()
                .flat_map(|(line, times)| std::iter::repeat_n(line.as_str(), *times))
                .collect();
            check(&(lines.join("\n") + if ended { "\n" } else { "" }));
        }
    }

    proptest! {
        #[test]
        fn a_cell_is_found_from_its_end(text in "[a-z;\"\n]{0,40}[a-zé;,|\t\"]{0,200}", at in 0..200_usize) {
            let at = text.floor_char_boundary(at);
            let line = text.get(..at).unwrap().rsplit('\n').next().unwrap();
            prop_assert_eq!(column(text.as_bytes(), b';', at), split(line, b';').count() - 1);
        }
    }

    #[test]
    fn the_longest_line_counts_and_a_longer_one_does_not() {
        for (length, tables) in [(LINE_MAX, 1), (LINE_MAX + 1, 0)] {
            let text = format!("xx,yy,zz{}\n", " ".repeat(length - 9)).repeat(3);
            check(&text);
            assert_eq!(find(&text).len(), tables, "{length}");
        }
    }
}
