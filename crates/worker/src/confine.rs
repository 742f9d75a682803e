//! What the worker's process may still touch once it has started.
//!
//! On Linux, Landlock takes away the right to write anywhere but to the state and the files of sinks,
//! and to read anything but the system, the configuration, the rules and the secrets: for this process
//! and all that it starts. Which paths these are is decided by the configuration at the start; one that
//! names others later needs a restart.

use std::path::{Path, PathBuf};

use crate::{Config, SecretRef, SinkTo};

/// How far a process is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Confinement {
    /// As described.
    Full,
    /// The kernel knows a part of it only.
    Partial,
    /// Not at all: the kernel or the system cannot.
    None,
}

/// What a process needs.
#[derive(Debug, Default)]
struct Paths {
    read: Vec<PathBuf>,
    write: Vec<PathBuf>,
}

/// What programs and libraries need of a system: themselves, certificates, names of hosts, time zones.
const SYSTEM: [&str; 10] =
    ["/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/dev"];

/// Confines this thread and all that it starts: call it before any other thread is.
///
/// `config_file` is what is read again on a reload.
pub fn confine(config: &Config, config_file: &Path) -> Confinement {
    apply(&paths(config, config_file))
}

fn paths(config: &Config, config_file: &Path) -> Paths {
    let mut paths = Paths::default();
    paths.read.extend(SYSTEM.map(PathBuf::from));
    paths.read.extend(std::env::current_exe().ok());
    paths.read.push(folder(config_file));
    paths.read.extend(config.rules.iter().cloned());
    let mut secrets = vec![&config.api_key, &config.fingerprint_key];
    secrets.extend(&config.postgres);
    for sink in &config.sinks {
        match &sink.to {
            SinkTo::File { path, .. } => paths.write.push(folder(path)),
            SinkTo::Webhook { secret, .. } | SinkTo::SplunkHec { token: secret, .. } => {
                secrets.push(secret);
            }
            SinkTo::Stdout(_) => {}
        }
    }
    for secret in secrets {
        if let SecretRef::File(path) = secret {
            // The folder: a secret is replaced by renaming another file over it.
            paths.read.push(folder(Path::new(path)));
        }
    }
    paths.write.push(config.state_directory.clone());
    paths.write.push("/dev/null".into());
    paths
}

fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

#[cfg(target_os = "linux")]
fn apply(paths: &Paths) -> Confinement {
    use landlock::{
        ABI, Access as _, AccessFs, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _,
        RulesetStatus, path_beneath_rules,
    };

    let abi = ABI::V3;
    let restrict = || {
        Ruleset::default()
            .handle_access(AccessFs::from_all(abi))?
            .create()?
            // Paths that do not exist are left out.
            .add_rules(path_beneath_rules(&paths.read, AccessFs::from_read(abi)))?
            .add_rules(path_beneath_rules(&paths.write, AccessFs::from_all(abi)))?
            .restrict_self()
    };
    let restricted: Result<_, landlock::RulesetError> = restrict();
    match restricted.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Confinement::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Confinement::Partial,
        _ => Confinement::None,
    }
}

#[cfg(not(target_os = "linux"))]
fn apply(_: &Paths) -> Confinement {
    Confinement::None
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let write = ["/var/log/dosimeter", "/var/lib/dosimeter", "/dev/null"].map(PathBuf::from);
        assert_eq!(paths.write, write);
        for path in [".", "/etc/rules", "/run/keys", "/usr"] {
            assert!(paths.read.contains(&PathBuf::from(path)), "{path}");
        }
    }
}
