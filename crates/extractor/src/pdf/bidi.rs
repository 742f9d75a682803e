//! Text that runs from right to left, back into the order in which it is read.
//!
//! A page shows its glyphs from left to right, so that Arabic and Hebrew stand in it back to front. This
//! undoes what the Unicode Bidirectional Algorithm (UAX #9, rules L2 and L4) does to one line of simple
//! text: runs of right-to-left letters are turned around, numbers within them keep their order.

/// The line in reading order, if that differs. It has the same length. O(n).
pub(super) fn logical(line: &str) -> Option<String> {
    if !line.chars().any(is_right_to_left) {
        return None;
    }
    let mut characters: Vec<char> = line.chars().collect();
    let mut from = 0_usize;
    while let Some((start, end)) = run(&characters, from) {
        from = end;
        if let Some(run) = characters.get_mut(start..end) {
            turn(run);
        }
    }
    Some(characters.into_iter().collect())
}

/// The next run at or after `from` that has a right-to-left letter, and what stands between such letters.
fn run(characters: &[char], from: usize) -> Option<(usize, usize)> {
    let mut start = None;
    let mut end = from;
    let mut has_letter = false;
    for (index, character) in characters.iter().enumerate().skip(from) {
        if is_right_to_left(*character) || is_arabic_digit(*character) {
            start.get_or_insert(index);
            end = index.saturating_add(1);
            has_letter |= is_right_to_left(*character);
        } else if character.is_alphabetic() {
            if has_letter {
                break;
            }
            start = None;
        }
    }
    start.filter(|_| has_letter).map(|start| (start, end))
}

/// Turns a run around, and its numbers and brackets back.
fn turn(run: &mut [char]) {
    run.reverse();
    for character in run.iter_mut() {
        *character = mirrored(*character);
    }
    let is_digit = |character: &char| character.is_numeric();
    let mut rest = run;
    while let Some(start) = rest.iter().position(is_digit) {
        let (_, number) = rest.split_at_mut(start);
        let mut length = 0_usize;
        for (index, character) in number.iter().enumerate() {
            match character {
                digit if is_digit(digit) => length = index.saturating_add(1),
                '.' | ',' | ':' | '/' | '\u{66b}' | '\u{66c}' if length == index => {}
                _ => break,
            }
        }
        let (number, later) = number.split_at_mut(length);
        number.reverse();
        rest = later;
    }
}

/// Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms; digits are none of them.
fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        && !character.is_numeric()
        && !matches!(character, '\u{60c}' | '\u{66a}'..='\u{66c}')
}

fn is_arabic_digit(character: char) -> bool {
    matches!(character, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

/// Brackets are drawn as their counterparts.
fn mirrored(character: char) -> char {
    match character {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shown: &str, expected: &str) {
        let read = logical(shown);
        assert_eq!(read.as_deref().unwrap_or(shown), expected);
        assert_eq!(expected.len(), shown.len());
    }

    #[test]
    fn right_to_left_text_is_turned_around() {
        check("plain text 123", "plain text 123");
        check("םולש", "שלום");
        check("an Arabic ةيبرعلا word", "an Arabic العربية word");
        check("test 4111 (םולש) 12", "test 4111 (שלום) 12");
        check("1234.50 ריחמ 20/11", "1234.50 מחיר 20/11");
        check("ב 4111 א", "א 4111 ב");
        check("١٤٣٤ ليربإ ١٤", "١٤ إبريل ١٤٣٤");
        check("(א) b (ג", "(א) b (ג");
    }
}
