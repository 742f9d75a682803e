//! The configuration as it is written.

use dosimeter_record::{Confidence, Label};
use dosimeter_sandbox::Languages;
use dosimeter_store::is_parent_name;
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    Config, ConfigError, FILE_BYTES_MAX, MEGABYTE, SecretRef,
    sink::{SinkSection, sinks},
};
use crate::{FileTypes, Schedule, Scope, Selection};

/// `dosimeter.toml`, parsed and not yet checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// Where to read from.
    pub api: ApiSection,
    /// Where to keep the state.
    pub state: StateSection,
    /// How values are recognised again.
    pub fingerprint: FingerprintSection,
    /// What to scan.
    #[serde(default)]
    pub scan: ScanSection,
    /// How much to use.
    #[serde(default)]
    pub limits: LimitsSection,
    /// Which sources, and whose.
    #[serde(default)]
    pub scope: ScopeSection,
    /// When.
    #[serde(default)]
    pub schedule: ScheduleSection,
    /// Health and metrics.
    #[serde(default)]
    pub serve: ServeSection,
    /// What is to be done about findings.
    #[serde(default)]
    pub policy: PolicySection,
    /// Who is told.
    #[serde(default)]
    pub sink: Vec<SinkSection>,
}

/// `[policy]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySection {
    /// The policy.
    pub file: Option<String>,
}

/// `[scope]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScopeSection {
    /// Chats, with what is attached to them.
    pub chats: Option<bool>,
    /// Projects, with their files and documents.
    pub projects: Option<bool>,
    /// Transcripts of sessions on users' machines.
    pub local_sessions: Option<bool>,
    /// Transcripts of sessions in the cloud.
    pub remote_sessions: Option<bool>,
    /// What users published.
    pub code_artifacts: Option<bool>,
    /// What users told the model about themselves.
    pub user_preferences: Option<bool>,
    /// Whose, by id or e-mail address.
    pub users: SelectionSection,
    /// Which projects, and the chats in them, by id.
    pub in_projects: SelectionSection,
}

/// `[scope.users]`, `[scope.in_projects]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SelectionSection {
    /// Only these.
    pub include: Vec<String>,
    /// Not these; wins.
    pub exclude: Vec<String>,
    /// Also those in which one of these regular expressions is found.
    pub matching: Vec<String>,
    /// Not those; wins.
    pub not_matching: Vec<String>,
}

/// `[schedule]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleSection {
    /// `off`, `hourly`, `daily`, `weekly`, a duration, or a cron expression.
    pub every: Option<String>,
    /// How many days before the first run are read.
    pub history_days: Option<u32>,
}

/// `[serve]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServeSection {
    /// Where.
    pub listen: Option<std::net::SocketAddr>,
}

/// `[api]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiSection {
    /// Where the API is.
    #[serde(default = "default_base_url")]
    pub base_url: String,
    /// Where the key is.
    pub key: SecretRef,
    /// The organisations to read; all if empty.
    #[serde(default)]
    pub organizations: Vec<String>,
}

/// `[state]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateSection {
    /// The directory.
    pub directory: String,
    /// A database that many workers share instead.
    #[serde(default)]
    pub postgres: Option<SecretRef>,
    /// A name for the parent organisation.
    #[serde(default)]
    pub parent: String,
}

/// `[fingerprint]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FingerprintSection {
    /// Where the key is: 64 hexadecimal digits.
    pub key: SecretRef,
}

/// `[scan]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScanSection {
    /// The most megabytes that are read of one file.
    pub file_mb_max: Option<u64>,
    /// Extensions or media types; all if empty.
    pub file_types: Vec<String>,
    /// Languages to read text in pictures in.
    pub ocr: Option<Vec<String>>,
    /// The first run reads chats that changed since then.
    pub since: Option<String>,
    /// Files and folders of rules besides the built-in ones.
    pub rules: Vec<String>,
    /// Labels to look for; all if empty.
    pub labels: Vec<String>,
    /// Findings below this are not kept.
    pub min_confidence: Option<String>,
}

