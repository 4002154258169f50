//! Literals: strings with their escapes, numbers, dates, date literals, currencies, binds.

use super::{
    cursor::Cursor,
    words::{DateLiteralKind, date_literal_kind},
};
use crate::{
    diagnostic::SyntaxError,
    lexer::{is_plain_currency, unicode_unit},
    token::TokenKind,
    tree::{Literal, LiteralValue},
};

/// How many letters a currency code has.
const CODE_LETTERS: usize = 3;

/// Takes a literal.
pub(super) fn literal(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = cursor.token.start;
    let text = cursor.text();
    let value = match cursor.token.kind {
        TokenKind::String => LiteralValue::String(unescape(text)),
        TokenKind::Number => LiteralValue::Number(text.into()),
        TokenKind::Date => LiteralValue::Date(text.into()),
        TokenKind::DateTime => LiteralValue::DateTime(text.into()),
        TokenKind::Time => LiteralValue::Time(text.into()),
        TokenKind::Currency => currency(text),
        TokenKind::Colon => return bind(cursor),
        TokenKind::Word => return word(cursor),
        _ => return Err(cursor.unexpected()),
    };
    cursor.advance();
    Ok(Literal { value, span: cursor.span_from(start) })
}

/// Takes a literal that is a word: null, a truth value, a date literal or a currency.
fn word(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = cursor.token.start;
    let text = cursor.text();
    let value = if text.eq_ignore_ascii_case("null") {
        LiteralValue::Null
    } else if text.eq_ignore_ascii_case("true") {
        LiteralValue::Bool(true)
    } else if text.eq_ignore_ascii_case("false") {
        LiteralValue::Bool(false)
    } else if let Some(kind) = date_literal_kind(text) {
        return date_literal(cursor, kind);
    } else if is_plain_currency(text.as_bytes()) {
        currency(text)
    } else {
        return Err(cursor.unexpected());
    };
    cursor.advance();
    Ok(Literal { value, span: cursor.span_from(start) })
}

fn date_literal(cursor: &mut Cursor<'_>, kind: DateLiteralKind) -> Result<Literal, SyntaxError> {
    let start = cursor.token.start;
    let name = cursor.text().to_ascii_uppercase().into();
    cursor.advance();
    let n = match kind {
        DateLiteralKind::Plain => None,
        DateLiteralKind::Counted => {
            cursor.expect(TokenKind::Colon)?;
            Some(integer(cursor)?)
        }
    };
    Ok(Literal { value: LiteralValue::DateLiteral { name, n }, span: cursor.span_from(start) })
}

/// Takes a whole number; anything else is out of place.
pub(super) fn integer(cursor: &mut Cursor<'_>) -> Result<i64, SyntaxError> {
    match cursor.text().parse() {
        Ok(value) if cursor.at(TokenKind::Number) => {
            cursor.advance();
            Ok(value)
        }
        _ => Err(cursor.unexpected()),
    }
}

/// Takes `:name`, a path of Apex.
fn bind(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = cursor.token.start;
    cursor.advance();
    let path = cursor.path()?;
    let names: Vec<&str> = path.names.iter().map(|name| name.text.as_ref()).collect();
    Ok(Literal { value: LiteralValue::Bind(names.join(".").into()), span: cursor.span_from(start) })
}

fn currency(text: &str) -> LiteralValue {
    let (code, amount) = text.split_at_checked(CODE_LETTERS).unwrap_or((text, ""));
    LiteralValue::Currency { code: code.to_ascii_uppercase().into(), amount: amount.into() }
}

/// The value of a quoted string whose escapes the lexer has found good.
fn unescape(quoted: &str) -> Box<str> {
    let inner = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or_default();
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut value = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(backslash) = rest.find('\\') {
        let (plain, escape) = rest.split_at(backslash);
        value.push_str(plain);
        let (resolved, width) = resolve(escape);
        match resolved {
            Some(character) => value.push(character),
            None => value.push_str(escape.get(..width).unwrap_or_default()),
        }
        rest = escape.get(width..).unwrap_or_default();
    }
    value.push_str(rest);
    value.into()
}

/// What the escape at the beginning of `escape` stands for and how many bytes it takes; nothing
/// when it stays as written, as the escaped wildcards of LIKE do.
fn resolve(escape: &str) -> (Option<char>, usize) {
    let bytes = escape.as_bytes();
    match bytes.get(1).copied().unwrap_or_default() {
        b'n' | b'N' => (Some('\n'), 2),
        b'r' | b'R' => (Some('\r'), 2),
        b't' | b'T' => (Some('\t'), 2),
        b'b' | b'B' => (Some('\u{8}'), 2),
        b'f' | b'F' => (Some('\u{c}'), 2),
        b'u' => match unicode_unit(bytes) {
            Some(high @ 0xD800..=0xDBFF) => {
                let low = unicode_unit(bytes.get(6..).unwrap_or_default()).unwrap_or_default();
                let code = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
                (char::from_u32(code), 12)
            }
            unit => (unit.and_then(char::from_u32), 6),
        },
        quoted @ (b'"' | b'\'' | b'\\') => (Some(char::from(quoted)), 2),
        _ => (None, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_but_those_of_wildcards_stay() {
        assert_eq!(&*unescape(r"'O\'Brien'"), "O'Brien");
        assert_eq!(&*unescape(r"'a\nb\Rc\t\\d\u00e9'"), "a\nb\rc\t\\d\u{e9}");
        assert_eq!(&*unescape(r"'100\% \_x'"), r"100\% \_x");
        assert_eq!(&*unescape(r"'\uD83D\uDE00'"), "\u{1F600}");
        assert_eq!(&*unescape("''"), "");
    }
}
