//! A conversation of the length that was observed: prose, and code that tools returned.

use std::fmt::Write as _;

use dosimeter_benches::{Error, corpus::Corpora};
use serde_json::json;

/// A transcript, ready to be sent but for its end.
pub(crate) struct Talk {
    name: String,
    /// Everything up to the last message.
    head: String,
    prose: Vec<char>,
    turns: usize,
}

/// What follows the messages.
const TAIL: &str = "],\"session_id\":\"s\",\"model\":\"m\",\"metadata\":{}}";

/// Whose words a transcript holds, but for its last message.
#[derive(Clone, Copy)]
pub(crate) enum Whose {
    /// The model's, and what tools returned to it.
    Agents,
    /// A person's, and files that the person attached.
    Persons,
}

impl Talk {
    /// About `bytes` of messages, other ones under each name.
    pub(crate) fn new(name: &str, (whose, bytes): (Whose, usize)) -> Result<Self, Error> {
        let corpora = Corpora::read()?;
        let text = |name: &str| -> Result<Vec<char>, Error> {
            let corpus = corpora.choose(&[name]).first().copied().ok_or("no such corpus")?;
            Ok(corpus.text(bytes.max(1 << 16)).chars().collect())
        };
        let (prose, code) = (text("clean")?, text("code")?);
        let mut head = json!({
            "type": "prompt", "actor": {"type": "user", "id": name},
            "source": {"application": "claude-code"},
        })
        .to_string();
        head.pop();
        head.push_str(",\"messages\":[");
        // Half of it is prose; messages of a few kilobytes, as agents exchange them.
        for (number, (words, lines)) in prose.chunks(2_000).zip(code.chunks(2_000)).enumerate() {
            if head.len() >= bytes {
                break;
            }
            let words: String = words.iter().collect();
            let lines: String = lines.iter().collect();
            let said = json!({"type": "text", "text": format!("{name} {number} {words}")});
            let (asked, given) = match whose {
                Whose::Agents => {
                    let call = json!({"type": "tool_use", "id": "t", "tool_name": "read",
                        "input": {"path": "a.rs"}});
                    let result = json!({"type": "tool_result", "content": lines,
                        "is_error": false, "tool_name": "read", "tool_use_id": "t"});
                    (
                        json!({"role": "assistant", "content": [said, call]}),
                        json!({"role": "user", "content": [result]}),
                    )
                }
                Whose::Persons => {
                    let file = json!({"type": "attachment", "file_name": "a.rs", "text": lines,
                        "media_type": "text/plain", "size_bytes": lines.len()});
                    (
                        json!({"role": "user", "content": [said]}),
                        json!({"role": "user", "content": [file]}),
                    )
                }
            };
            write!(head, "{asked},{given},")?;
        }
        Ok(Self { name: name.to_owned(), head, prose, turns: 0 })
    }

    /// The transcript with another last message of so many bytes: the ones before are as they were.
    pub(crate) fn with_new_turn(&mut self, bytes: usize) -> Vec<u8> {
        self.turns += 1;
        let start = self.turns * 101 % self.prose.len().saturating_sub(bytes).max(1);
        let text: String = self.prose.iter().skip(start).take(bytes).collect();
        let text = format!("{} {} {text}", self.name, self.turns);
        let last = json!({"role": "user", "content": [{"type": "text", "text": text}]});
        format!("{}{last}{TAIL}", self.head).into_bytes()
    }

    /// The transcript.
    pub(crate) fn body(mut self) -> Vec<u8> {
        self.with_new_turn(200)
    }
}
