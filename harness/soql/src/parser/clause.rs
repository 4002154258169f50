//! The clauses after the field list, other than WHERE and HAVING.

use super::{cursor::Cursor, expr, literal, words};
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    token::TokenKind,
    tree::{
        Count, DataCategory, FromItem, GroupBy, GroupKind, Name, OptionKind, OrderTerm, QueryOption, With,
    },
};

/// Takes the members of the FROM clause.
pub(super) fn from_items(cursor: &mut Cursor<'_>) -> Result<Vec<FromItem>, SyntaxError> {
    let mut items = vec![from_item(cursor)?];
    while cursor.eat(TokenKind::Comma) {
        items.push(from_item(cursor)?);
    }
    Ok(items)
}

fn from_item(cursor: &mut Cursor<'_>) -> Result<FromItem, SyntaxError> {
    let path = cursor.path()?;
    let alias = if cursor.eat_word("AS") {
        if words::is_forbidden_alias(cursor.text()) {
            return Err(cursor.unexpected());
        }
        Some(cursor.any_name()?)
    } else if at_from_alias(cursor) {
        Some(cursor.any_name()?)
    } else {
        None
    };
    Ok(FromItem { path, alias })
}

/// Whether an alias stands here and not the first word of a clause. The words that begin the
/// trailing clauses may be aliases, so the word after them decides.
fn at_from_alias(cursor: &Cursor<'_>) -> bool {
    if !cursor.at(TokenKind::Word) || words::is_forbidden_alias(cursor.text()) {
        return false;
    }
    let next = cursor.peek();
    let is_followed_by = |keywords: &[&str]| {
        next.kind == TokenKind::Word && words::is_one_of(next.text(cursor.source), keywords)
    };
    let begins_clause = (cursor.at_word("ORDER") && is_followed_by(&["BY"]))
        || (cursor.at_word("OFFSET") && matches!(next.kind, TokenKind::Number | TokenKind::Colon))
        || (cursor.at_word("ALL") && is_followed_by(&["ROWS"]));
    !begins_clause
}

/// Takes `USING SCOPE name` if it is there.
pub(super) fn scope(cursor: &mut Cursor<'_>) -> Result<Option<Name>, SyntaxError> {
    if !cursor.eat_word("USING") {
        return Ok(None);
    }
    if cursor.at(TokenKind::Word) && !cursor.at_word("SCOPE") {
        return Err(missing_scope(cursor));
    }
    let start = cursor.expect_word("SCOPE")?.start;
    if cursor.at_name() { cursor.any_name().map(Some) } else { Err(cursor.no_alternative(start)) }
}

/// The error of USING without SCOPE. The classic parser took the word for a scope and stumbled over
/// what follows it.
fn missing_scope(cursor: &Cursor<'_>) -> SyntaxError {
    let next = cursor.peek();
    let next_token = if next.kind == TokenKind::End { "<EOF>" } else { next.text(cursor.source) };
    cursor.error(SyntaxErrorKind::MissingScope {
        token: cursor.text().into(),
        next_token: next_token.into(),
        next_at: next.start,
    })
}

/// Takes the WITH clauses.
pub(super) fn with(cursor: &mut Cursor<'_>) -> Result<Vec<With>, SyntaxError> {
    let mut clauses = Vec::new();
    while cursor.at_word("WITH") {
        let start = cursor.advance().start;
        if !cursor.at_words("DATA", "CATEGORY") {
            if !cursor.at_name() {
                return Err(cursor.no_alternative(start));
            }
            clauses.push(With::Mode(cursor.any_name()?));
            continue;
        }
        cursor.advance();
        cursor.advance();
        let mut filters = vec![data_category(cursor)?];
        while cursor.eat_word("AND") {
            filters.push(data_category(cursor)?);
        }
        clauses.push(With::DataCategory(filters, cursor.span_from(start)));
    }
    Ok(clauses)
}

/// Takes one filter of WITH DATA CATEGORY.
pub(crate) fn data_category(cursor: &mut Cursor<'_>) -> Result<DataCategory, SyntaxError> {
    let group = cursor.name()?;
    if !words::is_one_of(cursor.text(), &["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"]) {
        return Err(if cursor.at_name() { cursor.missing(false) } else { cursor.unexpected() });
    }
    let selector = cursor.any_name()?;
    let mut categories = Vec::new();
    if cursor.eat(TokenKind::Open) {
        categories.push(cursor.name()?);
        while cursor.eat(TokenKind::Comma) {
            categories.push(cursor.name()?);
        }
        cursor.expect_close_before(&["AND", "GROUP", "ORDER", "LIMIT", "OFFSET", "FOR", "UPDATE"])?;
    } else {
        categories.push(cursor.name()?);
    }
    Ok(DataCategory { group, selector, categories })
}

