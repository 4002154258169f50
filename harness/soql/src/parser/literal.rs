//! Literals: strings with their escapes, numbers, dates, date literals, currencies, binds.

use super::{
    cursor::Cursor,
    words::{DateLiteralKind, date_literal_kind},
};
use crate::{
    diagnostic::SyntaxError,
    lexer::is_plain_currency,
    token::TokenKind,
    tree::{Literal, LiteralValue, Text},
};

/// How many letters a currency code has.
const CODE_LETTERS: usize = 3;

/// Takes a literal.
pub(crate) fn literal(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = cursor.token.start;
    let text = cursor.text();
    let value = match cursor.token.kind {
        TokenKind::String => LiteralValue::String(Text::from_quoted(text)),
        TokenKind::Number => LiteralValue::Number(text.into()),
        TokenKind::Stray => return spaced_number(cursor),
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

/// Takes a number with blanks behind its sign.
fn spaced_number(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = cursor.token.start;
    let digits = cursor.peek();
    let is_number = digits.kind == TokenKind::Number && !is_sign(digits.text(cursor.source));
    if !is_sign(cursor.text()) || !is_number {
        return Err(cursor.unexpected());
    }
    let number = [cursor.text(), digits.text(cursor.source)].concat();
    cursor.advance();
    cursor.advance();
    Ok(Literal { value: LiteralValue::Number(number.into()), span: cursor.span_from(start) })
}

fn is_sign(text: &str) -> bool {
    text.starts_with(['-', '+'])
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
pub(crate) fn integer(cursor: &mut Cursor<'_>) -> Result<i64, SyntaxError> {
    match cursor.text().parse() {
        Ok(value) if cursor.at(TokenKind::Number) => {
            cursor.advance();
            Ok(value)
        }
        _ => Err(cursor.unexpected()),
    }
}

/// Takes `:name`, a path of Apex, which has other reserved words.
fn bind(cursor: &mut Cursor<'_>) -> Result<Literal, SyntaxError> {
    let start = cursor.token.start;
    cursor.advance();
    let first = cursor.any_name()?;
    let path = cursor.path_after(first)?;
    let names: Vec<&str> = path.names.iter().map(|name| name.text.as_ref()).collect();
    Ok(Literal { value: LiteralValue::Bind(names.join(".").into()), span: cursor.span_from(start) })
}

fn currency(text: &str) -> LiteralValue {
    let (code, amount) = text.split_at_checked(CODE_LETTERS).unwrap_or((text, ""));
    LiteralValue::Currency { code: code.to_ascii_uppercase().into(), amount: amount.into() }
}
