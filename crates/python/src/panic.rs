//! What a panic says: nothing of what was being read.

use std::panic::{self, AssertUnwindSafe};

use pyo3::{PyResult, exceptions::PyRuntimeError};

/// Silences panics of this library; the library has a Rust runtime of its own, so that of another
/// extension is not touched. Their messages may quote what was being read.
pub(crate) fn keep_quiet() {
    panic::set_hook(Box::new(|_| ()));
}

/// Runs `work`; a panic in it, which is a bug, becomes an exception that quotes nothing.
pub(crate) fn caught<R>(work: impl FnOnce() -> R) -> PyResult<R> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        PyRuntimeError::new_err(
            "the scanner failed on this input, which is a bug; nothing of it was scanned",
        )
    })
}
