//! Sets of digit strings as one graph without cycles.
//!
//! Numbering plans are long patterns over digits with bounded lengths. Spelled out as a graph whose
//! equal parts are shared, a plan is a few hundred nodes, and asking it costs one step for each digit.

use std::{collections::BTreeMap, error::Error};

use regex_syntax::hir::{Class, Hir, HirKind};

/// No number is longer (ITU-T E.164 says 15; libphonenumber keeps two more).
pub(crate) const DIGITS_MAX: usize = 17;

/// A pattern over digits: its states, of which the first is the start.
#[derive(Debug, Default)]
pub(crate) struct Pattern {
    states: Vec<State>,
}

#[derive(Debug)]
enum State {
    /// Any digit whose bit is set.
    Digit(u16, usize),
    Either(usize, usize),
    End,
}

impl Pattern {
    pub(crate) fn new(source: &str) -> Result<Self, Box<dyn Error>> {
        let hir =
            regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(source)?;
        let mut pattern = Self { states: vec![State::End] };
        let start = pattern.add(&hir, 0)?;
        pattern.states.push(State::Either(start, start));
        Ok(pattern)
    }

    /// Adds what matches `hir` and then goes on at `next`; returns its start.
    fn add(&mut self, hir: &Hir, next: usize) -> Result<usize, Box<dyn Error>> {
        match hir.kind() {
            HirKind::Empty => Ok(next),
            HirKind::Literal(literal) => {
                literal.0.iter().rev().try_fold(next, |next, &byte| {
                    Ok(self.push(State::Digit(bits(byte, byte), next)))
                })
            }
            HirKind::Class(Class::Bytes(class)) => {
                let digits = class.iter().map(|range| bits(range.start(), range.end()));
                let digits = digits.fold(0, |all, some| all | some);
                Ok(self.push(State::Digit(digits, next)))
            }
            HirKind::Class(Class::Unicode(class)) => {
                let mut digits = 0;
                for range in class.iter() {
                    digits |= bits(u8::try_from(range.start())?, u8::try_from(range.end())?);
                }
                Ok(self.push(State::Digit(digits, next)))
            }
            HirKind::Capture(capture) => self.add(&capture.sub, next),
            HirKind::Concat(parts) => {
                parts.iter().rev().try_fold(next, |next, part| self.add(part, next))
            }
            HirKind::Alternation(parts) => {
                let mut start = None;
                for part in parts {
                    let part = self.add(part, next)?;
                    start = Some(start.map_or(part, |other| self.push(State::Either(part, other))));
                }
                start.ok_or_else(|| "an alternation of nothing".into())
            }
            HirKind::Repetition(repetition) => {
                let max = repetition.max.ok_or("a pattern without end")?;
                let mut start = next;
                for _ in repetition.min..max {
                    let more = self.add(&repetition.sub, start)?;
                    start = self.push(State::Either(more, next));
                }
                (0..repetition.min).try_fold(start, |start, _| self.add(&repetition.sub, start))
            }
            HirKind::Look(_) => Err("an assertion".into()),
        }
    }

    fn push(&mut self, state: State) -> usize {
        self.states.push(state);
        self.states.len() - 1
    }

    /// Where a match begins.
    fn start(&self) -> Vec<usize> {
        self.closed(vec![self.states.len() - 1])
    }

    /// All states that read a digit or end, reachable without reading.
    fn closed(&self, mut stack: Vec<usize>) -> Vec<usize> {
        let mut closed = Vec::new();
        while let Some(id) = stack.pop() {
            match self.states.get(id) {
                Some(State::Either(one, other)) => stack.extend([*one, *other]),
                _ => closed.push(id),
            }
        }
        closed.sort_unstable();
        closed.dedup();
        closed
    }

    fn step(&self, from: &[usize], digit: u8) -> Vec<usize> {
        let next = from.iter().filter_map(|&id| match self.states.get(id) {
            Some(State::Digit(digits, next)) if digits >> digit & 1 == 1 => Some(*next),
            _ => None,
        });
        self.closed(next.collect())
    }

    fn ends(&self, at: &[usize]) -> bool {
        at.iter().any(|&id| matches!(self.states.get(id), Some(State::End)))
    }
}

/// The digits of a range of bytes as bits.
fn bits(start: u8, end: u8) -> u16 {
    (start..=end).filter(u8::is_ascii_digit).fold(0, |bits, digit| bits | 1 << (digit - b'0'))
}

/// Which digit strings are in a set, as a condition over patterns.
pub(crate) struct Set<'p> {
    pub(crate) patterns: Vec<&'p Pattern>,
    /// Whether a string is in the set, by its length and by which of the patterns match it whole.
    pub(crate) holds: &'p dyn Fn(usize, &[bool]) -> bool,
    /// Whether everything that begins with a string of the set is in it too.
    pub(crate) prefixes: bool,
}

/// The graph of all sets: for each node, whether a string may end there, and where each digit leads.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) nodes: Vec<[u16; 11]>,
    known: BTreeMap<[u16; 11], u16>,
}

impl Graph {
    /// The first node is the empty set.
    pub(crate) fn new() -> Self {
        Self { nodes: vec![[0; 11]], known: BTreeMap::from([([0; 11], 0)]) }
    }

    /// Adds a set; returns its node.
    pub(crate) fn add(&mut self, set: &Set<'_>) -> Result<u16, Box<dyn Error>> {
        let start = set.patterns.iter().map(|pattern| pattern.start()).collect();
        self.walk(set, 0, start, &mut BTreeMap::new())
    }

    fn walk(
        &mut self,
        set: &Set<'_>,
        len: usize,
        at: Vec<Vec<usize>>,
        seen: &mut BTreeMap<(usize, Vec<Vec<usize>>), u16>,
    ) -> Result<u16, Box<dyn Error>> {
        if len > DIGITS_MAX || at.iter().all(Vec::is_empty) {
            return Ok(0);
        }
        if let Some(&node) = seen.get(&(len, at.clone())) {
            return Ok(node);
        }
        let ends: Vec<bool> =
            set.patterns.iter().zip(&at).map(|(pattern, at)| pattern.ends(at)).collect();
        let mut node = [0; 11];
        let (accepts, digits) = node.split_at_mut(1);
        let holds = (set.holds)(len, &ends);
        accepts.fill(u16::from(holds));
        if !(holds && set.prefixes) {
            for (digit, to) in (0..).zip(digits) {
                let next =
                    set.patterns.iter().zip(&at).map(|(pattern, at)| pattern.step(at, digit));
                *to = self.walk(set, len + 1, next.collect(), seen)?;
            }
        }
        let id = if let Some(&id) = self.known.get(&node) {
            id
        } else {
            let id = u16::try_from(self.nodes.len())?;
            self.nodes.push(node);
            self.known.insert(node, id);
            id
        };
        seen.insert((len, at), id);
        Ok(id)
    }
}
