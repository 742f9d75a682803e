//! One request, from its head to its answer: believe, read, judge, answer, record.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dosimeter_content::{Content, ContentBuilder, Expose as _};
use dosimeter_policy::Action;
use http_body_util::BodyExt as _;
use hyper::{HeaderMap, Method, Request, body::Incoming, header};
use jiff::Timestamp;
use tokio::time::timeout_at;
use tracing::debug;

use crate::{
    afterwards::Afterwards,
    answer::{Answer, Failure},
    envelope::{Asked, Envelope},
    judge::{Look, context},
    live::Live,
    recorder::{Record, Slot},
    replay::{self, Answering, Turn},
    room::{Held, Place},
    scope::Scope,
    server::Service,
    signature::{Signed, Unbelieved},
    verdict::{Received, Ruled, commit, unseen, verdict},
};

/// A body that announces to be longer begins with this much room.
const ROOM_BYTES: usize = 2 << 20;

/// Answers a request, in time.
pub(crate) async fn answer(service: &Arc<Service>, request: Request<Incoming>) -> Answer {
    let started = Instant::now();
    let answer = match received(service, request, started).await {
        Ok(answer) => answer,
        Err(failure) => Answer::Fail(failure),
    };
    let name = match &answer {
        Answer::Fail(failure) => failure.parts().1,
        verdict => verdict.name(),
    };
    debug!(answer = name, "Request answered.");
    service.telemetry.answered(name, started.elapsed());
    answer
}

async fn received(
    service: &Arc<Service>,
    request: Request<Incoming>,
    started: Instant,
) -> Result<Answer, Failure> {
    if request.uri().path() != service.limits.path {
        return Err(Failure::NotFound);
    }
    if request.method() != Method::POST {
        return Err(Failure::MethodNotAllowed);
    }
    let (head, body) = request.into_parts();
    let live = service.live();
    let now = u64::try_from(Timestamp::now().as_second()).unwrap_or_default();
    let signed = Signed::of(&head.headers, now);
    // Before the body: what is not believed costs nothing.
    if let Err(why) = signed
        && !(why == Unbelieved::Unsigned && service.connection_test)
    {
        return Err(Failure::Unauthorized(why.name()));
    }
    let deadline = started + service.limits.deadline;
    let (content, room) = read(service, &head.headers, (body, deadline)).await?;
    let Ok(signed) = signed else { return unsigned(&content) };
    live.verifier
        .verify(signed, content.expose())
        .map_err(|why| Failure::Unauthorized(why.name()))?;
    let turn = service.replay.turn(signed.id);
    let received = Received::new(&live, signed.id, (started, service.limits.deadline));
    match turn {
        Turn::First(answering) => {
            let answer = judge(service, live, received, (content, room, &answering)).await;
            Ok(answering.give(&answer).err().unwrap_or(answer))
        }
        Turn::Again(question) => {
            drop((content, room));
            let answered = timeout_at(deadline.into(), replay::wait(question)).await;
            answered.ok().flatten().ok_or(Failure::OutOfTime)
        }
    }
}

/// Before an organisation's first save its connection is tested without a signature.
fn unsigned(content: &Content) -> Result<Answer, Failure> {
    match Envelope::parse(content.expose()) {
        Ok(Asked::Prompt(envelope)) if envelope.application() == Some("config-test") => {
            Ok(Answer::Allow)
        }
        _ => Err(Failure::Unauthorized(Unbelieved::Unsigned.name())),
    }
}

/// Reads a body, if there is room for it and it comes in time.
async fn read(
    service: &Service,
    headers: &HeaderMap,
    (mut body, deadline): (Incoming, Instant),
) -> Result<(Content, Held), Failure> {
    let limit = service.limits.body_bytes_max;
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Failure::TooLarge);
    }
    let mut held = service.room.body().ok_or(Failure::Overloaded)?;
    let mut content = ContentBuilder::with_room(announced.unwrap_or(0).min(ROOM_BYTES), limit);
    let all = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Failure::Malformed)?;
            let Some(data) = frame.data_ref() else { continue };
            // Text with escapes is copied, so that there may be twice as much of it.
            let most = content.len().saturating_add(data.len()).saturating_mul(2);
            if !held.grow(most) {
                return Err(Failure::Overloaded);
            }
            if !content.push(data) {
                return Err(Failure::TooLarge);
            }
        }
        Ok(())
    };
    timeout_at(deadline.into(), all).await.map_err(|_| Failure::TooSlow)??;
    Ok((content.finish(), held))
}

/// Judges a prompt on a thread that may block, and has an answer in time whatever it does.
async fn judge(
    service: &Arc<Service>,
    live: Arc<Live>,
    received: Received,
    (content, room, answering): (Content, Held, &Answering),
) -> Answer {
    let Some(slot) = service.recorder.slot() else {
        // Without a place in the record there is no judgement that could be relied on.
        service.telemetry.partial("unrecordable");
        return Answer::Fail(Failure::Overloaded);
    };
    let deadline = received.started + service.limits.deadline;
    let half = received.started + service.limits.deadline / 2;
    let Some(place) = service.room.place(half.into()).await else {
        return overload(service, &live, &received, slot);
    };
    let question = answering.question();
    let work = Work {
        service: Arc::clone(service),
        live: Arc::clone(&live),
        received: received.clone(),
        slot,
        place,
        answering: answering.clone(),
    };
    let ended = tokio::task::spawn_blocking(move || {
        work.run(&content);
        drop((content, room));
    });
    let answer = async {
        tokio::select! {
            biased;
            answer = replay::wait(question) => answer,
            // It answers before it ends, or it failed.
            _ended = ended => None,
        }
    };
    if let Ok(answer) = timeout_at(deadline.into(), answer).await {
        return answer.unwrap_or(Answer::Fail(Failure::Internal));
    }
    let fallback = live.judge.policy.on_timeout();
    Ruled::fallback(&live, fallback, "timeout", &received.reference).answer
}

