//! Messages, of chats and of sessions: from blocks to texts and gaps.

use dosimeter_client::{Block, MessageRole, ToolResult, ToolUse};
use dosimeter_content::{Expose, Text, unescape};
use dosimeter_record::{FingerprintKey, GapReason, Locator, Role};
use zeroize::Zeroizing;

use super::Part;

/// Who wrote it, as far as that is one of those that are told apart.
pub(super) fn role(role: &MessageRole) -> Option<Role> {
    match role {
        MessageRole::User => Some(Role::User),
        MessageRole::Assistant => Some(Role::Assistant),
        _ => None,
    }
}

/// Adds what a message says.
pub(super) fn add_blocks(part: &mut Part, blocks: Vec<Block>) {
    let single = blocks.len() == 1;
    for (index, block) in (1..).zip(blocks) {
        let place = if single { Locator::default() } else { Locator::default().inside(index) };
        add_block(part, block, &place);
    }
}

/// Keyed hash of everything that a scan of the part depends on: an equal one spares the scan.
pub(super) fn digest(key: &FingerprintKey, part: &Part) -> String {
    let mut joined = Zeroizing::new(Vec::new());
    let mut add = |bytes: &[u8]| {
        joined.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        joined.extend_from_slice(bytes);
    };
    for segment in &part.texts {
        add(segment.locator.to_string().as_bytes());
        add(segment.text.expose().as_bytes());
    }
    for gap in &part.gaps {
        add(gap.reason.name().as_bytes());
        add(gap.locator.to_string().as_bytes());
    }
    key.digest("message", &joined).to_string()
}

/// The place of a block, and what of the block is meant.
fn at(place: &Locator, part: &'static str) -> Locator {
    Locator { part: Some(part.into()), ..place.clone() }
}

fn add_block(part: &mut Part, block: Block, place: &Locator) {
    match block {
        Block::Text(block) => {
            if block.truncated {
                part.gap(GapReason::TruncatedAtSource, place.clone());
            }
            part.text(block.text, place.clone());
        }
        Block::ToolUse(block) => add_tool_use(part, block, place),
        Block::ToolResult(block) => add_tool_result(part, block, place),
        // A kind that the API added later: its strings are scanned where they stand in the JSON.
        Block::Unknown { json, truncated, .. } => {
            if truncated {
                part.gap(GapReason::TruncatedAtSource, at(place, "unknown_block"));
            }
            part.text(read(json), at(place, "unknown_block"));
        }
        _ => part.gap(GapReason::Unsupported, place.clone()),
    }
}

/// A JSON document, with its strings as they were written.
fn read(json: Text) -> Text {
    if json.expose().contains('\\') { unescape(json.expose()) } else { json }
}

fn add_tool_use(part: &mut Part, block: ToolUse, place: &Locator) {
    let ToolUse { name, input, truncated, integration_name, mcp_server_url, .. } = block;
    if truncated {
        part.gap(GapReason::TruncatedAtSource, at(place, "tool_input"));
    }
    part.text(read(input), at(place, "tool_input"));
    add_tool(part, name, [integration_name, mcp_server_url], place);
}

fn add_tool_result(part: &mut Part, block: ToolResult, place: &Locator) {
    let ToolResult { name, truncated, content, integration_name, mcp_server_url, .. } = block;
    if truncated {
        part.gap(GapReason::TruncatedAtSource, at(place, "tool_result"));
    }
    for inner in content {
        match inner {
            Block::Text(text) => part.text(text.text, at(place, "tool_result")),
            other => add_block(part, other, &at(place, "tool_result")),
        }
    }
    add_tool(part, name, [integration_name, mcp_server_url], place);
}

/// Names and addresses of connectors: an address may hold its key.
fn add_tool(part: &mut Part, name: Text, connector: [Option<Text>; 2], place: &Locator) {
    for text in connector.into_iter().flatten().chain([name]) {
        part.text(text, at(place, "tool"));
    }
}
