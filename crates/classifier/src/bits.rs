//! Sets of small numbers, a bit each.

/// The numbers in a set, ascending.
pub(crate) fn ones(words: &[u64]) -> impl Iterator<Item = usize> {
    let words = words.iter().enumerate();
    words.flat_map(|(index, &word)| {
        let rest = |rest: &u64| Some(rest & rest.wrapping_sub(1));
        let left = std::iter::successors(Some(word), rest).take_while(|word| *word != 0);
        left.map(move |left| {
            index.saturating_mul(64).saturating_add(left.trailing_zeros() as usize)
        })
    })
}

/// Adds a number to a set.
pub(crate) fn set(words: &mut Vec<u64>, number: usize) {
    let word = number / 64;
    if words.len() <= word {
        words.resize(word.saturating_add(1), 0);
    }
    if let Some(word) = words.get_mut(word) {
        *word |= 1 << (number % 64);
    }
}

/// Whether a number is in a set.
pub(crate) fn has(words: &[u64], number: usize) -> bool {
    words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_is_a_number() {
        let all = |words: &[u64]| ones(words).collect::<Vec<_>>();
        assert!(all(&[]).is_empty());
        assert!(all(&[0, 0]).is_empty());
        assert_eq!(all(&[0b1010_0001, 0, 1 << 63 | 1]), [0, 5, 7, 128, 191]);
    }
}
