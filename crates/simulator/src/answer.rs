//! What each endpoint answers, and how things are written as JSON.

pub(crate) mod access;
pub(crate) mod activities;
pub(crate) mod artifacts;
pub(crate) mod chats;
pub(crate) mod deletes;
pub(crate) mod directory;
pub(crate) mod files;
pub(crate) mod messages;
pub(crate) mod projects;
pub(crate) mod published;
pub(crate) mod sessions;

use std::fmt::Write as _;

use bytes::Bytes;
use md5::{Digest, Md5};
use serde_json::{Value, json};

use crate::{
    Behaviour, File, Key as ApiKey, User,
    page::{self, Begin, Key, Order},
    query::Query,
    refusal::Refusal,
    state::{State, at},
    time::{Shape, hash},
};

/// A request that has passed everything up to its resource.
pub(crate) struct Input {
    /// The id in the path, if there is one.
    pub(crate) id: String,
    /// All ids in the path.
    pub(crate) ids: Vec<String>,
    pub(crate) query: Query,
    pub(crate) key: ApiKey,
}

/// An answer that is no refusal.
pub(crate) enum Answer {
    Json(Value),
    Text(String),
    File { bytes: Bytes, media_type: String, name: String },
}

pub(crate) type Outcome = Result<Answer, Refusal>;

impl Input {
    /// Whether something of this organization is asked for and covered by the key.
    fn wants_organization(&self, uuid: &str) -> bool {
        let wanted = self.query.list("organization_ids[]");
        let named = |wanted: &String| wanted == uuid || *wanted == organization_id(uuid);
        self.key.covers(uuid) && (wanted.is_empty() || wanted.iter().any(named))
    }

    /// Refuses a filter that names an organization out of the key's reach.
    fn check_organizations(&self, state: &State) -> Result<(), Refusal> {
        let known = |wanted: &String| {
            state.organizations.iter().any(|organization| {
                self.key.covers(&organization.uuid)
                    && (*wanted == organization.uuid
                        || *wanted == organization_id(&organization.uuid))
            })
        };
        if self.query.list("organization_ids[]").iter().all(known) {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "Cannot query compliance data for organizations outside this API key's scope",
        ))
    }
}

/// The older id of an organization.
fn organization_id(uuid: &str) -> String {
    format!("org_{:016x}", hash(uuid))
}

/// Writes a time in the shape that belongs to `id`.
fn written(behaviour: &Behaviour, id: &str, time: &str) -> String {
    let shape = if behaviour.vary { Shape::of(id) } else { Shape::Short };
    shape.write(at(time))
}

/// Adds what a later version of the API could add.
fn grown(behaviour: &Behaviour, mut value: Value) -> Value {
    if let (true, Some(object)) = (behaviour.vary, value.as_object_mut()) {
        object.insert("added_later".to_owned(), json!({"any": ["thing", 1, null]}));
    }
    value
}

/// Writes an array, which is `null` or absent when it is empty: always the same for the same id.
fn put_list(behaviour: &Behaviour, object: &mut Value, id: &str, name: &str, list: Vec<Value>) {
    let Some(object) = object.as_object_mut() else { return };
    let written = match hash(id) % 3 {
        _ if !list.is_empty() => Value::Array(list),
        0 if behaviour.vary => return,
        1 if behaviour.vary => Value::Array(list),
        _ => Value::Null,
    };
    object.insert(name.to_owned(), written);
}

fn owner(user: Option<&User>) -> Value {
    user.map_or(Value::Null, |user| json!({"id": user.id, "email_address": user.email}))
}

/// A file as lists and metadata show it.
fn file(behaviour: &Behaviour, file: &File) -> Value {
    let listed = !file.unlisted;
    grown(
        behaviour,
        json!({
            "id": file.id,
            "filename": file.filename,
            "mime_type": file.mime_type,
            "size_bytes": listed.then_some(file.bytes.0.len()),
            "md5": listed.then(|| md5(&file.bytes.0)),
            "created_at": written(behaviour, &file.id, &file.created_at),
        }),
    )
}

/// MD5 in lower-case hexadecimal.
fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// A page of a list that uses page tokens.
fn token_page<T>(
    input: &Input,
    items: Vec<(Key, T)>,
    order: Order,
    default_limit: usize,
    prefix: &str,
) -> Result<(Vec<T>, Option<String>), Refusal> {
    let begin = match input.query.text("page") {
        None => Begin::Start,
        Some(token) => {
            let key = token.strip_prefix(prefix).and_then(page::decode);
            Begin::After(key.ok_or_else(|| {
                Refusal::bad_request("The page parameter is not a valid cursor for this request.")
            })?)
        }
    };
    let page = page::page(items, order, &begin, input.query.limit(default_limit));
    let last = page.items.last().map(|(key, _)| format!("{prefix}{}", page::encode(key)));
    Ok((page.items.into_iter().map(|(_, item)| item).collect(), last.filter(|_| page.has_more)))
}

fn envelope((data, next): (Vec<Value>, Option<String>)) -> Answer {
    Answer::Json(json!({"data": data, "has_more": next.is_some(), "next_page": next}))
}
