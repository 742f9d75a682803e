//! Mail messages (RFC 5322, MIME).
//!
//! Parsed by `mail-parser`; headers and both kinds of body are text of the message itself, attachments
//! and forwarded messages are entries.

use std::collections::BTreeSet;

use dosimeter_content::{Content, Expose};
use dosimeter_record::{GapReason, Locator};
use mail_parser::{HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::{
    Hint, dispatch, html, protected,
    run::{Read, Run, Stop},
};

/// Forwarded messages within forwarded messages become nested values of `mail-parser`, which Rust
/// drops recursively. No real mail comes near this many.
const NESTED_MAX: usize = 500;

/// Lines that could begin a part. Each takes up to two hundred bytes in memory, before any is counted.
const PARTS_MAX: usize = 500_000;

/// Reads a message or a mailbox.
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8], text: &str) -> Read {
    if nested_count(text) > NESTED_MAX {
        run.segment(run.place(), text)?;
        return Err(Stop(GapReason::TooDeep));
    }
    if text.lines().filter(|line| line.starts_with("--")).count() > PARTS_MAX {
        run.segment(run.place(), text)?;
        return Err(Stop(GapReason::TooManyEntries));
    }
    // An empty line in front would end the headers before they start.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let messages = split_mailbox(bytes);
    if let [message] = messages.as_slice() {
        return read_message(run, message);
    }
    for (number, message) in (1..).zip(messages) {
        run.spend_entry()?;
        run.inside(number, |run| read_message(run, message));
    }
    Ok(())
}

/// How many parts could be messages of their own.
fn nested_count(text: &str) -> usize {
    let lower = text.to_ascii_lowercase();
    lower.matches("message/").count().saturating_add(lower.matches("/digest").count())
}

/// The messages of an mbox file, each after a line that starts with `From ` (RFC 4155); or the one
/// message that the file is.
fn split_mailbox(bytes: &[u8]) -> Vec<&[u8]> {
    if !bytes.starts_with(b"From ") {
        return vec![bytes];
    }
    let mut messages = Vec::new();
    let mut start = 0_usize;
    let mut position = 0_usize;
    let mut after_blank = false;
    for line in bytes.split_inclusive(|&byte| byte == b'\n') {
        if after_blank && line.starts_with(b"From ") {
            messages.extend(bytes.get(start..position).map(without_first_line));
            start = position;
        }
        after_blank = line.trim_ascii().is_empty();
        position = position.saturating_add(line.len());
    }
    messages.extend(bytes.get(start..).map(without_first_line));
    messages
}

fn without_first_line(message: &[u8]) -> &[u8] {
    let end = message.iter().position(|&byte| byte == b'\n').map_or(0, |end| end.saturating_add(1));
    message.get(end..).unwrap_or_default()
}

fn read_message(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let message = MessageParser::default().parse(bytes).ok_or(Stop(GapReason::Malformed))?;
    read_parsed(run, &message)
}

fn read_parsed(run: &mut Run<'_>, message: &Message<'_>) -> Read {
    headers(run, message)?;
    let bodies: BTreeSet<_> = message.text_body.iter().chain(&message.html_body).collect();
    let mut attachment = 0_u32;
    for (index, part) in (0..).zip(&message.parts) {
        run.spend_entry()?;
        if matches!(part.body, PartType::Multipart(_)) {
            continue;
        }
        if bodies.contains(&index) && body(run, part)? {
            continue;
        }
        attachment = attachment.saturating_add(1);
        run.inside(attachment, |run| read_attachment(run, part));
    }
    Ok(())
}

/// Writes the headers as lines of name and decoded value.
fn headers(run: &mut Run<'_>, message: &Message<'_>) -> Read {
    let slot = run.open(run.part("header"));
    for header in message.headers() {
        let raw = message
            .raw_message
            .get(header.offset_start as usize..header.offset_end as usize)
            .unwrap_or_default();
        run.write(slot, header.name.as_str())?;
        run.write(slot, ": ")?;
        match &header.value {
            HeaderValue::Text(text) => run.write(slot, text)?,
            HeaderValue::TextList(list) => run.write(slot, &list.join(", "))?,
            HeaderValue::Address(addresses) => {
                for address in addresses.iter() {
                    let name = address.name.as_deref().unwrap_or_default();
                    let mail = address.address.as_deref().unwrap_or_default();
                    run.write(slot, &format!("{name} <{mail}>, "))?;
                }
            }
            _ => run.write(slot, String::from_utf8_lossy(raw).trim())?,
        }
        run.write(slot, "\n")?;
    }
    Ok(())
}

/// Writes a body; says whether it was one that can be shown.
fn body(run: &mut Run<'_>, part: &MessagePart<'_>) -> Read<bool> {
    match &part.body {
        PartType::Text(text) => {
            run.spend_expansion(text.len())?;
            protected::note_blocks(run, text);
            run.segment(Locator { line: Some(1), ..run.part("body") }, text)?;
        }
        PartType::Html(page) => {
            run.spend_expansion(page.len())?;
            html::read(run, page)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn read_attachment(run: &mut Run<'_>, part: &MessagePart<'_>) -> Read {
    let name = part.attachment_name().unwrap_or_default();
    run.segment(run.part("name"), name)?;
    let media_type = part.content_type().map(|kind| match &kind.c_subtype {
        Some(subtype) => format!("{}/{subtype}", kind.c_type),
        None => kind.c_type.to_string(),
    });
    let hint = Hint { name: Some(name), media_type: media_type.as_deref() };
    match &part.body {
        PartType::Message(message) => return read_parsed(run, message),
        PartType::Multipart(_) => return Ok(()),
        PartType::Text(text) | PartType::Html(text) => {
            let content = Content::from(text.as_bytes().to_vec());
            run.spend_expansion(content.len())?;
            dispatch::read(run, content.expose(), hint);
        }
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
            run.spend_expansion(bytes.len())?;
            dispatch::read(run, bytes, hint);
        }
    }
    Ok(())
}
