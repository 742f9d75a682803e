//! The configuration of the hook: a file of its own, since this server answers strangers and has no
//! business with the key of the Compliance API.

use std::{
    fs, io,
    net::SocketAddr,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    time::Duration,
};

use dosimeter_service::{Paths, SecretError, SecretRef, SyntaxError, parse_toml};
use dosimeter_store::is_parent_name;
use serde::Deserialize;

/// The text that `dosimeter hook init` writes: every key, explained, with its default.
pub const TEMPLATE: &str = include_str!("template.toml");

/// The largest body that the contract allows.
const BODY_MB: u64 = 10;

const MEGABYTE: u64 = 1_000_000;

/// What the hook is to do: every value inside its limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where requests come in.
    pub address: SocketAddr,
    /// The path that is asked; everything else is not there.
    pub path: String,
    /// Certificate chain and key, both PEM; without them plain HTTP is spoken, for a proxy on this
    /// machine.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// The secrets that requests are signed with: one, or two during a rotation.
    pub secrets: Vec<SecretRef>,
    /// The organisation that requests without one belong to.
    pub tenant: String,
    /// The policy; the built-in one without a file.
    pub policy: Option<PathBuf>,
    /// Whether nothing is denied, and what would have been is recorded.
    pub shadow: bool,
    /// Files and folders of rules besides the built-in ones.
    pub rules: Vec<PathBuf>,
    /// Where the state lies: this server's alone.
    pub state_directory: PathBuf,
    /// A database that is shared with workers instead.
    pub postgres: Option<SecretRef>,
    /// The name of the parent organisation, if several share the state.
    pub parent: String,
    /// Sinks of the workers that share the database, to be told of findings.
    pub sinks: Vec<String>,
    /// How many days verdicts are kept.
    pub keep_days: u32,
    /// Where the key for fingerprints is.
    pub fingerprint_key: SecretRef,
    /// How long an answer may take.
    pub deadline: Duration,
    /// How long what there was no time for is looked at after the answer.
    pub afterwards: Duration,
    /// The longest body.
    pub body_bytes_max: usize,
    /// How many bytes of bodies are in memory at once.
    pub memory_bytes_max: usize,
    /// How many prompts are judged at once.
    pub judged_at_once: usize,
    /// How many connections are open at once.
    pub connections_max: usize,
    /// How many of them one address may have.
    pub connections_per_address_max: usize,
    /// How many messages are remembered.
    pub remembered_max: usize,
    /// Where health and metrics are served.
    pub listen: Option<SocketAddr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    server: ServerSection,
    webhook: WebhookSection,
    #[serde(default)]
    policy: PolicySection,
    #[serde(default)]
    scan: ScanSection,
    state: StateSection,
    fingerprint: FingerprintSection,
    #[serde(default)]
    limits: LimitsSection,
    #[serde(default)]
    serve: ServeSection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerSection {
    address: SocketAddr,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    certificate: Option<PathBuf>,
    #[serde(default)]
    key: Option<PathBuf>,
    #[serde(default)]
    tenant: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookSection {
    secrets: Vec<SecretRef>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PolicySection {
    file: Option<PathBuf>,
    shadow: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ScanSection {
    rules: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StateSection {
    directory: PathBuf,
    #[serde(default)]
    postgres: Option<SecretRef>,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    sinks: Vec<String>,
    #[serde(default)]
    keep_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FingerprintSection {
    key: SecretRef,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsSection {
    deadline_ms: Option<u64>,
    afterwards_ms: Option<u64>,
    body_mb: Option<u64>,
    memory_mb: Option<u64>,
    judged_at_once: Option<usize>,
    connections: Option<usize>,
    connections_per_address: Option<usize>,
    remembered_messages: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServeSection {
    listen: Option<SocketAddr>,
}

/// A configuration that cannot be used. The messages never repeat a value that was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("{path}: cannot read the file; `dosimeter hook init` writes all that the hook needs")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The text is not what a configuration looks like.
    #[error("{0}")]
    Syntax(SyntaxError),
    /// A value is out of its limits.
    #[error("`{key}` {problem}")]
    Value {
        /// The key, with its section.
        key: &'static str,
        /// What is wrong, and what would be right.
        problem: &'static str,
    },
    /// A secret cannot be had.
    #[error("cannot read the secret `{key}`")]
    Secret {
        /// The key, with its section.
        key: &'static str,
        /// Why not.
        #[source]
        source: SecretError,
    },
    /// The policy cannot be used.
    #[error("the policy cannot be used")]
    Policy(#[source] dosimeter_policy::PolicyError),
    /// The rules cannot be used.
    #[error("the rules cannot be used")]
    Rules(#[source] Box<dosimeter_classifier::Error>),
}

impl Config {
    /// Reads and checks a configuration file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not TOML, has unknown keys, or a value is out of its limits.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(&read(path)?)
    }

    /// Checks the text of a configuration file.
    ///
    /// # Errors
    ///
    /// If it is not TOML, has unknown keys, or a value is out of its limits.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let file: ConfigFile = parse_toml(text).map_err(ConfigError::Syntax)?;
        let ServerSection { address, path, certificate, key, tenant } = file.server;
        let path = path.unwrap_or_else(|| "/".to_owned());
        if !path.starts_with('/') {
            return Err(value("server.path", "must begin with `/`"));
        }
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (None, None) if address.ip().is_loopback() => None,
            (None, None) => {
                let problem =
                    "is missing: without TLS only this machine is served, for a proxy on it";
                return Err(value("server.certificate", problem));
            }
            _ => return Err(value("server.certificate", "and `server.key` belong together")),
        };
        if !(1..=2).contains(&file.webhook.secrets.len()) {
            let problem = "must hold one secret, or two while the secret is changed";
            return Err(value("webhook.secrets", problem));
        }
        if !is_parent_name(&file.state.parent) {
            return Err(value("state.parent", "may hold letters, digits and hyphens"));
        }
        let limits = file.limits;
        let body_bytes_max = limits.body_bytes_max()?;
        let connections_max = positive("limits.connections", limits.connections, 1_024)?;
        Ok(Self {
            address,
            path,
            tls,
            secrets: file.webhook.secrets,
            tenant: tenant.unwrap_or_else(|| "inline".to_owned()),
            policy: file.policy.file,
            shadow: file.policy.shadow,
            rules: file.scan.rules,
            state_directory: file.state.directory,
            postgres: file.state.postgres,
            parent: file.state.parent,
            sinks: file.state.sinks,
            keep_days: file.state.keep_days.unwrap_or(90),
            fingerprint_key: file.fingerprint.key,
            deadline: limits.deadline()?,
            afterwards: limits.afterwards()?,
            body_bytes_max,
            memory_bytes_max: limits.memory_bytes_max(body_bytes_max)?,
            judged_at_once: positive("limits.judged_at_once", limits.judged_at_once, cores())?,
            connections_max,
            connections_per_address_max: positive(
                "limits.connections_per_address",
                limits.connections_per_address,
                connections_max.div_ceil(2),
            )?,
            remembered_max: positive(
                "limits.remembered_messages",
                limits.remembered_messages,
                500_000,
            )?,
            listen: file.serve.listen,
        })
    }

    /// What the process needs of the file system.
    pub fn paths(&self, config_file: &Path) -> Paths {
        let mut paths = Paths::of_a_program();
        paths.read_beside(config_file);
        paths.read.extend(self.rules.iter().cloned());
        let files = self.tls.iter().flat_map(|(certificate, key)| [certificate, key]);
        files.chain(&self.policy).for_each(|file| paths.read_beside(file));
        let secrets = self.secrets.iter().chain([&self.fingerprint_key]).chain(&self.postgres);
        secrets.for_each(|secret| paths.secret(secret));
        paths.write.push(self.state_directory.clone());
        paths
    }
}

impl LimitsSection {
    fn deadline(&self) -> Result<Duration, ConfigError> {
        match self.deadline_ms.unwrap_or(1_000) {
            ms @ 10..=10_000 => Ok(Duration::from_millis(ms)),
            _ => Err(value("limits.deadline_ms", "must be between 10 and 10000")),
        }
    }

    fn afterwards(&self) -> Result<Duration, ConfigError> {
        match self.afterwards_ms.unwrap_or(10_000) {
            ms @ 0..=60_000 => Ok(Duration::from_millis(ms)),
            _ => Err(value("limits.afterwards_ms", "must be at most 60000")),
        }
    }

    fn body_bytes_max(&self) -> Result<usize, ConfigError> {
        match self.body_mb.unwrap_or(BODY_MB) {
            mb @ 1..=100 => Ok(bytes(mb)),
            _ => Err(value("limits.body_mb", "must be between 1 and 100")),
        }
    }

    fn memory_bytes_max(&self, body_bytes_max: usize) -> Result<usize, ConfigError> {
        let memory = self.memory_mb.map_or(256 * MEGABYTE, |mb| mb.saturating_mul(MEGABYTE));
        let memory = usize::try_from(memory).unwrap_or(usize::MAX);
        if memory < body_bytes_max.saturating_mul(2) {
            return Err(value("limits.memory_mb", "must be at least twice `limits.body_mb`"));
        }
        Ok(memory)
    }
}

fn bytes(mb: u64) -> usize {
    usize::try_from(mb.saturating_mul(MEGABYTE)).unwrap_or(usize::MAX)
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn positive(key: &'static str, given: Option<usize>, default: usize) -> Result<usize, ConfigError> {
    match given.unwrap_or(default) {
        0 => Err(value(key, "must be at least 1")),
        count => Ok(count),
    }
}

pub(crate) fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.into(), source })
}

pub(crate) fn value(key: &'static str, problem: &'static str) -> ConfigError {
    ConfigError::Value { key, problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_key(line: &str) -> bool {
        line.split_once(" = ").is_some_and(|(key, _)| {
            key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        })
    }

    #[test]
    fn the_template_is_valid_and_says_the_defaults() {
        let written = Config::parse(TEMPLATE).unwrap();
        let uncommented: String = TEMPLATE
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|rest| is_key(rest)).unwrap_or(line))
            .filter(|line| !line.contains("postgres") && !line.contains("file = \"policy"))
            .fold(String::new(), |text, line| text + line + "\n");
        let spelled = Config::parse(&uncommented).unwrap();
        assert_eq!(spelled.deadline, written.deadline);
        assert_eq!(spelled.afterwards, written.afterwards);
        assert_eq!(spelled.body_bytes_max, written.body_bytes_max);
        assert_eq!(spelled.memory_bytes_max, written.memory_bytes_max);
        assert_eq!(spelled.connections_max, written.connections_max);
        let per_address = written.connections_per_address_max;
        assert_eq!(spelled.connections_per_address_max, per_address);
        assert_eq!(spelled.remembered_max, written.remembered_max);
        assert_eq!(spelled.keep_days, written.keep_days);
        assert_eq!(spelled.tenant, written.tenant);
    }

    #[test]
    fn what_is_unsafe_or_wrong_is_refused() {
        let with = |from: &str, to: &str| {
            assert!(TEMPLATE.contains(from), "{from}");
            Config::parse(&TEMPLATE.replacen(from, to, 1)).unwrap_err().to_string()
        };
        let open = with("certificate = ", "# certificate = ");
        assert!(open.contains("belong together"), "{open}");
        assert!(with("# deadline_ms = 1000", "deadline_ms = 0").contains("between 10 and 10000"));
        assert!(with("# memory_mb = 256", "memory_mb = 19").contains("twice"));
        assert!(with("# path = \"/\"", "path = \"x\"").contains("`server.path`"));
        assert!(with("# shadow = false", "shadw = false").contains("did you mean `shadow`"));
        let plain = TEMPLATE.replace("certificate = ", "# ").replace("key = \"key.pem\"", "");
        assert!(Config::parse(&plain).unwrap_err().to_string().contains("without TLS"));
        let local = plain.replace("0.0.0.0:443", "127.0.0.1:8443");
        assert_eq!(Config::parse(&local).unwrap().tls, None);
    }
}
