//! `GET /v1/compliance/apps/chats/{id}/messages`

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Answer, Input, Outcome, chats::chat_json, file, grown, md5, put_list, written};
use crate::{
    Artifact, Block, File, Message,
    page::{self, Begin, Order},
    query::{OPERATORS, Param},
    refusal::Refusal,
    state::{State, at},
};

pub(crate) const PARAMS: &[Param] = &[
    Param::Limit(1_000),
    Param::Text("after_id"),
    Param::Text("before_id"),
    Param::Word("order", &["asc", "desc"]),
    Param::Range("created_at", OPERATORS),
    Param::Range("updated_at", OPERATORS),
    Param::Number("tool_use_input_max_chars", -1),
    Param::Number("tool_result_max_chars", -1),
];

#[derive(Serialize, Deserialize)]
struct Cursor {
    msg_uuid: String,
}

/// How long tool blocks may be, in characters.
pub(super) struct Caps {
    pub(super) input: Option<usize>,
    pub(super) result: Option<usize>,
}

/// Lists a chat's messages with the chat's facts.
pub(crate) fn list(state: &mut State, input: &Input) -> Outcome {
    let query = &input.query;
    let chat =
        state.chats.get(&input.id).filter(|chat| input.key.covers(&chat.organization)).ok_or_else(
            || Refusal::not_found(format!("Chat conversation not found: '{}'", input.id)),
        )?;
    let position = |name: &str| -> Result<Option<usize>, Refusal> {
        let Some(cursor) = query.text(name) else { return Ok(None) };
        page::decode::<Cursor>(cursor)
            .and_then(|cursor| {
                chat.messages.iter().position(|message| message.id == cursor.msg_uuid)
            })
            .map(Some)
            .ok_or_else(|| Refusal::bad_request(format!("Invalid pagination cursor for '{name}'")))
    };
    let begin = match (position("after_id")?, position("before_id")?) {
        (Some(index), _) => Begin::After(index),
        (None, Some(index)) => Begin::Before(index),
        (None, None) => Begin::Start,
    };
    let items = chat
        .messages
        .iter()
        .enumerate()
        .filter(|(_, message)| query.in_range("created_at", at(&message.created_at)))
        .filter(|(_, message)| query.in_range("updated_at", at(&message.created_at)))
        .collect();
    let order =
        if query.text("order") == Some("desc") { Order::Descending } else { Order::Ascending };
    let page = page::page(items, order, &begin, query.limit(usize::MAX));
    let cursor = |item: Option<&(usize, &Message)>| {
        item.map(|(_, message)| page::encode(&Cursor { msg_uuid: message.id.clone() }))
    };
    let caps = Caps {
        input: cap(query.number("tool_use_input_max_chars")),
        result: cap(query.number("tool_result_max_chars")),
    };
    let messages: Vec<Value> =
        page.items.iter().map(|(_, message)| message_json(state, message, &caps)).collect();
    let mut value = chat_json(state, chat);
    if let Some(object) = value.as_object_mut() {
        object.insert("chat_messages".to_owned(), messages.into());
        object.insert("has_more".to_owned(), page.has_more.into());
        object.insert("first_id".to_owned(), cursor(page.items.first()).into());
        object.insert("last_id".to_owned(), cursor(page.items.last()).into());
    }
    Ok(Answer::Json(value))
}

fn cap(asked: Option<i64>) -> Option<usize> {
    usize::try_from(asked.unwrap_or(10_000)).ok()
}

fn message_json(state: &State, message: &Message, caps: &Caps) -> Value {
    let behaviour = &state.behaviour;
    let blocks: Vec<Value> =
        message.content.iter().map(|block| block_json(block, caps, true)).collect();
    let mut value = grown(
        behaviour,
        json!({
            "id": message.id,
            "role": message.role,
            "created_at": written(behaviour, &message.id, &message.created_at),
            "content": blocks,
        }),
    );
    let files = message.files.iter().map(|item| file(behaviour, item)).collect();
    put_list(behaviour, &mut value, &message.id, "files", files);
    let generated = message.generated_files.iter().map(generated_json).collect();
    put_list(behaviour, &mut value, &message.id, "generated_files", generated);
    let artifacts = message.artifacts.iter().map(artifact_json).collect();
    put_list(behaviour, &mut value, &message.id, "artifacts", artifacts);
    value
}

fn generated_json(file: &File) -> Value {
    let listed = !file.unlisted;
    json!({
        "id": file.id,
        "filename": file.filename,
        "mime_type": file.mime_type,
        "size_bytes": listed.then_some(file.bytes.0.len()),
        "md5": listed.then(|| md5(&file.bytes.0)),
    })
}

fn artifact_json(artifact: &Artifact) -> Value {
    json!({
        "id": artifact.id,
        "version_id": artifact.version_id,
        "title": artifact.title,
        "artifact_type": artifact.artifact_type,
    })
}

/// A block; those of sessions say nothing of connectors.
pub(super) fn block_json(block: &Block, caps: &Caps, connectors: bool) -> Value {
    let mut value = match block {
        Block::Text { text } => {
            json!({"type": "text", "text": text, "truncated": false, "thinking_redacted": false})
        }
        Block::ToolUse { id, name, input } => {
            let (input, truncated) = cut(input, caps.input);
            json!({"type": "tool_use", "id": id, "name": name, "input": input, "truncated": truncated})
        }
        Block::ToolResult { tool_use_id, name, content } => {
            let parts: Vec<_> = content.iter().map(|text| cut(text, caps.result)).collect();
            let truncated = parts.iter().any(|(_, truncated)| *truncated);
            let parts: Vec<Value> =
                parts.into_iter().map(|(text, _)| json!({"type": "text", "text": text})).collect();
            json!({
                "type": "tool_result", "tool_use_id": tool_use_id, "name": name, "is_error": false,
                "truncated": truncated, "content": parts,
            })
        }
        Block::Raw { json } => return json.clone(),
    };
    let is_tool = !matches!(block, Block::Text { .. });
    if let (true, Some(object)) = (is_tool && connectors, value.as_object_mut()) {
        object.insert("integration_name".to_owned(), Value::Null);
        object.insert("mcp_server_url".to_owned(), Value::Null);
    }
    value
}

/// The first `cap` characters, and whether that is not all.
fn cut(text: &str, cap: Option<usize>) -> (&str, bool) {
    let end = cap.and_then(|cap| text.char_indices().nth(cap)).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).map_or((text, false), |head| (head, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cap_counts_characters_and_says_that_it_cut() {
        assert_eq!(cut("äöü", Some(2)), ("äö", true));
        assert_eq!(cut("äöü", Some(3)), ("äöü", false));
        assert_eq!(cut("äöü", None), ("äöü", false));
        assert_eq!(cut("äöü", Some(0)), ("", true));
    }
}
