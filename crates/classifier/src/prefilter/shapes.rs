//! Anchors that are shapes, told apart by the bytes around them.
//!
//! At a marked place the length of the number or run says which anchors could stand there; then one
//! byte after the other, from the nearest on, rules out those that do not allow it. The sets of anchors
//! that are left make an automaton, whose states are built when a text first leads to them and kept by
//! the scanning thread: most places are done with after a few steps, however many anchors there are.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    prefilter::{each, vicinity::Bits},
    rule::{
        Anchor,
        anchor::{AHEAD_LEN, Gate},
        byte_set::ByteSet,
    },
};

/// Lengths that are told apart.
const LENGTHS: usize = 64;
/// As many states, and the automaton begins anew: no text makes it grow without end.
const STATES_MAX: usize = 4096;

/// The anchors behind one gate.
#[derive(Debug)]
pub(super) struct Shapes {
    members: Vec<Member>,
    /// How many words of 64 bits a set of anchors has.
    words: usize,
    /// Bytes that no anchor tells apart share a class.
    classes: Box<[u8; 256]>,
    /// The number of classes; one more stands for the lack of a byte.
    class_count: usize,
    /// By length: the anchors.
    lengths: Vec<u64>,
    /// The anchors of rules that want their words near.
    asking: Vec<u64>,
    /// Where to look, in this order.
    looks: Vec<Look>,
    /// What may stand there.
    positions: Vec<Position>,
}

/// Where a byte stands.
#[derive(Clone, Copy, Debug)]
struct Look {
    /// Whether it is counted from the end of a number.
    from_end: bool,
    offset: isize,
    /// The class of what is not there: before the beginning of the text nothing, behind its end a zero.
    missing: usize,
}

/// An anchor of some rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) rule: u32,
    pub(super) back_min: u16,
    pub(super) back_max: u16,
    /// The bit of a rule that wants its words near.
    pub(super) asks: Option<u16>,
}

/// What may stand at one position.
#[derive(Debug)]
struct Position {
    /// By class: the anchors.
    allowed: Vec<u64>,
    /// The anchors that some later position may rule out.
    open: Vec<u64>,
}

/// A place in a text, and how long the number or run is that begins there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    pub(super) length: usize,
    /// From where on the text is compared with what is ahead: for a number its last digit, since what
    /// stands behind the first are all of its digits.
    pub(super) from: usize,
}

/// The states that a thread has met so far.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    /// A row for each state: where each class of bytes leads, and what is left without those that ask.
    next: Vec<Step>,
    /// By length.
    start: Vec<Step>,
    /// By number of the row.
    states: Vec<State>,
    ends: Vec<End>,
    /// By depth and set.
    known: BTreeMap<(usize, Box<[u64]>), Step>,
}

#[derive(Debug)]
struct State {
    set: Box<[u64]>,
    /// The rules among them that want their words near.
    asking: Bits,
}

/// Where a class of bytes leads: not known yet, to no anchor, to the row of a state, or to an end.
type Step = u32;

const UNKNOWN: Step = 0;
const DEAD: Step = 1;
/// Added to where a row begins.
const ROW: Step = 2;
/// Added to the number of an end.
const END: Step = 1 << 31;

/// How many positions are compared before words are asked for.
const EARLY: usize = 4;

/// Anchors that stand at a place.
#[derive(Debug, Default)]
pub(super) struct End {
    /// Those whose place alone is worth a try.
    pub(super) plain: Vec<Member>,
    /// Those of rules that want their words near.
    pub(super) asking: Vec<Member>,
    /// The bits of those rules.
    pub(super) bits: Bits,
}

