//! Transcripts of sessions, on users' machines and in the cloud. Read only.
//!
//! These lists have no `has_more`: a walk ends where there is no `next_page`. In varied answers a page
//! is shorter than its limit although more follows.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{
    Answer, Input, Outcome, grown,
    messages::{Caps, block_json},
    written,
};
use crate::{
    Block, Message, Session,
    page::{self, Begin, Key, Order},
    query::{OPERATORS, Param},
    refusal::Refusal,
    state::{State, at},
};

pub(crate) const LOCAL_PARAMS: &[Param] = &[
    Param::Limit(500),
    Param::Text("page"),
    Param::Range("created_at", &["gte", "lt"]),
    Param::Range("updated_at", &["gte"]),
];

pub(crate) const REMOTE_PARAMS: &[Param] = &[
    Param::Limit(500),
    Param::Text("page"),
    Param::List("organization_ids[]", 500),
    Param::List("user_ids[]", 10),
    Param::Range("created_at", OPERATORS),
];

pub(crate) const MESSAGE_PARAMS: &[Param] = &[
    Param::Limit(1_000),
    Param::Text("page"),
    Param::Word("order", &["asc", "desc"]),
    Param::Number("tool_use_input_max_bytes", -1),
    Param::Number("tool_result_max_bytes", -1),
];

/// A token of a transcript: for one session, one order, and a day.
#[derive(Serialize, Deserialize)]
struct Token {
    session: String,
    order: String,
    after: usize,
    begun: Timestamp,
}

/// `GET …/sessions/local`
pub(crate) fn local(state: &mut State, input: &Input) -> Outcome {
    let bound = |name: &str| input.query.text(name).and_then(crate::time::parse);
    if let (Some(from), Some(to)) = (bound("created_at.gte"), bound("created_at.lt"))
        && to <= from
    {
        return Err(Refusal::bad_request("created_at.lt must be after created_at.gte"));
    }
    list(state, input, &state.local_sessions.values().collect::<Vec<_>>(), local_json)
}

/// `GET …/sessions/remote`
pub(crate) fn remote(state: &mut State, input: &Input) -> Outcome {
    input.check_organizations(state)?;
    list(state, input, &state.remote_sessions.values().collect::<Vec<_>>(), remote_json)
}

/// `GET …/sessions/local/{id}`
pub(crate) fn local_session(state: &mut State, input: &Input) -> Outcome {
    find_local(state, input).map(|session| Answer::Json(local_json(state, session, true)))
}

/// `GET …/sessions/local/{id}/messages`
pub(crate) fn local_messages(state: &mut State, input: &Input) -> Outcome {
    let session = find_local(state, input)?;
    transcript(state, input, session, local_json, local_message)
}

/// `GET …/sessions/remote/{id}/messages`
pub(crate) fn remote_messages(state: &mut State, input: &Input) -> Outcome {
    let session = state
        .remote_sessions
        .get(&input.id)
        .filter(|session| input.key.covers(&session.organization))
        .ok_or_else(|| Refusal::not_found("Remote session not found."))?;
    transcript(state, input, session, remote_json, remote_message)
}

fn find_local<'a>(state: &'a State, input: &Input) -> Result<&'a Session, Refusal> {
    if !input.id.starts_with("clls_") {
        return Err(Refusal::bad_request("local_session_id: Input is not a valid session id"));
    }
    state
        .local_sessions
        .get(&input.id)
        .filter(|session| input.key.covers(&session.organization))
        .ok_or_else(|| Refusal::not_found("Local session not found."))
}

/// How a session is written; the flag says whether with its user's address.
type SessionJson = fn(&State, &Session, bool) -> Value;

fn list(state: &State, input: &Input, sessions: &[&Session], json: SessionJson) -> Outcome {
    let query = &input.query;
    let items = sessions
        .iter()
        .filter(|session| input.wants_organization(&session.organization))
        .filter(|session| query.wants("user_ids[]", &session.user))
        .filter(|session| query.in_range("created_at", at(&session.created_at)))
        .filter(|session| query.in_range("updated_at", at(&session.updated_at)))
        .map(|session| (Key { k: at(&session.created_at), id: session.id.clone() }, *session))
        .collect();
    let begin = match query.text("page") {
        None => Begin::Start,
        Some(token) => {
            Begin::After(token.strip_prefix("page_").and_then(page::decode).ok_or_else(bad_token)?)
        }
    };
    let page = page::page(items, Order::Descending, &begin, short(state, query.limit(100)));
    let next = page
        .items
        .last()
        .filter(|_| page.has_more)
        .map(|(key, _)| format!("page_{}", page::encode(key)));
    let data = page.items.iter().map(|(_, session)| json(state, session, true)).collect();
    Ok(envelope(state, data, next, None))
}

fn transcript(
    state: &State,
    input: &Input,
    session: &Session,
    session_json: SessionJson,
    message_json: fn(&State, &Session, &Message, &Caps) -> Value,
) -> Outcome {
    let query = &input.query;
    let caps = Caps {
        input: cap(input, "tool_use_input_max_bytes")?,
        result: cap(input, "tool_result_max_bytes")?,
    };
    let order = query.text("order").unwrap_or("asc");
    let now = state.clock.now();
    let token = match query.text("page") {
        None => None,
        Some(token) => Some(read_token(token, session, order, now)?),
    };
    let begun = token.as_ref().map_or(now, |token| token.begun);
    let begin = token.map_or(Begin::Start, |token| Begin::After(token.after));
    let items = session.messages.iter().enumerate().collect();
    let direction = if order == "desc" { Order::Descending } else { Order::Ascending };
    let page = page::page(items, direction, &begin, short(state, query.limit(100)));
    let next = page.items.last().filter(|_| page.has_more).map(|(after, _)| {
        let token =
            Token { session: session.id.clone(), order: order.to_owned(), after: *after, begun };
        format!("page_{}", page::encode(&token))
    });
    let data = page
        .items
        .iter()
        .map(|(_, message)| message_json(state, session, message, &caps))
        .collect();
    Ok(envelope(state, data, next, Some(session_json(state, session, false))))
}

