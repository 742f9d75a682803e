//! The configuration: as written ([`ConfigFile`]) and as meant ([`Config`]).
//!
//! A file is parsed once, at the edge; everything behind it works on values that are already inside
//! their limits. Unknown keys are errors, with the nearest known key as a suggestion. Secrets are
//! references ([`SecretRef`]): a key that stands in the file itself is an error that does not repeat
//! it.

mod file;
mod sink;

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use dosimeter_classifier::RuleSet;

use dosimeter_policy::{Policy, PolicyError};
use dosimeter_record::{Confidence, Label};
use dosimeter_sandbox::Languages;
use dosimeter_service::SyntaxError;
use jiff::Timestamp;

use crate::{FileTypes, Schedule, Scope};

pub use self::{
    file::{
        ApiSection, ConfigFile, FingerprintSection, LimitsSection, PolicySection, ScanSection,
        ScheduleSection, ScopeSection, SelectionSection, ServeSection, StateSection,
    },
    sink::{Link, ObjectPlace, SinkConfig, SinkSection, SinkTo},
};
pub use dosimeter_service::{Secret, SecretError, SecretRef};

/// The text that `dosimeter config init` writes: every key, explained, with its default.
pub const TEMPLATE: &str = include_str!("config/template.toml");

/// The largest file that is ever read, whatever the configuration says: 25 MB.
pub const FILE_BYTES_MAX: u64 = 25 * MEGABYTE;

const MEGABYTE: u64 = 1_000_000;

/// What the worker is to do: every value inside its limits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where the API is, usually `https://api.anthropic.com`.
    pub base_url: String,
    /// Where the API key is.
    pub api_key: SecretRef,
    /// The organisations to read; empty for all that the key covers.
    pub organizations: Vec<String>,
    /// Where the state lies.
    pub state_directory: PathBuf,
    /// Where the key for fingerprints is.
    pub fingerprint_key: SecretRef,
    /// The most bytes that are read of one file.
    pub file_bytes_max: u64,
    /// Which files are read.
    pub file_types: FileTypes,
    /// The languages in which text in pictures is read; nothing if it is not.
    pub ocr: Option<Languages>,
    /// The first run reads chats that changed since then; all, if there is no time.
    pub since: Option<Timestamp>,
    /// The labels to look for; empty for all.
    pub labels: Vec<Label>,
    /// Findings below this are not kept.
    pub min_confidence: Confidence,
    /// The share of the organisation's request budget that the worker may use, above 0, at most 1.
    pub requests_share: f64,
    /// How many chats a page of the listing holds, 1 to 1,000: the cursor moves page by page.
    pub page_items: u32,
    /// How many requests are under way at once.
    pub in_flight: usize,
    /// How many bytes of content are in memory at once.
    pub content_bytes_max: u64,
    /// Which sources are read, and whose.
    pub scope: Scope,
    /// How many days before the first run are read, by the last change of a chat; all, if there is no
    /// number; none, if it is zero.
    pub history_days: Option<u32>,
    /// How many entries a page of the Activity Feed holds, 1 to 5,000.
    pub feed_page_items: u32,
    /// The address of a PostgreSQL database that many workers share; without one the state directory is
    /// used.
    pub postgres: Option<SecretRef>,
    /// A name for the parent organisation, if several share the state.
    pub parent: String,
    /// Files and folders of rules besides the built-in ones.
    pub rules: Vec<PathBuf>,
    /// What is to be done about findings: what it allows is not kept.
    pub policy: Option<PathBuf>,
    /// When a worker that stays looks again.
    pub schedule: Schedule,
    /// Where health and metrics are served.
    pub listen: Option<SocketAddr>,
    /// How long what a worker leases is its own without a sign of life, in milliseconds.
    pub lease_ms: u64,
    /// Who is told of findings.
    pub sinks: Vec<SinkConfig>,
}

