//! What is wrong, and what to do about it.

use dosimeter_client::{ActivityQuery, ChatQuery, Client, Error as ApiError, ErrorKind, KeyKind};
use dosimeter_sandbox::RecogniserError;

use crate::{Error, deliver::Outlet};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What.
    pub name: String,
    /// How it is.
    pub health: Health,
    /// What was seen.
    pub seen: String,
    /// What to do about it; empty if there is nothing to do.
    pub advice: &'static str,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Health {
    /// As it should be.
    Good,
    /// The worker runs, and something is missing.
    Degraded,
    /// The worker cannot run.
    Bad,
}

impl Check {
    fn new(name: impl Into<String>, health: Health, seen: impl Into<String>) -> Self {
        Self { name: name.into(), health, seen: seen.into(), advice: "" }
    }

    /// Whether text in pictures can be recognised: the problem, if it cannot.
    pub fn recognition(problem: Option<RecogniserError>) -> Self {
        const NAME: &str = "text recognition";
        match problem {
            None => Self::new(NAME, Health::Good, "Tesseract and its languages are there"),
            // The worker refuses to start without it.
            Some(problem) => Self::new(NAME, Health::Bad, problem.to_string())
                .advise("install what is missing, or leave `scan.ocr` out"),
        }
    }

    fn advise(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
    }
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyState {
    /// It works.
    Active,
    /// It is unknown, of another family, or switched off.
    Invalid,
    /// It has run out.
    Expired,
    /// It may not ask for this.
    MissingScope,
    /// The API is switched off for the organisation.
    ApiDisabled,
    /// There were too many requests.
    Throttled,
    /// Nothing is known: the API does not answer.
    Stale,
}

impl KeyState {
    /// What an answer says of the key.
    pub fn of(error: &ApiError) -> Self {
        match error.kind() {
            // The one reason among those for a refusal that has words of its own.
            ErrorKind::Auth if error.to_string().contains("expired") => Self::Expired,
            ErrorKind::Auth => Self::Invalid,
            ErrorKind::Permission => Self::MissingScope,
            ErrorKind::Disabled => Self::ApiDisabled,
            ErrorKind::Throttled => Self::Throttled,
            _ => Self::Stale,
        }
    }

    /// The state in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invalid => "invalid",
            Self::Expired => "expired",
            Self::MissingScope => "missing scope",
            Self::ApiDisabled => "API disabled",
            Self::Throttled => "throttled",
            Self::Stale => "stale",
        }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Active => "",
            Self::Invalid => "check the key, or make a new one in the organisation's settings",
            Self::Expired => "make a new key and put it where the configuration says",
            Self::MissingScope => "scopes cannot be added: make a key that has it",
            Self::ApiDisabled => "switch the Compliance API on in the organisation's settings",
            Self::Throttled => "other tools use the budget: lower `limits.requests_share`, or wait",
            Self::Stale => "check `api.base_url`, the network and any proxy",
        }
    }
}

/// Looks at the key, each of its scopes, the clock and the budget. `named` are the organisations that are not
/// asked for.
pub(crate) async fn api(client: &Client, named: &[String]) -> Vec<Check> {
    let mut checks = vec![kind(client)];
    let (chats, activities) = (ChatQuery::updated().limit(1), ActivityQuery::all().limit(1));
    // At once: whoever waits for this should not wait for one after the other to be given up.
    let (organizations, chats, activities) = futures_util::future::join3(
        client.organizations(None),
        client.chats(&chats),
        client.activities(&activities),
    )
    .await;
    let first = organizations.as_ref().ok().and_then(|page| page.items.first());
    let first = first.map(|organization| organization.uuid.clone());
    let first = named.first().cloned().or(first);
    checks.push(listing(organizations.map(drop), !named.is_empty()));
    checks.push(scope("chats and files", chats.map(drop), Health::Bad));
    checks.push(scope("activities", activities.map(drop), Health::Degraded));
    if let Some(first) = first
        && !is_used_up(client)
    {
        let sessions =
            client.remote_sessions(&first, &dosimeter_client::TimeRange::all(), None).await;
        checks.push(scope("sessions", sessions.map(drop), Health::Degraded));
    }
    checks.push(clock(client));
    checks.push(budget(client));
    checks
}

/// Whether nothing is left of this minute's requests: the next one would wait.
pub(crate) fn is_used_up(client: &Client) -> bool {
    client.standing().requests_remaining == Some(0)
}

/// Whether organisations can be listed, which is needed unless they are named.
fn listing(result: Result<(), ApiError>, named: bool) -> Check {
    let worst = if named { Health::Degraded } else { Health::Bad };
    let is_scope = result.as_ref().is_err_and(ApiError::is_permission);
    let check = scope("organisations", result, worst);
    if !is_scope {
        return check;
    }
    check.advise(if named {
        "not needed, since `api.organizations` names them; others that the key covers are not read"
    } else {
        "scopes cannot be added: make a key that has it, or name them in `api.organizations`"
    })
}

