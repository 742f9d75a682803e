//! Many texts: taken from Python, scanned by all threads and given back, all at the same time.

use std::{
    collections::VecDeque,
    sync::mpsc::{self, Receiver},
};

use dosimeter::{Finding as Found, Scanner};
use pyo3::{
    exceptions::PyRuntimeError,
    prelude::*,
    types::{PyList, PyString, PyTuple},
};
use rayon::Scope;

use crate::{finding::Finding, panic::caught, text::Text, threads};

/// So many texts are scanned at a time, for each thread: few, so that what the interpreter has touched is
/// still in the cache of the processor when it is scanned, and when it is given back.
const TEXTS_MAX: usize = 1 << 12;

/// No more texts are taken at a time once they have so many bytes, for each thread.
const BYTES_MAX: usize = 4 << 20;

/// So many portions wait for their turn, so that threads find the next one when they are done, however long
/// the interpreter takes with what is before and after it.
const WAITING_MAX: usize = 2;

/// A portion, and what was found in each of its texts.
type Scanned = (Vec<Text>, PyResult<Vec<Vec<Found>>>);

/// Scans an iterable of texts; a list with a tuple of findings for each.
pub(crate) fn scan<'py>(
    scanner: &Scanner,
    texts: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let py = texts.py();
    let mut texts = texts.try_iter()?;
    let results = PyList::empty(py);
    let pool = threads::pool()?;
    let limits = Limits::of(pool.current_num_threads());
    pool.in_place_scope(|scope| {
        let mut portions = VecDeque::new();
        let mut run = || -> PyResult<()> {
            loop {
                py.check_signals()?;
                let portion = limits.take(&mut texts)?;
                let is_last = portion.is_empty();
                if !is_last {
                    portions.push_back(begin(scope, scanner, portion));
                }
                let waiting_max = if is_last { 0 } else { WAITING_MAX };
                while portions.len() > waiting_max
                    && let Some(portion) = portions.pop_front()
                {
                    give(&results, finish(py, portion)?)?;
                }
                if is_last {
                    return Ok(());
                }
            }
        };
        let done = run();
        // After an error, what has begun is waited for without holding the interpreter.
        for portion in portions {
            drop(finish(py, portion));
        }
        done
    })?;
    Ok(results)
}

/// Hands a portion to the threads.
fn begin<'scope>(
    scope: &Scope<'scope>,
    scanner: &'scope Scanner,
    portion: Vec<Text>,
) -> Receiver<Scanned> {
    let (sender, receiver) = mpsc::sync_channel(1);
    scope.spawn(move |_| {
        let found = caught(|| scanner.scan_many(&portion));
        // Somebody always waits for it.
        drop(sender.send((portion, found)));
    });
    receiver
}

/// Waits for a portion, while other threads of Python run.
fn finish(py: Python<'_>, portion: Receiver<Scanned>) -> PyResult<Scanned> {
    let scanned = py.detach(move || portion.recv());
    scanned.map_err(|_| PyRuntimeError::new_err("a thread that scans has ended"))
}

/// Appends what was found in the texts of a portion.
fn give(results: &Bound<'_, PyList>, (texts, found): Scanned) -> PyResult<()> {
    let py = results.py();
    let nothing = PyTuple::empty(py);
    for (text, found) in texts.iter().zip(found?) {
        if found.is_empty() {
            results.append(&nothing)?;
        } else {
            results.append(Finding::all_in(py, text.as_ref(), found)?)?;
        }
    }
    Ok(())
}

/// How much is taken at a time.
struct Limits {
    texts: usize,
    bytes: usize,
}

impl Limits {
    fn of(threads: usize) -> Self {
        let [texts, bytes] = [TEXTS_MAX, BYTES_MAX].map(|max| max.saturating_mul(threads));
        Self { texts, bytes }
    }

    /// The next texts; none at the end.
    fn take<'py>(
        &self,
        texts: &mut impl Iterator<Item = PyResult<Bound<'py, PyAny>>>,
    ) -> PyResult<Vec<Text>> {
        let (mut portion, mut bytes) = (Vec::new(), 0_usize);
        for text in texts {
            let text = Text::new(text?.cast::<PyString>()?)?;
            bytes = bytes.saturating_add(text.as_ref().len());
            portion.push(text);
            if portion.len() >= self.texts || bytes >= self.bytes {
                break;
            }
        }
        Ok(portion)
    }
}
