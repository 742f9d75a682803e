//! A request as the contract of Claude's inference hooks describes it: what is unknown is passed over.
//!
//! Everything borrows from the body. Only text with escapes is copied, and that copy is wiped.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::piece::Piece;

/// What is asked.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one of each request, and never a list of them"
)]
pub(crate) enum Asked<'a> {
    /// Whether this prompt may reach the model.
    Prompt(Envelope<'a>),
    /// Something that is newer than this program.
    Other,
}

/// A prompt with everything that came before it.
#[derive(Deserialize)]
pub(crate) struct Envelope<'a> {
    #[serde(borrow, rename = "type")]
    kind: Name<'a>,
    #[serde(borrow, default)]
    pub(crate) tenant_id: Option<Name<'a>>,
    #[serde(borrow, default)]
    pub(crate) actor: Option<Actor<'a>>,
    #[serde(borrow, default)]
    source: Option<Source<'a>>,
    /// Each as it stands in the body: what was judged before is not parsed again.
    #[serde(borrow)]
    pub(crate) messages: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) session_id: Option<Name<'a>>,
    #[serde(borrow, default)]
    pub(crate) model: Option<Name<'a>>,
    /// All of it, as it came.
    #[serde(skip)]
    body: &'a str,
}

/// An id or a name that may be kept.
pub(crate) type Name<'a> = Cow<'a, str>;

/// Who prompts.
#[derive(Deserialize)]
pub(crate) struct Actor<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Option<Name<'a>>,
    #[serde(borrow, default)]
    pub(crate) email_address: Option<Name<'a>>,
}

#[derive(Deserialize)]
struct Source<'a> {
    #[serde(borrow, default)]
    application: Option<Name<'a>>,
}

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow, rename = "type")]
    kind: Name<'a>,
}

/// Something else than the contract describes. Says nothing of what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

impl<'a> Envelope<'a> {
    /// Reads a body. O(length of `body`), without recursion into the messages.
    pub(crate) fn parse(body: &'a [u8]) -> Result<Asked<'a>, Malformed> {
        let body = std::str::from_utf8(body).map_err(|_| Malformed)?;
        match serde_json::from_str::<Self>(body) {
            Ok(envelope) if envelope.kind == "prompt" => {
                Ok(Asked::Prompt(Self { body, ..envelope }))
            }
            Ok(_) => Ok(Asked::Other),
            // Of another type it may have any other fields.
            Err(_) => match serde_json::from_str::<Kind<'_>>(body) {
                Ok(of) if of.kind != "prompt" => Ok(Asked::Other),
                _ => Err(Malformed),
            },
        }
    }

    /// The first so many messages as they stand in the body, with what is between them.
    pub(crate) fn beginning(&self, messages: usize) -> Option<&'a str> {
        let at = |part: &str| part.as_ptr().addr().checked_sub(self.body.as_ptr().addr());
        let first = self.messages.first()?.get();
        let last = self.messages.get(messages.checked_sub(1)?)?.get();
        self.body.get(at(first)?..at(last)?.checked_add(last.len())?)
    }

    /// How long all of it is.
    pub(crate) fn bytes(&self) -> u64 {
        self.body.len() as u64
    }

    pub(crate) fn application(&self) -> Option<&str> {
        self.source.as_ref()?.application.as_deref()
    }

    pub(crate) fn user_id(&self) -> Option<&str> {
        self.actor.as_ref()?.id.as_deref()
    }

    pub(crate) fn user_email(&self) -> Option<&str> {
        self.actor.as_ref()?.email_address.as_deref()
    }
}

/// One message of a transcript.
#[derive(Deserialize)]
pub(crate) struct Message<'a> {
    #[serde(borrow, default)]
    pub(crate) role: Option<Name<'a>>,
    /// Blocks, or a text.
    #[serde(borrow)]
    pub(crate) content: &'a RawValue,
}

/// One block, with the fields of all types.
#[derive(Deserialize)]
pub(crate) struct Block<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Name<'a>,
    #[serde(borrow, default)]
    pub(crate) text: Option<Piece<'a>>,
    #[serde(borrow, default)]
    pub(crate) input: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) file_name: Option<Piece<'a>>,
    #[serde(borrow, default)]
    pub(crate) tool_name: Option<Piece<'a>>,
}

