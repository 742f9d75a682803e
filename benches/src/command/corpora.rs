//! Writes the corpora, for other tools to read.

use std::{fs, path::Path};

use dosimeter_benches::{Error, corpus::Corpora};

use crate::arguments::Arguments;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Error> {
    let home = Path::new(arguments.first("the directory")?);
    fs::create_dir_all(home)?;
    let corpora = Corpora::read()?;
    let names = arguments.names();
    for corpus in corpora.choose(names.get(1..).unwrap_or_default()) {
        let mib = arguments.number("mib")?.unwrap_or(corpus.timed_mib);
        let text = corpus.text(mib << 20);
        let path = home.join(format!("{}.txt", corpus.name));
        fs::write(&path, &text)?;
        println!("{:>12} bytes  {}  {}", text.len(), path.display(), corpus.about);
    }
    Ok(())
}
