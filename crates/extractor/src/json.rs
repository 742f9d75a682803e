//! JSON (RFC 8259) and JSON lines: as they stand, with their strings made readable.
//!
//! The text is scanned with its punctuation, so that keys stay beside their values. Two things would
//! hide something: escapes (`Z\u00fcrich`), and documents within strings, where `\n4111…` glues a
//! letter to a number. So
//!
//! - `\uXXXX` of a printable character becomes that character, and `\/` a slash, where they stand;
//! - a string with any other escape is moved, unescaped and with its key before it, into a segment of
//!   its own (part `string`), and leaves `""` behind. Nothing is scanned twice. Its place is the line of the
//!   file, and the paragraph of the string; strings of one line share a segment.
//!
//! The lexer keeps no stack and never recurses, so depth costs nothing; what is not JSON any more
//! (a truncated or concatenated file) is scanned as it stands.

pub(crate) mod notebook;
mod string;

use dosimeter_record::Locator;

use self::string::Unescaped;
use crate::run::{Read, Run, Slot};

/// Segments that strings may start; further ones stand in one without a line.
const SEGMENTS_MAX: usize = 10_000;

/// Writes the text of a JSON document.
pub(crate) fn read(run: &mut Run<'_>, text: &str) -> Read {
    let main = run.open(run.lines());
    let mut moved = Moved { line: 1, last: None, segments: 0 };
    let mut key = "";
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        run.tick()?;
        run.write(main, before)?;
        run.write(main, "\"")?;
        moved.pass(before);
        let Some((string, next)) = string::split(after) else {
            // No closing quote: a truncated file.
            return run.write(main, after);
        };
        match string::unescape(string) {
            Unescaped::InPlace(string) => run.write(main, &string)?,
            Unescaped::Document(document) => {
                moved.write(run, key, &document)?;
                // Lines of the segment stay lines of the file, also where a string breaks them.
                run.write(main, &"\n".repeat(lines(string)))?;
            }
        }
        moved.pass(string);
        run.write(main, "\"")?;
        key = if next.trim_start().starts_with(':') { string } else { "" };
        rest = next;
    }
    run.write(main, rest)
}

fn lines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// Where strings go that are documents.
struct Moved {
    /// The line that is being read.
    line: u32,
    /// The last segment, and the line that it is of.
    last: Option<(u32, Slot)>,
    segments: usize,
}

impl Moved {
    fn pass(&mut self, text: &str) {
        self.line = self.line.saturating_add(u32::try_from(lines(text)).unwrap_or(u32::MAX));
    }

    fn write(&mut self, run: &mut Run<'_>, key: &str, document: &str) -> Read {
        let is_last = self.segments >= SEGMENTS_MAX;
        let slot = match self.last {
            Some((line, slot)) if line == self.line || is_last => slot,
            _ => {
                self.segments = self.segments.saturating_add(1);
                let place = if self.segments < SEGMENTS_MAX {
                    let (line, paragraph) = (Some(self.line), Some(1));
                    Locator { line, paragraph, ..run.part("string") }
                } else {
                    run.part("string")
                };
                let slot = run.open(place);
                self.last = Some((self.line, slot));
                slot
            }
        };
        if !key.is_empty() {
            run.write(slot, key)?;
            run.write(slot, ": ")?;
        }
        run.write(slot, document)?;
        run.write(slot, "\n\n")
    }
}

/// Whether `text` is JSON: its first value, or as much of it as there is, follows the grammar.
///
/// Strict, because log lines and configuration files also start with brackets, and in those a
/// backslash is a backslash. O(n) in the length of the first value, at most [`SAMPLE_TOKENS`].
pub(crate) fn is_json(text: &str) -> bool {
    let mut rest = text.trim_start();
    if !rest.starts_with(['{', '[']) {
        return false;
    }
    let mut previous = '\0';
    for _ in 0..SAMPLE_TOKENS {
        let Some((token, next)) = token(rest) else { return rest.is_empty() };
        if !may_follow(previous, token) {
            return false;
        }
        previous = token;
        rest = next.trim_start();
    }
    true
}

