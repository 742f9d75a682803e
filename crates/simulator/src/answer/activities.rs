//! `GET /v1/compliance/activities`: the feed, in both orders and both directions.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Input, Outcome, grown, organization_id, written};
use crate::{
    page::{self, Begin, Key, Order},
    query::{OPERATORS, Param, Query},
    refusal::Refusal,
    state::{Activity, State},
};

pub(crate) const PARAMS: &[Param] = &[
    Param::Limit(5_000),
    Param::Text("after_id"),
    Param::Text("before_id"),
    Param::Word("order", &["asc", "desc"]),
    Param::List("activity_types[]", 1_000),
    Param::List("exclude_activity_types[]", 1_000),
    Param::List("actor_ids[]", 1_000),
    Param::List("user_ids[]", 1_000),
    Param::List("organization_ids[]", 500),
    Param::Range("created_at", OPERATORS),
];

/// A cursor as seen live.
#[derive(Serialize, Deserialize)]
struct Cursor {
    id: String,
    created_at: Timestamp,
}

/// Lists activities that the index shows by now.
pub(crate) fn list(state: &mut State, input: &Input) -> Outcome {
    let query = &input.query;
    check_types(query)?;
    input.check_organizations(state)?;
    let now = state.clock.now().max(state.clock.tick());
    let items = state
        .activities
        .iter()
        .filter(|activity| activity.visible_at <= now && is_wanted(activity, input))
        .map(|activity| (key(activity), activity))
        .collect();
    let begin = match (query.text("after_id"), query.text("before_id")) {
        (Some(cursor), _) => Begin::After(read_cursor(state, cursor)?),
        (None, Some(cursor)) => Begin::Before(read_cursor(state, cursor)?),
        (None, None) => Begin::Start,
    };
    let order =
        if query.text("order") == Some("asc") { Order::Ascending } else { Order::Descending };
    let page = page::page(items, order, &begin, query.limit(100));
    let cursor = |item: Option<&(Key, &Activity)>| {
        item.map(|(key, _)| page::encode(&Cursor { id: key.id.clone(), created_at: key.k }))
    };
    let (first_id, last_id) = (cursor(page.items.first()), cursor(page.items.last()));
    let data: Vec<Value> =
        page.items.iter().map(|(_, activity)| activity_json(state, activity)).collect();
    Ok(Answer::Json(
        json!({"data": data, "has_more": page.has_more, "first_id": first_id, "last_id": last_id}),
    ))
}

fn check_types(query: &Query) -> Result<(), Refusal> {
    let (wanted, unwanted) = ("activity_types[]", "exclude_activity_types[]");
    if !query.list(wanted).is_empty() && !query.list(unwanted).is_empty() {
        return Err(Refusal::bad_request(format!(
            "Cannot specify both '{wanted}' and '{unwanted}'"
        )));
    }
    for name in [wanted, unwanted] {
        for (index, kind) in query.list(name).iter().enumerate() {
            if !TYPES.lines().any(|known| known == kind) {
                let message = format!("{name}.{index}: Input is not one of the permitted values.");
                return Err(Refusal::bad_request(message));
            }
        }
    }
    Ok(())
}

/// An organization's filter keeps what belongs to no organization, as seen live.
fn is_wanted(activity: &Activity, input: &Input) -> bool {
    let query = &input.query;
    let user = activity.actor.get("user_id").and_then(Value::as_str).unwrap_or_default();
    let users = [query.list("actor_ids[]"), query.list("user_ids[]")].concat();
    let excluded = query.list("exclude_activity_types[]");
    query.wants("activity_types[]", activity.kind)
        && !excluded.iter().any(|kind| kind == activity.kind)
        && (users.is_empty() || users.iter().any(|wanted| wanted == user))
        && activity.organization.as_ref().is_none_or(|uuid| input.wants_organization(uuid))
        && query.in_range("created_at", activity.created_at)
}

fn key(activity: &Activity) -> Key {
    Key { k: activity.created_at, id: activity.id.clone() }
}

/// A cursor, or the id of an activity, which the API takes too.
fn read_cursor(state: &State, cursor: &str) -> Result<Key, Refusal> {
    let by_id = || state.activities.iter().find(|activity| activity.id == cursor).map(key);
    page::decode::<Cursor>(cursor)
        .map(|cursor| Key { k: cursor.created_at, id: cursor.id })
        .or_else(by_id)
        .ok_or_else(|| Refusal::bad_request(format!("Invalid activity_id format: '{cursor}'")))
}

fn activity_json(state: &State, activity: &Activity) -> Value {
    let mut value = json!({
        "id": activity.id,
        "created_at": written(&state.behaviour, &activity.id, &activity.created_at.to_string()),
        "organization_id": activity.organization.as_deref().map(organization_id),
        "organization_uuid": activity.organization,
        "actor": activity.actor,
        "type": activity.kind,
    });
    if let Some(object) = value.as_object_mut() {
        object.extend(activity.fields.clone());
    }
    grown(&state.behaviour, value)
}

/// The documented names, one on each line.
const TYPES: &str = include_str!("../../data/activity-types.txt");
