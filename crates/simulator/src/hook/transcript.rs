//! A conversation as it is sent: whole, with every turn.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

/// A conversation that grows.
#[derive(Clone, Debug)]
pub struct Transcript {
    body: Value,
}

impl Transcript {
    /// A conversation without a message, in claude.ai.
    pub fn new(session: &str) -> Self {
        Self {
            body: json!({
                "type": "prompt",
                "tenant_id": "11111111-2222-4333-8444-555555555555",
                "actor": {"type": "user", "id": "user_1", "email_address": "ada@corp.example"},
                "source": {"application": "claude-ai"},
                "messages": [],
                "session_id": session,
                "model": "claude-opus-4-5",
                "metadata": {},
            }),
        }
    }

    /// Replaces a field of the request, such as `actor`.
    #[must_use]
    pub fn with(mut self, field: &str, value: Value) -> Self {
        if let Some(body) = self.body.as_object_mut() {
            body.insert(field.to_owned(), value);
        }
        self
    }

    /// Adds what a person types.
    #[must_use]
    pub fn user(self, text: &str) -> Self {
        self.message("user", &[json!({"type": "text", "text": text})])
    }

    /// Adds what the model says.
    #[must_use]
    pub fn assistant(self, text: &str) -> Self {
        self.message("assistant", &[json!({"type": "text", "text": text})])
    }

    /// Adds what the model asks of a tool, and what the tool says.
    #[must_use]
    pub fn tool(self, name: &str, input: &Value, result: &str) -> Self {
        static CALLS: AtomicU64 = AtomicU64::new(1);
        let id = format!("toolu_{}", CALLS.fetch_add(1, Ordering::Relaxed));
        self.message(
            "assistant",
            &[json!({"type": "tool_use", "id": id, "tool_name": name, "input": input})],
        )
        .message(
            "user",
            &[json!({
                "type": "tool_result", "content": result, "is_error": false, "tool_name": name,
                "tool_use_id": id,
            })],
        )
    }

    /// Adds a file with what could be read of it.
    #[must_use]
    pub fn attachment(self, file_name: &str, text: Option<&str>) -> Self {
        let size = text.map_or(1_000, str::len);
        let mut block = json!({
            "type": "attachment", "file_name": file_name, "media_type": "text/plain",
            "size_bytes": size,
        });
        if let (Some(text), Some(block)) = (text, block.as_object_mut()) {
            block.insert("text".to_owned(), text.into());
        }
        self.message("user", &[block])
    }

    /// Adds a message of any blocks.
    #[must_use]
    pub fn message(mut self, role: &str, blocks: &[Value]) -> Self {
        let message = json!({"role": role, "content": blocks});
        if let Some(messages) = self.body.get_mut("messages").and_then(Value::as_array_mut) {
            messages.push(message);
        }
        self
    }

    /// The body of a request under this id.
    pub fn body(&self, request_id: &str) -> Vec<u8> {
        let request = self.clone().with("request_id", request_id.into());
        request.body.to_string().into_bytes()
    }
}
