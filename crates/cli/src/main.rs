//! The binary `dosimeter`: parses arguments, calls the crates, prints.
//!
//! What belongs here is what a person types and sees; the work is in the other crates. Every command
//! is one module with one `run`; everything printed goes through [`terminal`].

mod args;
mod baseline;
mod child;
mod classifier;
mod clock;
mod config;
mod corpus;
mod demo;
mod error;
mod eval;
mod exit;
mod explain;
mod extract;
mod hook;
mod man;
mod output;
mod policy;
mod report;
mod rules;
mod scan;
mod signals;
mod simulate;
mod state;
mod stored;
mod table;
mod terminal;
mod view;
mod worker;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::{
    args::{Cli, Command, WorkerCommand},
    error::Error,
    exit::Exit,
    terminal::Terminal,
};

fn main() -> ExitCode {
    if let Some(exit) = child::serve() {
        return exit;
    }
    // No core dumps, and a panic says where and never what. Nothing has been read yet.
    let hardened = dosimeter_worker::harden();
    let cli = Cli::parse();
    let mut terminal = Terminal::new(cli.color, cli.quiet);
    if hardened.is_err() {
        terminal.note("cannot switch off core dumps; content may reach a core file after a crash");
    }
    let outcome = run(cli.command, &mut terminal).and_then(|exit| {
        terminal.flush()?;
        Ok(exit)
    });
    terminal.progress().finish();
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            if !error.is_broken_pipe() {
                terminal.error(&error);
            }
            error.exit().into()
        }
    }
}

fn run(command: Command, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        Command::Scan(args) => scan::run(&args, terminal),
        Command::Baseline(command) => baseline::run(&command, terminal),
        Command::Extract(args) => extract::run(&args, terminal),
        Command::Demo(args) => demo::run(&args, terminal),
        Command::Worker(WorkerCommand::Once(args)) => worker::once(&args, terminal),
        Command::Worker(WorkerCommand::Run(args)) => worker::run::run(&args, terminal),
        Command::Worker(WorkerCommand::Plan(args)) => worker::inspect::plan(&args, terminal),
        Command::Worker(WorkerCommand::Status(args)) => worker::status::run(&args, terminal),
        Command::Worker(WorkerCommand::Doctor(args)) => worker::inspect::doctor(&args, terminal),
        Command::Worker(WorkerCommand::RenameParent(args)) => worker::rename::run(&args, terminal),
        Command::Worker(WorkerCommand::Purge(args)) => worker::purge::run(&args, terminal),
        Command::Report(command) => report::run(&command, terminal),
        Command::View(args) => view::run(&args, terminal),
        Command::Hook(command) => hook::run(&command, terminal),
        Command::Policy(command) => policy::run(&command, terminal),
        Command::Rules(command) => rules::run(&command, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Eval(args) => eval::run(&args, terminal),
        Command::Simulate(args) => simulate::run(&args, terminal),
        Command::Config(command) => config::run(&command, terminal),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "dosimeter", &mut script);
            terminal.raw(&script)?;
            Ok(Exit::Clean)
        }
        Command::Man { dir } => man::run(dir.as_deref(), terminal),
    }
}
