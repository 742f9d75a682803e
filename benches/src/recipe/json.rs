//! Lines of JSON as chat exports have them: ids, time stamps and UUIDs around a little text.

use std::fmt::Write as _;

use super::prose;
use crate::writer::Writer;

/// Writes one object and its line feed.
pub(super) fn line(writer: &mut Writer, out: &mut String, sensitive: usize) {
    let mut message = String::new();
    prose::message(writer, &mut message, sensitive);
    let text = serde_json::Value::from(message.trim_end());
    let user = id(writer, 'U');
    let template = "{\"client_msg_id\":\"$u\",\"type\":\"message\",\"ts\":\"$E.$6\",\"user\":\"";
    writer.fill(out, template);
    let _ = write!(out, "{user}\",\"text\":{text},\"team\":\"{}\"", id(writer, 'T'));
    if writer.random.per_mille(300) {
        let _ = write!(out, ",\"thread_ts\":\"");
        writer.fill(out, "$E.$6\",\"reply_count\":$1,\"latest_reply\":\"$E.$6\"");
    }
    if writer.random.per_mille(200) {
        writer.fill(out, ",\"edited\":{\"user\":\"");
        let _ = write!(out, "{user}\",\"ts\":\"");
        writer.fill(out, "$E.000000\"}");
    }
    if writer.random.per_mille(250) {
        writer.fill(out, ",\"reactions\":[{\"name\":\"$w\",\"users\":[\"");
        let _ = write!(out, "{user}\",\"{}\"],\"count\":2}}]", id(writer, 'U'));
    }
    if writer.random.per_mille(120) {
        let file = id(writer, 'F');
        let _ = write!(out, ",\"files\":[{{\"id\":\"{file}\",");
        writer.fill(out, "\"name\":\"$w-$w.pdf\",\"mimetype\":\"application/pdf\",\"size\":$6,");
        writer.fill(out, "\"sha1\":\"$X\",\"is_public\":false,\"created\":$E}]");
    }
    let _ = writeln!(out, ",\"channel\":\"{}\",\"hidden\":false}}", id(writer, 'C'));
}

fn id(writer: &mut Writer, kind: char) -> String {
    let mut id = String::from(kind);
    writer.chars(&mut id, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 10);
    id
}
