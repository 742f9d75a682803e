//! Labels files: documents and archives are opened, and what cannot be read is said.
//!
//! ```text
//! cargo run -p dosimeter --features extract --example files -- contract.pdf export.zip
//! ```
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::{env, error::Error, fs};

use dosimeter::{
    Classifier, Identity,
    extractor::{Budget, Content, Expose, Hint, extract},
};

fn main() -> Result<(), Box<dyn Error>> {
    let classifier = Classifier::builder().build()?;
    let mut scratch = classifier.scratch();
    for path in env::args().skip(1) {
        let file = Content::from(fs::read(&path)?);
        let hint = Hint { name: Some(&path), media_type: None };
        let extraction = extract(&file, hint, &Budget::default());

        let identity = Identity { tenant: "", resource: &path, part: "" };
        let mut scan = classifier.resource(&mut scratch, identity);
        for segment in extraction.segments {
            scan.segment(segment.text.expose(), &segment.locator);
        }
        for gap in extraction.gaps {
            scan.gap(gap);
        }
        let labelled = scan.finish();

        let labels: Vec<&str> =
            labelled.labels.by_label().keys().map(|label| label.name()).collect();
        println!("{path}: {} ({})", labels.join(", "), labelled.labels.coverage().state().name());
        for finding in &labelled.findings {
            println!("  {} {}", finding.rule(), finding.redacted());
        }
    }
    Ok(())
}
