//! Files and generated files: facts and bytes.

use serde_json::{Value, json};

use super::{Answer, Input, Outcome, file, grown, written};
use crate::{Chat, File, refusal::Refusal, state::State, time::hash};

/// `GET …/chats/files/{id}`
pub(crate) fn metadata(state: &mut State, input: &Input) -> Outcome {
    let (item, places) = find(state, input)?;
    let mut value = file(&state.behaviour, item);
    let mut chats: Vec<&str> = places.iter().map(|(chat, _)| chat.id.as_str()).collect();
    chats.dedup();
    if let Some(object) = value.as_object_mut() {
        let messages: Vec<&str> = places.iter().map(|(_, message)| message.id.as_str()).collect();
        object.insert("message_ids".to_owned(), json!(messages));
        object.insert("claude_chat_ids".to_owned(), json!(chats));
    }
    Ok(Answer::Json(value))
}

/// `GET …/chats/files/{id}/content`
pub(crate) fn content(state: &mut State, input: &Input) -> Outcome {
    let (item, _) = find(state, input)?;
    Ok(download(item))
}

/// `GET …/chats/generated-files/{id}`
pub(crate) fn generated_metadata(state: &mut State, input: &Input) -> Outcome {
    let (chat, item) = find_generated(state, input, "Generated file")?;
    let behaviour = &state.behaviour;
    let mut value = file(behaviour, item);
    let dated = !behaviour.vary || hash(&item.id).is_multiple_of(2);
    let time = dated.then(|| written(behaviour, &item.id, &item.created_at));
    if let Some(object) = value.as_object_mut() {
        object.insert("claude_chat_id".to_owned(), chat.id.clone().into());
        object.insert("created_at".to_owned(), time.map_or(Value::Null, Value::from));
    }
    Ok(Answer::Json(grown(behaviour, value)))
}

/// `GET …/chats/generated-files/{id}/content`
pub(crate) fn generated_content(state: &mut State, input: &Input) -> Outcome {
    let (_, item) = find_generated(state, input, "Generated file content")?;
    Ok(download(item))
}

type Places<'a> = Vec<(&'a Chat, &'a crate::Message)>;

fn find<'a>(state: &'a State, input: &Input) -> Result<(&'a File, Places<'a>), Refusal> {
    state
        .file(&input.id)
        .filter(|(_, places)| {
            places.is_empty() || places.iter().any(|(chat, _)| input.key.covers(&chat.organization))
        })
        // The API names the file by an id of its own.
        .ok_or_else(|| Refusal::not_found(format!("File not found: {:016x}", hash(&input.id))))
}

fn find_generated<'a>(
    state: &'a State,
    input: &Input,
    what: &str,
) -> Result<(&'a Chat, &'a File), Refusal> {
    state
        .generated_file(&input.id)
        .filter(|(chat, ..)| input.key.covers(&chat.organization))
        .map(|(chat, _, file)| (chat, file))
        .ok_or_else(|| Refusal::not_found(format!("{what} not found: '{}'", input.id)))
}

fn download(file: &File) -> Answer {
    Answer::File {
        bytes: file.bytes.0.clone(),
        media_type: file.mime_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
        name: file.filename.clone(),
    }
}
