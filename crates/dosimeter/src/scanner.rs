//! A classifier with memory for scans, shared by any number of threads.

#[cfg(feature = "rayon")]
mod many;

use std::{fmt, sync::Mutex};

use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_record::Finding;

/// A [`Classifier`] together with its [`Scratch`]es: one for each thread that scans at the moment.
///
/// For callers that cannot keep a scratch of their own: servers, callbacks, thread pools of others.
/// Shared by reference; taking and returning a scratch costs two uncontended locks. A loop over texts
/// on one thread is better off with [`Classifier::scan`] and one scratch.
///
/// ```
/// use dosimeter::{Classifier, Scanner};
///
/// let scanner = Scanner::new(Classifier::builder().build()?);
/// std::thread::scope(|scope| {
///     for text in ["mail me at office@larkfield.io", "nothing here"] {
///         let scanner = &scanner;
///         scope.spawn(move || scanner.scan(text).len());
///     }
/// });
/// # Ok::<(), dosimeter::Error>(())
/// ```
#[cfg_attr(
    feature = "rayon",
    doc = "
# Many texts

With the feature `rayon`, [`scan_many`](Self::scan_many) scans texts on all cores and gives results in
the order of the texts, the same as scanning one after the other; [`scan_each`](Self::scan_each) does so
for texts that come one by one, in bounded memory.

```
use dosimeter::{Classifier, Scanner};

let scanner = Scanner::new(Classifier::builder().build()?);
let found = scanner.scan_many(&[\"nothing here\", \"IBAN: DE13 5001 0517 9513 7844 05\"]);
assert!(found[0].is_empty());
assert_eq!(found[1][0].rule().as_str(), \"payment.bank.iban\");
# Ok::<(), dosimeter::Error>(())
```

It uses the rayon pool of the calling thread: one thread for each core unless told otherwise, and
`rayon::ThreadPoolBuilder::new().num_threads(4).build()?.install(|| …)` for another number. One text is
scanned by one thread, however long it is. A program that has threads of its own gives each a scratch
instead. Two threads take 1.87 times as many short texts as one (a million of 110 bytes, by the time on
cores; `examples/throughput.rs`)."
)]
pub struct Scanner {
    classifier: Classifier,
    /// Those that nobody works with at the moment.
    scratches: Mutex<Vec<Scratch>>,
}

impl Scanner {
    /// Prepares for scans with `classifier`. Costs nothing: scratches are made when they are needed.
    pub fn new(classifier: Classifier) -> Self {
        Self { classifier, scratches: Mutex::default() }
    }

    /// The classifier.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// Scans one text on the calling thread, as [`Classifier::scan`] does.
    pub fn scan(&self, text: &str) -> Vec<Finding> {
        self.with_scratch(|scratch| self.classifier.scan(scratch, text))
    }

    /// Lends a scratch to `work`, for what this type has no method for: resources of several segments,
    /// streams.
    pub fn with_scratch<R>(&self, work: impl FnOnce(&mut Scratch) -> R) -> R {
        let kept = self.scratches.lock().ok().and_then(|mut scratches| scratches.pop());
        let mut scratch = kept.unwrap_or_else(|| self.classifier.scratch());
        let result = work(&mut scratch);
        // If `work` panics, its scratch is gone and the others are as good as before.
        if let Ok(mut scratches) = self.scratches.lock() {
            scratches.push(scratch);
        }
        result
    }
}

impl fmt::Debug for Scanner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let idle = self.scratches.lock().map_or(0, |scratches| scratches.len());
        formatter.debug_struct("Scanner").field("idle_scratches", &idle).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scans_one_after_the_other_share_one_scratch() {
        let scanner = Scanner::new(Classifier::builder().build().unwrap());
        assert_eq!(scanner.scan("IBAN: DE13 5001 0517 9513 7844 05").len(), 1);
        assert_eq!(scanner.scan("nothing").len(), 0);
        assert_eq!(scanner.scratches.lock().unwrap().len(), 1);
    }

    #[test]
    fn scans_within_each_other_do_not_wait_for_each_other() {
        let scanner = Scanner::new(Classifier::builder().build().unwrap());
        let inner = scanner.with_scratch(|_| scanner.scan("nothing"));
        assert!(inner.is_empty());
        assert_eq!(scanner.scratches.lock().unwrap().len(), 2);
    }
}
