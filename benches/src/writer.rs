//! Templates with slots, from which all corpora are written.
//!
//! | slot | | slot | |
//! |---|---|---|---|
//! | `$n` `$N` | noun, plural | `$i` `$I` `$C` `$K` | `snake`, `camel`, `Pascal`, `UPPER` name |
//! | `$v` `$V` `$z` `$g` | verb, past, third person, gerund | `$w` | any word |
//! | `$a` `$d` | adjective, adverb | `$s` `$q` | a clause, a few words |
//! | `$p` `$l` `$c` `$o` | given name, surname, city, company | `$e` | an expression of a program |
//! | `$W` `$M` `$h` | weekday, month, time of day | `$f` | a decimal fraction |
//! | `$1` … `$9` | a number of so many digits | `$H` `$x` `$X` | 2, 8 and 40 hexadecimal digits |
//! | `$T` `$D` `$E` | time stamp, date, seconds since 1970 | `$u` `$A` `$b` | UUID, IPv4 address, 24 characters of base64 |
//!
//! `$$` is a dollar sign, `\n` and `\t` are what they look like.

use std::fmt::Write as _;

use crate::{random::Random, vocabulary};

/// Fills templates.
#[derive(Clone, Debug)]
pub struct Writer {
    /// The chance behind it.
    pub random: Random,
}

const WEEKDAYS: &[&str] =
    &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const HEX: &[u8] = b"0123456789abcdef";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PARTS: &[&str] = &["noun", "verb", "adjective", "noun"];

impl Writer {
    /// A writer with its own sequence of chance.
    pub fn new(seed: u64) -> Self {
        Self { random: Random::new(seed) }
    }

