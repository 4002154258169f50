//! Syntax errors, and how the platform words and draws them: the caret block, and the texts of the
//! parser before and after Summer '24.

use std::{error, fmt};

use crate::moment;

/// How many characters the caret block shows on either side of the point before it looks for the
/// end of the word there.
const SNIPPET_REACH: usize = 30;

/// Which parser's words are used. Summer '24 (API 61.0) brought a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEra {
    /// Before API version 61.0.
    Classic,
    /// From API version 61.0 on.
    Modern,
}

impl TextEra {
    /// The era of a major API version.
    ///
    /// ```
    /// use mockorg_soql::TextEra;
    ///
    /// assert_eq!(TextEra::of_version(60), TextEra::Classic);
    /// assert_eq!(TextEra::of_version(61), TextEra::Modern);
    /// ```
    #[must_use]
    pub fn of_version(major: u32) -> Self {
        if major < 61 { Self::Classic } else { Self::Modern }
    }
}

/// What is wrong with a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// Nothing but blanks.
    Empty,
    /// More than 100,000 characters.
    TooLong,
    /// Parentheses, negations or subqueries are nested deeper than the parser follows.
    TooDeep,
    /// A token that cannot stand where it stands.
    Unexpected(Box<str>),
    /// A token after a statement that could have ended before it.
    Leftover(Box<str>),
    /// The end of the statement where something must follow.
    UnexpectedEnd,
    /// A construct that no rule takes, as `SELECT FROM` or `Name IN ()`.
    NoAlternative {
        /// The construct as written.
        construct: Box<str>,
        /// The token at which it failed.
        token: Box<str>,
    },
    /// A token where FROM was missing, or misspelt and so taken as an alias.
    MissingFrom(Box<str>),
    /// A token where a parenthesis should have been closed.
    MissingParenthesis(Box<str>),
    /// A token that could stand here if something stood before it.
    Missing {
        /// The token as written; `<EOF>` for the end of the statement.
        token: Box<str>,
        /// Whether a closing parenthesis is missing.
        is_close: bool,
    },
    /// A token in a function call where the call should have been closed.
    UnclosedCall {
        /// What was read of the call, with the token.
        construct: Box<str>,
        /// The token at which it failed.
        token: Box<str>,
    },
    /// `USING` without SCOPE.
    MissingScope {
        /// The token where SCOPE should be.
        token: Box<str>,
        /// The token after it, `<EOF>` for the end of the statement.
        next_token: Box<str>,
        /// The byte offset of the token after it.
        next_at: usize,
    },
    /// The parenthesis of a function in a function in a function.
    NestedFunction,
    /// `LIKE null`; the null as written.
    LikeNull(Box<str>),
    /// A character that begins no token, or a backslash with what it does not escape.
    Character(Box<str>),
    /// A string without its closing quote.
    UnclosedString,
    /// A date, datetime or time that does not exist; the literal as written.
    InvalidMoment {
        /// `date`, `datetime` or `time`.
        noun: &'static str,
        /// The literal as written.
        literal: Box<str>,
    },
    /// A bind variable as the number of LIMIT or OFFSET.
    BindVariable,
}

/// A statement that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// The byte offset of the offending token; the statement's length for its end.
    pub at: usize,
}

