//! Where in a match to look first: anchors, derived from the pattern.
//!
//! Every match of a pattern contains a place that the prefilter can see in one pass over the text: the
//! beginning of a word, of a number, or of a long run of letters and digits, with certain bytes before
//! and behind it. [`anchors`] finds the rarest such places of which *every* match must contain one, and
//! how far before them a match may begin. The prefilter looks for the anchors of all rules at once; a
//! pattern is tried only where one of its own stands.
//!
//! The module depends on `regex-syntax` alone: the build script runs it for the built-in rules.

use std::borrow::Cow;

use regex_syntax::{
    ParserBuilder,
    hir::{Class, Hir, HirKind, Repetition},
};

use super::{
    ahead::{self, Way},
    byte_set::ByteSet,
    data::Text,
    edge::Edge,
    rarity::{KEY_LEN, weight, words_per_mb},
    unroll::{flatten, unroll},
};

/// How many positions from an anchor on are compared with the text.
pub(crate) const AHEAD_LEN: usize = 12;

/// How many bytes a [`Gate::Run`] has at least.
pub(crate) const RUN_MIN: usize = 14;

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
    /// The beginning of a run of at least [`RUN_MIN`] letters, digits and `_+-./`, or after a joint in
    /// one.
    Run,
    /// An `@`.
    At,
}

/// A place in every match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Anchor {
    pub(crate) gate: Gate,
    /// How many digits the number or how many bytes the run may have from here on, bit by bit; the last
    /// bit stands for all greater lengths. All bits for what is neither.
    pub(crate) lengths: u64,
    /// What may stand before it, from the nearest byte on; any byte further on. Before the beginning of
    /// the text anything goes.
    pub(crate) behind: Cow<'static, [ByteSet]>,
    /// What may stand there and after it; any byte further on. For a number: its first digit, and what
    /// stands behind all of its digits.
    pub(crate) ahead: Cow<'static, [ByteSet]>,
    /// The least number of bytes from the beginning of the match to the anchor.
    pub(crate) back_min: u16,
    /// The greatest.
    pub(crate) back_max: u16,
    /// Which lead of the rule stands between the two, counted from 1; 0 if every beginning is tried.
    pub(crate) lead: u16,
}

/// What is known of a pattern before any text is seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anchored {
    /// Every match contains one of them; none if no place stands out.
    pub(crate) anchors: Vec<Anchor>,
    /// What stands between the beginning of a match and an anchor, as patterns.
    pub(crate) leads: Vec<Text>,
    /// How many bytes a match has at most.
    pub(crate) len_max: usize,
}

/// The places of a pattern, and what they cost.
#[derive(Clone, Debug)]
struct Plan<'h> {
    places: Vec<Place<'h>>,
    /// About how many bytes in a gigabyte have to be looked at because of them.
    cost: f64,
}

/// A place in every match that stands out.
#[derive(Clone, Debug)]
struct Place<'h> {
    /// What begins there.
    tail: Vec<&'h Hir>,
    /// What stands before it in the match.
    lead: Vec<&'h Hir>,
    /// With which kind of byte.
    class: ByteSet,
    edge: Edge,
    back_min: u16,
    back_max: u16,
}

/// Finds anchors of which every match of `pattern` contains one. There are none if no place stands out,
/// or if it is no pattern.
pub(crate) fn anchors(pattern: &str, unicode: bool) -> Anchored {
    let Ok(hir) = parse(pattern, unicode) else {
        return Anchored { len_max: usize::MAX, ..Anchored::default() };
    };
    let len_max = hir.properties().maximum_len().unwrap_or(usize::MAX);
    let hir = unroll(&hir);
    let parts = flatten(&hir);
    let plan = of_parts(&parts, parts.len(), Edge::START);
    let mut known = Anchored { len_max, ..Anchored::default() };
    for place in plan.into_iter().flat_map(|plan| plan.places) {
        let lead = known.lead(&place);
        known.anchors.extend(place.anchors(lead));
    }
    known
}

/// Where fewer beginnings are possible, they are tried.
const LEAD_MIN: u16 = 3;

