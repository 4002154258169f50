//! The field list: expressions with aliases, child subqueries, TYPEOF.

use super::{cursor::Cursor, expr, statement, words};
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    token::TokenKind,
    tree::{Call, Expr, Name, Path, SelectItem, TypeOf},
};

/// How many items a field list gets room for at first.
const USUAL_ITEMS: usize = 8;

/// Takes SELECT and its field list, up to FROM.
pub(super) fn select_list(cursor: &mut Cursor<'_>) -> Result<Vec<SelectItem>, SyntaxError> {
    let select = cursor.expect_word("SELECT")?;
    if !cursor.at_name() && !cursor.at(TokenKind::Open) {
        return Err(cursor.no_alternative(select.start));
    }
    let mut start = cursor.token.start;
    if cursor.at_word("COUNT") {
        match cursor.peek_two().map(|token| token.kind) {
            [TokenKind::Open, TokenKind::Close] => return Ok(vec![lone_count(cursor)?]),
            [TokenKind::Open, kind] if kind != TokenKind::Word => {
                // The platform decides at SELECT whether COUNT() follows, and so shows SELECT with it.
                start = select.start;
            }
            _ => {}
        }
    }
    let mut items = Vec::with_capacity(USUAL_ITEMS);
    items.push(item(cursor, start)?);
    while cursor.eat(TokenKind::Comma) {
        items.push(item(cursor, cursor.token.start)?);
    }
    Ok(items)
}

/// Takes `COUNT()`, the one call without an argument; it is the only item of its list.
fn lone_count(cursor: &mut Cursor<'_>) -> Result<SelectItem, SyntaxError> {
    let name = cursor.any_name()?;
    cursor.expect(TokenKind::Open)?;
    cursor.expect(TokenKind::Close)?;
    let span = cursor.span_from(name.span.start);
    Ok(SelectItem::Expr { expr: Expr::Call(Call { name, args: Vec::new(), span }), alias: None })
}

/// Takes FROM. Where it is missing or misspelt, a misspelt one has become the last item's alias, and
/// the object's name now stands where FROM should.
pub(super) fn expect_from(cursor: &mut Cursor<'_>) -> Result<(), SyntaxError> {
    if cursor.eat_word("FROM") {
        return Ok(());
    }
    let is_object = cursor.at_name() || cursor.at_word("GROUP");
    if is_object && !cursor.peek().is_word(cursor.source, "FROM") {
        return Err(cursor.error(SyntaxErrorKind::MissingFrom(cursor.text().into())));
    }
    Err(cursor.unexpected())
}

/// Takes one item; `start` is where an error in a function call begins to show it.
fn item(cursor: &mut Cursor<'_>, start: usize) -> Result<SelectItem, SyntaxError> {
    if cursor.at(TokenKind::Open) {
        return statement::child_query(cursor).map(SelectItem::Subquery);
    }
    if at_type_of(cursor) {
        return type_of(cursor).map(SelectItem::TypeOf);
    }
    let expr = expr::expr_shown_from(cursor, start)?;
    let alias = if at_alias(cursor) { Some(cursor.any_name()?) } else { None };
    Ok(SelectItem::Expr { expr, alias })
}

fn at_alias(cursor: &Cursor<'_>) -> bool {
    cursor.at(TokenKind::Word) && !words::is_forbidden_alias(cursor.text())
}

fn at_type_of(cursor: &Cursor<'_>) -> bool {
    if !cursor.at_word("TYPEOF") {
        return false;
    }
    let next = cursor.peek();
    next.kind == TokenKind::Word && !next.is_word(cursor.source, "FROM")
}

fn type_of(cursor: &mut Cursor<'_>) -> Result<TypeOf, SyntaxError> {
    let start = cursor.expect_word("TYPEOF")?.start;
    let path = cursor.path()?;
    let mut whens = vec![when(cursor)?];
    while cursor.at_word("WHEN") {
        whens.push(when(cursor)?);
    }
    let otherwise = if cursor.eat_word("ELSE") { fields(cursor)? } else { Vec::new() };
    cursor.expect_word("END")?;
    Ok(TypeOf { path, whens, otherwise, span: cursor.span_from(start) })
}

fn when(cursor: &mut Cursor<'_>) -> Result<(Name, Vec<Path>), SyntaxError> {
    cursor.expect_word("WHEN")?;
    let object = cursor.name()?;
    if cursor.at_name() && !cursor.at_word("THEN") {
        return Err(cursor.missing(false));
    }
    cursor.expect_word("THEN")?;
    Ok((object, fields(cursor)?))
}

fn fields(cursor: &mut Cursor<'_>) -> Result<Vec<Path>, SyntaxError> {
    let mut fields = vec![cursor.path()?];
    while cursor.eat(TokenKind::Comma) {
        fields.push(cursor.path()?);
    }
    Ok(fields)
}
