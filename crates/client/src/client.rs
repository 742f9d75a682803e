//! The client: one method for each thing that can be read.

use std::{
    fmt,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use dosimeter_content::{Expose, Text};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Activity, ActivityQuery, ApiKey, Artifact, ArtifactContent, Attachment, Chat, ChatMessages,
    ChatQuery, ClientBuilder, CodeArtifact, Cursor, CursorPage, Document, DocumentMetadata,
    Download, Error, ErrorKind, File, GeneratedFile, KeyKind, LocalSessionQuery, Message,
    Organization, PageToken, Project, ProjectDetail, Session, SessionMessage, SessionMessages,
    Standing, TimeRange, TokenPage, User, UserChatQuery, UserPreferences,
    endpoint::Endpoint,
    model::wire,
    query::{Pair, pair},
    transport::{Answer, Call, Transport},
};

/// A client of the Compliance API. Clones are cheap and share connections, key and budget.
#[derive(Clone)]
pub struct Client {
    pub(crate) transport: Arc<Transport>,
    pub(crate) messages_limit: u32,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("host", &self.transport.base.host_str())
            .field("key", &self.transport.key())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Begins a client for the API at `base_url`, usually `https://api.anthropic.com`.
    pub fn builder(base_url: &str, key: ApiKey) -> ClientBuilder {
        ClientBuilder::new(base_url, key)
    }

    /// What the key is for, as its prefix says.
    pub fn key_kind(&self) -> KeyKind {
        self.transport.key().kind()
    }

    /// Goes on with another key, in all clones; requests under way are not disturbed.
    pub fn rotate_key(&self, key: ApiKey) {
        let mut held = self.transport.key.write().unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(key);
    }

