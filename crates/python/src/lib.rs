//! Dosimeter for Python: the module `dosimeter._native`, which the package `dosimeter` re-exports.
//!
//! What Python sees is documented in `python/dosimeter/__init__.pyi`; the tests are in `tests/`. This
//! crate only translates: text in without copying, findings out as objects that hold what the record
//! world holds, and so no text.

mod classifier;
mod extraction;
mod finding;
mod many;
mod panic;
mod text;
mod threads;

use pyo3::prelude::*;

use self::{
    classifier::{Classifier, scan, scan_many},
    extraction::{Extraction, Gap, Labelled, Segment, extract},
    finding::Finding,
};

/// The module.
#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    panic::keep_quiet();
    module.add_class::<Classifier>()?;
    module.add_class::<Extraction>()?;
    module.add_class::<Finding>()?;
    module.add_class::<Gap>()?;
    module.add_class::<Labelled>()?;
    module.add_class::<Segment>()?;
    module.add_function(wrap_pyfunction!(extract, module)?)?;
    module.add_function(wrap_pyfunction!(scan, module)?)?;
    module.add_function(wrap_pyfunction!(scan_many, module)?)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))
}
