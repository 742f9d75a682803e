//! A bounded regular expression over bytes, compiled when it is first needed.
//!
//! Most texts need few of the rules, and compiling a regex costs a thousand times more than looking
//! for its keyword: so the compiled form is made on the first candidate and kept.

use std::sync::OnceLock;

use regex_syntax::hir::Hir;

use crate::rule::{ahead, anchor, byte_set::ByteSet, matcher::Matcher};

/// The longest match that a rule may have, in bytes. Bounds the work per candidate, and the overlap
/// between the chunks of a streamed text.
pub(crate) const LEN_MAX: usize = 8192;

#[derive(Debug)]
pub(crate) struct Pattern {
    source: String,
    unicode: bool,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) matcher: Matcher,
    /// The longest match in bytes.
    pub(crate) len_max: usize,
    /// The bytes with which a match may begin.
    pub(crate) first: ByteSet,
}

/// Why a pattern cannot be used.
#[derive(Debug)]
pub(crate) enum PatternError {
    Syntax(String),
    Unbounded,
    MatchesNothing,
}

impl Pattern {
    /// Takes a pattern without looking at it: for the built-in rules, which a test compiles.
    pub(crate) fn trusted(source: String, unicode: bool) -> Self {
        Self { source, unicode, compiled: OnceLock::new() }
    }

    /// Takes a pattern and makes sure that it can be compiled and has bounded matches.
    pub(crate) fn checked(source: String, unicode: bool) -> Result<Self, PatternError> {
        let compiled = compile(&source, unicode)?;
        Ok(Self { source, unicode, compiled: OnceLock::from(Some(compiled)) })
    }

    /// The same pattern in another engine, which also searches.
    #[cfg(test)]
    pub(crate) fn reference(&self) -> regex_automata::meta::Regex {
        let config = regex_automata::meta::Config::new().utf8_empty(false);
        let builder = &mut regex_automata::meta::Regex::builder();
        let syntax = regex_automata::util::syntax::Config::new();
        let syntax = syntax.unicode(self.unicode).utf8(false);
        builder.syntax(syntax).configure(config).build(&self.source).unwrap()
    }

    pub(crate) fn is_unicode(&self) -> bool {
        self.unicode
    }

    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The pattern as its parts.
    pub(crate) fn parsed(&self) -> Result<Hir, PatternError> {
        parse(&self.source, self.unicode)
    }

    /// The compiled form; `None` only for a trusted pattern that should not have been.
    pub(crate) fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(&self.source, self.unicode).ok()).as_ref()
    }
}

fn parse(source: &str, unicode: bool) -> Result<Hir, PatternError> {
    anchor::parse(source, unicode).map_err(|error| PatternError::Syntax(error.to_string()))
}

fn compile(source: &str, unicode: bool) -> Result<Compiled, PatternError> {
    let hir = parse(source, unicode)?;
    let len_max = hir.properties().maximum_len().ok_or(PatternError::Unbounded)?;
    if len_max > LEN_MAX {
        return Err(PatternError::Unbounded);
    }
    if hir.properties().minimum_len().unwrap_or(0) == 0 {
        return Err(PatternError::MatchesNothing);
    }
    let matcher = Matcher::new(&hir).map_err(PatternError::Syntax)?;
    Ok(Compiled { matcher, len_max, first: ahead::first_bytes(&[&hir]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_upper_length_is_refused() {
        for source in ["a+", "a*b", "a{3,}", "a{9000}"] {
            assert!(
                matches!(Pattern::checked(source.into(), false), Err(PatternError::Unbounded)),
                "{source}"
            );
        }
        assert!(Pattern::checked("a{3,9}".into(), false).is_ok());
        assert!(matches!(
            Pattern::checked("a{0,9}".into(), false),
            Err(PatternError::MatchesNothing)
        ));
    }
}
