//! The text of a string literal. Outside LIKE an escaped wildcard is the character alone; inside
//! it the escape is what tells the character from a wildcard.

use std::ops::Deref;

use crate::lexer::unicode_unit;

/// The text of a quoted string with its escapes resolved. It can be read as a `str`.
///
/// ```
/// use mockorg_soql::tree::{PatternPart, Text};
///
/// let text = Text::from("50%");
/// assert_eq!(&*text, "50%");
/// assert_eq!(text.pattern().last(), Some(PatternPart::Run));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    value: Box<str>,
    /// Where in the value the wildcards stand that were escaped; in rising order.
    escaped: Box<[usize]>,
}

/// What a LIKE pattern asks of the text that it is matched with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternPart {
    /// `%`: any characters, or none.
    Run,
    /// `_`: one character.
    One,
    /// This character.
    Char(char),
}

impl Text {
    /// The text as LIKE reads it. `\%` and `\_` are the characters themselves; an escaped backslash
    /// does not escape what follows it.
    pub fn pattern(&self) -> impl Iterator<Item = PatternPart> {
        self.characters().map(|(character, is_escaped)| match character {
            '%' if !is_escaped => PatternPart::Run,
            '_' if !is_escaped => PatternPart::One,
            other => PatternPart::Char(other),
        })
    }

    /// The characters, each with whether it is a wildcard that was escaped.
    pub(crate) fn characters(&self) -> impl Iterator<Item = (char, bool)> {
        let mut escaped = self.escaped.iter().peekable();
        self.value
            .char_indices()
            .map(move |(at, character)| (character, escaped.next_if(|place| **place == at).is_some()))
    }

    /// The text of a quoted string whose escapes the lexer has found good.
    pub(crate) fn from_quoted(quoted: &str) -> Self {
        let inner = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or_default();
        if !inner.contains('\\') {
            return Self::from(inner);
        }
        let mut value = String::with_capacity(inner.len());
        let mut escaped = Vec::new();
        let mut rest = inner;
        while let Some(backslash) = rest.find('\\') {
            let (plain, escape) = rest.split_at(backslash);
            value.push_str(plain);
            let (character, width) = resolve(escape);
            if matches!(character, '%' | '_') && width == SIMPLE_ESCAPE {
                escaped.push(value.len());
            }
            value.push(character);
            rest = escape.get(width..).unwrap_or_default();
        }
        value.push_str(rest);
        Self { value: value.into(), escaped: escaped.into() }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.value
    }
}

impl From<&str> for Text {
    /// A text in which nothing was escaped.
    fn from(value: &str) -> Self {
        Self { value: value.into(), escaped: Box::default() }
    }
}

impl From<Text> for Box<str> {
    fn from(text: Text) -> Self {
        text.value
    }
}

/// How many bytes an escape has that is no `\uXXXX`.
const SIMPLE_ESCAPE: usize = 2;

/// What the escape at the beginning of `escape` stands for and how many bytes it takes.
fn resolve(escape: &str) -> (char, usize) {
    let bytes = escape.as_bytes();
    let simple = match bytes.get(1).copied().unwrap_or_default() {
        b'n' | b'N' => '\n',
        b'r' | b'R' => '\r',
        b't' | b'T' => '\t',
        b'b' | b'B' => '\u{8}',
        b'f' | b'F' => '\u{c}',
        b'u' => return resolve_unicode(bytes),
        itself => char::from(itself),
    };
    (simple, SIMPLE_ESCAPE)
}

/// As [`resolve`], for `\uXXXX` and for a pair of them that is one character beyond U+FFFF.
fn resolve_unicode(bytes: &[u8]) -> (char, usize) {
    let unit = unicode_unit(bytes).unwrap_or_default();
    let (code, width) = if (0xD800..0xDC00).contains(&unit) {
        let low = unicode_unit(bytes.get(6..).unwrap_or_default()).unwrap_or_default();
        (0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF), 12)
    } else {
        (unit, 6)
    };
    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(quoted: &str) -> String {
        let shown = |part| match part {
            PatternPart::Run => '*',
            PatternPart::One => '?',
            PatternPart::Char(character) => character,
        };
        Text::from_quoted(quoted).pattern().map(shown).collect()
    }

    #[test]
    fn a_plain_comparison_sees_every_escape_resolved() {
        assert_eq!(&*Text::from_quoted(r"'O\'Brien'"), "O'Brien");
        assert_eq!(&*Text::from_quoted(r"'a\nb\Rc\t\\d\u00e9'"), "a\nb\rc\t\\d\u{e9}");
        assert_eq!(&*Text::from_quoted(r"'100\% \_x'"), "100% _x");
        assert_eq!(&*Text::from_quoted(r"'\uD83D\uDE00'"), "\u{1F600}");
        assert_eq!(&*Text::from_quoted("''"), "");
    }

    #[test]
    fn an_escaped_backslash_before_a_wildcard_is_no_escape_of_the_wildcard() {
        assert_eq!(pattern(r"'\%'"), "%");
        assert_eq!(pattern(r"'\\%'"), r"\*");
        assert_eq!(pattern(r"'\\\%'"), r"\%");
        assert_eq!(pattern(r"'a\_b_c%\\_'"), r"a_b?c*\?");
    }

    #[test]
    fn a_wildcard_written_in_hexadecimal_is_a_wildcard() {
        assert_eq!(pattern(r"'\u0025\u005f'"), "*?");
    }
}
