//! What may stand from some place of a pattern on.
//!
//! A pattern is read byte by byte, as by an automaton whose states are what is left of the pattern
//! (Antimirov's partial derivatives). The ways through it are told apart as long as they are few, and
//! then taken together. Everything errs only on the side of too many texts.

use std::collections::{BTreeMap, BTreeSet};

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind, Look, Repetition};

use super::byte_set::ByteSet;

/// One way to go on: which bytes may stand at which position.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Way {
    /// If it begins with a number: how many digits that may have, bit by bit; all from the last on.
    pub(crate) digits: u64,
    /// For a number its first digit, and then what stands behind all of its digits.
    pub(crate) sets: Vec<ByteSet>,
}

/// Numbers with more digits are not told apart.
const DIGITS_MAX: u32 = 32;
/// More groups than this, and the ways are not told apart.
const SPLIT_MAX: usize = 256;
/// Parts of a pattern that are looked at; whoever writes more is told nothing about the rest.
const STEPS_MAX: usize = 40_000;

/// The ways on which `parts` may go on with a byte of `class`, for `count` positions. More than `most`
/// are taken together.
pub(crate) fn ways(parts: &[&Hir], class: ByteSet, count: usize, most: usize) -> Vec<Way> {
    let mut reader = Reader { most, ..Reader::default() };
    let start = reader.tail(parts);
    let ways = reader.go_on(vec![Walk { sets: Vec::new(), tails: vec![start] }], class, count);
    merge(ways.into_iter().map(|sets| Way { digits: u64::MAX, sets }).collect())
}

/// The same where a number begins: the digits are counted, and the positions lie behind them. A pattern
/// that goes on in too many ways to read them all is read once more with fewer told apart, since what
/// is not read allows every number.
pub(crate) fn number_ways(parts: &[&Hir], count: usize, most: usize) -> Vec<Way> {
    let fewer = most.div_ceil(4).max(2).min(most);
    let read = |most| read_number(parts, count, most);
    read(most).or_else(|_| read(fewer)).unwrap_or_else(|some| some)
}

/// The ways behind a number; those known so far, with all others, as an error if they are too many.
fn read_number(parts: &[&Hir], count: usize, most: usize) -> Result<Vec<Way>, Vec<Way>> {
    let mut reader = Reader { most, ..Reader::default() };
    let mut tails = vec![reader.tail(parts)];
    let mut first = ByteSet::NONE;
    let mut ways = Vec::new();
    for length in 1..DIGITS_MAX {
        let leaves =
            reader.leaves(&tails, if length > 1 { ByteSet::DIGITS } else { ByteSet::NONE });
        let (mut more, mut behind) = (Vec::new(), Vec::new());
        for leaf in leaves {
            let digits = leaf.bytes.and(ByteSet::DIGITS);
            if !digits.is_empty() {
                more.push(leaf.tail);
                first = if length == 1 { first.or(digits) } else { first };
            }
            let other = leaf.bytes.and(ByteSet::DIGITS.not());
            if length > 1 && !other.is_empty() {
                behind.push(Leaf { bytes: other, ..leaf });
            }
        }
        if length > 1 && !behind.is_empty() {
            let walks = split(&behind, most).into_iter();
            let walks = walks.map(|(bytes, tails)| Walk { sets: vec![bytes], tails }).collect();
            let ended = reader.go_on(walks, ByteSet::ANY, count.saturating_sub(2));
            ways.extend(ended.into_iter().map(|mut sets| {
                sets.insert(0, ByteSet::NONE);
                Way { digits: 1 << (length - 1), sets }
            }));
        }
        tails = distinct(more);
        if tails.is_empty() {
            break;
        }
    }
    if !tails.is_empty() {
        let mut sets = vec![ByteSet::ANY; count];
        sets.iter_mut().take(1).for_each(|set| *set = ByteSet::NONE);
        ways.push(Way { digits: u64::MAX << (DIGITS_MAX - 1), sets });
    }
    for way in &mut ways {
        way.sets.iter_mut().take(1).for_each(|set| *set = first);
    }
    let ways = merge(ways);
    if reader.steps < STEPS_MAX { Ok(ways) } else { Err(ways) }
}

