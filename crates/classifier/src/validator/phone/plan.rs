//! The numbering plans of all countries, as the build script spelled them out.
//!
//! Reads a number as libphonenumber does: country code, national prefix, region, type; in a few steps
//! for each digit and without anything to load. `tests/phone.rs` compares the two.

use std::{borrow::Cow, sync::OnceLock};

use regex_automata::{Input, meta::Regex, util::syntax};

/// The plan of one region. Regions that share a country code follow each other, and the first of them
/// decides how a number is read.
struct Region {
    code: u16,
    /// What its numbers begin with, if that tells it from others of the same code.
    leading: Node,
    /// The numbers that may be in use.
    assigned: Node,
    /// The numbers that have the general shape.
    shaped: Node,
    /// The possible lengths, one bit each.
    lens: u32,
    /// The lengths that can be dialled within an area only.
    lens_local: u32,
    prefix: Prefix,
}

/// What is dialled in front of a number within its country.
enum Prefix {
    None,
    Digits(&'static str),
    Pattern {
        pattern: &'static str,
        /// What becomes of a captured group, such as `9$1`; empty if the prefix is just dropped.
        transformation: &'static str,
        /// A few countries only, so it is made at first use.
        compiled: OnceLock<Option<Regex>>,
    },
}

/// A set of digit strings: its place in [`GRAPH`].
#[derive(Clone, Copy)]
struct Node(u16);

// `REGIONS`, by country code.
include!(concat!(env!("OUT_DIR"), "/phone.rs"));

/// For each node eleven little-endian numbers: whether a string may end there, and where each digit
/// leads. Node 0 leads nowhere.
static GRAPH: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/phone.bin"));

/// The bytes of a node.
const NODE_BYTES: usize = 22;

/// A country whose numbers can be written without their country code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    pub(super) code: u16,
    /// How many digits a number begins with if another country's follows; 0 if none.
    pub(super) exit_len: fn(&[u8]) -> usize,
}

/// Whether digits after a `+` are a number that may be in use.
pub(super) fn is_international(digits: &[u8]) -> bool {
    if digits.len() <= 2 || digits.starts_with(b"0") {
        return false;
    }
    (1..=3).find_map(|len| {
        let (code, national) = digits.split_at_checked(len)?;
        let regions =
            regions(code.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0')));
        (!regions.is_empty()).then(|| is_national(regions, national))
    }) == Some(true)
}

/// Whether digits are a number that may be in use, as it is dialled at `home`.
pub(super) fn is_domestic(home: Home, digits: &[u8]) -> bool {
    let exit_len = (home.exit_len)(digits);
    if let Some(abroad) =
        digits.get(exit_len..).filter(|abroad| exit_len > 0 && !abroad.starts_with(b"0"))
    {
        return is_international(abroad);
    }
    let regions = regions(home.code);
    let Some(main) = regions.first() else { return false };
    // The country code may stand there without its `+`.
    if let Some(national) = digits.strip_prefix(home.code.to_string().as_bytes()) {
        let national = main.without_prefix(national);
        let better = !main.shaped.holds(digits) && main.shaped.holds(&national);
        if better || main.len(digits) == Len::TooLong {
            return is_national(regions, &national);
        }
    }
    is_national(regions, digits)
}

/// The regions of a country code.
fn regions(code: u16) -> &'static [Region] {
    let start = REGIONS.partition_point(|region| region.code < code);
    let end = REGIONS.partition_point(|region| region.code <= code);
    REGIONS.get(start..end).unwrap_or_default()
}

fn is_national(regions: &[Region], digits: &[u8]) -> bool {
    let Some(main) = regions.first() else { return false };
    if digits.len() < 2 {
        return false;
    }
    let mut digits = Cow::Borrowed(digits);
    let stripped = main.without_prefix(&digits).into_owned();
    if matches!(main.len(&stripped), Len::Possible | Len::TooLong) {
        digits = Cow::Owned(stripped);
    }
    if regions.len() == 1 {
        return main.assigned.holds(&digits);
    }
    // The first region that claims a number decides.
    let of = regions.iter().find_map(|region| {
        let assigned = region.assigned.holds(&digits);
        (assigned || region.leading.begins(&digits)).then_some(assigned)
    });
    of == Some(true)
}

