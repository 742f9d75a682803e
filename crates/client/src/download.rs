//! A file's bytes with what the server says about them.

use std::fmt;

use dosimeter_content::{Content, Text};
use percent_encoding::percent_decode_str;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderMap};

use crate::{model::wire::media_type, transport::Answer};

/// A file's bytes, or the first of them.
///
/// The bytes are what the server stored, which need not be what was uploaded: an office document may
/// come as extracted text under its old name and media type. Look at the bytes, and take name and
/// media type as hints.
#[non_exhaustive]
pub struct Download {
    /// The bytes.
    pub content: Content,
    /// Whether these are all bytes. If not, the file is longer than the caller's limit and the rest
    /// was not read.
    pub complete: bool,
    /// The recorded media type, without parameters.
    pub media_type: Option<String>,
    /// The name; untrusted.
    pub file_name: Option<Text>,
    /// MD5 of the bytes in lower-case hexadecimal; absent if they are not all.
    pub md5: Option<String>,
    /// Whether the server sent a `Content-MD5`, which the bytes then agree with if they are all.
    pub checked: bool,
    /// The server's name for the request, for an audit trail.
    pub request_id: Option<String>,
}

impl Download {
    pub(crate) fn new(answer: Answer) -> Self {
        let headers = &answer.headers;
        Self {
            media_type: header(headers, CONTENT_TYPE.as_str()).and_then(media_type),
            file_name: header(headers, CONTENT_DISPOSITION.as_str()).and_then(file_name),
            checked: headers.contains_key("content-md5"),
            md5: answer.md5.map(|md5| hexadecimal(&md5)),
            content: answer.body,
            complete: answer.complete,
            request_id: answer.request_id,
        }
    }

    /// Whether the bytes agree with the MD5 that a list gave for them; `None` if that cannot be told.
    ///
    /// The two can differ although nothing is wrong: a list may speak of an older version. The
    /// server's `Content-MD5`, which the client has checked already, wins.
    pub fn agrees_with(&self, listed_md5: &str) -> Option<bool> {
        self.md5.as_ref().map(|md5| md5.eq_ignore_ascii_case(listed_md5))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("content_bytes", &self.content.len())
            .field("complete", &self.complete)
            .field("media_type", &self.media_type)
            .finish_non_exhaustive()
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The name in a `Content-Disposition`: the extended form (RFC 5987, RFC 6266 §4.3), else the plain.
fn file_name(disposition: &str) -> Option<Text> {
    let extended = parameter(disposition, "filename*").and_then(|value| {
        let (charset, rest) = value.split_once('\'')?;
        let (_language, encoded) = rest.split_once('\'')?;
        let decoded = percent_decode_str(encoded);
        if charset.eq_ignore_ascii_case("utf-8") {
            Some(decoded.decode_utf8_lossy().into_owned())
        } else {
            // The only other charset that the RFC knows is ISO 8859-1: its bytes are code points.
            Some(decoded.map(char::from).collect())
        }
    });
    extended
        .or_else(|| parameter(disposition, "filename"))
        .filter(|name| !name.is_empty())
        .map(Text::from)
}

/// The value of a parameter, unquoted.
fn parameter(disposition: &str, name: &str) -> Option<String> {
    let mut rest = disposition;
    while let Some((_, after)) = rest.split_once(';') {
        let (key, value) = after.split_once('=')?;
        let (value, after) = token_or_quoted(value.trim_start());
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after;
    }
    None
}

/// Splits a value from what follows it. A quoted value may hold `;` and escaped quotes.
fn token_or_quoted(value: &str) -> (String, &str) {
    let Some(quoted) = value.strip_prefix('"') else {
        let end = value.find(';').unwrap_or(value.len());
        let (token, rest) = value.split_at_checked(end).unwrap_or((value, ""));
        return (token.trim_end().to_owned(), rest);
    };
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => text.extend(characters.next()),
            _ => text.push(character),
        }
    }
    (text, characters.as_str())
}

fn hexadecimal(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        // Writing into a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;

    fn check(disposition: &str, expected: Option<&str>) {
        let name = file_name(disposition);
        assert_eq!(name.as_ref().map(Expose::expose), expected, "{disposition}");
    }

    #[test]
    fn both_forms_of_a_file_name_are_read() {
        check("attachment; filename*=utf-8''q3%20r%C3%A9sum%C3%A9.csv", Some("q3 résumé.csv"));
        check("attachment; filename*=UTF-8'de'a%3Bb.txt", Some("a;b.txt"));
        check("attachment; filename*=iso-8859-1''%E9.txt", Some("é.txt"));
        check("attachment; filename=\"a; \\\"b\\\".txt\"", Some("a; \"b\".txt"));
        check("attachment; filename=a.txt ; x=y", Some("a.txt"));
        check(
            "attachment; filename=\"plain.txt\"; filename*=utf-8''extended.txt",
            Some("extended.txt"),
        );
    }

    #[test]
    fn a_broken_file_name_is_none() {
        for disposition in
            ["", "attachment", "attachment; filename", "attachment; filename*=x", "; filename="]
        {
            check(disposition, None);
        }
        check("attachment; filename=\"open", Some("open"));
        check("attachment; filename*=utf-8''%FF%F", Some("\u{fffd}%F"));
    }

    #[test]
    fn hexadecimal_has_two_digits_for_each_byte() {
        assert_eq!(hexadecimal(&[0, 10, 255]), "000aff");
    }
}
