//! Address cards and calendars (RFC 6350, RFC 5545): text whose long lines are folded at any place, so that
//! a name or a number may stand in two.

use crate::{
    email,
    run::{Read, Run},
    text,
};

/// How such a file starts.
const STARTS: [&str; 3] = ["BEGIN:VCARD", "BEGIN:VCALENDAR", "BEGIN:VNOTE"];

/// Whether a text is one.
pub(crate) fn is_card(document: &str) -> bool {
    let start =
        document.get(..document.floor_char_boundary(15)).unwrap_or(document).to_ascii_uppercase();
    STARTS.iter().any(|known| start.starts_with(known))
}

/// Writes the lines unfolded, with escapes and quoted-printable undone. Line `k` stays line `k`: where lines
/// were put together, empty ones follow.
pub(crate) fn read(run: &mut Run<'_>, document: &str) -> Read {
    let slot = run.open(run.lines());
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        run.tick()?;
        let is_quoted = line
            .split(':')
            .next()
            .is_some_and(|name| name.to_ascii_uppercase().contains("QUOTED-PRINTABLE"));
        let mut whole = line.to_owned();
        let mut folded = 0_usize;
        // A line that starts with white space goes on; a quoted one also after an equals sign.
        while let Some(next) = lines.peek() {
            if let Some(rest) = next.strip_prefix([' ', '\t']) {
                whole.push_str(rest);
            } else if is_quoted && whole.ends_with('=') {
                whole.pop();
                whole.push_str(next);
            } else {
                break;
            }
            lines.next();
            folded = folded.saturating_add(1);
        }
        let plain = if is_quoted {
            text::decode_lossy(&email::unquote(whole.as_bytes())).into_owned()
        } else {
            unescape(&whole)
        };
        run.write(slot, &plain)?;
        run.write(slot, "\n")?;
        run.write(slot, &"\n".repeat(folded))?;
    }
    Ok(())
}

/// `\n`, `\,` and `\;` (RFC 6350 section 3.4).
fn unescape(line: &str) -> String {
    line.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";")
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose;

    use super::*;
    use crate::Budget;

    fn check(text: &str, expected: &str) {
        assert!(is_card(text));
        let budget = Budget::default();
        let (segments, gaps) = crate::run::collected(&budget, |run| read(run, text));
        assert_eq!(segments.first().unwrap().text.expose(), expected);
        assert!(gaps.is_empty());
    }

    #[test]
    fn folded_lines_become_whole() {
        check(
            "BEGIN:VCARD\r\nTEL:4111 11\r\n 11 22\r\nNOTE:a\\nb\\, c",
            "BEGIN:VCARD\nTEL:4111 1111 22\n\nNOTE:a b, c\n",
        );
        check(
            "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:Zo=C3=\n=AB;A\nX:1",
            "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:Zoë;A\n\nX:1\n",
        );
    }
}
