//! The guides of `docs/`: their commands run, and print what the guides say they print.
//!
//! A `console` block has commands behind `$ ` and below each what it prints; a `toml` block that begins
//! with `# PATH` is a file of the reader's. `DOSIMETER_BLESS=1` writes anew what the commands print.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where a reader types: a folder in which there is nothing, and a path on which `dosimeter` is.
struct Reader {
    home: tempfile::TempDir,
    path: String,
}

impl Reader {
    fn new() -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_dosimeter"));
        let folder = program.parent().unwrap().display();
        let path = format!("{folder}:{}", env::var("PATH").unwrap());
        Self { home: tempfile::tempdir().unwrap(), path }
    }

    /// What a command prints, on both outputs, in the order of a terminal.
    fn types(&self, command: &str) -> String {
        let output = Command::new("sh")
            .args(["-c", &format!("({command}) 2>&1")])
            .current_dir(self.home.path())
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", self.home.path())
            .env("COLUMNS", "100")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    fn writes(&self, file: &str, text: &str) {
        fs::write(self.home.path().join(file), text).unwrap();
    }
}

/// A guide as its commands make it.
fn performed(guide: &str) -> String {
    let reader = Reader::new();
    let mut seen: Vec<String> = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        seen.push(line.to_owned());
        if line != "```console" && line != "```toml" {
            continue;
        }
        let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        if line == "```toml" {
            let named = block.first().and_then(|first| first.strip_prefix("# "));
            if let Some(file) = named.filter(|name| Path::new(name).extension().is_some()) {
                reader.writes(file, &block.join("\n"));
            }
            seen.extend(block.iter().map(ToString::to_string));
        } else {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                seen.push(format!("$ {command}"));
                seen.extend(reader.types(command).lines().map(str::to_owned));
            }
        }
        seen.push("```".to_owned());
    }
    seen.join("\n") + "\n"
}

fn check(name: &str) {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    let written = fs::read_to_string(&path).unwrap();
    let seen = performed(&written);
    if env::var_os("DOSIMETER_BLESS").is_some() {
        fs::write(&path, seen).unwrap();
        return;
    }
    let mut pairs = seen.lines().zip(written.lines());
    let differs = pairs.position(|(seen, written)| seen != written);
    let line = differs.unwrap_or_else(|| seen.lines().count().min(written.lines().count()));
    let shown = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
    assert!(
        seen == written,
        "docs/{name}:{}: the guide says\n  {}\nand one sees\n  {}\n`cargo xtask golden --bless` writes it anew",
        line + 1,
        shown(&written),
        shown(&seen)
    );
}

#[test]
#[cfg(unix)]
fn a_rule_is_written_as_the_guide_says() {
    check("write-a-rule.md");
}

#[test]
#[cfg(unix)]
fn the_worker_is_run_as_the_guide_says() {
    check("production.md");
}
