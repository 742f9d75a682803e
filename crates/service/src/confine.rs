//! What a process may still touch once it has started.
//!
//! On Linux, Landlock takes away the right to write anywhere and to read anything but what is named,
//! for this thread and all that it starts.

use std::{
    env,
    path::{Path, PathBuf},
};

use crate::SecretRef;

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

/// What a process needs of the file system. Paths that do not exist are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// Read, and whatever lies below.
    pub read: Vec<PathBuf>,
    /// Read and written, and whatever lies below.
    pub write: Vec<PathBuf>,
}

/// What programs and libraries need of a system: themselves, certificates, names of hosts, time zones.
const SYSTEM: [&str; 10] =
    ["/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys", "/dev"];

/// Files that a system keeps elsewhere, with a link in `/etc`: systemd's resolver in `/run`, for one.
const LINKED: [&str; 4] =
    ["/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/ssl/certs/ca-certificates.crt"];

impl Paths {
    /// What every program needs: the system, itself, and nowhere to write.
    pub fn of_a_program() -> Self {
        let read = SYSTEM.map(PathBuf::from).into();
        let mut paths = Self { read, write: vec!["/dev/null".into()] };
        paths.read.extend(env::current_exe().ok());
        // Where certificates are looked for instead, if anywhere.
        let certificates = env::var_os("SSL_CERT_FILE").map(PathBuf::from);
        for file in LINKED.iter().map(Path::new).chain(certificates.as_deref()) {
            paths.read_beside(file);
        }
        let folders = env::var_os("SSL_CERT_DIR").unwrap_or_default();
        paths.read.extend(env::split_paths(&folders));
        paths
    }

    /// Adds the folder of a file that may be replaced by renaming another over it; and that of the file to
    /// which it leads, if it is a link.
    pub fn read_beside(&mut self, file: &Path) {
        let target = file.canonicalize().ok().map(|target| folder(&target));
        for place in [Some(folder(file)), target].into_iter().flatten() {
            if !self.read.contains(&place) {
                self.read.push(place);
            }
        }
    }

    /// Adds the folder of a file that is written and rotated.
    pub fn write_beside(&mut self, file: &Path) {
        self.write.push(folder(file));
    }

    /// Adds where a secret is, if it is in a file.
    pub fn secret(&mut self, secret: &SecretRef) {
        if let Some(file) = secret.file() {
            self.read_beside(&file);
        }
    }

    /// Confines this thread and all that it starts: call it before any other thread is.
    pub fn confine(&self) -> Confinement {
        apply(self)
    }
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_can_be_followed_to_what_it_leads_to() {
        let (here, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let target = elsewhere.path().join("key");
        std::fs::write(&target, "of the API").unwrap();
        let link = here.path().join("key");
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut paths = Paths::default();
        paths.read_beside(&link);
        paths.read_beside(&link);
        let folders = [here.path(), &elsewhere.path().canonicalize().unwrap()];
        assert_eq!(paths.read, folders);
    }
}
