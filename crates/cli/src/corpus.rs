//! The demo corpus: an invented company in `corpora/demo/`, embedded in the binary.
//!
//! The files are written for people ([`syntax`]); here their random parts are filled in and they
//! become the [`Seed`] of the simulator. What is planted in them stands in the [`Manifest`].

mod manifest;
mod syntax;

use dosimeter_classifier::generate::expand;
use dosimeter_simulator::{
    Artifact, Block, Chat, Document, File, Message, Organization, Project, Seed, User,
};
use serde::de::DeserializeOwned;

pub(crate) use self::manifest::{Comparison, Manifest};
use crate::error::Error;

/// All files of the corpus: name relative to `corpora/demo/`, and bytes.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/demo.rs"));

/// The corpus, ready to be served.
pub(crate) struct Corpus {
    /// What the simulator holds.
    pub(crate) seed: Seed,
    /// What is planted in it.
    pub(crate) manifest: Manifest,
}

impl Corpus {
    /// Reads the embedded files and fills in their random parts.
    pub(crate) fn load() -> Result<Self, Error> {
        let company: syntax::Company = parse("organization.toml")?;
        let organization = company.uuid.clone();
        let chats = under("chats/").map(|file| chat(parse(file)?, &organization));
        let projects = under("projects/").map(|file| project(parse(file)?, &organization));
        let seed = Seed {
            organizations: vec![Organization {
                uuid: company.uuid,
                name: company.name,
                created_at: company.created_at,
            }],
            users: company
                .users
                .into_iter()
                .map(|user| User {
                    id: user.id,
                    email: user.email,
                    full_name: user.name,
                    organization: organization.clone(),
                    ..User::default()
                })
                .collect(),
            chats: chats.collect::<Result<_, Error>>()?,
            projects: projects.collect::<Result<_, Error>>()?,
            ..Seed::default()
        };
        Ok(Self { seed, manifest: parse("manifest.toml")? })
    }
}

fn under(folder: &'static str) -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name).filter(move |name| name.starts_with(folder))
}

fn bytes(name: &str) -> Result<&'static [u8], Error> {
    let found = FILES.iter().find(|(file, _)| *file == name);
    found.map(|(_, bytes)| *bytes).ok_or_else(|| broken(name, "there is no such file"))
}

fn parse<T: DeserializeOwned>(name: &str) -> Result<T, Error> {
    let source = str::from_utf8(bytes(name)?).map_err(|_| broken(name, "it is not UTF-8"))?;
    toml::from_str(source).map_err(|error| broken(name, error.message()))
}

fn broken(name: &str, problem: &str) -> Error {
    Error::Corpus { place: format!("corpora/demo/{name}"), problem: problem.to_owned() }
}

/// Fills in the random parts of a text; the same `id` gives the same text on every machine.
fn fill(id: &str, template: &str) -> Result<String, Error> {
    let seed = id.bytes().fold(0_u64, |seed, byte| {
        seed.wrapping_mul(0x0100_0000_01B3).wrapping_add(u64::from(byte))
    });
    expand(template, seed).map_err(|error| broken(id, &error.to_string()))
}

fn chat(chat: syntax::Chat, organization: &str) -> Result<Chat, Error> {
    let files = chat.files.into_iter().map(file).collect::<Result<Vec<_>, Error>>()?;
    let messages = chat.messages.into_iter().map(|message| self::message(message, &files));
    Ok(Chat {
        messages: messages.collect::<Result<_, Error>>()?,
        id: chat.id,
        name: chat.title,
        created_at: chat.created_at,
        deleted_at: chat.deleted_at,
        organization: organization.to_owned(),
        project: chat.project,
        user: Some(chat.user),
        ..Chat::default()
    })
}

fn message(message: syntax::Message, files: &[File]) -> Result<Message, Error> {
    let mut text = fill(&message.id, &message.text)?;
    if message.digits == syntax::Digits::FullWidth {
        text = text.chars().map(full_width).collect();
    }
    let mut content = vec![Block::Text { text }];
    for tool in message.tools {
        content.extend(tool_blocks(tool)?);
    }
    let attached = |id: &String| {
        let found = files.iter().find(|file| file.id == *id);
        found.cloned().ok_or_else(|| broken(id, "no file of the chat has this id"))
    };
    let artifact = |artifact: syntax::Artifact| {
        Ok(Artifact {
            content: fill(&artifact.version, &artifact.text)?,
            id: artifact.id,
            version_id: artifact.version,
            title: Some(artifact.title),
            artifact_type: Some(artifact.media_type),
            created_at: message.at.clone(),
        })
    };
    Ok(Message {
        content,
        files: message.files.iter().map(attached).collect::<Result<_, Error>>()?,
        generated_files: message.generated.into_iter().map(file).collect::<Result<_, Error>>()?,
        artifacts: message.artifacts.into_iter().map(artifact).collect::<Result<_, Error>>()?,
        id: message.id,
        role: message.role,
        created_at: message.at,
    })
}

