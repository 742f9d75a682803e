//! Makes a seed complete: ids, times and organizations that it left out.

use jiff::{SignedDuration, Timestamp};

use super::{State, at};
use crate::{
    Artifact, Behaviour, Chat, Error, Faults, File, Key, Message, Organization, Seed, Session,
    fault::Fate,
    quota::Quota,
    time::{self, Clock},
};

/// The state that a seed describes.
pub(crate) fn load(
    seed: Seed,
    faults: Faults,
    behaviour: Behaviour,
    keys: Vec<Key>,
    now: Timestamp,
) -> Result<State, Error> {
    check_times(&seed)?;
    let mut state = State {
        clock: Clock::starting_at(now),
        quota: Quota::new(behaviour.requests_per_window, behaviour.window),
        remote_quota: Quota::new(behaviour.remote_requests_per_window, behaviour.window),
        behaviour,
        keys,
        fate: Fate::new(faults),
        organizations: seed.organizations,
        users: seed.users,
        roles: seed.roles,
        groups: seed.groups,
        chats: std::collections::BTreeMap::new(),
        attached: std::collections::BTreeMap::new(),
        projects: std::collections::BTreeMap::new(),
        local_sessions: std::collections::BTreeMap::new(),
        remote_sessions: std::collections::BTreeMap::new(),
        code_artifacts: std::collections::BTreeMap::new(),
        activities: Vec::new(),
        log: Vec::new(),
        made: 0,
    };
    complete_directory(&mut state);
    for mut project in seed.projects {
        complete_project(&mut state, &mut project);
        state.projects.insert(project.id.clone(), project);
    }
    for chat in seed.chats {
        state.put_chat(chat);
    }
    for mut session in seed.local_sessions {
        complete_session(&mut state, &mut session, "clls", "clsm");
        state.local_sessions.insert(session.id.clone(), session);
    }
    for mut session in seed.remote_sessions {
        complete_session(&mut state, &mut session, "cse", "csev");
        state.remote_sessions.insert(session.id.clone(), session);
    }
    for mut artifact in seed.code_artifacts {
        or(&mut artifact.id, || state.make_id("cart"));
        or(&mut artifact.organization, || first_organization(&state));
        or(&mut artifact.updated_at, || next_time(&mut state));
        for version in &mut artifact.versions {
            or(&mut version.id, || state.make_id("v"));
        }
        state.code_artifacts.insert(artifact.id.clone(), artifact);
    }
    if state.behaviour.vary {
        let actor = serde_json::json!({"type": "actor_added_later", "added_id": "added_01"});
        state.record("user_logged_out", None, actor, serde_json::json!({}));
    }
    Ok(state)
}

/// Every time that the seed says must be one.
fn check_times(seed: &Seed) -> Result<(), Error> {
    let sessions = || seed.local_sessions.iter().chain(&seed.remote_sessions);
    let messages = seed.chats.iter().flat_map(|chat| &chat.messages);
    let messages = messages.chain(sessions().flat_map(|session| &session.messages));
    let times = seed
        .chats
        .iter()
        .flat_map(|chat| [&chat.created_at, &chat.updated_at, &chat.deleted_at])
        .chain(messages.map(|message| &message.created_at))
        .chain(seed.projects.iter().flat_map(|project| [&project.created_at, &project.updated_at]))
        .chain(sessions().flat_map(|session| [&session.created_at, &session.updated_at]))
        .chain(seed.users.iter().map(|user| &user.created_at))
        .chain(seed.organizations.iter().map(|organization| &organization.created_at));
    for text in times {
        if !text.is_empty() && time::parse(text).is_none() {
            return Err(Error::Seed { what: "a time cannot be read" });
        }
    }
    Ok(())
}

fn complete_directory(state: &mut State) {
    if state.organizations.is_empty() {
        let organization = Organization {
            uuid: "11111111-2222-4333-8444-555555555555".to_owned(),
            name: "Simulated".to_owned(),
            ..Organization::default()
        };
        state.organizations.push(organization);
    }
    let first = first_organization(state);
    for organization in &mut state.organizations {
        or(&mut organization.created_at, || "2025-02-01T09:00:00Z".to_owned());
    }
    for user in &mut state.users {
        or(&mut user.organization, || first.clone());
        or(&mut user.organization_role, || "user".to_owned());
        or(&mut user.created_at, || "2025-02-02T09:00:00Z".to_owned());
    }
}

