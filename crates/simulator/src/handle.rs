//! Changes to what a running simulator holds, and what was asked of it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{Chat, FaultRule, File, KeyState, Message, state::State};

/// A hand in a running simulator. Clones reach the same one.
///
/// Whatever it changes sorts after everything that was there before, as it would in the real API.
#[derive(Clone)]
pub struct Handle {
    state: Arc<Mutex<State>>,
}

/// A request that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// When it came, by the simulator's clock.
    pub at: jiff::Timestamp,
    /// `GET` and so on.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query as it came.
    pub query: String,
    /// The status of the answer; `None` if the connection was reset instead.
    pub status: Option<u16>,
    /// The name of the request, as in the header `request-id`.
    pub request_id: String,
    /// Whether a fault hit it.
    pub faulty: bool,
}

impl Handle {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Arc::new(Mutex::new(state)) }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a chat, or replaces the one with the same id; what says no time is from now. Gives back its
    /// id.
    pub fn put_chat(&self, chat: Chat) -> String {
        self.state().put_chat_now(chat)
    }

    /// Adds a message at the end of a chat, now. Gives back its id, or `None` if there is no such
    /// chat.
    pub fn add_message(&self, chat: &str, message: Message) -> Option<String> {
        self.state().add_message(chat, message)
    }

    /// Gives a chat another title, which does not count as a change of the chat.
    pub fn rename_chat(&self, chat: &str, name: &str) -> bool {
        self.state().chats.get_mut(chat).is_some_and(|chat| {
            name.clone_into(&mut chat.name);
            true
        })
    }

    /// Moves a chat into a project, or out of one.
    pub fn move_chat(&self, chat: &str, project: Option<&str>) -> bool {
        self.state().move_chat(chat, project)
    }

    /// Deletes a chat as its user would: a tombstone stays in the lists.
    pub fn delete_chat(&self, chat: &str) -> bool {
        self.state().delete_chat(chat)
    }

    /// Deletes a chat as retention would: nothing stays.
    pub fn expire_chat(&self, chat: &str) -> bool {
        self.state().chats.remove(chat).is_some()
    }

    /// Removes a file, a generated file or a project's file.
    pub fn remove_file(&self, file: &str) -> bool {
        self.state().remove_file(file)
    }

    /// Deletes a project for good, as the API's own delete does: nothing stays but an activity.
    pub fn remove_project(&self, project: &str) -> bool {
        self.state().remove_project(project)
    }

    /// Adds a file to a project, which does not count as a change of the project.
    pub fn add_project_file(&self, project: &str, file: File) -> bool {
        self.state().projects.get_mut(project).is_some_and(|project| {
            project.files.push(file);
            true
        })
    }

    /// Removes a message, as nothing documented does.
    pub fn remove_message(&self, chat: &str, message: &str) -> bool {
        self.state().chats.get_mut(chat).is_some_and(|chat| {
            let before = chat.messages.len();
            chat.messages.retain(|kept| kept.id != message);
            chat.messages.len() < before
        })
    }

    /// Adds a message at the end of a session. Gives back its id, or `None` if there is no such
    /// session.
    pub fn add_to_session(&self, session: &str, message: Message) -> Option<String> {
        self.state().add_to_session(session, message)
    }

    /// Lets a session go as retention would.
    pub fn expire_session(&self, session: &str) -> bool {
        let mut state = self.state();
        state.local_sessions.remove(session).is_some()
            || state.remote_sessions.remove(session).is_some()
    }

    /// Writes an entry into the feed that happened `ago`, and shows it only now.
    pub fn record_late(&self, kind: &'static str, chat: &str, ago: std::time::Duration) {
        self.state().record_late(kind, chat, ago);
    }

    /// Switches a key off, or on again. It takes effect with the next request.
    pub fn set_key(&self, secret: &str, key_state: KeyState) {
        for key in self.state().keys.iter_mut().filter(|key| key.secret == secret) {
            key.state = key_state;
        }
    }

    /// Switches the Compliance API off or on.
    pub fn set_enabled(&self, enabled: bool) {
        self.state().behaviour.enabled = enabled;
    }

    /// Lets time pass at once: windows end, tokens expire, lagging activities show.
    pub fn skip_time(&self, time: std::time::Duration) {
        self.state().clock.skip(jiff::SignedDuration::try_from(time).unwrap_or_default());
    }

    /// Adds a scripted fault.
    pub fn add_fault(&self, rule: FaultRule) {
        self.state().fate.add(rule);
    }

    /// How many requests came so far.
    pub fn requests_made(&self) -> usize {
        self.state().log.len()
    }

    /// All requests so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.state().log.clone()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Handle").finish_non_exhaustive()
    }
}
