//! The store of a worker, to look at.

use std::path::{Path, PathBuf};

use dosimeter_store::{SqliteStore, Store, read_shared};
use dosimeter_worker::{Config, ConfigError, SecretRef};

use crate::{args::StateArgs, error::Error, hook, worker};

/// Opens the store that the arguments name, also while a worker uses it. Nothing in it can be changed.
pub(crate) fn reader(args: &StateArgs) -> Result<Box<dyn Store>, Error> {
    match &args.state {
        Some(state) => of_folder(state),
        None => of_config(&config(args)?),
    }
}

/// Opens the store that a configuration names, of a worker or of a hook.
pub(crate) fn of_file(path: &Path) -> Result<Box<dyn Store>, Error> {
    let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
    if text.lines().any(|line| line.trim() == "[webhook]") {
        let config = hook::config(path)?;
        return open(config.postgres.as_ref(), &config.state_directory, &config.parent);
    }
    of_config(&worker::config(path)?)
}

/// The configuration, for want of a folder.
fn config(args: &StateArgs) -> Result<Config, Error> {
    let path = &args.config.config;
    if path.try_exists().is_ok_and(|exists| !exists) {
        return Err(Error::NoStore { config: path.clone() });
    }
    worker::config(path)
}

/// Opens the store that a worker's configuration names, for its parent organisation.
pub(crate) fn of_config(config: &Config) -> Result<Box<dyn Store>, Error> {
    open(config.postgres.as_ref(), &config.state_directory, &config.parent)
}

fn open(
    postgres: Option<&SecretRef>,
    folder: &Path,
    parent: &str,
) -> Result<Box<dyn Store>, Error> {
    let Some(url) = postgres else {
        let store = SqliteStore::read(folder).map_err(Error::Store)?;
        return Ok(Box::new(store.of_parent(parent)));
    };
    let secret = |source| Error::Config(ConfigError::Secret { key: "state.postgres", source });
    let url = url.resolve().map_err(secret)?;
    read_shared(url.reveal(), parent).map_err(Error::Store)
}

/// Opens the store in a folder, for all parent organisations that are in it.
pub(crate) fn of_folder(state: &Path) -> Result<Box<dyn Store>, Error> {
    Ok(Box::new(SqliteStore::read(state).map_err(Error::Store)?))
}

/// The name of the store for people; an address of a database may hold a password.
pub(crate) fn name(args: &StateArgs) -> Result<PathBuf, Error> {
    if let Some(state) = &args.state {
        return Ok(state.clone());
    }
    let config = config(args)?;
    Ok(match config.postgres {
        Some(_) => "the PostgreSQL database".into(),
        None => config.state_directory,
    })
}
