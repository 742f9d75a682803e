//! Files from Python: what was read of them, and what was not.

use std::time::{Duration, Instant};

use dosimeter::{
    CoverageState,
    extractor::{self, Budget, Content, Expose as _, Hint},
};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    pybacked::PyBackedBytes,
    types::{PyDict, PyTuple},
};

use crate::{finding::Finding, panic::caught};

/// A file, and what is said about it.
pub(crate) struct Source<'a> {
    content: Content,
    hint: Hint<'a>,
    budget: Budget,
}

impl<'a> Source<'a> {
    pub(crate) fn new(
        data: &[u8],
        name: Option<&'a str>,
        media_type: Option<&'a str>,
        timeout: Option<f64>,
    ) -> PyResult<Self> {
        let mut budget = Budget::default();
        if let Some(seconds) = timeout {
            let limit = Duration::try_from_secs_f64(seconds)
                .map_err(|_| PyValueError::new_err("timeout: expected seconds, not negative"))?;
            let start = Instant::now();
            budget = budget.with_deadline(move || start.elapsed() > limit);
        }
        Ok(Self { content: Content::from(data.to_vec()), hint: Hint { name, media_type }, budget })
    }

    pub(crate) fn read(&self) -> extractor::Extraction {
        extractor::extract(&self.content, self.hint, &self.budget)
    }
}

/// Reads all text of a file.
#[pyfunction]
#[pyo3(signature = (data, *, name=None, media_type=None, timeout=None))]
#[expect(clippy::needless_pass_by_value, reason = "how PyO3 borrows bytes")]
pub(crate) fn extract(
    py: Python<'_>,
    data: PyBackedBytes,
    name: Option<&str>,
    media_type: Option<&str>,
    timeout: Option<f64>,
) -> PyResult<Extraction> {
    let source = Source::new(&data, name, media_type, timeout)?;
    let read = py.detach(|| caught(|| source.read()))?;
    let segments: Vec<Segment> =
        read.segments.into_iter().map(|segment| Segment { segment }).collect();
    Ok(Extraction {
        kind: read.kind.name(),
        segments: PyTuple::new(py, segments)?.unbind(),
        gaps: gaps(py, &read.gaps)?,
    })
}

/// What was read of a file, and what was not.
#[pyclass(frozen, module = "dosimeter", get_all)]
pub(crate) struct Extraction {
    /// What the file is, by its content.
    kind: &'static str,
    /// Its text, in reading order.
    segments: Py<PyTuple>,
    /// What was not read, and why.
    gaps: Py<PyTuple>,
}

#[pymethods]
impl Extraction {
    fn __repr__(&self, py: Python<'_>) -> String {
        let (segments, gaps) = (self.segments.bind(py).len(), self.gaps.bind(py).len());
        format!("Extraction(kind='{}', segments={segments}, gaps={gaps})", self.kind)
    }
}

/// A piece of text and where it stands. Its text is content: it is wiped when the object goes, and
/// whatever `text` gave is a copy that Python keeps.
#[pyclass(frozen, module = "dosimeter")]
pub(crate) struct Segment {
    segment: extractor::Segment,
}

#[pymethods]
impl Segment {
    /// The text: content, which you should not keep.
    #[getter]
    fn text(&self) -> &str {
        self.segment.text.expose()
    }

    /// Its place in the file, such as `entry 2, page 7`; empty for the whole of it.
    #[getter]
    fn locator(&self) -> String {
        self.segment.locator.to_string()
    }

    fn __repr__(&self) -> String {
        let bytes = self.segment.text.expose().len();
        format!("Segment(locator='{}', bytes={bytes})", self.segment.locator)
    }
}

/// Something that was not read or not scanned, and why.
#[pyclass(frozen, eq, hash, module = "dosimeter")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Gap {
    /// Why.
    #[pyo3(get)]
    reason: &'static str,
    /// Where; empty for the whole.
    #[pyo3(get)]
    locator: String,
}

#[pymethods]
impl Gap {
    fn __repr__(&self) -> String {
        format!("Gap(reason='{}', locator='{}')", self.reason, self.locator)
    }
}

fn gaps(py: Python<'_>, gaps: &[dosimeter::Gap]) -> PyResult<Py<PyTuple>> {
    let gaps: Vec<Gap> = gaps
        .iter()
        .map(|gap| Gap { reason: gap.reason.name(), locator: gap.locator.to_string() })
        .collect();
    Ok(PyTuple::new(py, gaps)?.unbind())
}

/// The verdict on one text or file.
#[pyclass(frozen, module = "dosimeter", get_all)]
pub(crate) struct Labelled {
    /// The labels, each with `count`, `max_confidence` and `max_severity`.
    labels: Py<PyDict>,
    /// What was found.
    findings: Py<PyTuple>,
    /// How much was scanned: complete, partial or none.
    coverage: &'static str,
    /// What was not scanned, and why.
    gaps: Py<PyTuple>,
    /// The version of the rules that were applied.
    ruleset: String,
    /// Whether everything was scanned and no label was given.
    is_clean: bool,
}

impl Labelled {
    /// `text` is the one that was scanned, if the caller has it.
    pub(crate) fn new(
        py: Python<'_>,
        labelled: dosimeter::Labelled,
        text: Option<&str>,
    ) -> PyResult<Self> {
        let verdict = &labelled.labels;
        let labels = PyDict::new(py);
        for (label, summary) in verdict.by_label() {
            let said = PyDict::new(py);
            said.set_item("count", summary.count)?;
            said.set_item("max_confidence", summary.max_confidence.name())?;
            said.set_item("max_severity", summary.max_severity.name())?;
            labels.set_item(label.name(), said)?;
        }
        let state: CoverageState = verdict.coverage().state();
        Ok(Self {
            labels: labels.unbind(),
            coverage: state.name(),
            gaps: gaps(py, verdict.coverage().gaps())?,
            ruleset: verdict.ruleset().to_owned(),
            is_clean: verdict.is_clean(),
            findings: match text {
                Some(text) => Finding::all_in(py, text, labelled.findings)?,
                None => Finding::all_of(py, labelled.findings)?,
            }
            .unbind(),
        })
    }
}

#[pymethods]
impl Labelled {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let labels = self.labels.bind(py).keys().repr()?;
        let findings = self.findings.bind(py).len();
        Ok(format!("Labelled(labels={labels}, coverage='{}', findings={findings})", self.coverage))
    }
}
