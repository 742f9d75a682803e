//! Who may do what: roles, groups and settings. The worker asks for none of it.

use serde_json::{Value, json};

use super::{Answer, Input, Outcome, directory, envelope, grown, token_page};
use crate::{
    Group, Role,
    page::{Key, Order},
    query::Param,
    refusal::Refusal,
    state::{State, at},
    time::{Shape, hash},
};

pub(crate) const GROUP_PARAMS: &[Param] =
    &[Param::Limit(1_000), Param::Text("page"), Param::Text("name_prefix")];

/// When everything here was made: without an offset, as the directory writes it.
const MADE_AT: &str = "2025-03-01T00:00:00Z";

/// `GET /v1/compliance/organizations/{uuid}/roles`
pub(crate) fn roles(state: &mut State, input: &Input) -> Outcome {
    directory::check(state, input)?;
    let items = state.roles.iter().map(|role| (key(&role.id), role_json(state, role)));
    token_page(input, items.collect(), Order::Ascending, 500, "").map(envelope)
}

/// `GET /v1/compliance/organizations/{uuid}/roles/{role_id}`
pub(crate) fn role(state: &mut State, input: &Input) -> Outcome {
    find_role(state, input).map(|role| Answer::Json(role_json(state, role)))
}

/// `GET /v1/compliance/organizations/{uuid}/roles/{role_id}/permissions`
pub(crate) fn permissions(state: &mut State, input: &Input) -> Outcome {
    let permissions = &find_role(state, input)?.permissions;
    let items = permissions.iter().map(|action| {
        let on =
            json!({"action": action, "resource_type": "organization", "resource_id": input.id});
        (key(action), grown(&state.behaviour, on))
    });
    token_page(input, items.collect(), Order::Ascending, 500, "").map(envelope)
}

fn find_role<'s>(state: &'s State, input: &Input) -> Result<&'s Role, Refusal> {
    directory::check(state, input)?;
    let wanted = input.ids.get(1);
    let role = state.roles.iter().find(|role| Some(&role.id) == wanted);
    role.ok_or_else(|| Refusal::not_found("Role not found."))
}

fn role_json(state: &State, role: &Role) -> Value {
    let made = Shape::Naive.write(at(MADE_AT));
    let role = json!({
        "id": role.id, "name": role.name, "description": "", "created_at": made, "updated_at": null,
    });
    grown(&state.behaviour, role)
}

/// `GET /v1/compliance/groups`
pub(crate) fn groups(state: &mut State, input: &Input) -> Outcome {
    let prefix = input.query.text("name_prefix").unwrap_or_default();
    let listed = state.groups.iter().filter(|group| group.name.starts_with(prefix));
    let items = listed.map(|group| (key(&group.id), group_json(state, group))).collect();
    token_page(input, items, Order::Ascending, 500, "").map(envelope)
}

/// `GET /v1/compliance/groups/{group_id}`
pub(crate) fn group(state: &mut State, input: &Input) -> Outcome {
    find_group(state, input).map(|group| Answer::Json(group_json(state, group)))
}

/// `GET /v1/compliance/groups/{group_id}/members`
pub(crate) fn members(state: &mut State, input: &Input) -> Outcome {
    let members = &find_group(state, input)?.members;
    let items = members.iter().filter_map(|id| state.user(Some(id))).map(|user| {
        let made = Shape::Naive.write(at(MADE_AT));
        let member = json!({
            "user_id": user.id, "email": user.email, "created_at": made, "updated_at": null,
        });
        (key(&user.id), grown(&state.behaviour, member))
    });
    token_page(input, items.collect(), Order::Ascending, 500, "").map(envelope)
}

fn find_group<'s>(state: &'s State, input: &Input) -> Result<&'s Group, Refusal> {
    let group = state.groups.iter().find(|group| group.id == input.id);
    group.ok_or_else(|| Refusal::not_found("Group not found."))
}

fn group_json(state: &State, group: &Group) -> Value {
    let source = if group.scim { "scim" } else { "direct" };
    // Without roles it is `null` or empty.
    let none = state.behaviour.vary && hash(&group.id).is_multiple_of(2) && group.roles.is_empty();
    let group = json!({
        "id": group.id, "name": group.name, "description": "", "source_type": source,
        "roles": (!none).then_some(&group.roles), "created_at": null, "updated_at": null,
    });
    grown(&state.behaviour, group)
}

/// `GET /v1/compliance/organizations/{uuid}/settings`
pub(crate) fn settings(state: &mut State, input: &Input) -> Outcome {
    directory::check(state, input).map_err(|_| {
        let id = &input.id;
        Refusal::not_found(format!(
            "organization `{id}` not found in this organization's hierarchy"
        ))
    })?;
    let scopes = &input.key.scopes;
    let settings = json!({
        "type": "effective_organization_settings",
        "organization_id": input.id,
        "settings": [
            {"name": "skills_enabled", "type": "boolean", "value": true},
            {"name": "account_session_duration_seconds", "type": "integer", "value": null},
            {"name": "ip_allowlist_ip_ranges", "type": "string_list", "value": ["198.51.100.0/24"]},
            {"name": "data_retention_periods", "type": "data_retention",
             "value": {"chat": {"type": "fixed", "timescale": "day", "duration": 30}}},
        ],
        "api_keys": [{
            "type": "compliance_api_key", "id": "apikey_01", "name": "simulator", "scopes": scopes,
            "is_active": true, "created_at": MADE_AT, "created_by_id": null, "expires_at": null,
        }],
    });
    Ok(Answer::Json(grown(&state.behaviour, settings)))
}

fn key(id: &str) -> Key {
    Key { k: at(MADE_AT), id: id.to_owned() }
}
