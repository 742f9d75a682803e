//! The classifier: rules made ready, shared by any number of threads.

use std::{collections::BTreeSet, sync::Arc};

use dosimeter_record::{
    Confidence, Finding, FingerprintKey, Identity, Label, LabelSet, Labelled, Locator, Mask, RuleId,
};

use crate::{
    Error, Explanation, RuleSet,
    beside::Beside,
    combine::Combinations,
    prefilter::Prefilter,
    redact::{Masks, mask_of},
    resource::ResourceScan,
    scratch::Scratch,
};

/// Finds sensitive content in text. Cheap to clone; share one among all threads.
///
/// # Examples
///
/// ```
/// use dosimeter_classifier::Classifier;
///
/// let classifier = Classifier::builder().build()?;
/// let mut scratch = classifier.scratch();
/// for finding in classifier.scan(&mut scratch, "nothing to see here") {
///     println!("{} {}", finding.rule(), finding.redacted());
/// }
/// # Ok::<(), dosimeter_classifier::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Classifier {
    pub(crate) engine: Arc<Engine>,
    /// Whether findings show the text around them.
    shows_context: bool,
}

/// What a scan reads: never changed after it was built.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) rules: RuleSet,
    pub(crate) prefilter: Prefilter,
    pub(crate) combinations: Combinations,
    pub(crate) beside: Beside,
    /// The version of the rules, as all labels share it.
    pub(crate) ruleset: Arc<str>,
    pub(crate) key: FingerprintKey,
    pub(crate) min_confidence: Confidence,
    /// The engine with all rules, if these are only some of them: a snippet shows nothing that any
    /// rule matches.
    pub(crate) whole: Option<Arc<Self>>,
}

impl Classifier {
    /// Starts with the built-in rules, all labels, medium confidence and an ephemeral key.
    pub fn builder() -> ClassifierBuilder {
        ClassifierBuilder::default()
    }

    /// The same, looking for some labels only: rules that serve no other are not tried. What is shown
    /// around a finding is masked by all rules nevertheless.
    #[must_use]
    pub fn restricted(&self, labels: impl IntoIterator<Item = Label>) -> Self {
        let whole = self.engine.whole.as_ref().unwrap_or(&self.engine);
        let mut rules = self.engine.rules.clone();
        rules.restrict(labels.into_iter().collect());
        let (key, min_confidence) = (self.engine.key.clone(), self.engine.min_confidence);
        let engine = Engine::new(rules, key, min_confidence);
        let engine = Engine { whole: Some(Arc::clone(whole)), ..engine };
        Self { engine: Arc::new(engine), shows_context: self.shows_context }
    }

    /// The same for somebody who shows no snippets: a finding has its masked value alone, so that nothing around
    /// it is looked for. Labels, ids and fingerprints stay as they are.
    ///
    /// Of a [restricted](Self::restricted) classifier, a text with findings takes a fraction of the time.
    #[must_use]
    pub fn without_context(&self) -> Self {
        Self { engine: Arc::clone(&self.engine), shows_context: false }
    }

    /// Memory for scans on one thread.
    pub fn scratch(&self) -> Scratch {
        self.engine.scratch()
    }

    /// Scans one text on its own.
    ///
    /// The same as a [`resource`](Self::resource) of one segment, of which only the findings are of
    /// interest. O(length of `text`).
    pub fn scan(&self, scratch: &mut Scratch, text: &str) -> Vec<Finding> {
        let mut scan = self.resource(scratch, Identity::default());
        scan.segment(text, &Locator::default());
        scan.finish().findings
    }