/// What may be blocks or just a text.
pub(crate) enum Contents<'a> {
    Text(Piece<'a>),
    Blocks(Vec<&'a RawValue>),
}

impl<'a> Contents<'a> {
    pub(crate) fn of(raw: &'a RawValue) -> Result<Self, Malformed> {
        match Piece::of(raw) {
            Some(text) => Ok(Self::Text(text)),
            None => read(raw).map(Self::Blocks),
        }
    }
}

/// Reads a part of the body.
pub(crate) fn read<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, Malformed> {
    serde_json::from_str(raw.get()).map_err(|_| Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::piece::Meant;

    fn prompt(body: &str) -> Envelope<'_> {
        match Envelope::parse(body.as_bytes()) {
            Ok(Asked::Prompt(envelope)) => envelope,
            _ => panic!("no prompt"),
        }
    }

    #[test]
    fn what_is_missing_null_or_new_is_tolerated() {
        let envelope = prompt(r#"{"type":"prompt","messages":[]}"#);
        assert_eq!((envelope.user_id(), envelope.application()), (None, None));
        let envelope = prompt(
            r#"{"new":[{}],"type":"prompt","tenant_id":null,"actor":{"type":"robot","id":null},
                "source":{"application":"claude-next"},"messages":[{"role":"user","content":[]}],
                "session_id":null,"metadata":{"a":1}}"#,
        );
        assert_eq!(envelope.application(), Some("claude-next"));
        assert_eq!(envelope.messages.len(), 1);
    }

    #[test]
    fn a_beginning_is_what_stands_in_the_body() {
        let envelope = prompt(r#"{"type":"prompt","messages":[ {"a":1} , {"b":2},{"c":3}]}"#);
        assert_eq!(envelope.beginning(1), Some(r#"{"a":1}"#));
        assert_eq!(envelope.beginning(2), Some(r#"{"a":1} , {"b":2}"#));
        assert_eq!(envelope.beginning(3), Some(r#"{"a":1} , {"b":2},{"c":3}"#));
        assert_eq!((envelope.beginning(0), envelope.beginning(4)), (None, None));
    }

    #[test]
    fn another_type_is_told_from_a_broken_prompt() {
        let other = |body: &str| matches!(Envelope::parse(body.as_bytes()), Ok(Asked::Other));
        assert!(other(r#"{"type":"response","messages":17}"#));
        assert!(other(r#"{"type":"response","messages":[]}"#));
        for broken in [
            r#"{"type":"prompt","messages":17}"#,
            r#"{"type":"prompt"}"#,
            r#"{"messages":[]}"#,
            r#"{"type":"prompt","messages":[]"#,
            "[]",
            "",
        ] {
            assert!(Envelope::parse(broken.as_bytes()).is_err(), "{broken}");
        }
        assert!(Envelope::parse(b"{\"type\":\"prompt\",\"messages\":[\"\xff\"]}").is_err());
    }

    #[test]
    fn text_without_escapes_is_not_copied() {
        let envelope = prompt(
            r#"{"type":"prompt","messages":[{"role":"user","content":"plain"},
                {"role":"user","content":[{"type":"text","text":"two\nlines"}]}]}"#,
        );
        let contents = |index: usize| {
            let message: Message<'_> = read(envelope.messages[index]).unwrap();
            Contents::of(message.content).unwrap()
        };
        let Contents::Text(plain) = contents(0) else { panic!() };
        assert!(matches!(plain.read(), Meant::Borrowed("plain")));
        let Contents::Blocks(blocks) = contents(1) else { panic!() };
        let block: Block<'_> = read(blocks[0]).unwrap();
        assert_eq!(block.text.unwrap().read().text(), "two\nlines");
    }

    #[test]
    fn a_deep_body_is_no_danger() {
        let deep = "[".repeat(200_000);
        let body = format!(r#"{{"type":"prompt","messages":[{deep}"#);
        assert!(Envelope::parse(body.as_bytes()).is_err());
        let closed = format!(
            r#"{{"type":"prompt","messages":[{{"role":"user","content":{deep}{}}}]}}"#,
            "]".repeat(200_000)
        );
        let envelope = prompt(&closed);
        let message: Message<'_> = read(envelope.messages[0]).unwrap();
        assert!(
            matches!(Contents::of(message.content), Ok(Contents::Blocks(blocks)) if blocks.len() == 1)
        );
    }
}