/// `[limits]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsSection {
    /// The share of the organisation's request budget.
    pub requests_share: Option<f64>,
    /// Requests under way at once.
    pub in_flight: Option<usize>,
    /// Megabytes of content in memory at once.
    pub memory_mb: Option<u64>,
}

fn default_base_url() -> String {
    "https://api.anthropic.com".to_owned()
}

impl ConfigFile {
    /// Parses the text of a configuration file.
    ///
    /// # Errors
    ///
    /// If it is not TOML, or has unknown, missing or wrongly typed keys.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        dosimeter_service::parse_toml(text).map_err(ConfigError::Syntax)
    }

    /// Checks every value.
    ///
    /// # Errors
    ///
    /// If a value is out of its limits.
    pub fn validate(self) -> Result<Config, ConfigError> {
        let default = Config::new("", self.api.key.clone(), "", self.fingerprint.key.clone());
        let (file_bytes_max, since) = (self.scan.file_bytes_max()?, self.scan.since()?);
        let ocr = self.scan.ocr()?;
        Ok(Config {
            base_url: base_url(self.api.base_url)?,
            organizations: organizations(self.api.organizations)?,
            state_directory: directory(self.state.directory)?.into(),
            file_bytes_max,
            ocr,
            since,
            scope: self.scope.scope()?,
            history_days: self.schedule.history_days,
            schedule: self.schedule.schedule()?,
            listen: self.serve.listen,
            postgres: self.state.postgres,
            parent: parent(self.state.parent)?,
            policy: self.policy.file.map(Into::into),
            rules: self.scan.rules.iter().map(Into::into).collect(),
            sinks: sinks(self.sink)?,
            labels: self.scan.labels()?,
            min_confidence: self.scan.min_confidence()?.unwrap_or(default.min_confidence),
            file_types: FileTypes::only(self.scan.file_types),
            requests_share: self.limits.requests_share()?.unwrap_or(default.requests_share),
            in_flight: self.limits.in_flight()?.unwrap_or(default.in_flight),
            content_bytes_max: self
                .limits
                .content_bytes_max(file_bytes_max)?
                .unwrap_or(default.content_bytes_max),
            ..default
        })
    }
}

/// Plain HTTP is for a simulator on this machine: a key never travels unencrypted.
fn base_url(url: String) -> Result<String, ConfigError> {
    let local = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    if url.starts_with("https://") || local.iter().any(|prefix| url.starts_with(prefix)) {
        return Ok(url);
    }
    Err(value("api.base_url", "must begin with https:// (http:// only on this machine)"))
}

