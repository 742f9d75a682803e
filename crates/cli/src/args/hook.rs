//! `dosimeter hook …` and `dosimeter policy …`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

use super::{KeyArgs, LogLevel};

#[derive(Debug, Subcommand)]
pub(crate) enum HookCommand {
    /// Write a commented configuration, a policy and a fingerprint key
    #[command(after_help = "\
Examples:
  dosimeter hook init
  dosimeter hook init --config /etc/dosimeter/hook.toml")]
    Init {
        #[command(flatten)]
        config: HookConfigArgs,
    },
    /// Answer inference hooks: allow or deny each prompt before the model sees it
    #[command(after_help = "\
Examples, in the order of a first set-up:
  dosimeter hook init                          # hook.toml, policy.toml, fingerprint.key
  dosimeter hook serve --connection-test       # while the organisation's settings test the connection
  export DOSIMETER_HOOK_SECRET=whsec_…         # what the settings show after their first save
  dosimeter hook serve --shadow                # a week of recording what would be denied
  dosimeter policy test policy.toml --state dosimeter-hook-state
  dosimeter hook serve

Stops at SIGTERM or Ctrl-C when every answer is recorded. SIGHUP reads policy, rules, secrets and \
certificate again; a changed certificate is also noticed by itself.")]
    Serve(HookServeArgs),
    /// Ask a hook as the organisation would, and explain its answers
    #[command(after_help = "\
Sends prompts signed with the secret: a harmless one, one with an invented card number, one with a wrong \
signature, and one that is out of date. Nothing of anybody's is sent.

Examples:
  DOSIMETER_HOOK_SECRET=whsec_… dosimeter hook check https://hook.corp.example/
  dosimeter hook check https://localhost:8443/ --authority certificate.pem")]
    Check(HookCheckArgs),
}

/// Where the configuration of the hook lies.
#[derive(Debug, Args)]
pub(crate) struct HookConfigArgs {
    /// The configuration file of the hook
    #[arg(long, short, env = "DOSIMETER_HOOK_CONFIG", default_value = "hook.toml", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: PathBuf,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct HookServeArgs {
    #[command(flatten)]
    pub(crate) config: HookConfigArgs,

    /// Check configuration, policy, rules, secrets, certificate and state, and end
    #[arg(long)]
    pub(crate) check: bool,

    /// Allow everything, and record what would have been denied
    #[arg(long)]
    pub(crate) shadow: bool,

    /// Answer connection tests, which are not signed; other prompts need a signature as always
    #[arg(long)]
    pub(crate) connection_test: bool,

    /// Keep the rights of the user instead of giving up all but those that the configuration needs
    /// (Linux)
    #[arg(long)]
    pub(crate) no_confinement: bool,

    /// Log to standard error what happens: ids, counts and lengths
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "info")]
    pub(crate) log: LogLevel,
}

#[derive(Debug, Args)]
pub(crate) struct HookCheckArgs {
    /// The URL that the organisation's settings name
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) url: String,

    /// The file with the signing secret; without it the environment variable `DOSIMETER_HOOK_SECRET`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) secret_file: Option<PathBuf>,

    /// A PEM certificate to trust instead of the machine's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) authority: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Write the default policy, commented
    #[command(after_help = "Example:\n  dosimeter policy init policy.toml")]
    Init {
        /// The file
        #[arg(default_value = "policy.toml", value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Try a policy: on its own tests, on labelled texts, and on what was found so far
    #[command(after_help = "\
Blocks nobody. Texts of a corpus count as typed by a user; findings of a store count where they were \
found, so that what would be denied shows by conversation, user and label.

Examples:
  dosimeter policy test policy.toml
  dosimeter policy test policy.toml corpora/labelled corpora/benign
  dosimeter policy test policy.toml --state ./state        # of the worker, or of the hook in shadow
  dosimeter policy test policy.toml --config hook.toml     # its store, also in PostgreSQL

Exit codes:
  0 all tests of the policy pass · 1 one does not")]
    Test(PolicyTestArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PolicyTestArgs {
    /// The policy
    #[arg(value_name = "POLICY", value_hint = ValueHint::FilePath)]
    pub(crate) policy: PathBuf,

    /// Labelled texts, as for `dosimeter eval`, or other files
    #[arg(value_name = "CORPUS", value_hint = ValueHint::AnyPath)]
    pub(crate) corpora: Vec<PathBuf>,

    /// The state folder of a worker or a hook
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) state: Option<PathBuf>,

    /// The configuration of a worker or a hook: the store that it names, a folder or PostgreSQL
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,

    /// Add the rules in this folder of TOML files, or in this one file
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub(crate) rules: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) key: KeyArgs,
}
