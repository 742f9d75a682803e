//! `dosimeter hook`: inline verdicts, and a look at whether they come.

mod check;

use std::{fs, io, path::Path, sync::Arc};

use dosimeter_hook::{Config, Reloader, RuleSources, Server};
use dosimeter_record::FingerprintKey;
use dosimeter_service::Confinement;
use tokio::sync::Notify;

use crate::{
    args::{HookCommand, HookServeArgs},
    classifier::{create_private, rule_files},
    error::Error,
    exit::Exit,
    signals::{Signals, Told},
    terminal::Terminal,
    worker::{chain, log_to, runtime},
};

/// Runs the command.
pub(crate) fn run(command: &HookCommand, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        HookCommand::Init { config } => init(&config.config, terminal),
        HookCommand::Serve(args) => serve(args, terminal),
        HookCommand::Check(args) => check::run(args, terminal),
    }
}

/// Writes what a server needs, and keeps what is there already.
fn init(path: &Path, terminal: &mut Terminal) -> Result<Exit, Error> {
    let hex = FingerprintKey::random().map_err(|_| Error::NoRandomness)?.to_hex();
    let template =
        dosimeter_hook::TEMPLATE.replace("# file = \"policy.toml\"", "file = \"policy.toml\"");
    let files = [
        (path.to_path_buf(), template.as_bytes()),
        (path.with_file_name("policy.toml"), dosimeter_policy::DEFAULT.as_bytes()),
        (path.with_file_name("fingerprint.key"), hex.as_bytes()),
    ];
    for (file, contents) in files {
        match create_private(&file, contents) {
            Ok(()) => terminal.line(format_args!("{} written", file.display()))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                terminal.line(format_args!("{} is there already, and stays", file.display()))?;
            }
            Err(error) => return Err(Error::write(file)(error)),
        }
    }
    terminal.note("next: name a certificate in it, then `dosimeter hook serve --check`");
    Ok(Exit::Clean)
}

fn serve(args: &HookServeArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let path = &args.config.config;
    let (config, rules) = read(args)?;
    if args.check {
        let tls = if config.tls.is_some() { "TLS" } else { "plain HTTP for a proxy" };
        let address = config.address;
        drop(Server::open(config, &rules, args.connection_test).map_err(Error::Hook)?);
        let good = terminal.paint.green("can be used");
        terminal.line(format_args!("{}: {good}, on {address} with {tls}", path.display()))?;
        return Ok(Exit::Clean);
    }
    log_to(args.log, io::stderr)?;
    if !args.no_confinement {
        // Landlock knows folders that are there.
        fs::create_dir_all(&config.state_directory)
            .map_err(Error::write(&config.state_directory))?;
        if config.paths(path).confine() == Confinement::None {
            terminal.note("this kernel has no Landlock; the process keeps the rights of its user");
        }
    }
    // After that: what is confined are this thread and those that it starts.
    let server = Server::open(config, &rules, args.connection_test).map_err(Error::Hook)?;
    let reloader = server.reloader();
    runtime()?.block_on(async {
        let mut signals = Signals::new()?;
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let mut serving = Box::pin(server.serve(async move { stopped.notified().await }));
        loop {
            tokio::select! {
                served = &mut serving => return served.map(|()| Exit::Clean).map_err(Error::Hook),
                told = signals.next() => match told {
                    Told::Stop => break,
                    Told::Reload => reload(args, &reloader, terminal),
                },
            }
        }
        drop(reloader);
        stop.notify_one();
        tokio::select! {
            served = &mut serving => served.map_err(Error::Hook)?,
            _second = signals.next() => {}
        }
        Ok(Exit::Clean)
    })
}

fn read(args: &HookServeArgs) -> Result<(Config, RuleSources), Error> {
    let mut config = config(&args.config.config)?;
    config.shadow |= args.shadow;
    let rules = rule_files(&config.rules)?;
    Ok((config, rules))
}

/// Reads the configuration of a hook.
pub(crate) fn config(path: &Path) -> Result<Config, Error> {
    Config::read(path).map_err(|error| Error::Hook(dosimeter_hook::Error::Config(error)))
}

/// What cannot be used is not used: the server goes on as it was.
fn reload(args: &HookServeArgs, reloader: &Reloader, terminal: &mut Terminal) {
    let read = read(args)
        .and_then(|(config, rules)| reloader.reload(&config, &rules).map_err(Error::Hook));
    match read {
        Ok(()) => terminal.note("policy, rules, secrets and certificate were read again"),
        Err(error) => terminal.error(format!("not reloaded: {}", chain(&error))),
    }
}
