//! `dosimeter scan --format sarif`, `csv` and their like: a document that is written while the scan goes on.

use std::collections::BTreeMap;

use dosimeter_record::{FindingRow, Locator};
use dosimeter_sink::{Action, Event, Scanned as Told, Suppression};

use super::{
    Scanned,
    rows::{finding_row, gap_rows, name},
    suppress::Suppressed,
};

/// A file, or a line of one, as a document tells of it.
pub(super) fn told(row: &Scanned, at: &str) -> Told {
    let mut suppressed = BTreeMap::new();
    let findings = row.verdict.findings().map(|(finding, by)| {
        let finding = at_line(finding_row(finding, row, &row.source.path, at), row.source.line);
        if let Some(by) = by {
            suppressed.insert(finding.id.clone(), suppression(by));
        }
        Event { action: Action::Opened, at: at.to_owned(), finding }
    });
    let findings = findings.collect();
    let (kind, id) = ("local".to_owned(), name(row));
    Told { kind, id, findings, gaps: gap_rows(row).collect(), suppressed }
}

fn suppression(by: &Suppressed) -> Suppression {
    match by {
        Suppressed::Comment { .. } => Suppression::InSource,
        Suppressed::Baseline | Suppressed::Policy { .. } => Suppression::External(by.reason()),
    }
}

/// Where each line is a resource of its own, the line is the place.
fn at_line(finding: FindingRow, line: Option<u64>) -> FindingRow {
    let Some(line) = line.and_then(|line| line.try_into().ok()) else { return finding };
    let locator: Locator = serde_json::from_str(&finding.locator).unwrap_or_default();
    let locator = Locator { line: Some(line), ..locator };
    let locator = serde_json::to_string(&locator).unwrap_or_default();
    FindingRow { locator, ..finding }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use dosimeter_classifier::{Classifier, Scratch, generate::expand};
    use dosimeter_content::{Content, Expose as _};
    use dosimeter_extractor::{Budget, Hint, Segment, extract};
    use dosimeter_record::{Confidence, FingerprintKey, Locator};
    use dosimeter_sink::{About, Document, DocumentFormat, Format, RuleFacts};

    use super::*;
    use crate::scan::{Source, engine::Engine};

    const WINDOW_CHARS: usize = 8;
    const AT: &str = "2026-10-01T00:00:00Z";

    fn documents() -> impl Iterator<Item = DocumentFormat> {
        let whole = ["csv", "junit", "sarif", "parquet"].map(|name| name.parse().unwrap());
        whole.into_iter().chain(Format::ALL.map(DocumentFormat::Lines))
    }

    fn render(format: DocumentFormat, rows: &[Told]) -> String {
        let rules = |_: &str| None::<RuleFacts>;
        let about = About { at: AT.to_owned(), ruleset: "abc".to_owned(), rules: &rules };
        let mut document = Document::begin(format, about);
        let mut bytes: Vec<u8> = rows.iter().flat_map(|row| document.add(row)).collect();
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

    /// Every eight letters or digits in a row, of which one is a digit.
    fn windows(shown: &str) -> impl Iterator<Item = String> {
        let runs = shown.split(|char: char| !char.is_alphanumeric());
        let runs = runs.map(|run| run.chars().collect::<Vec<char>>());
        let windows =
            |run: Vec<char>| run.windows(WINDOW_CHARS).map(String::from_iter).collect::<Vec<_>>();
        runs.flat_map(windows).filter(|part| part.contains(|char: char| char.is_ascii_digit()))
    }

    /// What stands in the file at each finding, without what a mask shows on purpose.
    fn values(file: &Content, name: &str, row: &Scanned) -> BTreeSet<String> {
        let hint = Hint { name: Some(name), media_type: None };
        let segments = extract(file, hint, &Budget::default()).segments;
        let mut values = BTreeSet::new();
        for (finding, _) in row.verdict.findings() {
            let place = finding.locator();
            let line = |at: &Locator| at.row.or(at.paragraph).or(at.line).unwrap_or(0);
            let holds = |segment: &&Segment| {
                let at = &segment.locator;
                at.below(line(place).saturating_sub(line(at))) == *place
            };
            for segment in segments.iter().filter(holds) {
                let value = finding.span().slice(segment.text.expose()).unwrap_or_default();
                let kept = finding.redacted().value();
                values.extend(windows(value).filter(|part| !kept.contains(part.as_str())));
            }
        }
        values
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

    fn scan(engine: &Engine, scratch: &mut Scratch, name: &str, file: &Content) -> Scanned {
        let verdict = engine.file(scratch, name, file, true);
        Scanned { source: Source::new(name.into()), verdict }
    }

    #[test]
    fn no_document_shows_eight_characters_of_any_value_of_the_corpora() {
        let key = FingerprintKey::from_bytes([7; 32]);
        let classifier =
            Classifier::builder().key(key).min_confidence(Confidence::Low).build().unwrap();
        let engine = Engine::new(classifier, 25_000_000);
        let mut scratch = engine.scratch();
        let (mut rows, mut secret, mut findings) = (Vec::new(), BTreeSet::new(), 0);
        for (name, bytes) in corpora() {
            let file = Content::from(bytes);
            let row = scan(&engine, &mut scratch, &name, &file);
            findings += row.verdict.labelled.findings.len();
            // The name of a file of a corpus may say what is in it.
            secret.extend(values(&file, &name, &row));
            rows.push(told(&row, AT));
        }
        assert!(findings > 300 && secret.len() > 300, "{findings}, {}", secret.len());
        for format in documents() {
            let shown = render(format, &rows);
            let leaked = windows(&shown).find(|part| secret.contains(part));
            assert_eq!(leaked, None, "{format:?}");
            assert!(shown.len() > 30_000, "{format:?}: {} bytes", shown.len());
        }
    }
}
