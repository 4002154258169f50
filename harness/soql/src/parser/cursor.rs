//! The parser's place in the statement: the current token, looking ahead, and the errors that
//! follow from a token that cannot stand where it stands.

use super::words;
use crate::{
    diagnostic::{SyntaxError, SyntaxErrorKind},
    lexer::Lexer,
    token::{Fault, Token, TokenKind},
    tree::{Name, Path, Span},
};

/// How deep a statement may be nested. The limit keeps hostile statements from exhausting the stack;
/// the platform has one too, at a depth that is not known.
const MAX_DEPTH: usize = 100;

/// What a pair of parentheses or a negation adds to the depth.
pub(super) const CONDITION_DEPTH: usize = 1;

/// What a query in a query adds to the depth: it needs far more stack, and the platform allows five
/// levels of children and one semi join.
pub(super) const QUERY_DEPTH: usize = 10;

/// The state of one parse.
pub(super) struct Cursor<'s> {
    /// The statement.
    pub(super) source: &'s str,
    /// The current token.
    pub(super) token: Token,
    lexer: Lexer<'s>,
    last_end: usize,
    depth: usize,
}

impl<'s> Cursor<'s> {
    /// A cursor at the first token.
    pub(super) fn new(source: &'s str) -> Self {
        let mut lexer = Lexer::new(source);
        let token = lexer.next_token();
        Self { source, token, lexer, last_end: 0, depth: 0 }
    }

    /// The text of the current token.
    pub(super) fn text(&self) -> &'s str {
        self.source.get(self.token.start..self.token.end).unwrap_or_default()
    }

    /// Takes the current token.
    pub(super) fn advance(&mut self) -> Token {
        let taken = self.token;
        self.last_end = taken.end;
        self.token = self.lexer.next_token();
        taken
    }

    /// The token after the current one.
    pub(super) fn peek(&self) -> Token {
        let mut ahead = self.lexer;
        ahead.next_token()
    }

    /// Whether the current token is of this kind.
    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.token.kind == kind
    }

    /// Whether the current token is this keyword.
    pub(super) fn at_word(&self, keyword: &str) -> bool {
        self.token.is_word(self.source, keyword)
    }

    /// Whether the current token is the first of these keywords and the next one the second.
    pub(super) fn at_words(&self, first: &str, second: &str) -> bool {
        self.at_word(first) && self.peek().is_word(self.source, second)
    }

    /// Takes the current token if it is of this kind.
    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.advance();
        }
        found
    }

    /// Takes the current token if it is this keyword.
    pub(super) fn eat_word(&mut self, keyword: &str) -> bool {
        let found = self.at_word(keyword);
        if found {
            self.advance();
        }
        found
    }

    /// Takes a token of this kind.
    pub(super) fn expect(&mut self, kind: TokenKind) -> Result<Token, SyntaxError> {
        if self.at(kind) { Ok(self.advance()) } else { Err(self.unexpected()) }
    }

    /// Takes this keyword.
    pub(super) fn expect_word(&mut self, keyword: &str) -> Result<Token, SyntaxError> {
        if self.at_word(keyword) { Ok(self.advance()) } else { Err(self.unexpected()) }
    }

    /// Takes the parenthesis that closes an earlier one.
    pub(super) fn expect_close(&mut self) -> Result<Token, SyntaxError> {
        if self.at(TokenKind::Close) {
            return Ok(self.advance());
        }
        Err(self.error(SyntaxErrorKind::MissingParenthesis(self.text().into())))
    }

    /// Takes any word as a name.
    pub(super) fn any_name(&mut self) -> Result<Name, SyntaxError> {
        if !self.at(TokenKind::Word) {
            return Err(self.unexpected());
        }
        let text = self.text().into();
        let token = self.advance();
        Ok(Name { text, span: Span { start: token.start, end: token.end } })
    }

    /// Takes a word that no clause claims as a name.
    pub(super) fn name(&mut self) -> Result<Name, SyntaxError> {
        if self.at_name() { self.any_name() } else { Err(self.unexpected()) }
    }

    /// Whether the current token can begin a path.
    pub(super) fn at_name(&self) -> bool {
        self.at(TokenKind::Word) && !words::is_reserved(self.text()) && !self.at_words("GROUP", "BY")
    }

    /// Takes a dotted path. Behind a dot any word is a name.
    pub(super) fn path(&mut self) -> Result<Path, SyntaxError> {
        let first = self.name()?;
        self.path_after(first)
    }

    /// Takes the rest of a dotted path.
    pub(super) fn path_after(&mut self, first: Name) -> Result<Path, SyntaxError> {
        let start = first.span.start;
        let mut names = vec![first];
        while self.eat(TokenKind::Dot) {
            names.push(self.any_name()?);
        }
        Ok(Path { names, span: self.span_from(start) })
    }

    /// The span from `start` to the end of the last token taken.
    pub(super) fn span_from(&self, start: usize) -> Span {
        Span { start, end: self.last_end }
    }

    /// Runs a rule `levels` deeper.
    pub(super) fn nested<T>(
        &mut self,
        levels: usize,
        rule: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth + levels > MAX_DEPTH {
            return Err(SyntaxError { kind: SyntaxErrorKind::TooDeep, at: self.token.start });
        }
        self.depth += levels;
        let result = rule(self);
        self.depth -= levels;
        result
    }

    /// The error of a token that cannot stand here.
    pub(super) fn unexpected(&self) -> SyntaxError {
        self.error(SyntaxErrorKind::Unexpected(self.text().into()))
    }

    /// An error at the current token. What the lexer could not read, and the end of the statement,
    /// have errors of their own, whatever the grammar says of the place.
    pub(super) fn error(&self, kind: SyntaxErrorKind) -> SyntaxError {
        let literal = || self.text().into();
        let (kind, at) = match self.token.kind {
            TokenKind::End => (SyntaxErrorKind::UnexpectedEnd, self.source.len()),
            TokenKind::Bad(fault) => match fault {
                Fault::Character => (SyntaxErrorKind::Character(literal()), self.token.start),
                Fault::Escape => {
                    let at = self.text().rfind('\\').map_or(0, |place| self.token.start + place);
                    let escape = self.source.get(at..self.token.end).unwrap_or_default();
                    (SyntaxErrorKind::Character(escape.into()), at)
                }
                Fault::UnclosedString => (SyntaxErrorKind::UnclosedString, self.token.start),
                Fault::Date => {
                    (SyntaxErrorKind::InvalidMoment { noun: "date", literal: literal() }, self.token.start)
                }
                Fault::DateTime => (
                    SyntaxErrorKind::InvalidMoment { noun: "datetime", literal: literal() },
                    self.token.start,
                ),
                Fault::Time => {
                    (SyntaxErrorKind::InvalidMoment { noun: "time", literal: literal() }, self.token.start)
                }
            },
            _ => (kind, self.token.start),
        };
        SyntaxError { kind, at }
    }
}