/// The bytes with which `parts` may begin.
pub(crate) fn first_bytes(parts: &[&Hir]) -> ByteSet {
    let mut reader = Reader::default();
    let start = reader.tail(parts);
    let leaves = reader.leaves(&[start], ByteSet::NONE);
    leaves.iter().fold(ByteSet::NONE, |all, leaf| all.or(leaf.bytes))
}

/// How many bytes of `token` there are at least if `parts` begin with a byte of `class`; at most 63.
pub(crate) fn run(parts: &[&Hir], class: ByteSet, token: ByteSet) -> u32 {
    let mut reader = Reader::default();
    let mut tails = vec![reader.tail(parts)];
    let (mut allowed, mut before) = (class, ByteSet::NONE);
    for length in 0..63 {
        let mut leaves = reader.leaves(&tails, before);
        leaves.retain(|leaf| !leaf.bytes.and(allowed).is_empty());
        let bytes = leaves.iter().fold(ByteSet::NONE, |all, leaf| all.or(leaf.bytes)).and(allowed);
        if !bytes.is_in(token) {
            return length;
        }
        tails = distinct(leaves.into_iter().map(|leaf| leaf.tail).collect());
        (allowed, before) = (ByteSet::ANY, bytes);
    }
    63
}

/// Makes one of ways that differ in a single position, as long as there are some.
fn merge(mut ways: Vec<Way>) -> Vec<Way> {
    ways.sort_unstable();
    ways.dedup();
    let positions = ways.iter().map(|way| way.sets.len()).max().unwrap_or(0);
    for skipped in [positions].into_iter().chain((0..=positions).rev()) {
        let mut alike: BTreeMap<Way, Way> = BTreeMap::new();
        for way in ways {
            let mut key = way.clone();
            match key.sets.get_mut(skipped) {
                Some(set) => *set = ByteSet::NONE,
                None => key.digits = 0,
            }
            let known = alike.entry(key).or_insert_with(|| way.clone());
            known.digits |= way.digits;
            known.sets.iter_mut().zip(&way.sets).for_each(|(known, set)| *known = known.or(*set));
        }
        ways = alike.into_values().collect();
    }
    ways
}

/// What is left of a pattern: index of a [`Node`], or [`END`].
type Tail = u32;

/// Nothing is left; any byte may follow.
const END: Tail = u32::MAX;

/// The next part, and what comes behind it.
#[derive(Clone, Copy)]
struct Node<'h> {
    part: Part<'h>,
    next: Tail,
}

#[derive(Clone, Copy)]
enum Part<'h> {
    Hir(&'h Hir),
    /// A literal from some byte on.
    Bytes(&'h [u8]),
    /// The rest of a repetition: between `min` and `max` more of `sub`.
    Repeat {
        sub: &'h Hir,
        min: u32,
        max: Option<u32>,
    },
    /// The bytes of a character behind the first.
    Char([u8; 4], usize, usize),
    /// This many bytes of any character.
    Tails(usize),
}

/// A byte that may be read, and what is left then.
#[derive(Clone, Copy)]
struct Leaf {
    bytes: ByteSet,
    tail: Tail,
}

/// A way in the making.
struct Walk {
    sets: Vec<ByteSet>,
    tails: Vec<Tail>,
}

#[derive(Default)]
struct Reader<'h> {
    nodes: Vec<Node<'h>>,
    /// Equal tails have the same index.
    known: BTreeMap<(u8, usize, usize, usize, Tail), Tail>,
    steps: usize,
    /// How many ways are told apart.
    most: usize,
}

