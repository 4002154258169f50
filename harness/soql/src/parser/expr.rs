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
pub(super) fn expr(cursor: &mut Cursor<'_>) -> Result<Expr, SyntaxError> {
    path_or_call(cursor, 0)
}

fn path_or_call(cursor: &mut Cursor<'_>, calls: usize) -> Result<Expr, SyntaxError> {
    let name = cursor.name()?;
    if !cursor.at(TokenKind::Open) {
        return Ok(Expr::Field(cursor.path_after(name)?));
    }
    if calls == MAX_CALLS {
        return Err(cursor.error(SyntaxErrorKind::NestedFunction));
    }
    Ok(Expr::Call(call(cursor, name, calls + 1)?))
}

fn call(cursor: &mut Cursor<'_>, name: Name, calls: usize) -> Result<Call, SyntaxError> {
    cursor.expect(TokenKind::Open)?;
    let mut args = Vec::new();
    if !cursor.at(TokenKind::Close) {
        args.push(argument(cursor, calls)?);
        while cursor.eat(TokenKind::Comma) {
            args.push(argument(cursor, calls)?);
        }
    }
    cursor.expect_close()?;
    let span = cursor.span_from(name.span.start);
    Ok(Call { name, args, span })
}

fn argument(cursor: &mut Cursor<'_>, calls: usize) -> Result<Expr, SyntaxError> {
    if cursor.at_name() {
        return path_or_call(cursor, calls);
    }
    literal::literal(cursor).map(Expr::Literal)
}
