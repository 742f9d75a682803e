//! Rows on lines: CSV, TSV, semicolons, pipes, Markdown.

use dosimeter_record::Span;

use crate::table::{Layout, Table, fold_header, is_header};

/// Delimiters, and how many of them a row needs at least: one comma is prose.
const DELIMITERS: [(u8, usize); 4] = [(b'\t', 1), (b'|', 1), (b';', 1), (b',', 2)];
/// A header and two rows: less is chance.
const LINES_MIN: usize = 3;
/// Longer lines are prose or minified code.
const LINE_MAX: usize = 4096;

/// Tables of one text.
const TABLES_MAX: usize = 256;

/// Lines in a row with the same number of the same delimiter.
#[derive(Clone, Copy)]
struct Block {
    delimiter: u8,
    count: usize,
    span: Span,
    lines: usize,
}

/// Finds the tables of a text. One pass over the lines, of which, while no block is open, only every
/// third is looked at: what is at least that long goes over one of them.
pub(super) fn find(text: &str) -> Vec<Table> {
    let mut search = Search { text, open: [None; DELIMITERS.len()], found: Vec::new() };
    let mut passed: [Option<Span>; 2] = [None; 2];
    for span in lines(text) {
        let idle = search.is_idle();
        if idle && let Some(free) = passed.iter_mut().find(|passed| passed.is_none()) {
            *free = Some(span);
            continue;
        }
        let counts = count(text, span);
        let passed = std::mem::take(&mut passed);
        if idle && !opens_any(counts) {
            continue;
        }
        for passed in passed.into_iter().flatten() {
            search.line(passed, count(text, passed));
        }
        search.line(span, counts);
    }
    let kept = keep_widest(search.found).into_iter();
    kept.filter_map(|candidate| candidate.table(text)).collect()
}

/// The lines with their ends, and an empty one to close what is open.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end.saturating_add(1));
    ends.chain([text.len(), text.len()]).map(move |end| {
        let line = Span::new(start, end);
        start = end;
        line
    })
}

/// Blocks in the making.
struct Search<'t> {
    text: &'t str,
    /// For each delimiter, the block that the last line belongs to.
    open: [Option<Block>; DELIMITERS.len()],
    found: Vec<Candidate>,
}

impl Search<'_> {
    fn is_idle(&self) -> bool {
        self.open.iter().all(Option::is_none)
    }

    fn line(&mut self, span: Span, counts: Counts) {
        for ((slot, &(delimiter, minimum)), count) in
            self.open.iter_mut().zip(&DELIMITERS).zip(counts)
        {
            match slot {
                Some(block) if block.count == count => {
                    block.span.end = span.end;
                    block.lines = block.lines.saturating_add(1);
                }
                _ => {
                    self.found
                        .extend(slot.take().and_then(|block| Candidate::new(self.text, block)));
                    let opens = count >= minimum;
                    *slot = opens.then_some(Block { delimiter, count, span, lines: 1 });
                }
            }
        }
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

/// Where two delimiters both make a table of the same lines, the one with more columns wins.
fn keep_widest(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.columns));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        // Few tables stand in one text; a page of them is not worth an index.
        if kept.len() >= TABLES_MAX {
            break;
        }
        if !kept.iter().any(|other| other.block.span.overlaps(candidate.block.span)) {
            kept.push(candidate);
        }
    }
    kept
}

impl Candidate {
    fn new(text: &str, block: Block) -> Option<Self> {
        if block.lines < LINES_MIN {
            return None;
        }
        let first = block.span.slice(text)?.split_inclusive('\n').next()?;
        let cells = || split(first.trim_end(), block.delimiter);
        is_header(cells()).then(|| Self {
            block,
            rows: block.span.start.saturating_add(first.len()),
            columns: cells().count(),
        })
    }

    fn table(self, text: &str) -> Option<Table> {
        let Block { delimiter, span, .. } = self.block;
        let first = Span::new(span.start, self.rows).slice(text)?;
        Some(Table {
            span,
            header: split(first.trim_end(), delimiter).map(fold_header).collect(),
            layout: Layout::Delimited { delimiter, rows: Span::new(self.rows, span.end) },
        })
    }
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

type Counts = [usize; DELIMITERS.len()];

fn opens_any(counts: Counts) -> bool {
    DELIMITERS.iter().zip(counts).any(|(&(_, minimum), count)| count >= minimum)
}

/// How often each delimiter stands in a line, outside double quotes.
fn count(text: &str, line: Span) -> Counts {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut rest = line.slice(text).unwrap_or_default().as_bytes();
    if rest.len() > LINE_MAX {
        return counts;
    }
    loop {
        // Most lines hold no quote, and one look tells.
        let open = memchr::memchr(b'"', rest);
        add(&mut counts, rest.get(..open.unwrap_or(rest.len())).unwrap_or_default());
        let Some(open) = open else { return counts };
        let quoted = rest.get(open.saturating_add(1)..).unwrap_or_default();
        let Some(close) = memchr::memchr(b'"', quoted) else { return counts };
        rest = quoted.get(close.saturating_add(1)..).unwrap_or_default();
    }
}

/// Adds what stands in a stretch without quotes, a block at a time.
fn add(counts: &mut Counts, bytes: &[u8]) {
    let (blocks, tail) = bytes.as_chunks::<64>();
    for block in blocks {
        add_block(counts, block);
    }
    let mut last = [0; 64];
    if let Some(filled) = last.get_mut(..tail.len())
        && !tail.is_empty()
    {
        filled.copy_from_slice(tail);
        add_block(counts, &last);
    }
}

/// Of this fixed length and without a branch, for the compiler to make a few vector instructions of it.
fn add_block(counts: &mut Counts, block: &[u8; 64]) {
    let sums = DELIMITERS.map(|(delimiter, _)| -> u8 {
        block.iter().map(|&byte| u8::from(byte == delimiter)).sum()
    });
    for (count, sum) in counts.iter_mut().zip(sums) {
        *count += usize::from(sum);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every line, byte by byte.
    fn straightforward(text: &str) -> Vec<Table> {
        let mut search = Search { text, open: [None; DELIMITERS.len()], found: Vec::new() };
        let mut start = 0;
        for line in text.split_inclusive('\n').chain([""]) {
            let (mut counts, mut quoted) = ([0; DELIMITERS.len()], false);
            for byte in line.bytes().filter(|_| line.len() <= LINE_MAX) {
                quoted ^= byte == b'"';
                let slot = DELIMITERS.iter().position(|delimiter| delimiter.0 == byte && !quoted);
                if let Some(slot) = slot {
                    counts[slot] += 1;
                }
            }
            search.line(Span::new(start, start + line.len()), counts);
            start += line.len();
        }
        let kept = keep_widest(search.found).into_iter();
        kept.filter_map(|candidate| candidate.table(text)).collect()
    }

    fn check(text: &str) {
        assert_eq!(format!("{:?}", find(text)), format!("{:?}", straightforward(text)));
    }

    proptest! {
        #[test]
        fn looking_at_every_third_line_finds_the_same(
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

    #[test]
    fn the_longest_line_counts_and_a_longer_one_does_not() {
        for (length, tables) in [(LINE_MAX, 1), (LINE_MAX + 1, 0)] {
            let text = format!("xx,yy,zz{}\n", " ".repeat(length - 9)).repeat(3);
            check(&text);
            assert_eq!(find(&text).len(), tables, "{length}");
        }
    }
}