impl<'h> Reader<'h> {
    fn tail(&mut self, parts: &[&'h Hir]) -> Tail {
        parts.iter().rev().fold(END, |next, part| self.push(Part::Hir(part), next))
    }

    fn push(&mut self, part: Part<'h>, next: Tail) -> Tail {
        let address = |hir: &'h Hir| std::ptr::from_ref(hir).addr();
        let key = match part {
            Part::Hir(hir) => (0, address(hir), 0, 0, next),
            Part::Bytes(bytes) => (1, bytes.as_ptr().addr(), bytes.len(), 0, next),
            Part::Repeat { sub, min, max } => {
                let max = max.map_or(usize::MAX, |max| max as usize);
                (2, address(sub), min as usize, max, next)
            }
            Part::Char(bytes, at, len) => (3, u32::from_le_bytes(bytes) as usize, at, len, next),
            Part::Tails(count) => (4, count, 0, 0, next),
        };
        let Self { nodes, known, .. } = self;
        *known.entry(key).or_insert_with(|| {
            nodes.push(Node { part, next });
            u32::try_from(nodes.len().saturating_sub(1)).unwrap_or(END)
        })
    }

    /// Goes on from where `walks` stand, until they have `count` positions more.
    fn go_on(&mut self, walks: Vec<Walk>, class: ByteSet, count: usize) -> Vec<Vec<ByteSet>> {
        let mut walks = walks;
        for position in 0..count {
            let allowed = if position == 0 { class } else { ByteSet::ANY };
            let mut next: Vec<Walk> = Vec::new();
            let mut waiting = walks.len();
            for walk in walks {
                waiting = waiting.saturating_sub(1);
                let before = walk.sets.last().copied().unwrap_or(ByteSet::NONE);
                let mut leaves = self.leaves(&walk.tails, before);
                for leaf in &mut leaves {
                    leaf.bytes = leaf.bytes.and(allowed);
                }
                let room = self.most.saturating_sub(next.len()).saturating_sub(waiting);
                next.extend(split(&leaves, room).into_iter().map(|(bytes, tails)| {
                    let mut sets = walk.sets.clone();
                    sets.push(bytes);
                    Walk { sets, tails }
                }));
            }
            walks = next;
        }
        walks.into_iter().map(|walk| walk.sets).collect()
    }

    /// All bytes that may be read next, if one of `before` was read last.
    fn leaves(&mut self, tails: &[Tail], before: ByteSet) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        let mut waiting: Vec<(Tail, ByteSet)> =
            tails.iter().map(|&tail| (tail, ByteSet::ANY)).collect();
        let mut seen = BTreeSet::new();
        while let Some((tail, allowed)) = waiting.pop() {
            if !seen.insert((tail, allowed)) {
                continue;
            }
            self.steps = self.steps.saturating_add(1);
            match self.nodes.get(tail as usize).copied().filter(|_| self.steps < STEPS_MAX) {
                Some(node) => {
                    let next = self.read(node, allowed, &mut leaves);
                    let look = looked(&node, before);
                    let allowed = allowed.and(look);
                    waiting.extend(next.into_iter().map(|tail| (tail, allowed)));
                }
                None => leaves.push(Leaf { bytes: allowed, tail: END }),
            }
        }
        leaves.retain(|leaf| !leaf.bytes.is_empty());
        leaves
    }

