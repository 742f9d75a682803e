//! The pictures of the README: what the command line prints, as SVG, and the report of the demo, in
//! Chromium.

use std::{fs, path::Path, process::Command};

use crate::run::{self, Error};

/// What is scanned. The card is a published test number, the account number an example.
const CHAT: &str = "\
Hi, please pay the venue today:
card 4111 1111 1111 1111 exp 04/29, or
by wire to IBAN DE13 5001 0517 9513 7844 05
the admin password: hunter2Xy!9pQ
";

/// What somebody would type to see it.
const PROMPT: &str = "$ dosimeter scan chat.txt";

/// Where the pictures lie.
const RESULT: &str = "crates/cli/docs/redacted.svg";
const REPORT: &str = "crates/cli/docs/report.png";

/// Draws the pictures anew from what the program shows now.
pub(crate) fn run() -> Result<(), Error> {
    let file = run::root().join(RESULT);
    let folder = run::target().join("picture");
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|error| Error::Write(path.to_path_buf(), error))
    };
    fs::create_dir_all(&folder).map_err(|error| Error::Write(folder.clone(), error))?;
    write(&folder.join("chat.txt"), CHAT)?;
    run::finish(run::cargo(&["build", "--quiet", "--package", "dosimeter-cli"]))?;
    let dosimeter = |arguments: &[&str]| {
        let mut command = Command::new(run::target().join("debug").join("dosimeter"));
        command.args(arguments).current_dir(&folder);
        command
    };
    let shown = run::output(dosimeter(&["scan", "chat.txt", "--color", "always"]))?;
    write(&file, &svg(&format!("\u{1b}[2m{PROMPT}\u{1b}[0m\n{shown}")))?;

    // What an earlier run kept.
    drop(fs::remove_dir_all(folder.join("demo")));
    run::finish(dosimeter(&["demo", "--quiet", "--keep", "demo"]))?;
    run::finish(dosimeter(&["report", "html", "--state", "demo", "--output", "report.html"]))?;
    let report = run::root().join(REPORT);
    let mut browser = Command::new("chromium");
    browser
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
        .args(["--window-size=1200,860", "--virtual-time-budget=3000"])
        .arg(format!("--screenshot={}", report.display()))
        .arg(format!("file://{}", folder.join("report.html").display()));
    run::finish(browser)
}

/// A character and a line, in pixels.
const WIDTH: usize = 8;
const HEIGHT: usize = 19;
/// Longer lines go on in the next one.
const COLUMNS: usize = 98;

/// Draws text with its colours on a dark ground.
fn svg(text: &str) -> String {
    let lines: Vec<Vec<Piece>> = text.lines().flat_map(|line| wrapped(&pieces(line))).collect();
    let (width, height) = (COLUMNS * WIDTH + 32, lines.len() * HEIGHT + 30);
    let drawn = lines.iter().zip(1..).map(|(line, number)| {
        let spans: String = line.iter().map(Piece::span).collect();
        format!("<text x=\"16\" y=\"{}\">{spans}</text>\n", number * HEIGHT + 10)
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"A scan on the terminal: every value is masked\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f27\"/>\n\
         <g font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" \
         font-size=\"13\" fill=\"#d5dae3\">\n{}</g>\n</svg>\n",
        drawn.collect::<String>()
    )
}

/// Text in one colour.
#[derive(Clone)]
struct Piece {
    text: String,
    style: &'static str,
}

impl Piece {
    fn span(&self) -> String {
        let text = self.text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}");
        format!("<tspan{}>{text}</tspan>", self.style)
    }
}

/// Cuts a line at its escape sequences.
fn pieces(line: &str) -> Vec<Piece> {
    let mut style = "";
    let mut pieces = Vec::new();
    for part in line.split("\u{1b}[") {
        let (code, text) = part.split_once('m').unwrap_or(("", part));
        let (code, text) =
            if code.bytes().all(|byte| byte.is_ascii_digit()) { (code, text) } else { ("", part) };
        style = match code {
            "0" => "",
            "1" => " font-weight=\"bold\"",
            "2" => " fill=\"#8b93a3\"",
            "31" => " font-weight=\"bold\" fill=\"#ff7b72\"",
            "33" => " fill=\"#e3b341\"",
            "36" => " fill=\"#76d9e6\"",
            _ => style,
        };
        pieces.push(Piece { text: text.to_owned(), style });
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// The same in lines that fit; a line that goes on is as far in as it was.
fn wrapped(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let all: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
    let indent = " ".repeat(all.chars().take_while(|char| *char == ' ').count());
    let mut lines = vec![Vec::new()];
    let mut column = 0;
    for piece in pieces {
        for word in piece.text.split_inclusive(' ') {
            let len = word.chars().count();
            if column + len > COLUMNS && !word.trim().is_empty() {
                lines.push(vec![Piece { text: indent.clone(), style: "" }]);
                column = indent.len();
            }
            column += len;
            if let Some(line) = lines.last_mut() {
                line.push(Piece { text: word.to_owned(), style: piece.style });
            }
        }
    }
    lines
}