fn organizations(ids: Vec<String>) -> Result<Vec<String>, ConfigError> {
    let is_id = |id: &String| {
        !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    if ids.iter().all(is_id) {
        return Ok(ids);
    }
    Err(value("api.organizations", "must hold organisation ids (UUID)"))
}

fn directory(path: String) -> Result<String, ConfigError> {
    if path.trim().is_empty() {
        return Err(value("state.directory", "must be a path"));
    }
    Ok(path)
}

fn parent(name: String) -> Result<String, ConfigError> {
    if is_parent_name(&name) {
        return Ok(name);
    }
    Err(value("state.parent", "may hold letters, digits and hyphens"))
}

impl ScanSection {
    fn file_bytes_max(&self) -> Result<u64, ConfigError> {
        match self.file_mb_max {
            None => Ok(FILE_BYTES_MAX),
            Some(mb @ 1..=25) => Ok(mb.saturating_mul(MEGABYTE)),
            Some(_) => Err(value("scan.file_mb_max", "must be between 1 and 25")),
        }
    }

    fn ocr(&self) -> Result<Option<Languages>, ConfigError> {
        let problem = "may hold names of languages such as eng, deu or chi_sim, one to eight";
        let names = |names: &Vec<String>| {
            Languages::new(names.iter().map(String::as_str))
                .ok_or_else(|| value("scan.ocr", problem))
        };
        self.ocr.as_ref().map(names).transpose()
    }

    fn since(&self) -> Result<Option<Timestamp>, ConfigError> {
        let problem = "must be a time such as 2026-01-01T00:00:00Z";
        let parse = |time: &String| time.parse().map_err(|_| value("scan.since", problem));
        self.since.as_ref().map(parse).transpose()
    }

    fn labels(&self) -> Result<Vec<Label>, ConfigError> {
        let problem = "may hold pii, payment, secrets, regulated, financial, customer";
        let parse = |name: &String| name.parse().map_err(|_| value("scan.labels", problem));
        self.labels.iter().map(parse).collect()
    }

    fn min_confidence(&self) -> Result<Option<Confidence>, ConfigError> {
        let problem = "must be low, medium or high";
        let parse = |name: &String| name.parse().map_err(|_| value("scan.min_confidence", problem));
        self.min_confidence.as_ref().map(parse).transpose()
    }
}

impl ScopeSection {
    fn scope(self) -> Result<Scope, ConfigError> {
        let all = Scope::default();
        Ok(Scope {
            chats: self.chats.unwrap_or(all.chats),
            projects: self.projects.unwrap_or(all.projects),
            local_sessions: self.local_sessions.unwrap_or(all.local_sessions),
            remote_sessions: self.remote_sessions.unwrap_or(all.remote_sessions),
            code_artifacts: self.code_artifacts.unwrap_or(all.code_artifacts),
            user_preferences: self.user_preferences.unwrap_or(all.user_preferences),
            users: self.users.selection("scope.users")?,
            in_projects: self.in_projects.selection("scope.in_projects")?,
        })
    }
}

impl SelectionSection {
    fn selection(self, key: &'static str) -> Result<Selection, ConfigError> {
        let problem = "holds something that is no regular expression, or too large a one";
        let selection = Selection::default().only(self.include).without(self.exclude);
        selection
            .matching(&self.matching)
            .and_then(|selection| selection.not_matching(&self.not_matching))
            .map_err(|_| value(key, problem))
    }
}

impl ScheduleSection {
    fn schedule(&self) -> Result<Schedule, ConfigError> {
        let problem = "must be off, hourly, daily, weekly, a duration such as 15m (10 s to 31 \
                       days), or a cron expression such as `30 2 * * 1-5`";
        let parse = |every: &String| every.parse().map_err(|_| value("schedule.every", problem));
        self.every.as_ref().map_or_else(|| Ok(Schedule::default()), parse)
    }
}

impl LimitsSection {
    fn requests_share(&self) -> Result<Option<f64>, ConfigError> {
        match self.requests_share {
            Some(share) if !(share > 0.0 && share <= 1.0) => {
                Err(value("limits.requests_share", "must be above 0 and at most 1"))
            }
            share => Ok(share),
        }
    }

    fn in_flight(&self) -> Result<Option<usize>, ConfigError> {
        match self.in_flight {
            None | Some(1..=64) => Ok(self.in_flight),
            Some(_) => Err(value("limits.in_flight", "must be between 1 and 64")),
        }
    }

    /// One file of the largest size, and the text in it, must fit.
    fn content_bytes_max(&self, file_bytes_max: u64) -> Result<Option<u64>, ConfigError> {
        let bytes = self.memory_mb.map(|mb| mb.saturating_mul(MEGABYTE));
        match bytes {
            Some(bytes) if bytes < file_bytes_max.saturating_mul(2) => {
                Err(value("limits.memory_mb", "must be at least twice `scan.file_mb_max`"))
            }
            bytes => Ok(bytes),
        }
    }
}

pub(super) fn value(key: &'static str, problem: &'static str) -> ConfigError {
    ConfigError::Value { key, problem }
}