fn read_token(
    token: &str,
    session: &Session,
    order: &str,
    now: Timestamp,
) -> Result<Token, Refusal> {
    let token: Token = token.strip_prefix("page_").and_then(page::decode).ok_or_else(bad_token)?;
    if token.session != session.id || token.order != order {
        return Err(bad_token());
    }
    if now.duration_since(token.begun) > SignedDuration::from_hours(24) {
        return Err(Refusal::bad_request(
            "The page cursor has expired. Start again from the first page.",
        ));
    }
    Ok(token)
}

fn bad_token() -> Refusal {
    Refusal::bad_request("The page parameter is not a valid cursor for this request.")
}

fn cap(input: &Input, name: &str) -> Result<Option<usize>, Refusal> {
    match input.query.number(name) {
        Some(0) => Err(Refusal::bad_request(format!("{name}: Input should not be 0"))),
        asked => Ok(usize::try_from(asked.unwrap_or(10_000)).ok()),
    }
}

/// A page may be shorter than its limit.
fn short(state: &State, limit: usize) -> usize {
    if state.behaviour.vary { limit.div_ceil(2) } else { limit }
}

fn envelope(
    state: &State,
    data: Vec<Value>,
    next: Option<String>,
    session: Option<Value>,
) -> Answer {
    let mut object = Map::from_iter([("data".to_owned(), data.into())]);
    object.extend(session.map(|session| ("session".to_owned(), session)));
    // At the end of a walk it is `null` or absent.
    if next.is_some() || !state.behaviour.vary {
        object.insert("next_page".to_owned(), next.into());
    }
    Answer::Json(object.into())
}

fn local_json(state: &State, session: &Session, with_address: bool) -> Value {
    let behaviour = &state.behaviour;
    grown(
        behaviour,
        json!({
            "type": "compliance_local_session",
            "id": session.id,
            "organization_uuid": session.organization,
            "workspace_id": null,
            "user": user_json(state, session, with_address),
            "product_surface": session.product_surface,
            "created_at": written(behaviour, &session.id, &session.created_at),
            "updated_at": written(behaviour, &session.id, &session.updated_at),
            "truncated": false,
        }),
    )
}

fn remote_json(state: &State, session: &Session, with_address: bool) -> Value {
    let behaviour = &state.behaviour;
    grown(
        behaviour,
        json!({
            "id": session.id,
            "organization_uuid": session.organization,
            "user": user_json(state, session, with_address),
            "agent_id": null,
            "started_by_user": null,
            "status": "archived",
            "created_at": written(behaviour, &session.id, &session.created_at),
            "updated_at": written(behaviour, &session.id, &session.updated_at),
            "product_surface": session.product_surface,
            "claude_project_id": null,
        }),
    )
}

fn user_json(state: &State, session: &Session, with_address: bool) -> Value {
    let address = state.user(Some(&session.user)).map(|user| &user.email).filter(|_| with_address);
    json!({"id": session.user, "email_address": address})
}

/// A message without content is one that was not captured.
fn local_message(state: &State, _: &Session, message: &Message, caps: &Caps) -> Value {
    let captured = !message.content.is_empty();
    let is_turn = captured && message.role == "assistant";
    grown(
        &state.behaviour,
        json!({
            "type": "compliance_local_session_message",
            "id": message.id,
            "role": message.role,
            "model": is_turn.then_some("claude-x"),
            "created_at": written(&state.behaviour, &message.id, &message.created_at),
            "provenance": (!captured).then(|| json!({"type": "content_unavailable", "reason": "not_captured"})),
            "content": blocks(message, caps),
        }),
    )
}

fn remote_message(state: &State, session: &Session, message: &Message, caps: &Caps) -> Value {
    grown(
        &state.behaviour,
        json!({
            "id": message.id,
            "role": message.role,
            "created_at": written(&state.behaviour, &message.id, &message.created_at),
            "content": blocks(message, caps),
            "sent_by_user_id": (message.role == "user").then_some(&session.user),
            "content_unavailable": message.content.is_empty(),
        }),
    )
}

fn blocks(message: &Message, caps: &Caps) -> Vec<Value> {
    message.content.iter().map(|block| suffixed(block_json(block, caps, false), block)).collect()
}

/// A cut string ends with words that say so.
fn suffixed(mut value: Value, block: &Block) -> Value {
    if value.get("truncated") != Some(&Value::Bool(true)) {
        return value;
    }
    let parts = match block {
        Block::ToolUse { .. } => value.get_mut("input").into_iter().collect::<Vec<_>>(),
        _ => value
            .get_mut("content")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
            .filter_map(|part| part.get_mut("text"))
            .collect(),
    };
    let name =
        if matches!(block, Block::ToolUse { .. }) { "tool_use_input" } else { "tool_result" };
    for part in parts {
        let text = part.as_str().unwrap_or_default();
        *part = format!("{text}…[truncated; pass {name}_max_bytes=-1 for the server max]").into();
    }
    value
}
