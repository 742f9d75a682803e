//! Where a secret is, and how it is fetched.

use std::{
    env, fmt, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Deserializer, de};
use zeroize::Zeroizing;

/// Where a secret is: never the secret itself.
///
/// In TOML: `{ file = "…" }`, `{ env = "…" }`, `{ credential = "…" }` or `{ command = ["…", "…"] }`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretRef {
    /// The text of a file.
    File(String),
    /// The value of an environment variable.
    Env(String),
    /// A credential that systemd hands to the service (`LoadCredential=`, `LoadCredentialEncrypted=`),
    /// by its name.
    Credential(String),
    /// What a program prints, such as a vault's client; it is run without a shell.
    Command(Vec<String>),
}

/// A secret, wiped when dropped.
#[derive(Clone)]
pub struct Secret {
    text: Zeroizing<String>,
}

impl Secret {
    /// Takes a secret that was had elsewhere.
    pub fn new(text: String) -> Self {
        Self { text: Zeroizing::new(text) }
    }

    /// The secret, without white space around it.
    pub fn reveal(&self) -> &str {
        self.text.trim()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// A secret that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The file cannot be read.
    #[error("{path}: cannot read the file")]
    File {
        /// The file.
        path: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The environment variable is not set, or is not text.
    #[error("the environment variable `{name}` is not set")]
    Env {
        /// Its name.
        name: String,
    },
    /// There are no credentials, or the name is a path.
    #[error("no credential `{name}`; is LoadCredential= in the unit?")]
    Credential {
        /// Its name.
        name: String,
    },
    /// The program cannot be run.
    #[error("{program}: cannot run the program")]
    Command {
        /// The program.
        program: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The program failed.
    #[error("{program}: the program failed or printed something else than text")]
    CommandFailed {
        /// The program.
        program: String,
    },
    /// There is nothing in it.
    #[error("the secret is empty")]
    Empty,
}

impl SecretRef {
    /// Fetches the secret.
    ///
    /// # Errors
    ///
    /// If it cannot be had, or is empty.
    pub fn resolve(&self) -> Result<Secret, SecretError> {
        let secret = match self {
            Self::File(path) => read(Path::new(path))?,
            Self::Env(name) => {
                env::var(name).map_err(|_| SecretError::Env { name: name.clone() })?
            }
            Self::Credential(name) => match self.file() {
                Some(path) => read(&path)?,
                None => return Err(SecretError::Credential { name: name.clone() }),
            },
            Self::Command(words) => run(words)?,
        };
        let secret = Secret::new(secret);
        if secret.reveal().is_empty() { Err(SecretError::Empty) } else { Ok(secret) }
    }

    /// The file that it is in, if it is in one.
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path.into()),
            Self::Credential(name) => {
                let is_name = !name.is_empty() && !name.contains('/');
                let folder = env::var_os("CREDENTIALS_DIRECTORY").filter(|_| is_name)?;
                Some(PathBuf::from(folder).join(name))
            }
            Self::Env(_) | Self::Command(_) => None,
        }
    }
}

fn read(path: &Path) -> Result<String, SecretError> {
    fs::read_to_string(path)
        .map_err(|source| SecretError::File { path: path.display().to_string(), source })
}

fn run(words: &[String]) -> Result<String, SecretError> {
    let (program, arguments) = words.split_first().ok_or(SecretError::Empty)?;
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|source| SecretError::Command { program: program.clone(), source })?;
    let failed = || SecretError::CommandFailed { program: program.clone() };
    if !output.status.success() {
        return Err(failed());
    }
    String::from_utf8(output.stdout).map_err(|_| failed())
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reference)
    }
}

/// Reads a table with exactly one of the known keys.
struct Reference;

const FORMS: &str =
    "a reference: { file = … }, { env = … }, { credential = … } or { command = […] }";

impl<'de> de::Visitor<'de> for Reference {
    type Value = SecretRef;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(FORMS)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<SecretRef, A::Error> {
        let reference = match map.next_key::<String>()?.as_deref() {
            Some("file") => SecretRef::File(map.next_value()?),
            Some("env") => SecretRef::Env(map.next_value()?),
            Some("credential") => SecretRef::Credential(map.next_value()?),
            Some("command") => SecretRef::Command(map.next_value()?),
            _ => return Err(de::Error::custom(format_args!("no secret, expected {FORMS}"))),
        };
        match map.next_key::<String>()? {
            None => Ok(reference),
            Some(_) => Err(de::Error::custom(format_args!("two secrets, expected {FORMS}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_fetched_from_where_it_is() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), " canary \n").unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        assert_eq!(SecretRef::File(path).resolve().unwrap().reveal(), "canary");
        let command = ["echo", "canary"].map(str::to_owned).to_vec();
        assert_eq!(SecretRef::Command(command).resolve().unwrap().reveal(), "canary");
    }

    #[test]
    fn a_secret_that_cannot_be_had_is_named_and_not_shown() {
        let missing = SecretRef::Env("DOSIMETER_TEST_NOT_SET".to_owned()).resolve().unwrap_err();
        assert!(missing.to_string().contains("DOSIMETER_TEST_NOT_SET"));
        let command = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        let failed = SecretRef::Command(command(&["false"])).resolve();
        assert!(matches!(failed, Err(SecretError::CommandFailed { .. })));
        assert!(matches!(
            SecretRef::Command(command(&["true"])).resolve(),
            Err(SecretError::Empty)
        ));
        assert_eq!(format!("{:?}", Secret::new("canary".to_owned())), "Secret(…)");
    }
}
