//! Artifacts, each in one version.

use serde_json::json;

use super::{Answer, Input, Outcome, grown, md5, written};
use crate::{Artifact, Chat, refusal::Refusal, state::State};

/// `GET …/artifacts/{version}`
pub(crate) fn metadata(state: &mut State, input: &Input) -> Outcome {
    let (chat, artifact) = find(state, input)?;
    let behaviour = &state.behaviour;
    Ok(Answer::Json(grown(
        behaviour,
        json!({
            "id": artifact.id,
            "version_id": artifact.version_id,
            "claude_chat_id": chat.id,
            "title": artifact.title,
            "artifact_type": artifact.artifact_type,
            "created_at": written(behaviour, &artifact.version_id, &artifact.created_at),
            "md5": md5(artifact.content.as_bytes()),
            "size_bytes": artifact.content.len(),
        }),
    )))
}

/// `GET …/artifacts/{version}/content`
pub(crate) fn content(state: &mut State, input: &Input) -> Outcome {
    let (_, artifact) = find(state, input)?;
    if state.behaviour.plain_artifacts {
        return Ok(Answer::Text(artifact.content.clone()));
    }
    Ok(Answer::Json(grown(
        &state.behaviour,
        json!({
            "content": artifact.content,
            "title": artifact.title,
            "artifact_type": artifact.artifact_type,
        }),
    )))
}

fn find<'a>(state: &'a State, input: &Input) -> Result<(&'a Chat, &'a Artifact), Refusal> {
    state
        .artifact(&input.id)
        .filter(|(chat, _)| input.key.covers(&chat.organization))
        .ok_or_else(|| Refusal::not_found(format!("Artifact version not found: '{}'", input.id)))
}
