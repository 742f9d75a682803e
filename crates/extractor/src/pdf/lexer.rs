//! Page descriptions to operands and operators (ISO 32000-1 sections 7.2, 7.3 and 7.8.2).
//!
//! Also reads character maps, which have the same syntax. Gives one token at a time and keeps
//! nothing, so a stream of five million operators costs no memory.

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    /// A literal or hexadecimal string, decoded.
    String(Vec<u8>),
    /// Without its slash; escapes (`#20`) as written.
    Name(&'a [u8]),
    ArrayStart,
    ArrayEnd,
    DictionaryStart,
    DictionaryEnd,
    Operator(&'a [u8]),
}

/// The tokens of a stream.
pub(super) struct Lexer<'a> {
    rest: &'a [u8],
}

impl<'a> Lexer<'a> {
    pub(super) fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream }
    }

    /// Skips the data of an inline image: it ends with `EI` between white space (8.9.7).
    pub(super) fn skip_inline_image(&mut self) {
        let end = self.rest.windows(4).position(|window| {
            let [before, b'E', b'I', after] = window else { return false };
            is_space(*before) && is_space(*after)
        });
        let end = end.map_or(self.rest.len(), |end| end.saturating_add(3));
        self.rest = self.rest.get(end..).unwrap_or_default();
    }

    fn skip_space(&mut self) {
        while let Some((first, rest)) = self.rest.split_first() {
            if is_space(*first) {
                self.rest = rest;
            } else if *first == b'%' {
                let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
                self.rest = rest.get(end.unwrap_or(rest.len())..).unwrap_or_default();
            } else {
                return;
            }
        }
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// The bytes up to the next white space or delimiter.
    fn word(&mut self) -> &'a [u8] {
        let ends = |byte: &u8| is_space(*byte) || b"()<>[]{}/%".contains(byte);
        let end = self.rest.iter().position(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, &[]));
        self.rest = rest;
        word
    }

    fn literal_string(&mut self) -> Vec<u8> {
        let mut text = Vec::new();
        let mut depth = 1_usize;
        while let Some((&byte, rest)) = self.rest.split_first() {
            self.rest = rest;
            match byte {
                b'(' => depth = depth.saturating_add(1),
                b')' if depth == 1 => break,
                b')' => depth = depth.saturating_sub(1),
                b'\\' => {
                    text.extend(self.escape());
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
        text
    }

    /// The byte that stands behind a backslash, if any (table 3).
    fn escape(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(match first {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            b'0'..=b'7' => {
                let more =
                    rest.iter().take(2).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                let value = rest.iter().take(more).fold(u32::from(first - b'0'), |value, digit| {
                    value.wrapping_mul(8).wrapping_add(u32::from(digit.wrapping_sub(b'0')))
                });
                self.advance(more);
                // High-order overflow is ignored.
                value.to_le_bytes()[0]
            }
            b'\r' => {
                if rest.first() == Some(&b'\n') {
                    self.advance(1);
                }
                return None;
            }
            b'\n' => return None,
            other => other,
        })
    }

    fn hex_string(&mut self) -> Vec<u8> {
        let end = self.rest.iter().position(|&byte| byte == b'>').unwrap_or(self.rest.len());
        let digits: Vec<u8> = self
            .rest
            .iter()
            .take(end)
            .filter_map(|&byte| char::from(byte).to_digit(16))
            .filter_map(|digit| u8::try_from(digit).ok())
            .collect();
        self.advance(end.saturating_add(1));
        digits
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => high << 4 | low,
                [high] => high << 4,
                _ => 0,
            })
            .collect()
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.skip_space();
            let (&first, rest) = self.rest.split_first()?;
            let is_double = rest.first() == Some(&first);
            let (token, bytes) = match first {
                b'[' => (Token::ArrayStart, 1),
                b']' => (Token::ArrayEnd, 1),
                b'<' if is_double => (Token::DictionaryStart, 2),
                b'>' if is_double => (Token::DictionaryEnd, 2),
                b'/' => {
                    self.advance(1);
                    return Some(Token::Name(self.word()));
                }
                b'(' => {
                    self.advance(1);
                    return Some(Token::String(self.literal_string()));
                }
                b'<' => {
                    self.advance(1);
                    return Some(Token::String(self.hex_string()));
                }
                b'{' | b'}' | b')' | b'>' => {
                    self.advance(1);
                    continue;
                }
                _ => {
                    let word = self.word();
                    return Some(number(word).map_or(Token::Operator(word), Token::Number));
                }
            };
            self.advance(bytes);
            return Some(token);
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

/// A number as PDF writes it: no exponent; `--5` and `5-3` occur and are read as programs read them.
fn number(word: &[u8]) -> Option<f64> {
    let first = *word.first()?;
    if !first.is_ascii_digit() && !b"+-.".contains(&first) {
        return None;
    }
    let text = std::str::from_utf8(word).ok()?;
    let plain = text.trim_start_matches(['+', '-']);
    let plain = plain.split('-').next().unwrap_or_default();
    let value: f64 = if plain == "." { 0.0 } else { plain.parse().ok()? };
    Some(if text.starts_with('-') { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stream: &str, expected: &[Token<'_>]) {
        let found: Vec<Token<'_>> = Lexer::new(stream.as_bytes()).collect();
        assert_eq!(found, expected, "{stream}");
    }

    #[test]
    fn every_kind_of_token_is_read() {
        check(
            "/F1 12 Tf [(a\\(b) -.5<4a4>]TJ % x\n<</K/V>>",
            &[
                Token::Name(b"F1"),
                Token::Number(12.0),
                Token::Operator(b"Tf"),
                Token::ArrayStart,
                Token::String(b"a(b".to_vec()),
                Token::Number(-0.5),
                Token::String(b"J@".to_vec()),
                Token::ArrayEnd,
                Token::Operator(b"TJ"),
                Token::DictionaryStart,
                Token::Name(b"K"),
                Token::Name(b"V"),
                Token::DictionaryEnd,
            ],
        );
    }

    #[test]
    fn strings_nest_escape_and_may_never_end() {
        check(r"(a(b)c\101\n\)", &[Token::String(b"a(b)cA\n)".to_vec())]);
        check("(a\\\nb)", &[Token::String(b"ab".to_vec())]);
        check("<4", &[Token::String(b"@".to_vec())]);
    }

    #[test]
    fn inline_images_are_skipped() {
        let mut lexer = Lexer::new(b" \x01EI\x02 EI Q");
        lexer.skip_inline_image();
        assert_eq!(lexer.next(), Some(Token::Operator(b"Q")));
    }
}
