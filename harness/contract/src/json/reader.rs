//! A strict JSON reader that keeps order, number text and the place of a mistake.

use thiserror::Error;

use super::{Json, value::number};

/// Deeper nesting is refused, so that a hostile answer cannot exhaust the stack.
const MAX_DEPTH: usize = 128;

/// Where and why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {message}")]
pub struct JsonError {
    /// Line of the mistake, from 1.
    pub line: usize,
    /// Column of the mistake in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

/// Reads one JSON value.
///
/// # Errors
///
/// [`JsonError`] for everything the grammar forbids, for a key that occurs twice in one object,
/// for numbers beyond the range of a double, and for nesting deeper than 128.
pub fn parse(text: &str) -> Result<Json, JsonError> {
    let mut reader = Reader { text, at: 0 };
    let result = reader.document();
    result.map_err(|message| {
        let before = &text[..reader.at];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |row| row.chars().count()) + 1;
        JsonError { line, column, message }
    })
}

/// `at` is always on a character boundary: only whole characters are consumed.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Json, String> {
        let value = self.value(0)?;
        self.blanks();
        match self.peek() {
            None => Ok(value),
            Some(letter) => Err(format!("unexpected '{letter}' after the value")),
        }
    }

    fn peek(&self) -> Option<char> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            Some(_) => self.text[self.at..].chars().next(),
            None => None,
        }
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH}"));
        }
        self.blanks();
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => self.string().map(Json::String),
            Some('-' | '0'..='9') => self.number(),
            Some('t') => self.word("true", Json::Bool(true)),
            Some('f') => self.word("false", Json::Bool(false)),
            Some('n') => self.word("null", Json::Null),
            Some(letter) => Err(format!("unexpected '{letter}' where a value begins")),
            None => Err("the text ends where a value is expected".to_owned()),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, String> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(format!("expected {word}"))
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, String> {
        let mut pairs: Vec<(String, Json)> = Vec::new();
        self.eat('{');
        self.blanks();
        if self.eat('}') {
            return Ok(Json::Object(pairs));
        }
        loop {
            self.blanks();
            let start = self.at;
            if self.peek() != Some('"') {
                return Err("expected a key in double quotes".to_owned());
            }
            let key = self.string()?;
            if pairs.iter().any(|(name, _)| *name == key) {
                self.at = start;
                return Err(format!("the key \"{key}\" occurs twice"));
            }
            self.blanks();
            if !self.eat(':') {
                return Err("expected ':' after the key".to_owned());
            }
            let value = self.value(depth + 1)?;
            pairs.push((key, value));
            self.blanks();
            if self.eat('}') {
                return Ok(Json::Object(pairs));
            }
            if !self.eat(',') {
                return Err("expected ',' or '}'".to_owned());
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, String> {
        let mut items = Vec::new();
        self.eat('[');
        self.blanks();
        if self.eat(']') {
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.eat(']') {
                return Ok(Json::Array(items));
            }
            if !self.eat(',') {
                return Err("expected ',' or ']'".to_owned());
            }
        }
    }

    fn digits(&mut self) -> Result<(), String> {
        if !matches!(self.peek(), Some('0'..='9')) {
            return Err("expected a digit".to_owned());
        }
        while matches!(self.peek(), Some('0'..='9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        self.eat('-');
        if self.eat('0') {
            if matches!(self.peek(), Some('0'..='9')) {
                return Err("a number does not begin with 0 and another digit".to_owned());
            }
        } else {
            self.digits()?;
        }
        if self.eat('.') {
            self.digits()?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        if number(text).is_none() {
            return Err(format!("the number {text} is out of range"));
        }
        Ok(Json::Number(text.to_owned()))
    }

    fn string(&mut self) -> Result<String, String> {
        let mut text = String::new();
        self.eat('"');
        loop {
            // What stands for itself is copied in one go; the bytes that end it are ASCII.
            let rest = &self.text[self.at..];
            let ends = |byte: u8| matches!(byte, b'"' | b'\\' | 0..b' ');
            let run = rest.bytes().position(ends).unwrap_or(rest.len());
            text.push_str(&rest[..run]);
            self.at += run;
            match self.next() {
                None => return Err("the text ends inside a string".to_owned()),
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(_) => return Err("a control character inside a string must be escaped".to_owned()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        match self.next() {
            Some('"') => Ok('"'),
            Some('\\') => Ok('\\'),
            Some('/') => Ok('/'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.unicode(),
            _ => Err("unknown escape".to_owned()),
        }
    }

    fn unicode(&mut self) -> Result<char, String> {
        let first = self.hex4()?;
        let code = if (0xD800..0xDC00).contains(&first) && self.eat('\\') && self.eat('u') {
            let second = self.hex4()?;
            if !(0xDC00..0xE000).contains(&second) {
                return Err("half a surrogate pair".to_owned());
            }
            0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        } else {
            first
        };
        char::from_u32(code).ok_or_else(|| "half a surrogate pair".to_owned())
    }

    fn hex4(&mut self) -> Result<u32, String> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|letter| letter.to_digit(16));
            code = code * 16 + digit.ok_or_else(|| "expected four hexadecimal digits".to_owned())?;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_reported_with_line_and_column() {
        for (text, place) in [
            ("", "line 1, column 1: the text ends"),
            ("{\n  \"a\": 1,\n  \"a\": 2}", "line 3, column 3: the key \"a\" occurs twice"),
            ("[1,]", "line 1, column 4: unexpected ']'"),
            ("[01]", "line 1, column 3: a number does not begin"),
            ("[1e999]", "line 1, column 7: the number 1e999 is out of range"),
            ("{\"a\" 1}", "line 1, column 6: expected ':'"),
            ("\"é\\x\"", "line 1, column 5: unknown escape"),
            ("\"\\ud800\"", "half a surrogate pair"),
            ("true x", "line 1, column 6: unexpected 'x' after"),
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains(place), "{text}: {message}");
        }
    }

    #[test]
    fn endless_nesting_is_refused_instead_of_crashing() {
        assert!(parse(&"[".repeat(100_000)).unwrap_err().message.contains("nested deeper"));
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(parse(r#""\u00e9\ud83d\ude00\/\b""#).unwrap(), Json::String("é😀/\u{8}".to_owned()));
    }
}
