//! `dosimeter config`: write, check and show the configuration.

use std::{fs, io, path::Path};

use dosimeter_record::FingerprintKey;
use dosimeter_worker::{Config, SecretRef, TEMPLATE};

use crate::{
    args::ConfigCommand, classifier::create_private, error::Error, exit::Exit, terminal::Terminal,
    worker,
};

/// Runs the command.
pub(crate) fn run(command: &ConfigCommand, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        ConfigCommand::Init { config, force } => init(&config.config, *force, terminal)?,
        ConfigCommand::Validate { config } => {
            let read = worker::config(&config.config)?;
            let paint = terminal.paint;
            let path = config.config.display();
            terminal.line(format_args!("{path}: {}", paint.green("can be used")))?;
            terminal.line(format_args!("api: {}", read.base_url))?;
        }
        ConfigCommand::Show { config } => show(&worker::config(&config.config)?, terminal)?,
    }
    Ok(Exit::Clean)
}

/// Writes the template, and the key that it refers to if there is none yet.
fn init(path: &Path, force: bool, terminal: &mut Terminal) -> Result<(), Error> {
    if force && path.exists() {
        fs::remove_file(path).map_err(Error::write(path))?;
    }
    create_private(path, TEMPLATE.as_bytes()).map_err(Error::write(path))?;
    terminal.line(format_args!("{} written", path.display()))?;
    let template = Config::parse(TEMPLATE).map_err(Error::Config)?;
    if let SecretRef::File(name) = &template.fingerprint_key {
        let key = path.with_file_name(name);
        let hex = FingerprintKey::random().map_err(|_| Error::NoRandomness)?.to_hex();
        match create_private(&key, hex.as_bytes()) {
            Ok(()) => terminal.line(format_args!("{} made; keep it secret", key.display()))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(Error::write(key)(error)),
        }
    }
    terminal.note("next: put the API key where the file says, then `dosimeter worker once`");
    Ok(())
}

/// Shows what is meant, with defaults, and where secrets are rather than what they are.
fn show(config: &Config, terminal: &mut Terminal) -> Result<(), Error> {
    let secret = |secret: &SecretRef| match secret {
        SecretRef::File(path) => format!("in the file {path}"),
        SecretRef::Env(name) => format!("in the environment variable {name}"),
        SecretRef::Credential(name) => format!("in systemd's credential {name}"),
        SecretRef::Command(words) => {
            format!("printed by {}", words.first().map_or("nothing", String::as_str))
        }
        _ => "elsewhere".to_owned(),
    };
    let all = |names: Vec<&str>, all: &str| {
        if names.is_empty() { all.to_owned() } else { names.join(", ") }
    };
    let organizations = config.organizations.iter().map(String::as_str).collect();
    let labels = config.labels.iter().map(|label| label.name()).collect();
    let since = config.since.map_or("everything that is retained".to_owned(), |at| at.to_string());
    let rules: Vec<String> = config.rules.iter().map(|path| path.display().to_string()).collect();
    let parent = Some(config.parent.as_str()).filter(|name| !name.is_empty());
    let parent = parent.into_iter().collect();
    let sinks = config.sinks.iter().map(|sink| sink.name.as_str()).collect();
    let state = config.postgres.as_ref().map_or_else(
        || config.state_directory.display().to_string(),
        |url| format!("a PostgreSQL database, its address {}", secret(url)),
    );
    let policy = config.policy.as_ref().map_or("none".to_owned(), |at| at.display().to_string());
    let ocr = config.ocr.as_ref().map_or("not read".to_owned(), |ocr| ocr.names().join(", "));
    let values = [
        ("api.base_url", config.base_url.clone()),
        ("api.key", secret(&config.api_key)),
        ("api.organizations", all(organizations, "all that the key covers")),
        ("state", state),
        ("state.parent", all(parent, "without a name")),
        ("fingerprint.key", secret(&config.fingerprint_key)),
        ("scan.file_bytes_max", config.file_bytes_max.to_string()),
        ("scan.file_types", all(config.file_types.names().collect(), "all")),
        ("scan.ocr", ocr),
        ("scan.since", since),
        ("scan.labels", all(labels, "all")),
        ("scan.min_confidence", config.min_confidence.to_string()),
        ("scan.rules", all(rules.iter().map(String::as_str).collect(), "the built-in ones")),
        ("policy.file", policy),
        ("scope", sources(config).join(", ")),
        ("scope.users", config.scope.users.to_string()),
        ("scope.in_projects", config.scope.in_projects.to_string()),
        ("schedule.every", config.schedule.to_string()),
        (
            "schedule.history_days",
            config.history_days.map_or("all".to_owned(), |days| days.to_string()),
        ),
        ("serve.listen", config.listen.map_or("nowhere".to_owned(), |at| at.to_string())),
        ("sink", all(sinks, "none")),
        ("limits.requests_share", config.requests_share.to_string()),
        ("limits.in_flight", config.in_flight.to_string()),
        ("limits.content_bytes_max", config.content_bytes_max.to_string()),
    ];
    for (name, value) in values {
        terminal.line(format_args!("{name:<25} {value}"))?;
    }
    Ok(())
}

/// The sources that are read.
pub(crate) fn sources(config: &Config) -> Vec<&'static str> {
    let scope = &config.scope;
    let sources = [
        ("chats", scope.chats),
        ("projects", scope.projects),
        ("local sessions", scope.local_sessions),
        ("remote sessions", scope.remote_sessions),
        ("code artifacts", scope.code_artifacts),
        ("user preferences", scope.user_preferences),
    ];
    sources.into_iter().filter_map(|(name, on)| on.then_some(name)).collect()
}