    /// Adds the bytes that may be read here; returns where else the reading goes on at once.
    fn read(
        &mut self,
        Node { part, next }: Node<'h>,
        allowed: ByteSet,
        leaves: &mut Vec<Leaf>,
    ) -> Vec<Tail> {
        let mut leaf = |bytes: ByteSet, tail| leaves.push(Leaf { bytes: bytes.and(allowed), tail });
        match part {
            Part::Bytes([first, rest @ ..]) => {
                let tail = if rest.is_empty() { next } else { self.push(Part::Bytes(rest), next) };
                leaf(ByteSet::one(*first), tail);
                Vec::new()
            }
            Part::Bytes([]) => vec![next],
            Part::Char(bytes, at, len) => {
                let tail = self.rest_of_char(bytes, at.saturating_add(1), len, next);
                leaf(ByteSet::one(bytes.get(at).copied().unwrap_or(0)), tail);
                Vec::new()
            }
            Part::Tails(count) => {
                let tail = self.any_tails(count.saturating_sub(1), next);
                leaf(ByteSet::TAILS, tail);
                Vec::new()
            }
            Part::Repeat { sub, min, max } => {
                // What may be empty may be so as often as it likes.
                let empty = sub.properties().minimum_len() == Some(0);
                let (min, max) = if empty { (0, None) } else { (min, max) };
                let mut on = Vec::new();
                if min == 0 {
                    on.push(next);
                }
                if max != Some(0) {
                    let (min, max) = (min.saturating_sub(1), max.map(|max| max.saturating_sub(1)));
                    let more = self.push(Part::Repeat { sub, min, max }, next);
                    on.push(self.push(Part::Hir(sub), more));
                }
                on
            }
            Part::Hir(hir) => match hir.kind() {
                HirKind::Empty | HirKind::Look(_) => vec![next],
                HirKind::Literal(literal) => vec![self.push(Part::Bytes(&literal.0), next)],
                HirKind::Class(Class::Bytes(class)) => {
                    let ranges = class.ranges().iter();
                    let ranges = ranges.map(|range| ByteSet::range(range.start(), range.end()));
                    leaf(ranges.fold(ByteSet::NONE, ByteSet::or), next);
                    Vec::new()
                }
                HirKind::Class(Class::Unicode(class)) => {
                    let mut ascii = ByteSet::NONE;
                    for range in class.ranges() {
                        ascii = ascii.or(self.chars(*range, allowed, next, leaves));
                    }
                    leaves.push(Leaf { bytes: ascii.and(allowed), tail: next });
                    Vec::new()
                }
                HirKind::Repetition(Repetition { min, max, sub, .. }) => {
                    vec![self.push(Part::Repeat { sub, min: *min, max: *max }, next)]
                }
                HirKind::Capture(capture) => vec![self.push(Part::Hir(&capture.sub), next)],
                HirKind::Concat(parts) => {
                    let push = |next, part| self.push(Part::Hir(part), next);
                    vec![parts.iter().rev().fold(next, push)]
                }
                HirKind::Alternation(branches) => {
                    branches.iter().map(|branch| self.push(Part::Hir(branch), next)).collect()
                }
            },
        }
    }

    /// Adds the characters of a range beyond ASCII as UTF-8: small ranges exactly, others by the
    /// lengths that they may have. Returns those of ASCII.
    fn chars(
        &mut self,
        range: ClassUnicodeRange,
        allowed: ByteSet,
        next: Tail,
        leaves: &mut Vec<Leaf>,
    ) -> ByteSet {
        let byte = |char: char| u8::try_from(char).ok().filter(u8::is_ascii);
        let ascii = byte(range.start()).map_or(ByteSet::NONE, |first| {
            ByteSet::range(first, byte(range.end()).unwrap_or(0x7F))
        });
        let start = range.start().max('\u{80}');
        if start > range.end() {
            return ascii;
        }
        let chars = start..=range.end();
        if chars.clone().nth(64).is_none() {
            // Normalisation replaces these two, which fold to ASCII letters.
            for char in chars.filter(|char| !"ſ\u{212A}".contains(*char)) {
                let mut bytes = [0; 4];
                let len = char.encode_utf8(&mut bytes).len();
                let first = bytes.first().copied().unwrap_or(0);
                let tail = self.rest_of_char(bytes, 1, len, next);
                leaves.push(Leaf { bytes: ByteSet::one(first).and(allowed), tail });
            }
            return ascii;
        }
        for (length, leads, first, last) in [
            (2, ByteSet::range(0xC2, 0xDF), '\u{80}', '\u{7FF}'),
            (3, ByteSet::range(0xE0, 0xEF), '\u{800}', '\u{FFFF}'),
            (4, ByteSet::range(0xF0, 0xF4), '\u{10000}', char::MAX),
        ] {
            if start <= last && first <= range.end() {
                let tail = self.any_tails(length - 1, next);
                leaves.push(Leaf { bytes: leads.and(allowed), tail });
            }
        }
        ascii
    }

    fn rest_of_char(&mut self, bytes: [u8; 4], at: usize, len: usize, next: Tail) -> Tail {
        if at < len { self.push(Part::Char(bytes, at, len), next) } else { next }
    }

