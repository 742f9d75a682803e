//! The table of endpoints.

use crate::{
    answer::{
        Input, Outcome, access, activities, artifacts, chats, deletes, directory, files, messages,
        projects, published, sessions,
    },
    key::Scope,
    query::Param,
    state::State,
};

/// How an endpoint is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Delete,
}

/// One endpoint.
pub(super) struct Endpoint {
    pub(super) method: Method,
    pub(super) path: &'static str,
    pub(super) scope: Scope,
    pub(super) params: &'static [Param],
    pub(super) answer: fn(&mut State, &Input) -> Outcome,
}

const fn get(
    path: &'static str,
    scope: Scope,
    params: &'static [Param],
    answer: fn(&mut State, &Input) -> Outcome,
) -> Endpoint {
    Endpoint { method: Method::Get, path, scope, params, answer }
}

const fn delete(path: &'static str, answer: fn(&mut State, &Input) -> Outcome) -> Endpoint {
    Endpoint { method: Method::Delete, path, scope: Scope::Delete, params: &[], answer }
}

use Scope::{Activities, OrganizationData, UserData};

/// Every endpoint that the simulator knows.
#[rustfmt::skip]
pub(super) const ENDPOINTS: &[Endpoint] = &[
    get("/v1/compliance/activities", Activities, activities::PARAMS, activities::list),
    get("/v1/compliance/organizations", OrganizationData, directory::PARAMS, directory::organizations),
    get("/v1/compliance/organizations/{id}/users", UserData, directory::PARAMS, directory::users),
    get("/v1/compliance/organizations/{id}/roles", OrganizationData, directory::PARAMS, access::roles),
    get("/v1/compliance/organizations/{id}/roles/{role}", OrganizationData, &[], access::role),
    get("/v1/compliance/organizations/{id}/roles/{role}/permissions", OrganizationData, directory::PARAMS, access::permissions),
    get("/v1/compliance/organizations/{id}/settings", OrganizationData, &[], access::settings),
    get("/v1/compliance/groups", OrganizationData, access::GROUP_PARAMS, access::groups),
    get("/v1/compliance/groups/{id}", OrganizationData, &[], access::group),
    get("/v1/compliance/groups/{id}/members", UserData, directory::PARAMS, access::members),
    get("/v1/compliance/apps/chats", UserData, chats::PARAMS, chats::list),
    get("/v1/compliance/apps/chats/{id}/messages", UserData, messages::PARAMS, messages::list),
    get("/v1/compliance/apps/chats/files/{id}", UserData, &[], files::metadata),
    get("/v1/compliance/apps/chats/files/{id}/content", UserData, &[], files::content),
    get("/v1/compliance/apps/chats/generated-files/{id}", UserData, &[], files::generated_metadata),
    get("/v1/compliance/apps/chats/generated-files/{id}/content", UserData, &[], files::generated_content),
    get("/v1/compliance/apps/artifacts/{id}", UserData, &[], artifacts::metadata),
    get("/v1/compliance/apps/artifacts/{id}/content", UserData, &[], artifacts::content),
    get("/v1/compliance/apps/projects", UserData, projects::PARAMS, projects::list),
    get("/v1/compliance/apps/projects/{id}", UserData, &[], projects::detail),
    get("/v1/compliance/apps/projects/{id}/attachments", UserData, projects::PAGE_PARAMS, projects::attachments),
    get("/v1/compliance/apps/projects/{id}/collaborators", UserData, projects::PAGE_PARAMS, projects::collaborators),
    get("/v1/compliance/apps/projects/documents/{id}", UserData, &[], projects::document),
    get("/v1/compliance/apps/projects/documents/{id}/metadata", UserData, &[], projects::document_metadata),
    get("/v1/compliance/apps/sessions/local", UserData, sessions::LOCAL_PARAMS, sessions::local),
    get("/v1/compliance/apps/sessions/local/{id}", UserData, &[], sessions::local_session),
    get("/v1/compliance/apps/sessions/local/{id}/messages", UserData, sessions::MESSAGE_PARAMS, sessions::local_messages),
    get("/v1/compliance/apps/sessions/remote", UserData, sessions::REMOTE_PARAMS, sessions::remote),
    get("/v1/compliance/apps/sessions/remote/{id}/messages", UserData, sessions::MESSAGE_PARAMS, sessions::remote_messages),
    get("/v1/compliance/apps/code/artifacts", UserData, published::PARAMS, published::list),
    get("/v1/compliance/apps/code/artifacts/{id}/versions/{version}", UserData, published::CONTENT_PARAMS, published::version),
    get("/v1/compliance/apps/code/artifacts/{id}/content", UserData, published::CONTENT_PARAMS, published::content),
    get("/v1/compliance/organizations/{id}/user_preferences", UserData, published::PREFERENCE_PARAMS, published::preferences),
    delete("/v1/compliance/apps/chats/{id}", deletes::chat),
    delete("/v1/compliance/apps/chats/files/{id}", deletes::file),
    delete("/v1/compliance/apps/projects/{id}", deletes::project),
    delete("/v1/compliance/apps/projects/documents/{id}", deletes::document),
];
