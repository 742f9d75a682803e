//! What people look at: pages over files and over the store, the live view, and findings that somebody
//! accepted. Nothing raw in any of it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

#[path = "../../report/tests/browser/driver.rs"]
#[expect(dead_code, reason = "the other tests of the page use the rest of it")]
mod driver;

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use dosimeter_classifier::generate::expand;
use serde_json::Value;

fn dosimeter(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dosimeter"))
        .args(arguments)
        .current_dir(folder)
        .env("DOSIMETER_KEY_FILE", folder.join("key"))
        .env_remove("DOSIMETER_CONFIG")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

const IBAN: &str = "IBAN DE13 5001 0517 9513 7844 05";

/// A rule of a user's own.
const OWN_RULE: &str = r#"
[[rule]]
id = "pii.mine.badge"
title = "Badge"
label = "pii"
severity = "low"
confidence = "high"
keywords = ["allow"]
pattern = '\b(known)\b'
mask = { tag = "BADGE" }

[[rule.positive]]
text = "allow known"
why = "a badge"

[[rule.negative]]
text = "allow nothing"
why = "none"
"#;

/// Values that must not come out again: runs of eight digits or more with blanks between them, and long
/// words of letters and digits.
fn values(content: &str) -> Vec<String> {
    let digits = |word: &str| word.chars().filter(|char| char.is_numeric()).count();
    let runs = content.split(|char: char| !char.is_numeric() && char != ' ').map(str::trim);
    let words = content.split(|char: char| char.is_whitespace() || "\"'=,:/@()<>".contains(char));
    let long = words.filter(|word| word.chars().count() >= 16 && digits(word) >= 3);
    runs.filter(|run| digits(run) >= 8).chain(long).map(str::to_owned).collect()
}

/// The texts of all labelled corpora, drawn with another seed each.
fn corpora() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora/labelled");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let mut sources: Vec<String> = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    sources.sort();
    let cases = sources.iter().flat_map(|source| {
        let file: toml::Table = toml::from_str(source).unwrap();
        file["case"].as_array().unwrap().clone()
    });
    let texts = cases.map(|case| case["text"].as_str().unwrap().to_owned());
    (1..).zip(texts).map(|(seed, text)| expand(&text, seed).unwrap()).collect()
}

#[test]
fn no_raw_value_of_any_corpus_is_in_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let texts = corpora();
    assert!(texts.len() > 200, "{}", texts.len());
    fs::create_dir(folder.path().join("texts")).unwrap();
    for (index, text) in texts.iter().enumerate() {
        fs::write(folder.path().join(format!("texts/{index}.txt")), text).unwrap();
    }
    let scan = ["scan", "texts", "--format", "html", "-o", "page.html", "--min-confidence", "low"];
    let output = dosimeter(folder.path(), &scan);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    let values: Vec<String> = texts.iter().flat_map(|text| values(text)).collect();
    assert!(values.len() > 100, "too few values to look for: {}", values.len());
    let kept: Vec<&String> = values.iter().filter(|value| page.contains(*value)).collect();
    assert!(kept.is_empty(), "{kept:?}");
}

#[test]
fn accepted_findings_are_counted_and_fail_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let run = |arguments: &[&str]| dosimeter(folder.path(), arguments);
    let scan = ["scan", "a.txt", "--fail-on", "any", "--baseline", "known.json"];
    write("a.txt", &format!("{IBAN}\n"));
    assert_eq!(code(&run(&scan[..4])), 1);
    assert_eq!(code(&run(&["baseline", "create", "a.txt", "-o", "known.json"])), 0);
    assert!(values(IBAN).iter().all(|value| {
        !fs::read_to_string(folder.path().join("known.json")).unwrap().contains(value)
    }));

    // Moved, it is the same; twice, one of them is new.
    write("a.txt", &format!("a line before it\n\n{IBAN}\n"));
    let same = run(&scan);
    assert_eq!(code(&same), 0);
    assert!(text(&same.stdout).contains("1 in the baseline"), "{}", text(&same.stdout));
    write("a.txt", &format!("{IBAN}\nand {IBAN}\n"));
    assert_eq!(code(&run(&scan)), 1);
    let diff = run(&["baseline", "diff", "known.json", "a.txt", "--json"]);
    let changes: Value = serde_json::from_slice(&diff.stdout).unwrap();
    assert_eq!((code(&diff), &changes["new"], &changes["unchanged"]), (1, &1.into(), &1.into()));
    write("a.txt", "nothing\n");
    let diff = run(&["baseline", "diff", "known.json", "a.txt", "--json"]);
    let changes: Value = serde_json::from_slice(&diff.stdout).unwrap();
    assert_eq!((code(&diff), &changes["gone"]), (0, &1.into()));

    // A comment accepts with its reason, for all ways to fail, and only in files.
    let comment = format!("{IBAN} # dosimeter:allow given out on purpose");
    write("a.txt", &format!("{comment}\n"));
    for cause in ["any", "payment", "low"] {
        assert_eq!(code(&run(&["scan", "a.txt", "--fail-on", cause])), 0, "{cause}");
    }
    let shown = text(&run(&["scan", "a.txt"]).stdout);
    assert!(shown.contains("allowed by a comment: given out on purpose"), "{shown}");
    let line: Value =
        serde_json::from_slice(&run(&["scan", "a.txt", "--format", "jsonl"]).stdout).unwrap();
    assert_eq!(line["findings"][0]["suppressed"]["by"], "comment");
    write("chats.jsonl", &format!("{{\"text\":\"{comment}\"}}\n"));
    let chats = run(&["scan", "chats.jsonl", "--jsonl-field", "text", "--fail-on", "any"]);
    assert_eq!(code(&chats), 1, "a chatter must not switch the scanner off");
}

