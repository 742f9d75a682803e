//! `GET /v1/compliance/apps/chats`

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Input, Outcome, grown, organization_id, owner, written};
use crate::{
    Chat,
    page::{self, Begin, Key, Order},
    query::{OPERATORS, Param},
    refusal::Refusal,
    state::{State, at},
    time::hash,
};

pub(crate) const PARAMS: &[Param] = &[
    Param::Limit(1_000),
    Param::Text("after_id"),
    Param::Text("before_id"),
    Param::Word("order_by", &["created_at", "updated_at"]),
    Param::List("user_ids[]", 10),
    Param::List("organization_ids[]", 500),
    Param::List("project_ids[]", 500),
    Param::Range("created_at", OPERATORS),
    Param::Range("updated_at", OPERATORS),
];

/// A cursor knows the order that it was made in.
#[derive(Serialize, Deserialize)]
struct Cursor {
    k: Timestamp,
    t: String,
    id: String,
}

/// Lists chats.
pub(crate) fn list(state: &mut State, input: &Input) -> Outcome {
    let query = &input.query;
    let order_by = query.text("order_by").unwrap_or("created_at");
    check_modes(input, order_by)?;
    input.check_organizations(state)?;
    let (created, updated) = (query.range("created_at"), query.range("updated_at"));
    let items = state
        .chats
        .values()
        .filter(|chat| input.wants_organization(&chat.organization))
        .filter(|chat| query.wants("user_ids[]", chat.user.as_deref().unwrap_or_default()))
        .filter(|chat| query.wants("project_ids[]", chat.project.as_deref().unwrap_or_default()))
        // There are many chats, and reading a time takes longer than all the rest.
        .filter(|chat| created.is_open() || created.has(at(&chat.created_at)))
        .filter(|chat| updated.is_open() || updated.has(at(&chat.updated_at)))
        .map(|chat| (key(chat, order_by), chat))
        .collect();
    let begin = match (query.text("after_id"), query.text("before_id")) {
        (Some(cursor), _) => Begin::After(read_cursor(cursor, "after_id", order_by)?),
        (None, Some(cursor)) => Begin::Before(read_cursor(cursor, "before_id", order_by)?),
        (None, None) => Begin::Start,
    };
    let page = page::page(items, Order::Ascending, &begin, query.limit(100));
    let cursor = |item: Option<&(Key, &Chat)>| {
        item.map(|(key, _)| {
            page::encode(&Cursor { k: key.k, t: order_by.to_owned(), id: key.id.clone() })
        })
    };
    let (first_id, last_id) = (cursor(page.items.first()), cursor(page.items.last()));
    let data: Vec<Value> = page.items.iter().map(|(_, chat)| chat_json(state, chat)).collect();
    Ok(Answer::Json(
        json!({"data": data, "has_more": page.has_more, "first_id": first_id, "last_id": last_id}),
    ))
}

/// The two modes, and what each refuses.
fn check_modes(input: &Input, order_by: &str) -> Result<(), Refusal> {
    let query = &input.query;
    let refuse = |message: &str| Err(Refusal::bad_request(message));
    if !query.list("user_ids[]").is_empty() {
        if order_by == "updated_at" {
            return refuse("order_by: 'updated_at' is not supported together with 'user_ids[]'");
        }
        if query.has_range("updated_at") {
            return refuse("updated_at filters are not supported together with 'user_ids[]'");
        }
        return Ok(());
    }
    let other = if order_by == "updated_at" { "created_at" } else { "updated_at" };
    if query.has_range(other) {
        return refuse("time filters must match 'order_by'");
    }
    if !query.list("project_ids[]").is_empty() {
        return refuse("'project_ids[]' requires 'user_ids[]'");
    }
    if query.text("before_id").is_some() {
        return refuse("'before_id' requires 'user_ids[]'");
    }
    Ok(())
}

fn key(chat: &Chat, order_by: &str) -> Key {
    let time = if order_by == "updated_at" { &chat.updated_at } else { &chat.created_at };
    Key { k: at(time), id: chat.id.clone() }
}

fn read_cursor(cursor: &str, name: &str, order_by: &str) -> Result<Key, Refusal> {
    page::decode::<Cursor>(cursor)
        .filter(|cursor| cursor.t == order_by)
        .map(|cursor| Key { k: cursor.k, id: cursor.id })
        .ok_or_else(|| Refusal::bad_request(format!("Invalid pagination cursor for '{name}'")))
}

/// A chat's facts.
pub(super) fn chat_json(state: &State, chat: &Chat) -> Value {
    let behaviour = &state.behaviour;
    let mut value = json!({
        "id": chat.id,
        "name": chat.name,
        "created_at": written(behaviour, &chat.id, &chat.created_at),
        "updated_at": written(behaviour, &chat.id, &chat.updated_at),
        "href": format!("https://claude.ai/chat/{}", chat.id),
        "model": chat.model,
        "organization_uuid": chat.organization,
        "project_id": chat.project,
        "user": owner(state.user(chat.user.as_deref())),
    });
    let deprecated = !behaviour.vary || hash(&chat.id).is_multiple_of(2);
    if let Some(object) = value.as_object_mut() {
        if deprecated {
            object.insert("organization_id".to_owned(), organization_id(&chat.organization).into());
        }
        if !chat.deleted_at.is_empty() {
            object.insert(
                "deleted_at".to_owned(),
                written(behaviour, &chat.id, &chat.deleted_at).into(),
            );
        } else if deprecated {
            object.insert("deleted_at".to_owned(), Value::Null);
        }
    }
    grown(behaviour, value)
}