impl Config {
    /// The defaults, for an API at `base_url` and a state directory.
    pub fn new(
        base_url: impl Into<String>,
        api_key: SecretRef,
        state_directory: impl Into<PathBuf>,
        fingerprint_key: SecretRef,
    ) -> Self {
        Self {
            base_url: base_url.into(),
            api_key,
            organizations: Vec::new(),
            state_directory: state_directory.into(),
            fingerprint_key,
            file_bytes_max: FILE_BYTES_MAX,
            file_types: FileTypes::default(),
            ocr: None,
            since: None,
            labels: Vec::new(),
            min_confidence: Confidence::Medium,
            requests_share: 0.8,
            page_items: 1000,
            in_flight: 32,
            content_bytes_max: 512 * MEGABYTE,
            scope: Scope::default(),
            history_days: None,
            feed_page_items: 5_000,
            postgres: None,
            parent: String::new(),
            rules: Vec::new(),
            policy: None,
            schedule: Schedule::default(),
            listen: None,
            lease_ms: 60_000,
            sinks: Vec::new(),
        }
    }

    /// The policy, with its text.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or holds something else than a policy.
    pub fn read_policy(&self) -> Result<Option<(Policy, String)>, ConfigError> {
        let Some(path) = &self.policy else { return Ok(None) };
        let unreadable = |source| ConfigError::Rules { path: path.clone(), source };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        Ok(Some((Policy::parse(&text).map_err(ConfigError::Policy)?, text)))
    }

    /// The built-in rules and those of the configured files and folders.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or holds something else than rules.
    pub fn rule_set(&self) -> Result<RuleSet, ConfigError> {
        let mut rules = RuleSet::built_in();
        for path in &self.rules {
            add_rules(&mut rules, path)?;
        }
        Ok(rules)
    }

    /// Reads and checks a configuration file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not TOML, has unknown keys, or a value is out of its limits.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.into(), source })?;
        Self::parse(&text)
    }

    /// Checks the text of a configuration file.
    ///
    /// # Errors
    ///
    /// If it is not TOML, has unknown keys, or a value is out of its limits.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        ConfigFile::parse(text)?.validate()
    }
}

