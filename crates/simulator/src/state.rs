//! What the simulator holds while it runs, and how it changes.

mod load;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::{
    Artifact, Behaviour, Chat, CodeArtifact, Document, File, Group, Key, Message, Organization,
    Project, Request, Role, Session, User,
    fault::Fate,
    quota::Quota,
    time::{self, Clock},
};

pub(crate) use load::load;

/// Everything, behind one lock.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) behaviour: Behaviour,
    pub(crate) keys: Vec<Key>,
    pub(crate) quota: Quota,
    pub(crate) remote_quota: Quota,
    pub(crate) fate: Fate,
    pub(crate) organizations: Vec<Organization>,
    pub(crate) users: Vec<User>,
    pub(crate) roles: Vec<Role>,
    pub(crate) groups: Vec<Group>,
    pub(crate) chats: BTreeMap<String, Chat>,
    /// In which chats a file, generated file or version of an artifact is, or once was.
    attached: BTreeMap<String, BTreeSet<String>>,
    pub(crate) projects: BTreeMap<String, Project>,
    pub(crate) local_sessions: BTreeMap<String, Session>,
    pub(crate) remote_sessions: BTreeMap<String, Session>,
    pub(crate) code_artifacts: BTreeMap<String, CodeArtifact>,
    pub(crate) activities: Vec<Activity>,
    pub(crate) log: Vec<Request>,
    pub(crate) made: u64,
}

/// An entry of the feed.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    /// When the feed begins to show it.
    pub(crate) visible_at: Timestamp,
    pub(crate) organization: Option<String>,
    pub(crate) kind: &'static str,
    pub(crate) actor: Value,
    pub(crate) fields: Map<String, Value>,
}

impl State {
    /// A number that was not given out before, in the manner of an id.
    pub(crate) fn make_id(&mut self, prefix: &str) -> String {
        self.made = self.made.saturating_add(1);
        format!("{prefix}_{:08}", self.made)
    }

    pub(crate) fn user(&self, id: Option<&str>) -> Option<&User> {
        self.users.iter().find(|user| Some(user.id.as_str()) == id)
    }

    /// A file of a chat or a project, with the messages and chats that it is in.
    pub(crate) fn file(&self, id: &str) -> Option<(&File, Vec<(&Chat, &Message)>)> {
        let places: Vec<_> = self
            .messages_with(id)
            .filter(|(_, message)| message.files.iter().any(|file| file.id == id))
            .collect();
        let in_chat = places.iter().flat_map(|(_, message)| &message.files);
        let in_project = self.projects.values().flat_map(|project| &project.files);
        let file = in_chat.chain(in_project).find(|file| file.id == id)?;
        Some((file, places))
    }

    pub(crate) fn generated_file(&self, id: &str) -> Option<(&Chat, &Message, &File)> {
        self.messages_with(id).find_map(|(chat, message)| {
            let file = message.generated_files.iter().find(|file| file.id == id)?;
            Some((chat, message, file))
        })
    }

    pub(crate) fn artifact(&self, version: &str) -> Option<(&Chat, &Artifact)> {
        self.messages_with(version).find_map(|(chat, message)| {
            let artifact =
                message.artifacts.iter().find(|artifact| artifact.version_id == version)?;
            Some((chat, artifact))
        })
    }

    pub(crate) fn document(&self, id: &str) -> Option<(&Project, &Document)> {
        self.projects.values().find_map(|project| {
            let document = project.documents.iter().find(|document| document.id == id)?;
            Some((project, document))
        })
    }

    /// The messages of all chats that this is attached to; there are too many chats to look into all.
    fn messages_with(&self, attached: &str) -> impl Iterator<Item = (&Chat, &Message)> {
        self.attached
            .get(attached)
            .into_iter()
            .flatten()
            .filter_map(|chat| self.chats.get(chat))
            .flat_map(|chat| chat.messages.iter().map(move |message| (chat, message)))
    }

    /// Notes what is attached to a message.
    fn attach(&mut self, chat: &str, message: &Message) {
        let files = message.files.iter().chain(&message.generated_files).map(|file| &file.id);
        let versions = message.artifacts.iter().map(|artifact| &artifact.version_id);
        for id in files.chain(versions) {
            self.attached.entry(id.clone()).or_default().insert(chat.to_owned());
        }
    }

    /// Adds or replaces a chat, with everything in it made complete.
    pub(crate) fn put_chat(&mut self, mut chat: Chat) -> String {
        let id = load::complete_chat(self, &mut chat);
        for message in &chat.messages {
            self.attach(&id, message);
        }
        self.chats.insert(id.clone(), chat);
        id
    }

    /// Adds or replaces a chat while time goes on: what says no time is from now.
    pub(crate) fn put_chat_now(&mut self, mut chat: Chat) -> String {
        let now = self.clock.tick().to_string();
        let begun = self.chats.get(&chat.id).map_or(&now, |known| &known.created_at);
        let times = [(&mut chat.created_at, begun), (&mut chat.updated_at, &now)];
        let said = chat.messages.iter_mut().map(|message| (&mut message.created_at, &now));
        for (time, from) in times.into_iter().chain(said).filter(|(time, _)| time.is_empty()) {
            time.clone_from(from);
        }
        self.put_chat(chat)
    }

