//! Where in a match to look first: anchors, derived from the pattern.
//!
//! Every match of a pattern contains a place that the prefilter can see in one pass over the text: the
//! beginning of a word, of a number, or of a long run of letters and digits, with certain bytes from
//! there on. [`plan`] finds the rarest such places of which *every* match must contain one, and how
//! far before them a match may begin. The prefilter looks for the anchors of all rules at once; a
//! pattern is tried only where one of its own stands.
//!
//! The module depends on `regex-syntax` alone: the build script runs it for the built-in rules.

use std::ops::RangeInclusive;

use regex_syntax::{
    ParserBuilder,
    hir::{Capture, Class, ClassUnicodeRange, Hir, HirKind, Look, Repetition},
};

/// Bytes that may stand at one position.
pub(crate) type ByteSet = [u64; 4];

/// How many positions from an anchor on are compared with the text.
pub(crate) const ANCHOR_LEN: usize = 12;

/// Any byte, or none: nothing is known of this position.
pub(crate) const ANY: ByteSet = [u64::MAX; 4];

/// How many positions are looked at to choose an anchor: as long as a [`Gate::Run`].
const LOOKED_AT: usize = 14;

/// How many bytes of a word are hashed.
pub(crate) const KEY_LEN: usize = 4;

/// More keys than this are no word but a shape.
const KEYS_MAX: usize = 1700;

/// What kind of place the prefilter has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Gate {
    /// The beginning of a word, by a hash of its first bytes.
    Word,
    /// The beginning of a number.
    Number,
    /// A capital that follows no capital and that no small letter follows.
    Capital,
    /// Two letters and two digits at the beginning of a word.
    LettersDigits,
    /// A colon after a letter or digit.
    Colon,
    /// The beginning of a run of at least fourteen letters, digits and `_+-./`, or after a joint in one.
    Run,
    /// An `@`.
    At,
}

/// A place in every match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) gate: Gate,
    /// What may stand there and after it.
    pub(crate) sets: [ByteSet; ANCHOR_LEN],
    /// What may stand right before it, unless it begins the text.
    pub(crate) before: ByteSet,
    /// The least number of bytes from the beginning of the match to the anchor.
    pub(crate) back_min: u16,
    /// The greatest.
    pub(crate) back_max: u16,
}

/// The anchors of a pattern, and what they cost.
#[derive(Clone, Debug)]
struct Plan {
    anchors: Vec<Anchor>,
    /// About how many bytes in a gigabyte have to be looked at because of them.
    cost: f64,
}

/// Finds anchors of which every match of `pattern` contains one, and how many bytes a match has at
/// most. There are no anchors if no place stands out, or if it is no pattern.
pub(crate) fn anchors(pattern: &str, unicode: bool) -> (Vec<Anchor>, usize) {
    let Ok(hir) = parse(pattern, unicode) else { return (Vec::new(), usize::MAX) };
    (plan(&hir), hir.properties().maximum_len().unwrap_or(usize::MAX))
}

/// Reads a pattern as all patterns are read: over bytes.
pub(crate) fn parse(pattern: &str, unicode: bool) -> Result<Hir, Box<regex_syntax::Error>> {
    let mut parser = ParserBuilder::new().unicode(unicode).utf8(false).build();
    parser.parse(pattern).map_err(Box::new)
}

fn plan(hir: &Hir) -> Vec<Anchor> {
    let hir = cut_literals(hir);
    let parts = flatten(&hir);
    of_parts(&parts, parts.len(), Edge::START).map(|plan| plan.anchors).unwrap_or_default()
}

/// The bytes with which a match of `hir` may begin.
pub(crate) fn first_bytes(hir: &Hir) -> ByteSet {
    let mut looked = Lookahead::default();
    looked.read(hir, 1);
    looked.sets.first().copied().unwrap_or(ANY)
}