fn overload(service: &Service, live: &Live, received: &Received, slot: Slot) -> Answer {
    service.telemetry.partial("overload");
    let fallback = live.judge.policy.on_overload();
    let ruled = Ruled::fallback(live, fallback, "overload", &received.reference);
    slot.send(Record { verdict: unseen(live, received, &ruled), commits: Vec::new() });
    ruled.answer
}

/// What a thread that may block needs to judge one prompt.
struct Work {
    service: Arc<Service>,
    live: Arc<Live>,
    received: Received,
    slot: Slot,
    place: Place,
    answering: Answering,
}

impl Work {
    /// Answers, then records.
    fn run(self, content: &Content) {
        let body = content.expose();
        let envelope = match Envelope::parse(body) {
            Ok(Asked::Prompt(envelope)) => envelope,
            Ok(Asked::Other) => return self.answer_only(&Answer::Allow),
            Err(_) => return self.answer_only(&Answer::Fail(Failure::Malformed)),
        };
        let live = Arc::clone(&self.live);
        let scope = Scope {
            tenant: envelope.tenant_id.as_deref().unwrap_or(&live.tenant),
            session: envelope.session_id.as_deref().unwrap_or_default(),
            user: envelope.user_id().or(envelope.user_email()).unwrap_or_default(),
        };
        let until = self.received.scan_until;
        let Ok(look) = live.judge.look(&envelope, &scope, (&live.memory, until)) else {
            return self.answer_only(&Answer::Fail(Failure::Malformed));
        };
        let now = self.received.at;
        let decision = live.judge.policy.decide(context(&envelope), &look.items, now);
        let ruled = self.answer(Ruled::of(&live, &look, &decision, &self.received.reference));
        let took = self.received.started.elapsed();
        self.record(&envelope, &scope, (look, ruled, took));
    }

    /// Answers, and says what was answered in the end.
    fn answer(&self, ruled: Ruled) -> Ruled {
        let is_awaited = self.answering.is_awaited();
        match self.answering.give(&ruled.answer) {
            Err(earlier) => Ruled::late(earlier),
            Ok(()) if is_awaited => ruled,
            Ok(()) => ruled.unheard(),
        }
    }

    /// Answers without a verdict that could be recorded; too late it is no use to anybody.
    fn answer_only(&self, answer: &Answer) {
        self.answering.give(answer).ok();
    }

    /// Finds what could not be denied, and hands everything to the store. Only then are messages
    /// remembered as judged: whatever ends this earlier, they are new when they come again.
    fn record(
        self,
        envelope: &Envelope<'_>,
        scope: &Scope<'_>,
        (mut look, ruled, took): (Look, Ruled, Duration),
    ) {
        let Self { service, live, received, slot, place, .. } = self;
        let mut afterwards = Afterwards::new(place, service.limits.afterwards);
        let (mut commits, mut known) = (Vec::new(), Vec::new());
        let mut begun =
            look.items.get(..look.items_before.unwrap_or(0)).unwrap_or_default().to_vec();
        let mut is_complete = !look.out_of_time;
        for new in std::mem::take(&mut look.new) {
            let (is_last, passed_over) = (new.is_last(look.messages), new.is_passed_over());
            let by = (&live.memory, &mut afterwards);
            let judged = live.judge.rest(envelope, scope, new, by);
            is_complete &= judged.is_whole;
            look.out_of_time |= passed_over && !judged.is_whole;
            if !is_last {
                begun.extend_from_slice(&judged.late);
            }
            look.items.extend(judged.late);
            known.extend(judged.keep);
            let Some(scanned) = judged.scanned else { continue };
            for (label, summary) in scanned.labelled.labels.by_label() {
                service.telemetry.found(label.name(), summary.count.into());
            }
            commits.extend(commit(&live, &received, scanned));
        }
        // What was found since is in the record of the answer, although the answer knew nothing of it.
        let decision = live.judge.policy.decide(context(envelope), &look.items, received.at);
        let timing = (&received, took);
        let verdict = verdict(timing, (envelope, scope), &look, (&decision, &ruled));
        count(&service, envelope, &look, (decision.action(), &ruled));
        slot.send(Record { verdict, commits });
        for (name, items) in known {
            live.memory.keep(name, items);
        }
        if look.items_before.is_some() && is_complete {
            live.judge.begin(envelope, scope, (&live.memory, look.bytes_begun, begun));
        }
    }
}

fn count(
    service: &Service,
    envelope: &Envelope<'_>,
    look: &Look,
    (action, ruled): (Action, &Ruled),
) {
    service.telemetry.judged(action.name(), envelope.bytes(), look.bytes_new);
    if let Some(because @ ("timeout" | "gone")) = ruled.because() {
        service.telemetry.partial(because);
    }
}
