//! Which rules took part in a verdict, and which verdicts a change of rules can change.

use std::{collections::BTreeSet, fmt};

/// The short name of a rule, by which it is noted that it took part.
///
/// Two rules may share one: whoever asks with it errs on the side of yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleMark(u16);

/// The rules that took part in a verdict, whether or not they found anything: those of which a match
/// was accepted, combinations that were fulfilled, tables that fitted.
///
/// Without a rule that took no part, and with another weight of it, the verdict is the same. So this
/// says what need not be read again when rules have changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Involved(BTreeSet<RuleMark>);

/// Which verdicts a change of rules can change, from none to all.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reach {
    /// None.
    #[default]
    Nothing,
    /// Those in which one of these rules took part.
    Involving(BTreeSet<RuleMark>),
    /// Those in which any rule took part.
    AnyInvolved,
    /// Those on anything that was read at all.
    Read,
    /// All, also those on what could not be read.
    Everything,
}

impl RuleMark {
    /// The mark of the rule with this id.
    pub fn of(id: &str) -> Self {
        // FNV-1a, its halves folded together.
        const PRIME: u32 = 0x0100_0193;
        let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(PRIME);
        let hash = id.bytes().fold(0x811c_9dc5, mix);
        let [a, b, c, d] = hash.to_le_bytes();
        Self(u16::from_le_bytes([a ^ c, b ^ d]))
    }
}

/// Four hexadecimal digits.
impl fmt::Display for RuleMark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04x}", self.0)
    }
}

impl Involved {
    /// Notes that a rule took part.
    pub fn note(&mut self, mark: RuleMark) {
        self.0.insert(mark);
    }

    /// Adds those of another verdict.
    pub fn add(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    /// Whether no rule took part.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a rule with one of these marks took part.
    pub fn any(&self, marks: &BTreeSet<RuleMark>) -> bool {
        self.0.intersection(marks).next().is_some()
    }
}

/// The marks with a space before and behind each, so that each is found as a word; nothing for none.
impl fmt::Display for Involved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|mark| write!(formatter, " {mark}"))?;
        if self.is_empty() { Ok(()) } else { formatter.write_str(" ") }
    }
}

impl Reach {
    /// The reach of both changes.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Involving(mut marks), Self::Involving(more)) => {
                marks.extend(more);
                Self::Involving(marks)
            }
            (one, other) => one.max(other),
        }
    }

    /// Whether a verdict on something that was read can change.
    pub fn concerns(&self, involved: &Involved) -> bool {
        match self {
            Self::Nothing => false,
            Self::Involving(marks) => involved.any(marks),
            Self::AnyInvolved => !involved.is_empty(),
            Self::Read | Self::Everything => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(ids: &[&str]) -> BTreeSet<RuleMark> {
        ids.iter().map(|id| RuleMark::of(id)).collect()
    }

    #[test]
    fn a_change_concerns_those_in_which_its_rules_took_part() {
        let mut involved = Involved::default();
        assert!(!Reach::AnyInvolved.concerns(&involved));
        assert!(Reach::Read.concerns(&involved));
        involved.note(RuleMark::of("pii.a.b"));
        assert!(Reach::AnyInvolved.concerns(&involved));
        assert!(Reach::Involving(marks(&["x", "pii.a.b"])).concerns(&involved));
        assert!(!Reach::Involving(marks(&["x", "y"])).concerns(&involved));
        assert!(!Reach::Nothing.concerns(&involved));
    }

    #[test]
    fn two_changes_reach_as_far_as_both() {
        let both = Reach::Involving(marks(&["a"])).and(Reach::Involving(marks(&["b"])));
        assert_eq!(both, Reach::Involving(marks(&["a", "b"])));
        assert_eq!(both.clone().and(Reach::Nothing), both);
        assert_eq!(Reach::Read.and(both), Reach::Read);
        assert_eq!(Reach::AnyInvolved.and(Reach::Everything), Reach::Everything);
    }

    #[test]
    fn each_mark_stands_between_spaces() {
        let mut involved = Involved::default();
        assert_eq!(involved.to_string(), "");
        involved.note(RuleMark::of("a"));
        involved.note(RuleMark::of("b"));
        let text = involved.to_string();
        assert_eq!(text.len(), 11, "{text}");
        for id in ["a", "b"] {
            assert!(text.contains(&format!(" {} ", RuleMark::of(id))), "{text}");
        }
    }
}
