//! Anchors that are shapes, told apart by the bytes around them.
//!
//! At a marked place the length of the number or run says which anchors could stand there; then one
//! byte after the other rules out those that do not allow it. The sets of anchors that are left make an
//! automaton, whose states are built when a text first leads to them and kept by the scanning thread.
//! Each state looks at the byte that ruled out most where it was built: most places are done with after
//! two or three, however many anchors there are.

use std::{collections::BTreeMap, num::NonZeroUsize};

use crate::{
    bits,
    prefilter::{
        each,
        vicinity::{Bits, Known},
    },
    rule::{
        Anchor,
        anchor::{AHEAD_LEN, Gate},
        byte_set::ByteSet,
        edge::BEHIND_LEN,
    },
};

/// Lengths that are told apart.
const LENGTHS: usize = 64;
/// As many states, and the automaton begins anew: no text makes it grow without end.
const STATES_MAX: usize = 1 << 13;

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
    /// What may stand where.
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
    look: Look,
    /// By class: the anchors.
    allowed: Vec<u64>,
    /// The anchors that do not allow everything.
    choosy: Vec<u64>,
}

/// A place in a text: how long the number or run is that begins there, and the bytes around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    pub(super) at: usize,
    length: usize,
    /// What stands around it, and then from where on the text is compared with what is ahead.
    window: [u8; 2 * SIDE],
    /// How many bytes of the window would stand before the beginning of the text.
    lacking: usize,
}

/// The bytes of each part of the window.
const SIDE: usize = 16;
/// Those of them that stand before a place.
const BEFORE: usize = SIDE / 2;

impl Around {
    /// The place `at` of a text; for a number, `from` is its last digit, since what stands behind the first
    /// are all of its digits. Zeros stand behind the end of the text.
    #[inline(always)]
    pub(super) fn new(text: &[u8], at: usize, from: usize, length: usize) -> Self {
        let before = at.checked_sub(BEFORE).and_then(|start| text.get(start..)?.first_chunk());
        let ahead = text.get(from..).and_then(<[u8]>::first_chunk);
        let (before, ahead) = match (before, ahead) {
            (Some(before), Some(ahead)) => (*before, *ahead),
            _ => Self::at_edge(text, at, from),
        };
        let mut window = [0; 2 * SIDE];
        let (left, right) = window.split_at_mut(SIDE);
        left.copy_from_slice(&before);
        right.copy_from_slice(&ahead);
        Self { at, length, window, lacking: BEFORE.saturating_sub(at) }
    }

    /// The window where the text begins or ends.
    #[cold]
    fn at_edge(text: &[u8], at: usize, from: usize) -> ([u8; SIDE], [u8; SIDE]) {
        let byte = |at: usize| text.get(at).copied().unwrap_or(0);
        let before = |slot: usize| at.wrapping_add(slot).wrapping_sub(BEFORE);
        let ahead = |slot: usize| from.saturating_add(slot);
        (
            std::array::from_fn(|slot| byte(before(slot))),
            std::array::from_fn(|slot| byte(ahead(slot))),
        )
    }
}

/// Where to look: a place in the window.
#[derive(Clone, Copy, Debug)]
struct Look(u32);

impl Look {
    fn behind(index: usize) -> Self {
        const { assert!(BEHIND_LEN <= BEFORE) };
        Self(narrow(BEFORE.saturating_sub(1).saturating_sub(index)))
    }

    fn ahead(index: usize) -> Self {
        const { assert!(AHEAD_LEN < SIDE) };
        Self(narrow(if index == 0 { BEFORE } else { SIDE.saturating_add(index) }))
    }

