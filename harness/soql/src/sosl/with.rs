//! The WITH clauses of a search. Any order and any repetition is taken: orgs are on record to do so.

use super::{
    diagnostic::{SearchError, SearchErrorKind},
    tree::{Quoted, SearchWith, WithKind},
};
use crate::{
    diagnostic::SyntaxError,
    parser::{clause, cursor::Cursor, literal},
    token::TokenKind,
    tree::{Count, LiteralValue},
};

/// Takes the WITH clauses.
pub(super) fn with(cursor: &mut Cursor<'_>) -> Result<Vec<SearchWith>, SearchError> {
    let mut clauses = Vec::new();
    while cursor.at_word("WITH") {
        let start = cursor.advance().start;
        let kind = kind(cursor)?;
        clauses.push(SearchWith { kind, span: cursor.span_from(start) });
    }
    Ok(clauses)
}

fn kind(cursor: &mut Cursor<'_>) -> Result<WithKind, SearchError> {
    if cursor.eat_word("DIVISION") {
        return Ok(WithKind::Division(equal_text(cursor)?));
    }
    if cursor.eat_word("DATA") {
        cursor.expect_word("CATEGORY")?;
        let mut filters = vec![clause::data_category(cursor)?];
        while cursor.eat_word("AND") {
            filters.push(clause::data_category(cursor)?);
        }
        return Ok(WithKind::DataCategory(filters));
    }
    if cursor.eat_word("SNIPPET") {
        return Ok(WithKind::Snippet(target_length(cursor)?));
    }
    if cursor.eat_word("NETWORK") {
        return Ok(WithKind::Network(networks(cursor)?));
    }
    if cursor.eat_word("PRICEBOOKID") {
        if cursor.at_word("IN") {
            return Err(SearchError { kind: SearchErrorKind::PricebookList, at: cursor.token.start });
        }
        return Ok(WithKind::PricebookId(equal_text(cursor)?));
    }
    if cursor.eat_word("METADATA") {
        return Ok(WithKind::Metadata(equal_text(cursor)?));
    }
    if cursor.eat_word("HIGHLIGHT") {
        return Ok(WithKind::Highlight);
    }
    cursor.expect_word("SPELL_CORRECTION")?;
    cursor.expect(TokenKind::Equal)?;
    if cursor.eat_word("TRUE") {
        return Ok(WithKind::SpellCorrection(true));
    }
    cursor.expect_word("FALSE")?;
    Ok(WithKind::SpellCorrection(false))
}

fn equal_text(cursor: &mut Cursor<'_>) -> Result<Quoted, SyntaxError> {
    cursor.expect(TokenKind::Equal)?;
    text(cursor)
}

fn text(cursor: &mut Cursor<'_>) -> Result<Quoted, SyntaxError> {
    if cursor.at(TokenKind::String) {
        let literal = literal::literal(cursor)?;
        if let LiteralValue::String(value) = literal.value {
            return Ok(Quoted { value: value.into(), span: literal.span });
        }
    }
    Err(cursor.unexpected())
}

fn target_length(cursor: &mut Cursor<'_>) -> Result<Option<Count>, SyntaxError> {
    if !cursor.eat(TokenKind::Open) {
        return Ok(None);
    }
    cursor.expect_word("TARGET_LENGTH")?;
    cursor.expect(TokenKind::Equal)?;
    let start = cursor.token.start;
    let value = literal::integer(cursor)?;
    let span = cursor.span_from(start);
    cursor.expect_close()?;
    Ok(Some(Count { value, span }))
}

fn networks(cursor: &mut Cursor<'_>) -> Result<Vec<Quoted>, SyntaxError> {
    if !cursor.eat_word("IN") {
        return Ok(vec![equal_text(cursor)?]);
    }
    cursor.expect(TokenKind::Open)?;
    let mut networks = vec![text(cursor)?];
    while cursor.eat(TokenKind::Comma) {
        networks.push(text(cursor)?);
    }
    cursor.expect_close()?;
    Ok(networks)
}
