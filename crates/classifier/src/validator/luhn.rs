//! The bare Luhn sum (ISO/IEC 7812-1:2017 annex B).
//!
//! One random number in ten passes: only for formats that nothing more specific knows.

use super::{
    Strength::Digit,
    Validator, Verdict,
    digits::{Compact, all_same, luhn},
};

pub(super) const FAMILY: &[Validator] = &[Validator::new(
    "luhn",
    "https://www.iso.org/standard/70484.html (ISO/IEC 7812-1 annex B)",
    check,
)];

fn check(bytes: &[u8]) -> Verdict {
    Digit.when(Compact::<30>::digits(bytes).is_some_and(|number| {
        let digits = number.as_slice();
        digits.len() >= 2 && !all_same(digits) && luhn(digits)
    }))
}

#[cfg(test)]
mod tests {
    use crate::validator::cases;

    #[test]
    fn the_sum_decides() {
        cases(
            "luhn",
            &["79927398713", "4539 1488 0343 6467"],
            &["79927398714", "00", "7", "", "x"],
        );
    }
}
