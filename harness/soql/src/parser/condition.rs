//! Conditions of WHERE and HAVING. AND and OR have no precedence: one condition uses one of them,
//! and parentheses are needed to mix them.

use super::{
    cursor::{CONDITION_DEPTH, Cursor},
    expr, literal, statement,
};
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    token::TokenKind,
    tree::{Comparison, Condition, Operand, Operator, Span},
};

/// Takes a condition, up to the first token that does not continue it.
pub(super) fn condition(cursor: &mut Cursor<'_>) -> Result<Condition, SyntaxError> {
    let first = term(cursor)?;
    if cursor.at_word("AND") {
        Ok(Condition::And(joined(cursor, first, "AND")?))
    } else if cursor.at_word("OR") {
        Ok(Condition::Or(joined(cursor, first, "OR")?))
    } else {
        Ok(first)
    }
}

/// Takes the rest of a chain of one connective. The other one is left for the caller to refuse.
fn joined(
    cursor: &mut Cursor<'_>,
    first: Condition,
    connective: &str,
) -> Result<Vec<Condition>, SyntaxError> {
    let mut members = vec![first];
    while cursor.eat_word(connective) {
        members.push(term(cursor)?);
    }
    Ok(members)
}

fn term(cursor: &mut Cursor<'_>) -> Result<Condition, SyntaxError> {
    if cursor.eat_word("NOT") {
        let negated = cursor.nested(CONDITION_DEPTH, term)?;
        return Ok(Condition::Not(Box::new(negated)));
    }
    if cursor.eat(TokenKind::Open) {
        let inner = cursor.nested(CONDITION_DEPTH, condition)?;
        cursor.expect_close()?;
        return Ok(inner);
    }
    comparison(cursor).map(Condition::Comparison)
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<Comparison, SyntaxError> {
    let left = expr::expr(cursor)?;
    let start = left.span().start;
    let (operator, operator_span) = operator(cursor)?;
    let right = match operator {
        Operator::In | Operator::NotIn => members(cursor, start)?,
        Operator::Includes | Operator::Excludes => list_or_bind(cursor, start)?,
        Operator::Like if cursor.at_word("NULL") => {
            return Err(cursor.error(SyntaxErrorKind::LikeNull(cursor.text().into())));
        }
        _ => Operand::Literal(literal::literal(cursor)?),
    };
    Ok(Comparison { left, operator, operator_span, right, span: cursor.span_from(start) })
}

fn operator(cursor: &mut Cursor<'_>) -> Result<(Operator, Span), SyntaxError> {
    let start = cursor.token.start;
    let operator = match cursor.token.kind {
        TokenKind::Equal => Operator::Equal,
        TokenKind::NotEqual => Operator::NotEqual,
        TokenKind::Less => Operator::Less,
        TokenKind::LessOrEqual => Operator::LessOrEqual,
        TokenKind::Greater => Operator::Greater,
        TokenKind::GreaterOrEqual => Operator::GreaterOrEqual,
        TokenKind::Word => word_operator(cursor)?,
        _ => return Err(cursor.unexpected()),
    };
    cursor.advance();
    Ok((operator, cursor.span_from(start)))
}

/// The operator that is a word; its last word is left to be taken.
fn word_operator(cursor: &mut Cursor<'_>) -> Result<Operator, SyntaxError> {
    let words = [
        ("LIKE", Operator::Like),
        ("IN", Operator::In),
        ("INCLUDES", Operator::Includes),
        ("EXCLUDES", Operator::Excludes),
    ];
    if let Some((_, operator)) = words.into_iter().find(|(word, _)| cursor.at_word(word)) {
        return Ok(operator);
    }
    cursor.expect_word("NOT")?;
    if cursor.at_word("IN") { Ok(Operator::NotIn) } else { Err(cursor.unexpected()) }
}

/// Takes what IN compares with: a list, a subquery, or a bind. `start` is where the field stands.
fn members(cursor: &mut Cursor<'_>, start: usize) -> Result<Operand, SyntaxError> {
    if cursor.at(TokenKind::Open) && cursor.peek().is_word(cursor.source, "SELECT") {
        return statement::subquery(cursor).map(Operand::Subquery);
    }
    list_or_bind(cursor, start)
}

fn list_or_bind(cursor: &mut Cursor<'_>, start: usize) -> Result<Operand, SyntaxError> {
    if cursor.at(TokenKind::Colon) {
        return literal::literal(cursor).map(Operand::Literal);
    }
    let open = cursor.expect(TokenKind::Open)?.start;
    if cursor.at(TokenKind::Close) {
        let construct = cursor.source.get(start..cursor.token.end).unwrap_or_default().into();
        let token = cursor.text().into();
        return Err(cursor.error(SyntaxErrorKind::NoAlternative { construct, token }));
    }
    let mut literals = vec![literal::literal(cursor)?];
    while cursor.eat(TokenKind::Comma) {
        literals.push(literal::literal(cursor)?);
    }
    cursor.expect_close()?;
    Ok(Operand::List(literals, cursor.span_from(open)))
}