impl Shapes {
    /// Shapes of some anchors with the same gate.
    pub(super) fn new(members: &[(Member, &Anchor)]) -> Self {
        let anchors: Vec<&Anchor> = members.iter().map(|&(_, anchor)| anchor).collect();
        let (classes, representatives) = classes(&anchors);
        let words = anchors.len().div_ceil(64);
        let set = |holds: &dyn Fn(&Anchor) -> bool| -> Vec<u64> {
            let mut set = vec![0; words];
            for (index, anchor) in anchors.iter().enumerate() {
                if let Some(word) = set.get_mut(index >> 6) {
                    *word |= u64::from(holds(anchor)) << (index & 63);
                }
            }
            set
        };
        let number = anchors.iter().any(|anchor| anchor.gate == Gate::Number);
        // What follows tells most, and of a number what follows all of it.
        let first = usize::from(number);
        let near = (0..AHEAD_LEN).flat_map(|index| [(false, index + first), (true, index)]);
        let near = near.chain(number.then_some((false, 0)));
        let mut positions: Vec<Position> = Vec::new();
        let mut looks = Vec::new();
        for (behind, index) in near {
            let of = |anchor: &Anchor| {
                let sets = if behind { &anchor.behind } else { &anchor.ahead };
                sets.get(index).copied().unwrap_or(ByteSet::ANY)
            };
            let known = set(&|anchor| of(anchor) != ByteSet::ANY);
            if known.iter().any(|word| *word != 0) {
                for earlier in &mut positions {
                    earlier.open.iter_mut().zip(&known).for_each(|(open, known)| *open |= known);
                }
                let allowed = rows(&anchors, words, &representatives, &of);
                positions.push(Position { allowed, open: vec![0; words] });
                let index = isize::try_from(index).unwrap_or(0);
                let zero = classes.first().copied().map_or(0, usize::from);
                looks.push(if behind {
                    let missing = representatives.len();
                    Look { from_end: false, offset: -1 - index, missing }
                } else {
                    Look { from_end: index > 0, offset: index, missing: zero }
                });
            }
        }
        Self {
            members: members.iter().map(|&(member, _)| member).collect(),
            words,
            class_count: representatives.len(),
            lengths: (0..LENGTHS)
                .flat_map(|length| set(&|anchor| anchor.lengths >> length & 1 == 1))
                .collect(),
            asking: {
                let mut asking = vec![0; words];
                for (index, (member, _)) in members.iter().enumerate() {
                    if let Some(word) = asking.get_mut(index >> 6) {
                        *word |= u64::from(member.asks.is_some()) << (index & 63);
                    }
                }
                asking
            },
            looks,
            positions,
            classes,
        }
    }

    /// The anchors that stand at a place, if any. Those that want their words near are left out early if
    /// `near` says that there are none.
    pub(super) fn at<'m>(
        &self,
        around: &Around<'_>,
        automaton: &'m mut Automaton,
        near: impl FnOnce(&Bits) -> bool,
    ) -> Option<&'m End> {
        if automaton.states.len().max(automaton.ends.len()) >= STATES_MAX {
            *automaton = Automaton::default();
        }
        let length = around.length.min(LENGTHS - 1);
        let mut step = automaton.start.get(length).copied().unwrap_or(UNKNOWN);
        if step == UNKNOWN {
            step = self.start(length, automaton);
        }
        step = self.walk(step, 0..EARLY, around, automaton);
        if is_row(step) {
            let state = self.state(step, automaton);
            if state.is_some_and(|state| state.asking.any() && !near(&state.asking)) {
                step = self.without_asking(step, automaton);
            }
            step = self.walk(step, EARLY..self.positions.len(), around, automaton);
        }
        if step < END { None } else { automaton.ends.get((step - END) as usize) }
    }

    /// Compares some of the positions.
    fn walk(
        &self,
        mut step: Step,
        depths: Range<usize>,
        around: &Around<'_>,
        automaton: &mut Automaton,
    ) -> Step {
        for depth in depths {
            let Some(look) = self.looks.get(depth).filter(|_| is_row(step)) else { break };
            let base = if look.from_end { around.from } else { around.at };
            let byte = around.text.get(base.wrapping_add_signed(look.offset));
            let class = byte.map_or(look.missing, |byte| {
                self.classes.get(usize::from(*byte)).copied().map_or(0, usize::from)
            });
            let next = automaton.next.get((step - ROW) as usize + class).copied();
            step = match next.unwrap_or(DEAD) {
                UNKNOWN => self.step(step, class, depth, automaton),
                next => next,
            };
        }
        step
    }

    /// How long a row is: a step for each class, for the lack of a byte, and for leaving out who asks.
    fn stride(&self) -> usize {
        self.class_count.wrapping_add(2)
    }

    fn state<'m>(&self, row: Step, automaton: &'m Automaton) -> Option<&'m State> {
        automaton.states.get((row - ROW) as usize / self.stride())
    }

    fn start(&self, length: usize, automaton: &mut Automaton) -> Step {
        let set = self.lengths.chunks_exact(self.words.max(1)).nth(length).unwrap_or_default();
        let step = self.known(0, set.into(), automaton);
        automaton.start.resize(LENGTHS, UNKNOWN);
        if let Some(start) = automaton.start.get_mut(length) {
            *start = step;
        }
        step
    }

    fn step(&self, row: Step, class: usize, depth: usize, automaton: &mut Automaton) -> Step {
        let Some(state) = self.state(row, automaton) else { return DEAD };
        let mut set = state.set.clone();
        if let Some(position) = self.positions.get(depth)
            && class < self.class_count
        {
            let allowed = position.allowed.chunks_exact(self.words.max(1)).nth(class);
            let allowed = allowed.unwrap_or_default();
            set.iter_mut().zip(allowed).for_each(|(set, allowed)| *set &= allowed);
        }
        let next = (row - ROW) as usize + class;
        self.remember(next, depth.saturating_add(1), set, automaton)
    }

    fn without_asking(&self, row: Step, automaton: &mut Automaton) -> Step {
        let next = (row - ROW) as usize + self.class_count + 1;
        let known = automaton.next.get(next).copied();
        if let Some(step) = known.filter(|step| *step != UNKNOWN) {
            return step;
        }
        let Some(state) = self.state(row, automaton) else { return DEAD };
        let mut set = state.set.clone();
        set.iter_mut().zip(&self.asking).for_each(|(set, asking)| *set &= !asking);
        self.remember(next, EARLY, set, automaton)
    }

    /// Writes down the step to a set of anchors.
    fn remember(
        &self,
        next: usize,
        depth: usize,
        set: Box<[u64]>,
        automaton: &mut Automaton,
    ) -> Step {
        let step = self.known(depth, set, automaton);
        if let Some(next) = automaton.next.get_mut(next) {
            *next = step;
        }
        step
    }

    /// The step that leads to a set of anchors, of which so many positions were compared.
    fn known(&self, depth: usize, set: Box<[u64]>, automaton: &mut Automaton) -> Step {
        if set.iter().all(|word| *word == 0) {
            return DEAD;
        }
        let open = match depth.checked_sub(1) {
            None => !self.positions.is_empty(),
            Some(last) => self.positions.get(last).is_some_and(|position| {
                set.iter().zip(&position.open).any(|(set, open)| set & open != 0)
            }),
        };
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let Automaton { next, states, ends, known, .. } = automaton;
        *known.entry((depth, set)).or_insert_with_key(|(_, set)| {
            if open {
                let row = number(next.len());
                next.resize(next.len().wrapping_add(self.stride()), UNKNOWN);
                states.push(State { set: set.clone(), asking: self.end(set).bits });
                row.wrapping_add(ROW)
            } else {
                ends.push(self.end(set));
                number(ends.len().saturating_sub(1)).wrapping_add(END)
            }
        })
    }

    fn end(&self, set: &[u64]) -> End {
        let mut end = End::default();
        for (word, bits) in set.iter().enumerate() {
            each(*bits, |bit| match self.members.get((word << 6) | bit) {
                Some(member @ Member { asks: Some(bit), .. }) => {
                    end.asking.push(*member);
                    end.bits.set(usize::from(*bit));
                }
                Some(member) => end.plain.push(*member),
                None => {}
            });
        }
        end
    }
}

