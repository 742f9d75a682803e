//! Which characters have a plainer spelling, and a test of two bytes that rules most others out.

/// What stands for a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replacement {
    Same,
    With(char),
    Nothing,
}

/// What happens to a range of characters.
#[derive(Clone, Copy)]
enum Change {
    Remove,
    /// Each becomes this one.
    Each(char),
    /// The first becomes this one, the next the one after it, and so on.
    From(char),
}

use Change::{Each, From, Remove};

/// Every character that has another spelling: first, last, change. Ascending.
///
/// * Removed: soft hyphen, zero-width characters and joiners, direction marks, variation selectors,
///   byte order mark.
/// * Spaces: no-break, figure, thin, ideographic. Hyphens: dashes, the minus sign.
/// * The long s and the Kelvin sign, which patterns that ignore case take for the letters.
/// * Full-width ASCII, and the blocks of decimal digits (general category Nd) that people type.
const CHANGES: [(char, char, Change); 42] = [
    ('\u{00A0}', '\u{00A0}', Each(' ')),
    ('\u{00AD}', '\u{00AD}', Remove),
    ('\u{017F}', '\u{017F}', Each('s')),
    ('\u{034F}', '\u{034F}', Remove),
    ('\u{061C}', '\u{061C}', Remove),
    ('\u{0660}', '\u{0669}', From('0')),
    ('\u{06F0}', '\u{06F9}', From('0')),
    ('\u{07C0}', '\u{07C9}', From('0')),
    ('\u{0966}', '\u{096F}', From('0')),
    ('\u{09E6}', '\u{09EF}', From('0')),
    ('\u{0A66}', '\u{0A6F}', From('0')),
    ('\u{0AE6}', '\u{0AEF}', From('0')),
    ('\u{0B66}', '\u{0B6F}', From('0')),
    ('\u{0BE6}', '\u{0BEF}', From('0')),
    ('\u{0C66}', '\u{0C6F}', From('0')),
    ('\u{0CE6}', '\u{0CEF}', From('0')),
    ('\u{0D66}', '\u{0D6F}', From('0')),
    ('\u{0E50}', '\u{0E59}', From('0')),
    ('\u{0ED0}', '\u{0ED9}', From('0')),
    ('\u{0F20}', '\u{0F29}', From('0')),
    ('\u{1040}', '\u{1049}', From('0')),
    ('\u{17E0}', '\u{17E9}', From('0')),
    ('\u{180E}', '\u{180E}', Remove),
    ('\u{1810}', '\u{1819}', From('0')),
    ('\u{2000}', '\u{200A}', Each(' ')),
    ('\u{200B}', '\u{200F}', Remove),
    ('\u{2010}', '\u{2015}', Each('-')),
    ('\u{202A}', '\u{202E}', Remove),
    ('\u{202F}', '\u{202F}', Each(' ')),
    ('\u{205F}', '\u{205F}', Each(' ')),
    ('\u{2060}', '\u{2064}', Remove),
    ('\u{2066}', '\u{2069}', Remove),
    ('\u{212A}', '\u{212A}', Each('K')),
    ('\u{2212}', '\u{2212}', Each('-')),
    ('\u{3000}', '\u{3000}', Each(' ')),
    ('\u{FE00}', '\u{FE0F}', Remove),
    ('\u{FE58}', '\u{FE58}', Each('-')),
    ('\u{FE63}', '\u{FE63}', Each('-')),
    ('\u{FEFF}', '\u{FEFF}', Remove),
    ('\u{FF01}', '\u{FF5E}', From('!')),
    ('\u{1D7CE}', '\u{1D7D7}', From('0')),
    ('\u{1D7F6}', '\u{1D7FF}', From('0')),
];

/// What stands for `char`.
pub(super) fn replacement(char: char) -> Replacement {
    let index = CHANGES.partition_point(|&(_, last, _)| last < char);
    match CHANGES.get(index) {
        Some(&(first, _, change)) if first <= char => match change {
            Remove => Replacement::Nothing,
            Each(same) => Replacement::With(same),
            From(start) => {
                let offset = u32::from(char).saturating_sub(u32::from(first));
                let code = u32::from(start).saturating_add(offset);
                char::from_u32(code).map_or(Replacement::Same, Replacement::With)
            }
        },
        _ => Replacement::Same,
    }
}

/// Whether a character that begins with these two bytes of UTF-8 may have a replacement.
pub(super) fn may_change(lead: u8, second: u8) -> bool {
    let seconds = SECONDS.get(usize::from(lead & 0x3F)).copied().unwrap_or_default();
    (seconds >> (second & 0x3F)) & 1 == 1
}

/// For each lead byte, as bits, the second bytes with which a changed character begins.
static SECONDS: [u64; 64] = seconds();

#[expect(clippy::indexing_slicing, reason = "at compile time, where a panic is an error")]
const fn seconds() -> [u64; 64] {
    let mut seconds = [0; 64];
    let mut index = 0;
    while index < CHANGES.len() {
        let (first, last, _) = CHANGES[index];
        let mut code = first as u32;
        while code <= last as u32 {
            let (lead, second) = match code {
                ..0x800 => (0xC0 | (code >> 6), code),
                0x800..0x1_0000 => (0xE0 | (code >> 12), code >> 6),
                _ => (0xF0 | (code >> 18), code >> 12),
            };
            seconds[(lead & 0x3F) as usize] |= 1 << (second & 0x3F);
            code += 1;
        }
        index += 1;
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, character by character.
    fn definition(char: char) -> Replacement {
        use Replacement::{Nothing, Same, With};
        const ZEROS: [u32; 20] = [
            0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
            0x0D66, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1D7CE, 0x1D7F6,
        ];
        match char {
            '\0'..='\u{7F}' => Same,
            '\u{00AD}'
            | '\u{034F}'
            | '\u{061C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' => Nothing,
            '\u{00A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
                With(' ')
            }
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => With('-'),
            '\u{017F}' => With('s'),
            '\u{212A}' => With('K'),
            '\u{FF01}'..='\u{FF5E}' => With(char::from_u32(u32::from(char) - 0xFEE0).unwrap()),
            _ => ZEROS
                .iter()
                .find_map(|zero| u32::from(char).checked_sub(*zero).filter(|digit| *digit < 10))
                .map_or(Same, |digit| With(char::from_digit(digit, 10).unwrap())),
        }
    }

    #[test]
    fn every_character_is_replaced_as_defined_and_none_is_missed() {
        let mut bytes = [0; 4];
        for char in '\0'..=char::MAX {
            let expected = definition(char);
            assert_eq!(replacement(char), expected, "{char:?}");
            if let [lead, second, ..] = *char.encode_utf8(&mut bytes).as_bytes() {
                assert!(expected == Replacement::Same || may_change(lead, second), "{char:?}");
            }
        }
    }

    #[test]
    fn most_of_what_people_write_is_ruled_out() {
        for char in "é, ü, Ł, Я, λ, 漢, 字, か, 한, 😀, €".chars().filter(|char| !char.is_ascii())
        {
            let written = char.to_string();
            assert!(!may_change(written.as_bytes()[0], written.as_bytes()[1]), "{char}");
        }
    }
}
