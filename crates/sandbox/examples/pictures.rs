//! Says what Tesseract makes of pictures, and of those in other files.
//!
//! ```text
//! cargo run -p dosimeter-sandbox --example pictures -- corpora/files/scan.pdf
//! ```
#![expect(clippy::print_stdout, reason = "an example that shows its result")]

use std::{env, error::Error, fs, process::ExitCode};

use dosimeter_content::{Content, Expose};
use dosimeter_extractor::{Budget, Hint};
use dosimeter_sandbox::{Languages, Recogniser, serve_picture};

/// By this argument the program starts itself, once for each picture.
const CHILD: &str = "--picture-child";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).peekable();
    if arguments.next_if(|argument| argument == CHILD).is_some() {
        return Ok(serve_picture(arguments.next().as_deref()));
    }
    let program = env::current_exe()?;
    let recogniser = Recogniser::new(program, vec![CHILD.into()], &Languages::default())?;
    for path in arguments {
        let file = Content::from(fs::read(&path)?);
        let extraction = recogniser.extract(&file, Hint::default(), &Budget::default());
        println!("{}", path.display());
        for gap in &extraction.gaps {
            println!("  gap {} at {}", gap.reason, gap.locator);
        }
        for segment in &extraction.segments {
            println!("  --- {}\n{}", segment.locator, segment.text.expose());
        }
    }
    Ok(ExitCode::SUCCESS)
}
