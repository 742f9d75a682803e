//! What the worker's process may still touch once it has started: read the system, the configuration,
//! the rules and the secrets; write the state and the files of sinks.
//!
//! Which paths these are is decided by the configuration at the start; one that names others later
//! needs a restart.

use std::path::Path;

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
            SinkTo::Stdout(_) => {}
        }
    }
    paths.write.push(config.state_directory.clone());
    paths
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

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
        config.rules = vec!["/etc/rules".into()];
        let paths = paths(&config, Path::new("dosimeter.toml"));
        let write = ["/dev/null", "/var/log/dosimeter", "/var/lib/dosimeter"].map(PathBuf::from);
        assert_eq!(paths.write, write);
        for path in [".", "/etc/rules", "/run/keys", "/usr"] {
            assert!(paths.read.contains(&PathBuf::from(path)), "{path}");
        }
    }
}
