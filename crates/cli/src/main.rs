//! The binary `dosimeter`: parses arguments, calls the crates, prints.
//!
//! What belongs here is what a person types and sees; the work is in the other crates. Every command
//! is one module with one `run`; everything printed goes through [`terminal`].

mod args;
mod classifier;
mod error;
mod eval;
mod exit;
mod explain;
mod rules;
mod scan;
mod table;
mod terminal;

use std::{panic, process::ExitCode};

use clap::{CommandFactory as _, Parser as _};

use crate::{
    args::{Cli, Command},
    error::Error,
    exit::Exit,
    terminal::Terminal,
};

fn main() -> ExitCode {
    // A panic message may quote what was being read; its location never does.
    panic::set_hook(Box::new(|info| terminal::panicked(info.location())));
    let cli = Cli::parse();
    let mut terminal = Terminal::new(cli.color, cli.quiet);
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
            Exit::Failure.into()
        }
    }
}

fn run(command: Command, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        Command::Scan(args) => scan::run(&args, terminal),
        Command::Rules(command) => rules::run(&command, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Eval(args) => eval::run(&args, terminal),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "dosimeter", &mut script);
            terminal.raw(&script)?;
            Ok(Exit::Clean)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            terminal.raw(&page)?;
            Ok(Exit::Clean)
        }
    }
}
