//! What the fields of a part say of it (RFC 2045, RFC 2183).

use dosimeter_record::GapReason;
use mail_parser::{ContentType, HeaderValue, parsers::MessageStream};

use super::{
    encoding::Transfer,
    field::{Field, Fields},
    words,
};
use crate::run::{Read, Run, Slot};

/// Longer values are not looked into: their parameters would be compared with each other.
const VALUE_BYTES_MAX: usize = 16 * 1024;

/// What a part is.
pub(super) struct Head {
    /// In lower case.
    pub(super) media_type: String,
    /// What stands between the parts, if it has any.
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) charset: Option<String>,
    pub(super) name: Option<String>,
    /// Whether it is not to be shown with the message.
    pub(super) is_attachment: bool,
    pub(super) transfer: Transfer,
}

impl Head {
    /// Reads all fields, and writes those that say more than how the part is made. Of fields of the same
    /// name, the last counts.
    pub(super) fn read(
        run: &mut Run<'_>,
        fields: &mut Fields<'_>,
        headers: Slot,
        (is_message, is_digest): (bool, bool),
    ) -> Read<Self> {
        let default = if is_digest { "message/rfc822" } else { "text/plain" };
        let mut head = Self {
            media_type: default.to_owned(),
            boundary: None,
            charset: None,
            name: None,
            is_attachment: false,
            transfer: Transfer::default(),
        };
        for field in fields {
            run.tick()?;
            let is = |name: &str| field.name.eq_ignore_ascii_case(name.as_bytes());
            let is_short = field.value.len() <= VALUE_BYTES_MAX;
            match () {
                () if is("content-type") && is_short => head.kind(field.value),
                () if is("content-disposition") && is_short => head.disposition(field.value),
                () if is("content-transfer-encoding") => {
                    head.transfer = Transfer::named(field.value);
                }
                () if is("content-type") || is("content-disposition") => {
                    run.gap(GapReason::Malformed, run.part("header"));
                    write(run, headers, &field)?;
                    continue;
                }
                () => {}
            }
            let is_form = ["content-", "x-attachment-id", "mime-version"].iter().any(|form| {
                field
                    .name
                    .get(..form.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(form.as_bytes()))
            });
            if is_message || !is_form || is("content-description") {
                write(run, headers, &field)?;
            }
        }
        if !head.media_type.starts_with("multipart/") {
            head.boundary = None;
        }
        Ok(head)
    }

    fn kind(&mut self, value: &[u8]) {
        let Some(kind) = parameters(value) else { return };
        let subtype = kind.subtype().unwrap_or_default();
        self.media_type = format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase();
        self.charset = kind.attribute("charset").map(str::to_owned);
        let boundary = kind.attribute("boundary").map(|text| text.trim_end().as_bytes().to_vec());
        self.boundary = boundary.filter(|boundary| !boundary.is_empty());
        if let Some(name) = kind.attribute("name") {
            self.name.get_or_insert_with(|| name.to_owned());
        }
    }

    fn disposition(&mut self, value: &[u8]) {
        let Some(disposition) = parameters(value) else { return };
        self.is_attachment = disposition.ctype().eq_ignore_ascii_case("attachment");
        if let Some(name) = disposition.attribute("filename") {
            self.name = Some(name.to_owned());
        }
    }
}

fn parameters(value: &[u8]) -> Option<ContentType<'static>> {
    // The parser ends at a line end that is not followed by white space.
    let line = [value, b"\n"].concat();
    match MessageStream::new(&line).parse_content_type().into_owned() {
        HeaderValue::ContentType(kind) => Some(kind),
        _ => None,
    }
}

/// Writes a field as a line of its name and its value, unfolded and decoded.
fn write(run: &mut Run<'_>, slot: Slot, field: &Field<'_>) -> Read {
    if !field.name.is_empty() {
        run.write(slot, &String::from_utf8_lossy(field.name))?;
        run.write(slot, ": ")?;
    }
    let value = String::from_utf8_lossy(field.value);
    let is_encoded = value.contains("=?");
    let mut unfolded = String::new();
    for (index, line) in value.lines().map(str::trim).enumerate() {
        let separator = if index > 0 { " " } else { "" };
        if !is_encoded {
            run.write(slot, separator)?;
            run.write(slot, line)?;
            continue;
        }
        unfolded.push_str(separator);
        unfolded.push_str(line);
        if unfolded.len() > VALUE_BYTES_MAX {
            run.write(slot, &words::decode(&unfolded))?;
            unfolded.clear();
        }
    }
    run.write(slot, &words::decode(&unfolded))?;
    run.write(slot, "\n")
}