/// What may stand right before a part.
#[derive(Clone, Copy, Debug)]
struct Edge {
    /// The bytes with which the pattern itself may end there.
    own: ByteSet,
    /// Whether the match may begin here. Then anything may stand before it, except that a match begins
    /// only where a word or a number does.
    start: bool,
    /// Whether an assertion says that a word begins there: then `own` does not hold for what is no
    /// letter, digit or underscore.
    asserted: bool,
}

impl Edge {
    const START: Self = Self { own: [0; 4], start: true, asserted: false };

    /// Whether none of `bytes` stands before the part inside the match.
    fn excludes(&self, bytes: &ByteSet) -> bool {
        and(&self.own, bytes) == [0; 4]
    }
}

/// The cheapest plan for a sequence: one of its first `own` parts carries the anchor.
fn of_parts(parts: &[&Hir], own: usize, first: Edge) -> Option<Plan> {
    let mut best: Option<Plan> = None;
    let (mut back_min, mut back_max) = (0_usize, 0_usize);
    for (index, part) in parts.iter().enumerate().take(own) {
        let (before, tail) = parts.split_at(index);
        if let Some(mut plan) = of_tail(tail, edge(before, first)) {
            for anchor in &mut plan.anchors {
                anchor.back_min = anchor.back_min.saturating_add(narrow(back_min));
                anchor.back_max = anchor.back_max.saturating_add(narrow(back_max));
            }
            // Every beginning between the two has to be tried.
            let starts = back_max.saturating_sub(back_min).min(4096);
            #[expect(clippy::cast_precision_loss, reason = "at most 4096")]
            let starts = starts as f64;
            plan.cost *= 1.0 + starts / 2.0;
            if best.as_ref().is_none_or(|best| plan.cost < best.cost) {
                best = Some(plan);
            }
        }
        let properties = part.properties();
        back_min = back_min.saturating_add(properties.minimum_len().unwrap_or(0));
        let Some(longest) = properties.maximum_len() else { break };
        back_max = back_max.saturating_add(longest);
    }
    best
}