    /// Adds a message at the end of a chat, now; `None` if there is no such chat alive.
    pub(crate) fn add_message(&mut self, chat: &str, mut message: Message) -> Option<String> {
        self.chats.get(chat).filter(|chat| chat.deleted_at.is_empty())?;
        let now = self.clock.tick();
        message.created_at = now.to_string();
        load::complete_message(self, &mut message);
        self.attach(chat, &message);
        let id = message.id.clone();
        let chat = self.chats.get_mut(chat)?;
        chat.updated_at = now.to_string();
        chat.messages.push(message);
        let (chat, user, organization) =
            (chat.id.clone(), chat.user.clone(), chat.organization.clone());
        self.record_by_user(
            "claude_chat_updated",
            user.as_deref(),
            &organization,
            json!({"claude_chat_id": chat}),
        );
        Some(id)
    }

    /// Adds a message at the end of a session, now; `None` if there is no such session.
    pub(crate) fn add_to_session(&mut self, session: &str, mut message: Message) -> Option<String> {
        let now = self.clock.tick().to_string();
        message.created_at.clone_from(&now);
        load::complete_message(self, &mut message);
        let session = match self.local_sessions.get_mut(session) {
            Some(session) => session,
            None => self.remote_sessions.get_mut(session)?,
        };
        session.updated_at = now;
        let id = message.id.clone();
        session.messages.push(message);
        Some(id)
    }

    /// Removes a project for good.
    pub(crate) fn remove_project(&mut self, project: &str) -> bool {
        let Some(project) = self.projects.remove(project) else { return false };
        let fields = json!({"claude_project_id": project.id});
        let (user, organization) = (project.user.as_deref(), &project.organization);
        self.record_by_user("claude_project_deleted", user, organization, fields);
        true
    }

    /// Moves a chat into a project or out of one.
    pub(crate) fn move_chat(&mut self, chat: &str, project: Option<&str>) -> bool {
        let now = self.clock.tick();
        self.chats.get_mut(chat).is_some_and(|chat| {
            chat.project = project.map(str::to_owned);
            chat.updated_at = now.to_string();
            true
        })
    }

    /// What happens when its user deletes a chat: a tombstone stays.
    pub(crate) fn delete_chat(&mut self, chat: &str) -> bool {
        let now = self.clock.tick();
        let keep = self.behaviour.deleted_chats_keep_content;
        let Some(chat) = self.chats.get_mut(chat).filter(|chat| chat.deleted_at.is_empty()) else {
            return false;
        };
        chat.deleted_at = now.to_string();
        chat.updated_at = now.to_string();
        chat.name.clear();
        for message in chat.messages.iter_mut().filter(|_| !keep) {
            message.content.clear();
            message.files.clear();
            message.generated_files.clear();
            message.artifacts.clear();
        }
        let (chat, user, organization) =
            (chat.id.clone(), chat.user.clone(), chat.organization.clone());
        self.record_by_user(
            "claude_chat_deleted",
            user.as_deref(),
            &organization,
            json!({"claude_chat_id": chat}),
        );
        true
    }

    /// Removes a file from wherever it is.
    pub(crate) fn remove_file(&mut self, id: &str) -> bool {
        let mut removed = false;
        let mut keep = |file: &File| {
            removed |= file.id == id;
            file.id != id
        };
        for message in self.chats.values_mut().flat_map(|chat| &mut chat.messages) {
            message.files.retain(&mut keep);
            message.generated_files.retain(&mut keep);
        }
        for project in self.projects.values_mut() {
            project.files.retain(&mut keep);
        }
        removed
    }

    /// Writes something that a user did into the feed.
    pub(crate) fn record_by_user(
        &mut self,
        kind: &'static str,
        user: Option<&str>,
        organization: &str,
        fields: Value,
    ) {
        let email = self.user(user).map(|user| user.email.clone());
        let actor = json!({
            "type": "user_actor", "user_id": user.unwrap_or("user_unknown"),
            "email_address": email, "ip_address": "192.0.2.7", "user_agent": "simulator",
        });
        self.record(kind, Some(organization.to_owned()), actor, fields);
    }

    /// Writes an entry that was indexed late: it stands behind cursors that are newer.
    pub(crate) fn record_late(&mut self, kind: &'static str, chat: &str, ago: std::time::Duration) {
        let organization = self.chats.get(chat).map(|chat| chat.organization.clone());
        let actor = json!({"type": "system_actor", "service": null});
        self.record(kind, organization, actor, json!({"claude_chat_id": chat}));
        let ago = SignedDuration::try_from(ago).unwrap_or_default();
        if let Some(last) = self.activities.last_mut() {
            last.visible_at = last.created_at;
            last.created_at = last.created_at.checked_sub(ago).unwrap_or(last.created_at);
        }
    }

    /// Writes an entry into the feed, which shows it after the lag.
    pub(crate) fn record(
        &mut self,
        kind: &'static str,
        organization: Option<String>,
        actor: Value,
        fields: Value,
    ) {
        let created_at = self.clock.tick();
        let lag = SignedDuration::try_from(self.behaviour.indexing_lag).unwrap_or_default();
        let visible_at = created_at.checked_add(lag).unwrap_or(created_at);
        let id = self.make_id("activity");
        let fields = if let Value::Object(fields) = fields { fields } else { Map::new() };
        self.activities.push(Activity {
            id,
            created_at,
            visible_at,
            organization,
            kind,
            actor,
            fields,
        });
    }
}

/// A time that was checked when it was loaded.
pub(crate) fn at(text: &str) -> Timestamp {
    time::parse(text).unwrap_or(Timestamp::UNIX_EPOCH)
}
