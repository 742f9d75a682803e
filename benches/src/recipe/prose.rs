//! Messages of a conversation: one to four sentences on a line, about 110 bytes in the mean.

use dosimeter_classifier::generate;

use crate::{vocabulary::sections, writer::Writer};

const CHAT: &str = include_str!("../../texts/chat.txt");
const SENSITIVE: &str = include_str!("../../texts/sensitive.txt");

/// Writes one message and its line feed.
pub(super) fn message(writer: &mut Writer, out: &mut String, sensitive: usize) {
    let count = writer.random.pick(&[1, 1, 1, 2, 2, 3, 4]);
    let carrier = writer.random.per_mille(sensitive).then(|| writer.random.below(count));
    for index in 0..count {
        if index > 0 {
            out.push(' ');
        }
        if carrier == Some(index) {
            secret(writer, out);
        } else {
            sentence(writer, out);
        }
    }
    out.push('\n');
}

/// Writes one sentence.
pub(super) fn sentence(writer: &mut Writer, out: &mut String) {
    let template = writer.random.pick(templates(CHAT));
    writer.fill(out, template);
}

/// Writes one sentence that carries a value to be found.
fn secret(writer: &mut Writer, out: &mut String) {
    let template = writer.random.pick(templates(SENSITIVE));
    // Slots first: an expanded value may hold a dollar sign.
    let mut filled = String::new();
    writer.fill(&mut filled, template);
    match generate::expand(&filled, writer.random.bits()) {
        Ok(text) => out.push_str(&text),
        Err(_) => out.push_str(&filled),
    }
}

fn templates(file: &'static str) -> &'static [&'static str] {
    use std::sync::OnceLock;
    static CHAT_LINES: OnceLock<Vec<&str>> = OnceLock::new();
    static SENSITIVE_LINES: OnceLock<Vec<&str>> = OnceLock::new();
    let lines = if std::ptr::eq(file, CHAT) { &CHAT_LINES } else { &SENSITIVE_LINES };
    lines.get_or_init(|| sections(file).into_iter().flat_map(|(_, lines)| lines).collect())
}
