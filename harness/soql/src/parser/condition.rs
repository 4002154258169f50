//! Conditions of WHERE and HAVING. There is no precedence: one condition is a comparison, a chain of
//! AND, a chain of OR, or a NOT, and parentheses are needed to mix them.

use super::{
    cursor::{CONDITION_DEPTH, Cursor},
    expr, literal, statement,
};
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    token::TokenKind,
    tree::{Comparison, Condition, Operand, Operator, Span},
};

/// The words that may follow a condition.
const FOLLOWERS: [&str; 9] = ["AND", "OR", "WITH", "GROUP", "ORDER", "LIMIT", "OFFSET", "FOR", "UPDATE"];

/// Takes a condition, up to the first token that does not continue it. A NOT is a whole condition:
/// neither can AND follow it nor can it follow AND.
pub(crate) fn condition(cursor: &mut Cursor<'_>) -> Result<Condition, SyntaxError> {
    if cursor.eat_word("NOT") {
        return Ok(Condition::Not(Box::new(term(cursor)?)));
    }
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
    if cursor.eat(TokenKind::Open) {
        let inner = cursor.nested(CONDITION_DEPTH, condition)?;
        cursor.expect_close_before(&FOLLOWERS)?;
        return Ok(inner);
    }
    comparison(cursor).map(Condition::Comparison)
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<Comparison, SyntaxError> {
    let left = expr::expr(cursor)?;
    let start = left.span().start;
    let (operator, operator_span) = operator(cursor, start)?;
    let right = match operator {
        Operator::In | Operator::NotIn => members(cursor, start)?,
        Operator::Includes | Operator::Excludes if cursor.at(TokenKind::String) => {
            return Err(cursor.missing(false));
        }
        Operator::Includes | Operator::Excludes => list_or_bind(cursor, None)?,
        Operator::Like if cursor.at_word("NULL") => {
            return Err(cursor.error(SyntaxErrorKind::LikeNull(cursor.text().into())));
        }
        _ => Operand::Literal(literal::literal(cursor)?),
    };
    Ok(Comparison { left, operator, operator_span, right, span: cursor.span_from(start) })
}

/// Takes an operator. `left` is where the comparison begins.
fn operator(cursor: &mut Cursor<'_>, left: usize) -> Result<(Operator, Span), SyntaxError> {
    let start = cursor.token.start;
    let operator = match cursor.token.kind {
        TokenKind::Equal => Operator::Equal,
        TokenKind::NotEqual => Operator::NotEqual,
        TokenKind::Less => Operator::Less,
        TokenKind::LessOrEqual => Operator::LessOrEqual,
        TokenKind::Greater => Operator::Greater,
        TokenKind::GreaterOrEqual => Operator::GreaterOrEqual,
        TokenKind::Word => word_operator(cursor, left)?,
        _ => return Err(cursor.no_alternative(left)),
    };
    cursor.advance();
    // A blank may stand before the equals sign of an order.
    let operator = match operator {
        Operator::Less if cursor.eat(TokenKind::Equal) => Operator::LessOrEqual,
        Operator::Greater if cursor.eat(TokenKind::Equal) => Operator::GreaterOrEqual,
        other => other,
    };
    Ok((operator, cursor.span_from(start)))
}

/// The operator that is a word; its last word is left to be taken.
fn word_operator(cursor: &mut Cursor<'_>, left: usize) -> Result<Operator, SyntaxError> {
    let words = [
        ("LIKE", Operator::Like),
        ("IN", Operator::In),
        ("INCLUDES", Operator::Includes),
        ("EXCLUDES", Operator::Excludes),
    ];
    if let Some((_, operator)) = words.into_iter().find(|(word, _)| cursor.at_word(word)) {
        return Ok(operator);
    }
    if cursor.eat_word("NOT") && cursor.at_word("IN") {
        return Ok(Operator::NotIn);
    }
    Err(cursor.no_alternative(left))
}

/// Takes what IN compares with: a list, a subquery, or a bind. `start` is where the field stands.
fn members(cursor: &mut Cursor<'_>, start: usize) -> Result<Operand, SyntaxError> {
    if cursor.at(TokenKind::Open) && cursor.peek().is_word(cursor.source, "SELECT") {
        return statement::semi_join(cursor, &FOLLOWERS).map(Operand::Subquery);
    }
    list_or_bind(cursor, Some(start))
}

/// Takes a list or a bind. `start` is where the comparison begins if an error is to show all of it.
fn list_or_bind(cursor: &mut Cursor<'_>, start: Option<usize>) -> Result<Operand, SyntaxError> {
    if cursor.at(TokenKind::Colon) {
        return literal::literal(cursor).map(Operand::Literal);
    }
    let misplaced = |cursor: &Cursor<'_>| match start {
        Some(start) => cursor.no_alternative(start),
        None => cursor.unexpected(),
    };
    let open = cursor.token.start;
    if !cursor.eat(TokenKind::Open) || cursor.at(TokenKind::Close) {
        return Err(misplaced(cursor));
    }
    let mut literals = vec![literal::literal(cursor)?];
    while cursor.eat(TokenKind::Comma) {
        literals.push(literal::literal(cursor)?);
    }
    cursor.expect_close_before(&FOLLOWERS)?;
    Ok(Operand::List(literals, cursor.span_from(open)))
}
