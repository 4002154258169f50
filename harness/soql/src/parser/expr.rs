//! Expressions: field paths and function calls.

use super::{cursor::Cursor, literal};
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    token::TokenKind,
    tree::{Call, Expr, Name},
};

/// How many functions may stand in each other, the outermost included.
const MAX_CALLS: usize = 2;

/// Takes a field path or a function call.
pub(crate) fn expr(cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    expr_shown_from(cursor, cursor.token.start)
}

/// As [`expr`]; an error in a function call shows what was read from `start` on.
pub(super) fn expr_shown_from(cursor: &mut Cursor<'_>, start: usize) -> Result<Expr, SyntaxError> {
    path_or_call(cursor, start, 0)
}

/// Takes a field path or a function call that stands in so many calls. `start` is where the outermost
/// of them begins: an error shows all that was read of it.
fn path_or_call(cursor: &mut Cursor<'_>, start: usize, calls: usize) -> Result<Expr, SyntaxError> {
    let name = cursor.name()?;
    if !cursor.at(TokenKind::Open) {
        return Ok(Expr::Field(cursor.path_after(name)?));
    }
    if calls == MAX_CALLS {
        return Err(cursor.error(SyntaxErrorKind::NestedFunction));
    }
    Ok(Expr::Call(call(cursor, name, start, calls + 1)?))
}

fn call(cursor: &mut Cursor<'_>, name: Name, start: usize, calls: usize) -> Result<Call, SyntaxError> {
    cursor.expect(TokenKind::Open)?;
    let mut args = vec![argument(cursor, start, calls)?];
    while cursor.eat(TokenKind::Comma) {
        args.push(argument(cursor, start, calls)?);
    }
    if !cursor.eat(TokenKind::Close) {
        return Err(cursor.unclosed_call(start));
    }
    let span = cursor.span_from(name.span.start);
    Ok(Call { name, args, span })
}

fn argument(cursor: &mut Cursor<'_>, start: usize, calls: usize) -> Result<Expr, SyntaxError> {
    if cursor.at_name() {
        return path_or_call(cursor, start, calls);
    }
    match literal::literal(cursor) {
        Ok(literal) => Ok(Expr::Literal(literal)),
        Err(SyntaxError { kind: SyntaxErrorKind::Unexpected(_), .. }) => Err(cursor.no_alternative(start)),
        Err(error) => Err(error),
    }
}