const fn is_row(step: Step) -> bool {
    ROW <= step && step < END
}

/// By class of bytes: the anchors at one of whose positions they may stand.
fn rows(
    anchors: &[&Anchor],
    words: usize,
    representatives: &[u8],
    of: &dyn Fn(&Anchor) -> ByteSet,
) -> Vec<u64> {
    let mut alike: BTreeMap<ByteSet, Vec<u64>> = BTreeMap::new();
    for (index, anchor) in anchors.iter().enumerate() {
        let set = alike.entry(of(anchor)).or_insert_with(|| vec![0; words]);
        if let Some(word) = set.get_mut(index >> 6) {
            *word |= 1 << (index & 63);
        }
    }
    let row = |&byte: &u8| {
        let mut row = vec![0; words];
        for (_, set) in alike.iter().filter(|(bytes, _)| bytes.has(byte)) {
            row.iter_mut().zip(set).for_each(|(row, set)| *row |= set);
        }
        row
    };
    representatives.iter().flat_map(row).collect()
}

/// Classes of bytes that no anchor tells apart, and a byte of each.
fn classes(anchors: &[&Anchor]) -> (Box<[u8; 256]>, Vec<u8>) {
    let sets = anchors.iter().flat_map(|anchor| anchor.ahead.iter().chain(anchor.behind.iter()));
    let mut distinct: Vec<&ByteSet> = sets.collect();
    distinct.sort_unstable();
    distinct.dedup();
    let mut classes = Box::new([0; 256]);
    let mut known: BTreeMap<Vec<bool>, u8> = BTreeMap::new();
    let mut representatives: Vec<u8> = Vec::new();
    for (byte, class) in (0..=u8::MAX).zip(classes.iter_mut()) {
        let sets = distinct.iter().map(|set| set.has(byte)).collect();
        *class = *known.entry(sets).or_insert_with(|| {
            representatives.push(byte);
            u8::try_from(representatives.len().saturating_sub(1)).unwrap_or(u8::MAX)
        });
    }
    (classes, representatives)
}