impl SyntaxError {
    /// The platform's error code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            SyntaxErrorKind::TooDeep => "QUERY_TOO_COMPLICATED",
            _ => "MALFORMED_QUERY",
        }
    }

    /// The last line of the platform's message.
    #[must_use]
    pub fn text(&self, source: &str, era: TextEra) -> String {
        let modern = era == TextEra::Modern;
        match &self.kind {
            SyntaxErrorKind::Empty => "SOQL statements cannot be empty or null".to_owned(),
            SyntaxErrorKind::TooLong => "SOQL statements can not be longer than 100000 characters".to_owned(),
            SyntaxErrorKind::TooDeep => {
                "Query is either selecting too many fields or the filter conditions are too complicated."
                    .to_owned()
            }
            SyntaxErrorKind::Unexpected(token) => unexpected(shown(token, era)),
            SyntaxErrorKind::Leftover(token) | SyntaxErrorKind::MissingFrom(token) if !modern => {
                format!("unexpected token: {token}")
            }
            SyntaxErrorKind::Leftover(token) => unexpected(shown(token, era)),
            SyntaxErrorKind::MissingFrom(token) => format!("missing value at '{token}'"),
            SyntaxErrorKind::UnexpectedEnd => unexpected("<EOF>"),
            SyntaxErrorKind::NoAlternative { construct, token } => {
                unexpected(if modern { construct } else { token })
            }
            SyntaxErrorKind::MissingParenthesis(token) if modern => unexpected(shown(token, era)),
            SyntaxErrorKind::Missing { token, .. } if modern => {
                format!("missing value at '{}'", shown(token, era))
            }
            SyntaxErrorKind::Missing { token, is_close: false } => unexpected(token),
            SyntaxErrorKind::UnclosedCall { construct, .. } if modern => unexpected(construct),
            SyntaxErrorKind::MissingParenthesis(token)
            | SyntaxErrorKind::Missing { token, is_close: true }
            | SyntaxErrorKind::UnclosedCall { token, .. } => right_parenthesis(token),
            SyntaxErrorKind::MissingScope { token, next_token, .. } => {
                unexpected(if modern { shown(token, era) } else { next_token })
            }
            SyntaxErrorKind::NestedFunction if modern => unexpected("("),
            SyntaxErrorKind::NestedFunction => right_parenthesis("("),
            SyntaxErrorKind::LikeNull(token) if modern => unexpected(token),
            SyntaxErrorKind::LikeNull(_) => "invalid operator".to_owned(),
            SyntaxErrorKind::Character(character) => {
                let place = Place::of(source, self.at);
                let fault = if modern { "unexpected token:" } else { "no viable alternative at character" };
                format!("line {}:{} {fault} '{character}'", place.row, place.before)
            }
            SyntaxErrorKind::UnclosedString => unexpected("'"),
            SyntaxErrorKind::InvalidMoment { noun, literal } if modern => {
                format!("Invalid {noun}: {literal}")
            }
            SyntaxErrorKind::InvalidMoment { literal, .. } => {
                classic_moment(&Place::of(source, self.at), literal)
            }
            SyntaxErrorKind::BindVariable => "Bind variables only allowed in Apex code".to_owned(),
        }
    }

    /// Whether the message draws the caret block above its text.
    #[must_use]
    pub fn has_block(&self, era: TextEra) -> bool {
        match self.kind {
            SyntaxErrorKind::Empty | SyntaxErrorKind::TooLong | SyntaxErrorKind::TooDeep => false,
            SyntaxErrorKind::Leftover(_) | SyntaxErrorKind::MissingFrom(_) => era == TextEra::Modern,
            _ => true,
        }
    }

    /// The platform's whole message for the statement `source`, which must be the one that was
    /// parsed.
    ///
    /// ```
    /// use mockorg_soql::{TextEra, parse};
    ///
    /// let source = "SELECT Id, FROM Account";
    /// let error = parse(source).unwrap_err();
    /// assert_eq!(
    ///     error.message(source, TextEra::Modern),
    ///     "\nSELECT Id, FROM Account\n          ^\nERROR at Row:1:Column:11\nunexpected token: 'FROM'"
    /// );
    /// ```
    #[must_use]
    pub fn message(&self, source: &str, era: TextEra) -> String {
        let text = self.text(source, era);
        if !self.has_block(era) {
            return text;
        }
        let at = self.point(source, era);
        let place = Place::of(source, at);
        let is_exact = self.is_pointed_at_exactly(source, era);
        draw(&place, if is_exact { place.before + 1 } else { place.before }, &text)
    }

    /// The byte that the message points at. The classic parser pointed inside a datetime.
    fn point(&self, source: &str, era: TextEra) -> usize {
        match &self.kind {
            SyntaxErrorKind::InvalidMoment { literal, .. } if era == TextEra::Classic => {
                let (bad, _) = moment::first_bad_byte(literal.as_bytes());
                (self.at + bad).min(source.len())
            }
            SyntaxErrorKind::MissingScope { next_at, .. } if era == TextEra::Classic => *next_at,
            _ => self.at,
        }
    }

    /// The platform's parser counts columns from zero but prints them as if they counted from one,
    /// so for a token the caret stands one character to its left. What is found wrong after
    /// parsing, and the end of the statement, is pointed at exactly.
    fn is_pointed_at_exactly(&self, source: &str, era: TextEra) -> bool {
        match self.kind {
            SyntaxErrorKind::InvalidMoment { .. } => era == TextEra::Modern,
            SyntaxErrorKind::BindVariable => true,
            _ => self.point(source, era) >= source.len(),
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {:?}", self.code(), self.at, self.kind)
    }
}