/// Takes the GROUP BY clause if it is there.
pub(super) fn group_by(cursor: &mut Cursor<'_>) -> Result<Option<GroupBy>, SyntaxError> {
    if !cursor.at_word("GROUP") {
        return Ok(None);
    }
    let start = cursor.advance().start;
    cursor.expect_word("BY")?;
    let kind = if cursor.peek().kind != TokenKind::Open {
        GroupKind::Plain
    } else if cursor.at_word("ROLLUP") {
        GroupKind::Rollup
    } else if cursor.at_word("CUBE") {
        GroupKind::Cube
    } else {
        GroupKind::Plain
    };
    if kind != GroupKind::Plain {
        cursor.advance();
        cursor.advance();
    }
    let mut exprs = vec![expr::expr(cursor)?];
    while cursor.eat(TokenKind::Comma) {
        exprs.push(expr::expr(cursor)?);
    }
    if kind != GroupKind::Plain {
        cursor.expect_close_before(&["HAVING", "ORDER", "LIMIT", "OFFSET", "FOR", "UPDATE"])?;
    }
    Ok(Some(GroupBy { kind, exprs, span: cursor.span_from(start) }))
}

/// Takes the ORDER BY terms if the clause is there.
pub(crate) fn order_by(cursor: &mut Cursor<'_>) -> Result<Vec<OrderTerm>, SyntaxError> {
    if !cursor.eat_word("ORDER") {
        return Ok(Vec::new());
    }
    // Directly behind FROM an ORDER without BY has been taken for an alias.
    if cursor.at_name() && !cursor.at_word("BY") {
        return Err(cursor.missing(false));
    }
    cursor.expect_word("BY")?;
    let mut terms = vec![order_term(cursor)?];
    while cursor.eat(TokenKind::Comma) {
        terms.push(order_term(cursor)?);
    }
    Ok(terms)
}

fn order_term(cursor: &mut Cursor<'_>) -> Result<OrderTerm, SyntaxError> {
    let expr = expr::expr(cursor)?;
    let descending = cursor.eat_word("DESC");
    if !descending {
        cursor.eat_word("ASC");
    }
    let nulls_last = if !cursor.eat_word("NULLS") {
        None
    } else if cursor.eat_word("FIRST") {
        Some(false)
    } else {
        cursor.expect_word("LAST")?;
        Some(true)
    };
    Ok(OrderTerm { expr, descending, nulls_last })
}

/// Takes `LIMIT n` or `OFFSET n` if the keyword is there.
pub(crate) fn count(cursor: &mut Cursor<'_>, keyword: &str) -> Result<Option<Count>, SyntaxError> {
    if !cursor.eat_word(keyword) {
        return Ok(None);
    }
    let start = cursor.token.start;
    if cursor.at(TokenKind::Colon) && cursor.peek().kind == TokenKind::Word {
        return Err(cursor.error(SyntaxErrorKind::BindVariable));
    }
    let value = literal::integer(cursor)?;
    Ok(Some(Count { value, span: cursor.span_from(start) }))
}

/// Takes the options that end a query. A comma continues the keyword before it: `FOR VIEW,
/// REFERENCE`.
pub(super) fn options(cursor: &mut Cursor<'_>) -> Result<Vec<QueryOption>, SyntaxError> {
    const FOR: [(&str, OptionKind); 3] = [
        ("VIEW", OptionKind::ForView),
        ("REFERENCE", OptionKind::ForReference),
        ("UPDATE", OptionKind::ForUpdate),
    ];
    const UPDATE: [(&str, OptionKind); 2] =
        [("TRACKING", OptionKind::UpdateTracking), ("VIEWSTAT", OptionKind::UpdateViewstat)];
    const ALL: [(&str, OptionKind); 1] = [("ROWS", OptionKind::AllRows)];
    let mut options = Vec::new();
    loop {
        if cursor.at_word("FOR") {
            let start = cursor.token.start;
            option(cursor, &FOR, Some(start), &mut options)?;
        } else if cursor.at_word("UPDATE") {
            option(cursor, &UPDATE, None, &mut options)?;
        } else if cursor.at_word("ALL") {
            option(cursor, &ALL, None, &mut options)?;
        } else {
            return Ok(options);
        }
    }
}

/// Takes a keyword and what it applies to. An error shows the statement from `shown_from` on.
fn option(
    cursor: &mut Cursor<'_>,
    words: &[(&str, OptionKind)],
    mut shown_from: Option<usize>,
    options: &mut Vec<QueryOption>,
) -> Result<(), SyntaxError> {
    let mut start = cursor.advance().start;
    loop {
        let Some((_, kind)) = words.iter().find(|(word, _)| cursor.at_word(word)) else {
            return Err(cursor.no_alternative(shown_from.unwrap_or(cursor.token.start)));
        };
        cursor.advance();
        options.push(QueryOption { kind: *kind, span: cursor.span_from(start) });
        if !cursor.eat(TokenKind::Comma) {
            return Ok(());
        }
        start = cursor.token.start;
        shown_from = None;
    }
}
