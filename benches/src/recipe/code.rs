//! Source files: a head, then blocks, in the languages of `texts/code.txt`.

use std::sync::OnceLock;

use crate::{vocabulary::sections, writer::Writer};

const CODE: &str = include_str!("../../texts/code.txt");

/// One language: the lines that begin a file, and the blocks that follow.
struct Language {
    head: Vec<&'static str>,
    blocks: Vec<&'static str>,
}

/// Writes one source file.
pub(super) fn file(writer: &mut Writer, out: &mut String) {
    let languages = languages();
    let language = &languages[writer.random.below(languages.len())];
    for line in &language.head {
        writer.fill(out, line);
        out.push('\n');
    }
    for _ in 0..writer.random.range(3, 18) {
        let block = writer.random.pick(&language.blocks);
        writer.fill(out, block);
        out.push('\n');
    }
}

fn languages() -> &'static [Language] {
    static LANGUAGES: OnceLock<Vec<Language>> = OnceLock::new();
    LANGUAGES.get_or_init(|| {
        sections(CODE)
            .into_iter()
            .map(|(_, lines)| {
                // An empty line ends the head.
                let (head, blocks) = match lines.iter().position(|line| line.is_empty()) {
                    Some(at) => lines.split_at(at),
                    None => lines.split_at(0),
                };
                let blocks = blocks.iter().copied().filter(|line| !line.is_empty()).collect();
                Language { head: head.to_vec(), blocks }
            })
            .collect()
    })
}
