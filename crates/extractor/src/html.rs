//! HTML (WHATWG living standard): what a reader sees, and what stands beside it.
//!
//! A tokenizer of our own and no tree: it takes one pass, does not recurse, and where an element
//! belongs does not matter here. (html5ever compares each attribute with all others of its tag, which
//! is quadratic on hostile input, and writes content into its trace log.) Table cells become
//! tab-separated lines, so that a column stays under its header. Attributes, scripts and comments
//! are segments of their own.

mod token;

use crate::{
    html::token::{Token, Tokens},
    run::{Read, Run, Slot},
};

/// Writes the text of a page.
pub(crate) fn read(run: &mut Run<'_>, page: &str) -> Read {
    let mut writer = Writer {
        body: run.open(run.paragraphs()),
        attributes: run.open(run.part("attribute")),
        scripts: run.open(run.part("script")),
        comments: run.open(run.part("comment")),
        is_spaced: true,
    };
    for token in Tokens::new(page) {
        run.tick()?;
        writer.token(run, &token)?;
    }
    Ok(())
}

/// The segments of a page.
struct Writer {
    body: Slot,
    attributes: Slot,
    scripts: Slot,
    comments: Slot,
    /// Whether the body ends with white space, so that more of it is collapsed.
    is_spaced: bool,
}

impl Writer {
    fn token(&mut self, run: &mut Run<'_>, token: &Token<'_>) -> Read {
        match token {
            Token::Text(text) => self.text(run, &token::unescape(text)),
            Token::Script(text) => line(run, self.scripts, text),
            Token::Comment(text) => line(run, self.comments, text),
            Token::End(name) => self.end(run, name),
            Token::Start(name) => self.start(run, name),
            Token::Attribute(name, value) => self.attribute(run, name, &token::unescape(value)),
        }
    }

    /// Text, with white space collapsed as a browser does.
    fn text(&mut self, run: &mut Run<'_>, text: &str) -> Read {
        for (index, word) in text.split_ascii_whitespace().enumerate() {
            let follows_space = index > 0 || text.starts_with(|c: char| c.is_ascii_whitespace());
            if follows_space && !self.is_spaced {
                run.write(self.body, " ")?;
            }
            run.write(self.body, word)?;
            self.is_spaced = false;
        }
        if text.ends_with(|c: char| c.is_ascii_whitespace()) && !self.is_spaced {
            run.write(self.body, " ")?;
            self.is_spaced = true;
        }
        Ok(())
    }

    fn start(&mut self, run: &mut Run<'_>, name: &str) -> Read {
        match name {
            "br" => self.separate(run, "\n"),
            _ if is_cell(name) || is_inline(name) => Ok(()),
            _ => self.separate_line(run),
        }
    }

    fn end(&mut self, run: &mut Run<'_>, name: &str) -> Read {
        if is_cell(name) {
            return self.separate(run, "\t");
        }
        if is_inline(name) { Ok(()) } else { self.separate_line(run) }
    }

    fn separate_line(&mut self, run: &mut Run<'_>) -> Read {
        self.is_spaced = true;
        run.end_line(self.body)
    }

    fn separate(&mut self, run: &mut Run<'_>, separator: &str) -> Read {
        self.is_spaced = true;
        run.write(self.body, separator)
    }

    /// Attributes that only style or identify carry no text of anybody.
    fn attribute(&mut self, run: &mut Run<'_>, name: &str, value: &str) -> Read {
        let is_style = ["class", "style", "id", "width", "height", "rel", "target"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known));
        if is_style || value.trim().is_empty() {
            return Ok(());
        }
        run.write(self.attributes, name)?;
        run.write(self.attributes, "=\"")?;
        run.write(self.attributes, value)?;
        run.write(self.attributes, "\"\n")
    }
}

fn line(run: &mut Run<'_>, slot: Slot, text: &str) -> Read {
    if text.trim().is_empty() {
        return Ok(());
    }
    run.write(slot, text.trim())?;
    run.write(slot, "\n")
}

fn is_cell(name: &str) -> bool {
    matches!(name, "td" | "th")
}

/// Elements that do not break a line (the phrasing content of the standard).
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "input"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "nobr"
            | "q"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;
    use crate::Budget;

    /// Gives the segments with their part before them.
    fn check(page: &str, expected: &[(&str, &str)]) {
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, page));
        assert!(gaps.is_empty());
        let found: Vec<(&str, &str)> = segments
            .iter()
            .map(|segment| {
                (
                    segment.locator.part.as_deref().unwrap_or_default(),
                    segment.text.expose().trim_end(),
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn inline_markup_does_not_tear_a_number_apart() {
        check("<p>card 4111<b>1111</b>\n  &#49;111<p>next", &[("", "card 41111111 1111\nnext")]);
    }

    #[test]
    fn tables_become_tab_separated_lines() {
        check(
            "<table><tr><th>Name</th><th>SSN</th></tr>\n<tr><td>Ann</td><td>1</td></tr></table>",
            &[("", "Name\tSSN\t\nAnn\t1")],
        );
    }

    #[test]
    fn what_a_reader_does_not_see_is_read_too() {
        check(
            "<!-- a > b --><a href='/x?q=1&amp;2' class=c title=hint>t</a><script>k = '<p>';</script>",
            &[
                ("", "t"),
                ("attribute", "href=\"/x?q=1&2\"\ntitle=\"hint\""),
                ("script", "k = '<p>';"),
                ("comment", "a > b"),
            ],
        );
    }

    #[test]
    fn what_never_ends_is_read_to_the_end() {
        check("a<script>tail", &[("", "a"), ("script", "tail")]);
        check("a<!-- tail", &[("", "a"), ("comment", "tail")]);
        check("a<b title='tail", &[("", "a"), ("attribute", "title=\"tail\"")]);
        check("1 < 2 && 3 > 2 &amp; &nosuch;", &[("", "1 < 2 && 3 > 2 & &nosuch;")]);
    }
}