    /// Writes `template` with its slots filled.
    pub fn fill(&mut self, out: &mut String, template: &str) {
        let mut chars = template.chars();
        while let Some(char) = chars.next() {
            match char {
                '$' => match chars.next() {
                    Some('$') | None => out.push('$'),
                    Some(slot) => self.slot(out, slot),
                },
                '\\' => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push_str("    "),
                    Some(other) => out.push(other),
                    None => out.push('\\'),
                },
                other => out.push(other),
            }
        }
    }

    fn slot(&mut self, out: &mut String, slot: char) {
        match slot {
            'n' => out.push_str(self.word("noun")),
            'N' => plural(out, self.word("noun")),
            'v' => out.push_str(self.word("verb")),
            'V' => past(out, self.word("verb")),
            'z' => plural(out, self.word("verb")),
            'g' => gerund(out, self.word("verb")),
            'a' => out.push_str(self.word("adjective")),
            'd' => out.push_str(self.word("adverb")),
            'p' => out.push_str(self.word("given")),
            'l' => out.push_str(self.word("surname")),
            'c' => out.push_str(self.word("city")),
            'o' => out.push_str(self.word("company")),
            'W' => out.push_str(self.random.pick(WEEKDAYS)),
            'M' => out.push_str(self.random.pick(MONTHS)),
            'w' => {
                let part = self.random.pick(PARTS);
                out.push_str(self.word(part));
            }
            'i' => self.name(out, "_", str::to_owned),
            'I' => {
                let first = self.word("verb");
                out.push_str(first);
                self.name(out, "", capital);
            }
            'C' => self.name(out, "", capital),
            'K' => self.name(out, "_", str::to_uppercase),
            's' => self.clause(out),
            'q' => self.words(out),
            'e' => self.expression(out),
            '1'..='9' => self.number(out, slot.to_digit(10).unwrap_or(1)),
            _ => self.value(out, slot),
        }
    }

    /// Numbers, times and identifiers.
    fn value(&mut self, out: &mut String, slot: char) {
        let random = &mut self.random;
        // Writing to a string does not fail.
        let _ = match slot {
            'h' => write!(out, "{}:{:02}", random.range(7, 22), random.below(12) * 5),
            'f' => write!(out, "{}.{:03}", random.below(100), random.below(1000)),
            'D' => write!(
                out,
                "20{:02}-{:02}-{:02}",
                random.range(18, 27),
                random.range(1, 13),
                random.range(1, 29)
            ),
            'T' => write!(
                out,
                "2026-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                random.range(1, 13),
                random.range(1, 29),
                random.below(24),
                random.below(60),
                random.below(60),
                random.below(1000)
            ),
            'E' => write!(out, "{}", random.range(1_500_000_000, 1_790_000_000)),
            'A' => write!(
                out,
                "10.{}.{}.{}",
                random.below(256),
                random.below(256),
                random.range(1, 255)
            ),
            _ => Ok(()),
        };
        match slot {
            'H' => self.chars(out, HEX, 2),
            'x' => self.chars(out, HEX, 8),
            'X' => self.chars(out, HEX, 40),
            'b' => self.chars(out, BASE64, 24),
            'u' => {
                for (index, count) in [8, 4, 4, 4, 12].into_iter().enumerate() {
                    if index > 0 {
                        out.push('-');
                    }
                    self.chars(out, HEX, count);
                }
            }
            _ => {}
        }
    }

    /// Appends `count` characters of `class`.
    pub fn chars(&mut self, out: &mut String, class: &[u8], count: usize) {
        for _ in 0..count {
            out.push(char::from(self.random.pick(class)));
        }
    }

    fn number(&mut self, out: &mut String, digits: u32) {
        let low = 10_usize.pow(digits - 1);
        let _ = write!(out, "{}", self.random.range(low, low * 10));
    }

    /// A word of one part of speech.
    pub fn word(&mut self, part: &str) -> &'static str {
        vocabulary::english().get(part).map_or("", |words| self.random.pick_ranked(words))
    }

    fn name(&mut self, out: &mut String, joint: &str, spell: impl Fn(&str) -> String) {
        let count = self.random.pick(&[1, 1, 2, 2, 2, 3]);
        for index in 0..count {
            if index > 0 {
                out.push_str(joint);
            }
            let part = self.random.pick(PARTS);
            let word = self.word(part);
            out.push_str(&spell(word));
        }
    }

    fn clause(&mut self, out: &mut String) {
        let template = self.random.pick(&[
            "$v the $n of the $a $n",
            "returns the $n, or nothing if the $n is $a",
            "the $N are $d $V by the $n",
            "$v $N before the $n $z",
            "$a $n, see the $n of $N",
            "could not $v the $n",
            "whether the $n $z the $N",
        ]);
        self.fill(out, template);
    }

    fn words(&mut self, out: &mut String) {
        for index in 0..self.random.range(1, 5) {
            if index > 0 {
                out.push(' ');
            }
            self.slot(out, 'w');
        }
    }

    fn expression(&mut self, out: &mut String) {
        let template = self.random.pick(&[
            "$i",
            "$i",
            "$I",
            "$2",
            "$3",
            "0x$H",
            "$i.$i",
            "$i($i)",
            "$i($i, $1)",
            "$i[$i]",
            "$i + $e",
            "$e * $1",
            "\"$w\"",
            "$C.$I",
            "!$i",
            "($i - $2) / $i",
        ]);
        self.fill(out, template);
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn consonant_y(word: &str) -> Option<&str> {
    let stem = word.strip_suffix('y')?;
    (!stem.ends_with(['a', 'e', 'i', 'o', 'u'])).then_some(stem)
}

fn plural(out: &mut String, word: &str) {
    match consonant_y(word) {
        Some(stem) => out.extend([stem, "ies"]),
        None if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") => {
            out.extend([word, "es"]);
        }
        None => out.extend([word, "s"]),
    }
}

fn past(out: &mut String, word: &str) {
    match (consonant_y(word), word.ends_with('e')) {
        (Some(stem), _) => out.extend([stem, "ied"]),
        (None, true) => out.extend([word, "d"]),
        (None, false) => out.extend([word, "ed"]),
    }
}

fn gerund(out: &mut String, word: &str) {
    match word.strip_suffix('e') {
        Some(stem) if !stem.ends_with('e') => out.extend([stem, "ing"]),
        _ => out.extend([word, "ing"]),
    }
}
