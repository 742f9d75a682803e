//! `OneNote` sections ([MS-ONESTORE], [MS-ONE]): a store of revisions, whose texts stand in it as they are.
//!
//! The lists that lead to what a page shows now are not followed: every text of every revision is text. A
//! text is a value with its length before it, in UTF-16 or in Windows-1252; files and pictures that are
//! enclosed have a mark before them.

mod values;

use dosimeter_record::GapReason;

use self::values::Values;
use crate::{
    Hint,
    cursor::Cursor,
    dispatch,
    run::{Read, Run, Slot, Stop},
};

/// How sections and tables of contents begin ([MS-ONESTORE] 2.3.1).
const MAGICS: [&[u8; 16]; 2] = [
    b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",
    b"\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f",
];

/// What stands before an enclosed file (2.6.13).
const FILE: &[u8; 16] = b"\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";

/// What stands before the key of a section with a password (2.5.19).
const KEY: &[u8; 8] = &0xfb6b_a385_dad1_a067_u64.to_le_bytes();

pub(crate) fn is_section(bytes: &[u8]) -> bool {
    MAGICS.iter().any(|magic| bytes.starts_with(*magic))
}

/// Reads the texts in the order in which they stand, and enclosed files as entries. O(n).
pub(crate) fn read(run: &mut Run<'_>, bytes: &[u8]) -> Read {
    let slot = run.open(run.paragraphs());
    let mut rest = bytes;
    let mut files = 0_u32;
    while let Some(at) = rest.windows(FILE.len()).position(|window| window == FILE) {
        run.look()?;
        let (before, found) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        texts(run, slot, before)?;
        let mark = found.get(FILE.len()..).unwrap_or_default();
        let Some((file, after)) = enclosed(mark) else {
            rest = mark;
            continue;
        };
        files = files.saturating_add(1);
        run.spend_entry()?;
        run.inside(files, |run| {
            dispatch::read(run, file, Hint::default());
            Ok(())
        });
        rest = after;
    }
    texts(run, slot, rest)?;
    if bytes.windows(KEY.len()).any(|window| window == KEY) {
        return Err(Stop(GapReason::Encrypted));
    }
    if run.last_char(slot).is_none() { Err(Stop(GapReason::Unsupported)) } else { Ok(()) }
}

/// The file behind a mark, and what follows.
fn enclosed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut cursor = Cursor::new(bytes);
    let length = usize::try_from(cursor.u64_le()?).ok()?;
    cursor.skip(12)?;
    Some(cursor.rest().split_at_checked(length).unwrap_or((cursor.rest(), &[])))
}

fn texts(run: &mut Run<'_>, slot: Slot, bytes: &[u8]) -> Read {
    for text in Values::new(bytes) {
        run.tick()?;
        run.write(slot, &text.replace(['\r', '\u{b}'], "\n"))?;
        run.write(slot, "\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;

    fn value(bytes: &[u8]) -> Vec<u8> {
        [&u32::try_from(bytes.len()).unwrap().to_le_bytes(), bytes].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        value(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
    }

    /// Reads a section of these pieces, and compares its text, the entries in it and the gaps.
    fn check(pieces: &[&[u8]], expected: &[&str], gaps_expected: &[&str]) {
        let section = [&MAGICS[0][..], &[0; 32], &pieces.concat()].concat();
        assert!(is_section(&section));
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, &section));
        let found = crate::run::placed(&segments);
        assert_eq!(found, expected);
        let gaps: Vec<&str> = gaps.iter().map(|gap| gap.reason.name()).collect();
        assert_eq!(gaps, gaps_expected);
    }

    #[test]
    fn texts_are_read_in_their_order_and_with_their_length() {
        check(
            &[
                &wide("Passwort für Ada:"),
                &value(b"HERON-4711"),
                // The length ends a text, even if what follows could go on with it.
                b"xyz\0",
                &wide("会議の記録"),
                &wide("Пароль"),
                b"\x07",
                &wide("odd\0"),
            ],
            &["paragraph 1: Passwort für Ada:\nHERON-4711\n会議の記録\nПароль\nodd\n"],
            &[],
        );
    }

    #[test]
    fn enclosed_files_are_entries() {
        let file = b"code 4711 in a file";
        let length = u64::try_from(file.len()).unwrap().to_le_bytes();
        check(
            &[&wide("before"), FILE, &length, &[0; 12], file, &[0; 5], &wide("after")],
            &["entry 1, line 1: code 4711 in a file", "paragraph 1: before\nafter\n"],
            &[],
        );
        check(
            &[&wide("before"), FILE, &[0xff; 8], &[0; 12], b"cut off"],
            &["entry 1, line 1: cut off", "paragraph 1: before\n"],
            &[],
        );
    }

    #[test]
    fn sections_with_a_password_are_encrypted() {
        check(&[KEY, b"\x01\x02\x03"], &[], &["encrypted"]);
        check(&[b"\x01\x02\x03"], &[], &["unsupported"]);
    }
}
