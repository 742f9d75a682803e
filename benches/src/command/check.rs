//! Compares what is found with what must be found.

use std::{fmt::Write as _, fs};

use dosimeter_benches::{
    Error,
    corpus::{self, Corpora, Corpus},
    padding,
    tally::{Expected, Gatherer, Tally, spell},
};

use crate::arguments::Arguments;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let corpora = Corpora::read()?;
    let names = arguments.names();
    let names = if names.is_empty() { vec!["everything"] } else { names };
    let classifier = padding::classifier(arguments.rules()?)?;
    let mut scratch = classifier.scratch();
    let mut wrong = 0;
    for corpus in corpora.choose(&names) {
        let text = corpus.checked();
        let [whole, lines] =
            [false, true].map(|by_line| Gatherer::scan(&classifier, &mut scratch, &text, by_line));
        if let Some(home) = arguments.path("findings") {
            fs::create_dir_all(&home)?;
            for (kind, gatherer) in [("whole", &whole), ("lines", &lines)] {
                let path = home.join(format!("{}.{kind}.tsv", corpus.name));
                fs::write(path, gatherer.lines().join("\n") + "\n")?;
            }
        }
        let found = Expected { whole: whole.tally(), lines: lines.tally() };
        if arguments.has("bless") {
            bless(corpus, &found)?;
        }
        let right = found == corpus.expected;
        if !right {
            wrong += 1;
        }
        println!("{:<9} {}", if right { "ok" } else { "DIFFERENT" }, corpus.name);
        println!("    whole: {}", spell(&found.whole.counts));
        println!("    lines: {}", spell(&found.lines.counts));
        if !right {
            println!("    expected whole: {}", spell(&corpus.expected.whole.counts));
            println!("    expected lines: {}", spell(&corpus.expected.lines.counts));
        }
    }
    if wrong > 0 && !arguments.has("bless") {
        return Err(format!("{wrong} corpora do not give what they must").into());
    }
    Ok(())
}

/// Writes what was found into the definition of `corpus`, and leaves the rest of the file alone.
fn bless(corpus: &Corpus, found: &Expected) -> Result<(), Error> {
    let file = fs::read_to_string(corpus::path())?;
    let heading = format!("name = \"{}\"", corpus.name);
    let mut inside = false;
    let mut blessed = String::with_capacity(file.len());
    for line in file.lines() {
        inside |= line == heading;
        if inside && line.starts_with("expected = ") {
            writeln!(
                blessed,
                "expected = {{ whole = {}, lines = {} }}",
                written(&found.whole),
                written(&found.lines)
            )?;
            inside = false;
        } else {
            writeln!(blessed, "{line}")?;
        }
    }
    Ok(fs::write(corpus::path(), blessed)?)
}

fn written(tally: &Tally) -> String {
    let counts: Vec<String> =
        tally.counts.iter().map(|(label, count)| format!("{label} = {count}")).collect();
    format!("{{ counts = {{ {} }}, digest = \"{}\" }}", counts.join(", "), tally.digest)
}
