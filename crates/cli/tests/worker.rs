//! The worker as a program that has given up its rights, over an organisation of the test's own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test")]

#[path = "../../sink/tests/support/receivers.rs"]
mod receivers;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use dosimeter_simulator::{Chat, File, Message, Running, Seed, Simulator};
use dosimeter_store::{FindingFilter, SqliteStore, Store as _};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A simulated organisation, and a folder with a worker's configuration for it.
struct Organization {
    /// What answers for it runs on.
    _runtime: Runtime,
    simulator: Running,
    folder: TempDir,
}

impl Organization {
    fn new(seed: Seed) -> Self {
        let runtime = Runtime::new().unwrap();
        let simulator = runtime.block_on(Simulator::new(seed).run()).unwrap();
        let organization =
            Self { _runtime: runtime, simulator, folder: tempfile::tempdir().unwrap() };
        organization.configure("");
        organization
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a configuration with something more in it. The keys lie elsewhere, and links lead to them.
    fn configure(&self, more: &str) {
        let (keys, base_url) = (self.path().join("elsewhere"), self.simulator.base_url());
        fs::create_dir_all(&keys).unwrap();
        for (name, value) in
            [("api.key", self.simulator.key()), ("fingerprint.key", &"ab".repeat(32))]
        {
            fs::write(keys.join(name), value).unwrap();
            let link = self.path().join("here").join(name);
            fs::create_dir_all(link.parent().unwrap()).unwrap();
            fs::remove_file(&link).ok();
            std::os::unix::fs::symlink(keys.join(name), link).unwrap();
        }
        let config = format!(
            "[api]\nbase_url = \"{base_url}\"\nkey = {{ file = \"here/api.key\" }}\n[state]\ndirectory = \"state\"\n\
             [fingerprint]\nkey = {{ file = \"here/fingerprint.key\" }}\n{more}"
        );
        fs::write(self.path().join("dosimeter.toml"), config).unwrap();
    }

    /// Runs a worker once, inside another program if there is one.
    fn once(&self, inside: &[&str], arguments: &[&str]) -> Output {
        let words: Vec<&str> = inside
            .iter()
            .copied()
            .chain([env!("CARGO_BIN_EXE_dosimeter"), "worker", "once"])
            .collect();
        let (program, rest) = words.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(rest).args(arguments).current_dir(self.path());
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    fn store(&self) -> SqliteStore {
        SqliteStore::read(&self.path().join("state")).unwrap()
    }

    /// The open findings, as resource and rule.
    fn findings(&self) -> Vec<(String, String)> {
        let rows = self.store().findings(&FindingFilter::default()).unwrap();
        rows.into_iter().map(|row| (row.resource_id, row.rule)).collect()
    }

    /// What is said not to have been read, as resource and reason.
    fn gaps(&self) -> Vec<(String, String)> {
        let rows = self.store().gaps(100).unwrap();
        rows.into_iter().map(|row| (row.resource_id, row.reason)).collect()
    }
}

/// One chat, with these pictures.
fn pictures(named: &[(&str, Vec<u8>)]) -> Seed {
    let file = |(id, bytes): &(&str, Vec<u8>)| File {
        id: (*id).to_owned(),
        mime_type: Some("image/png".to_owned()),
        ..File::new("picture.png", bytes.clone())
    };
    let asked = Message::user("What does it say?");
    let asked = named.iter().map(file).fold(asked, Message::with_file);
    Seed { chats: vec![Chat::new("claude_chat_1", "Pictures").with(asked)], ..Seed::default() }
}

fn picture(name: &str) -> Vec<u8> {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora/files");
    fs::read(corpora.join(name)).unwrap()
}

fn row(id: &str, what: &str) -> (String, String) {
    (id.to_owned(), what.to_owned())
}

#[test]
fn text_in_pictures_is_read_by_a_confined_worker_when_it_is_asked_for() {
    if receivers::system("tesseract", "tesseract-ocr").is_none() {
        return;
    }
    let (whole, cut) = ("claude_file_whole", "claude_file_cut");
    let screenshot = picture("screenshot.png");
    let half = screenshot.get(..screenshot.len() / 2).unwrap().to_vec();
    let organization = Organization::new(pictures(&[(whole, screenshot), (cut, half)]));
    organization.once(&[], &[]);
    assert_eq!(organization.findings(), []);
    for id in [whole, cut] {
        assert!(organization.gaps().contains(&row(id, "image_not_read")), "{id}");
    }

    organization.configure("[scan]\nocr = [\"eng\"]\n");
    organization.once(&[], &[]);
    assert_eq!(organization.findings(), [row(whole, "payment.bank.iban")]);
    let gaps = organization.gaps();
    assert!(!gaps.iter().any(|(id, _)| id == whole), "{gaps:?}");
    assert!(gaps.iter().any(|(id, _)| id == cut), "what cannot be read is not clean: {gaps:?}");
}

#[test]
fn a_single_run_gives_up_its_rights_unless_told_to_keep_them() {
    let Some(strace) = receivers::system("strace", "strace") else { return };
    let organization = Organization::new(pictures(&[]));
    let trace = organization.path().join("trace");
    let traced = |arguments: &[&str]| {
        // This thread only: children that read files confine themselves.
        let calls = "trace=landlock_create_ruleset,landlock_restrict_self";
        let to = trace.display().to_string();
        let inside = [strace.to_str().unwrap(), "-qq", "-e", "signal=none", "-e", calls, "-o", &to];
        organization.once(&inside, arguments);
        fs::read_to_string(&trace).unwrap()
    };
    let confined = traced(&[]);
    assert!(confined.contains("landlock_create_ruleset("), "{confined}");
    if !confined.contains("ENOSYS") && !confined.contains("EOPNOTSUPP") {
        let ends = confined.lines().filter(|line| line.contains("landlock_restrict_self("));
        assert_eq!(ends.filter(|line| line.ends_with("= 0")).count(), 1, "{confined}");
    }
    assert_eq!(traced(&["--no-confinement"]), "");
}
