//! The search term as an expression: operators, parentheses, and the limits of its length.
//!
//! OR binds weakest, then AND and AND NOT, and words without an operator between them strongest.

use std::slice;

use super::{
    diagnostic::{SearchError, SearchErrorKind},
    term_scan::{TermToken, TermTokenKind, scan, unexpected_end},
    tree::{Term, TermExpr, Word},
};
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    tree::Span,
};

/// How many characters a term needs, wildcards not counted.
const MIN_CHARACTERS: usize = 2;

/// In a longer term operators are dropped and one word is enough.
const MAX_WITH_OPERATORS: usize = 4_000;

/// A longer term finds nothing.
const MAX_CHARACTERS: usize = 10_000;

/// How deep parentheses may be nested. The limit keeps hostile terms from exhausting the stack.
const MAX_DEPTH: usize = 100;

/// Parses a search term as it stands between the braces of FIND, or in a parameter of its own.
///
/// ```
/// use mockorg_soql::sosl::{TermExpr, parse_term};
///
/// let TermExpr::And(members) = parse_term("john AND NOT \"mary jane\"")? else { unreachable!() };
/// assert!(matches!(members.as_slice(), [TermExpr::Word(_), TermExpr::Not(_)]));
/// # Ok::<(), mockorg_soql::sosl::SearchError>(())
/// ```
///
/// # Errors
///
/// `MALFORMED_SEARCH` for a reserved character without a backslash, a term of less than two
/// characters, and operators, quotes or parentheses that do not match; `QUERY_TOO_COMPLICATED` for
/// parentheses nested too deep.
pub fn parse_term(text: &str) -> Result<TermExpr, SearchError> {
    let scanned = scan(text, 0, false)?;
    expression(text, Span { start: 0, end: scanned.end }, &scanned.tokens)
}

/// Takes the term that begins at byte `start`, behind its brace. Also gives the byte behind the
/// closing brace.
pub(super) fn braced(source: &str, start: usize) -> Result<(Term, usize), SearchError> {
    let scanned = scan(source, start, true)?;
    let span = Span { start, end: scanned.end };
    let expr = expression(source, span, &scanned.tokens)?;
    let text = source.get(start..scanned.end).unwrap_or_default().into();
    Ok((Term { text, span, expr }, scanned.end + 1))
}

fn expression(source: &str, span: Span, tokens: &[TermToken]) -> Result<TermExpr, SearchError> {
    let text = source.get(span.start..span.end).unwrap_or_default();
    let length = text.chars().count();
    if length > MAX_CHARACTERS {
        return Ok(TermExpr::Nothing);
    }
    let mut parser = Parser { source, rest: tokens.iter(), end: span.end, depth: 0 };
    let is_blank = tokens.is_empty();
    let expr = if is_blank {
        None
    } else if length > MAX_WITH_OPERATORS {
        without_operators(source, tokens)
    } else {
        Some(parser.whole()?)
    };
    match expr {
        Some(expr) if has_enough(tokens) => Ok(expr),
        _ => Err(SearchError { kind: SearchErrorKind::ShortTerm(text.trim().into()), at: span.start }),
    }
}

/// Whether the term has enough characters to search for. One-letter words among others are fine.
fn has_enough(tokens: &[TermToken]) -> bool {
    let characters = |words: &[Word]| words.iter().map(Word::characters).sum::<usize>();
    let total: usize = tokens
        .iter()
        .map(|token| match &token.kind {
            TermTokenKind::Word(word) => word.characters(),
            TermTokenKind::Phrase(words) => characters(words),
            TermTokenKind::Open | TermTokenKind::Close => 0,
        })
        .sum();
    total >= MIN_CHARACTERS
}

/// All words and phrases of the term, one of which is enough; nothing when there is none.
fn without_operators(source: &str, tokens: &[TermToken]) -> Option<TermExpr> {
    let mut after_and = false;
    let mut members = Vec::new();
    for token in tokens {
        let is_operator =
            token.is(source, "AND") || token.is(source, "OR") || (after_and && token.is(source, "NOT"));
        after_and = token.is(source, "AND");
        if !is_operator {
            members.extend(token.unit());
        }
    }
    if members.len() > 1 { Some(TermExpr::Or(members)) } else { members.pop() }
}

