//! Sets of bytes.

/// Bytes that may stand at one position: a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ByteSet(pub(crate) [u64; 4]);

impl ByteSet {
    pub(crate) const NONE: Self = Self([0; 4]);
    /// Any byte: nothing is known of this position.
    pub(crate) const ANY: Self = Self([u64::MAX; 4]);

    pub(crate) const DIGITS: Self = Self::range(b'0', b'9');
    pub(crate) const UPPER: Self = Self::range(b'A', b'Z');
    pub(crate) const LOWER: Self = Self::range(b'a', b'z');
    pub(crate) const LETTERS: Self = Self::UPPER.or(Self::LOWER);
    pub(crate) const ALPHANUMERIC: Self = Self::LETTERS.or(Self::DIGITS);
    /// What runs of letters and digits may hold besides.
    pub(crate) const JOINTS: Self = Self::one(b'+').or(Self::range(b'-', b'/')).or(Self::one(b'_'));
    pub(crate) const COLON: Self = Self::one(b':');
    pub(crate) const AT: Self = Self::one(b'@');
    /// `\w` in ASCII.
    pub(crate) const WORD: Self = Self::ALPHANUMERIC.or(Self::one(b'_'));
    /// Everything beyond ASCII.
    pub(crate) const HIGH: Self = Self::range(0x80, 0xFF);
    /// Last bytes of the characters beyond ASCII.
    pub(crate) const TAILS: Self = Self::range(0x80, 0xBF);
    /// First bytes of the characters from U+0400 on: Cyrillic and all scripts behind it.
    pub(crate) const WIDE: Self = Self::range(0xD0, 0xF4);

    pub(crate) const fn one(byte: u8) -> Self {
        Self::range(byte, byte)
    }

    pub(crate) const fn of<const N: usize>(bytes: [u8; N]) -> Self {
        let mut set = Self::NONE;
        let mut rest: &[u8] = &bytes;
        while let [byte, others @ ..] = rest {
            set = set.or(Self::one(*byte));
            rest = others;
        }
        set
    }

    /// The bytes from `first` to `last`.
    pub(crate) const fn range(first: u8, last: u8) -> Self {
        const fn part(first: u8, last: u8, base: u8) -> u64 {
            let top = base | 63;
            if last < base || first > top {
                return 0;
            }
            let from = first.saturating_sub(base);
            let to = if last < top { last - base } else { 63 };
            u64::MAX << from & u64::MAX >> (63 - to)
        }
        Self([
            part(first, last, 0),
            part(first, last, 64),
            part(first, last, 128),
            part(first, last, 192),
        ])
    }

    #[expect(clippy::indexing_slicing, reason = "two bits cannot miss one of four words")]
    pub(crate) const fn has(&self, byte: u8) -> bool {
        // As words of half the size, of which a byte has three bits left: no branch, and no bound to check.
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        let ([a, b, c, d], more) = (self.0, other.0);
        Self([a & more[0], b & more[1], c & more[2], d & more[3]])
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        let ([a, b, c, d], more) = (self.0, other.0);
        Self([a | more[0], b | more[1], c | more[2], d | more[3]])
    }

    pub(crate) const fn not(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([!a, !b, !c, !d])
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// Whether all its bytes are in `other`.
    pub(crate) fn is_in(self, other: Self) -> bool {
        self.and(other) == self
    }

    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        let mut words = self.0.into_iter().zip([0, 64, 128, 192]);
        let mut current = words.next();
        std::iter::from_fn(move || {
            loop {
                let (bits, base) = current?;
                if bits != 0 {
                    current = Some((bits & (bits - 1), base));
                    return u8::try_from(base + bits.trailing_zeros()).ok();
                }
                current = words.next();
            }
        })
    }

    /// Its byte, if it has only one.
    pub(crate) fn only(self) -> Option<u8> {
        let mut words = self.0.into_iter().zip([0, 64, 128, 192]).filter(|(word, _)| *word != 0);
        let (word, base) = words.next()?;
        let is_only = word.is_power_of_two() && words.next().is_none();
        if is_only { u8::try_from(base + word.trailing_zeros()).ok() } else { None }
    }

    /// How many bytes it has.
    pub(crate) fn len(self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Its bytes with bit 5 set: letters in lower case.
    pub(crate) fn folded(self) -> Self {
        // Bit 5 of a byte tells the halves of each word apart.
        Self(self.0.map(|word| (word | word << 32) & !u64::from(u32::MAX)))
    }
}
