//! What a reload replaces, all at once.

use dosimeter_classifier::RuleSet;
use dosimeter_policy::Policy;
use dosimeter_record::FingerprintKey;
use dosimeter_service::{Secret, SecretError, SecretRef};
use jiff::Timestamp;

use crate::{
    Config, ConfigError, Error,
    config::{read, value},
    judge::Judge,
    memory::Memory,
    signature::Verifier,
};

/// Rules, policy and secrets as they are now, and what was judged under them.
pub(crate) struct Live {
    pub(crate) judge: Judge,
    pub(crate) verifier: Verifier,
    pub(crate) memory: Memory,
    pub(crate) key: FingerprintKey,
    pub(crate) shadow: bool,
    pub(crate) tenant: String,
    pub(crate) sinks: Vec<String>,
}

/// Rule files besides the built-in ones: name and text of each.
pub type RuleSources = Vec<(String, String)>;

impl Live {
    /// Fetches the secrets and makes rules and policy ready.
    pub(crate) fn open(config: &Config, sources: &RuleSources) -> Result<Self, Error> {
        let key = resolve("fingerprint.key", &config.fingerprint_key)?;
        let key = FingerprintKey::from_hex(key.reveal()).ok_or_else(|| {
            let problem = "must be 64 hexadecimal digits; make one with `openssl rand -hex 32`";
            value("fingerprint.key", problem)
        })?;
        let secrets = config.secrets.iter().map(|secret| resolve("webhook.secrets", secret));
        let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
        let verifier = Verifier::new(secrets.iter().map(Secret::reveal)).ok_or_else(|| {
            value("webhook.secrets", "must be `whsec_` and 24 to 64 bytes in base64")
        })?;
        let policy = match &config.policy {
            Some(path) => Policy::parse(&read(path)?),
            None => Policy::built_in(),
        };
        let policy = policy.map_err(ConfigError::Policy)?;
        let judge = rules(sources)
            .and_then(|rules| Judge::new(policy, rules, &key))
            .map_err(|error| ConfigError::Rules(Box::new(error)))?;
        Ok(Self {
            judge,
            verifier,
            memory: Memory::new(config.remembered_max),
            key,
            shadow: config.shadow,
            tenant: config.tenant.clone(),
            sinks: config.sinks.clone(),
        })
    }
}

fn rules(sources: &RuleSources) -> Result<RuleSet, dosimeter_classifier::Error> {
    let mut rules = RuleSet::built_in();
    for (name, source) in sources {
        rules.add_toml(name, source)?;
    }
    // Exclusions end with a day.
    rules.exclude_on(&Timestamp::now().strftime("%F").to_string());
    Ok(rules)
}

/// Fetches a secret.
pub(crate) fn resolve(key: &'static str, secret: &SecretRef) -> Result<Secret, ConfigError> {
    secret.resolve().map_err(|source: SecretError| ConfigError::Secret { key, source })
}
