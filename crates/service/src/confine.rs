//! What a process may still touch once it has started.
//!
//! On Linux, Landlock takes away the right to write anywhere and to read anything but what is named,
//! for this thread and all that it starts.

use std::path::{Path, PathBuf};

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

impl Paths {
    /// What every program needs: the system, itself, and nowhere to write.
    pub fn of_a_program() -> Self {
        let mut read: Vec<PathBuf> = SYSTEM.map(PathBuf::from).into();
        read.extend(std::env::current_exe().ok());
        Self { read, write: vec!["/dev/null".into()] }
    }

    /// Adds the folder of a file that may be replaced by renaming another over it.
    pub fn read_beside(&mut self, file: &Path) {
        self.read.push(folder(file));
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