/// Adds a file of rules, or those of a folder by name.
fn add_rules(rules: &mut RuleSet, path: &Path) -> Result<(), ConfigError> {
    let unreadable = |source| ConfigError::Rules { path: path.into(), source };
    if path.is_dir() {
        let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut paths: Vec<PathBuf> =
            entries.map_err(unreadable)?.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        let is_rules =
            |path: &PathBuf| path.is_dir() || path.extension().is_some_and(|e| e == "toml");
        return paths
            .iter()
            .filter(|path| is_rules(path))
            .try_for_each(|path| add_rules(rules, path));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let invalid = |source: dosimeter_classifier::Error| ConfigError::InvalidRules(Box::new(source));
    rules.add_toml(&path.display().to_string(), &text).map_err(invalid)
}

/// A configuration that cannot be used. The messages never repeat a value that was written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{path}: cannot read the configuration; write one with `dosimeter config init`")]
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
    /// The policy cannot be used.
    #[error("the policy cannot be used")]
    Policy(#[source] PolicyError),
    /// A file of rules, or the policy, cannot be read.
    #[error("{path}: cannot read the file")]
    Rules {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The rules cannot be used.
    #[error("the rules cannot be used")]
    InvalidRules(#[source] Box<dosimeter_classifier::Error>),
    /// A sink cannot be set up.
    #[error("the sink `{name}` cannot be set up")]
    Sink {
        /// Its name.
        name: String,
        /// Why not.
        #[source]
        source: dosimeter_sink::Error,
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
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = r#"
        [api]
        key = { env = "KEY" }
        [state]
        directory = "state"
        [fingerprint]
        key = { file = "fingerprint.key" }
    "#;

    fn check(text: &str, expected: &str) {
        let error = Config::parse(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    fn check_scan(line: &str, expected: &str) {
        check(&format!("{SMALLEST}\n[scan]\n{line}"), expected);
    }

    #[test]
    fn the_template_is_valid_and_says_the_defaults() {
        let config = Config::parse(TEMPLATE).unwrap();
        let default = Config::new("", SecretRef::Env(String::new()), "", config.api_key.clone());
        assert_eq!(config.base_url, "https://api.anthropic.com");
        assert_eq!(config.file_bytes_max, default.file_bytes_max);
        assert_eq!(config.file_types, default.file_types);
        assert_eq!(config.ocr, None, "off unless asked for");
        assert_eq!(config.min_confidence, default.min_confidence);
        assert!((config.requests_share - default.requests_share).abs() < f64::EPSILON);
        assert_eq!(config.in_flight, default.in_flight);
        assert_eq!(config.content_bytes_max, default.content_bytes_max);
    }

    #[test]
    fn a_short_file_gets_the_defaults() {
        let config = Config::parse(SMALLEST).unwrap();
        assert_eq!(config.base_url, "https://api.anthropic.com");
        assert_eq!(config.in_flight, 32);
    }

    #[test]
    fn an_unknown_key_is_an_error_with_a_suggestion() {
        check("[apy]\n", "line 1: unknown key `apy`; did you mean `api`?");
        check_scan("fil_types = []", "unknown key `fil_types`; did you mean `file_types`?");
        check_scan("colour = 1", "unknown key `colour`; use one of");
    }

    #[test]
    fn a_value_out_of_its_limits_is_an_error() {
        check_scan("file_mb_max = 26", "`scan.file_mb_max` must be between 1 and 25");
        check_scan("file_mb_max = 0", "`scan.file_mb_max` must be between 1 and 25");
        check_scan("ocr = []", "`scan.ocr` may hold names of languages");
        check_scan("ocr = [\"eng\", \"--x\"]", "`scan.ocr` may hold names of languages");
        check_scan("since = \"yesterday\"", "`scan.since` must be a time such as");
        check_scan("labels = [\"pi\"]", "`scan.labels` may hold");
        check(&format!("{SMALLEST}\n[limits]\nrequests_share = 0.0"), "`limits.requests_share`");
        check(&format!("{SMALLEST}\n[limits]\nmemory_mb = 10"), "`limits.memory_mb`");
        let named =
            SMALLEST.replace("directory = \"state\"", "directory = \"s\"\nparent = \"a:b\"");
        check(&named, "`state.parent` may hold letters");
        check("[api]\n[state]\ndirectory=\"x\"\n[fingerprint]\n", "missing key `key`");
    }

    #[test]
    fn a_secret_in_the_file_is_an_error_that_does_not_repeat_it() {
        for value in ["\"sk-ant-api01-canary\"", "{ value = \"sk-ant-api01-canary\" }", "17"] {
            let text = format!("[api]\nkey = {value}\n");
            let error = Config::parse(&text).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("canary"), "{shown}");
            assert!(shown.contains("line 2"), "{shown}");
        }
        check("[api]\nkey = \"sk-ant-api01-canary\"\n", "a reference: { file = ");
    }

    #[test]
    fn every_sink_of_the_template_can_be_meant() {
        let sinks = TEMPLATE.split_once("# [[sink]]").unwrap().1;
        let sinks = sinks.replace("\n# ", "\n").replace("\n#\n", "\n\n");
        let config = Config::parse(&format!("{SMALLEST}\n[[sink]]{sinks}"));
        match config {
            Ok(config) => assert_eq!(config.sinks.len(), 6),
            Err(error) => {
                let built = dosimeter_sink::HAS_NATS && dosimeter_sink::HAS_OBJECTS;
                assert!(!built && error.to_string().contains("--features"), "{error}");
            }
        }
    }

    #[test]
    fn a_sink_that_lacks_something_says_what() {
        let sink = |rest: &str| format!("{SMALLEST}\n[[sink]]\nname = \"a\"\n{rest}");
        check(&sink("to = \"kafka\""), "`sink.to` must be stdout, file, webhook");
        check(&sink("to = \"syslog\""), "`sink.url` is missing");
        check(&sink("to = \"stdout\"\nformat = \"xml\""), "`sink.format` must be native");
        let certificate = "to = \"syslog\"\nurl = \"tls://a\"\ncertificate = \"b\"";
        check(&sink(certificate), "`sink.secret` must be the key");
    }
}
