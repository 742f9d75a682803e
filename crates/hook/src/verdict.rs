//! From what was found to what is answered, and to what is recorded.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use dosimeter_policy::{Action, Decision, Fallback};
use dosimeter_record::{CoverageState, Label, ResourceKind};
use dosimeter_store::{Commit, Membership, Outcome, ResourceCommit, Verdict, WorkItem, WorkState};
use jiff::Timestamp;

use crate::{
    answer::{Answer, Failure},
    envelope::Envelope,
    judge::{Look, context},
    live::Live,
    scope::Scope,
    transcript::Scanned,
};

/// What is answered, and why that is not what the policy says, if it is not.
pub(crate) struct Ruled {
    pub(crate) answer: Answer,
    because: Option<&'static str>,
}

/// The name of a request in answers: nothing of content or person is in it.
pub(crate) fn reference(live: &Live, request_id: &str) -> String {
    let digest = live.key.digest("reference", request_id.as_bytes()).to_string();
    format!("dsm-{}", digest.get(..24).unwrap_or_default())
}

impl Ruled {
    /// What the policy says of what was found; and if that is not all, what it says of that.
    pub(crate) fn of(live: &Live, look: &Look, decision: &Decision<'_>, reference: &str) -> Self {
        if decision.action() == Action::Deny {
            let reason = decision.message(&look.items, |rule| live.judge.title(rule), reference);
            return Self::deny(live, reason, reference);
        }
        if look.out_of_time {
            return Self::fallback(live, live.judge.policy.on_timeout(), "timeout", reference);
        }
        Self { answer: Answer::Allow, because: None }
    }

    /// What is answered without having looked at everything.
    pub(crate) fn fallback(
        live: &Live,
        fallback: Fallback,
        because: &'static str,
        reference: &str,
    ) -> Self {
        let answer = match fallback {
            _ if live.shadow => Answer::Allow,
            Fallback::Allow => Answer::Allow,
            Fallback::Fail if because == "timeout" => Answer::Fail(Failure::OutOfTime),
            Fallback::Fail => Answer::Fail(Failure::Overloaded),
            Fallback::Deny => Answer::Deny {
                reason: format!(
                    "This prompt was not sent to the model because it could not be checked in \
                     time. Send it again in a moment; if that does not help, shorten it. \
                     Reference: {reference}"
                ),
                reference: reference.to_owned(),
            },
        };
        Self { answer, because: Some(because) }
    }

    fn deny(live: &Live, reason: String, reference: &str) -> Self {
        if live.shadow {
            return Self { answer: Answer::Allow, because: Some("shadow") };
        }
        let answer = Answer::Deny { reason, reference: reference.to_owned() };
        Self { answer, because: None }
    }

    /// Nobody waited for the answer any more.
    pub(crate) fn unheard(self) -> Self {
        Self { because: Some("gone"), ..self }
    }

    /// Time was up, and this was answered instead.
    pub(crate) fn late(answer: Answer) -> Self {
        Self { answer, because: Some("timeout") }
    }

    pub(crate) fn because(&self) -> Option<&'static str> {
        self.because
    }
}

/// When a request came, and under which name.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) request_id: String,
    pub(crate) reference: String,
    pub(crate) at: Timestamp,
    pub(crate) started: Instant,
    /// When the scan stops.
    pub(crate) scan_until: Instant,
}

impl Received {
    pub(crate) fn new(
        live: &Live,
        request_id: &str,
        (started, deadline): (Instant, Duration),
    ) -> Self {
        Self {
            request_id: request_id.to_owned(),
            reference: reference(live, request_id),
            at: Timestamp::now(),
            started,
            scan_until: started + deadline.mul_f32(0.9),
        }
    }
}

/// The verdict on a prompt, for the record.
pub(crate) fn verdict(
    (received, took): (&Received, Duration),
    (envelope, scope): (&Envelope<'_>, &Scope<'_>),
    look: &Look,
    (decision, ruled): (&Decision<'_>, &Ruled),
) -> Verdict {
    let owned = |name: Option<&str>| name.map(str::to_owned);
    let about = context(envelope);
    let denied = matches!(ruled.answer, Answer::Deny { .. });
    Verdict {
        clause: decision.clause().map(|clause| clause.id().to_owned()),
        reference: denied.then(|| received.reference.clone()),
        labels: labels(look).iter().map(|label| label.name().to_owned()).collect(),
        user_id: owned(about.user_id),
        user_email: owned(about.user_email),
        application: owned(about.application),
        session_id: owned(envelope.session_id.as_deref()),
        model: owned(envelope.model.as_deref()),
        coverage: look.coverage().name().to_owned(),
        messages: look.messages,
        messages_new: look.messages_new,
        bytes_new: look.bytes_new,
        ..bare((received, took), scope.tenant, (decision.action().name(), ruled))
    }
}

/// The verdict on a prompt that nobody looked at.
pub(crate) fn unseen(live: &Live, received: &Received, ruled: &Ruled) -> Verdict {
    let timing = (received, received.started.elapsed());
    Verdict {
        coverage: CoverageState::None.name().to_owned(),
        ..bare(timing, &live.tenant, (Action::Allow.name(), ruled))
    }
}

fn bare(
    (received, took): (&Received, Duration),
    tenant: &str,
    (action, ruled): (&str, &Ruled),
) -> Verdict {
    Verdict {
        tenant: tenant.to_owned(),
        request_id: received.request_id.clone(),
        at: received.at.to_string(),
        answer: ruled.answer.name().to_owned(),
        action: action.to_owned(),
        because: ruled.because.map(str::to_owned),
        micros: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        ..Verdict::default()
    }
}

fn labels(look: &Look) -> BTreeSet<Label> {
    look.items.iter().flat_map(|item| item.labels.iter()).collect()
}

/// A message with what is to be kept of it; nothing, if there is nothing.
pub(crate) fn commit(live: &Live, received: &Received, scanned: Scanned) -> Option<Commit> {
    let Scanned { mut resource, labelled, out_of_time } = scanned;
    let (labelled, _) = live.judge.policy.apply(labelled, &resource, received.at);
    if labelled.labels.is_clean() {
        return None;
    }
    resource.created_at = Some(received.at.to_string());
    let outcome = if out_of_time {
        // An earlier scan of the same message may have had the time.
        Outcome::CutShort { labelled }
    } else {
        Outcome::Scanned { labelled, source_digest: None }
    };
    let tenant = resource.organization.clone().unwrap_or_default();
    Some(Commit {
        tenant,
        at: received.at.to_string(),
        // A message never changes: its id follows from its text.
        item: WorkItem::new(ResourceKind::Prompt, resource.id.as_str(), "1"),
        state: WorkState::Done,
        membership: Membership::Complete,
        resources: vec![ResourceCommit { resource, outcome }],
        ruleset: live.judge.ruleset().to_owned(),
        token: None,
        cost: 0,
        retry_after_ms: 0,
        sinks: live.sinks.clone(),
    })
}
