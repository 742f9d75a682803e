//! What the forms of a result show of what was found: no five characters of any value of the corpora.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use dosimeter_classifier::{Classifier, Scratch, generate::expand};
use dosimeter_content::{Content, Expose as _};
use dosimeter_extractor::{Budget, Hint, Segment, extract};
use dosimeter_record::{Confidence, Finding, FingerprintKey, Locator, Position, RuleId};
use dosimeter_report::Report;
use dosimeter_sink::{About, Document, DocumentFormat, Format, RuleFacts, Scanned as Told};

use super::{Scanned, Source, document::told, engine::Engine, html, jsonl, pretty::Pretty};
use crate::terminal::Paint;

const WINDOW_CHARS: usize = 5;
/// No text of the corpora speaks of it.
const AT: &str = "2187-10-01T00:00:00Z";

/// A form in which a scan tells what it found.
#[derive(Clone, Copy, Debug)]
enum Form {
    Pretty,
    Jsonl,
    Page,
    Document(DocumentFormat),
}

impl Form {
    fn all() -> Vec<Self> {
        let whole = ["csv", "junit", "sarif", "parquet"].map(|name| name.parse().unwrap());
        let documents = whole.into_iter().chain(Format::ALL.map(DocumentFormat::Lines));
        [Self::Pretty, Self::Jsonl, Self::Page]
            .into_iter()
            .chain(documents.map(Self::Document))
            .collect()
    }

    fn render(self, row: &Scanned) -> String {
        let mut bytes = Vec::new();
        match self {
            Self::Pretty => {
                let pretty = Pretty { paint: Paint::off(), title: &|_| None };
                pretty.write(&mut bytes, &row.source, &row.verdict);
            }
            Self::Jsonl => jsonl::write(&mut bytes, &row.source, &row.verdict),
            Self::Page => {
                let findings = html::entries(row, AT).collect();
                Report { findings, ..Report::default() }.write(&mut bytes).unwrap();
            }
            Self::Document(format) => return document(format, &told(row, AT)),
        }
        String::from_utf8(bytes).unwrap()
    }
}

fn document(format: DocumentFormat, row: &Told) -> String {
    let rules = |_: &str| None::<RuleFacts>;
    let about = About { at: AT.to_owned(), ruleset: "abc".to_owned(), rules: &rules };
    let mut document = Document::begin(format, about);
    let mut bytes = document.add(row);
    bytes.extend(document.end());
    if format.is_text() {
        return String::from_utf8(bytes).unwrap();
    }
    // Compressed: what our own reader sees of it is what has to be searched.
    let extraction = extract(&Content::from(bytes), Hint::default(), &Budget::default());
    assert_eq!(extraction.gaps, [], "we read what we write");
    let texts = extraction.segments.iter().map(|segment| segment.text.expose());
    texts.collect::<Vec<_>>().join("\n")
}

/// Every so many characters in a row, of which one is a digit.
fn windows(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().collect();
    let windows = chars.windows(WINDOW_CHARS).map(String::from_iter);
    windows.filter(|part| part.contains(|char: char| char.is_ascii_digit())).collect()
}

/// What must not be shown: parts of what stands in the file at each finding, as it is written and
/// without its separators. Tables, and what only shows together, are no values of their own.
fn secrets(rules: &BTreeSet<RuleId>, segments: &[Segment], row: &Scanned) -> BTreeSet<String> {
    let mut secrets = BTreeSet::new();
    let findings = row.verdict.findings().map(|(finding, _)| finding);
    let is_value = |finding: &&Finding| {
        finding.confidence() >= Confidence::Medium && rules.contains(finding.rule())
    };
    for finding in findings.filter(is_value) {
        let place = finding.locator();
        let line = |at: &Locator| at.row.or(at.paragraph).or(at.line).unwrap_or(0);
        let holds = |segment: &&Segment| {
            let at = &segment.locator;
            let lines = line(place).saturating_sub(line(at));
            let tabs = place.column.unwrap_or(0).saturating_sub(at.column.unwrap_or(0));
            at.at(Position { lines, tabs, ..Position::default() }) == *place
        };
        for segment in segments.iter().filter(holds) {
            let value = finding.span().slice(segment.text.expose()).unwrap_or_default();
            let bare: String = value.chars().filter(|char| char.is_alphanumeric()).collect();
            secrets.append(&mut windows(value));
            secrets.append(&mut windows(&bare));
        }
    }
    secrets
}

/// What a form shows of a file, without what is shown on purpose: masked values, and the names of findings
/// and fingerprints, which are drawn by lot.
fn shown(form: Form, row: &Scanned) -> BTreeSet<String> {
    let mut shown = form.render(row);
    for (finding, _) in row.verdict.findings() {
        let (id, fingerprint) = (finding.id().to_string(), finding.fingerprint().to_string());
        for drawn in [&id, &fingerprint, finding.redacted().value()] {
            shown = shown.replace(drawn, "");
        }
    }
    windows(&shown)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

/// All texts and files of the corpora, with their random parts drawn.
fn corpora() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpora");
    let cases = crate::eval::corpus::read(&root.join("labelled")).unwrap();
    let texts = cases.iter().zip(0_u64..).map(|(case, seed)| {
        (format!("{}.txt", case.place), expand(&case.text, seed).unwrap().into_bytes())
    });
    let folders = ["benign/sample", "demo", "files", "hostile"];
    let files = folders.iter().flat_map(|folder| files(&root.join(folder))).map(|path| {
        let bytes = fs::read(&path).unwrap();
        (path.display().to_string(), bytes)
    });
    texts.chain(files).collect()
}

/// A scanned file under a name that says nothing but its kind.
fn scan(engine: &Engine, scratch: &mut Scratch, place: &str, file: &Content) -> Scanned {
    let extension = Path::new(place).extension().unwrap_or_default();
    let name = format!("scanned.{}", extension.display());
    let verdict = engine.file(scratch, &name, file, true);
    Scanned { source: Source::new(name.into()), verdict }
}

#[test]
fn no_form_of_a_result_shows_five_characters_of_any_value_of_the_corpora() {
    let key = FingerprintKey::from_bytes([7; 32]);
    let classifier =
        Classifier::builder().key(key).min_confidence(Confidence::Low).build().unwrap();
    let rules = classifier.rules().rules().iter().map(|rule| rule.id().clone()).collect();
    let engine = Engine::new(classifier, 25_000_000);
    let mut scratch = engine.scratch();
    // What a form always says: dates, versions, programs.
    let plain =
        scan(&engine, &mut scratch, "plain.txt", &b"write to maria@host.com".to_vec().into());
    assert_eq!(plain.verdict.findings().count(), 1);
    let forms: Vec<_> = Form::all().into_iter().map(|form| (form, shown(form, &plain))).collect();
    let (mut values, mut leaks) = (0, Vec::new());
    for (place, bytes) in corpora() {
        let file = Content::from(bytes);
        let row = scan(&engine, &mut scratch, &place, &file);
        let hint = Hint { name: Some(&row.source.path), media_type: None };
        let segments = extract(&file, hint, &Budget::default()).segments;
        let secrets = secrets(&rules, &segments, &row);
        values += secrets.len();
        for (form, always) in forms.iter().filter(|_| !secrets.is_empty()) {
            let shown = shown(*form, &row);
            let leaked = secrets.intersection(&shown).filter(|part| !always.contains(*part));
            leaks.extend(leaked.map(|part| format!("{place}, {form:?}: {part:?}")));
        }
    }
    assert!(values > 10_000, "{values}");
    assert!(leaks.is_empty(), "{}:\n{}", leaks.len(), leaks.join("\n"));
}
