//! The tokens of JSON text, with positions as the platform counts them.

use std::fmt::Write;

use mockorg_org::Position;

/// Why and where reading stopped.
#[derive(Debug)]
pub(super) struct Stop {
    /// What is wrong, without the position.
    pub(super) message: String,
    /// Where.
    pub(super) at: Position,
}

impl Stop {
    /// A stop at a known place.
    pub(super) fn at(at: Position, message: impl Into<String>) -> Self {
        Self { message: message.into(), at }
    }
}

/// A cursor over the bytes of a body.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    /// The column of byte `n` of this line is `n + 1 - origin`; it counts UTF-16 units, as Java does.
    origin: usize,
}

impl<'a> Scanner<'a> {
    /// Begins at the first byte after an optional byte order mark.
    pub(super) fn over(body: &'a [u8]) -> Result<Self, Stop> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        match std::str::from_utf8(body) {
            Ok(text) => Ok(Self { text, at: 0, line: 1, origin: 0 }),
            Err(error) => {
                let valid = std::str::from_utf8(&body[..error.valid_up_to()]).unwrap_or_default();
                let lines = valid.bytes().filter(|byte| *byte == b'\n').count();
                let column = valid.rsplit('\n').next().unwrap_or_default().encode_utf16().count() + 2;
                let first = body.get(valid.len()).copied().unwrap_or_default();
                let (place, byte) = match first {
                    // A correct first byte: one of those after it is wrong, or the body ends too soon.
                    0xc2..=0xf4 => ("middle", body.get(valid.len() + 1).copied().unwrap_or_default()),
                    _ => ("start", first),
                };
                let at = Position { line: count(lines + 1), column: count(column) };
                Err(Stop::at(at, format!("Invalid UTF-8 {place} byte 0x{byte:x}")))
            }
        }
    }

    /// The place of the next byte.
    pub(super) fn position(&self) -> Position {
        Position { line: self.line, column: count(self.at + 1 - self.origin) }
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over the next byte, which must be ASCII.
    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// Stops here.
    pub(super) fn stop(&self, message: impl Into<String>) -> Stop {
        Stop::at(self.position(), message)
    }

    /// Stops because of the next character; the platform gives the place behind it.
    pub(super) fn unexpected(&mut self, expectation: &str) -> Stop {
        match self.next_char() {
            Some(found) => self.stop(format!("Unexpected character ({}): {expectation}", describe(found))),
            None => self.stop("Unexpected end-of-input"),
        }
    }

    /// Steps over white space between tokens.
    pub(super) fn skip_blanks(&mut self) -> Result<(), Stop> {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                    self.origin = self.at;
                }
                0..0x20 => {
                    self.at += 1;
                    let found = describe(char::from(byte));
                    let rule = "only regular white space (\\r, \\n, \\t) is allowed between tokens";
                    return Err(self.stop(format!("Illegal character ({found}): {rule}")));
                }
                _ => break,
            }
        }
        Ok(())
    }

    /// Reads text in quotes; `what` is `name` or `string value`.
    pub(super) fn text(&mut self, what: &str) -> Result<Box<str>, Stop> {
        self.at += 1;
        let start = self.at;
        self.plain_run();
        if self.peek() == Some(b'"') {
            let text = &self.text[start..self.at];
            self.at += 1;
            return Ok(text.into());
        }
        let mut text = self.text[start..self.at].to_owned();
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape(&mut text)?,
                Some(control) => {
                    self.at += 1;
                    let found = describe(char::from(control));
                    let rule = format!("has to be escaped using backslash to be included in {what}");
                    return Err(self.stop(format!("Illegal unquoted character ({found}): {rule}")));
                }
                None if what == "name" => {
                    return Err(self.stop("Unexpected end-of-input: was expecting closing '\"' for name"));
                }
                None => {
                    let message = "Unexpected end-of-input: was expecting closing quote for a string value";
                    return Err(self.stop(message));
                }
            }
            let start = self.at;
            self.plain_run();
            text.push_str(&self.text[start..self.at]);
        }
        self.at += 1;
        Ok(text.into())
    }

    /// Reads a number as written.
    pub(super) fn number(&mut self) -> Result<&'a str, Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
            self.need_digit("expected digit (0-9) to follow minus sign, for valid numeric value")?;
        }
        let zero = self.peek() == Some(b'0');
        self.at += 1;
        if zero && self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            return Err(self.stop("Invalid numeric value: Leading zeroes not allowed"));
        }
        self.digits();
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.need_digit("Decimal point not followed by a digit")?;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.need_digit("Exponent indicator not followed by a digit")?;
            self.digits();
        }
        Ok(&self.text[start..self.at])
    }

    /// Reads `word`, which the next byte begins.
    pub(super) fn word(&mut self, word: &str) -> Result<(), Stop> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$'))).unwrap_or(rest.len());
        let found = &rest[..end];
        self.at += end;
        self.origin += surplus(found);
        if found == word {
            return Ok(());
        }
        if self.peek().is_none() && word.starts_with(found) {
            return Err(self.stop("Unexpected end-of-input in a value"));
        }
        Err(self.stop(format!("Unrecognized token '{found}': was expecting 'null', 'true', 'false' or NaN")))
    }

    /// Steps to the next quote, backslash or control character.
    fn plain_run(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len());
        self.origin += surplus(&self.text[self.at..self.at + end]);
        self.at += end;
    }

    fn next_char(&mut self) -> Option<char> {
        let next = self.text[self.at..].chars().next()?;
        self.at += next.len_utf8();
        self.origin += next.len_utf8() - next.len_utf16();
        Some(next)
    }

    fn escape(&mut self, text: &mut String) -> Result<(), Stop> {
        self.at += 1;
        let Some(code) = self.next_char() else {
            return Err(self.stop("Unexpected end-of-input in character escape sequence"));
        };
        text.push(match code {
            '"' | '\\' | '/' => code,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode_escape()?,
            _ => return Err(self.stop(format!("Unrecognized character escape {}", describe(code)))),
        });
        Ok(())
    }

    /// Reads the four digits of `\uXXXX`, and the second half of a surrogate pair with it.
    fn unicode_escape(&mut self) -> Result<char, Stop> {
        let first = self.hex4()?;
        if let Some(plain) = char::from_u32(first) {
            return Ok(plain);
        }
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        // Half a pair is legal in Java's strings and leaves as `?` when they are encoded.
        Ok('?')
    }

    fn hex4(&mut self) -> Result<u32, Stop> {
        let mut code = 0;
        for _ in 0..4 {
            match self.peek().map(|byte| char::from(byte).to_digit(16)) {
                Some(Some(digit)) => code = code * 16 + digit,
                Some(None) => {
                    return Err(self.unexpected("expected a hex-digit for character escape sequence"));
                }
                None => return Err(self.stop("Unexpected end-of-input in character escape sequence")),
            }
            self.at += 1;
        }
        Ok(code)
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn need_digit(&mut self, rule: &str) -> Result<(), Stop> {
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Ok(());
        }
        Err(match self.next_char() {
            Some(found) => {
                self.stop(format!("Unexpected character ({}) in numeric value: {rule}", describe(found)))
            }
            None => self.stop("Unexpected end-of-input in numeric value"),
        })
    }
}

