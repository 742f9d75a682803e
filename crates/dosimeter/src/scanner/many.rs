//! Many texts on all cores.

use dosimeter_record::Finding;
use rayon::prelude::*;

use super::Scanner;

impl Scanner {
    /// [`scan_each`](Self::scan_each) holds no more texts than this at a time.
    pub const TEXTS_MAX: usize = 16_384;

    /// [`scan_each`](Self::scan_each) holds no more bytes of text than this at a time, beside the text
    /// with which they become too many.
    pub const BYTES_MAX: usize = 8 << 20;

    /// Scans each text on its own, in parallel: `scan_many(texts)[i]` is what [`scan`](Self::scan) finds
    /// in `texts[i]`.
    ///
    /// O(length of all texts) over the number of threads. A text without findings costs an empty
    /// vector, which allocates nothing.
    pub fn scan_many<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Vec<Vec<Finding>> {
        let mut found = Vec::new();
        found.resize_with(texts.len(), Vec::new);
        let portion = portion(texts.len());
        let texts = texts.par_chunks(portion);
        texts.zip(found.par_chunks_mut(portion)).for_each(|(texts, found)| {
            self.with_scratch(|scratch| {
                for (text, found) in texts.iter().zip(found) {
                    *found = self.classifier.scan(scratch, text.as_ref());
                }
            });
        });
        found
    }

    /// Scans texts as they come, and calls `found` for each in their order, with its index.
    ///
    /// Takes texts until there are [`TEXTS_MAX`](Self::TEXTS_MAX) of them or [`BYTES_MAX`](Self::BYTES_MAX) bytes, scans these in parallel,
    /// hands them out with what was found, and goes on: memory is bounded however many there are. The
    /// iterator and `found` run on the calling thread, while no scan does.
    ///
    /// ```
    /// use dosimeter::{Classifier, Scanner};
    ///
    /// let scanner = Scanner::new(Classifier::builder().build()?);
    /// let lines = "hello\nIBAN DE13 5001 0517 9513 7844 05\n".lines();
    /// scanner.scan_each(lines, |index, _line, found| {
    ///     for finding in found {
    ///         println!("line {}: {}", index + 1, finding.redacted());
    ///     }
    /// });
    /// # Ok::<(), dosimeter::Error>(())
    /// ```
    pub fn scan_each<T, I, F>(&self, texts: I, mut found: F)
    where
        T: AsRef<str> + Sync,
        I: IntoIterator<Item = T>,
        F: FnMut(usize, T, Vec<Finding>),
    {
        let mut texts = texts.into_iter();
        let mut index = 0_usize;
        loop {
            let held = take(&mut texts);
            if held.is_empty() {
                return;
            }
            let results = self.scan_many(&held);
            for (text, result) in held.into_iter().zip(results) {
                found(index, text, result);
                index = index.saturating_add(1);
            }
        }
    }
}

/// How many texts a thread takes at once: few enough that all threads end at about the same time, and
/// enough that taking them costs nothing beside scanning them.
fn portion(texts: usize) -> usize {
    const PORTIONS_PER_THREAD: usize = 32;
    let portions = rayon::current_num_threads().saturating_mul(PORTIONS_PER_THREAD).max(1);
    texts.div_ceil(portions).clamp(1, 256)
}

/// The next texts that are held at a time; none at the end.
fn take<T: AsRef<str>>(texts: &mut impl Iterator<Item = T>) -> Vec<T> {
    let (mut held, mut bytes) = (Vec::new(), 0_usize);
    for text in texts {
        bytes = bytes.saturating_add(text.as_ref().len());
        held.push(text);
        if held.len() >= Scanner::TEXTS_MAX || bytes >= Scanner::BYTES_MAX {
            break;
        }
    }
    held
}

#[cfg(test)]
mod tests {
    use dosimeter_classifier::{Classifier, RuleSet, example};
    use dosimeter_record::{Confidence, FingerprintKey};

    use super::*;

    fn scanner() -> Scanner {
        let key = FingerprintKey::from_bytes([5; 32]);
        let classifier = Classifier::builder().min_confidence(Confidence::Low).key(key);
        Scanner::new(classifier.build().unwrap())
    }

    /// Some examples of rules: short texts with and without findings.
    fn texts() -> Vec<String> {
        let examples = example::texts(RuleSet::built_in_sources()).unwrap();
        examples.into_iter().step_by(7).map(|(_, text)| text).collect()
    }

    fn one_by_one(scanner: &Scanner, texts: &[String]) -> Vec<Vec<Finding>> {
        texts.iter().map(|text| scanner.scan(text)).collect()
    }

    #[test]
    fn in_parallel_is_found_what_is_found_one_by_one() {
        let (scanner, texts) = (scanner(), texts());
        let expected = one_by_one(&scanner, &texts);
        for threads in [1, 2, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            assert_eq!(pool.install(|| scanner.scan_many(&texts)), expected, "{threads} threads");
        }
        assert_eq!(scanner.scan_many::<&str>(&[]), Vec::<Vec<Finding>>::new());
    }

    #[test]
    fn texts_as_they_come_keep_their_order_and_their_number() {
        let scanner = scanner();
        let examples: Vec<String> = texts().into_iter().take(150).collect();
        let expected = one_by_one(&scanner, &examples);
        let count = Scanner::TEXTS_MAX + 1000;
        let mut next = 0;
        scanner.scan_each(examples.iter().cycle().take(count), |index, text, found| {
            assert_eq!(index, next);
            assert_eq!(text, &examples[index % examples.len()]);
            assert_eq!(found, expected[index % examples.len()]);
            next += 1;
        });
        assert_eq!(next, count);
        scanner.scan_each(Vec::<String>::new(), |_, _, _| panic!("there is no text"));
    }

    #[test]
    fn no_more_is_held_than_the_limits_say() {
        let long = "x".repeat(Scanner::BYTES_MAX / 4);
        let mut texts = (0..9).map(|_| long.as_str());
        let counts: Vec<usize> = (0..4).map(|_| take(&mut texts).len()).collect();
        assert_eq!(counts, [4, 4, 1, 0]);
        let mut texts = (0..=Scanner::TEXTS_MAX).map(|_| "");
        assert_eq!(take(&mut texts).len(), Scanner::TEXTS_MAX);
        assert_eq!(take(&mut texts).len(), 1);
    }
}