#[test]
fn an_empty_folder_is_not_clean() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("empty/.git")).unwrap();
    let said = "nothing was there to scan";
    let pretty = dosimeter(folder.path(), &["scan", "empty"]);
    assert_eq!((code(&pretty), text(&pretty.stdout).trim()), (0, said));
    let lines = dosimeter(folder.path(), &["scan", "empty", "--format", "jsonl"]);
    assert_eq!((code(&lines), text(&lines.stdout).as_str()), (0, ""));
    assert!(text(&lines.stderr).contains(said), "{}", text(&lines.stderr));
    assert_eq!(code(&dosimeter(folder.path(), &["scan", "empty", "--strict-coverage"])), 3);
}

#[test]
fn files_that_are_written_belong_to_their_owner() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), IBAN).unwrap();
    for format in ["pretty", "jsonl", "html"] {
        let name = format!("out.{format}");
        let output = dosimeter(folder.path(), &["scan", "a.txt", "--format", format, "-o", &name]);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let path = folder.path().join(name);
        assert!(fs::read_to_string(&path).unwrap().contains("payment.bank.iban"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}

#[test]
fn candidates_are_explained_where_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let text_of = |arguments: &[&str]| text(&dosimeter(folder.path(), arguments).stdout);
    let lines = format!("card 4111 1111 1111 1112\n{IBAN} # dosimeter:allow known\n");
    fs::write(folder.path().join("a.txt"), lines).unwrap();
    let first = text_of(&["explain", "a.txt:1"]);
    assert!(first.contains("rejected") && first.contains("its check card failed"), "{first}");
    let second = text_of(&["explain", "a.txt:2"]);
    for part in ["found", "iban passed", "pattern", "accepted by", "line 2"] {
        assert!(second.contains(part), "{part}: {second}");
    }
    // Without the built-in rules an IBAN is nothing.
    fs::write(folder.path().join("mine.toml"), OWN_RULE).unwrap();
    let own = ["explain", "a.txt:2", "--rules", "mine.toml", "--without-built-in"];
    let third = text_of(&own);
    assert!(third.contains("pii.mine.badge") && !third.contains("iban"), "{third}");
    // Each mask keeps another part of the value; together they must not give it away.
    for group in ["5001", "0517", "9513", "7844"] {
        assert!(!second.contains(group), "{group}: {second}");
    }
}

#[test]
fn every_command_has_a_manual_page_and_examples() {
    let folder = tempfile::tempdir().unwrap();
    let output = dosimeter(folder.path(), &["man", "--dir", "man1"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let pages: Vec<_> = fs::read_dir(folder.path().join("man1")).unwrap().collect();
    assert!(pages.len() > 20, "{}", pages.len());
    let silent: Vec<_> = pages
        .into_iter()
        .map(|page| page.unwrap().path())
        .filter(|path| {
            let page = fs::read_to_string(path).unwrap();
            assert!(page.contains(".TH dosimeter"), "{}", path.display());
            // Commands that only hold others leave examples to them.
            !page.contains("xample") && !page.contains("SUBCOMMANDS")
        })
        .collect();
    assert!(silent.is_empty(), "{silent:?}");
}

/// A live view over the demo, ended when dropped.
struct View {
    child: Child,
    host: String,
    token: String,
}

impl View {
    fn start(folder: &Path) -> Self {
        let demo = dosimeter(folder, &["demo", "--keep", "state", "--quiet"]);
        assert_eq!(code(&demo), 0, "{}", text(&demo.stderr));
        let mut child = Command::new(env!("CARGO_BIN_EXE_dosimeter"))
            .args(["view", "--state", "state", "--quiet"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        let address = address.trim().strip_prefix("http://").unwrap();
        let (host, token) = address.split_once("/?token=").unwrap();
        Self { child, host: host.to_owned(), token: token.to_owned() }
    }

    fn ask(&self, method: &str, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nconnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for View {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[test]
fn the_live_view_is_for_who_has_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let view = View::start(folder.path());
    let host = format!("host: {}\r\n", view.host);
    let with_token = format!("/?token={}", view.token);
    let port = view.host.rsplit(':').next().unwrap();
    let cookie = format!("{host}cookie: dosimeter-{port}={}\r\n", view.token);
    let check = |method: &str, path: &str, headers: &str, expected: &str| {
        let answer = view.ask(method, path, headers);
        assert!(answer.starts_with(&format!("HTTP/1.1 {expected}")), "{path} {headers}: {answer}");
        answer
    };
    check("GET", "/", &host, "403");
    check("GET", "/?token=0000", &host, "403");
    check("GET", &with_token, "host: evil.example\r\n", "403");
    check("POST", &with_token, &format!("{host}content-length: 0\r\n"), "405");
    let welcomed = check("GET", &with_token, &host, "303");
    assert!(welcomed.contains("HttpOnly; SameSite=Strict"), "{welcomed}");
    let page = check("GET", "/", &cookie, "200");
    for part in ["content-security-policy: default-src 'none'", "no-store", "larkfield.example"] {
        assert!(page.contains(part), "{part}");
    }
    let outside = dosimeter(folder.path(), &["view", "--state", "state", "--listen", "0.0.0.0:0"]);
    assert_eq!(code(&outside), 2);

    let Some(browser) = driver::Browser::start() else { return };
    browser.visit(&format!("http://{}{with_token}", view.host));
    assert!(browser.run("return document.querySelector('#count').textContent") != "");
    assert_eq!(browser.run("return location.search"), "", "the token stays in the address");
    let elsewhere = browser.requests().into_iter().find(|url| !url.contains(&view.host));
    assert_eq!(elsewhere, None);
    assert_eq!(browser.console(), Vec::<Value>::new());
}
