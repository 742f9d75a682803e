//! Reading numbers out of raw bytes, and the sums that check digits are made of.
//!
//! Everything is over fixed arrays, so that no validator allocates and the compiler proves every
//! index. Sums are `u32`: at most 40 symbols times a weight below 200 stays far from the limit.

/// Exactly `N` digit values, separators left out; nothing if there are more, fewer, or other bytes.
pub(super) fn digits<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let mut values = symbols::<N>(bytes)?;
    for value in &mut values {
        *value = value.is_ascii_digit().then(|| *value - b'0')?;
    }
    Some(values)
}

/// Exactly `N` letters and digits as upper-case ASCII, separators left out.
pub(super) fn symbols<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let mut values = [0; N];
    let mut slots = values.iter_mut();
    for &byte in bytes {
        if is_separator(byte) {
            continue;
        }
        *slots.next()? = byte.is_ascii_alphanumeric().then(|| byte.to_ascii_uppercase())?;
    }
    slots.next().is_none().then_some(values)
}

/// Up to `N` letters and digits, where the length is part of the question.
#[derive(Clone, Copy)]
pub(super) struct Compact<const N: usize> {
    values: [u8; N],
    length: usize,
}

impl<const N: usize> Compact<N> {
    /// Upper-case letters and digits, separators left out; nothing if longer than `N`.
    pub(super) fn symbols(bytes: &[u8]) -> Option<Self> {
        let mut values = [0; N];
        let mut length = 0_usize;
        for &byte in bytes {
            if is_separator(byte) {
                continue;
            }
            *values.get_mut(length)? =
                byte.is_ascii_alphanumeric().then(|| byte.to_ascii_uppercase())?;
            length += 1;
        }
        Some(Self { values, length })
    }

    /// Digit values, separators left out; nothing if longer than `N` or not all digits.
    pub(super) fn digits(bytes: &[u8]) -> Option<Self> {
        let mut compact = Self::symbols(bytes)?;
        for value in compact.values.iter_mut().take(compact.length) {
            *value = value.is_ascii_digit().then(|| *value - b'0')?;
        }
        Some(compact)
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        self.values.get(..self.length).unwrap_or_default()
    }
}

/// The number without the letters of its country, which some write before it as in a VAT number.
pub(super) fn without_country(bytes: &[u8], country: [u8; 2]) -> &[u8] {
    let Some((first, rest)) = bytes.split_first_chunk::<2>() else { return bytes };
    if first.eq_ignore_ascii_case(&country) { rest } else { bytes }
}

/// What people put between the groups of a number.
pub(super) const fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'-' | b'.' | b'/')
}

/// The sum of each value times its weight, as far as both reach.
pub(super) fn weighted(values: &[u8], weights: &[u32]) -> u32 {
    values.iter().zip(weights).map(|(&value, &weight)| u32::from(value) * weight).sum()
}

/// The digits read as one decimal number; meaningful for up to 19 digits.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, &digit| number.wrapping_mul(10).wrapping_add(u64::from(digit)))
}

/// Whether all values are the same.
pub(super) fn all_same(values: &[u8]) -> bool {
    values.iter().zip(values.iter().skip(1)).all(|(left, right)| left == right)
}

/// A digit as itself and a letter as 10 (A) to 35 (Z), as most alphanumeric standards count.
pub(super) const fn base36(symbol: u8) -> Option<u8> {
    match symbol {
        b'0'..=b'9' => Some(symbol - b'0'),
        b'A'..=b'Z' => Some(symbol - b'A' + 10),
        _ => None,
    }
}

/// Whether the last digit completes the Luhn sum (ISO/IEC 7812-1 annex B).
pub(super) fn luhn(digits: &[u8]) -> bool {
    luhn_sum(digits).is_multiple_of(10)
}

