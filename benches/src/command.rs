//! One module for each command.

pub(crate) mod all;
pub(crate) mod attack;
pub(crate) mod batch;
pub(crate) mod build;
pub(crate) mod callgrind;
pub(crate) mod check;
pub(crate) mod corpora;
pub(crate) mod effort;
pub(crate) mod export;
pub(crate) mod kernel;
pub(crate) mod latency;
pub(crate) mod ratio;
pub(crate) mod scaling;
pub(crate) mod scan;
pub(crate) mod summary;
pub(crate) mod threads;

use std::{fs, path::Path};

use dosimeter_benches::{Error, corpus::Corpora};

use crate::arguments::Arguments;

/// A text to be measured.
pub(crate) struct Subject {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The texts that `arguments` names: corpora, or files.
pub(crate) fn subjects(corpora: &Corpora, arguments: &Arguments) -> Result<Vec<Subject>, Error> {
    let mib = arguments.number("mib")?;
    let (files, names): (Vec<&str>, Vec<&str>) =
        arguments.names().into_iter().partition(|name| Path::new(name).is_file());
    let mut subjects = Vec::new();
    for file in &files {
        // What is no UTF-8 is not what is measured.
        let mut text = String::from_utf8_lossy(&fs::read(file)?).into_owned();
        if let Some(mib) = mib {
            text.truncate(text.floor_char_boundary(mib << 20));
        }
        let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy().into_owned();
        subjects.push(Subject { name, text });
    }
    if files.is_empty() || !names.is_empty() {
        for corpus in corpora.choose(&names) {
            let text = corpus.text(mib.unwrap_or(corpus.timed_mib) << 20);
            subjects.push(Subject { name: corpus.name.clone(), text });
        }
    }
    if subjects.is_empty() {
        return Err("there is no such file or corpus".into());
    }
    Ok(subjects)
}