fn tool_blocks(tool: syntax::Tool) -> Result<[Block; 2], Error> {
    let mut answer = String::new();
    if let Some(repeat) = &tool.repeat {
        for _ in 0..repeat.count {
            answer.push_str(&repeat.line);
            answer.push('\n');
        }
    }
    answer.push_str(&fill(&tool.id, &tool.result)?);
    Ok([
        Block::ToolUse {
            id: Some(tool.id.clone()),
            name: tool.name.clone(),
            input: fill(&tool.id, &tool.input)?,
        },
        Block::ToolResult { tool_use_id: Some(tool.id), name: tool.name, content: vec![answer] },
    ])
}

fn file(file: syntax::File) -> Result<File, Error> {
    let contents = match (file.path, file.text, file.oversize_bytes) {
        (Some(path), None, None) => bytes(&format!("files/{path}"))?.to_vec(),
        (None, Some(text), None) => fill(&file.id, &text)?.into_bytes(),
        (None, None, Some(count)) => vec![0; count],
        _ => return Err(broken(&file.id, "give one of `path`, `text`, `oversize_bytes`")),
    };
    Ok(File {
        id: file.id,
        mime_type: Some(file.media_type),
        created_at: file.at,
        ..File::new(file.name, contents)
    })
}

fn project(project: syntax::Project, organization: &str) -> Result<Project, Error> {
    let document = |document: syntax::Document| {
        Ok(Document {
            content: fill(&document.id, &document.text)?,
            id: document.id,
            filename: document.name,
            created_at: document.at,
            user: Some(document.user),
        })
    };
    Ok(Project {
        instructions: fill(&project.id, &project.instructions)?,
        files: project.files.into_iter().map(file).collect::<Result<_, Error>>()?,
        documents: project.documents.into_iter().map(document).collect::<Result<_, Error>>()?,
        id: project.id,
        name: project.name,
        description: project.description,
        is_private: project.private,
        created_at: project.created_at,
        organization: organization.to_owned(),
        user: Some(project.user),
        ..Project::default()
    })
}

/// The full-width form of an ASCII digit (Unicode block "Halfwidth and Fullwidth Forms", U+FF10).
fn full_width(char: char) -> char {
    match char.to_digit(10) {
        Some(digit) => char::from_u32(0xFF10_u32.saturating_add(digit)).unwrap_or(char),
        None => char,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_corpus_can_be_served_and_its_manifest_names_what_exists() {
        let corpus = Corpus::load().unwrap();
        let mut ids = BTreeSet::new();
        for chat in &corpus.seed.chats {
            ids.insert(chat.id.clone());
            for message in &chat.messages {
                ids.insert(message.id.clone());
                ids.extend(message.files.iter().map(|file| file.id.clone()));
                ids.extend(message.generated_files.iter().map(|file| file.id.clone()));
                ids.extend(message.artifacts.iter().map(|made| made.version_id.clone()));
            }
        }
        for project in &corpus.seed.projects {
            ids.insert(project.id.clone());
            ids.extend(project.files.iter().map(|file| file.id.clone()));
            ids.extend(project.documents.iter().map(|document| document.id.clone()));
        }
        for resource in corpus.manifest.resources() {
            assert!(ids.contains(resource), "{resource}");
        }
    }

    #[test]
    fn the_corpus_is_the_same_on_every_load() {
        let load = || serde_json::to_string(&Corpus::load().unwrap().seed).unwrap();
        assert!(load() == load());
    }

    #[test]
    fn every_random_part_is_filled_in() {
        let seed = serde_json::to_string(&Corpus::load().unwrap().seed).unwrap();
        assert!(!seed.contains("##"), "a validator in a text has another name");
    }

    #[test]
    fn all_six_labels_are_planted() {
        let corpus = Corpus::load().unwrap();
        let labels: BTreeSet<_> =
            corpus.manifest.planted.iter().filter_map(|planted| planted.label).collect();
        assert_eq!(labels.len(), 6, "{labels:?}");
    }

    #[test]
    fn digits_become_full_width() {
        assert_eq!("a4 09".chars().map(full_width).collect::<String>(), "a４ ０９");
    }
}
