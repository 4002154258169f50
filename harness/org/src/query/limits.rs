//! The limits of a statement that no other file stands for. Their sizes are documented; unless noted, the
//! platform's words are not on record.

use mockorg_soql::tree::{Literal, LiteralValue, OrderTerm};

use super::{
    errors::{Refusal, Source},
    filter::Filter,
    scan,
    scope::Scope,
};
use crate::{ApiError, ErrorCode};

/// How many characters a text in WHERE may have.
const LONGEST_TEXT: usize = 4000;
/// How many terms ORDER BY may have.
const MOST_ORDER_TERMS: usize = 32;

/// Refuses texts that are too long for a condition.
///
/// # Errors
///
/// `MALFORMED_QUERY`.
pub(super) fn check_texts(source: Source<'_>, literals: &[Literal]) -> Result<(), Refusal> {
    for literal in literals {
        if let LiteralValue::String(text) = &literal.value
            && text.len() > LONGEST_TEXT
            && text.chars().count() > LONGEST_TEXT
        {
            let text = format!("a string in a WHERE clause may have at most {LONGEST_TEXT} characters");
            return Err(source.malformed(literal.span.start, &text));
        }
    }
    Ok(())
}

/// Refuses a condition that would take too long to hold against the records that can match.
///
/// # Errors
///
/// `QUERY_TIMEOUT`.
pub(super) fn check_steps(scope: &Scope<'_>, filter: &Filter) -> Result<(), Refusal> {
    let cost = filter.cost();
    let passes = |records: usize| (records as u64).saturating_mul(cost) <= scope.org.settings.query_steps;
    // An index is asked only where it could make a difference.
    if passes(scope.org.store.table(scope.root.index).len())
        || passes(scan::candidate_count(filter, scope.root, scope.org))
    {
        return Ok(());
    }
    let text = "Your query request was running for too long.";
    Err(ApiError::exception(ErrorCode::QueryTimeout, text).into())
}

/// Refuses an ORDER BY with too many terms.
///
/// # Errors
///
/// `MALFORMED_QUERY`; the code is documented.
pub(super) fn check_order(source: Source<'_>, terms: &[OrderTerm]) -> Result<(), Refusal> {
    match terms.get(MOST_ORDER_TERMS) {
        Some(term) => {
            let text = format!("a query may have at most {MOST_ORDER_TERMS} fields in its ORDER BY clause");
            Err(source.malformed(term.expr.span().start, &text))
        }
        None => Ok(()),
    }
}
