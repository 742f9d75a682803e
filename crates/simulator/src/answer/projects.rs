//! Projects, what is attached to them, and their documents.

use serde_json::{Value, json};

use super::{
    Answer, Input, Outcome, envelope, file, grown, md5, organization_id, owner, token_page, written,
};
use crate::{
    Document, Project,
    page::{Key, Order},
    query::{OPERATORS, Param},
    refusal::Refusal,
    state::{State, at},
};

pub(crate) const PARAMS: &[Param] = &[
    Param::Limit(100),
    Param::Text("page"),
    Param::List("organization_ids[]", 500),
    Param::List("user_ids[]", 200),
    Param::Range("created_at", OPERATORS),
    Param::Range("updated_at", OPERATORS),
];

pub(crate) const PAGE_PARAMS: &[Param] = &[Param::Limit(100), Param::Text("page")];

/// `GET …/projects`
pub(crate) fn list(state: &mut State, input: &Input) -> Outcome {
    input.check_organizations(state)?;
    let query = &input.query;
    let items = state
        .projects
        .values()
        .filter(|project| input.wants_organization(&project.organization))
        .filter(|project| query.wants("user_ids[]", project.user.as_deref().unwrap_or_default()))
        .filter(|project| query.in_range("created_at", at(&project.created_at)))
        .filter(|project| query.in_range("updated_at", at(&project.updated_at)))
        .map(|project| (key(&project.created_at, &project.id), project_json(state, project)))
        .collect();
    token_page(input, items, Order::Ascending, 20, "page_").map(envelope)
}

/// `GET …/projects/{id}`
pub(crate) fn detail(state: &mut State, input: &Input) -> Outcome {
    let project = find(state, input)?;
    let chats =
        state.chats.values().filter(|chat| chat.project.as_deref() == Some(project.id.as_str()));
    let mut value = project_json(state, project);
    if let Some(object) = value.as_object_mut() {
        object.insert("description".to_owned(), project.description.clone().into());
        object.insert("instructions".to_owned(), project.instructions.clone().into());
        let attachments = project.files.len().saturating_add(project.documents.len());
        object.insert("attachments_count".to_owned(), attachments.into());
        object.insert("chats_count".to_owned(), chats.count().into());
    }
    Ok(Answer::Json(value))
}

/// `GET …/projects/{id}/attachments`
pub(crate) fn attachments(state: &mut State, input: &Input) -> Outcome {
    let project = find(state, input)?;
    let behaviour = &state.behaviour;
    let files = project.files.iter().map(|item| {
        let mut value = file(behaviour, item);
        if let Some(object) = value.as_object_mut() {
            object.insert("type".to_owned(), "project_file".into());
            let media_type = item.mime_type.as_deref().unwrap_or("application/octet-stream");
            object.insert("mime_type".to_owned(), media_type.into());
        }
        (key(&item.created_at, &item.id), value)
    });
    let documents = project.documents.iter().map(|document| {
        let value = json!({
            "type": "project_doc",
            "id": document.id,
            "filename": document.filename,
            "mime_type": "text/plain",
            "created_at": written(behaviour, &document.id, &document.created_at),
            "updated_at": null,
        });
        (key(&document.created_at, &document.id), grown(behaviour, value))
    });
    let items = files.chain(documents).collect();
    token_page(input, items, Order::Ascending, 20, "page_").map(envelope)
}

/// `GET …/projects/{id}/collaborators`
pub(crate) fn collaborators(state: &mut State, input: &Input) -> Outcome {
    let project = find(state, input)?;
    let user = project.user.as_deref();
    let made = written(&state.behaviour, &project.id, &project.created_at);
    let owner = json!({"type": "user", "user_id": user, "role": "owner", "granted_at": made});
    let everyone = json!({
        "type": "organization", "organization_uuid": project.organization, "role": "viewer",
        "granted_at": made,
    });
    let shared = (!project.is_private).then_some(("2", everyone));
    let items = [("1", owner)].into_iter().chain(shared);
    let items =
        items.map(|(id, value)| (key(&project.created_at, id), grown(&state.behaviour, value)));
    token_page(input, items.collect(), Order::Ascending, 20, "page_").map(envelope)
}

/// `GET …/projects/documents/{id}`
pub(crate) fn document(state: &mut State, input: &Input) -> Outcome {
    let (_, document) = find_document(state, input)?;
    Ok(Answer::Json(grown(
        &state.behaviour,
        json!({
            "id": document.id,
            "filename": document.filename,
            "content": document.content,
            "created_at": written(&state.behaviour, &document.id, &document.created_at),
            "user": owner(state.user(document.user.as_deref())),
        }),
    )))
}

/// `GET …/projects/documents/{id}/metadata`
pub(crate) fn document_metadata(state: &mut State, input: &Input) -> Outcome {
    let (project, document) = find_document(state, input)?;
    Ok(Answer::Json(grown(
        &state.behaviour,
        json!({
            "id": document.id,
            "claude_project_id": project.id,
            "filename": document.filename,
            "mime_type": "text/plain",
            "size_bytes": document.content.len(),
            "md5": md5(document.content.as_bytes()),
            "created_at": written(&state.behaviour, &document.id, &document.created_at),
            "user": owner(state.user(document.user.as_deref())),
        }),
    )))
}

fn find<'a>(state: &'a State, input: &Input) -> Result<&'a Project, Refusal> {
    state
        .projects
        .get(&input.id)
        .filter(|project| input.key.covers(&project.organization))
        .ok_or_else(|| Refusal::not_found("No project is found with the provided id."))
}

fn find_document<'a>(
    state: &'a State,
    input: &Input,
) -> Result<(&'a Project, &'a Document), Refusal> {
    state
        .document(&input.id)
        .filter(|(project, _)| input.key.covers(&project.organization))
        .ok_or_else(|| Refusal::not_found("No project document found with the provided id."))
}

fn key(time: &str, id: &str) -> Key {
    Key { k: at(time), id: id.to_owned() }
}

fn project_json(state: &State, project: &Project) -> Value {
    let behaviour = &state.behaviour;
    grown(
        behaviour,
        json!({
            "id": project.id,
            "name": project.name,
            "is_private": project.is_private,
            "created_at": written(behaviour, &project.id, &project.created_at),
            "updated_at": written(behaviour, &project.id, &project.updated_at),
            "deleted_at": null,
            "organization_uuid": project.organization,
            "organization_id": organization_id(&project.organization),
            "user": owner(state.user(project.user.as_deref())),
        }),
    )
}
