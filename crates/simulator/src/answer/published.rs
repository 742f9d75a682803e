//! What users published, and what they told the model about themselves.

use serde_json::{Value, json};

use super::{Answer, Input, Outcome, directory, grown, owner, token_page, written};
use crate::{
    CodeArtifact, CodeVersion,
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
    Param::Range("updated_at", OPERATORS),
];

pub(crate) const CONTENT_PARAMS: &[Param] = &[Param::Word("multi_file_format", &["zip"])];

pub(crate) const PREFERENCE_PARAMS: &[Param] =
    &[Param::Limit(100), Param::Text("page"), Param::Word("include_unset", &["true", "false"])];

/// `GET …/code/artifacts`
pub(crate) fn list(state: &mut State, input: &Input) -> Outcome {
    input.check_organizations(state)?;
    let items = state
        .code_artifacts
        .values()
        .filter(|artifact| input.wants_organization(&artifact.organization))
        .filter(|artifact| input.query.wants("user_ids[]", &artifact.user))
        .filter(|artifact| input.query.in_range("updated_at", at(&artifact.updated_at)))
        // Sorted by id, whatever the time.
        .map(|artifact| (Key { k: at("2026-01-01T00:00:00Z"), id: artifact.id.clone() }, artifact))
        .collect();
    let (page, next) = token_page(input, items, Order::Ascending, 20, "")?;
    let data: Vec<Value> =
        page.into_iter().map(|artifact| artifact_json(state, artifact)).collect();
    Ok(Answer::Json(json!({"data": data, "has_more": next.is_some(), "next_page": next})))
}

fn artifact_json(state: &State, artifact: &CodeArtifact) -> Value {
    let behaviour = &state.behaviour;
    let versions: Vec<Value> = artifact
        .versions
        .iter()
        .rev()
        .map(|version| json!({"id": version.id, "created_at": null, "name": version.name}))
        .collect();
    grown(
        behaviour,
        json!({
            "id": artifact.id,
            "artifact_type": "site",
            "organization_uuid": artifact.organization,
            "owner_user_id": artifact.user,
            "published_version_id": artifact.versions.last().map(|version| &version.id),
            "read_mode": "org",
            "updated_at": written(behaviour, &artifact.id, &artifact.updated_at),
            "user": owner(state.user(Some(&artifact.user))),
            "versions": versions,
        }),
    )
}

/// `GET …/code/artifacts/{id}/versions/{version}`
pub(crate) fn version(state: &mut State, input: &Input) -> Outcome {
    let artifact = find(state, input)?;
    let wanted = input.ids.get(1).map(String::as_str).unwrap_or_default();
    let version = artifact.versions.iter().find(|version| version.id == wanted);
    version.map(|version| download(artifact, version)).ok_or_else(gone)
}

/// `GET …/code/artifacts/{id}/content`
pub(crate) fn content(state: &mut State, input: &Input) -> Outcome {
    let artifact = find(state, input)?;
    artifact.versions.last().map(|version| download(artifact, version)).ok_or_else(gone)
}

fn find<'a>(state: &'a State, input: &Input) -> Result<&'a CodeArtifact, Refusal> {
    state
        .code_artifacts
        .get(&input.id)
        .filter(|artifact| input.key.covers(&artifact.organization))
        .ok_or_else(gone)
}

fn gone() -> Refusal {
    Refusal::not_found("Artifact not found.")
}

fn download(artifact: &CodeArtifact, version: &CodeVersion) -> Answer {
    Answer::File {
        bytes: version.bytes.0.clone(),
        media_type: "text/html".to_owned(),
        name: format!("{}-{}.txt", artifact.id, version.id),
    }
}

/// `GET …/organizations/{uuid}/user_preferences`
pub(crate) fn preferences(state: &mut State, input: &Input) -> Outcome {
    directory::check(state, input)?;
    let unset = input.query.text("include_unset") == Some("true");
    let items = state
        .users
        .iter()
        .filter(|user| user.organization == input.id)
        .filter(|user| unset || !user.preferences.is_empty())
        .map(|user| (Key { k: at(&user.created_at), id: user.id.clone() }, user))
        .collect();
    let (page, next) = token_page(input, items, Order::Ascending, 20, "")?;
    let data: Vec<Value> = page
        .into_iter()
        .map(|user| {
            let text = Some(&user.preferences).filter(|text| !text.is_empty());
            json!({
                "user_id": user.id, "email": user.email, "conversation_preferences": text,
                "cowork_global_instructions": null,
            })
        })
        .collect();
    // At the end of a walk there is no next page; `has_more` is not part of this list.
    Ok(Answer::Json(json!({"data": data, "next_page": next})))
}