    fn any_tails(&mut self, count: usize, next: Tail) -> Tail {
        if count > 0 { self.push(Part::Tails(count), next) } else { next }
    }
}

/// Bytes that are told apart even where there are too many ways.
const KINDS: [ByteSet; 4] = [
    ByteSet::DIGITS,
    ByteSet::LETTERS,
    ByteSet::of(*b" \t\r\n"),
    ByteSet::ALPHANUMERIC.or(ByteSet::of(*b" \t\r\n")).not(),
];

/// Groups leaves by the bytes that lead to the same tails; if those are many, by kinds of bytes; and
/// into one group, if there is no room.
fn split(leaves: &[Leaf], room: usize) -> Vec<(ByteSet, Vec<Tail>)> {
    let mut groups: Vec<(ByteSet, Vec<Tail>)> = Vec::new();
    for leaf in leaves {
        let mut rest = leaf.bytes;
        let mut parted = Vec::new();
        for (bytes, tails) in &mut groups {
            let both = bytes.and(rest);
            if both.is_empty() {
                continue;
            }
            let other = bytes.and(both.not());
            if !other.is_empty() {
                parted.push((other, tails.clone()));
            }
            *bytes = both;
            tails.push(leaf.tail);
            rest = rest.and(both.not());
        }
        if !rest.is_empty() {
            parted.push((rest, vec![leaf.tail]));
        }
        groups.append(&mut parted);
        if groups.len() > SPLIT_MAX {
            break;
        }
    }
    let mut alike: BTreeMap<Vec<Tail>, ByteSet> = BTreeMap::new();
    for (bytes, tails) in groups {
        let set = alike.entry(distinct(tails)).or_insert(ByteSet::NONE);
        *set = set.or(bytes);
    }
    if alike.len() <= room.clamp(1, KINDS.len()) {
        return alike.into_iter().map(|(tails, bytes)| (bytes, tails)).collect();
    }
    let of_kind = |kind: ByteSet| {
        let leaves = leaves.iter().filter(|leaf| !leaf.bytes.and(kind).is_empty());
        let bytes = leaves.clone().fold(ByteSet::NONE, |all, leaf| all.or(leaf.bytes)).and(kind);
        (bytes, distinct(leaves.map(|leaf| leaf.tail).collect()))
    };
    let mut kinds: Vec<_> = KINDS.map(of_kind).into_iter().collect();
    kinds.retain(|(bytes, _)| !bytes.is_empty());
    if kinds.len() <= room { kinds } else { vec![of_kind(ByteSet::ANY)] }
}

fn distinct(mut tails: Vec<Tail>) -> Vec<Tail> {
    tails.sort_unstable();
    tails.dedup();
    tails
}

/// What an assertion allows behind it, if one of `before` stands in front of it. Beyond ASCII, a byte
/// does not tell whether it belongs to a word.
fn looked(node: &Node<'_>, before: ByteSet) -> ByteSet {
    let Part::Hir(hir) = node.part else { return ByteSet::ANY };
    let HirKind::Look(look) = hir.kind() else { return ByteSet::ANY };
    let (inside, outside) = (ByteSet::WORD.or(ByteSet::HIGH), ByteSet::WORD.not());
    let in_word = !before.is_empty() && before.is_in(ByteSet::WORD);
    let in_gap = !before.is_empty() && before.is_in(inside.not());
    match look {
        Look::WordAscii | Look::WordUnicode if in_word => outside,
        Look::WordAscii | Look::WordUnicode if in_gap => inside,
        Look::WordAsciiNegate | Look::WordUnicodeNegate if in_word => inside,
        Look::WordAsciiNegate | Look::WordUnicodeNegate if in_gap => outside,
        Look::WordStartAscii | Look::WordStartUnicode => inside,
        Look::WordEndAscii
        | Look::WordEndUnicode
        | Look::WordEndHalfAscii
        | Look::WordEndHalfUnicode => outside,
        _ => ByteSet::ANY,
    }
}
