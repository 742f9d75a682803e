//! One thing that was found.

use std::hash::{DefaultHasher, Hash, Hasher};

use dosimeter::{Finding as Found, Label};
use pyo3::{
    prelude::*,
    types::{PyDict, PyTuple},
};

use crate::text::Characters;

/// One thing that was found: which rule, where, how surely and why, and a masked stand-in.
///
/// Holds no text but the masked snippet.
#[pyclass(frozen, module = "dosimeter")]
#[derive(Debug)]
pub(crate) struct Finding {
    found: Found,
    /// In characters, where the text is the caller's.
    span: Option<(usize, usize)>,
}

impl Finding {
    /// What was found in a text of the caller's, as a tuple; all empty ones are the same object.
    pub(crate) fn all_in<'py>(
        py: Python<'py>,
        text: &str,
        found: Vec<Found>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        if found.is_empty() {
            return Ok(PyTuple::empty(py));
        }
        let mut characters = Characters::new(text);
        let findings: Vec<Self> = found
            .into_iter()
            .map(|found| Self { span: Some(characters.of(found.span())), found })
            .collect();
        PyTuple::new(py, findings)
    }

    /// What was found in a file, whose text the caller does not have.
    pub(crate) fn all_of(py: Python<'_>, found: Vec<Found>) -> PyResult<Bound<'_, PyTuple>> {
        let findings: Vec<Self> =
            found.into_iter().map(|found| Self { found, span: None }).collect();
        PyTuple::new(py, findings)
    }
}

/// The names of labels, in the order in which they are shown.
fn names(found: &Found) -> Vec<&'static str> {
    found.labels().iter().map(Label::name).collect()
}

#[pymethods]
impl Finding {
    /// The stable name of this finding (needs a `key`).
    #[getter]
    fn id(&self) -> String {
        self.found.id().to_string()
    }

    /// The rule that found it, such as `payment.card.separated`.
    #[getter]
    fn rule(&self) -> &str {
        self.found.rule().as_str()
    }

    /// The first of its labels.
    #[getter]
    fn label(&self) -> &'static str {
        names(&self.found).first().copied().unwrap_or_default()
    }

    /// The labels that it speaks for.
    #[getter]
    fn labels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, names(&self.found))
    }

    /// How bad its exposure is: low, medium or high.
    #[getter]
    fn severity(&self) -> &'static str {
        self.found.severity().name()
    }

    /// How sure we are: low, medium or high.
    #[getter]
    fn confidence(&self) -> &'static str {
        self.found.confidence().name()
    }

    /// Where, in characters; None in files, where `locator` says where.
    #[getter]
    fn span(&self) -> Option<(usize, usize)> {
        self.span
    }

    /// Where, in bytes of UTF-8 (in a file: of the text of its segment).
    #[getter]
    fn byte_span(&self) -> (usize, usize) {
        let span = self.found.span();
        (span.start, span.end)
    }

    /// Where in a file, such as `entry 2, page 7`; empty for texts.
    #[getter]
    fn locator(&self) -> String {
        self.found.locator().to_string()
    }

    /// The masked value in its masked context: one line of at most 160 characters.
    #[getter]
    fn redacted(&self) -> &str {
        self.found.redacted().snippet()
    }

    /// The masked value alone.
    #[getter]
    fn masked(&self) -> &str {
        self.found.redacted().value()
    }

    /// Which value it was, keyed: 32 hexadecimal digits.
    #[getter]
    fn fingerprint(&self) -> String {
        self.found.fingerprint().to_string()
    }

    /// Why it has this confidence.
    #[getter]
    fn reasons<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.found.reasons().iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    /// All attributes, for JSON and data frames.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("id", self.id())?;
        dict.set_item("rule", self.rule())?;
        dict.set_item("labels", names(&self.found))?;
        dict.set_item("severity", self.severity())?;
        dict.set_item("confidence", self.confidence())?;
        dict.set_item("span", self.span)?;
        dict.set_item("byte_span", self.byte_span())?;
        dict.set_item("locator", self.locator())?;
        dict.set_item("redacted", self.redacted())?;
        dict.set_item("masked", self.masked())?;
        dict.set_item("fingerprint", self.fingerprint())?;
        dict.set_item("reasons", self.reasons(py)?)?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Self) -> bool {
        self.span == other.span && self.found == other.found
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.found.id().hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self) -> String {
        let (start, end) = self.span.unwrap_or_else(|| self.byte_span());
        format!(
            "Finding(rule='{}', severity='{}', confidence='{}', span=({start}, {end}), masked='{}')",
            self.rule(),
            self.severity(),
            self.confidence(),
            self.masked(),
        )
    }
}
