//! The page: markup, style, program and data in one file.

use std::io::{self, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    columns::{Columns, Places},
    report::Report,
};

const STYLE: &str = concat!(
    include_str!("page/base.css"),
    include_str!("page/overview.css"),
    include_str!("page/findings.css"),
    include_str!("page/media.css"),
);
const BODY: &str = include_str!("page/body.html");
/// One scope for all parts, in the order in which they build on each other.
const PROGRAM: &str = concat!(
    "\"use strict\";(() => {\n",
    include_str!("page/data.js"),
    include_str!("page/view.js"),
    include_str!("page/verdict.js"),
    include_str!("page/charts.js"),
    include_str!("page/time.js"),
    include_str!("page/gaps.js"),
    include_str!("page/list.js"),
    include_str!("page/main.js"),
    "})();\n"
);

/// The page's content security policy: this style and this program by their hashes, and nothing else;
/// no request to anywhere.
pub fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    let (style, program) = (hash(STYLE), hash(PROGRAM));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{program}'; \
         base-uri 'none'; form-action 'none'"
    )
}

impl Report {
    /// Writes the page.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let policy = policy();
        write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>Dosimeter report</title>\n<style>{STYLE}</style>\n</head>\n{BODY}\n\
             <script type=\"application/json\" id=\"data\">"
        )?;
        let places = Places::of(self);
        serde_json::to_writer(InScript(&mut *out), &Columns::new(self, &places))?;
        write!(out, "</script>\n<script>{PROGRAM}</script>\n</html>\n")
    }
}

/// Writes JSON into a script element that nothing in it can end: `<`, `>` and `&` stand in JSON only
/// inside of strings, where they can be escaped.
struct InScript<W>(W);

impl<W: Write> Write for InScript<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for piece in bytes.split_inclusive(|byte| b"<>&".contains(byte)) {
            match piece.split_last() {
                Some((byte @ (b'<' | b'>' | b'&'), before)) => {
                    self.0.write_all(before)?;
                    write!(self.0, "\\u{byte:04x}")?;
                }
                _ => self.0.write_all(piece)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_the_script_element() {
        let hostile = "</script><!--<script>&\u{2028}\"\\";
        let mut written = Vec::new();
        serde_json::to_writer(InScript(&mut written), hostile).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert!(!written.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), hostile);
    }

    #[test]
    fn the_policy_names_no_host() {
        let policy = policy();
        assert!(policy.starts_with("default-src 'none'"));
        assert!(!policy.contains("http") && !policy.contains("unsafe"));
    }
}
