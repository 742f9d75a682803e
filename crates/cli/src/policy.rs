//! `dosimeter policy`: write a policy, and rehearse it before anyone is blocked.

mod rehearse;

use std::path::Path;

use dosimeter_classifier::{Classifier, generate};
use dosimeter_policy::{Action, Context, Expectation, Item, Policy};
use dosimeter_record::{Confidence, Resource, ResourceKind, Role};
use jiff::Timestamp;

use self::rehearse::Rehearsal;
use crate::{
    args::{PolicyCommand, PolicyTestArgs},
    classifier::{self, create_private, rule_set},
    error::Error,
    exit::Exit,
    state,
    terminal::Terminal,
};

/// Runs the command.
pub(crate) fn run(command: &PolicyCommand, terminal: &mut Terminal) -> Result<Exit, Error> {
    match command {
        PolicyCommand::Init { file } => {
            create_private(file, dosimeter_policy::DEFAULT.as_bytes())
                .map_err(Error::write(file))?;
            terminal.line(format_args!("{} written", file.display()))?;
            terminal.note(format_args!("next: dosimeter policy test {}", file.display()));
            Ok(Exit::Clean)
        }
        PolicyCommand::Test(args) => test(args, terminal),
    }
}

/// Reads a policy.
pub(crate) fn read(path: &Path) -> Result<Policy, Error> {
    let text = std::fs::read_to_string(path).map_err(Error::read(path))?;
    Policy::parse(&text).map_err(|problem| Error::Policy { path: path.to_path_buf(), problem })
}

fn test(args: &PolicyTestArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let policy = read(&args.policy)?;
    let key = classifier::key(args.key.key_file.as_deref(), terminal)?;
    let classifier = Classifier::builder()
        .rules(rule_set(&args.rules)?)
        .key(key)
        .min_confidence(Confidence::Medium)
        .build()
        .map_err(Error::Rules)?;
    let now = Timestamp::now();
    for exception in policy.expired(now) {
        terminal.note(format_args!(
            "an exception expired on {}: {}",
            exception.expires(),
            exception.reason()
        ));
    }
    let failed = expectations(&policy, &classifier, terminal)?;
    for path in &args.corpora {
        let rehearsal = Rehearsal::of_corpus(&policy, &classifier, path)?;
        rehearsal.print(&path.display().to_string(), terminal)?;
    }
    if let Some(folder) = &args.state {
        let rehearsal = Rehearsal::of_store(&policy, &*state::of_folder(folder)?)?;
        rehearsal.print(&folder.display().to_string(), terminal)?;
    }
    if let Some(file) = &args.config {
        let rehearsal = Rehearsal::of_store(&policy, &*state::of_file(file)?)?;
        rehearsal.print(&format!("the store of {}", file.display()), terminal)?;
    }
    Ok(if failed == 0 { Exit::Clean } else { Exit::Findings })
}

/// Tries what the policy's author expects, and says how much of it is not so.
fn expectations(
    policy: &Policy,
    classifier: &Classifier,
    terminal: &mut Terminal,
) -> Result<usize, Error> {
    let mut failed: usize = 0;
    let all = policy.expectations();
    for (number, expectation) in (1..).zip(all) {
        let found = said(policy, classifier, expectation)?;
        if found != expectation.action {
            failed = failed.saturating_add(1);
            let (expected, found) = (expectation.action.name(), found.name());
            let bad = terminal.paint.red("failed");
            terminal.line(format_args!("test {number} {bad}: expected {expected}, got {found}"))?;
        }
    }
    let passed = all.len().saturating_sub(failed);
    terminal.line(format_args!("{passed} of {} tests of the policy pass", all.len()))?;
    Ok(failed)
}

fn said(
    policy: &Policy,
    classifier: &Classifier,
    expectation: &Expectation,
) -> Result<Action, Error> {
    let text = generate::expand(&expectation.text, 1).map_err(|error| Error::Corpus {
        place: "a test of the policy".to_owned(),
        problem: error.to_string(),
    })?;
    let items = items(classifier, &text, expectation.role);
    Ok(policy.decide(Context::default(), &items, Timestamp::now()).action())
}

/// What is found in a text of a role.
fn items(classifier: &Classifier, text: &str, role: Role) -> Vec<Item> {
    let resource = Resource { role: Some(role), ..Resource::new(ResourceKind::Prompt, "") };
    let findings = classifier.scan(&mut classifier.scratch(), text);
    findings.iter().map(|finding| Item::of(finding, &resource)).collect()
}
