//! The lexer: bytes to tokens, one at a time, without allocation. It never fails; text that is no
//! token becomes [`TokenKind::Bad`], and the parser reports it when it gets there.

use crate::{
    moment,
    token::{Fault, Token, TokenKind},
};

/// A place in the statement. Copying it is how the parser looks ahead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    /// A lexer at the beginning of the statement.
    pub(crate) fn new(source: &'s str) -> Self {
        Self { source, at: 0 }
    }

    /// A lexer that begins in the middle, at a byte where a character begins.
    pub(crate) fn starting_at(source: &'s str, at: usize) -> Self {
        Self { source, at }
    }

    /// The next token; at the end, [`TokenKind::End`] for ever.
    pub(crate) fn next_token(&mut self) -> Token {
        while matches!(self.peek(0), b' ' | b'\t' | b'\n' | b'\r' | 0x0c) && self.at < self.source.len() {
            self.at += 1;
        }
        let start = self.at;
        let kind = if start >= self.source.len() { TokenKind::End } else { self.scan() };
        Token { kind, start, end: self.at }
    }

    /// The byte `ahead` of the current place; zero past the end.
    fn peek(&self, ahead: usize) -> u8 {
        self.source.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn take(&mut self, bytes: usize, kind: TokenKind) -> TokenKind {
        self.at += bytes;
        kind
    }

    fn scan(&mut self) -> TokenKind {
        match self.peek(0) {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.digits(),
            b'\'' => self.string(),
            b'-' | b'+' if self.begins_number(1) => self.number(1),
            b'.' if self.peek(1).is_ascii_digit() => self.number(0),
            b',' => self.take(1, TokenKind::Comma),
            b'.' => self.take(1, TokenKind::Dot),
            b'(' => self.take(1, TokenKind::Open),
            b')' => self.take(1, TokenKind::Close),
            b':' => self.take(1, TokenKind::Colon),
            b'*' | b'/' | b'~' | b'-' | b'+' => self.take(1, TokenKind::Stray),
            b'=' => self.take(1, TokenKind::Equal),
            b'!' if self.peek(1) == b'=' => self.take(2, TokenKind::NotEqual),
            b'<' => match self.peek(1) {
                b'>' => self.take(2, TokenKind::NotEqual),
                b'=' => self.take(2, TokenKind::LessOrEqual),
                _ => self.take(1, TokenKind::Less),
            },
            b'>' if self.peek(1) == b'=' => self.take(2, TokenKind::GreaterOrEqual),
            b'>' => self.take(1, TokenKind::Greater),
            _ => self.bad_character(),
        }
    }

    fn bad_character(&mut self) -> TokenKind {
        let rest = self.source.get(self.at..).unwrap_or_default();
        let width = rest.chars().next().map_or(1, char::len_utf8);
        self.take(width, TokenKind::Bad(Fault::Character))
    }

    fn word(&mut self) -> TokenKind {
        let rest = self.source.as_bytes().get(self.at..).unwrap_or_default();
        let width = rest.iter().position(|&byte| !is_in_word(byte)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(width);
        self.at += width;
        match behind {
            [b'-', digit, ..] if digit.is_ascii_digit() && is_currency_code(word) => self.number(1),
            [b'.', digit, ..] if digit.is_ascii_digit() && is_plain_currency(word) => self.number(0),
            _ => return TokenKind::Word,
        };
        TokenKind::Currency
    }

    fn skip_digits(&mut self) {
        while self.peek(0).is_ascii_digit() {
            self.at += 1;
        }
    }

    fn begins_number(&self, ahead: usize) -> bool {
        self.peek(ahead).is_ascii_digit()
            || (self.peek(ahead) == b'.' && self.peek(ahead + 1).is_ascii_digit())
    }

    /// A number whose sign, `sign` bytes long, has been seen.
    fn number(&mut self, sign: usize) -> TokenKind {
        self.at += sign;
        self.skip_digits();
        if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            self.skip_digits();
        }
        if matches!(self.peek(0), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                self.at += 1 + sign;
                self.skip_digits();
            }
        }
        TokenKind::Number
    }

    /// A number, a date, a datetime or a time: all begin with a digit.
    fn digits(&mut self) -> TokenKind {
        if self.has_shape(b"dddd-dd-dd") {
            if matches!(self.peek(10), b'T' | b't') && self.peek(11).is_ascii_digit() {
                return self.moment(moment::is_datetime, TokenKind::DateTime, Fault::DateTime);
            }
            let text = self.source.as_bytes().get(self.at..self.at + 10).unwrap_or_default();
            let kind = if moment::is_date(text) { TokenKind::Date } else { TokenKind::Bad(Fault::Date) };
            return self.take(10, kind);
        }
        if self.has_shape(b"dd:dd") {
            return self.moment(moment::is_time, TokenKind::Time, Fault::Time);
        }
        self.number(0)
    }

    fn has_shape(&self, shape: &[u8]) -> bool {
        shape.iter().enumerate().all(|(ahead, &wanted)| {
            let byte = self.peek(ahead);
            if wanted == b'd' { byte.is_ascii_digit() } else { byte == wanted }
        })
    }

    /// Takes the run of characters that a datetime may hold and judges it whole, as the platform's
    /// error text names the whole literal.
    fn moment(&mut self, is_good: fn(&[u8]) -> bool, good: TokenKind, fault: Fault) -> TokenKind {
        let start = self.at;
        while matches!(self.peek(0), b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b':' | b'.' | b'+' | b'-') {
            self.at += 1;
        }
        let text = self.source.as_bytes().get(start..self.at).unwrap_or_default();
        if is_good(text) { good } else { TokenKind::Bad(fault) }
    }

    fn string(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek(0) {
                b'\'' => return self.take(1, TokenKind::String),
                b'\\' => {
                    let width = escape_width(self.source.as_bytes().get(self.at..).unwrap_or_default());
                    if width == 0 {
                        return self.bad_escape();
                    }
                    self.at += width;
                }
                0 if self.at >= self.source.len() => {
                    // The quote alone is the offending token; what follows it is never looked at.
                    self.at = start + 1;
                    return TokenKind::Bad(Fault::UnclosedString);
                }
                _ => self.at += 1,
            }
        }
    }

    /// Leaves the token's end behind the character that the backslash stands before.
    fn bad_escape(&mut self) -> TokenKind {
        self.at += 1;
        let rest = self.source.get(self.at..).unwrap_or_default();
        self.at += rest.chars().next().map_or(0, char::len_utf8);
        TokenKind::Bad(Fault::Escape)
    }
}

