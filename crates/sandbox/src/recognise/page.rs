//! What Tesseract answers: a line for each word, with its page, its line and how sure it is.

use dosimeter_content::Text;

/// The text of one page of a picture.
pub(super) struct Page<'a> {
    /// Its number, 1-based.
    pub(super) number: u32,
    /// Words with what stands before each, from top to bottom, block by block.
    words: Vec<(&'static str, &'a str)>,
    characters: usize,
    unsure: usize,
}

/// Confidence runs to 100; clear print has above 90 for most words, and random strings some 70.
const SURE_MIN: f32 = 60.0;

impl Page<'_> {
    /// Whether nothing was read.
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Its lines.
    pub(super) fn text(&self) -> Text {
        let lengths =
            self.words.iter().map(|(between, word)| between.len().saturating_add(word.len()));
        // In one piece: what grows leaves copies behind.
        let mut text = String::with_capacity(lengths.sum());
        for (between, word) in &self.words {
            text.push_str(between);
            text.push_str(word);
        }
        Text::from(text)
    }

    /// Whether there may be more in the picture than was read, or something else.
    pub(super) fn is_unclear(&self) -> bool {
        // A fifth is more than stains and icons come to.
        self.characters == 0 || self.unsure.saturating_mul(5) > self.characters
    }
}

/// Columns of a line: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
const COLUMNS: usize = 12;
/// As many as are handed over in one picture.
const PAGES_MAX: usize = 64;

const PAGE_LEVEL: &str = "1";
const WORD_LEVEL: &str = "5";

/// Reads the answer. What is not a line of it is passed over: nothing that a program says can be trusted.
pub(super) fn pages(answer: &str) -> Vec<Page<'_>> {
    let mut pages: Vec<Page<'_>> = Vec::new();
    // Block, paragraph and line of the last word.
    let mut last: Option<[&str; 3]> = None;
    for line in answer.lines() {
        let mut columns = [""; COLUMNS];
        for (column, value) in columns.iter_mut().zip(line.splitn(COLUMNS, '\t')) {
            *column = value;
        }
        let [level, page, block, paragraph, line, _, _, _, _, _, sure, word] = columns;
        if level == PAGE_LEVEL && pages.len() < PAGES_MAX {
            let number = page.parse().unwrap_or(1);
            pages.push(Page { number, words: Vec::new(), characters: 0, unsure: 0 });
            last = None;
        }
        let word = word.trim();
        let Some(page) = pages.last_mut().filter(|_| level == WORD_LEVEL && !word.is_empty())
        else {
            continue;
        };
        let place = [block, paragraph, line];
        let between = match last.replace(place) {
            None => "",
            Some(before) if before == place => " ",
            Some(_) => "\n",
        };
        page.words.push((between, word));
        let characters = word.chars().count();
        page.characters = page.characters.saturating_add(characters);
        if sure.parse::<f32>().is_ok_and(|sure| sure < SURE_MIN) {
            page.unsure = page.unsure.saturating_add(characters);
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use dosimeter_content::Expose as _;

    use super::*;

    fn check(answer: &str, expected: &[(u32, &str, bool)]) {
        let pages = pages(answer);
        let said =
            |page: &Page<'_>| (page.number, page.text().expose().to_owned(), page.is_unclear());
        let found: Vec<(u32, String, bool)> = pages.iter().map(said).collect();
        let expected =
            expected.iter().map(|(number, text, unclear)| (*number, (*text).to_owned(), *unclear));
        assert_eq!(found, expected.collect::<Vec<_>>());
    }

    const HEAD: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
                        1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n";

    #[test]
    fn words_stand_in_their_lines() {
        let words = "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.1\tone\n5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t95\ttwo\n\
                     5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t91\tthree\n5\t1\t2\t1\t2\t1\t0\t0\t9\t9\t91\tfour\n";
        check(&format!("{HEAD}{words}"), &[(1, "one two\nthree\nfour", false)]);
    }

    #[test]
    fn pages_are_apart() {
        let word = |page: u32| format!("5\t{page}\t1\t1\t1\t1\t0\t0\t9\t9\t96\tpage\n");
        let second = "1\t2\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n";
        let answer = format!("{HEAD}{}{second}{}", word(1), word(2));
        check(&answer, &[(1, "page", false), (2, "page", false)]);
    }

    #[test]
    fn nothing_and_what_is_unsure_is_unclear() {
        check(HEAD, &[(1, "", true)]);
        let unsure = "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t12.5\tl1Il\n";
        check(&format!("{HEAD}{unsure}"), &[(1, "l1Il", true)]);
        let sure = "5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t96\tseventeen-letters\n";
        check(&format!("{HEAD}{unsure}{sure}"), &[(1, "l1Il seventeen-letters", false)]);
    }

    #[test]
    fn what_is_not_an_answer_is_passed_over() {
        check("", &[]);
        check("5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96\tword before any page\n", &[]);
        check(&format!("{HEAD}\t\t\t\n5\t1\n\n"), &[(1, "", true)]);
    }
}