fn narrow(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// The cheapest plan for what begins with the first part of `tail`.
fn of_tail(tail: &[&Hir], edge: Edge) -> Option<Plan> {
    let (part, rest) = tail.split_first()?;
    let inner = match part.kind() {
        HirKind::Alternation(branches) => {
            let plans = branches.iter().map(|branch| {
                let mut parts = flatten(branch);
                let own = parts.len();
                parts.extend_from_slice(rest);
                of_parts(&parts, own, edge)
            });
            plans.collect::<Option<Vec<Plan>>>().map(|plans| Plan {
                cost: plans.iter().map(|plan| plan.cost).sum(),
                anchors: plans.into_iter().flat_map(|plan| plan.anchors).collect(),
            })
        }
        HirKind::Repetition(Repetition { min: 0, max: Some(1), sub, .. }) => {
            let mut parts = flatten(sub);
            let own = parts.len();
            parts.extend_from_slice(rest);
            let with = of_parts(&parts, own, edge);
            // Only what follows at once: the rest has its own turn, and all of it would be exponential.
            let without = of_parts(rest, 1, edge);
            with.zip(without).map(|(mut plan, without)| {
                plan.anchors.extend(without.anchors);
                plan.cost += without.cost;
                plan
            })
        }
        HirKind::Repetition(Repetition { min: min @ 1.., max, greedy, sub }) => {
            let more = Hir::repetition(Repetition {
                min: min.saturating_sub(1),
                max: max.map(|max| max.saturating_sub(1)),
                greedy: *greedy,
                sub: sub.clone(),
            });
            let mut parts = flatten(sub);
            let own = parts.len();
            parts.push(&more);
            parts.extend_from_slice(rest);
            of_parts(&parts, own, edge)
        }
        _ => None,
    };
    let direct = here(tail, edge);
    direct.into_iter().chain(inner).min_by(|left, right| left.cost.total_cmp(&right.cost))
}

/// The plan whose anchors stand exactly where `tail` begins.
fn here(tail: &[&Hir], edge: Edge) -> Option<Plan> {
    let mut looked = Lookahead::default();
    let end = tail.iter().fold(1, |offsets, part| looked.read(part, offsets));
    looked.end(end);
    let sets = looked.sets;
    let first = sets.first()?;
    let mut plan = Plan { anchors: Vec::new(), cost: 0.0 };
    let word = [LETTERS, DIGITS, WIDE, AT, COLON, JOINTS];
    let shape = [UPPER, LOWER, DIGITS, WIDE, AT, COLON, JOINTS];
    let mut letters = sets;
    letters.iter_mut().take(1).for_each(|set| *set = and(set, &LETTERS));
    let as_word = edge.excludes(&LETTERS) && keys(&letters).is_some();
    let classes = if as_word { &word[..] } else { &shape[..] };
    for &class in classes {
        let begin = and(first, &class);
        if begin == [0; 4] {
            continue;
        }
        let begins = match class {
            DIGITS => edge.excludes(&DIGITS),
            UPPER => edge.excludes(&UPPER),
            LOWER | LETTERS => edge.excludes(&LETTERS),
            COLON => !edge.start && and(&edge.own, &ALPHANUMERIC) == edge.own,
            // Runs are looked at where they begin and after their joints.
            JOINTS => !edge.start && !edge.asserted && edge.excludes(&ALPHANUMERIC),
            _ => true,
        };
        let mut part = sets;
        if let Some(set) = part.first_mut() {
            *set = begin;
        }
        let (gate, cost) = gate_of(&part, class, edge).filter(|_| begins)?;
        plan.cost += cost;
        let mut kept = [ANY; ANCHOR_LEN];
        kept.iter_mut().zip(&part).for_each(|(kept, set)| *kept = *set);
        plan.anchors.push(Anchor {
            gate,
            sets: kept,
            before: class_before(edge, class),
            back_min: 0,
            back_max: 0,
        });
    }
    let known = [DIGITS, LETTERS, WIDE, AT, COLON, JOINTS]
        .iter()
        .fold([0; 4], |sum, class| or(&sum, class));
    (and(first, &known) == *first && !plan.anchors.is_empty()).then_some(plan)
}

/// What may stand before an anchor that begins with a byte of `class`.
fn class_before(edge: Edge, class: ByteSet) -> ByteSet {
    let word = and(&class, &ALPHANUMERIC) == class;
    if edge.start || (edge.asserted && !word) { ANY } else { edge.own }
}

/// How an anchor with these bytes is found, and what that costs.
fn gate_of(sets: &[ByteSet; LOOKED_AT], class: ByteSet, edge: Edge) -> Option<(Gate, f64)> {
    let all_in = |positions: &[ByteSet], class: &ByteSet| {
        !positions.is_empty() && positions.iter().all(|set| and(set, class) == *set)
    };
    let share = |gate: f64| {
        let rest = sets.iter().take(ANCHOR_LEN).skip(1);
        1e9 * gate * begin_weight(sets.first().unwrap_or(&ANY)) * rest.map(weight).product::<f64>()
    };
    if class == AT {
        return Some((Gate::At, share(0.001).max(1e5)));
    }
    if class == COLON {
        return Some((Gate::Colon, share(0.002).max(1e5)));
    }
    if class == DIGITS {
        return Some((Gate::Number, share(0.03).max(2e4)));
    }
    if class == JOINTS {
        let run = all_in(sets, &or(&ALPHANUMERIC, &JOINTS));
        return run.then(|| (Gate::Run, share(0.002).max(1e4)));
    }
    if let Some(keys) = keys(sets) {
        let common = keys.iter().filter(|key| COMMON.contains(&key.to_le_bytes())).count();
        #[expect(clippy::cast_precision_loss, reason = "at most KEYS_MAX")]
        let (keys, common) = (keys.len() as f64, common as f64);
        return Some((Gate::Word, share(0.15).max(1e3) + 100.0 * keys + 2e6 * common));
    }
    let head = |count: usize| sets.get(..count).unwrap_or_default();
    let at = |index: usize| sets.get(index..=index).unwrap_or_default();
    // The gates of runs see only what no letter or digit precedes.
    let alone = !edge.start && edge.excludes(&ALPHANUMERIC);
    let token = [ALPHANUMERIC, JOINTS].iter().fold([0; 4], |sum, class| or(&sum, class));
    if alone && all_in(head(LOOKED_AT), &token) {
        return Some((Gate::Run, share(0.002).max(1e4)));
    }
    if class == UPPER && at(1).iter().all(|set| and(set, &LOWER) == [0; 4]) {
        return Some((Gate::Capital, share(0.004).max(1e4)));
    }
    let letters_digits =
        all_in(at(1), &LETTERS) && all_in(at(2), &DIGITS) && all_in(at(3), &DIGITS);
    (alone && edge.excludes(&range(b'_', b'_')) && letters_digits)
        .then(|| (Gate::LettersDigits, share(0.0005).max(1e4)))
}

/// The folded beginnings of an anchor with the gate [`Gate::Word`]; `None` if they are too many.
pub(crate) fn keys(sets: &[ByteSet]) -> Option<Vec<u32>> {
    let mut keys = vec![0_u32];
    for (position, set) in sets.iter().take(KEY_LEN).enumerate() {
        let mut folded: Vec<u8> =
            (0..=u8::MAX).filter(|&byte| has(set, byte)).map(|byte| byte | 0x20).collect();
        folded.sort_unstable();
        folded.dedup();
        if folded.len().saturating_mul(keys.len()) > KEYS_MAX {
            return None;
        }
        let shift = u32::try_from(position.saturating_mul(8)).unwrap_or(0);
        keys = keys
            .iter()
            .flat_map(|&key| {
                folded.iter().map(move |&byte| key | u32::from(byte).wrapping_shl(shift))
            })
            .collect();
    }
    Some(keys)
}

/// Beginnings of the most common words, which single letters do not tell to be common.
const COMMON: [[u8; KEY_LEN]; 32] = [
    *b"the ", *b"and ", *b"this", *b"that", *b"for ", *b"with", *b"you ", *b"was ", *b"not ",
    *b"are ", *b"have", *b"from", *b"what", *b"our ", *b"your", *b"who ", *b"has ", *b"had ",
    *b"her ", *b"his ", *b"all ", *b"any ", *b"can ", *b"but ", *b"will", *b"ther", *b"is a",
    *b"is t", *b"to t", *b"to a", *b"in t", *b"of t",
];

/// How common a byte is in the middle of text.
fn weight(set: &ByteSet) -> f64 {
    let sum: f64 = (0..=u8::MAX).filter(|&byte| has(set, byte)).map(common).sum();
    sum.clamp(0.004, 1.0)
}

/// How common a byte is at the beginning of a word.
fn begin_weight(set: &ByteSet) -> f64 {
    let letters: f64 = (0..=u8::MAX)
        .filter(|&byte| has(set, byte))
        .map(|byte| if byte.is_ascii_digit() { 0.1 } else { common(byte) })
        .sum();
    letters.clamp(0.004, 1.0)
}

fn common(byte: u8) -> f64 {
    match byte {
        b' ' => 0.15,
        b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 0.055,
        b'h' | b'l' | b'd' | b'c' | b'u' | b'm' => 0.03,
        b'A'..=b'Z' => 0.003,
        b'!'..=b'~' | b'\n' => 0.012,
        _ => 0.001,
    }
}

/// Which bytes may stand at the first positions of a match.
///
/// Over-approximates: assertions are taken to hold, and positions are independent of each other.
#[derive(Default)]
struct Lookahead {
    sets: [ByteSet; LOOKED_AT],
}

impl Lookahead {
    /// Reads `hir` from each of a set of offsets (bit by bit), and returns the offsets behind it.
    fn read(&mut self, hir: &Hir, offsets: u32) -> u32 {
        if offsets == 0 {
            return 0;
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => offsets,
            HirKind::Literal(literal) => {
                literal.0.iter().fold(offsets, |offsets, &byte| self.byte(offsets, byte..=byte))
            }
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.ranges().iter();
                ranges.for_each(|range| {
                    self.byte(offsets, range.start()..=range.end());
                });
                next(offsets)
            }
            HirKind::Class(Class::Unicode(class)) => {
                class.ranges().iter().fold(0, |sum, range| sum | self.chars(offsets, *range))
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, offsets),
            HirKind::Capture(capture) => self.read(&capture.sub, offsets),
            HirKind::Concat(parts) => {
                parts.iter().fold(offsets, |offsets, part| self.read(part, offsets))
            }
            HirKind::Alternation(branches) => {
                branches.iter().fold(0, |sum, branch| sum | self.read(branch, offsets))
            }
        }
    }

    fn repeat(&mut self, repetition: &Repetition, offsets: u32) -> u32 {
        let mut behind = if repetition.min == 0 { offsets } else { 0 };
        let mut offsets = offsets;
        for count in 1..=repetition.max.unwrap_or(u32::MAX) {
            let read = self.read(&repetition.sub, offsets);
            if count >= repetition.min {
                behind |= read;
            }
            // Whatever comes later only repeats these offsets or lies out of sight.
            if read == 0 || (read == offsets && count >= repetition.min) {
                break;
            }
            offsets = read;
        }
        behind
    }

    fn byte(&mut self, offsets: u32, bytes: RangeInclusive<u8>) -> u32 {
        let read = range(*bytes.start(), *bytes.end());
        for (offset, set) in self.sets.iter_mut().enumerate() {
            if offsets >> offset & 1 == 1 {
                *set = or(set, &read);
            }
        }
        next(offsets)
    }

    /// Characters as UTF-8: ASCII and small ranges exactly, others by the lengths that they may have.
    fn chars(&mut self, offsets: u32, range: ClassUnicodeRange) -> u32 {
        let mut behind = 0;
        let ascii = u8::try_from(range.start()).ok().filter(u8::is_ascii);
        if let Some(first) = ascii {
            let last = u8::try_from(range.end()).ok().filter(u8::is_ascii).unwrap_or(0x7F);
            behind |= self.byte(offsets, first..=last);
        }
        let start = range.start().max('\u{80}');
        if start > range.end() {
            return behind;
        }
        if (start..=range.end()).nth(64).is_none() {
            // Normalisation replaces these two, which fold to ASCII letters.
            for char in (start..=range.end()).filter(|char| !"ſ\u{212A}".contains(*char)) {
                let mut buffer = [0; 4];
                let bytes = char.encode_utf8(&mut buffer).bytes();
                behind |= bytes.fold(offsets, |offsets, byte| self.byte(offsets, byte..=byte));
            }
            return behind;
        }
        for (length, leads, first, last) in [
            (2, 0xC2..=0xDF, '\u{80}', '\u{7FF}'),
            (3, 0xE0..=0xEF, '\u{800}', '\u{FFFF}'),
            (4, 0xF0..=0xF4, '\u{10000}', char::MAX),
        ] {
            if start <= last && first <= range.end() {
                let lead = self.byte(offsets, leads);
                behind |= (1..length).fold(lead, |offsets, _| self.byte(offsets, 0x80..=0xBF));
            }
        }
        behind
    }

    /// Behind a match anything may stand.
    fn end(&mut self, offsets: u32) {
        let shortest = offsets.trailing_zeros() as usize;
        self.sets.iter_mut().skip(shortest).for_each(|set| *set = ANY);
    }
}

