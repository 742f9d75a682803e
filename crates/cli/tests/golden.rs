//! What each command prints, compared with recorded transcripts in `golden/*.console`.
//!
//! A transcript is made of `# ` remarks, `$ ` commands, `< ` lines of standard input in which the
//! generator fills in random parts, and what came of it: `| ` standard output, `! ` standard error,
//! `= ` the exit code unless it is 0. `cargo xtask golden --bless` records anew.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use dosimeter_classifier::generate::expand;

/// A command with its standard input, and all lines that belong to it but its results.
#[derive(Default)]
struct Step {
    asked: Vec<String>,
    command: Option<String>,
    input: String,
}

#[test]
fn outputs_are_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut transcripts: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    transcripts.sort();
    assert!(transcripts.len() >= 5);
    for path in transcripts {
        let recorded = fs::read_to_string(&path).unwrap();
        let seen: String = steps(&recorded).iter().map(perform).collect();
        if env::var_os("DOSIMETER_BLESS").is_some() {
            fs::write(&path, seen).unwrap();
        } else if seen != recorded {
            let differs = |(seen, recorded): &(&str, &str)| seen != recorded;
            let first = seen.lines().zip(recorded.lines()).position(|pair| differs(&pair));
            let line = first.unwrap_or(0);
            let shown = |text: &str| text.lines().nth(line).unwrap_or("").to_owned();
            panic!(
                "{}:{}: recorded\n  {}\nseen\n  {}\n`cargo xtask golden --bless` records anew",
                path.display(),
                line + 1,
                shown(&recorded),
                shown(&seen)
            );
        }
    }
}

/// Cuts a transcript into steps, without the recorded results.
fn steps(recorded: &str) -> Vec<Step> {
    let mut steps = vec![Step::default()];
    let mut results_seen = false;
    for line in recorded.lines() {
        let is_result = ["| ", "! ", "= ", "|", "!"].iter().any(|mark| line.starts_with(mark));
        let is_new = line.starts_with('$') || line.starts_with('#') || line.is_empty();
        if is_new && (results_seen || steps.last().unwrap().command.is_some()) {
            steps.push(Step::default());
        }
        results_seen = is_result;
        if is_result {
            continue;
        }
        let step = steps.last_mut().unwrap();
        step.asked.push(line.to_owned());
        if let Some(command) = line.strip_prefix("$ ") {
            step.command = Some(command.to_owned());
        }
        if let Some(input) = line.strip_prefix("< ").or(line.strip_prefix("<")) {
            step.input.push_str(input);
            step.input.push('\n');
        }
    }
    steps
}

/// Runs a step and writes it down with its results.
fn perform(step: &Step) -> String {
    let mut written = step.asked.clone();
    if let Some(command) = &step.command {
        let input = expand(&step.input, 7).unwrap();
        let (out, error, code) = run(&words(command), &input);
        for (mark, text) in [('|', &out), ('!', &error)] {
            for value in values(&input) {
                assert!(!text.contains(&value), "`{command}` repeats its input");
            }
            let marked = text.lines().map(|line| format!("{mark} {line}").trim_end().to_owned());
            written.extend(marked);
        }
        if code != 0 {
            written.push(format!("= {code}"));
        }
    }
    written.push(String::new());
    written.join("\n")
}

fn run(arguments: &[String], input: &str) -> (String, String, i32) {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let mut child = Command::new(env!("CARGO_BIN_EXE_dosimeter"))
        .args(arguments)
        .env("DOSIMETER_KEY_FILE", files.join("fingerprint.key"))
        .env("COLUMNS", "100")
        .env_remove("DOSIMETER_CONFIG")
        .current_dir(files)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input may be gone before it is written.
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| stable(&String::from_utf8(bytes).unwrap());
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// Takes out what changes whenever any rule does.
fn stable(text: &str) -> String {
    let Some((before, after)) = text.split_once("\"ruleset\":\"") else { return text.to_owned() };
    let rest = after.split_once('"').map_or("", |(_, rest)| rest);
    format!("{before}\"ruleset\":\"…\"{}", stable(rest))
}

/// The words of a command line; quotes keep blanks together.
fn words(command: &str) -> Vec<String> {
    let quoted = command.split('\'').enumerate();
    quoted
        .flat_map(|(index, part)| {
            if index % 2 == 1 {
                vec![part.to_owned()]
            } else {
                part.split_whitespace().map(str::to_owned).collect()
            }
        })
        .collect()
}

/// What must not come out again: words with six digits or more, and long mixed ones.
fn values(input: &str) -> Vec<String> {
    let separators = |char: char| char.is_whitespace() || "\"'=,{}[]:".contains(char);
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    let words = input.split(separators);
    let mut values: Vec<String> =
        words.filter(|word| digits(word) >= 6).map(str::to_owned).collect();
    let runs = input.split(|char: char| !char.is_ascii_digit() && char != ' ');
    values.extend(runs.map(str::trim).filter(|run| digits(run) >= 8).map(str::to_owned));
    values
}