/// How many bytes `text` has beyond its UTF-16 units.
fn surplus(text: &str) -> usize {
    if text.is_ascii() { 0 } else { text.chars().map(|c| c.len_utf8() - c.len_utf16()).sum() }
}

/// The character as parser messages show it.
fn describe(found: char) -> String {
    let code = u32::from(found);
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = match code {
        0..0x20 => write!(text, "(CTRL-CHAR, code {code})"),
        0x20..0x100 => write!(text, "'{found}' (code {code})"),
        _ => write!(text, "'{found}' (code {code} / 0x{code:x})"),
    };
    text
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: &str) -> Result<Box<str>, String> {
        let mut scanner = Scanner::over(body.as_bytes()).unwrap();
        let stopped = |stop: Stop| format!("{} [{}:{}]", stop.message, stop.at.line, stop.at.column);
        scanner.text("string value").map_err(stopped)
    }

    #[test]
    fn escapes_become_characters() {
        assert_eq!(
            &*text(r#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude80z""#).unwrap(),
            "a\"\\/\u{8}\u{c}\n\r\té🚀z"
        );
        assert_eq!(&*text(r#""\ud83dx\ude80\ud83d\u0041""#).unwrap(), "?x??A");
    }

    #[test]
    fn wrong_escapes_and_bare_control_characters_are_named() {
        for (body, expected) in [
            (r#""\x""#, "Unrecognized character escape 'x' (code 120) [1:4]"),
            (
                r#""\u12g4""#,
                "Unexpected character ('g' (code 103)): expected a hex-digit for character escape sequence [1:7]",
            ),
            ("\"\\u12", "Unexpected end-of-input in character escape sequence [1:6]"),
            (
                "\"é\n\"",
                "Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using backslash to be included in string value [1:4]",
            ),
            ("\"abc", "Unexpected end-of-input: was expecting closing quote for a string value [1:5]"),
        ] {
            assert_eq!(text(body).unwrap_err(), expected);
        }
    }

    #[test]
    fn numbers_follow_the_grammar() {
        for body in ["0", "-0", "10.50", "1e5", "1E-07", "-12.5e+3"] {
            assert_eq!(Scanner::over(body.as_bytes()).unwrap().number().unwrap(), body);
        }
        for (body, expected) in [
            ("01", "Invalid numeric value: Leading zeroes not allowed"),
            (
                "-x",
                "Unexpected character ('x' (code 120)) in numeric value: expected digit (0-9) to follow minus sign, for valid numeric value",
            ),
            ("1.", "Unexpected end-of-input in numeric value"),
            (
                "1.}",
                "Unexpected character ('}' (code 125)) in numeric value: Decimal point not followed by a digit",
            ),
            (
                "1e+ ",
                "Unexpected character (' ' (code 32)) in numeric value: Exponent indicator not followed by a digit",
            ),
        ] {
            assert_eq!(Scanner::over(body.as_bytes()).unwrap().number().unwrap_err().message, expected);
        }
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_refused_with_their_place() {
        for (body, message, line, column) in [
            (&b"{\n\"\xff\"}"[..], "Invalid UTF-8 start byte 0xff", 2, 3),
            (b"\"\xc3(\"", "Invalid UTF-8 middle byte 0x28", 1, 3),
        ] {
            let Err(stop) = Scanner::over(body) else { panic!("accepted") };
            assert_eq!((&*stop.message, stop.at), (message, Position { line, column }));
        }
    }
}
