//! HTML to tokens (WHATWG 13.2.5, as far as it concerns text).

use std::borrow::Cow;

use quick_xml::{escape::resolve_html5_entity, events::BytesRef};

/// A piece of a page, undecoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Text(&'a str),
    /// The content of a script or style.
    Script(&'a str),
    Comment(&'a str),
    /// A start tag, by its lower-case name; its attributes follow.
    Start(String),
    End(String),
    Attribute(&'a str, &'a str),
}

/// The tokens of a page, in one pass: each byte is looked at a fixed number of times.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Data,
    /// Between the attributes of a start tag; the element whose raw text follows, if any.
    Tag(Option<&'static str>),
    /// In the text of an element that holds no markup.
    Raw(&'static str),
}

/// Elements whose content is not markup.
const RAW: [&str; 2] = ["script", "style"];

impl<'a> Tokens<'a> {
    pub(super) fn new(page: &'a str) -> Self {
        Self { rest: page, state: State::Data }
    }

    fn data(&mut self) -> Option<Token<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (text, markup) = split_at_markup(self.rest);
        if !text.is_empty() {
            self.rest = markup;
            return Some(Token::Text(text));
        }
        if let Some(comment) = markup.strip_prefix("<!--") {
            return Some(self.until(comment, "-->"));
        }
        if let Some(other) = markup.strip_prefix("<!").or_else(|| markup.strip_prefix("<?")) {
            return Some(self.until(other, ">"));
        }
        if let Some(tag) = markup.strip_prefix("</") {
            let (name, rest) = split_name(tag);
            self.rest = rest.split_once('>').map_or("", |(_, after)| after);
            return Some(Token::End(name));
        }
        let (name, rest) = split_name(markup.get(1..)?);
        self.rest = rest;
        self.state = State::Tag(RAW.into_iter().find(|raw| *raw == name));
        Some(Token::Start(name))
    }

    /// A comment, doctype or processing instruction.
    fn until(&mut self, text: &'a str, end: &str) -> Token<'a> {
        let (comment, rest) = text.split_once(end).unwrap_or((text, ""));
        self.rest = rest;
        Token::Comment(comment)
    }

    /// The next attribute of a tag, if it has one more.
    fn attribute(&mut self, raw: Option<&'static str>) -> Option<Token<'a>> {
        let rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() || rest.starts_with('>') {
            self.rest = rest.strip_prefix('>').unwrap_or_default();
            self.state = raw.map_or(State::Data, State::Raw);
            return None;
        }
        // A stray equals sign is the start of a name.
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let ends_name = |c: char| c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/');
        let end = rest.get(first..).and_then(|tail| tail.find(ends_name));
        let (name, after) = split(rest, end.map_or(rest.len(), |end| end.saturating_add(first)));
        let Some(value) = after.trim_start().strip_prefix('=') else {
            self.rest = after;
            return Some(Token::Attribute(name, ""));
        };
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, rest) = if let Some(quote) = quote {
            let inner = value.get(1..).unwrap_or_default();
            inner.split_once(quote).unwrap_or((inner, ""))
        } else {
            let ends_value = |c: char| c.is_ascii_whitespace() || c == '>';
            split(value, value.find(ends_value).unwrap_or(value.len()))
        };
        self.rest = rest;
        Some(Token::Attribute(name, value))
    }

    fn raw(&mut self, element: &str) -> Token<'a> {
        let (text, rest) = split(self.rest, find_end_tag(self.rest, element));
        self.rest = rest;
        self.state = State::Data;
        Token::Script(text)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            match self.state {
                State::Data => return self.data(),
                State::Raw(element) => return Some(self.raw(element)),
                State::Tag(raw) => {
                    if let Some(attribute) = self.attribute(raw) {
                        return Some(attribute);
                    }
                }
            }
        }
    }
}

/// Splits before the next thing that is markup: `<` before a letter, `/`, `!` or `?`.
fn split_at_markup(text: &str) -> (&str, &str) {
    let starts = |&(index, _): &(usize, &str)| {
        let next = text.as_bytes().get(index.saturating_add(1));
        next.is_some_and(|byte| byte.is_ascii_alphabetic() || b"/!?".contains(byte))
    };
    let position = text.match_indices('<').find(starts).map_or(text.len(), |(index, _)| index);
    split(text, position)
}

/// A tag's name in lower case, without a namespace, and the text after it.
fn split_name(text: &str) -> (String, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/');
    let (name, rest) = split(text, text.find(ends).unwrap_or(text.len()));
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    (local.to_ascii_lowercase(), rest)
}

/// Where `</element` starts, in any case.
fn find_end_tag(text: &str, element: &str) -> usize {
    let is_end = |&(index, _): &(usize, &str)| {
        let name = text.get(index.saturating_add(2)..).and_then(|name| name.get(..element.len()));
        name.is_some_and(|name| name.eq_ignore_ascii_case(element))
    };
    text.match_indices("</").find(is_end).map_or(text.len(), |(index, _)| index)
}

fn split(text: &str, position: usize) -> (&str, &str) {
    text.split_at_checked(position).unwrap_or((text, ""))
}

/// The longest name of an entity in the standard has 31 letters.
const ENTITY_CHARS_MAX: usize = 32;

/// Resolves character references, numeric and named. What is none stays as it is. O(n).
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        output.push_str(before);
        let window = after.get(..after.floor_char_boundary(ENTITY_CHARS_MAX)).unwrap_or_default();
        let resolved = window.split_once(';').and_then(|(name, _)| {
            Some((resolve(name)?, after.get(name.len().saturating_add(1)..)?))
        });
        let (text, next) = resolved.unwrap_or((Cow::Borrowed("&"), after));
        output.push_str(&text);
        rest = next;
    }
    output.push_str(rest);
    output.into()
}

fn resolve(name: &str) -> Option<Cow<'static, str>> {
    if name.starts_with('#') {
        let lower = name.to_ascii_lowercase();
        let character = BytesRef::new(lower).resolve_char_ref().ok()??;
        return Some(character.to_string().into());
    }
    resolve_html5_entity(name).map(Cow::Borrowed)
}
