//! The fourth stage: from text to findings. Nothing behind it can name the text.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use dosimeter_classifier::{Classifier, Scratch};
use dosimeter_content::Expose;
use dosimeter_policy::Policy;
use dosimeter_record::{
    Coverage, Evidence, FingerprintKey, Gap, GapReason, Identity, Involved, Labelled, Labels,
    Resource, ResourceKind,
};
use dosimeter_store::{Known, Outcome, ResourceCommit};
use jiff::Timestamp;

use crate::{Config, extract::Segments, files::FileLimits, rescan::Applied};

/// The classifier with the memory of its scans.
#[derive(Clone)]
pub(crate) struct Scanner {
    classifier: Classifier,
    /// The rules, and how they are applied: whatever changes what is found.
    ruleset: Arc<str>,
    /// How they are applied.
    settings: Arc<str>,
    /// What of files is read.
    files: FileLimits,
    /// What is not kept, and the moment at which exceptions hold or do not.
    policy: Option<(Arc<Policy>, Timestamp)>,
    /// Idle scratch memory, at most as much as there were scans at once.
    scratches: Arc<Mutex<Vec<Scratch>>>,
}

/// One resource after its scan, or the reason why there was none.
pub(crate) struct Scanned {
    pub(crate) resource: Resource,
    pub(crate) outcome: Outcome,
    /// What it contributes to the label of its chat. For what was not scanned this time: as far as
    /// it is known.
    pub(crate) contribution: Option<Labelled>,
    /// What of it was not scanned, to be counted.
    pub(crate) gaps: Vec<GapReason>,
    pub(crate) text_bytes: u64,
}

impl Scanner {
    pub(crate) fn new(
        classifier: Classifier,
        config: &Config,
        policy: Option<&(Arc<Policy>, Arc<str>)>,
        now: Timestamp,
    ) -> Self {
        let mut settings = config.min_confidence.to_string();
        if let Some((policy, text)) = policy {
            // An exception that ended is another policy.
            settings = format!("{settings} {} {text}", policy.expired(now).count());
        }
        let settings = short("settings", &settings);
        let labels: Vec<&str> = config.labels.iter().map(|label| label.name()).collect();
        // Another program may read files and text in another way.
        let files = FileLimits::of(config);
        let applied = format!("{PROGRAM} {settings} {} {files}", labels.join(","));
        let applied = short("applied", &applied);
        let ruleset = format!("{}-{applied}", classifier.ruleset()).into();
        let policy = policy.map(|(policy, _)| (Arc::clone(policy), now));
        let (settings, scratches) = (settings.into(), Arc::default());
        Self { classifier, ruleset, settings, files, policy, scratches }
    }

    pub(crate) fn ruleset(&self) -> &str {
        &self.ruleset
    }

    /// What decides the outcome of a scan.
    pub(crate) fn applied(&self) -> Applied {
        Applied {
            program: PROGRAM.to_owned(),
            settings: self.settings.to_string(),
            files: Some(self.files.clone()),
            rules: self.classifier.manifest(),
        }
    }

    pub(crate) fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// A verdict without what the policy allows.
    pub(crate) fn judged(&self, labelled: Labelled, resource: &Resource) -> Labelled {
        match &self.policy {
            Some((policy, now)) => policy.apply(labelled, resource, *now).0,
            None => labelled,
        }
    }

    fn take(&self) -> Scratch {
        let idle = self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.classifier.scratch())
    }

    fn put_back(&self, scratch: Scratch) {
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}

const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// A short name. No secret, so the key is fixed.
fn short(what: &str, text: &str) -> String {
    FingerprintKey::from_bytes([0; 32]).digest(what, text.as_bytes()).to_string()
}

/// Scans every segment of a resource; its text is wiped on return.
pub(crate) fn scan(scanner: &Scanner, tenant: &str, segments: Segments) -> Scanned {
    let Segments { resource, place, texts, gaps, source_digest, lease } = segments;
    let mut scratch = scanner.take();
    let mut text_bytes = 0_u64;
    let labelled = {
        let identity = Identity { tenant, resource: &place.resource, part: &place.part };
        let mut scan = scanner.classifier.resource(&mut scratch, identity);
        for segment in &texts {
            scan.segment(segment.text.expose(), &segment.locator);
            text_bytes = text_bytes.saturating_add(segment.text.len() as u64);
        }
        for gap in gaps {
            scan.gap(gap);
        }
        scanner.judged(named(scan.finish(), scanner.ruleset()), &resource)
    };
    scanner.put_back(scratch);
    drop((texts, lease));
    Scanned::labelled(resource, labelled, source_digest, text_bytes)
}