fn next(offsets: u32) -> u32 {
    offsets << 1 & ((1 << LOOKED_AT) - 1)
}

/// What may stand right before the part that follows `before`.
fn edge(before: &[&Hir], first: Edge) -> Edge {
    let mut own = [0; 4];
    for part in before.iter().rev() {
        if let HirKind::Look(look) = part.kind()
            && let Some(outside) = outside(*look)
        {
            return Edge { own: or(&own, &outside), start: false, asserted: true };
        }
        let optional = last_bytes(part, &mut own);
        if !optional {
            return Edge { own, start: false, asserted: false };
        }
    }
    Edge { own: or(&own, &first.own), ..first }
}

/// What may stand before a letter or digit that follows an assertion.
const fn outside(look: Look) -> Option<ByteSet> {
    match look {
        Look::WordAscii
        | Look::WordUnicode
        | Look::WordStartAscii
        | Look::WordStartUnicode
        | Look::WordStartHalfAscii
        | Look::WordStartHalfUnicode => Some(not(&or(&ALPHANUMERIC, &range(b'_', b'_')))),
        Look::Start => Some([0; 4]),
        Look::StartLF => Some(range(b'\n', b'\n')),
        Look::StartCRLF => Some(or(&range(b'\n', b'\n'), &range(b'\r', b'\r'))),
        _ => None,
    }
}

