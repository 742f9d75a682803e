//! Compiles `patterns/` into the crate.
//!
//! Two files come out: `rules.json` holds what a scan needs, without the examples, so that a process
//! starts in milliseconds; `sources.rs` lists the TOML sources for `rules test` and `rules show`. A
//! built-in rule without a positive and a negative example fails the build.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The tables of a rule file whose entries carry examples.
const TABLES: [&str; 3] = ["rule", "combination", "table"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("not run by cargo")?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("not run by cargo")?);
    let patterns = root.join("patterns");
    println!("cargo::rerun-if-changed={}", patterns.canonicalize()?.display());

    let mut files = Vec::new();
    collect(&patterns, &mut files)?;
    files.sort();

    let mut compiled = Vec::new();
    let mut sources = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&patterns)?.display().to_string();
        let mut parsed: toml::Table =
            fs::read_to_string(&file)?.parse().map_err(|error| format!("{name}: {error}"))?;
        for table in TABLES {
            strip_examples(&name, parsed.get_mut(table))?;
        }
        parsed.insert("file".into(), name.clone().into());
        compiled.push(parsed);
        let path = file.canonicalize()?.display().to_string();
        // JSON quotes a string as Rust does.
        let (name, path) = (serde_json::to_string(&name)?, serde_json::to_string(&path)?);
        writeln!(sources, "    ({name}, include_str!({path})),")?;
    }
    sources.push_str("]\n");

    fs::write(out.join("rules.json"), serde_json::to_vec(&compiled)?)?;
    fs::write(out.join("sources.rs"), sources)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}

/// Removes the examples, after making sure that there are some of both kinds.
fn strip_examples(file: &str, entries: Option<&mut toml::Value>) -> Result<(), Box<dyn Error>> {
    let entries = entries.and_then(toml::Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        let entry = entry.as_table_mut().ok_or_else(|| format!("{file}: not a table"))?;
        for kind in ["positive", "negative"] {
            let examples = entry.remove(kind);
            let count = examples.as_ref().and_then(toml::Value::as_array).map_or(0, Vec::len);
            if count == 0 {
                let id = entry.get("id").and_then(toml::Value::as_str).unwrap_or("without an id");
                return Err(format!("{file}: {id} has no {kind} example").into());
            }
        }
    }
    Ok(())
}
