//! The classifier as the user wants it: rules, labels, confidence and the key of fingerprints.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use dosimeter_classifier::{Classifier, RuleSet};
use dosimeter_record::{FingerprintKey, RuleId, Severity};
use dosimeter_sink::RuleFacts;

use crate::{args::RuleArgs, clock, error::Error, terminal::Terminal};

/// Builds a classifier over the built-in rules and the user's own.
pub(crate) fn build(args: &RuleArgs, key: FingerprintKey) -> Result<Classifier, Error> {
    let mut builder = Classifier::builder()
        .rules(own_rule_set(&args.rules, args.without_built_in)?)
        .key(key)
        .min_confidence(args.min_confidence);
    if !args.labels.is_empty() {
        builder = builder.labels(args.labels.iter().copied());
    }
    builder.build().map_err(Error::Rules)
}

/// The built-in rules and those of the given files and folders.
pub(crate) fn rule_set(paths: &[PathBuf]) -> Result<RuleSet, Error> {
    own_rule_set(paths, false)
}

/// The rules of the given files and folders, after the built-in ones or `without_built_in`.
pub(crate) fn own_rule_set(paths: &[PathBuf], without_built_in: bool) -> Result<RuleSet, Error> {
    let mut rules = if without_built_in { RuleSet::default() } else { RuleSet::built_in() };
    for (name, source) in rule_files(paths)? {
        rules.add_toml(&name, &source).map_err(Error::Rules)?;
    }
    rules.exclude_on(&clock::today());
    Ok(rules)
}

/// The rule files under the given paths: name and source, in a stable order.
pub(crate) fn rule_files(paths: &[PathBuf]) -> Result<Vec<(String, String)>, Error> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(Error::read(path))?;
        if metadata.is_dir() {
            toml_files(path, &mut files)?;
        } else {
            files.push(path.clone());
        }
    }
    let read = |path: PathBuf| {
        let source = fs::read_to_string(&path).map_err(Error::read(&path))?;
        Ok((path.display().to_string(), source))
    };
    files.into_iter().map(read).collect()
}

/// Appends the `.toml` files under `folder`, by name.
pub(crate) fn toml_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut paths: Vec<PathBuf> =
        entries.map_err(Error::read(folder))?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            toml_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

/// What kind of rule an entry of the catalogue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleKind {
    /// A pattern over text.
    Pattern,
    /// Evidence that counts together.
    Combination,
    /// The columns of a table.
    Table,
}

impl RuleKind {
    /// The name as it is shown.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pattern => "pattern",
            Self::Combination => "combination",
            Self::Table => "table",
        }
    }
}

/// What all three kinds of rules have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RuleEntry<'a> {
    /// The stable name.
    pub(crate) id: &'a RuleId,
    /// What it finds, for people.
    pub(crate) title: &'a str,
    /// The labels that it speaks for.
    pub(crate) labels: dosimeter_record::LabelSet,
    /// How bad the exposure is.
    pub(crate) severity: Severity,
    /// Which kind it is.
    pub(crate) kind: RuleKind,
}

/// All rules, combinations and tables.
pub(crate) fn catalogue(rules: &RuleSet) -> impl Iterator<Item = RuleEntry<'_>> {
    let patterns = rules.rules().iter().map(|rule| RuleEntry {
        id: rule.id(),
        title: rule.title(),
        labels: rule.labels(),
        severity: rule.severity(),
        kind: RuleKind::Pattern,
    });
    let combinations = rules.combinations().iter().map(|rule| RuleEntry {
        id: rule.id(),
        title: rule.title(),
        labels: rule.labels(),
        severity: rule.severity(),
        kind: RuleKind::Combination,
    });
    let tables = rules.tables().iter().map(|rule| RuleEntry {
        id: rule.id(),
        title: rule.title(),
        labels: rule.labels(),
        severity: rule.severity(),
        kind: RuleKind::Table,
    });
    patterns.chain(combinations).chain(tables)
}

/// The title of a rule.
pub(crate) fn title<'a>(rules: &'a RuleSet, id: &str) -> Option<&'a str> {
    catalogue(rules).find(|entry| entry.id.as_str() == id).map(|entry| entry.title)
}

/// What documents say of a rule.
pub(crate) fn facts(rules: &RuleSet, id: &str) -> Option<RuleFacts> {
    let entry = catalogue(rules).find(|entry| entry.id.as_str() == id)?;
    let pattern = rules.rules().iter().find(|rule| rule.id().as_str() == id);
    let reference = pattern.and_then(|rule| rule.references().first());
    Some(RuleFacts {
        title: entry.title.to_owned(),
        severity: entry.severity.to_string(),
        labels: entry.labels.iter().map(|label| label.name().to_owned()).collect(),
        reference: reference.map(ToString::to_string),
    })
}

/// The key of fingerprints and finding ids, made at first use.
///
/// The same key gives the same ids from run to run. Where no key can be kept, such as in a read-only
/// container, a run goes on with a key of its own and says so.
pub(crate) fn key(file: Option<&Path>, terminal: &mut Terminal) -> Result<FingerprintKey, Error> {
    if let Some(path) = file {
        return kept_key(path);
    }
    let Some(path) = default_key_file() else { return random_key() };
    match kept_key(&path) {
        Err(Error::Read { .. } | Error::Write { .. }) => {
            terminal.note(format!(
                "cannot keep a key in {}, so ids and fingerprints differ from run to run; name a \
                 place with --key-file",
                path.display()
            ));
            random_key()
        }
        key => key,
    }
}

fn random_key() -> Result<FingerprintKey, Error> {
    FingerprintKey::random().map_err(|_| Error::NoRandomness)
}

/// The XDG base directory specification: `$XDG_STATE_HOME`, or `~/.local/state`.
fn default_key_file() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local").join("state")))?;
    Some(state.join("dosimeter").join("fingerprint.key"))
}

fn kept_key(path: &Path) -> Result<FingerprintKey, Error> {
    match fs::read_to_string(path) {
        Ok(hex) => FingerprintKey::from_hex(&hex)
            .ok_or_else(|| Error::BadKeyFile { path: path.to_path_buf() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => new_key(path),
        Err(error) => Err(Error::read(path)(error)),
    }
}

fn new_key(path: &Path) -> Result<FingerprintKey, Error> {
    let key = random_key()?;
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::write(folder))?;
    }
    match create_private(path, key.to_hex().as_bytes()) {
        Ok(()) => Ok(key),
        // Another run was faster; its key holds.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => kept_key(path),
        Err(error) => Err(Error::write(path)(error)),
    }
}

/// Writes a new file that only its owner can read.
pub(crate) fn create_private(path: &Path, contents: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(contents)
}
