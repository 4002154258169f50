//! The tokens of a search term: words, phrases and parentheses, with escapes resolved. The term's
//! end is found here too, as a closing brace may be escaped.

use super::{
    diagnostic::{SearchError, SearchErrorKind},
    tree::{Piece, Word},
};
use crate::diagnostic::{SyntaxError, SyntaxErrorKind};

/// Whether the character must have a backslash before it to stand for itself in a term.
pub(super) fn is_reserved(character: char) -> bool {
    matches!(
        character,
        '?' | '&'
            | '|'
            | '!'
            | '{'
            | '}'
            | '['
            | ']'
            | '('
            | ')'
            | '^'
            | '~'
            | '*'
            | ':'
            | '\\'
            | '"'
            | '\''
            | '+'
            | '-'
    )
}

/// One token of a term.
#[derive(Debug)]
pub(super) struct TermToken {
    /// What it is.
    pub(super) kind: TermTokenKind,
    /// First byte in the source.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
}

/// The kinds of token. Operators are words here; the parser knows them by their text.
#[derive(Debug)]
pub(super) enum TermTokenKind {
    /// A word.
    Word(Word),
    /// Words in double quotes; at least one.
    Phrase(Vec<Word>),
    /// `(`
    Open,
    /// `)`
    Close,
}

/// The tokens of a term and where it ends.
#[derive(Debug)]
pub(super) struct Scanned {
    /// The tokens in written order.
    pub(super) tokens: Vec<TermToken>,
    /// The byte behind the term's text.
    pub(super) end: usize,
}

/// Scans the term that begins at byte `start`. In braces it ends before the closing one, else with
/// the source.
pub(super) fn scan(source: &str, start: usize, in_braces: bool) -> Result<Scanned, SearchError> {
    let mut scanner = Scanner { source, at: start, in_braces };
    let mut tokens = Vec::new();
    loop {
        scanner.skip_blanks();
        let start = scanner.at;
        let kind = match scanner.peek() {
            None => break,
            Some('(') => scanner.take('(', TermTokenKind::Open),
            Some(')') => scanner.take(')', TermTokenKind::Close),
            Some('"') => scanner.phrase()?,
            Some(_) => TermTokenKind::Word(scanner.word(false)?),
        };
        tokens.push(TermToken { kind, start, end: scanner.at });
    }
    if in_braces && scanner.at == source.len() {
        return Err(SearchError { kind: SearchErrorKind::NoTerm, at: 0 });
    }
    Ok(Scanned { tokens, end: scanner.at })
}

/// The error at the end of a term that should have gone on.
pub(super) fn unexpected_end(source: &str, at: usize) -> SearchError {
    let kind = match source.get(at..).and_then(|rest| rest.chars().next()) {
        Some(character) => SyntaxErrorKind::Unexpected(character.to_string().into()),
        None => SyntaxErrorKind::UnexpectedEnd,
    };
    SyntaxError { kind, at }.into()
}

struct Scanner<'s> {
    source: &'s str,
    at: usize,
    in_braces: bool,
}

impl Scanner<'_> {
    /// The next character of the term; nothing at its end.
    fn peek(&self) -> Option<char> {
        let character = self.source.get(self.at..)?.chars().next()?;
        (character != '}' || !self.in_braces).then_some(character)
    }

    fn take(&mut self, character: char, kind: TermTokenKind) -> TermTokenKind {
        self.at += character.len_utf8();
        kind
    }

    fn skip_blanks(&mut self) {
        while let Some(blank) = self.peek().filter(|character| character.is_whitespace()) {
            self.at += blank.len_utf8();
        }
    }

    /// The rest of a phrase whose opening quote is next.
    fn phrase(&mut self) -> Result<TermTokenKind, SearchError> {
        self.at += 1;
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return Err(unexpected_end(self.source, self.at)),
                Some('"') if words.is_empty() => return Err(unexpected_end(self.source, self.at)),
                Some('"') => return Ok(self.take('"', TermTokenKind::Phrase(words))),
                Some(_) => words.push(self.word(true)?),
            }
        }
    }

    /// The word whose first character is next. In a phrase parentheses are characters as others.
    fn word(&mut self, in_phrase: bool) -> Result<Word, SearchError> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        while let Some(character) = self.peek() {
            match character {
                '"' => break,
                '(' | ')' if !in_phrase => break,
                '(' | ')' => text.push(character),
                '*' => flush(&mut text, &mut pieces, Piece::Any),
                '?' => flush(&mut text, &mut pieces, Piece::One),
                '\\' => text.push(self.escaped()?),
                blank if blank.is_whitespace() => break,
                reserved if is_reserved(reserved) => return Err(self.refused(reserved)),
                plain => text.push(plain),
            }
            self.at += character.len_utf8();
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text.into()));
        }
        Ok(Word { pieces })
    }

    /// The character behind the backslash that is next. The backslash is left to be taken; what a
    /// backslash before another character does is not on record, and so it is refused.
    fn escaped(&mut self) -> Result<char, SearchError> {
        let escaped = self.source.get(self.at + 1..).and_then(|rest| rest.chars().next());
        match escaped.filter(|character| is_reserved(*character)) {
            Some(character) => {
                self.at += 1;
                Ok(character)
            }
            None => Err(self.refused('\\')),
        }
    }

    fn refused(&self, character: char) -> SearchError {
        SearchError { kind: SearchErrorKind::TermCharacter(character), at: self.at }
    }
}

fn flush(text: &mut String, pieces: &mut Vec<Piece>, wildcard: Piece) {
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text).into()));
    }
    pieces.push(wildcard);
}
