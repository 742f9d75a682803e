//! The encoding that a font program brings along: Type 1 (Adobe Type 1 Font Format, section 2.2), and compact.
//!
//! Documents by TeX often name no encoding: the font's own lists each code as `dup 65 /A put`, in
//! the part of the program that is not encrypted.

use dosimeter_content::Expose;
use lopdf::{Dictionary, Document};

use super::compact;
use crate::{
    capped,
    pdf::{
        encoding,
        lexer::{Lexer, Token},
    },
    run::Run,
};

/// Reads it; `None` if the font brings no program, or one of another kind.
pub(super) fn table(
    run: &mut Run<'_>,
    document: &Document,
    descriptor: Option<&Dictionary>,
) -> Option<encoding::Table> {
    let descriptor = descriptor?;
    if let Ok(program) = descriptor.get_deref(b"FontFile3", document) {
        let program = capped::pdf_stream(run, program.as_stream().ok()?).ok()?;
        return compact::table(program.expose());
    }
    let program = descriptor.get_deref(b"FontFile", document).ok()?.as_stream().ok()?;
    let program = capped::pdf_stream(run, program).ok()?;
    let program = program.expose();
    let start = program.windows(9).position(|window| window == b"/Encoding")?;
    let clear = program.get(start..)?;
    let end = clear.windows(5).position(|window| window == b"eexec").unwrap_or(clear.len());
    let mut table = [None; 256];
    let mut code = None;
    let mut entries = 0_usize;
    for token in Lexer::new(clear.get(..end)?) {
        match token {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 255"
            )]
            Token::Number(number) if (0.0..256.0).contains(&number) => code = Some(number as usize),
            Token::Name(name) => {
                if let Some(slot) = code.take().and_then(|code| table.get_mut(code)) {
                    *slot = encoding::glyph(name);
                    entries = entries.saturating_add(1);
                }
            }
            Token::Operator(b"def" | b"readonly") if entries > 0 => break,
            _ => {}
        }
    }
    (entries > 0).then_some(table)
}