    /// The byte there; none before the beginning of the text.
    #[inline(always)]
    fn byte(self, around: &Around) -> Option<u8> {
        let slot = self.0 as usize & (2 * SIDE - 1);
        if slot < around.lacking { None } else { around.window.get(slot).copied() }
    }
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The states that a thread has met so far.
#[derive(Debug, Default)]
pub(super) struct Automaton {
    /// A row for each state: where it looks, where each class of bytes leads, and what is left without
    /// those that ask.
    next: Vec<Step>,
    /// By what is near and length.
    start: Vec<Step>,
    /// By number of the row.
    states: Vec<State>,
    ends: Vec<End>,
    /// By set, and the positions that may rule out some of it.
    known: BTreeMap<(Positions, Box<[u64]>), Step>,
}

/// A bit per position.
type Positions = u32;

#[derive(Debug)]
struct State {
    set: Box<[u64]>,
    /// The positions that may rule out some of them, and which of these is looked at.
    open: Positions,
    position: usize,
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
                if holds(anchor) {
                    bits::set(&mut set, index);
                }
            }
            set
        };
        let number = anchors.iter().any(|anchor| anchor.gate == Gate::Number);
        // What follows tells most, and of a number what follows all of it.
        let looks = (0..AHEAD_LEN).map(|index| (false, index + usize::from(number)));
        let looks = looks.chain(number.then_some((false, 0)));
        let looks = looks.chain((0..AHEAD_LEN).map(|index| (true, index)));
        let mut positions: Vec<Position> = Vec::new();
        for (behind, index) in looks {
            let of = |anchor: &Anchor| {
                let sets = if behind { &anchor.behind } else { &anchor.ahead };
                sets.get(index).copied().unwrap_or(ByteSet::ANY)
            };
            let choosy = set(&|anchor| of(anchor) != ByteSet::ANY);
            if choosy.iter().any(|word| *word != 0) {
                let look = if behind { Look::behind(index) } else { Look::ahead(index) };
                let allowed = rows(&anchors, words, &representatives, &of);
                positions.push(Position { look, allowed, choosy });
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
                    if member.asks.is_some() {
                        bits::set(&mut asking, index);
                    }
                }
                asking
            },
            positions,
            classes,
        }
    }

    /// The anchors that stand at a place, if any. Those that want their words near are left out at once
    /// if they are not in the set `near`, and else, if that was not asked, when `meets` denies it.
    pub(super) fn at<'m>(
        &self,
        around: &Around,
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
            step = self.start(start, near, around, automaton);
        }
        if !is_row(step) {
            return automaton.end(step);
        }
        let early = if near.is_none() { EARLY } else { usize::MAX };
        step = self.walk(step, early, around, automaton);
        if near.is_none() && is_row(step) {
            let state = self.state(step, automaton);
            if state.is_some_and(|state| state.asking.any() && !meets(&state.asking)) {
                step = self.without_asking(step, around, automaton);
            }
            step = self.walk(step, usize::MAX, around, automaton);
        }
        automaton.end(step)
    }

    /// Looks at as many positions as there are to look at, or as `most`.
    #[inline(always)]
    fn walk(
        &self,
        mut step: Step,
        most: usize,
        around: &Around,
        automaton: &mut Automaton,
    ) -> Step {
        let mut left = most;
        loop {
            let rows = automaton.next.as_slice();
            let class = loop {
                if left == 0 || !is_row(step) {
                    return step;
                }
                left = left.wrapping_sub(1);
                let row = (step - ROW) as usize;
                let Some(&look) = rows.get(row) else { return DEAD };
                let class = self.class(Look(look), around);
                match rows.get(row.wrapping_add(1).wrapping_add(class)) {
                    Some(&UNKNOWN) => break class,
                    Some(&next) => step = next,
                    None => return DEAD,
                }
            };
            step = self.step(step, class, around, automaton);
        }
    }

    /// The class of the byte at a position; the last one stands for none.
    #[inline(always)]
    fn class(&self, look: Look, around: &Around) -> usize {
        let class = |byte| self.classes.get(usize::from(byte)).copied().map_or(0, usize::from);
        look.byte(around).map_or(self.class_count, class)
    }

    /// How long a row is: where to look, and a step for each class, for the lack of a byte, and for
    /// leaving out who asks.
    fn stride(&self) -> usize {
        self.class_count.wrapping_add(3)
    }

    fn state<'m>(&self, row: Step, automaton: &'m Automaton) -> Option<&'m State> {
        automaton.states.get((row - ROW) as usize / self.stride())
    }

    fn start(
        &self,
        start: usize,
        near: Option<&Bits>,
        around: &Around,
        automaton: &mut Automaton,
    ) -> Step {
        let length = start % LENGTHS;
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
        let step = self.known(Positions::MAX, set, around, automaton);
        if automaton.start.len() <= start {
            automaton.start.resize(start.saturating_add(1), UNKNOWN);
        }
        if let Some(known) = automaton.start.get_mut(start) {
            *known = step;
        }
        step
    }

    fn step(&self, row: Step, class: usize, around: &Around, automaton: &mut Automaton) -> Step {
        let Some(State { set, open, position, .. }) = self.state(row, automaton) else {
            return DEAD;
        };
        let (open, mut set) = (open & !(1 << position), set.clone());
        if let Some(allowed) = self.allowed(*position, class) {
            set.iter_mut().zip(allowed).for_each(|(set, allowed)| *set &= allowed);
        }
        let next = (row - ROW) as usize + 1 + class;
        self.remember(next, (open, set), around, automaton)
    }

    /// The anchors that allow a class of bytes at a position; all allow the lack of one.
    fn allowed(&self, position: usize, class: usize) -> Option<&[u64]> {
        let position = self.positions.get(position)?;
        position.allowed.chunks_exact(self.words.max(1)).nth(class)
    }

    fn without_asking(&self, row: Step, around: &Around, automaton: &mut Automaton) -> Step {
        let next = (row - ROW) as usize + 1 + self.class_count + 1;
        let known = automaton.next.get(next).copied();
        if let Some(step) = known.filter(|step| *step != UNKNOWN) {
            return step;
        }
        let Some(State { set, open, .. }) = self.state(row, automaton) else { return DEAD };
        let (open, mut set) = (*open, set.clone());
        set.iter_mut().zip(&self.asking).for_each(|(set, asking)| *set &= !asking);
        self.remember(next, (open, set), around, automaton)
    }

    /// Writes down the step to a set of anchors.
    fn remember(
        &self,
        next: usize,
        (open, set): (Positions, Box<[u64]>),
        around: &Around,
        automaton: &mut Automaton,
    ) -> Step {
        let step = self.known(open, set, around, automaton);
        if let Some(next) = automaton.next.get_mut(next) {
            *next = step;
        }
        step
    }

    /// The step that leads to a set of anchors, of which the positions beside `open` rule out no more.
    fn known(
        &self,
        mut open: Positions,
        set: Box<[u64]>,
        around: &Around,
        automaton: &mut Automaton,
    ) -> Step {
        if set.iter().all(|word| *word == 0) {
            return DEAD;
        }
        let mut best: Option<(usize, usize, Look)> = None;
        for (index, position) in self.positions.iter().enumerate() {
            if set.iter().zip(&position.choosy).all(|(set, choosy)| set & choosy == 0) {
                open &= !(1 << index);
            }
            if open >> index & 1 == 1 {
                let class = self.class(position.look, around);
                let left = self.allowed(index, class).map_or(usize::MAX, |allowed| {
                    let left = set.iter().zip(allowed).map(|(set, allowed)| set & allowed);
                    left.map(|left| left.count_ones() as usize).sum()
                });
                if best.is_none_or(|(fewest, ..)| left < fewest) {
                    best = Some((left, index, position.look));
                }
            }
        }
        let open = open & low_bits(self.positions.len());
        let Automaton { next, states, ends, known, .. } = automaton;
        *known.entry((open, set)).or_insert_with_key(|(_, set)| {
            if let Some((_, position, look)) = best {
                let row = narrow(next.len());
                next.push(look.0);
                next.resize(next.len().wrapping_add(self.stride()).wrapping_sub(1), UNKNOWN);
                let asking = self.end(set).bits;
                states.push(State { set: set.clone(), open, position, asking });
                row.wrapping_add(ROW)
            } else {
                ends.push(self.end(set));
                narrow(ends.len().saturating_sub(1)).wrapping_add(END)
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

/// As many positions, all open.
fn low_bits(count: usize) -> Positions {
    Positions::MAX.checked_shr(Positions::BITS.saturating_sub(narrow(count))).unwrap_or(0)
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
        bits::set(set, index);
    }
    let mut rows = vec![0; words.saturating_mul(representatives.len())];
    for (byte, row) in representatives.iter().zip(rows.chunks_exact_mut(words.max(1))) {
        for (_, set) in alike.iter().filter(|(bytes, _)| bytes.has(*byte)) {
            row.iter_mut().zip(set).for_each(|(row, set)| *row |= set);
        }
    }
    rows
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
