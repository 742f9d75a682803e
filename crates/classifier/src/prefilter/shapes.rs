//! Anchors that are shapes, told apart by the bytes around them.
//!
//! At a marked place the length of the number or run says which anchors could stand there; then one
//! byte after the other, from the nearest on, rules out those that do not allow it. The sets of anchors
//! that are left make an automaton, whose states are built when a text first leads to them and kept by
//! the scanning thread: most places are done with after a few steps, however many anchors there are.

use std::{collections::BTreeMap, num::NonZeroUsize, ops::Range};

use crate::{
    prefilter::{
        each,
        vicinity::{Bits, Known},
    },
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
    /// Where in a [`Window`] to look, in this order.
    looks: Vec<u8>,
    /// What may stand there.
    positions: Vec<Position>,
}

/// An anchor of some rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) rule: u32,
    pub(super) back_min: u16,
    pub(super) back_max: u16,
    pub(super) lead: u16,
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

/// The bytes that may be looked at around a place.
struct Window {
    bytes: [u8; 32],
    /// The first of them that is in the text: none stand before its beginning, and zeros behind its end.
    begin: u8,
}

impl Window {
    /// The byte at the place; what stands before it, stands before it in the text.
    const AT: u8 = 16;

    fn new(around: &Around<'_>) -> Self {
        let Around { text, at, from, .. } = *around;
        let mut bytes = [0; 32];
        let (behind, ahead) = bytes.split_at_mut(usize::from(Self::AT));
        let before = text.get(at.saturating_sub(AHEAD_LEN)..at).unwrap_or_default();
        if let Some((_, end)) = behind.split_last_chunk_mut::<AHEAD_LEN>() {
            if let Ok(before) = <&[u8; AHEAD_LEN]>::try_from(before) {
                *end = *before;
            } else {
                end.iter_mut().rev().zip(before.iter().rev()).for_each(|(to, byte)| *to = *byte);
            }
        }
        if let Some((first, rest)) = ahead.split_first_mut() {
            *first = text.get(at).copied().unwrap_or(0);
            let follows = text.get(from.saturating_add(1)..).unwrap_or_default();
            if let (Some(to), Some(follows)) =
                (rest.first_chunk_mut::<AHEAD_LEN>(), follows.first_chunk())
            {
                *to = *follows;
            } else {
                rest.iter_mut().zip(follows).for_each(|(to, byte)| *to = *byte);
            }
        }
        let known = u8::try_from(before.len()).unwrap_or(Self::AT);
        Self { bytes, begin: Self::AT.saturating_sub(known) }
    }
}

/// The states that a thread has met so far.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    /// A row for each state: where each class of bytes leads, and what is left without those that ask.
    next: Vec<Step>,
    /// By what is near and length.
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

/// How many bytes ahead are compared before those behind are, but for one.
const NEAR: usize = 5;

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
        // What follows tells most, and of a number what follows all of it; then what stands right before.
        let first = usize::from(number);
        let ahead = (0..AHEAD_LEN).map(|index| (false, index + first));
        let behind = (0..AHEAD_LEN).map(|index| (true, index));
        let (near, far) = (ahead.clone().take(NEAR), ahead.skip(NEAR));
        let near = near.clone().take(1).chain(behind.clone().take(1)).chain(near.skip(1));
        let order = near.chain(behind.skip(1)).chain(far).chain(number.then_some((false, 0)));
        let mut positions: Vec<Position> = Vec::new();
        let mut looks = Vec::new();
        for (behind, index) in order {
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
                let index = u8::try_from(index).unwrap_or(u8::MAX);
                looks.push(if behind {
                    Window::AT.saturating_sub(1).saturating_sub(index)
                } else {
                    Window::AT.saturating_add(index)
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

    /// The anchors that stand at a place, if any. Those that want their words near are left out at once
    /// if they are not in the set `near`, and else, if that was not asked, when `meets` denies it.
    pub(super) fn at<'m>(
        &self,
        around: &Around<'_>,
        automaton: &'m mut Automaton,
        near: Option<(NonZeroUsize, &Known)>,
        meets: impl FnOnce(&Bits) -> bool,
    ) -> Option<&'m End> {
        if automaton.states.len().max(automaton.ends.len()) >= STATES_MAX {
            *automaton = Automaton::default();
        }
        let length = around.length.min(LENGTHS - 1);
        let number = near.map_or(0, |(number, _)| number.get());
        let start = number.wrapping_mul(LENGTHS).wrapping_add(length);
        let mut step = automaton.start.get(start).copied().unwrap_or(UNKNOWN);
        if step == UNKNOWN {
            let near = near.and_then(|(number, known)| known.set(number));
            step = self.start(start, length, near, automaton);
        }
        if !is_row(step) {
            return automaton.end(step);
        }
        let window = Window::new(around);
        if near.is_none() {
            let early = EARLY.min(self.looks.len());
            step = self.walk(step, 0..early, &window, automaton);
            if is_row(step) {
                let state = self.state(step, automaton);
                if state.is_some_and(|state| state.asking.any() && !meets(&state.asking)) {
                    step = self.without_asking(step, automaton);
                }
                step = self.walk(step, early..self.looks.len(), &window, automaton);
            }
        } else {
            step = self.walk(step, 0..self.looks.len(), &window, automaton);
        }
        automaton.end(step)
    }

    /// Compares some of the positions.
    fn walk(
        &self,
        mut step: Step,
        depths: Range<usize>,
        window: &Window,
        automaton: &mut Automaton,
    ) -> Step {
        let first = depths.start;
        let looks = self.looks.get(depths).unwrap_or_default();
        for (depth, &look) in (first..).zip(looks) {
            if !is_row(step) {
                break;
            }
            // The masks let the compiler see that it is there.
            let byte = window.bytes.get(usize::from(look & 31)).copied().unwrap_or(0);
            let class = if look < window.begin {
                self.class_count
            } else {
                self.classes.get(usize::from(byte)).copied().map_or(0, usize::from)
            };
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

    fn start(
        &self,
        start: usize,
        length: usize,
        near: Option<&Bits>,
        automaton: &mut Automaton,
    ) -> Step {
        let all = self.lengths.chunks_exact(self.words.max(1)).nth(length).unwrap_or_default();
        let mut set: Box<[u64]> = all.into();
        if let Some(near) = near {
            for (word, bits) in set.iter_mut().enumerate() {
                each(*bits, |bit| {
                    let asks = self.members.get((word << 6) | bit).and_then(|member| member.asks);
                    if asks.is_some_and(|asks| !near.has(usize::from(asks))) {
                        *bits &= !(1 << bit);
                    }
                });
            }
        }
        let step = self.known(0, set, automaton);
        if automaton.start.len() <= start {
            automaton.start.resize(start.saturating_add(1), UNKNOWN);
        }
        if let Some(known) = automaton.start.get_mut(start) {
            *known = step;
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

impl Automaton {
    fn end(&self, step: Step) -> Option<&End> {
        if step < END { None } else { self.ends.get((step - END) as usize) }
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
