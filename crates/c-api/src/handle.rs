//! What C holds without looking into it.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::Once,
    time::{Duration, Instant},
};

use dosimeter::{
    Confidence, Error, FingerprintKey, Identity, Labelled, Locator, RuleSet, Scanner,
    extractor::{Budget, Content, Expose as _, Hint, extract},
};

use crate::view::{self, CoverageState, Finding, Gap, Status, Text};

/// Rules made ready for scanning.
#[derive(Debug)]
pub struct Classifier {
    scanner: Scanner,
}

/// What was found in one text or file, and what was not read of it.
#[derive(Debug)]
pub struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) labels: u32,
    pub(crate) coverage: CoverageState,
    /// What the structures above point to: read by C only.
    texts: Vec<Box<str>>,
    reasons: Vec<Box<[Text]>>,
}

/// Why a call failed. Quotes nothing that was scanned; may quote rules.
#[derive(Debug)]
pub struct Failure {
    pub(crate) status: Status,
    pub(crate) message: String,
}

/// What a classifier is made with.
pub(crate) struct Wanted<'a> {
    pub(crate) labels: u32,
    pub(crate) min_confidence: u32,
    pub(crate) key: Option<[u8; 32]>,
    pub(crate) rules: Vec<&'a [u8]>,
}

/// A file as bytes.
pub(crate) struct Source<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) name: &'a [u8],
    pub(crate) media_type: &'a [u8],
    pub(crate) timeout_ms: u32,
}

impl Failure {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = match error {
            Error::NoRandomness => Status::NoRandomness,
            _ => Status::BadRule,
        };
        Self::new(status, error.to_string())
    }
}

/// Runs `work`; a panic in it, which is a bug, becomes a failure that quotes nothing.
pub(crate) fn caught<R>(work: impl FnOnce() -> Result<R, Failure>) -> Result<R, Failure> {
    static QUIET: Once = Once::new();
    // The message of a panic may quote what was being read. In a shared library the hook is that of this
    // library alone.
    QUIET.call_once(|| panic::set_hook(Box::new(|_| ())));
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Failure::new(
            Status::Internal,
            "the library failed, which is a bug; nothing was scanned",
        ))
    })
}

impl Classifier {
    pub(crate) fn new(wanted: &Wanted<'_>) -> Result<Self, Failure> {
        let mut builder = dosimeter::Classifier::builder();
        if wanted.labels != 0 {
            let labels = view::labels(wanted.labels).ok_or_else(|| {
                Failure::new(Status::BadArgument, "labels: a bit is set that is no label")
            })?;
            builder = builder.labels(labels);
        }
        builder = builder.min_confidence(match wanted.min_confidence {
            0 | 2 => Confidence::Medium,
            1 => Confidence::Low,
            3 => Confidence::High,
            _ => return Err(Failure::new(Status::BadArgument, "min_confidence: no such level")),
        });
        if !wanted.rules.is_empty() {
            builder = builder.rules(with_rules(&wanted.rules)?);
        }
        if let Some(key) = wanted.key {
            builder = builder.key(FingerprintKey::from_bytes(key));
        }
        Ok(Self { scanner: Scanner::new(builder.build()?) })
    }

    pub(crate) fn scan(&self, text: &[u8]) -> Result<Verdict, Failure> {
        let text = str::from_utf8(text).map_err(|error| {
            let place = error.valid_up_to();
            Failure::new(Status::NotUtf8, format!("text: not UTF-8 from byte {place} on"))
        })?;
        let labelled = self.scanner.with_scratch(|scratch| {
            let mut scan = self.scanner.classifier().resource(scratch, Identity::default());
            scan.segment(text, &Locator::default());
            scan.finish()
        });
        Ok(Verdict::new(&labelled))
    }

    pub(crate) fn scan_file(&self, source: &Source<'_>) -> Verdict {
        let said = |bytes| str::from_utf8(bytes).ok().filter(|text| !text.is_empty());
        let hint = Hint { name: said(source.name), media_type: said(source.media_type) };
        let mut budget = Budget::default();
        if source.timeout_ms > 0 {
            let limit = Duration::from_millis(source.timeout_ms.into());
            let start = Instant::now();
            budget = budget.with_deadline(move || start.elapsed() > limit);
        }
        let read = extract(&Content::from(source.data.to_vec()), hint, &budget);
        let labelled = self.scanner.with_scratch(|scratch| {
            let mut scan = self.scanner.classifier().resource(scratch, Identity::default());
            for segment in read.segments {
                scan.segment(segment.text.expose(), &segment.locator);
            }
            read.gaps.into_iter().for_each(|gap| scan.gap(gap));
            scan.finish()
        });
        Verdict::new(&labelled)
    }
}

fn with_rules(sources: &[&[u8]]) -> Result<RuleSet, Failure> {
    let mut rules = RuleSet::built_in();
    for (index, source) in sources.iter().enumerate() {
        let name = format!("rules[{index}]");
        let source = str::from_utf8(source)
            .map_err(|_| Failure::new(Status::BadRule, format!("{name}: not UTF-8")))?;
        rules.add_toml(&name, source)?;
    }
    Ok(rules)
}

impl Verdict {
    fn new(labelled: &Labelled) -> Self {
        let mut verdict = Self {
            findings: Vec::with_capacity(labelled.findings.len()),
            gaps: Vec::new(),
            labels: view::bits(labelled.labels.by_label().keys().copied().collect()),
            coverage: labelled.labels.coverage().state().into(),
            texts: Vec::new(),
            reasons: Vec::new(),
        };
        for finding in &labelled.findings {
            let finding = verdict.finding(finding);
            verdict.findings.push(finding);
        }
        for gap in labelled.labels.coverage().gaps() {
            let reason = Text::of(gap.reason.name());
            let locator = verdict.keep(gap.locator.to_string());
            verdict.gaps.push(Gap { reason, locator });
        }
        verdict
    }

    fn finding(&mut self, finding: &dosimeter::Finding) -> Finding {
        let reasons: Box<[Text]> =
            finding.reasons().iter().map(|reason| self.keep(reason.to_string())).collect();
        let view = Finding {
            rule: self.keep(finding.rule().to_string()),
            masked: self.keep(finding.redacted().value().to_owned()),
            redacted: self.keep(finding.redacted().snippet().to_owned()),
            fingerprint: self.keep(finding.fingerprint().to_string()),
            locator: self.keep(finding.locator().to_string()),
            reasons: reasons.as_ptr(),
            reasons_len: reasons.len(),
            start: finding.span().start,
            end: finding.span().end,
            labels: view::bits(finding.labels()),
            severity: finding.severity().into(),
            confidence: finding.confidence().into(),
        };
        self.reasons.push(reasons);
        view
    }

    /// Keeps a text as long as this lives, at a place that does not change.
    fn keep(&mut self, text: String) -> Text {
        let text = text.into_boxed_str();
        let place = Text::of(&text);
        self.texts.push(text);
        place
    }
}