/// Adds the bytes in which `hir` may end; says whether it may also be empty.
fn last_bytes(hir: &Hir, last: &mut ByteSet) -> bool {
    match hir.kind() {
        HirKind::Look(Look::Start) => false,
        HirKind::Look(look @ (Look::StartLF | Look::StartCRLF)) => {
            *last = or(last, &outside(*look).unwrap_or(ANY));
            false
        }
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            literal.0.last().into_iter().for_each(|&byte| add(last, byte));
            false
        }
        HirKind::Class(Class::Bytes(class)) => {
            let bytes = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            bytes.for_each(|byte| add(last, byte));
            false
        }
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.ranges() {
                let ascii = (0..0x80_u8).filter(|&byte| {
                    range.start() <= char::from(byte) && char::from(byte) <= range.end()
                });
                ascii.for_each(|byte| add(last, byte));
                if !range.end().is_ascii() {
                    *last = or(last, &TAILS);
                }
            }
            false
        }
        HirKind::Repetition(Repetition { min, sub, .. }) => last_bytes(sub, last) || *min == 0,
        HirKind::Capture(capture) => last_bytes(&capture.sub, last),
        HirKind::Concat(parts) => parts.iter().rev().all(|part| last_bytes(part, last)),
        HirKind::Alternation(branches) => {
            let mut optional = false;
            for branch in branches {
                optional |= last_bytes(branch, last);
            }
            optional
        }
    }
}

