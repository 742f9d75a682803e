//! The judgement: what is in a prompt, and what the policy says of it.
//!
//! Before an answer only what may be denied is looked for, and only in messages that are new; the rest
//! is found afterwards, for the record.

use std::time::Instant;

use dosimeter_classifier::{Classifier, Error, RuleSet};
use dosimeter_policy::{Context, Item, Policy};
use dosimeter_record::{
    Confidence, Coverage, CoverageState, Fingerprint, FingerprintKey, GapReason, LabelSet, Resource,
};

use crate::{
    envelope::{Envelope, Malformed},
    heard::Heard,
    memory::{Beginning, Memory},
    scope::{Names, Scope},
    transcript::{Scanned, Scanner, message_resource},
};

/// New text up to this length is scanned once, for everything: a second scan would cost more than it
/// saves.
const ONCE_BYTES: usize = 64 << 10;

/// A beginning is hashed anew when this share of it is new.
const NEW_SHARE: usize = 16;

/// Rules and policy, made ready.
pub(crate) struct Judge {
    pub(crate) policy: Policy,
    /// Looks for what may be denied; without one, that is everything.
    gate: Option<Scanner>,
    full: Scanner,
    key: FingerprintKey,
}

/// What is in a prompt.
pub(crate) struct Look {
    /// What was found in all messages, also before.
    pub(crate) items: Vec<Item>,
    pub(crate) messages: u64,
    pub(crate) new: Vec<New>,
    pub(crate) bytes_new: u64,
    /// Whether time was up before all of it was looked at.
    pub(crate) out_of_time: bool,
    /// How many bytes of messages were known as a whole.
    pub(crate) bytes_begun: usize,
    /// How many of the items are of messages before the last one, if that was looked at.
    pub(crate) items_before: Option<usize>,
}

/// A message that was not seen before.
pub(crate) struct New {
    /// Its place in the transcript.
    index: usize,
    name: Fingerprint,
    /// What may be denied, if there was time to look for it.
    items: Option<Vec<Item>>,
    /// If everything was looked for at once.
    scanned: Option<Scanned>,
}

/// A message after everything was looked for.
pub(crate) struct Judged {
    pub(crate) scanned: Scanned,
    /// What is to be remembered, if all of it was looked at.
    pub(crate) known: Option<(Fingerprint, Vec<Item>)>,
}

impl Judge {
    /// # Errors
    ///
    /// If the rules cannot be used.
    pub(crate) fn new(policy: Policy, rules: RuleSet, key: &FingerprintKey) -> Result<Self, Error> {
        let builder = Classifier::builder().rules(rules).key(key.clone());
        let full = builder.min_confidence(Confidence::Medium).build()?;
        let deniable = policy.deniable();
        let gate = (deniable != LabelSet::all()).then(|| full.restricted(deniable.iter()));
        Ok(Self {
            policy,
            gate: gate.map(Scanner::new),
            full: Scanner::new(full),
            key: key.clone(),
        })
    }

    pub(crate) fn ruleset(&self) -> &str {
        self.full.classifier.ruleset()
    }

    /// The title of a rule or combination.
    pub(crate) fn title(&self, id: &str) -> Option<String> {
        self.full.classifier.rules().title(id).map(str::to_owned)
    }

