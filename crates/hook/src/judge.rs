//! The judgement: what is in a prompt, and what the policy says of it.
//!
//! Before an answer only what may be denied is looked for, and only in messages that are new and hold words
//! that the policy denies something in; the rest is found afterwards, for the record.

use std::time::Instant;

use dosimeter_classifier::{Classifier, Error, RuleSet};
use dosimeter_policy::{Context, Item, Policy};
use dosimeter_record::{
    Confidence, Coverage, CoverageState, Fingerprint, FingerprintKey, GapReason, LabelSet,
    Resource, Role,
};

use crate::{
    envelope::{Envelope, Malformed},
    heard::Heard,
    memory::{Beginning, Items, Memory},
    scope::{Names, Scope},
    transcript::{Pace, Scanned, Scanner, message_resource},
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
    pub(crate) messages_new: u64,
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
    seen: Seen,
}

/// What a new message was looked at for, before the answer.
enum Seen {
    /// Nothing: nothing in it could be denied.
    PassedOver,
    /// Not all that may be denied: time was up.
    CutShort,
    /// What may be denied.
    Deniable(Vec<Item>),
    /// Everything.
    All(Box<Scanned>),
}

/// A message after everything was looked for, as far as there was time.
#[derive(Default)]
pub(crate) struct Judged {
    /// What was found; nothing, if somebody else has recorded it by now.
    pub(crate) scanned: Option<Scanned>,
    /// What is to be remembered.
    pub(crate) keep: Option<(Fingerprint, Vec<Item>)>,
    /// What the answer knew nothing of.
    pub(crate) late: Vec<Item>,
    /// Whether all of it was looked at.
    pub(crate) is_whole: bool,
}

/// A message on its way to be looked at.
enum Told<'a> {
    /// It was judged before.
    Known(Items),
    New(Box<Pending<'a>>),
}

struct Pending<'a> {
    index: usize,
    name: Fingerprint,
    heard: Heard<'a>,
    about: Resource,
    may_be_denied: bool,
}

impl Judge {
    /// # Errors
    ///
    /// If the rules cannot be used.
    pub(crate) fn new(policy: Policy, rules: RuleSet, key: &FingerprintKey) -> Result<Self, Error> {
        let builder = Classifier::builder().rules(rules).key(key.clone());
        let full = builder.min_confidence(Confidence::Medium).build()?;
        let deniable = policy.deniable();
        // An answer names kinds, and shows nothing.
        let gate = || full.restricted(deniable.iter()).without_context();
        let gate = (deniable != LabelSet::all()).then(gate);
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
        let mut look = Look {
            items: Vec::new(),
            messages: envelope.messages.len() as u64,
            new: Vec::new(),
            messages_new: 0,
            bytes_new: 0,
            out_of_time: false,
            bytes_begun: begun.as_ref().map_or(0, |beginning| beginning.bytes),
            items_before: None,
        };
        let judged = begun.as_ref().map_or(0, |beginning| beginning.messages);
        look.knows(begun.and_then(|beginning| beginning.items).as_deref());
        let (mut told, mut bytes_due) = (Vec::new(), 0_usize);
        for (index, raw) in envelope.messages.iter().enumerate().skip(judged) {
            let name = names.of(raw.get());
            if let Some(items) = memory.recall(name) {
                told.push(Told::Known(items));
                continue;
            }
            let heard = Heard::of(raw)?;
            let (about, roles) = heard.about(about(name, envelope, scope));
            let may_deny = |role: &Role| self.policy.may_deny(context(envelope), *role);
            let may_be_denied = roles.iter().any(may_deny);
            let bytes = raw.get().len();
            look.bytes_new = look.bytes_new.saturating_add(bytes as u64);
            bytes_due = bytes_due.saturating_add(if may_be_denied { bytes } else { 0 });
            let pending = Pending { index, name, heard, about, may_be_denied };
            told.push(Told::New(Box::new(pending)));
        }
        let gate = self.gate.as_ref().filter(|_| bytes_due > ONCE_BYTES);
        for told in told {
            look.items_before = Some(look.items.len());
            match told {
                Told::Known(items) => look.knows(items.as_deref()),
                Told::New(pending) => self.look_at(*pending, &mut look, (gate, deadline)),
            }
        }
        look.messages_new = look.new.len() as u64;
        Ok(look)
    }

    /// Looks at a new message, if something in it may be denied.
    fn look_at(
        &self,
        pending: Pending<'_>,
        look: &mut Look,
        (gate, mut deadline): (Option<&Scanner>, Instant),
    ) {
        let Pending { index, name, heard, about, may_be_denied } = pending;
        let seen = if may_be_denied {
            let scanned = gate.unwrap_or(&self.full).scan(about, heard, &mut deadline);
            let items = items(&scanned);
            look.knows(Some(&items));
            look.out_of_time |= scanned.out_of_time;
            match gate {
                _ if scanned.out_of_time => Seen::CutShort,
                Some(_) => Seen::Deniable(items),
                None => Seen::All(Box::new(scanned)),
            }
        } else {
            Seen::PassedOver
        };
        look.new.push(New { index, name, seen });
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
        new: New,
        (memory, pace): (&Memory, &mut impl Pace),
    ) -> Judged {
        let passed_over = new.is_passed_over();
        let New { index, name, seen } = new;
        let (scanned, found) = match seen {
            Seen::All(scanned) => (Some(*scanned), None),
            seen => {
                pace.begin();
                // Somebody who asked meanwhile may have been told of it.
                if let Some(items) = memory.recall(name) {
                    let late = items.filter(|_| passed_over);
                    let late = late.map_or_else(Vec::new, |items| items.to_vec());
                    return Judged { late, is_whole: true, ..Judged::default() };
                }
                let mut scanned = || {
                    let heard = Heard::of(envelope.messages.get(index)?).ok()?;
                    let (about, _) = heard.about(about(name, envelope, scope));
                    Some(self.full.scan(about, heard, pace))
                };
                let found = if let Seen::Deniable(found) = seen { Some(found) } else { None };
                (scanned(), found)
            }
        };
        let Some(scanned) = scanned else { return Judged::default() };
        let (items, is_whole) = (items(&scanned), !scanned.out_of_time);
        let late = if passed_over { items.clone() } else { Vec::new() };
        let keep = is_whole.then(|| (name, found.unwrap_or(items)));
        Judged { scanned: Some(scanned), keep, late, is_whole }
    }
}

impl New {
    /// Whether it is the last of so many.
    pub(crate) fn is_last(&self, messages: u64) -> bool {
        (self.index as u64).saturating_add(1) == messages
    }

    /// Whether the answer rests on nothing of it.
    pub(crate) fn is_passed_over(&self) -> bool {
        matches!(self.seen, Seen::PassedOver)
    }
}

impl Look {
    fn knows(&mut self, items: Option<&[Item]>) {
        self.items.extend(items.into_iter().flatten().cloned());
    }

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
