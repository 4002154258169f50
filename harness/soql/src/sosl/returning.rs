//! RETURNING: the objects, and what each of them says in its parentheses.

use super::{
    diagnostic::{SearchError, SearchErrorKind},
    tree::Returning,
};
use crate::{
    diagnostic::SyntaxError,
    parser::{clause, condition, cursor::Cursor, expr, words},
    token::TokenKind,
    tree::{Name, SelectItem},
};

/// Takes the RETURNING clause if it is there.
pub(super) fn returning(cursor: &mut Cursor<'_>) -> Result<Vec<Returning>, SearchError> {
    if !cursor.eat_word("RETURNING") {
        return Ok(Vec::new());
    }
    let mut objects = vec![object(cursor)?];
    while cursor.eat(TokenKind::Comma) {
        objects.push(object(cursor)?);
    }
    Ok(objects)
}

fn object(cursor: &mut Cursor<'_>) -> Result<Returning, SearchError> {
    let object = cursor.name()?;
    let mut returning = Returning {
        span: object.span,
        object,
        fields: Vec::new(),
        list_view: None,
        condition: None,
        order_by: Vec::new(),
        limit: None,
        offset: None,
    };
    if !cursor.eat(TokenKind::Open) {
        return Ok(returning);
    }
    returning.fields.push(field(cursor)?);
    while cursor.eat(TokenKind::Comma) {
        returning.fields.push(field(cursor)?);
    }
    // The guide's syntax has the list view behind the condition, its examples and the clients'
    // grammars before.
    returning.list_view = list_view(cursor)?;
    if cursor.eat_word("WHERE") {
        returning.condition = Some(condition::condition(cursor)?);
    }
    if returning.list_view.is_none() {
        returning.list_view = list_view(cursor)?;
    }
    returning.order_by = clause::order_by(cursor)?;
    returning.limit = clause::count(cursor, "LIMIT")?;
    returning.offset = clause::count(cursor, "OFFSET")?;
    cursor.expect_close_before(&["WITH", "UPDATE"])?;
    returning.span = cursor.span_from(returning.object.span.start);
    Ok(returning)
}

fn field(cursor: &mut Cursor<'_>) -> Result<SelectItem, SyntaxError> {
    let expr = expr::expr(cursor)?;
    let alias = if at_alias(cursor) { Some(cursor.any_name()?) } else { None };
    Ok(SelectItem::Expr { expr, alias })
}

/// Whether an alias stands here. Two words that begin clauses may be aliases, so the token after
/// them decides.
fn at_alias(cursor: &Cursor<'_>) -> bool {
    if !cursor.at(TokenKind::Word) || words::is_forbidden_alias(cursor.text()) {
        return false;
    }
    let begins_clause = cursor.at_words("ORDER", "BY")
        || (cursor.at_word("OFFSET") && matches!(cursor.peek().kind, TokenKind::Number | TokenKind::Colon));
    !begins_clause
}

/// Takes `USING ListView = name` if it is there.
fn list_view(cursor: &mut Cursor<'_>) -> Result<Option<Name>, SearchError> {
    if !cursor.eat_word("USING") {
        return Ok(None);
    }
    cursor.expect_word("LISTVIEW")?;
    if cursor.at(TokenKind::Open) {
        return Err(SearchError { kind: SearchErrorKind::UsingExpression, at: cursor.token.start });
    }
    cursor.expect(TokenKind::Equal)?;
    Ok(Some(cursor.any_name()?))
}
