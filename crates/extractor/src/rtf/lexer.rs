//! Words, braces and text of RTF.

/// One token.
pub(super) enum Token<'a> {
    /// A group starts.
    Open,
    /// A group ends.
    Close,
    /// A control word or symbol, and the number after it.
    Word(&'a [u8], Option<i32>),
    /// A byte given as two digits.
    Byte(u8),
    /// Text as it stands, without line breaks.
    Text(&'a [u8]),
    /// Binary data.
    Binary,
}

/// The tokens of a document.
pub(super) struct Lexer<'a> {
    rest: &'a [u8],
}

impl<'a> Lexer<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, &[]));
        self.rest = rest;
        taken
    }

    fn take_while(&mut self, is_in: fn(&u8) -> bool) -> &'a [u8] {
        let end = self.rest.iter().position(|byte| !is_in(byte)).unwrap_or(self.rest.len());
        self.take(end)
    }

    /// What stands after a backslash.
    fn control(&mut self) -> Option<Token<'a>> {
        let word = self.take_while(u8::is_ascii_alphabetic);
        if word.is_empty() {
            return self.symbol();
        }
        let is_negative = self.rest.first() == Some(&b'-');
        if is_negative {
            self.take(1);
        }
        let digits = self.take_while(u8::is_ascii_digit);
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<i32>().ok());
        let number = number.map(|number| if is_negative { -number } else { number });
        if self.rest.first() == Some(&b' ') {
            self.take(1);
        }
        if word == b"bin" {
            let length = usize::try_from(number.unwrap_or(0)).unwrap_or(0);
            self.take(length);
            return Some(Token::Binary);
        }
        Some(Token::Word(word, number))
    }

    fn symbol(&mut self) -> Option<Token<'a>> {
        let symbol = self.take(1);
        if symbol != b"'" {
            return (!symbol.is_empty()).then_some(Token::Word(symbol, None));
        }
        let digits = std::str::from_utf8(self.rest.get(..2)?).ok();
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                self.take(2);
                Some(Token::Byte(byte))
            }
            None => Some(Token::Text(&[])),
        }
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        self.take_while(|byte| matches!(byte, b'\r' | b'\n' | 0));
        match self.rest.first()? {
            b'{' => {
                self.take(1);
                Some(Token::Open)
            }
            b'}' => {
                self.take(1);
                Some(Token::Close)
            }
            b'\\' => {
                self.take(1);
                self.control()
            }
            _ => Some(Token::Text(
                self.take_while(|byte| !matches!(byte, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0)),
            )),
        }
    }
}