impl TermToken {
    /// Whether this is the operator, without regard to case. A quoted or escaped word never is one.
    fn is(&self, source: &str, operator: &str) -> bool {
        let bytes = source.as_bytes().get(self.start..self.end).unwrap_or_default();
        bytes.eq_ignore_ascii_case(operator.as_bytes())
    }

    /// The word or phrase that this token is.
    fn unit(&self) -> Option<TermExpr> {
        match &self.kind {
            TermTokenKind::Word(word) => Some(TermExpr::Word(word.clone())),
            TermTokenKind::Phrase(words) => Some(TermExpr::Phrase(words.clone())),
            TermTokenKind::Open | TermTokenKind::Close => None,
        }
    }
}

/// The state of one parse.
struct Parser<'t> {
    source: &'t str,
    rest: slice::Iter<'t, TermToken>,
    end: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t TermToken> {
        self.rest.as_slice().first()
    }

    fn at(&self, operator: &str) -> bool {
        self.peek().is_some_and(|token| token.is(self.source, operator))
    }

    fn eat(&mut self, operator: &str) -> bool {
        let found = self.at(operator);
        if found {
            self.rest.next();
        }
        found
    }

    fn at_unit(&self) -> bool {
        let is_operator = self.at("AND") || self.at("OR");
        !is_operator && self.peek().is_some_and(|token| !matches!(token.kind, TermTokenKind::Close))
    }

    fn unexpected(&self) -> SearchError {
        let Some(token) = self.peek() else { return unexpected_end(self.source, self.end) };
        let text = self.source.get(token.start..token.end).unwrap_or_default();
        SyntaxError { kind: SyntaxErrorKind::Unexpected(text.into()), at: token.start }.into()
    }

    fn whole(&mut self) -> Result<TermExpr, SearchError> {
        let expr = self.any()?;
        if self.peek().is_some() { Err(self.unexpected()) } else { Ok(expr) }
    }

    fn any(&mut self) -> Result<TermExpr, SearchError> {
        let first = self.all()?;
        let mut members = vec![first];
        while self.eat("OR") {
            members.push(self.all()?);
        }
        Ok(joined(members, TermExpr::Or))
    }

    fn all(&mut self) -> Result<TermExpr, SearchError> {
        let mut members = vec![self.adjacent()?];
        while self.eat("AND") {
            if self.eat("NOT") {
                members.push(TermExpr::Not(Box::new(self.unit()?)));
                // NOT takes one word; those behind it are wanted again.
                if !self.at_unit() {
                    continue;
                }
            }
            members.push(self.adjacent()?);
        }
        Ok(joined(members, TermExpr::And))
    }

    fn adjacent(&mut self) -> Result<TermExpr, SearchError> {
        let mut members = vec![self.unit()?];
        while self.at_unit() {
            members.push(self.unit()?);
        }
        Ok(joined(members, TermExpr::Adjacent))
    }

    fn unit(&mut self) -> Result<TermExpr, SearchError> {
        if !self.at_unit() {
            return Err(self.unexpected());
        }
        if let Some(unit) = self.rest.next().and_then(TermToken::unit) {
            return Ok(unit);
        }
        if self.depth == MAX_DEPTH {
            let at = self.peek().map_or(self.end, |token| token.start);
            return Err(SyntaxError { kind: SyntaxErrorKind::TooDeep, at }.into());
        }
        self.depth += 1;
        let inner = self.any()?;
        self.depth -= 1;
        match self.peek() {
            Some(TermToken { kind: TermTokenKind::Close, .. }) => {
                self.rest.next();
                Ok(inner)
            }
            _ => Err(self.unexpected()),
        }
    }
}

/// The members as one expression; a single one stays what it is.
fn joined(mut members: Vec<TermExpr>, join: fn(Vec<TermExpr>) -> TermExpr) -> TermExpr {
    match members.pop() {
        Some(only) if members.is_empty() => only,
        last => {
            members.extend(last);
            join(members)
        }
    }
}