    /// Starts the scan of one resource: a message, a file, a document.
    ///
    /// `identity` goes into the ids of its findings, so that a re-scan gives the same ids.
    pub fn resource<'c>(
        &'c self,
        scratch: &'c mut Scratch,
        identity: Identity<'c>,
    ) -> ResourceScan<'c> {
        ResourceScan::new((&self.engine, self.shows_context), scratch, identity)
    }

    /// Decides what the messages and attachments of one conversation mean together.
    ///
    /// Returns only what no part shows alone. Its coverage has a gap for every gap of a part.
    pub fn conversation(&self, identity: Identity<'_>, parts: &[&Labelled]) -> Labelled {
        self.engine.conversation(identity, parts)
    }

    /// Says what became of every match of every rule in `text`: found, hidden, covered, rejected, and
    /// why. For people who tune rules; slower than a scan.
    pub fn explain(&self, text: &str) -> Vec<Explanation> {
        self.explain_with(&mut self.scratch(), text)
    }

    pub(crate) fn explain_with(&self, scratch: &mut Scratch, text: &str) -> Vec<Explanation> {
        scratch.trace = Some(Vec::new());
        let mut scan = self.resource(scratch, Identity::default());
        scan.segment(text, &Locator::default());
        drop(scan.finish());
        let mut explanations = scratch.trace.take().unwrap_or_default();
        explanations.sort_by_key(|explanation| explanation.span);
        self.redact(text, &mut explanations);
        explanations
    }

    /// Which rules these are: changes whenever any rule changes.
    pub fn ruleset(&self) -> &str {
        self.engine.rules.version()
    }

    /// The rules.
    pub fn rules(&self) -> &RuleSet {
        &self.engine.rules
    }

    fn redact(&self, text: &str, explanations: &mut [Explanation]) {
        let none = Masks::default();
        for explanation in explanations {
            let rule = self.engine.rules.rules.iter().find(|rule| rule.id == explanation.rule);
            let mask = rule.map_or(&Mask::KeepLast(0), mask_of);
            explanation.redaction = Some(none.redact(text, explanation.span, mask));
        }
    }
}

/// Configures a [`Classifier`].
#[derive(Debug)]
pub struct ClassifierBuilder {
    /// The built-in ones unless set: they are not made ready for somebody who replaces them.
    rules: Option<RuleSet>,
    labels: LabelSet,
    disabled: BTreeSet<RuleId>,
    key: Option<FingerprintKey>,
    min_confidence: Confidence,
}

impl Default for ClassifierBuilder {
    fn default() -> Self {
        Self {
            rules: None,
            labels: LabelSet::all(),
            disabled: BTreeSet::new(),
            key: None,
            min_confidence: Confidence::Medium,
        }
    }
}

impl ClassifierBuilder {
    /// Looks for these labels only, as [`Classifier::restricted`].
    #[must_use]
    pub fn labels(mut self, labels: impl IntoIterator<Item = Label>) -> Self {
        self.labels = labels.into_iter().collect();
        self
    }

    /// Replaces the rules; without this call the built-in ones are used.
    #[must_use]
    pub fn rules(mut self, rules: RuleSet) -> Self {
        self.rules = Some(rules);
        self
    }

    /// Switches rules off by id.
    #[must_use]
    pub fn disable(mut self, ids: impl IntoIterator<Item = RuleId>) -> Self {
        self.disabled.extend(ids);
        self
    }

    /// The installation's key. Without one, fingerprints and ids differ from process to process.
    #[must_use]
    pub fn key(mut self, key: FingerprintKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Reports findings from this confidence up; [`Confidence::Medium`] unless set.
    #[must_use]
    pub fn min_confidence(mut self, confidence: Confidence) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// Makes the rules ready.
    ///
    /// # Errors
    ///
    /// If there is no randomness for an ephemeral key.
    pub fn build(self) -> Result<Classifier, Error> {
        let mut rules = self.rules.unwrap_or_else(RuleSet::built_in);
        if !self.disabled.is_empty() {
            rules.disable(&self.disabled);
        }
        let key = match self.key {
            Some(key) => key,
            None => FingerprintKey::random().map_err(|_| Error::NoRandomness)?,
        };
        let engine = Engine::new(rules, key, self.min_confidence);
        let classifier = Classifier { engine: Arc::new(engine), shows_context: true };
        let all = self.labels == LabelSet::all();
        Ok(if all { classifier } else { classifier.restricted(self.labels.iter()) })
    }
}

impl Engine {
    fn new(rules: RuleSet, key: FingerprintKey, min_confidence: Confidence) -> Self {
        let prefilter = Prefilter::new(&rules.rules, false);
        let combinations = Combinations::new(&rules);
        Self {
            beside: Beside::new(&rules.rules, &combinations),
            combinations,
            ruleset: rules.version().into(),
            rules,
            prefilter,
            key,
            min_confidence,
            whole: None,
        }
    }

    pub(crate) fn scratch(&self) -> Scratch {
        Scratch::new(self.rules.rules.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classifier_is_shared_and_a_scratch_is_sent() {
        fn shared<T: Send + Sync + Clone>() {}
        fn sent<T: Send>() {}
        shared::<Classifier>();
        sent::<Scratch>();
    }
}