/// The same verdict, under the name of the rules as they are applied.
fn named(mut labelled: Labelled, ruleset: &str) -> Labelled {
    let labels = labelled.labels;
    labelled.labels = Labels::new(labels.by_label().clone(), labels.coverage().clone(), ruleset);
    labelled
}

impl Scanned {
    /// What was scanned. A file whose verdict depends on time is not taken for unchanged later.
    fn labelled(
        resource: Resource,
        mut labelled: Labelled,
        source_digest: Option<String>,
        text_bytes: u64,
    ) -> Self {
        let gaps = reasons(&labelled);
        if can_be_unchanged(resource.kind) {
            // So that it makes no difference whether a later run reads the file or its evidence.
            let evidence = std::mem::take(&mut labelled.evidence);
            labelled.evidence = evidence.into_iter().map(Evidence::tagged).collect();
        }
        let outcome = if gaps.contains(&GapReason::Deadline) {
            // Another scan of the same bytes may have had, or will have, the time.
            Outcome::CutShort { labelled }
        } else {
            Outcome::Scanned { labelled, source_digest }
        };
        Self { resource, outcome, contribution: None, gaps, text_bytes }
    }

    /// What need not be read again.
    pub(crate) fn unchanged(resource: Resource, known: Known) -> Self {
        let Known { ruleset, evidence, coverage, source_digest: _ } = known;
        let labels = Labels::new(BTreeMap::new(), coverage, ruleset);
        let involved = Involved::default();
        let known = Labelled { labels, findings: Vec::new(), evidence, involved };
        let gaps = reasons(&known);
        let contribution = Some(known);
        Self { resource, outcome: Outcome::Unchanged, contribution, gaps, text_bytes: 0 }
    }

    /// What nobody can read.
    pub(crate) fn unread(resource: Resource, reason: GapReason, ruleset: &str) -> Self {
        Self::labelled(resource, nothing(vec![Gap::whole(reason)], ruleset), None, 0)
    }

    /// What could not be read this time.
    pub(crate) fn failed(resource: Resource, reason: GapReason, ruleset: &str) -> Self {
        let gap = Gap::whole(reason);
        let contribution = Some(nothing(vec![gap.clone()], ruleset));
        let outcome = Outcome::Failed { gap, ruleset: ruleset.to_owned() };
        Self { resource, outcome, contribution, gaps: vec![reason], text_bytes: 0 }
    }

    /// Whether the next run has to try again.
    pub(crate) fn is_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed { .. })
    }

    /// Whether it costs a request of its own to read.
    pub(crate) fn is_download(&self) -> bool {
        matches!(
            self.resource.kind,
            ResourceKind::File
                | ResourceKind::GeneratedFile
                | ResourceKind::Artifact
                | ResourceKind::ProjectFile
                | ResourceKind::ProjectDocument
                | ResourceKind::CodeArtifact
        )
    }

    /// What it contributes to the label of its chat.
    pub(crate) fn contribution(&self) -> Option<&Labelled> {
        match &self.outcome {
            Outcome::Scanned { labelled, .. } | Outcome::CutShort { labelled } => Some(labelled),
            _ => self.contribution.as_ref(),
        }
    }
}

impl From<Scanned> for ResourceCommit {
    fn from(scanned: Scanned) -> Self {
        Self { resource: scanned.resource, outcome: scanned.outcome }
    }
}

/// Whether a resource of this kind is ever skipped because its listing says that it is as before.
fn can_be_unchanged(kind: ResourceKind) -> bool {
    !matches!(kind, ResourceKind::Chat | ResourceKind::Project)
}

/// The verdict on what was not read: no labels, and with a gap no claim to be clean.
fn nothing(gaps: Vec<Gap>, ruleset: &str) -> Labelled {
    let labels = Labels::new(BTreeMap::new(), Coverage::new(0, gaps), ruleset);
    Labelled { labels, findings: Vec::new(), evidence: Vec::new(), involved: Involved::default() }
}

fn reasons(labelled: &Labelled) -> Vec<GapReason> {
    labelled.labels.coverage().gaps().iter().map(|gap| gap.reason).collect()
}
