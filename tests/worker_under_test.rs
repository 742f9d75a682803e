//! A worker in a process of its own, to be killed, watched and searched.
//!
//! `worker-under-test run BASE_URL STATE KEY_FILE [POSTGRES]` runs once, with every event of every crate on
//! standard error; `worker-under-test panic MESSAGE_FILE` panics with the text of a file;
//! `worker-under-test limits` says what hardening did; `worker-under-test hook CONFIG` is an inline hook, which
//! prints where it listens.

use std::{error::Error, fs, io::Write as _, path::Path, process::ExitCode, sync::Arc};

use dosimeter_worker::{SecretRef, Silent, SinkConfig, SinkTo, harden};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut stderr = std::io::stderr().lock();
            let mut cause: Option<&dyn Error> = Some(&*error);
            while let Some(error) = cause {
                // Both forms, since both end up in somebody's log.
                #[expect(clippy::use_debug, reason = "what is searched for leaks")]
                let _written = writeln!(stderr, "{error} {error:?}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    harden()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["run", base_url, state, key_file] => once(base_url, Path::new(state), key_file, None),
        ["run", base_url, state, key_file, database] => {
            // As a file, since a configuration holds no secrets.
            let file = tempfile::NamedTempFile::new()?;
            fs::write(file.path(), database)?;
            let place = SecretRef::File(file.path().display().to_string());
            once(base_url, Path::new(state), key_file, Some(place))
        }
        #[expect(clippy::panic, reason = "what the hook does with it is tested")]
        ["panic", file] => panic!("{}", fs::read_to_string(file)?),
        ["hook", config] => hook(Path::new(config)),
        ["wait"] => {
            writeln!(std::io::stdout().lock(), "waiting")?;
            std::io::stdout().flush()?;
            loop {
                std::thread::park();
            }
        }
        ["limits"] => {
            std::io::stdout().write_all(fs::read_to_string("/proc/self/limits")?.as_bytes())?;
            Ok(())
        }
        _ => Err("usage: run BASE_URL STATE KEY_FILE | panic FILE | limits | hook CONFIG".into()),
    }
}

fn once(
    base_url: &str,
    state: &Path,
    key_file: &str,
    postgres: Option<SecretRef>,
) -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let key = fs::read_to_string(key_file)?;
    let mut config = dosimeter_tests::config(base_url, state);
    config.postgres = postgres;
    // Beside the state, so that what sinks get is searched too.
    if let Some(folder) = state.parent() {
        let to = SinkTo::File {
            format: dosimeter_sink::Format::Native,
            path: folder.join("findings.jsonl"),
            rotate_bytes: 1_000_000_000,
            keep: 1,
        };
        config.sinks = vec![SinkConfig::new("file", to)];
    }
    // So that a worker that is stopped for a moment outlives its leases.
    config.lease_ms = 500;
    // All of the limit, so that staying inside it is tested at its edge.
    config.requests_share = 1.0;
    let worker = dosimeter_tests::worker_with_budget(config, &key)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let summary = runtime.block_on(worker.once(Arc::new(Silent)))?;
    writeln!(std::io::stdout().lock(), "{summary}")?;
    Ok(())
}

fn hook(config: &Path) -> Result<(), Box<dyn Error>> {
    let server = dosimeter_hook::Server::open(
        dosimeter_hook::Config::read(config)?,
        &dosimeter_hook::RuleSources::new(),
        false,
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        writeln!(std::io::stdout().lock(), "{}", listener.local_addr()?)?;
        Ok(server.serve_on(listener, std::future::pending()).await?)
    })
}