/// The parts of a sequence, with groups opened.
fn flatten(hir: &Hir) -> Vec<&Hir> {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().flat_map(flatten).collect(),
        HirKind::Capture(capture) => flatten(&capture.sub),
        _ => vec![hir],
    }
}

/// The same pattern with its literals cut where words begin in them, so that each can be an anchor.
fn cut_literals(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let begins = |left: &u8, right: &u8| {
                right.is_ascii_alphanumeric() && !left.is_ascii_alphanumeric()
            };
            let pieces = literal.0.chunk_by(|left, right| !begins(left, right));
            Hir::concat(pieces.map(piece).collect())
        }
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(cut_literals(&repetition.sub)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => cut_literals(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(cut_literals).collect()),
        HirKind::Alternation(branches) => {
            Hir::alternation(branches.iter().map(cut_literals).collect())
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => hir.clone(),
    }
}

/// A literal that a neighbouring literal is not merged with.
fn piece(bytes: &[u8]) -> Hir {
    let literal = Box::new(Hir::literal(bytes));
    Hir::capture(Capture { index: 1, name: None, sub: literal })
}

/// Whether `byte` is in `set`.
pub(crate) const fn has(set: &ByteSet, byte: u8) -> bool {
    let [a, b, c, d] = *set;
    let word = match byte >> 6 {
        0 => a,
        1 => b,
        2 => c,
        _ => d,
    };
    word >> (byte & 63) & 1 == 1
}

const fn add(set: &mut ByteSet, byte: u8) {
    let [a, b, c, d] = set;
    let word = match byte >> 6 {
        0 => a,
        1 => b,
        2 => c,
        _ => d,
    };
    *word |= 1 << (byte & 63);
}

const fn and(left: &ByteSet, right: &ByteSet) -> ByteSet {
    let [a, b, c, d] = left;
    [*a & right[0], *b & right[1], *c & right[2], *d & right[3]]
}

