//! Organizations and their users.

use serde_json::json;

use super::{Input, Outcome, envelope, grown, token_page};
use crate::{
    page::{Key, Order},
    query::Param,
    refusal::Refusal,
    state::{State, at},
    time::{Shape, hash},
};

pub(crate) const PARAMS: &[Param] = &[Param::Limit(1_000), Param::Text("page")];

/// `GET /v1/compliance/organizations`
pub(crate) fn organizations(state: &mut State, input: &Input) -> Outcome {
    let items = state
        .organizations
        .iter()
        .filter(|organization| input.key.covers(&organization.uuid))
        .map(|organization| {
            let created_at = at(&organization.created_at);
            let value = json!({
                "uuid": organization.uuid,
                "name": organization.name,
                "created_at": Shape::Offset.write(created_at),
            });
            (Key { k: created_at, id: organization.uuid.clone() }, grown(&state.behaviour, value))
        })
        .collect();
    token_page(input, items, Order::Ascending, 1_000, "").map(envelope)
}

/// Refuses an organization that does not exist or is out of the key's reach.
pub(super) fn check(state: &State, input: &Input) -> Result<(), Refusal> {
    let known = state.organizations.iter().any(|organization| organization.uuid == input.id);
    if !known || !input.key.covers(&input.id) {
        return Err(Refusal::not_found(format!(
            "The \"{}\" organization does not exist or the requester is not authorized to access it.",
            input.id
        )));
    }
    Ok(())
}

/// `GET /v1/compliance/organizations/{uuid}/users`
pub(crate) fn users(state: &mut State, input: &Input) -> Outcome {
    check(state, input)?;
    let items = state
        .users
        .iter()
        .filter(|user| user.organization == input.id)
        .map(|user| {
            let created_at = at(&user.created_at);
            let naive = state.behaviour.vary && hash(&user.id).is_multiple_of(2);
            let shape = if naive { Shape::Naive } else { Shape::Short };
            let value = json!({
                "id": user.id,
                "email": user.email,
                "full_name": user.full_name,
                "organization_role": user.organization_role,
                "created_at": shape.write(created_at),
            });
            (Key { k: created_at, id: user.id.clone() }, grown(&state.behaviour, value))
        })
        .collect();
    token_page(input, items, Order::Ascending, 500, "").map(envelope)
}