/// The Luhn sum, counting from the right: every second digit doubled, its digits added.
pub(super) fn luhn_sum(digits: &[u8]) -> u32 {
    let plain: u32 = digits.iter().rev().step_by(2).map(|&digit| u32::from(digit)).sum();
    let doubled: u32 = digits.iter().rev().skip(1).step_by(2).map(|&digit| cross(digit, 2)).sum();
    plain + doubled
}

/// The digit sum of a product below 100.
pub(super) fn cross(digit: u8, weight: u32) -> u32 {
    let product = u32::from(digit) * weight;
    product / 10 + product % 10
}

/// The remainder by 97 of letters and digits, letters as two digits (ISO 7064 mod 97-10).
pub(super) fn mod_97(symbols: impl IntoIterator<Item = u8>) -> Option<u32> {
    symbols.into_iter().try_fold(0, |remainder, symbol| {
        let value = u32::from(base36(symbol)?);
        let shift = if value > 9 { 100 } else { 10 };
        Some((remainder * shift + value) % 97)
    })
}

/// Whether the last digit completes ISO 7064 mod 11,10 (hybrid system).
pub(super) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((&last, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, &digit| {
        let sum = (product + u32::from(digit)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (product + u32::from(last)) % 10 == 1
}

/// Whether the last digit completes the Verhoeff scheme (dihedral group of ten elements).
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    let check = digits.iter().rev().enumerate().try_fold(0_u8, |check, (index, &digit)| {
        let mut permuted = digit;
        for _ in 0..index % 8 {
            permuted = *VERHOEFF_STEP.get(usize::from(permuted))?;
        }
        dihedral(check, permuted)
    });
    check == Some(0)
}

/// The permutation that Verhoeff applies once more for each place.
const VERHOEFF_STEP: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// Multiplication in the dihedral group D5: 0–4 rotate, 5–9 reflect.
fn dihedral(left: u8, right: u8) -> Option<u8> {
    let (left_turn, right_turn) = (left % 5, right % 5);
    (left < 10 && right < 10).then_some(match (left < 5, right < 5) {
        (true, true) => (left_turn + right_turn) % 5,
        (true, false) => (left_turn + right_turn) % 5 + 5,
        (false, true) => (left_turn + 5 - right_turn) % 5 + 5,
        (false, false) => (left_turn + 5 - right_turn) % 5,
    })
}

/// Whether the day exists in the Gregorian calendar, in the years that people now alive were born.
pub(super) const fn is_date(year: u32, month: u32, day: u32) -> bool {
    year >= 1800 && year <= 2299 && day >= 1 && day <= month_days(year, month)
}

/// The days of a month; none for a month that does not exist.
const fn month_days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// Two digits as a number.
pub(super) const fn two(tens: u8, ones: u8) -> u32 {
    tens as u32 * 10 + ones as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_past_separators_and_must_be_exactly_as_many() {
        assert_eq!(digits(b"1 2-3"), Some([1, 2, 3]));
        assert_eq!(digits::<3>(b"12"), None);
        assert_eq!(digits::<3>(b"1234"), None);
        assert_eq!(digits::<3>(b"12x"), None);
        assert_eq!(symbols(b"a1"), Some(*b"A1"));
    }

    #[test]
    fn published_examples_of_each_scheme_hold() {
        assert!(luhn(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1, 3]));
        assert!(verhoeff(&[2, 3, 6, 3]));
        assert!(!verhoeff(&[2, 3, 6, 4]));
        // ISO 7064 gives 0794 with check digit 5 for mod 11,10.
        assert!(mod_11_10(&[0, 7, 9, 4, 5]));
        // ISO 7064 gives 794 with check digits 44 for mod 97-10.
        assert_eq!(mod_97(*b"79444"), Some(1));
    }

    #[test]
    fn the_calendar_knows_leap_years() {
        assert!(is_date(2000, 2, 29));
        assert!(!is_date(1900, 2, 29));
        assert!(!is_date(2001, 4, 31));
        assert!(!is_date(2001, 13, 1));
    }
}