impl Anchored {
    /// The number of what leads to a place.
    fn lead(&mut self, place: &Place<'_>) -> u16 {
        if place.back_max.saturating_sub(place.back_min) < LEAD_MIN {
            return 0;
        }
        let lead = Hir::concat(place.lead.iter().copied().cloned().collect()).to_string();
        let known = self.leads.iter().position(|known| *known == lead);
        let index = known.unwrap_or_else(|| {
            self.leads.push(lead.into());
            self.leads.len().saturating_sub(1)
        });
        narrow(index.saturating_add(1))
    }
}

/// Reads a pattern as all patterns are read: over bytes.
pub(crate) fn parse(pattern: &str, unicode: bool) -> Result<Hir, Box<regex_syntax::Error>> {
    let mut parser = ParserBuilder::new().unicode(unicode).utf8(false).build();
    parser.parse(pattern).map_err(Box::new)
}

/// What reading backwards from a place costs at most, in places looked at.
const LEAD_COST: f64 = 8.0;

/// The cheapest plan for a sequence: one of its first `own` parts carries the anchor.
fn of_parts<'h>(parts: &[&'h Hir], own: usize, first: Edge) -> Option<Plan<'h>> {
    let mut best: Option<Plan<'h>> = None;
    let (mut back_min, mut back_max) = (0_usize, 0_usize);
    let begins = begins_per_byte(ahead::first_bytes(parts));
    for (index, part) in parts.iter().enumerate().take(own) {
        let (before, tail) = parts.split_at(index);
        if let Some(mut plan) = of_tail(tail, Edge::behind(before, first)) {
            for place in &mut plan.places {
                place.back_min = place.back_min.saturating_add(narrow(back_min));
                place.back_max = place.back_max.saturating_add(narrow(back_max));
                place.lead.splice(0..0, before.iter().copied());
            }
            // Every beginning between the two has to be tried that reading backwards leaves (`lead`).
            // Most places are too rare in any text for that to matter; numbers fill whole tables.
            let starts = u32::try_from(back_max.saturating_sub(back_min)).unwrap_or(u32::MAX);
            let tries = f64::from(starts) * begins;
            let numbers = plan.places.iter().any(|place| place.class == ByteSet::DIGITS);
            plan.cost *= 1.0 + if numbers { tries } else { tries.min(LEAD_COST) };
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

/// At how many places per byte something begins that may begin with one of `first`.
fn begins_per_byte(first: ByteSet) -> f64 {
    let share = |class: ByteSet| f64::from(first.and(class).len()) / f64::from(class.len());
    let others = first.and(ByteSet::ALPHANUMERIC.not());
    let others = if others.is_empty() { 0.0 } else { weight(&others) };
    0.05 * share(ByteSet::DIGITS) + 0.18 * share(ByteSet::LETTERS) + others
}

fn narrow(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// The cheapest plan for what begins with the first part of `tail`.
fn of_tail<'h>(tail: &[&'h Hir], edge: Edge) -> Option<Plan<'h>> {
    let (part, rest) = tail.split_first()?;
    if is_gap(part) {
        return None;
    }
    let inner = match part.kind() {
        HirKind::Alternation(branches) => {
            let plans = branches.iter().map(|branch| {
                let mut parts = flatten(branch);
                let own = parts.len();
                parts.extend_from_slice(rest);
                of_parts(&parts, own, edge)
            });
            plans.collect::<Option<Vec<Plan<'h>>>>().map(|plans| Plan {
                cost: plans.iter().map(|plan| plan.cost).sum(),
                places: plans.into_iter().flat_map(|plan| plan.places).collect(),
            })
        }
        HirKind::Repetition(Repetition { min: 0, max: Some(1), sub, .. }) => {
            let mut parts = flatten(sub);
            let own = parts.len();
            parts.extend_from_slice(rest);
            let with = of_parts(&parts, own, edge);
            // Only what follows at once: the rest has its own turn, and all of it would be exponential.
            let gaps = rest.iter().take_while(|part| is_gap(part)).count();
            let without = of_parts(rest, gaps.saturating_add(1), edge);
            with.zip(without).map(|(mut plan, without)| {
                plan.places.extend(without.places);
                plan.cost += without.cost;
                plan
            })
        }
        _ => None,
    };
    let direct = here(tail, edge);
    direct.into_iter().chain(inner).min_by(|left, right| left.cost.total_cmp(&right.cost))
}

