//! The words that are looked for near a place, by the letters with which they begin.

/// Bits of the hash of one to four letters.
pub(super) const HASH_BITS: u32 = 13;
/// Bit 5 of eight bytes, which makes small letters of capitals.
const FOLD: u64 = u64::from_le_bytes([0x20; 8]);

/// The beginning of a word, up to where other spellings may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Word {
    /// Which of eight bytes are compared.
    mask: u64,
    /// Those bytes, with bit 5 set.
    letters: u64,
    /// How long the word is, if it must end there.
    whole: Option<u8>,
}

impl Word {
    /// A word of some letters, which must end behind them if it is said that it does.
    fn new(letters: &[u8], ends: bool) -> Self {
        let length = letters.len().min(8);
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(letters).for_each(|(byte, letter)| *byte = letter | 0x20);
        let mask = mask(u32::try_from(length).unwrap_or(8));
        let whole = u8::try_from(length).ok().filter(|&length| ends && length < 8);
        Self { mask, letters: u64::from_le_bytes(bytes), whole }
    }

    /// Whether a text goes on with the word.
    pub(super) fn begins(&self, ahead: u64) -> bool {
        (ahead | FOLD) & self.mask == self.letters
            && self.whole.map(usize::from).is_none_or(|length| {
                let ahead = ahead.to_le_bytes();
                let last = length.checked_sub(1).and_then(|last| ahead.get(last));
                let next = ahead.get(length).copied().unwrap_or(0);
                // `ssnValue` are two words.
                let is_hump = next.is_ascii_uppercase() && last.is_some_and(u8::is_ascii_lowercase);
                !next.is_ascii_alphanumeric() || is_hump
            })
    }

    pub(super) fn hash(&self) -> usize {
        hash(self.letters & mask(self.whole.map_or(8, u32::from)))
    }
}

/// The first so many of eight bytes.
const fn mask(bytes: u32) -> u64 {
    if bytes >= 8 { u64::MAX } else { (1 << (bytes * 8)) - 1 }
}

/// How a word is looked up.
pub(super) enum Begin {
    Word(Word),
    /// By the script.
    Foreign,
}

/// The beginning of a folded word up to where other spellings may differ; `None` if it is too short
/// to tell anything.
pub(super) fn begins(folded: &str) -> Option<Vec<Begin>> {
    let plain = |byte: &u8| byte.is_ascii() && *byte != b' ';
    let letters: Vec<u8> = folded.bytes().take_while(plain).collect();
    // What stands behind a word is a letter of another script, a separator, or nothing.
    let ends = folded.as_bytes().get(letters.len()).is_none_or(u8::is_ascii);
    let word = |letters: &[u8]| Begin::Word(Word::new(letters, ends));
    match (&letters[..], folded.as_bytes()) {
        ([], _) => {
            (!folded.starts_with(|char: char| char.is_ascii())).then(|| vec![Begin::Foreign])
        }
        ([first, ..], _) if !first.is_ascii_alphabetic() => None,
        ([_], &[first, b' ', next, ..]) => Some(initials(first, next)),
        ([_], &[first, next, ..]) => Some(vec![word(&[first, next])]),
        ([_], _) => None,
        (letters, _) => Some(vec![word(letters)]),
    }
}

/// `d o b`, which is also written `d.o.b`, `D. O. B.` and `dO b`.
fn initials(first: u8, next: u8) -> Vec<Begin> {
    let word = |mask, bytes: [u8; 3]| {
        let [a, b, c] = bytes.map(|byte| u64::from(byte | 0x20));
        let letters = (a | b << 8 | c << 16) & mask;
        Begin::Word(Word { mask, letters, whole: Some(1) })
    };
    // Behind the first stands one separator, or several, or none.
    let third = [next, b' ', b'_', b'-', b'.', b'\n', b'\t', b'\r'];
    let separated = third.into_iter().map(|third| word(0xFF_00FF, [first, 0, third]));
    separated.chain([word(0xFFFF, [first, next, 0])]).collect()
}

/// A hash of the letters with which a word begins: at most four, and up to where, in `camelCase`, the next
/// word begins. Their case does not matter else.
#[expect(clippy::cast_possible_truncation, reason = "four bytes are hashed")]
pub(super) const fn hash(ahead: u64) -> usize {
    const ONES: u32 = 0x0101_0101;
    let bytes = ahead as u32;
    let small = bytes & (0x20 * ONES);
    let folded = bytes | (0x20 * ONES);
    // The high bit of each byte: whether it is at least `a`, and at most `z`, without carries between them.
    let low = folded & (0x7F * ONES);
    let is_letter = (low + (0x80 - b'a' as u32) * ONES) & !(low + (0x7F - b'z' as u32) * ONES);
    let is_letter = is_letter & !bytes & (0x80 * ONES);
    // A capital behind a small letter.
    let is_hump = (small << 8 & !small) << 2;
    let ends = (!is_letter | is_hump) & (0x80 * ONES);
    let length = ends.trailing_zeros() / 8;
    let letters = folded & mask(length) as u32;
    (letters.wrapping_mul(0x9E37_79B1) >> (32 - HASH_BITS)) as usize
}