/// Whether a byte may stand inside a word. A dollar sign may, though not at its beginning.
fn is_in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

fn is_currency_code(word: &[u8]) -> bool {
    word.len() == 3 && word.iter().all(u8::is_ascii_alphabetic)
}

/// Whether a word reads `USD5000`: three letters, then digits only.
pub(crate) fn is_plain_currency(word: &[u8]) -> bool {
    word.len() > 3
        && word.iter().take(3).all(u8::is_ascii_alphabetic)
        && word.iter().skip(3).all(u8::is_ascii_digit)
}

/// How many bytes the escape sequence at the beginning of `text` takes; zero when it is none.
fn escape_width(text: &[u8]) -> usize {
    match text.get(1) {
        Some(
            b'n' | b'N' | b'r' | b'R' | b't' | b'T' | b'b' | b'B' | b'f' | b'F' | b'"' | b'\'' | b'\\' | b'_'
            | b'%',
        ) => 2,
        Some(b'u') => match unicode_unit(text) {
            Some(0xD800..=0xDBFF) => {
                let low = unicode_unit(text.get(6..).unwrap_or_default());
                if matches!(low, Some(0xDC00..=0xDFFF)) { 12 } else { 0 }
            }
            Some(0xDC00..=0xDFFF) | None => 0,
            Some(_) => 6,
        },
        _ => 0,
    }
}

/// The UTF-16 unit of a `\uXXXX` at the beginning of `text`.
pub(crate) fn unicode_unit(text: &[u8]) -> Option<u32> {
    let hex = text.strip_prefix(b"\\u")?.get(..4)?;
    hex.iter().try_fold(0, |value, &digit| Some(value * 16 + char::from(digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<TokenKind> {
        let mut lexer = Lexer::new(source);
        let mut kinds = Vec::new();
        loop {
            let token = lexer.next_token();
            if token.kind == TokenKind::End {
                return kinds;
            }
            kinds.push(token.kind);
        }
    }

    #[test]
    fn a_currency_literal_is_told_from_an_alias() {
        assert_eq!(kinds("USD5000"), [TokenKind::Word]);
        assert_eq!(kinds("USD-500"), [TokenKind::Currency]);
        assert_eq!(kinds("usd-500.25"), [TokenKind::Currency]);
        assert_eq!(kinds("USD5000.25"), [TokenKind::Currency]);
        assert_eq!(kinds("ac1.Name"), [TokenKind::Word, TokenKind::Dot, TokenKind::Word]);
    }

    #[test]
    fn a_datetime_is_one_token_whatever_its_offset_looks_like() {
        for text in ["2020-03-17T21:04:32.000+0000", "2020-03-17t21:04:32z", "2020-03-17T21:04:32-05:30"] {
            assert_eq!(kinds(text), [TokenKind::DateTime], "{text}");
        }
        assert_eq!(kinds("2020-03-17T21:04:32"), [TokenKind::Bad(Fault::DateTime)]);
        assert_eq!(kinds("2021-02-29"), [TokenKind::Bad(Fault::Date)]);
    }

    #[test]
    fn digits_that_run_into_letters_are_a_number_and_a_word() {
        assert_eq!(kinds("0050W000007"), [TokenKind::Number, TokenKind::Word]);
    }

    #[test]
    fn a_string_with_an_unknown_escape_is_refused_at_the_escape() {
        assert_eq!(kinds(r"'a\'b\u00e9\_'"), [TokenKind::String]);
        let mut lexer = Lexer::new(r"'a\q'");
        let token = lexer.next_token();
        assert_eq!((token.kind, token.end), (TokenKind::Bad(Fault::Escape), 4));
        assert_eq!(kinds(r"'\uD83D\uDE00'"), [TokenKind::String]);
        assert_eq!(kinds(r"'\uD83D'")[0], TokenKind::Bad(Fault::Escape));
    }
}
