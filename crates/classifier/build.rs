//! Compiles `patterns/` and the metadata of telephone numbers into the crate.
//!
//! `built_in.rs` holds what a scan needs as one constant, without the examples, so that a process has
//! nothing to parse; `anchors.bin` the anchors of its rules, made of the lists of sets that
//! `byte_sets.rs` and `byte_sets.bin` hold. `sources.rs` lists the TOML sources for `rules test` and
//! `rules show`. A built-in rule without a positive and a negative example fails the build. `phone.rs`
//! and `phone.bin` hold the numbering plans of the world.

#[path = "build/digits.rs"]
mod digits;
#[path = "build/literal.rs"]
mod literal;
#[path = "build/packed.rs"]
mod packed;
#[path = "build/phone.rs"]
mod phone;

#[path = "build/rule.rs"]
mod rule;

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use dosimeter_record::FingerprintKey;

use crate::{
    literal::{Literal, quoted},
    packed::Packed,
    rule::{
        data::{AllowedValue, CombinationData, RuleData, TableData},
        syntax::FileSyntax,
    },
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

    let mut built_in = BuiltIn::default();
    let mut sources = String::from("&[\n");
    for file in files {
        let name = file.strip_prefix(&patterns)?.display().to_string();
        let source = fs::read_to_string(&file)?;
        built_in.add(&name, &source).map_err(|error| format!("{name}: {error}"))?;
        let path = file.canonicalize()?.display().to_string();
        writeln!(sources, "    ({}, include_str!({})),", quoted(&name), quoted(&path))?;
    }
    sources.push_str("]\n");

    fs::write(out.join("built_in.rs"), built_in.literal()?)?;
    fs::write(out.join("anchors.bin"), built_in.packed.anchors())?;
    fs::write(out.join("byte_sets.rs"), built_in.packed.distinct())?;
    fs::write(out.join("byte_sets.bin"), built_in.packed.order())?;
    fs::write(out.join("sources.rs"), sources)?;

    let metadata = root.join("src/validator/phone/metadata.tsv");
    println!("cargo::rerun-if-changed={}", metadata.display());
    let plans = phone::compile(&fs::read_to_string(metadata)?)?;
    fs::write(out.join("phone.rs"), plans.item)?;
    fs::write(out.join("phone.bin"), plans.graph)?;
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

/// What `built_in.rs` says.
#[derive(Default)]
struct BuiltIn {
    /// As written and without examples, for the version.
    written: Vec<toml::Table>,
    /// Expressions, one for each file.
    files: Vec<String>,
    allowed: Vec<AllowedValue>,
    /// What is no expression.
    packed: Packed,
}

impl BuiltIn {
    fn add(&mut self, name: &str, source: &str) -> Result<(), Box<dyn Error>> {
        let mut written: toml::Table = source.parse()?;
        for table in TABLES {
            strip_examples(written.get_mut(table))?;
        }
        let file: FileSyntax = written.clone().try_into()?;
        written.insert("file".into(), name.into());
        self.written.push(written);

        let rules: Vec<RuleData> = file.rules.into_iter().map(Into::into).collect();
        let combinations: Vec<CombinationData> =
            file.combinations.into_iter().map(Into::into).collect();
        let tables: Vec<TableData> = file.tables.into_iter().map(Into::into).collect();
        self.files.push(format!(
            "FileData {{ name: {}, rules: {}, combinations: {}, tables: {} }}",
            quoted(name),
            rules.literal(&mut self.packed),
            combinations.literal(&mut self.packed),
            tables.literal(&mut self.packed),
        ));
        self.allowed.extend(file.allowed.into_iter().flat_map(AllowedValue::all));
        Ok(())
    }

    fn literal(&mut self) -> Result<String, Box<dyn Error>> {
        // Not secret, so the key is fixed.
        let key = FingerprintKey::from_bytes([0; 32]);
        let version = key.digest("ruleset", &serde_json::to_vec(&self.written)?).to_string();
        // The last reason counts, as in a user's file.
        self.allowed.reverse();
        self.allowed.sort_by(|left, right| left.key().cmp(&right.key()));
        self.allowed.dedup_by(|later, earlier| later.key() == earlier.key());
        Ok(format!(
            "BuiltIn {{ version: {}, files: &[{}], allowed: {} }}\n",
            quoted(&version),
            self.files.join(",\n"),
            self.allowed.literal(&mut self.packed),
        ))
    }
}

/// Removes the examples, after making sure that there are some of both kinds.
fn strip_examples(entries: Option<&mut toml::Value>) -> Result<(), Box<dyn Error>> {
    let entries = entries.and_then(toml::Value::as_array_mut);
    for entry in entries.into_iter().flatten() {
        let entry = entry.as_table_mut().ok_or("not a table")?;
        for kind in ["positive", "negative"] {
            let examples = entry.remove(kind);
            let count = examples.as_ref().and_then(toml::Value::as_array).map_or(0, Vec::len);
            if count == 0 {
                let id = entry.get("id").and_then(toml::Value::as_str).unwrap_or("without an id");
                return Err(format!("{id} has no {kind} example").into());
            }
        }
    }
    Ok(())
}
