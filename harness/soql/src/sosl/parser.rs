//! The search as a whole: FIND, IN, LIMIT and UPDATE, and the order of the clauses.

use super::{
    diagnostic::{SearchError, SearchErrorKind},
    returning, term,
    tree::{Search, SearchGroup, SearchUpdate, UpdateKind},
    with,
};
use crate::{
    diagnostic::SyntaxErrorKind,
    parser::{clause, cursor::Cursor},
    token::TokenKind,
};

/// How many characters a search may have.
const MAX_CHARACTERS: usize = 100_000;

/// Parses one SOSL search.
///
/// The tree keeps names as written and knows nothing of objects: a search that parses may still be
/// refused by the org.
///
/// ```
/// use mockorg_soql::sosl::{SearchGroup, parse_search};
///
/// let search = parse_search("FIND {Joe Sm?th*} IN NAME FIELDS RETURNING Lead(Name, Phone LIMIT 5), Contact")?;
/// assert_eq!(&*search.term.text, "Joe Sm?th*");
/// assert_eq!(search.group, Some(SearchGroup::Name));
/// assert_eq!(search.returning.len(), 2);
/// # Ok::<(), mockorg_soql::sosl::SearchError>(())
/// ```
///
/// # Errors
///
/// `MALFORMED_SEARCH` when the text is no search, and `QUERY_TOO_COMPLICATED` when it is nested too
/// deep. [`SearchError::message`] gives the platform's words.
pub fn parse_search(source: &str) -> Result<Search, SearchError> {
    if source.len() > MAX_CHARACTERS && source.chars().count() > MAX_CHARACTERS {
        return Err(SearchError { kind: SearchErrorKind::TooLong, at: 0 });
    }
    // The platform looks for the braces before it parses: `"FIND 'a'"`, quotes and all, is said to
    // have no term, and not to begin with a bad character.
    let no_term = SearchError { kind: SearchErrorKind::NoTerm, at: 0 };
    let has_braces = source.find('{').is_some_and(|open| source.rfind('}').is_some_and(|close| open < close));
    if !has_braces {
        return Err(no_term);
    }
    let mut cursor = Cursor::new(source);
    let start = cursor.expect_word("FIND")?.start;
    // Apex writes the term as a string or a bind. Its parser is another one; over the API, where
    // this is on record for strings, the term is not seen.
    if cursor.text() != "{" {
        return Err(no_term);
    }
    let (term, end) = term::braced(source, cursor.token.end)?;
    cursor.resume(end);
    let group = group(&mut cursor)?;
    let returning = returning::returning(&mut cursor)?;
    let with = with::with(&mut cursor)?;
    let limit = clause::count(&mut cursor, "LIMIT")?;
    let updates = updates(&mut cursor)?;
    if !cursor.at(TokenKind::End) {
        return Err(cursor.error(SyntaxErrorKind::Leftover(cursor.text().into())).into());
    }
    Ok(Search { term, group, returning, with, limit, updates, span: cursor.span_from(start) })
}

/// Takes `IN … FIELDS` if it is there.
fn group(cursor: &mut Cursor<'_>) -> Result<Option<SearchGroup>, SearchError> {
    const GROUPS: [(&str, SearchGroup); 5] = [
        ("ALL", SearchGroup::All),
        ("NAME", SearchGroup::Name),
        ("EMAIL", SearchGroup::Email),
        ("PHONE", SearchGroup::Phone),
        ("SIDEBAR", SearchGroup::Sidebar),
    ];
    if !cursor.eat_word("IN") {
        return Ok(None);
    }
    let Some((_, group)) = GROUPS.into_iter().find(|(word, _)| cursor.eat_word(word)) else {
        return Err(malformed_token(cursor));
    };
    if !cursor.eat_word("FIELDS") {
        return Err(malformed_token(cursor));
    }
    Ok(Some(group))
}

/// The error of a token in IN … FIELDS. A word is read before it is found wrong, so it has a text of
/// its own.
fn malformed_token(cursor: &Cursor<'_>) -> SearchError {
    if cursor.at(TokenKind::Word) {
        let kind = SearchErrorKind::SearchToken(cursor.text().into());
        return SearchError { kind, at: cursor.token.start };
    }
    cursor.unexpected().into()
}

/// Takes the UPDATE clause if it is there. Older guides write UPDATE before each member, newer ones
/// a comma between them.
fn updates(cursor: &mut Cursor<'_>) -> Result<Vec<SearchUpdate>, SearchError> {
    const KINDS: [(&str, UpdateKind); 2] =
        [("TRACKING", UpdateKind::Tracking), ("VIEWSTAT", UpdateKind::Viewstat)];
    let mut updates = Vec::new();
    while cursor.eat_word("UPDATE") {
        loop {
            let start = cursor.token.start;
            let Some((_, kind)) = KINDS.into_iter().find(|(word, _)| cursor.eat_word(word)) else {
                return Err(cursor.unexpected().into());
            };
            updates.push(SearchUpdate { kind, span: cursor.span_from(start) });
            if !cursor.eat(TokenKind::Comma) {
                break;
            }
        }
    }
    Ok(updates)
}
