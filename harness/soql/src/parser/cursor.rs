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
pub(crate) const CONDITION_DEPTH: usize = 1;

/// What a query in a query adds to the depth: it needs far more stack, and the platform allows five
/// levels of children and one semi join.
pub(crate) const QUERY_DEPTH: usize = 10;

/// The state of one parse.
pub(crate) struct Cursor<'s> {
    /// The statement.
    pub(crate) source: &'s str,
    /// The current token.
    pub(crate) token: Token,
    lexer: Lexer<'s>,
    last_end: usize,
    depth: usize,
}

impl<'s> Cursor<'s> {
    /// A cursor at the first token.
    pub(crate) fn new(source: &'s str) -> Self {
        let mut lexer = Lexer::new(source);
        let token = lexer.next_token();
        Self { source, token, lexer, last_end: 0, depth: 0 }
    }

    /// The text of the current token.
    pub(crate) fn text(&self) -> &'s str {
        self.source.get(self.token.start..self.token.end).unwrap_or_default()
    }

    /// Takes the current token.
    pub(crate) fn advance(&mut self) -> Token {
        let taken = self.token;
        self.last_end = taken.end;
        self.token = self.lexer.next_token();
        taken
    }

    /// Goes on behind text that was read by other means; `at` is where it ended.
    pub(crate) fn resume(&mut self, at: usize) {
        self.last_end = at;
        self.lexer = Lexer::starting_at(self.source, at);
        self.token = self.lexer.next_token();
    }

    /// The token after the current one.
    pub(crate) fn peek(&self) -> Token {
        let mut ahead = self.lexer;
        ahead.next_token()
    }

    /// The two tokens after the current one.
    pub(crate) fn peek_two(&self) -> [Token; 2] {
        let mut ahead = self.lexer;
        [ahead.next_token(), ahead.next_token()]
    }

    /// Whether the current token is of this kind.
    pub(crate) fn at(&self, kind: TokenKind) -> bool {
        self.token.kind == kind
    }

    /// Whether the current token is this keyword.
    pub(crate) fn at_word(&self, keyword: &str) -> bool {
        self.token.is_word(self.source, keyword)
    }

    /// Whether the current token is the first of these keywords and the next one the second.
    pub(crate) fn at_words(&self, first: &str, second: &str) -> bool {
        self.at_word(first) && self.peek().is_word(self.source, second)
    }

    /// Takes the current token if it is of this kind.
    pub(crate) fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.advance();
        }
        found
    }

    /// Takes the current token if it is this keyword.
    pub(crate) fn eat_word(&mut self, keyword: &str) -> bool {
        let found = self.at_word(keyword);
        if found {
            self.advance();
        }
        found
    }

    /// Takes a token of this kind.
    pub(crate) fn expect(&mut self, kind: TokenKind) -> Result<Token, SyntaxError> {
        if self.at(kind) { Ok(self.advance()) } else { Err(self.unexpected()) }
    }

    /// Takes this keyword.
    pub(crate) fn expect_word(&mut self, keyword: &str) -> Result<Token, SyntaxError> {
        if self.at_word(keyword) { Ok(self.advance()) } else { Err(self.unexpected()) }
    }

    /// Takes the parenthesis that closes an earlier one.
    pub(crate) fn expect_close(&mut self) -> Result<Token, SyntaxError> {
        if self.at(TokenKind::Close) {
            return Ok(self.advance());
        }
        Err(self.error(SyntaxErrorKind::MissingParenthesis(self.text().into())))
    }

    /// Takes the parenthesis that closes an earlier one. If the statement ends here, or goes on with
    /// one of the words that may follow the parenthesis, it is missing; else the token is out of place.
    pub(crate) fn expect_close_before(&mut self, followers: &[&str]) -> Result<Token, SyntaxError> {
        if self.at(TokenKind::End) {
            return Err(self.missing(true));
        }
        if words::is_one_of(self.text(), followers) && self.peek().kind != TokenKind::Close {
            return Err(self.missing(true));
        }
        self.expect_close()
    }

    /// The error of something that is missing before the current token: the parenthesis that closes
    /// an earlier one, or a word.
    pub(crate) fn missing(&self, is_close: bool) -> SyntaxError {
        let token = if self.at(TokenKind::End) { "<EOF>" } else { self.text() };
        let at = self.token.start;
        SyntaxError { kind: SyntaxErrorKind::Missing { token: token.into(), is_close }, at }
    }

    /// The error of a function call, in calls that begin at `start`, that is not closed here.
    pub(crate) fn unclosed_call(&self, start: usize) -> SyntaxError {
        self.error(SyntaxErrorKind::UnclosedCall {
            construct: self.construct(start),
            token: self.text().into(),
        })
    }

    /// The error of a construct that begins at `start` and that no rule takes beyond the current token.
    pub(crate) fn no_alternative(&self, start: usize) -> SyntaxError {
        self.error(SyntaxErrorKind::NoAlternative {
            construct: self.construct(start),
            token: self.text().into(),
        })
    }

    /// What the platform has read from `start` on when it gives up at the current token: of a string
    /// but the quote.
    fn construct(&self, start: usize) -> Box<str> {
        let end = if self.at(TokenKind::String) { self.token.start + 1 } else { self.token.end };
        self.source.get(start..end).unwrap_or_default().into()
    }

    /// Takes any word as a name.
    pub(crate) fn any_name(&mut self) -> Result<Name, SyntaxError> {
        if !self.at(TokenKind::Word) {
            return Err(self.unexpected());
        }
        let text = self.text().into();
        let token = self.advance();
        Ok(Name { text, span: Span { start: token.start, end: token.end } })
    }

    /// Takes a word that no clause claims as a name.
    pub(crate) fn name(&mut self) -> Result<Name, SyntaxError> {
        if self.at_name() { self.any_name() } else { Err(self.unexpected()) }
    }

    /// Whether the current token can begin a path. Before a dot even a reserved word can.
    pub(crate) fn at_name(&self) -> bool {
        if !self.at(TokenKind::Word) {
            return false;
        }
        if words::is_reserved(self.text()) {
            return self.peek().kind == TokenKind::Dot;
        }
        !self.at_words("GROUP", "BY")
    }

    /// Takes a dotted path. Behind a dot any word is a name.
    pub(crate) fn path(&mut self) -> Result<Path, SyntaxError> {
        let first = self.name()?;
        self.path_after(first)
    }

    /// Takes the rest of a dotted path.
    pub(crate) fn path_after(&mut self, first: Name) -> Result<Path, SyntaxError> {
        let start = first.span.start;
        let mut names = vec![first];
        while self.eat(TokenKind::Dot) {
            names.push(self.any_name()?);
        }
        Ok(Path { names, span: self.span_from(start) })
    }

    /// The span from `start` to the end of the last token taken.
    pub(crate) fn span_from(&self, start: usize) -> Span {
        Span { start, end: self.last_end }
    }

    /// Runs a rule `levels` deeper.
    pub(crate) fn nested<T>(
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
    pub(crate) fn unexpected(&self) -> SyntaxError {
        self.error(SyntaxErrorKind::Unexpected(self.text().into()))
    }

    /// An error at the current token. What the lexer could not read, and the end of the statement,
    /// have errors of their own, whatever the grammar says of the place.
    pub(crate) fn error(&self, kind: SyntaxErrorKind) -> SyntaxError {
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