    /// Looks for what may be denied. O(length of what is new), and a hash over the rest. Remembers
    /// nothing: what follows may still fail.
    pub(crate) fn look(
        &self,
        envelope: &Envelope<'_>,
        scope: &Scope<'_>,
        (memory, deadline): (&Memory, Instant),
    ) -> Result<Look, Malformed> {
        let names = Names::new(&self.key, scope);
        let begun = memory.beginning(envelope, &names);
        let judged = begun.as_ref().map_or(0, |beginning| beginning.messages);
        let rest = || envelope.messages.iter().skip(judged);
        let named: Vec<_> = rest().map(|raw| names.of(raw.get())).collect();
        let known: Vec<_> = named.iter().map(|name| memory.recall(*name)).collect();
        let unknown = || rest().zip(&known).filter(|(_, known)| known.is_none());
        let bytes_new =
            unknown().fold(0, |sum: usize, (raw, _)| sum.saturating_add(raw.get().len()));
        let gate = self.gate.as_ref().filter(|_| bytes_new > ONCE_BYTES);
        let mut look = Look {
            items: Vec::new(),
            messages: envelope.messages.len() as u64,
            new: Vec::new(),
            bytes_new: bytes_new as u64,
            out_of_time: false,
            bytes_begun: begun.as_ref().map_or(0, |beginning| beginning.bytes),
            items_before: None,
        };
        let begun = begun.and_then(|beginning| beginning.items);
        look.items.extend(begun.iter().flat_map(|items| items.iter().cloned()));
        for (index, ((raw, name), known)) in (judged..).zip(rest().zip(named).zip(known)) {
            look.items_before = Some(look.items.len());
            if let Some(items) = known {
                look.items.extend(items.iter().flat_map(|items| items.iter().cloned()));
                continue;
            }
            let heard = Heard::of(raw)?;
            let (about, _) = heard.about(about(name, envelope, scope));
            let scanned = gate.unwrap_or(&self.full).scan(about, heard, deadline);
            let items = items(&scanned);
            look.items.extend(items.iter().cloned());
            look.out_of_time |= scanned.out_of_time;
            let items = (!scanned.out_of_time).then_some(items);
            let scanned = (gate.is_none() && items.is_some()).then_some(scanned);
            look.new.push(New { index, name, items, scanned });
        }
        Ok(look)
    }

    /// Keeps a conversation as judged, if all of it was and much of it is new: what little is added is
    /// known by its messages. Without its last message, which a person may change and send again.
    pub(crate) fn begin(
        &self,
        envelope: &Envelope<'_>,
        scope: &Scope<'_>,
        (memory, bytes_begun, items): (&Memory, usize, Vec<Item>),
    ) {
        let messages = envelope.messages.len().saturating_sub(1);
        let Some(said) = envelope.beginning(messages) else { return };
        let (bytes, new) = (said.len(), said.len().saturating_sub(bytes_begun));
        if new <= bytes / NEW_SHARE {
            return;
        }
        let names = Names::new(&self.key, scope);
        let items = (!items.is_empty()).then(|| items.into());
        memory.begin(names.talk(), Beginning { messages, bytes, name: names.of(said), items });
    }

    /// Everything that is in a new message, for the record: what was looked for at once, or what is
    /// looked for now, as what time did not suffice for before the answer.
    pub(crate) fn rest(
        &self,
        envelope: &Envelope<'_>,
        scope: &Scope<'_>,
        (new, deadline): (New, Instant),
    ) -> Option<Judged> {
        let New { index, name, items: found, scanned } = new;
        let scanned = if let Some(scanned) = scanned {
            scanned
        } else {
            let heard = Heard::of(envelope.messages.get(index)?).ok()?;
            let (about, _) = heard.about(about(name, envelope, scope));
            self.full.scan(about, heard, deadline)
        };
        let known =
            (!scanned.out_of_time).then(|| (name, found.unwrap_or_else(|| items(&scanned))));
        Some(Judged { scanned, known })
    }
}

impl Look {
    /// How much was looked at.
    pub(crate) fn coverage(&self) -> CoverageState {
        let gaps = self.out_of_time.then(|| dosimeter_record::Gap::whole(GapReason::Deadline));
        Coverage::new(self.messages, gaps.into_iter().collect()).state()
    }
}

/// The context that a policy sees.
pub(crate) fn context<'a>(envelope: &'a Envelope<'_>) -> Context<'a> {
    Context {
        user_id: envelope.user_id(),
        user_email: envelope.user_email(),
        application: envelope.application(),
    }
}

fn items(scanned: &Scanned) -> Vec<Item> {
    let findings = scanned.labelled.findings.iter();
    findings.map(|finding| Item::of(finding, &scanned.resource)).collect()
}

fn about(name: Fingerprint, envelope: &Envelope<'_>, scope: &Scope<'_>) -> Resource {
    let owned = |name: Option<&str>| name.map(str::to_owned);
    Resource {
        parent: owned(envelope.session_id.as_deref()),
        organization: Some(scope.tenant.to_owned()),
        user_id: owned(envelope.user_id()),
        user_email: owned(envelope.user_email()),
        model: owned(envelope.model.as_deref()),
        surface: owned(envelope.application()),
        ..message_resource(name.to_string())
    }
}
