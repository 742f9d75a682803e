//! What a message of a transcript says, part by part: whose words they are, and where they stand.
//!
//! Nothing is copied or unescaped here, so that what nobody has to read before an answer costs its parsing
//! only.

use dosimeter_record::{Gap, GapReason, Locator, Resource, Role};
use serde_json::value::RawValue;

use crate::{
    envelope::{Block, Contents, Malformed, Message, read},
    piece::Piece,
};

/// A message, read as far as its structure goes.
pub(crate) struct Heard<'a> {
    /// Who sent it.
    role: Role,
    pub(crate) parts: Vec<(Piece<'a>, Locator)>,
    /// What cannot be looked at.
    pub(crate) gaps: Vec<Gap>,
}

impl<'a> Heard<'a> {
    /// # Errors
    ///
    /// If it is something else than the contract describes.
    pub(crate) fn of(message: &'a RawValue) -> Result<Self, Malformed> {
        let message: Message<'a> = read(message)?;
        let role = match message.role.as_deref() {
            Some("user") => Role::User,
            Some("assistant") => Role::Assistant,
            _ => Role::Unknown,
        };
        let mut heard = Self { role, parts: Vec::new(), gaps: Vec::new() };
        heard.contents(message.content)?;
        Ok(heard)
    }

    /// The message as a resource, and whose words are in it. It is of whoever sent it, unless none of the words
    /// are: what its parts only show together is then of whose the first ones are.
    pub(crate) fn about(&self, message: Resource) -> (Resource, Vec<Role>) {
        let mut message = Resource { role: Some(self.role), ..message };
        let mut roles = Vec::new();
        for (_, place) in &self.parts {
            let role = message.origin(place);
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        if !roles.contains(&self.role)
            && let Some(first) = roles.first()
        {
            message.role = Some(*first);
        }
        (message, roles)
    }

    fn contents(&mut self, raw: &'a RawValue) -> Result<(), Malformed> {
        match Contents::of(raw)? {
            Contents::Text(text) => self.parts.push((text, Locator::default())),
            Contents::Blocks(blocks) => {
                let single = blocks.len() == 1;
                for (index, block) in (1..).zip(blocks) {
                    let place =
                        if single { Locator::default() } else { Locator::default().inside(index) };
                    self.block(&read(block)?, &place)?;
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, block: &Block<'a>, place: &Locator) -> Result<(), Malformed> {
        match block.kind.as_ref() {
            "text" => self.part(block.text, place),
            "tool_use" => {
                self.part(block.input.map(Piece::document), &at(place, "tool_input"));
                self.part(block.tool_name, &at(place, "tool"));
            }
            "tool_result" => {
                if let Some(content) = block.content {
                    self.tool_result(content, &at(place, "tool_result"))?;
                }
                self.part(block.tool_name, &at(place, "tool"));
            }
            "attachment" => {
                let place = at(place, "attachment");
                if block.text.is_none() {
                    // The raw bytes are never sent.
                    self.gaps.push(Gap::at(GapReason::Unavailable, place.clone()));
                }
                self.part(block.text, &place);
                // Names are content: somebody chose them.
                self.part(block.file_name, &place);
            }
            // The contract wants it passed over; that it was is not forgotten.
            _ => self.gaps.push(Gap::at(GapReason::Unsupported, place.clone())),
        }
        Ok(())
    }

    fn tool_result(&mut self, content: &'a RawValue, place: &Locator) -> Result<(), Malformed> {
        match Contents::of(content)? {
            Contents::Text(text) => self.part(Some(text), place),
            Contents::Blocks(blocks) => {
                for block in blocks {
                    let block: Block<'a> = read(block)?;
                    if block.text.is_none() {
                        self.gaps.push(Gap::at(GapReason::Unsupported, place.clone()));
                    }
                    self.part(block.text, place);
                }
            }
        }
        Ok(())
    }

    fn part(&mut self, text: Option<Piece<'a>>, place: &Locator) {
        self.parts.extend(text.map(|text| (text, place.clone())));
    }
}

fn at(place: &Locator, part: &'static str) -> Locator {
    Locator { part: Some(part.into()), ..place.clone() }
}

#[cfg(test)]
mod tests {
    use dosimeter_record::ResourceKind;

    use super::*;

    fn check(message: &str, whose: Role, roles: &[Role]) {
        let raw: &RawValue = serde_json::from_str(message).unwrap();
        let about = Resource::new(ResourceKind::Prompt, "");
        let (about, heard) = Heard::of(raw).unwrap().about(about);
        assert_eq!((about.role, heard.as_slice()), (Some(whose), roles), "{message}");
    }

    #[test]
    fn a_message_is_of_whose_words_it_holds() {
        let of = |role: &str, blocks: &str| format!(r#"{{"role":"{role}","content":[{blocks}]}}"#);
        let text = r#"{"type":"text","text":"a"}"#;
        let result = r#"{"type":"tool_result","content":"a","tool_name":"read"}"#;
        let call = r#"{"type":"tool_use","input":{},"tool_name":"read"}"#;
        let file = r#"{"type":"attachment","text":"a","file_name":"b"}"#;
        check(r#"{"role":"user","content":"a"}"#, Role::User, &[Role::User]);
        check(&of("user", text), Role::User, &[Role::User]);
        check(&of("user", result), Role::ToolResult, &[Role::ToolResult, Role::ToolInput]);
        check(&of("user", file), Role::File, &[Role::File]);
        let both = format!("{result},{text}");
        let roles = [Role::ToolResult, Role::ToolInput, Role::User];
        check(&of("user", &both), Role::User, &roles);
        check(&of("assistant", call), Role::ToolInput, &[Role::ToolInput]);
        check(&of("robot", text), Role::Unknown, &[Role::Unknown]);
        check(&of("user", r#"{"type":"new"}"#), Role::User, &[]);
    }
}
