//! Strings of Python, as UTF-8.

use dosimeter::Span;
use pyo3::{
    prelude::*,
    pybacked::PyBackedStr,
    types::{PyBytes, PyString},
};

/// A string that can be read without holding the interpreter.
pub(crate) enum Text {
    /// As Python keeps it: not copied if it is ASCII, else encoded once and kept by the string.
    Shared(PyBackedStr),
    /// Of a string with half characters (lone surrogates), which have no UTF-8: a copy in which each is
    /// a question mark, so that characters keep their indices.
    Mended(String),
}

impl Text {
    pub(crate) fn new(text: &Bound<'_, PyString>) -> PyResult<Self> {
        if let Ok(text) = PyBackedStr::try_from(text.clone()) {
            return Ok(Self::Shared(text));
        }
        // The error holds the string, so it went no further.
        let encoded = text.call_method1("encode", ("utf-8", "replace"))?;
        let encoded = encoded.cast_into::<PyBytes>()?;
        Ok(Self::Mended(String::from_utf8_lossy(encoded.as_bytes()).into_owned()))
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        match self {
            Self::Shared(text) => text,
            Self::Mended(text) => text,
        }
    }
}

/// From bytes of UTF-8 to characters, which is what Python counts. Linear in the text if it is asked in
/// the order of the text; ASCII costs one look.
pub(crate) struct Characters<'t> {
    text: &'t str,
    is_ascii: bool,
    byte: usize,
    character: usize,
}

impl<'t> Characters<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, is_ascii: text.is_ascii(), byte: 0, character: 0 }
    }

    /// The same place, counted in characters.
    pub(crate) fn of(&mut self, span: Span) -> (usize, usize) {
        (self.at(span.start), self.at(span.end))
    }

    fn at(&mut self, byte: usize) -> usize {
        if self.is_ascii {
            return byte;
        }
        if byte < self.byte {
            (self.byte, self.character) = (0, 0);
        }
        let between = self.text.get(self.byte..byte).unwrap_or_default();
        self.character = self.character.saturating_add(between.chars().count());
        self.byte = byte;
        self.character
    }
}