/// Whether a part may be empty and holds nothing that stands out.
fn is_gap(part: &Hir) -> bool {
    fn holds_any(hir: &Hir, bytes: ByteSet) -> bool {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => false,
            HirKind::Literal(literal) => literal.0.iter().any(|&byte| bytes.has(byte)),
            HirKind::Class(Class::Bytes(class)) => class
                .ranges()
                .iter()
                .any(|range| !ByteSet::range(range.start(), range.end()).and(bytes).is_empty()),
            HirKind::Class(Class::Unicode(class)) => {
                let in_any = |byte| {
                    let ranges = class.ranges().iter();
                    let byte = char::from(byte);
                    ranges.clone().any(|range| range.start() <= byte && byte <= range.end())
                };
                let high = class.ranges().last().is_some_and(|range| !range.end().is_ascii());
                high || bytes.bytes().filter(u8::is_ascii).any(in_any)
            }
            HirKind::Repetition(repetition) => holds_any(&repetition.sub, bytes),
            HirKind::Capture(capture) => holds_any(&capture.sub, bytes),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => {
                parts.iter().any(|part| holds_any(part, bytes))
            }
        }
    }
    part.properties().minimum_len() == Some(0)
        && !holds_any(part, ByteSet::ALPHANUMERIC.or(ByteSet::AT).or(ByteSet::HIGH))
}

/// Bytes with which anchors begin.
const BEGINNINGS: ByteSet =
    ByteSet::ALPHANUMERIC.or(ByteSet::WIDE).or(ByteSet::AT).or(ByteSet::COLON).or(ByteSet::JOINTS);

/// The plan whose places are exactly where `tail` begins.
fn here<'h>(tail: &[&'h Hir], edge: Edge) -> Option<Plan<'h>> {
    let first = ahead::first_bytes(tail);
    if first.is_empty() || !first.is_in(BEGINNINGS) {
        return None;
    }
    let as_word = edge.excludes(ByteSet::LETTERS)
        && ahead::ways(tail, ByteSet::LETTERS, KEY_LEN, WAYS_WEIGHED)
            .iter()
            .all(|way| keys(&way.sets).is_some());
    let letters =
        if as_word { &[ByteSet::LETTERS][..] } else { &[ByteSet::UPPER, ByteSet::LOWER][..] };
    let others = [ByteSet::DIGITS, ByteSet::WIDE, ByteSet::AT, ByteSet::COLON, ByteSet::JOINTS];
    let mut plan = Plan { places: Vec::new(), cost: 0.0 };
    for &class in letters.iter().chain(&others) {
        if first.and(class).is_empty() {
            continue;
        }
        let begins = match class {
            ByteSet::DIGITS | ByteSet::UPPER => edge.excludes(class),
            ByteSet::LOWER | ByteSet::LETTERS => edge.excludes(ByteSet::LETTERS),
            ByteSet::COLON => !edge.start && edge.own.is_in(ByteSet::ALPHANUMERIC),
            // Runs are looked at where they begin and after their joints.
            ByteSet::JOINTS => {
                !edge.start && !edge.asserted && edge.excludes(ByteSet::ALPHANUMERIC)
            }
            _ => true,
        };
        if !begins {
            return None;
        }
        let tail = tail.to_vec();
        let lead = Vec::new();
        let place = Place { tail, lead, class, edge, back_min: 0, back_max: 0 };
        let ways = place.ways(WAYS_WEIGHED);
        let run = place.run(&ways);
        for way in &ways {
            let (_, cost) = gate_of(way, class, edge, run)?;
            plan.cost += cost;
        }
        plan.places.push(place);
    }
    (!plan.places.is_empty()).then_some(plan)
}

/// How many ways to go on are told apart while the places of a pattern are compared.
const WAYS_WEIGHED: usize = 2;
/// How many are in the anchors: shapes share their work, words do not.
const WAYS_MAX: usize = 24;
const WORDS_MAX: usize = WAYS_WEIGHED;

