//! Encoded things: attachments of mails, images in pages, certificates, digests.

use super::prose;
use crate::writer::Writer;

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The line length of MIME (RFC 2045, 6.8).
const MIME_LINE: usize = 76;
/// The line length of PEM (RFC 7468, 2).
const PEM_LINE: usize = 64;

/// Writes one encoded thing with a little text around it.
pub(super) fn piece(writer: &mut Writer, out: &mut String) {
    prose::message(writer, out, 0);
    match writer.random.below(5) {
        0 => {
            out.push_str("Content-Transfer-Encoding: base64\n\n");
            let lines = writer.random.range(10, 120);
            block(writer, out, MIME_LINE, lines);
        }
        1 => {
            out.push_str("<img alt=\"chart\" src=\"data:image/png;base64,iVBORw0KGgo");
            let length = writer.random.range(200, 6000);
            writer.chars(out, ALPHABET, length);
            out.push_str("=\">\n");
        }
        2 => {
            out.push_str("-----BEGIN CERTIFICATE-----\n");
            let lines = writer.random.range(12, 30);
            block(writer, out, PEM_LINE, lines);
            out.push_str("-----END CERTIFICATE-----\n");
        }
        3 => {
            for _ in 0..writer.random.range(5, 40) {
                writer.fill(out, "$X$x$x$x  ./$w/$w-$1.$2.tar.gz\n");
            }
        }
        _ => encoded_prose(writer, out),
    }
    out.push('\n');
}

fn block(writer: &mut Writer, out: &mut String, length: usize, lines: usize) {
    for _ in 0..lines {
        writer.chars(out, ALPHABET, length);
        out.push('\n');
    }
}

/// Text in base64: what a decoder really has to look into.
fn encoded_prose(writer: &mut Writer, out: &mut String) {
    let mut text = String::new();
    for _ in 0..writer.random.range(1, 8) {
        prose::sentence(writer, &mut text);
        text.push(' ');
    }
    for group in text.as_bytes().chunks_exact(3) {
        let bits = group.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for shift in [18, 12, 6, 0] {
            out.push(char::from(ALPHABET[bits >> shift & 63]));
        }
    }
    out.push('\n');
}
