//! Messages in other languages and scripts. The words are real, their order is not: to a scanner the
//! bytes are what matters.

use crate::{vocabulary, writer::Writer};

/// Writes one message and its line feed.
pub(super) fn message(writer: &mut Writer, out: &mut String) {
    let languages: Vec<_> = vocabulary::languages().iter().collect();
    let (name, words) = writer.random.pick(&languages);
    let dense = matches!(*name, "chinese" | "japanese");
    for sentence in 0..writer.random.range(1, 4) {
        if sentence > 0 && !dense {
            out.push(' ');
        }
        for index in 0..writer.random.range(4, 14) {
            if index > 0 && !dense {
                out.push_str(if writer.random.per_mille(80) { ", " } else { " " });
            }
            out.push_str(writer.random.pick_ranked(words));
        }
        if writer.random.per_mille(60) {
            writer.fill(out, " $2 ");
        }
        out.push_str(if dense { "。" } else { writer.random.pick(&[".", ".", "!", "?", "…"]) });
    }
    out.push('\n');
}
