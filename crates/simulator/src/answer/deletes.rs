//! Every `DELETE`. The client never asks for one; the contract would not be whole without them.

use serde_json::json;

use super::{Answer, Input, Outcome};
use crate::{refusal::Refusal, state::State};

/// `DELETE …/chats/{id}`: nothing stays of it.
pub(crate) fn chat(state: &mut State, input: &Input) -> Outcome {
    let covered =
        state.chats.get(&input.id).is_some_and(|chat| input.key.covers(&chat.organization));
    if !covered {
        return Err(Refusal::not_found(format!("Chat conversation not found: '{}'", input.id)));
    }
    state.chats.remove(&input.id);
    Ok(deleted(input, "claude_chat_deleted"))
}

/// `DELETE …/chats/files/{id}`, also for files of projects.
pub(crate) fn file(state: &mut State, input: &Input) -> Outcome {
    let known = state.file(&input.id).is_some_and(|(_, places)| {
        places.is_empty() || places.iter().any(|(chat, _)| input.key.covers(&chat.organization))
    });
    if !known {
        return Err(Refusal::not_found(format!("File not found: {}", input.id)));
    }
    state.remove_file(&input.id);
    Ok(deleted(input, "claude_file_deleted"))
}

/// `DELETE …/projects/{id}`, refused while chats are in it.
pub(crate) fn project(state: &mut State, input: &Input) -> Outcome {
    let covered = state
        .projects
        .get(&input.id)
        .is_some_and(|project| input.key.covers(&project.organization));
    if !covered {
        return Err(Refusal::not_found(
            "No project found with provided id, or it has already been deleted.",
        ));
    }
    if state.chats.values().any(|chat| chat.project.as_deref() == Some(input.id.as_str())) {
        let kind =
            if state.behaviour.conflict_error { "conflict_error" } else { "invalid_request_error" };
        let message = format!(
            "The \"{}\" project cannot be deleted as it has chats attached to it. Delete them first.",
            input.id
        );
        return Err(Refusal::new(409, kind, message));
    }
    state.projects.remove(&input.id);
    Ok(deleted(input, "claude_project_deleted"))
}

/// `DELETE …/projects/documents/{id}`
pub(crate) fn document(state: &mut State, input: &Input) -> Outcome {
    let covered = state
        .document(&input.id)
        .is_some_and(|(project, _)| input.key.covers(&project.organization));
    if !covered {
        return Err(Refusal::not_found(
            "No project document found with the provided id, or it has already been deleted.",
        ));
    }
    for project in state.projects.values_mut() {
        project.documents.retain(|document| document.id != input.id);
    }
    Ok(deleted(input, "claude_project_document_deleted"))
}

fn deleted(input: &Input, kind: &str) -> Answer {
    Answer::Json(json!({"id": input.id, "type": kind}))
}