const SAMPLE_TOKENS: usize = 2000;

/// The kind of the next token (a bracket, `:`, `,`, `"` for a string, `0` for a scalar) and the
/// text after it.
fn token(text: &str) -> Option<(char, &str)> {
    let first = text.chars().next()?;
    let rest = text.get(first.len_utf8()..)?;
    match first {
        '{' | '}' | '[' | ']' | ':' | ',' => Some((first, rest)),
        // A string that the end of the file cuts off is still one.
        '"' => Some(('"', string::split(rest).map_or("", |(_, after)| after))),
        _ => {
            let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c));
            let (scalar, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
            let is_scalar = matches!(scalar, "true" | "false" | "null")
                || scalar.parse::<f64>().is_ok_and(|_| !scalar.starts_with('+'));
            is_scalar.then_some(('0', rest))
        }
    }
}

/// Which token may stand after which. A value may follow a value only between documents.
fn may_follow(previous: char, token: char) -> bool {
    match previous {
        '\0' => matches!(token, '{' | '['),
        '{' => matches!(token, '"' | '}'),
        '[' => matches!(token, '{' | '[' | '"' | '0' | ']'),
        ':' | ',' => matches!(token, '{' | '[' | '"' | '0'),
        '"' => matches!(token, ':' | ',' | '}' | ']'),
        '0' => matches!(token, ',' | '}' | ']'),
        _ => matches!(token, ',' | '}' | ']' | '{' | '['),
    }
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;
    use crate::Budget;

    fn check(text: &str, expected: &[&str]) {
        assert!(is_json(text), "{text}");
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, text));
        assert!(gaps.is_empty());
        let found: Vec<&str> = segments.iter().map(|segment| segment.text.expose()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn escapes_become_readable() {
        check(r#"{"city":"Z\u00fcrich"}"#, &[r#"{"city":"Zürich"}"#]);
        check(r#"{"u":"a\/b \ud83d\ude00"}"#, &[r#"{"u":"a/b 😀"}"#]);
        check(r#"["\u0034\u0031"]"#, &[r#"["41"]"#]);
    }

    #[test]
    fn a_document_in_a_string_is_moved_with_its_key() {
        check(
            r#"{"id":1,"text":"a\n4111 \"b\"","x":2}"#,
            &[r#"{"id":1,"text":"","x":2}"#, "text: a\n4111 \"b\"\n\n"],
        );
    }

    #[test]
    fn strings_know_their_line() {
        let budget = Budget::default();
        let text = "{\"a\":1}\n{\"a\":\"x\\n1\",\"b\":\"y\\n2\"}\n{\"a\":\"z\\n3\n\"}\n[4]";
        let (segments, _) = crate::run::collected(&budget, |run| read(run, text));
        let found = crate::run::placed(&segments);
        assert_eq!(
            found,
            [
                "line 1: {\"a\":1}\n{\"a\":\"\",\"b\":\"\"}\n{\"a\":\"\n\"}\n[4]",
                "string, line 2, paragraph 1: a: x\n1\n\nb: y\n2\n\n",
                "string, line 3, paragraph 1: a: z\n3\n\n\n",
            ]
        );
    }

    #[test]
    fn broken_escapes_and_ends_stay_as_they_are() {
        check(r#"["\ud83d x","\u12"]"#, &[r#"["",""]"#, "\u{fffd} x\n\n\\u12\n\n"]);
        check(r#"{"a":"cut of"#, &[r#"{"a":"cut of"#]);
    }

    #[test]
    fn what_only_starts_like_json_is_not_json() {
        for text in ["[2024-01-01 12:00:00] C:\\new", "{{ template }}", "[section]\na=b", "{a: 1}"]
        {
            assert!(!is_json(text), "{text}");
        }
        assert!(is_json("{\"a\":1}\n{\"a\":2}\n"), "lines");
    }
}