const fn or(left: &ByteSet, right: &ByteSet) -> ByteSet {
    let [a, b, c, d] = left;
    [*a | right[0], *b | right[1], *c | right[2], *d | right[3]]
}

const fn not(set: &ByteSet) -> ByteSet {
    let [a, b, c, d] = *set;
    [!a, !b, !c, !d]
}

/// The bits of the 64 bytes from `base` on that lie between `first` and `last`.
const fn part(first: u8, last: u8, base: u8) -> u64 {
    let top = base | 63;
    if last < base || first > top {
        return 0;
    }
    let from = first.saturating_sub(base);
    let to = if last < top { last - base } else { 63 };
    u64::MAX << from & u64::MAX >> (63 - to)
}

/// The bytes from `first` to `last`.
const fn range(first: u8, last: u8) -> ByteSet {
    [part(first, last, 0), part(first, last, 64), part(first, last, 128), part(first, last, 192)]
}

const DIGITS: ByteSet = range(b'0', b'9');
const UPPER: ByteSet = range(b'A', b'Z');
const LOWER: ByteSet = range(b'a', b'z');
const LETTERS: ByteSet = or(&UPPER, &LOWER);
const ALPHANUMERIC: ByteSet = or(&LETTERS, &DIGITS);
/// What runs of letters and digits may hold besides.
const JOINTS: ByteSet = or(&or(&range(b'+', b'+'), &range(b'-', b'/')), &range(b'_', b'_'));
const COLON: ByteSet = range(b':', b':');
const AT: ByteSet = range(b'@', b'@');
/// Last bytes of the characters beyond ASCII.
const TAILS: ByteSet = range(0x80, 0xBF);
/// First bytes of the characters from U+0800 on.
const WIDE: ByteSet = range(0xE0, 0xF4);

#[cfg(test)]
mod tests {
    use super::*;

    /// Each anchor as its gate and its bytes: one letter, `?` for several, nothing for any.
    fn check(pattern: &str, expected: &[(&str, u16, u16)]) {
        let (anchors, _) = anchors(pattern, false);
        let position = |set: &ByteSet| {
            let bytes: Vec<u8> = (0..=u8::MAX).filter(|&byte| has(set, byte)).collect();
            match bytes[..] {
                [byte] => char::from(byte).to_string(),
                _ if bytes.len() == 256 => String::new(),
                _ => "?".into(),
            }
        };
        let shown: Vec<(String, u16, u16)> = anchors
            .iter()
            .map(|anchor| {
                let bytes: String = anchor.sets.iter().map(position).collect();
                (format!("{:?} {bytes}", anchor.gate), anchor.back_min, anchor.back_max)
            })
            .collect();
        let shown: Vec<(&str, u16, u16)> =
            shown.iter().map(|(name, min, max)| (name.as_str(), *min, *max)).collect();
        assert_eq!(shown, expected, "{pattern}");
    }

    #[test]
    fn the_rarest_part_of_a_pattern_is_its_anchor() {
        check(r"\b(ghp_[A-Za-z0-9]{36})\b", &[("Word ghp_????????", 0, 0)]);
        check(r"\b(\d{3}-\d{2}-\d{4})\b", &[("Number ???-??-????", 0, 0)]);
        check(
            r"\b\w{1,9} (?:client|account) id",
            &[("Word client id", 2, 10), ("Word account id", 2, 10)],
        );
        check(r"-----BEGIN KEY", &[("Word BEGIN KEY", 5, 5)]);
        check(r"(?:db)?pass=", &[("Word dbpass=", 0, 0), ("Word pass=", 0, 0)]);
        check(r"\b[a-z]{1,30}@x", &[("At @x", 1, 30)]);
        check(r"\b[A-Z]{2}\d{7}", &[("Capital ?????????", 0, 0)]);
        check(r"[a-z]{1,20}word", &[]);
        // As many optional parts as one likes cost no more than their number squared.
        let optional = "(?:ab)?".repeat(60) + "[a-z]{1,9}";
        check(&optional, &[]);
        check(r"\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b", &[("Colon :???????????", 1, 4)]);
    }
}
