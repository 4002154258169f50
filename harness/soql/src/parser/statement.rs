//! The statement as a whole, and the queries inside it.

use super::{
    clause, condition,
    cursor::{Cursor, QUERY_DEPTH},
    select_list,
};
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    token::TokenKind,
    tree::Select,
};

/// How many characters a statement may have.
const MAX_CHARACTERS: usize = 100_000;

/// Parses one SOQL statement.
///
/// The tree keeps names as written and knows nothing of objects: a statement that parses may still
/// be refused by the org.
///
/// ```
/// let query = mockorg_soql::parse("SELECT Id, Owner.Name FROM Account LIMIT 5")?;
/// assert_eq!(query.items.len(), 2);
/// assert!(query.from[0].path.names[0].is("account"));
/// # Ok::<(), mockorg_soql::SyntaxError>(())
/// ```
///
/// # Errors
///
/// `MALFORMED_QUERY` when the text is no statement, and `QUERY_TOO_COMPLICATED` when it is nested
/// too deep. [`SyntaxError::message`] gives the platform's words.
pub fn parse(source: &str) -> Result<Select, SyntaxError> {
    if source.len() > MAX_CHARACTERS && source.chars().count() > MAX_CHARACTERS {
        return Err(SyntaxError { kind: SyntaxErrorKind::TooLong, at: 0 });
    }
    let mut cursor = Cursor::new(source);
    if cursor.at(TokenKind::End) {
        return Err(SyntaxError { kind: SyntaxErrorKind::Empty, at: 0 });
    }
    let select = select(&mut cursor)?;
    if cursor.at(TokenKind::End) {
        return Ok(select);
    }
    Err(cursor.error(SyntaxErrorKind::Leftover(cursor.text().into())))
}

/// Takes a query in a field list: FROM follows it, or another item.
pub(super) fn child_query(cursor: &mut Cursor<'_>) -> Result<Box<Select>, SyntaxError> {
    let select = opened_query(cursor)?;
    if cursor.at_word("FROM") {
        cursor.expect_close_before(&["FROM"])?;
    } else {
        cursor.expect_close()?;
    }
    Ok(select)
}

/// Takes a query in a condition; `followers` are the words that may follow it.
pub(super) fn semi_join(cursor: &mut Cursor<'_>, followers: &[&str]) -> Result<Box<Select>, SyntaxError> {
    let select = opened_query(cursor)?;
    cursor.expect_close_before(followers)?;
    Ok(select)
}

/// Takes a query in parentheses up to the closing one.
fn opened_query(cursor: &mut Cursor<'_>) -> Result<Box<Select>, SyntaxError> {
    cursor.expect(TokenKind::Open)?;
    cursor.nested(QUERY_DEPTH, select).map(Box::new)
}

fn select(cursor: &mut Cursor<'_>) -> Result<Select, SyntaxError> {
    let start = cursor.token.start;
    let items = select_list::select_list(cursor)?;
    select_list::expect_from(cursor)?;
    let from = clause::from_items(cursor)?;
    let scope = clause::scope(cursor)?;
    let condition = if cursor.eat_word("WHERE") { Some(condition::condition(cursor)?) } else { None };
    let with = clause::with(cursor)?;
    let group_by = clause::group_by(cursor)?;
    let has_having = group_by.is_some() && cursor.eat_word("HAVING");
    let having = if has_having { Some(condition::condition(cursor)?) } else { None };
    let order_by = clause::order_by(cursor)?;
    let limit = clause::count(cursor, "LIMIT")?;
    let offset = clause::count(cursor, "OFFSET")?;
    let options = clause::options(cursor)?;
    let span = cursor.span_from(start);
    Ok(Select {
        items,
        from,
        scope,
        condition,
        with,
        group_by,
        having,
        order_by,
        limit,
        offset,
        options,
        span,
    })
}