impl Place<'_> {
    fn ways(&self, most: usize) -> Vec<Way> {
        if self.class == ByteSet::DIGITS {
            ahead::number_ways(&self.tail, AHEAD_LEN, most)
        } else {
            ahead::ways(&self.tail, self.class, AHEAD_LEN, most)
        }
    }

    /// How long a run of letters, digits and joints begins here; 0 if it is none.
    fn run(&self, ways: &[Way]) -> u32 {
        let is_run = ways.iter().flat_map(|way| &way.sets).all(|set| set.is_in(TOKEN));
        if is_run { ahead::run(&self.tail, self.class, TOKEN) } else { 0 }
    }

    /// An anchor for each way to go on.
    fn anchors(&self, lead: u16) -> Vec<Anchor> {
        // A place that is a run or a word stays one, however its ways are told apart.
        let few = self.ways(WAYS_WEIGHED);
        let run = self.run(&few);
        let gates = |ways: &[Way]| -> Option<Vec<Gate>> {
            let gates = ways.iter().map(|way| gate_of(way, self.class, self.edge, run));
            gates.map(|gate| Some(gate?.0)).collect()
        };
        let many = self.ways(if self.class == ByteSet::LETTERS { WORDS_MAX } else { WAYS_MAX });
        let (ways, gates) = match gates(&many) {
            Some(gates) => (many, gates),
            None => (few.clone(), gates(&few).unwrap_or_default()),
        };
        let anchors = ways.into_iter().zip(gates);
        let anchor = |(way, gate)| Anchor { lead, ..self.anchor(gate, way, run) };
        anchors.map(anchor).collect()
    }

    fn anchor(&self, gate: Gate, way: Way, run: u32) -> Anchor {
        let known = |mut sets: Vec<ByteSet>| {
            while sets.last() == Some(&ByteSet::ANY) {
                sets.pop();
            }
            Cow::Owned(sets)
        };
        let lengths = match gate {
            Gate::Number => way.digits,
            Gate::Run => u64::MAX << run.min(63),
            _ => u64::MAX,
        };
        Anchor {
            gate,
            lengths,
            behind: known(self.edge.before(self.class).to_vec()),
            ahead: known(way.sets),
            back_min: self.back_min,
            back_max: self.back_max,
            lead: 0,
        }
    }
}

/// What a run consists of.
const TOKEN: ByteSet = ByteSet::ALPHANUMERIC.or(ByteSet::JOINTS);

/// How an anchor with these bytes is found, and what that costs; `run` is how long a run it begins.
fn gate_of(way: &Way, class: ByteSet, edge: Edge, run: u32) -> Option<(Gate, f64)> {
    let behind: f64 = edge.before(class).iter().map(weight).product();
    let rest: f64 = way.sets.iter().skip(1).map(weight).product();
    let share = |gate: f64| {
        let first = way.sets.first().copied().unwrap_or(ByteSet::ANY).and(class).len();
        let first = f64::from(first) / f64::from(class.len());
        1e9 * gate * first * behind * rest
    };
    match class {
        ByteSet::AT => return Some((Gate::At, share(0.001).max(1e5))),
        ByteSet::COLON => return Some((Gate::Colon, share(0.002).max(1e5))),
        ByteSet::DIGITS => {
            let lengths: f64 = DIGITS_SHARE
                .iter()
                .enumerate()
                .filter(|(length, _)| way.digits >> length & 1 == 1)
                .map(|(_, share)| share)
                .sum();
            return Some((Gate::Number, share(0.03 * lengths.max(0.005)).max(1e3)));
        }
        _ => {}
    }
    let is_run = run as usize >= RUN_MIN;
    if class == ByteSet::JOINTS {
        return is_run.then(|| (Gate::Run, share(0.002).max(1e4)));
    }
    if let Some(keys) = keys(&way.sets) {
        let words: f64 = keys.iter().map(|key| words_per_mb(key.to_le_bytes())).sum();
        let rest: f64 = way.sets.iter().skip(KEY_LEN).map(weight).product();
        #[expect(clippy::cast_precision_loss, reason = "at most KEYS_MAX")]
        let keys = keys.len() as f64;
        // What only begins alike is told apart at once.
        return Some((Gate::Word, 1e3 * words * (0.1 + behind * rest.sqrt()) + 100.0 * keys));
    }
    // The gates of runs see only what no letter or digit precedes.
    let alone = !edge.start && edge.excludes(ByteSet::ALPHANUMERIC);
    if alone && is_run {
        return Some((Gate::Run, share(0.002).max(1e4)));
    }
    let at = |index: usize| way.sets.get(index).copied().unwrap_or(ByteSet::ANY);
    if class == ByteSet::UPPER && at(1).and(ByteSet::LOWER).is_empty() {
        return Some((Gate::Capital, share(0.004).max(1e4)));
    }
    let letters_digits = at(1).is_in(ByteSet::LETTERS)
        && at(2).is_in(ByteSet::DIGITS)
        && at(3).is_in(ByteSet::DIGITS);
    (alone && edge.excludes(ByteSet::one(b'_')) && letters_digits)
        .then(|| (Gate::LettersDigits, share(0.0005).max(1e4)))
}

