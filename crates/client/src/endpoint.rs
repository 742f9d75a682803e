//! The paths that this client knows, as templates.

use reqwest::Url;

use crate::{Error, ErrorKind};

/// A path in which `{}` stands for an id. The template itself may appear in errors and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(pub(crate) &'static str);

impl Endpoint {
    pub(crate) const ACTIVITIES: Self = Self("/v1/compliance/activities");
    pub(crate) const ARTIFACT: Self = Self("/v1/compliance/apps/artifacts/{}");
    pub(crate) const ARTIFACT_CONTENT: Self = Self("/v1/compliance/apps/artifacts/{}/content");
    pub(crate) const CHATS: Self = Self("/v1/compliance/apps/chats");
    pub(crate) const CODE_ARTIFACTS: Self = Self("/v1/compliance/apps/code/artifacts");
    pub(crate) const CODE_CONTENT: Self = Self("/v1/compliance/apps/code/artifacts/{}/content");
    pub(crate) const CODE_VERSION: Self = Self("/v1/compliance/apps/code/artifacts/{}/versions/{}");
    pub(crate) const DOCUMENT: Self = Self("/v1/compliance/apps/projects/documents/{}");
    pub(crate) const DOCUMENT_METADATA: Self =
        Self("/v1/compliance/apps/projects/documents/{}/metadata");
    pub(crate) const FILE: Self = Self("/v1/compliance/apps/chats/files/{}");
    pub(crate) const FILE_CONTENT: Self = Self("/v1/compliance/apps/chats/files/{}/content");
    pub(crate) const GENERATED_FILE: Self = Self("/v1/compliance/apps/chats/generated-files/{}");
    pub(crate) const GENERATED_FILE_CONTENT: Self =
        Self("/v1/compliance/apps/chats/generated-files/{}/content");
    pub(crate) const LOCAL_MESSAGES: Self = Self("/v1/compliance/apps/sessions/local/{}/messages");
    pub(crate) const LOCAL_SESSIONS: Self = Self("/v1/compliance/apps/sessions/local");
    pub(crate) const MESSAGES: Self = Self("/v1/compliance/apps/chats/{}/messages");
    pub(crate) const ORGANIZATIONS: Self = Self("/v1/compliance/organizations");
    pub(crate) const PREFERENCES: Self = Self("/v1/compliance/organizations/{}/user_preferences");
    pub(crate) const PROJECT: Self = Self("/v1/compliance/apps/projects/{}");
    pub(crate) const PROJECT_ATTACHMENTS: Self =
        Self("/v1/compliance/apps/projects/{}/attachments");
    pub(crate) const PROJECTS: Self = Self("/v1/compliance/apps/projects");
    pub(crate) const REMOTE_MESSAGES: Self =
        Self("/v1/compliance/apps/sessions/remote/{}/messages");
    pub(crate) const REMOTE_SESSIONS: Self = Self("/v1/compliance/apps/sessions/remote");
    pub(crate) const USERS: Self = Self("/v1/compliance/organizations/{}/users");

    /// Whether the server limits it besides what all requests share.
    pub(crate) fn has_its_own_limit(self) -> bool {
        self == Self::REMOTE_SESSIONS || self == Self::REMOTE_MESSAGES
    }

    /// The address under `base`, with each id as one path segment whatever it holds.
    pub(crate) fn url(self, base: &Url, ids: &[&str]) -> Result<Url, Error> {
        if ids.len() < self.0.matches("{}").count() || !ids.iter().all(|id| is_segment(id)) {
            return Err(Error::new(ErrorKind::Argument, "the id cannot stand in a path")
                .with(|facts| facts.endpoint = Some(self.0)));
        }
        let mut url = base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty();
            let mut ids = ids.iter();
            for segment in self.0.split('/').skip(1) {
                path.push(if segment == "{}" { ids.next().unwrap_or(&"") } else { segment });
            }
        }
        Ok(url)
    }
}

/// Dots alone would climb up in the path; an empty id would name the list instead.
fn is_segment(id: &str) -> bool {
    (1..=256).contains(&id.len()) && !matches!(id, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, id: &str, expected: Option<&str>) {
        let url = Endpoint::MESSAGES.url(&Url::parse(base).unwrap(), &[id]).ok();
        assert_eq!(url.as_ref().map(Url::as_str), expected, "{id}");
    }

    #[test]
    fn an_id_is_one_segment_whatever_it_holds() {
        let base = "https://api.test";
        check(base, "c_1", Some("https://api.test/v1/compliance/apps/chats/c_1/messages"));
        check(
            base,
            "a/b?c#d",
            Some("https://api.test/v1/compliance/apps/chats/a%2Fb%3Fc%23d/messages"),
        );
        check(
            base,
            "%2e%2e",
            Some("https://api.test/v1/compliance/apps/chats/%252e%252e/messages"),
        );
        check(
            "https://proxy.test/x/",
            "c",
            Some("https://proxy.test/x/v1/compliance/apps/chats/c/messages"),
        );
        for id in ["", ".", "..", &"x".repeat(257)] {
            check(base, id, None);
        }
    }
}
