//! Scanning from Python.

use std::sync::LazyLock;

use dosimeter::{
    Classifier as Rust, ClassifierBuilder, Error, FingerprintKey, Identity, Label, Locator, RuleId,
    RuleSet, Scanner, extractor::Expose,
};
use pyo3::{
    exceptions::{PyRuntimeError, PyTypeError, PyValueError},
    prelude::*,
    pybacked::PyBackedBytes,
    types::{PyList, PyString, PyTuple},
};

use crate::{
    extraction::{Labelled, Source},
    finding::Finding,
    many,
    panic::caught,
    text::Text,
};

/// Rules made ready for scanning; shared by any number of threads.
///
/// `labels`: look for these only. `min_confidence`: report findings from here up. `rules`: TOML texts with
/// rules in addition to the built-in ones. `disable`: ids of rules to leave out. `key`: 32 secret random
/// bytes, with which the same value has the same fingerprint in every run.
#[pyclass(frozen, module = "dosimeter")]
#[derive(Debug)]
pub(crate) struct Classifier {
    scanner: Scanner,
}

/// Texts shorter than this are scanned sooner than the interpreter is given away and got back.
const LONG: usize = 1024;

/// What the functions of the module use.
static DEFAULT: LazyLock<Result<Classifier, Error>> =
    LazyLock::new(|| Ok(Classifier { scanner: Scanner::new(Rust::builder().build()?) }));

fn default() -> PyResult<&'static Classifier> {
    DEFAULT.as_ref().map_err(|error| PyRuntimeError::new_err(error.to_string()))
}

/// Scans one text with the built-in rules.
#[pyfunction]
pub(crate) fn scan<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyTuple>> {
    default()?.scan(text)
}

/// Scans many texts with the built-in rules, on all cores.
#[pyfunction]
pub(crate) fn scan_many<'py>(texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    default()?.scan_many(texts)
}

#[pymethods]
impl Classifier {
    #[new]
    #[pyo3(signature = (*, labels=None, min_confidence="medium", rules=None, disable=None, key=None))]
    fn new(
        labels: Option<Vec<String>>,
        min_confidence: &str,
        rules: Option<Vec<String>>,
        disable: Option<Vec<String>>,
        key: Option<PyBackedBytes>,
    ) -> PyResult<Self> {
        let mut builder = Rust::builder().min_confidence(parsed(min_confidence, "min_confidence")?);
        if let Some(labels) = labels {
            builder = builder.labels(all_parsed::<Label>(&labels, "labels")?);
        }
        if let Some(rules) = rules {
            builder = builder.rules(with_rules(&rules)?);
        }
        if let Some(ids) = disable {
            let ids: Result<Vec<RuleId>, _> = ids.iter().map(|id| RuleId::new(id)).collect();
            builder = builder.disable(ids.map_err(|error| value_error("disable", &error))?);
        }
        let builder = keyed(builder, key)?;
        let classifier =
            builder.build().map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self { scanner: Scanner::new(classifier) })
    }

    /// Which rules these are: changes whenever any rule changes.
    #[getter]
    fn ruleset(&self) -> &str {
        self.scanner.classifier().ruleset()
    }

    /// Scans one text; a tuple of findings. From 1024 bytes on, other threads run meanwhile.
    fn scan<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyTuple>> {
        let py = text.py();
        let text = Text::new(text)?;
        let scan = || caught(|| self.scanner.scan(text.as_ref()));
        let found = if text.as_ref().len() < LONG { scan() } else { py.detach(scan) }?;
        Finding::all_in(py, text.as_ref(), found)
    }

    /// Scans an iterable of texts on all cores; a list with a tuple of findings for each.
    fn scan_many<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        if texts.is_instance_of::<PyString>() {
            // It is iterable, and its characters are hardly what is meant.
            return Err(PyTypeError::new_err("expected an iterable of str, not one str"));
        }
        many::scan(&self.scanner, texts)
    }

    /// Scans one message or document and decides its labels; the rest goes into the ids of findings.
    #[pyo3(signature = (text, *, tenant="", resource="", part=""))]
    fn label(
        &self,
        text: &Bound<'_, PyString>,
        tenant: &str,
        resource: &str,
        part: &str,
    ) -> PyResult<Labelled> {
        let py = text.py();
        let text = Text::new(text)?;
        let identity = Identity { tenant, resource, part };
        let labelled = py.detach(|| {
            caught(|| {
                self.scanner.with_scratch(|scratch| {
                    let mut scan = self.scanner.classifier().resource(scratch, identity);
                    scan.segment(text.as_ref(), &Locator::default());
                    scan.finish()
                })
            })
        })?;
        Labelled::new(py, labelled, Some(text.as_ref()))
    }

    /// Reads a file as `extract` does, scans its text, and decides its labels.
    #[expect(clippy::too_many_arguments, reason = "all but one are keywords")]
    #[expect(clippy::needless_pass_by_value, reason = "how PyO3 borrows bytes")]
    #[pyo3(signature = (data, *, name=None, media_type=None, timeout=None, tenant="", resource=""))]
    fn scan_file(
        &self,
        py: Python<'_>,
        data: PyBackedBytes,
        name: Option<&str>,
        media_type: Option<&str>,
        timeout: Option<f64>,
        tenant: &str,
        resource: &str,
    ) -> PyResult<Labelled> {
        let source = Source::new(&data, name, media_type, timeout)?;
        let identity = Identity { tenant, resource, part: "" };
        let labelled = py.detach(|| {
            caught(|| {
                let read = source.read();
                self.scanner.with_scratch(|scratch| {
                    let mut scan = self.scanner.classifier().resource(scratch, identity);
                    for segment in read.segments {
                        scan.segment(segment.text.expose(), &segment.locator);
                    }
                    read.gaps.into_iter().for_each(|gap| scan.gap(gap));
                    scan.finish()
                })
            })
        })?;
        Labelled::new(py, labelled, None)
    }

    fn __repr__(&self) -> String {
        format!("Classifier(ruleset='{}')", self.ruleset())
    }
}

/// The built-in rules and those of the user, each a TOML text.
fn with_rules(sources: &[String]) -> PyResult<RuleSet> {
    let mut rules = RuleSet::built_in();
    for (number, source) in (1..).zip(sources) {
        rules
            .add_toml(&format!("rules[{}]", number - 1), source)
            .map_err(|error| PyValueError::new_err(error.to_string()))?;
    }
    Ok(rules)
}

fn keyed(builder: ClassifierBuilder, key: Option<PyBackedBytes>) -> PyResult<ClassifierBuilder> {
    let Some(key) = key else { return Ok(builder) };
    let key = <[u8; 32]>::try_from(&*key)
        .map_err(|_| PyValueError::new_err("key: expected 32 secret random bytes"))?;
    Ok(builder.key(FingerprintKey::from_bytes(key)))
}

fn all_parsed<T>(names: &[String], option: &str) -> PyResult<Vec<T>>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    names.iter().map(|name| parsed(name, option)).collect()
}

fn parsed<T>(name: &str, option: &str) -> PyResult<T>
where
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    name.parse().map_err(|error| value_error(option, &error))
}

fn value_error(option: &str, error: &dyn std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!("{option}: {error}"))
}
