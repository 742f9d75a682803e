//! What the worker's process may still touch once it has started: read the system, the configuration,
//! the rules and the secrets; write the state and the files of sinks.
//!
//! Which paths these are is decided by the configuration at the start; one that names others later
//! needs a restart.

use std::path::{Path, PathBuf};

use dosimeter_service::{Confinement, Paths};

use crate::{Config, SinkTo};

/// Confines this thread and all that it starts: call it before any other thread is.
///
/// `config_file` is what is read again on a reload.
pub fn confine(config: &Config, config_file: &Path) -> Confinement {
    paths(config, config_file).confine()
}

fn paths(config: &Config, config_file: &Path) -> Paths {
    let mut paths = Paths::of_a_program();
    paths.read_beside(config_file);
    paths.read.extend(config.rules.iter().cloned());
    config.policy.iter().for_each(|file| paths.read_beside(file));
    paths.secret(&config.api_key);
    paths.secret(&config.fingerprint_key);
    config.postgres.iter().for_each(|secret| paths.secret(secret));
    for sink in &config.sinks {
        match &sink.to {
            SinkTo::File { path, .. } => paths.write_beside(path),
            SinkTo::Webhook { secret, .. } | SinkTo::SplunkHec { token: secret, .. } => {
                paths.secret(secret);
            }
            SinkTo::Syslog { link, .. } | SinkTo::Nats { link, .. } => {
                let files = link.authority.iter().chain(&link.certificate);
                files.for_each(|file| paths.read_beside(file));
                link.secret.iter().for_each(|secret| paths.secret(secret));
            }
            SinkTo::Objects { place, secret } => {
                paths.write.extend(place.folder());
                match secret {
                    Some(secret) => paths.secret(secret),
                    None => identities().iter().for_each(|file| paths.read_beside(file)),
                }
            }
            SinkTo::Stdout(_) => {}
        }
    }
    paths.write.push(config.state_directory.clone());
    paths
}

/// The files by which clouds say who a machine is, where they name them.
fn identities() -> Vec<PathBuf> {
    const NAMES: [&str; 4] = [
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AZURE_FEDERATED_TOKEN_FILE",
        "GOOGLE_APPLICATION_CREDENTIALS",
    ];
    NAMES.iter().filter_map(|name| std::env::var_os(name).map(PathBuf::from)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SecretRef;

    #[test]
    fn what_is_written_is_the_state_and_the_files_of_sinks() {
        let key = || SecretRef::File("/run/keys/api".to_owned());
        let mut config = Config::new("", key(), "/var/lib/dosimeter", key());
        config.sinks = vec![crate::SinkConfig::new(
            "file",
            SinkTo::File {
                format: dosimeter_sink::Format::Native,
                path: "/var/log/dosimeter/findings.jsonl".into(),
                rotate_bytes: 1,
                keep: 1,
            },
        )];
        let link = crate::Link {
            authority: Some("/etc/siem/ca.pem".into()),
            secret: Some(SecretRef::File("/run/siem/key".to_owned())),
            ..crate::Link::default()
        };
        let format = dosimeter_sink::Format::Cef;
        config.sinks.push(crate::SinkConfig::new("syslog", SinkTo::Syslog { format, link }));
        let place = crate::ObjectPlace {
            format: dosimeter_sink::ObjectFormat::Parquet,
            url: "file:///srv/lake".to_owned(),
            endpoint: None,
            region: None,
            access_key_id: None,
        };
        config.sinks.push(crate::SinkConfig::new("lake", SinkTo::Objects { place, secret: None }));
        config.rules = vec!["/etc/rules".into()];
        let paths = paths(&config, Path::new("dosimeter.toml"));
        let write = ["/dev/null", "/var/log/dosimeter", "/srv/lake", "/var/lib/dosimeter"];
        let write = write.map(PathBuf::from);
        assert_eq!(paths.write, write);
        for path in [".", "/etc/rules", "/etc/siem", "/run/keys", "/run/siem", "/usr"] {
            assert!(paths.read.contains(&PathBuf::from(path)), "{path}");
        }
    }
}