/// The share of the numbers in ordinary text that have so many digits.
const DIGITS_SHARE: [f64; 14] =
    [0.0, 0.4, 0.25, 0.08, 0.12, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01, 0.005, 0.005, 0.005];

/// The folded beginnings of an anchor with the gate [`Gate::Word`]; `None` if they are too many.
pub(crate) fn keys(sets: &[ByteSet]) -> Option<Vec<u32>> {
    let mut keys = vec![0_u32];
    for (position, shift) in (0..KEY_LEN).zip((0..u32::BITS).step_by(8)) {
        let folded = sets.get(position).unwrap_or(&ByteSet::ANY).folded();
        // Mostly there is one byte at each position.
        if let Some(byte) = folded.only() {
            for key in &mut keys {
                *key |= u32::from(byte) << shift;
            }
            continue;
        }
        if (folded.len() as usize).saturating_mul(keys.len()) > KEYS_MAX {
            return None;
        }
        let longer = |&key: &u32| folded.bytes().map(move |byte| key | u32::from(byte) << shift);
        keys = keys.iter().flat_map(longer).collect();
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each anchor as its gate and its bytes: one letter, `?` for several, nothing for any.
    fn check(pattern: &str, expected: &[(&str, u16, u16)]) {
        let Anchored { anchors, .. } = anchors(pattern, false);
        let position = |set: &ByteSet| {
            let bytes: Vec<u8> = set.bytes().collect();
            match bytes[..] {
                [byte] => char::from(byte).to_string(),
                _ if bytes.len() == 256 => String::new(),
                _ => "?".into(),
            }
        };
        let shown: Vec<(String, u16, u16)> = anchors
            .iter()
            .map(|anchor| {
                let bytes: String = anchor.ahead.iter().map(position).collect();
                (format!("{:?} {bytes}", anchor.gate), anchor.back_min, anchor.back_max)
            })
            .collect();
        let mut shown: Vec<(&str, u16, u16)> =
            shown.iter().map(|(name, min, max)| (name.as_str(), *min, *max)).collect();
        shown.sort_unstable();
        assert_eq!(shown, expected, "{pattern}");
    }

    #[test]
    fn the_rarest_part_of_a_pattern_is_its_anchor() {
        check(r"\b(ghp_[A-Za-z0-9]{36})\b", &[("Word ghp_????????", 0, 0)]);
        check(r"\b(\d{3}-\d{2}-\d{4})\b", &[("Number ?-??-?????", 0, 0)]);
        check(
            r"\b\w{1,9} (?:client|account) id",
            &[("Word account id", 2, 10), ("Word client id", 2, 10)],
        );
        check(r"-----BEGIN KEY", &[("Word BEGIN KEY", 5, 5)]);
        check(r"(?:db)?pass=", &[("Word dbpass=", 0, 0), ("Word pass=", 0, 0)]);
        check(r"\b[a-z]{1,30}@x", &[("At @x", 1, 30)]);
        check(r"\b[A-Z]{2}\d{7}", &[("Capital ?????????", 0, 0)]);
        check(r"[a-z]{1,20}word", &[]);
        // As many optional parts as one likes cost no more than their number squared.
        let optional = "(?:ab)?".repeat(60) + "[a-z]{1,9}";
        check(&optional, &[]);
        let colons = anchors(r"\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b", false);
        assert!(
            colons.anchors.iter().all(|anchor| anchor.gate == Gate::Colon && anchor.back_max == 4)
        );
    }

    #[test]
    fn an_assertion_is_about_what_begins_there() {
        // A boundary before a comma is the end of a word, wherever the anchor is.
        let text = b"30 days, 12 off";
        for pattern in [r"\b(, [0-9]{2} off)\b", r"\b(?:net [0-9]|, [0-9]{2} off)\b"] {
            let fits = |anchor: &Anchor| {
                let (before, _) = text.split_at(7 + usize::from(anchor.back_min));
                anchor.behind.iter().zip(before.iter().rev()).all(|(set, &byte)| set.has(byte))
            };
            assert!(anchors(pattern, false).anchors.iter().any(fits), "{pattern}");
        }
    }
}