/// What the length of a number says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Len {
    Possible,
    TooLong,
    Impossible,
}

impl Region {
    fn len(&self, digits: &[u8]) -> Len {
        let has = |lens: u32| digits.len() < 32 && lens >> digits.len() & 1 == 1;
        let longest = u32::BITS.saturating_sub(self.lens.leading_zeros()) as usize;
        if has(self.lens_local) {
            Len::Impossible
        } else if digits.len() >= longest {
            Len::TooLong
        } else if has(self.lens) {
            Len::Possible
        } else {
            Len::Impossible
        }
    }

    /// A number without what is dialled in front of it, unless it only fits with it.
    fn without_prefix<'d>(&self, digits: &'d [u8]) -> Cow<'d, [u8]> {
        let Some(stripped) = self.prefix.strip(digits) else { return digits.into() };
        if self.shaped.holds(digits) && !self.shaped.holds(&stripped) {
            return digits.into();
        }
        stripped
    }
}

impl Prefix {
    fn strip<'d>(&self, digits: &'d [u8]) -> Option<Cow<'d, [u8]>> {
        match self {
            Self::None => None,
            Self::Digits(prefix) => digits.strip_prefix(prefix.as_bytes()).map(Cow::Borrowed),
            Self::Pattern { pattern, transformation, compiled } => {
                strip(compiled.get_or_init(|| compile(pattern)).as_ref()?, transformation, digits)
            }
        }
    }
}

fn compile(pattern: &str) -> Option<Regex> {
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    Regex::builder().syntax(syntax).build(&format!("^(?:{pattern})")).ok()
}

fn strip<'d>(prefix: &Regex, transformation: &str, digits: &'d [u8]) -> Option<Cow<'d, [u8]>> {
    let mut captures = prefix.create_captures();
    prefix.captures(Input::new(digits), &mut captures);
    let rest = digits.get(captures.get_match()?.end()..)?;
    let group = |index: usize| captures.get_group(index).and_then(|span| digits.get(span.range()));
    let transforms = match (group(1), group(2)) {
        (Some(_), Some(second)) => !second.is_empty(),
        (Some(first), None) => !first.is_empty(),
        (None, _) => false,
    };
    let Some((before, index)) = transformation.split_once('$').filter(|_| transforms) else {
        return Some(rest.into());
    };
    let kept = group(index.parse().ok()?).unwrap_or_default();
    Some(Cow::Owned([before.as_bytes(), kept, rest].concat()))
}

impl Node {
    /// Whether the digits are in the set.
    fn holds(self, digits: &[u8]) -> bool {
        digits.iter().try_fold(self, |node, digit| node.after(*digit)).is_some_and(Self::accepts)
    }

    /// Whether the digits begin with a string of the set.
    fn begins(self, digits: &[u8]) -> bool {
        let mut node = self;
        for digit in digits {
            if node.accepts() {
                return true;
            }
            let Some(next) = node.after(*digit) else { return false };
            node = next;
        }
        node.accepts()
    }

    fn accepts(self) -> bool {
        self.number(0) == 1
    }

    fn after(self, digit: u8) -> Option<Self> {
        let next = self.number(usize::from(digit.wrapping_sub(b'0')).saturating_add(1));
        (next != 0).then_some(Self(next))
    }

    fn number(self, index: usize) -> u16 {
        let start = usize::from(self.0) * NODE_BYTES + index * 2;
        let bytes = GRAPH.get(start..).and_then(|bytes| bytes.first_chunk());
        bytes.map_or(0, |bytes| u16::from_le_bytes(*bytes))
    }
}