impl error::Error for SyntaxError {}

/// The platform's message for an error at byte `at` of `source`: a line feed, the part of the row
/// around the point, the caret, row and column, and the text. Columns count characters from one.
///
/// ```
/// assert_eq!(
///     mockorg_soql::caret_block("SELECT Bacon__c FROM Account", 7, "No such column"),
///     "\nSELECT Bacon__c FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column"
/// );
/// ```
#[must_use]
pub fn caret_block(source: &str, at: usize, text: &str) -> String {
    let place = Place::of(source, at);
    draw(&place, place.before + 1, text)
}

/// The message for a token: as [`caret_block`], with the point one character to the left.
pub(crate) fn token_block(source: &str, at: usize, text: &str) -> String {
    let place = Place::of(source, at);
    draw(&place, place.before, text)
}

/// The place of byte `at` as the platform's parser writes it in its texts: the row from one, a colon,
/// and the characters before the place.
pub(crate) fn line_and_column(source: &str, at: usize) -> String {
    let place = Place::of(source, at);
    format!("{}:{}", place.row, place.before)
}

/// A byte offset as row and characters.
struct Place<'s> {
    /// The row's number, from one.
    row: usize,
    /// How many characters of the row stand before the offset.
    before: usize,
    /// The row without its line end.
    line: &'s str,
}

impl<'s> Place<'s> {
    /// Where byte `at` is; an offset inside a character means that character.
    fn of(source: &'s str, at: usize) -> Self {
        let mut at = at.min(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        let (head, tail) = source.split_at(at);
        let row_start = head.rfind('\n').map_or(0, |feed| feed + 1);
        let row_end = tail.find('\n').map_or(source.len(), |feed| at + feed);
        let line = source.get(row_start..row_end).unwrap_or_default();
        Self {
            row: head.matches('\n').count() + 1,
            before: head.get(row_start..).unwrap_or_default().chars().count(),
            line: line.strip_suffix('\r').unwrap_or(line),
        }
    }
}

/// Draws the block. The snippet reaches thirty characters to both sides of the point and from there
/// to the end of the word; only blanks and commas end words.
fn draw(place: &Place<'_>, column: usize, text: &str) -> String {
    let line: Vec<char> = place.line.chars().collect();
    let ends_word = |index: usize| line.get(index).is_none_or(|c| c.is_whitespace() || *c == ',');
    let point = column.saturating_sub(1);
    let mut start = point.saturating_sub(SNIPPET_REACH).min(line.len());
    while start > 0 && !ends_word(start - 1) {
        start -= 1;
    }
    let mut end = (point + SNIPPET_REACH + 1).min(line.len());
    while !ends_word(end) {
        end += 1;
    }
    let snippet: String = line.get(start..end).unwrap_or_default().iter().collect();
    let blanks = " ".repeat(point - start);
    format!("\n{snippet}\n{blanks}^\nERROR at Row:{}:Column:{column}\n{text}", place.row)
}

fn unexpected(token: &str) -> String {
    format!("unexpected token: '{token}'")
}

/// A token as an era's texts show it: the modern parser has signs, quotes and the equals sign as
/// tokens of their own.
fn shown(token: &str, era: TextEra) -> &str {
    match token.as_bytes() {
        [b'\'' | b'-' | b'+', _, ..] | [b'<' | b'>', b'='] if era == TextEra::Modern => {
            token.get(..1).unwrap_or(token)
        }
        _ => token,
    }
}

fn right_parenthesis(token: &str) -> String {
    format!("expecting a right parentheses, found '{token}'")
}

/// The classic lexer read datetimes digit by digit and named the first digit it could not take.
fn classic_moment(place: &Place<'_>, literal: &str) -> String {
    let (index, names_digits) = moment::first_bad_byte(literal.as_bytes());
    let column = place.before + index;
    let found = place.line.chars().nth(column).map_or("<EOF>".to_owned(), String::from);
    if names_digits {
        format!("line {}:{column} mismatched character '{found}' expecting set '0'..'3'", place.row)
    } else {
        format!("line {}:{column} no viable alternative at character '{found}'", place.row)
    }
}