    /// What the server last said about time and budget, through any clone.
    pub fn standing(&self) -> Standing {
        *self.transport.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server's name for the last request that it answered, through any clone.
    pub fn last_request_id(&self) -> Option<String> {
        self.transport.last_request_id.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many requests were sent, repetitions included, through any clone.
    pub fn requests_sent(&self) -> u64 {
        self.transport.requests_sent.load(Ordering::Relaxed)
    }

    /// Lists chats of every user.
    pub async fn chats(&self, query: &ChatQuery) -> Result<CursorPage<Chat>, Error> {
        self.cursor_page(Endpoint::CHATS, query.pairs()).await
    }

    /// Lists what happened.
    pub async fn activities(&self, query: &ActivityQuery) -> Result<CursorPage<Activity>, Error> {
        self.cursor_page(Endpoint::ACTIVITIES, query.pairs()).await
    }

    /// Lists sessions on users' machines, of all organizations that the key covers, newest first.
    pub async fn local_sessions(
        &self,
        query: &LocalSessionQuery,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<Session>, Error> {
        self.list(Endpoint::LOCAL_SESSIONS, "", query.pairs(), page).await
    }

    /// Lists sessions in the cloud, newest first.
    pub async fn remote_sessions(
        &self,
        organization: &str,
        range: &TimeRange,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<Session>, Error> {
        let mut query = vec![pair("limit", "500"), pair("organization_ids[]", organization)];
        query.extend(range.pairs("created_at"));
        self.list(Endpoint::REMOTE_SESSIONS, "", query, page).await
    }

    /// Reads a page of a local session's transcript, with tool blocks as long as the server gives
    /// them. A walk has to end within a day.
    pub async fn local_messages(
        &self,
        session: &str,
        page: Option<&PageToken>,
    ) -> Result<SessionMessages, Error> {
        self.transcript(Endpoint::LOCAL_MESSAGES, session, page).await
    }

    /// Reads a page of a cloud session's transcript, likewise.
    pub async fn remote_messages(
        &self,
        session: &str,
        page: Option<&PageToken>,
    ) -> Result<SessionMessages, Error> {
        self.transcript(Endpoint::REMOTE_MESSAGES, session, page).await
    }

    async fn transcript(
        &self,
        endpoint: Endpoint,
        session: &str,
        page: Option<&PageToken>,
    ) -> Result<SessionMessages, Error> {
        let mut limit = self.messages_limit;
        loop {
            match self.transcript_page(endpoint, session, page, limit).await {
                Err(error) if limit > 1 && (error.is_too_large() || error.is_page_too_large()) => {
                    limit = (limit / 4).max(1);
                }
                result => return result,
            }
        }
    }

    async fn transcript_page(
        &self,
        endpoint: Endpoint,
        session: &str,
        page: Option<&PageToken>,
        limit: u32,
    ) -> Result<SessionMessages, Error> {
        let mut query = vec![
            pair("limit", limit.to_string()),
            pair("tool_use_input_max_bytes", "-1"),
            pair("tool_result_max_bytes", "-1"),
        ];
        query.extend(page.map(|page| pair("page", page.as_str())));
        let answer = self.json(endpoint, &[session], query).await?;
        let wire: TranscriptWire = decode(&answer, endpoint)?;
        Ok(SessionMessages {
            session: wire.session,
            messages: wire.data,
            next: wire.next_page.map(PageToken::from),
            request_id: answer.request_id,
        })
    }

    /// Lists what users of an organization published.
    pub async fn code_artifacts(
        &self,
        organization: &str,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<CodeArtifact>, Error> {
        let query = vec![pair("limit", "100"), pair("organization_ids[]", organization)];
        self.list(Endpoint::CODE_ARTIFACTS, "", query, page).await
    }

    /// Reads one version of a published artifact, or without a version its content as it is now; at
    /// most `bytes_max` bytes. Several files come as a ZIP archive.
    pub async fn code_artifact_content(
        &self,
        artifact: &str,
        version: Option<&str>,
        bytes_max: usize,
    ) -> Result<Download, Error> {
        let (endpoint, ids) = match version {
            Some(version) => (Endpoint::CODE_VERSION, vec![artifact, version]),
            None => (Endpoint::CODE_CONTENT, vec![artifact]),
        };
        let call = |query| Call { endpoint, ids: &ids, query, bytes_max };
        let zipped = vec![pair("multi_file_format", "zip")];
        let first = if version.is_some() { Vec::new() } else { zipped.clone() };
        match self.transport.call(&call(first)).await {
            Err(error) if error.is_multi_file() => {
                self.transport.call(&call(zipped)).await.map(Download::new)
            }
            result => result.map(Download::new),
        }
    }

    /// Lists what members of an organization told the model about themselves.
    pub async fn user_preferences(
        &self,
        organization: &str,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<UserPreferences>, Error> {
        self.token_page(Endpoint::PREFERENCES, organization, page, 100).await
    }

    /// Lists chats of some users.
    pub async fn user_chats(&self, query: &UserChatQuery) -> Result<CursorPage<Chat>, Error> {
        self.cursor_page(Endpoint::CHATS, query.pairs()).await
    }

    /// Reads a page of a chat's messages, oldest first, with tool blocks as long as the server gives
    /// them.
    ///
    /// The page begins after `after`, or with the first message. A page that is longer than the
    /// client holds is asked for again with fewer messages.
    pub async fn messages(
        &self,
        chat: &str,
        after: Option<&Cursor>,
    ) -> Result<ChatMessages, Error> {
        let mut limit = self.messages_limit;
        loop {
            match self.messages_page(chat, after, limit).await {
                Err(error) if error.is_too_large() && limit > 1 => limit = (limit / 4).max(1),
                result => return result,
            }
        }
    }

    async fn messages_page(
        &self,
        chat: &str,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<ChatMessages, Error> {
        let mut query = vec![
            pair("limit", limit.to_string()),
            pair("tool_use_input_max_chars", "-1"),
            pair("tool_result_max_chars", "-1"),
        ];
        query.extend(after.map(|cursor| pair("after_id", cursor.as_str())));
        let answer = self.json(Endpoint::MESSAGES, &[chat], query).await?;
        let wire: MessagesWire = decode(&answer, Endpoint::MESSAGES)?;
        Ok(ChatMessages {
            chat: decode(&answer, Endpoint::MESSAGES)?,
            messages: wire.chat_messages,
            has_more: wire.has_more,
            first: wire.first_id.map(Cursor::from),
            last: wire.last_id.map(Cursor::from),
            request_id: answer.request_id,
        })
    }

    /// Reads a file's facts; also those of a project's file.
    pub async fn file(&self, id: &str) -> Result<File, Error> {
        self.one(Endpoint::FILE, id).await
    }

    /// Reads a file's bytes, at most `bytes_max` of them; also those of a project's file.
    pub async fn file_content(&self, id: &str, bytes_max: usize) -> Result<Download, Error> {
        self.download(Endpoint::FILE_CONTENT, id, bytes_max).await
    }

    /// Reads a generated file's facts.
    pub async fn generated_file(&self, id: &str) -> Result<GeneratedFile, Error> {
        self.one(Endpoint::GENERATED_FILE, id).await
    }

    /// Reads a generated file's bytes, at most `bytes_max` of them.
    pub async fn generated_file_content(
        &self,
        id: &str,
        bytes_max: usize,
    ) -> Result<Download, Error> {
        self.download(Endpoint::GENERATED_FILE_CONTENT, id, bytes_max).await
    }

    /// Reads the facts of one version of an artifact.
    pub async fn artifact(&self, version: &str) -> Result<Artifact, Error> {
        self.one(Endpoint::ARTIFACT, version).await
    }

    /// Reads the text of one version of an artifact.
    ///
    /// The server wraps it into a JSON object; an older one sent the text itself, which is accepted.
    pub async fn artifact_content(&self, version: &str) -> Result<ArtifactContent, Error> {
        let answer = self.json(Endpoint::ARTIFACT_CONTENT, &[version], Vec::new()).await?;
        let wire = serde_json::from_slice(answer.body.expose()).unwrap_or_else(|_| ArtifactWire {
            content: Text::from(String::from_utf8_lossy(answer.body.expose()).into_owned()),
            title: None,
            artifact_type: None,
        });
        Ok(ArtifactContent {
            version_id: version.to_owned(),
            content: wire.content,
            title: wire.title,
            artifact_type: wire.artifact_type,
            request_id: answer.request_id,
        })
    }

    /// Lists projects, oldest first: those of one organization, or all that the key covers.
    ///
    /// Every page of a walk is asked for with the same organization.
    pub async fn projects(
        &self,
        organization: Option<&str>,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<Project>, Error> {
        let mut query = vec![pair("limit", "100")];
        query.extend(organization.map(|id| pair("organization_ids[]", id)));
        self.list(Endpoint::PROJECTS, "", query, page).await
    }

    /// Reads a project with its description and instructions.
    pub async fn project(&self, id: &str) -> Result<ProjectDetail, Error> {
        let answer = self.json(Endpoint::PROJECT, &[id], Vec::new()).await?;
        // Twice over the same bytes: flattening one type into the other would copy every string into
        // a buffer that is not wiped.
        let wire: ProjectWire = decode(&answer, Endpoint::PROJECT)?;
        Ok(ProjectDetail {
            project: decode(&answer, Endpoint::PROJECT)?,
            description: wire.description,
            instructions: wire.instructions,
            attachments_count: wire.attachments_count,
            chats_count: wire.chats_count,
            request_id: answer.request_id,
        })
    }

    /// Lists what is attached to a project, oldest first.
    pub async fn project_attachments(
        &self,
        id: &str,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<Attachment>, Error> {
        self.token_page(Endpoint::PROJECT_ATTACHMENTS, id, page, 100).await
    }

    /// Reads a project document with its text.
    pub async fn project_document(&self, id: &str) -> Result<Document, Error> {
        self.one(Endpoint::DOCUMENT, id).await
    }

    /// Reads a project document's facts.
    pub async fn project_document_metadata(&self, id: &str) -> Result<DocumentMetadata, Error> {
        self.one(Endpoint::DOCUMENT_METADATA, id).await
    }

    /// Lists the organizations that the key covers.
    pub async fn organizations(
        &self,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<Organization>, Error> {
        self.token_page(Endpoint::ORGANIZATIONS, "", page, 1_000).await
    }

    /// Lists the current users of an organization.
    pub async fn users(
        &self,
        organization: &str,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<User>, Error> {
        self.token_page(Endpoint::USERS, organization, page, 1_000).await
    }

    async fn one<T: DeserializeOwned>(&self, endpoint: Endpoint, id: &str) -> Result<T, Error> {
        decode(&self.json(endpoint, &[id], Vec::new()).await?, endpoint)
    }

    async fn cursor_page<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        query: Vec<Pair>,
    ) -> Result<CursorPage<T>, Error> {
        let answer = self.json(endpoint, &[], query).await?;
        let wire: CursorPageWire<T> = decode(&answer, endpoint)?;
        Ok(CursorPage {
            items: wire.data,
            has_more: wire.has_more,
            first: wire.first_id.map(Cursor::from),
            last: wire.last_id.map(Cursor::from),
            request_id: answer.request_id,
        })
    }

    async fn token_page<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        id: &str,
        page: Option<&PageToken>,
        limit: u32,
    ) -> Result<TokenPage<T>, Error> {
        self.list(endpoint, id, vec![pair("limit", limit.to_string())], page).await
    }

    async fn list<T: DeserializeOwned>(
        &self,
        endpoint: Endpoint,
        id: &str,
        mut query: Vec<Pair>,
        page: Option<&PageToken>,
    ) -> Result<TokenPage<T>, Error> {
        query.extend(page.map(|page| pair("page", page.as_str())));
        let ids = if id.is_empty() { &[][..] } else { &[id][..] };
        let answer = self.json(endpoint, ids, query).await?;
        let wire: TokenPageWire<T> = decode(&answer, endpoint)?;
        // Some lists say `has_more`, others only leave out the next page.
        let next = wire.next_page.filter(|_| wire.has_more != Some(false)).map(PageToken::from);
        Ok(TokenPage { items: wire.data, next, request_id: answer.request_id })
    }

    async fn json(
        &self,
        endpoint: Endpoint,
        ids: &[&str],
        query: Vec<Pair>,
    ) -> Result<Answer, Error> {
        let bytes_max = self.transport.limits.json_bytes_max;
        let answer = self.transport.call(&Call { endpoint, ids, query, bytes_max }).await?;
        if answer.complete {
            Ok(answer)
        } else {
            Err(describe(
                &answer,
                endpoint,
                ErrorKind::TooLarge,
                "the body is longer than the client holds",
            ))
        }
    }

    async fn download(
        &self,
        endpoint: Endpoint,
        id: &str,
        bytes_max: usize,
    ) -> Result<Download, Error> {
        let call = Call { endpoint, ids: &[id], query: Vec::new(), bytes_max };
        self.transport.call(&call).await.map(Download::new)
    }
}

/// Reads a body. The parser's own error is dropped: it may quote.
fn decode<T: DeserializeOwned>(answer: &Answer, endpoint: Endpoint) -> Result<T, Error> {
    serde_json::from_slice(answer.body.expose()).map_err(|_| {
        describe(
            answer,
            endpoint,
            ErrorKind::Unreadable,
            "the body has another shape than documented",
        )
    })
}

fn describe(answer: &Answer, endpoint: Endpoint, kind: ErrorKind, reason: &'static str) -> Error {
    Error::new(kind, reason).with(|facts| {
        facts.endpoint = Some(endpoint.0);
        facts.status = Some(200);
        facts.request_id.clone_from(&answer.request_id);
        facts.attempts = 1;
    })
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct CursorPageWire<T> {
    #[serde(deserialize_with = "wire::list")]
    data: Vec<T>,
    #[serde(default, deserialize_with = "wire::flag")]
    has_more: bool,
    #[serde(default, deserialize_with = "wire::position")]
    first_id: Option<String>,
    #[serde(default, deserialize_with = "wire::position")]
    last_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct TokenPageWire<T> {
    #[serde(deserialize_with = "wire::list")]
    data: Vec<T>,
    #[serde(default, deserialize_with = "wire::fact")]
    has_more: Option<bool>,
    #[serde(default, deserialize_with = "wire::position")]
    next_page: Option<String>,
}

#[derive(Deserialize)]
struct TranscriptWire {
    session: Session,
    #[serde(deserialize_with = "wire::list")]
    data: Vec<SessionMessage>,
    #[serde(default, deserialize_with = "wire::position")]
    next_page: Option<String>,
}

#[derive(Deserialize)]
struct MessagesWire {
    #[serde(deserialize_with = "wire::list")]
    chat_messages: Vec<Message>,
    #[serde(default, deserialize_with = "wire::flag")]
    has_more: bool,
    #[serde(default, deserialize_with = "wire::position")]
    first_id: Option<String>,
    #[serde(default, deserialize_with = "wire::position")]
    last_id: Option<String>,
}

#[derive(Deserialize)]
struct ProjectWire {
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    description: Text,
    #[serde(default = "wire::no_text", deserialize_with = "wire::text")]
    instructions: Text,
    #[serde(default, deserialize_with = "wire::fact")]
    attachments_count: Option<u64>,
    #[serde(default, deserialize_with = "wire::fact")]
    chats_count: Option<u64>,
}

#[derive(Deserialize)]
struct ArtifactWire {
    #[serde(deserialize_with = "wire::text")]
    content: Text,
    #[serde(default, deserialize_with = "wire::maybe_text")]
    title: Option<Text>,
    #[serde(default, deserialize_with = "wire::name")]
    artifact_type: Option<String>,
}