fn complete_project(state: &mut State, project: &mut crate::Project) {
    or(&mut project.id, || state.make_id("claude_proj"));
    or(&mut project.organization, || first_organization(state));
    or(&mut project.created_at, || next_time(state));
    or(&mut project.updated_at, || project.created_at.clone());
    for file in &mut project.files {
        complete_file(state, file, "claude_file", &project.created_at);
    }
    for document in &mut project.documents {
        or(&mut document.id, || state.make_id("claude_proj_doc"));
        or(&mut document.created_at, || project.created_at.clone());
    }
    let fields = serde_json::json!({"claude_project_id": project.id});
    state.record_by_user(
        "claude_project_created",
        project.user.as_deref(),
        &project.organization,
        fields,
    );
}

/// Fills what a chat left out, and gives back its id.
pub(super) fn complete_chat(state: &mut State, chat: &mut Chat) -> String {
    or(&mut chat.id, || state.make_id("claude_chat"));
    or(&mut chat.organization, || first_organization(state));
    or(&mut chat.created_at, || next_time(state));
    for message in &mut chat.messages {
        complete_message(state, message);
    }
    let last = chat.messages.iter().map(|message| &message.created_at).chain([&chat.created_at]);
    let last = last.max_by_key(|time| at(time)).cloned().unwrap_or_default();
    or(&mut chat.updated_at, || last);
    state.clock.advance_past(at(&chat.updated_at));
    let fields = serde_json::json!({"claude_chat_id": chat.id, "claude_project_id": chat.project});
    state.record_by_user("claude_chat_created", chat.user.as_deref(), &chat.organization, fields);
    record_files(state, chat);
    chat.id.clone()
}

fn record_files(state: &mut State, chat: &Chat) {
    for file in chat.messages.iter().flat_map(|message| &message.files) {
        let name = state.behaviour.names_in_feed.then(|| file.filename.clone());
        let fields = serde_json::json!({
            "claude_file_id": file.id, "filename": name,
            "claude_chat_id": chat.id, "claude_project_id": chat.project,
        });
        state.record_by_user(
            "claude_file_uploaded",
            chat.user.as_deref(),
            &chat.organization,
            fields,
        );
    }
}

pub(super) fn complete_message(state: &mut State, message: &mut Message) {
    or(&mut message.id, || state.make_id("claude_chat_msg"));
    or(&mut message.role, || "user".to_owned());
    or(&mut message.created_at, || next_time(state));
    for file in &mut message.files {
        complete_file(state, file, "claude_file", &message.created_at);
    }
    for file in &mut message.generated_files {
        complete_file(state, file, "claude_gen_file", &message.created_at);
    }
    for artifact in &mut message.artifacts {
        complete_artifact(state, artifact, &message.created_at);
    }
}

fn complete_file(state: &mut State, file: &mut File, prefix: &str, time: &str) {
    or(&mut file.id, || state.make_id(prefix));
    or(&mut file.created_at, || time.to_owned());
}

fn complete_artifact(state: &mut State, artifact: &mut Artifact, time: &str) {
    or(&mut artifact.id, || state.make_id("claude_artifact"));
    or(&mut artifact.version_id, || state.make_id("claude_artifact_version"));
    or(&mut artifact.created_at, || time.to_owned());
}

fn complete_session(state: &mut State, session: &mut Session, prefix: &str, message_prefix: &str) {
    or(&mut session.id, || state.make_id(prefix));
    or(&mut session.organization, || first_organization(state));
    or(&mut session.created_at, || next_time(state));
    for message in &mut session.messages {
        or(&mut message.id, || state.make_id(message_prefix));
        or(&mut message.role, || "user".to_owned());
        or(&mut message.created_at, || session.created_at.clone());
    }
    let last = session.messages.iter().map(|message| message.created_at.clone());
    let last = last.max_by_key(|time| at(time)).unwrap_or_else(|| session.created_at.clone());
    or(&mut session.updated_at, || last);
}

fn first_organization(state: &State) -> String {
    state.organizations.first().map(|organization| organization.uuid.clone()).unwrap_or_default()
}

/// The next second of a fixed morning, so that a seed without times is the same each time.
fn next_time(state: &mut State) -> String {
    state.made = state.made.saturating_add(1);
    let offset = SignedDuration::from_secs(i64::try_from(state.made).unwrap_or(0));
    at("2026-10-01T08:00:00Z").checked_add(offset).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

fn or(text: &mut String, default: impl FnOnce() -> String) {
    if text.is_empty() {
        *text = default();
    }
}