/// The store was filled under another fingerprint key.
pub(crate) fn foreign_fingerprints() -> Check {
    Check::new("fingerprint key", Health::Bad, "the state was filled under another one")
        .advise("use the key of this state, or another state: every finding would get another id")
}

/// Whether the key is that of the state's parent organisation; what else is wrong with it is seen elsewhere.
pub(crate) fn owner(organizations: &Result<Vec<String>, Error>) -> Option<Check> {
    matches!(organizations, Err(Error::ForeignOrganization)).then(|| {
        Check::new("organisation", Health::Bad, "the key is of another parent than the state")
            .advise("use the key of the state's parent, or name this one in `state.parent`")
    })
}

fn kind(client: &Client) -> Check {
    match client.key_kind() {
        KeyKind::Compliance => Check::new("key", Health::Good, "a compliance key"),
        KeyKind::Admin => {
            Check::new("key", Health::Bad, "an admin key, which reads activities only")
                .advise("use a Compliance Access Key (sk-ant-api01-…)")
        }
        KeyKind::Model => {
            Check::new("key", Health::Bad, "a Claude API key, which reads nothing here")
                .advise("use a Compliance Access Key (sk-ant-api01-…)")
        }
        _ => Check::new("key", Health::Degraded, "of an unknown kind")
            .advise("a Compliance Access Key begins with sk-ant-api01-"),
    }
}

/// What the answer to one request says of the scope that it needs.
fn scope(name: &str, result: Result<(), ApiError>, worst: Health) -> Check {
    let Err(error) = result else { return Check::new(name, Health::Good, "can be read") };
    if error.is_gone() {
        return Check::new(name, Health::Degraded, "not available for this organisation");
    }
    let state = KeyState::of(&error);
    let needed = error.needed_scopes().join(" or ");
    let seen = if needed.is_empty() {
        format!("{}: {error}", state.name())
    } else {
        format!("{}: needs {needed}, has {}", state.name(), error.granted_scopes().join(", "))
    };
    let health = if state == KeyState::MissingScope { worst } else { Health::Bad };
    let advice = match error.kind() {
        ErrorKind::Server => "the API itself is in trouble: wait, and see its status page",
        _ => state.advice(),
    };
    Check::new(name, health, seen).advise(advice)
}

/// A clock that is wrong asks for the wrong times.
fn clock(client: &Client) -> Check {
    const AHEAD_MAX_S: u64 = 60;
    match client.standing().clock_ahead_s {
        None => Check::new("clock", Health::Degraded, "the API did not say the time"),
        Some(ahead) if ahead.unsigned_abs() <= AHEAD_MAX_S => {
            Check::new("clock", Health::Good, format!("{ahead} s ahead of the API's"))
        }
        Some(ahead) => {
            Check::new("clock", Health::Degraded, format!("{ahead} s ahead of the API's"))
                .advise("set the clock by NTP")
        }
    }
}

fn budget(client: &Client) -> Check {
    let standing = client.standing();
    match (standing.requests_remaining, standing.requests_limit) {
        (Some(0), _) => Check::new("budget", Health::Degraded, "used up for this minute")
            .advise("other tools use it: lower `limits.requests_share`, or talk to their owners"),
        (Some(left), Some(limit)) => {
            let seen = format!("{left} of {limit} requests left in this minute");
            Check::new("budget", Health::Good, seen)
        }
        _ => Check::new("budget", Health::Degraded, "the API did not say"),
    }
}

/// Whether somebody is at the end of each sink.
pub(crate) async fn sinks(outlets: &[Outlet]) -> Vec<Check> {
    let mut checks = Vec::new();
    for outlet in outlets {
        let name = format!("sink {}", outlet.name);
        checks.push(match outlet.sink.check().await {
            Ok(()) => Check::new(name, Health::Good, "answers"),
            Err(problem) => Check::new(name, Health::Degraded, problem)
                .advise("check its address and secret; findings wait in the outbox"),
        });
    }
    checks
}

/// What the store says of itself.
pub(crate) fn store(result: Result<Vec<(String, String, u64)>, Error>, in_use: bool) -> Vec<Check> {
    let dead = match result {
        Ok(dead) => dead,
        Err(error) => {
            let check = Check::new("state", Health::Bad, error.to_string());
            return vec![check.advise("check the state directory or the database")];
        }
    };
    let seen = if in_use { "in use by a worker" } else { "can be used" };
    let mut checks = vec![Check::new("state", Health::Good, seen)];
    checks.extend(dead.into_iter().map(|(sink, reason, letters)| {
        let seen = format!("{letters} findings were given up: {reason}");
        Check::new(format!("sink {sink}"), Health::Degraded, seen).advise(
            "put the sink right; `dosimeter worker run` with `--retry-dead-letters` sends them",
        )
    }));
    checks
}
