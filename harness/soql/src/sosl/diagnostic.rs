//! What is wrong with a search, and how the platform words and draws it.

use std::{error, fmt};

use crate::diagnostic::{SyntaxError, SyntaxErrorKind, TextEra, line_and_column, token_block};

/// What is wrong with a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchErrorKind {
    /// No term in braces: nothing at all, no brace, a quoted or bound term as Apex has it, or a
    /// brace that is never closed.
    NoTerm,
    /// More than 100,000 characters.
    TooLong,
    /// A term with fewer than two characters; the term as written, without the blanks around it.
    ShortTerm(Box<str>),
    /// A reserved character in the term without a backslash, or a backslash before another one.
    TermCharacter(char),
    /// A word that is no search group, or is not FIELDS.
    SearchToken(Box<str>),
    /// `WITH PricebookId IN (…)`.
    PricebookList,
    /// `USING ListView (…)`.
    UsingExpression,
    /// What can be wrong with a query too.
    Syntax(SyntaxErrorKind),
}

/// A search that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchError {
    /// What is wrong.
    pub kind: SearchErrorKind,
    /// The byte offset of the offending token or character; the search's length for its end.
    pub at: usize,
}

impl SearchError {
    /// The platform's error code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            SearchErrorKind::Syntax(SyntaxErrorKind::TooDeep) => "QUERY_TOO_COMPLICATED",
            _ => "MALFORMED_SEARCH",
        }
    }

    /// The last line of the platform's message.
    #[must_use]
    pub fn text(&self, source: &str, era: TextEra) -> String {
        match &self.kind {
            SearchErrorKind::NoTerm => {
                "No search term found. The search term must be enclosed in braces.".to_owned()
            }
            SearchErrorKind::TooLong => "SOSL statements can not be longer than 100000 characters".to_owned(),
            SearchErrorKind::ShortTerm(term) => {
                format!("search term must be longer than one character: {term}")
            }
            // No record of this text is younger than Summer '24; both eras get the older one.
            SearchErrorKind::TermCharacter(character) => {
                format!(
                    "line {} mismatched character '{character}' expecting '}}'",
                    line_and_column(source, self.at)
                )
            }
            SearchErrorKind::SearchToken(token) => format!("Malformed search token: {token}"),
            SearchErrorKind::PricebookList => "IN cannot be used for WITH PriceBookId clause".to_owned(),
            SearchErrorKind::UsingExpression => "Invalid using expr".to_owned(),
            SearchErrorKind::Syntax(kind) => self.syntax(kind).text(source, era),
        }
    }

    /// Whether the message draws the caret block above its text.
    #[must_use]
    pub fn has_block(&self, era: TextEra) -> bool {
        match &self.kind {
            SearchErrorKind::NoTerm
            | SearchErrorKind::TooLong
            | SearchErrorKind::ShortTerm(_)
            | SearchErrorKind::PricebookList
            | SearchErrorKind::UsingExpression => false,
            SearchErrorKind::TermCharacter(_) | SearchErrorKind::SearchToken(_) => true,
            SearchErrorKind::Syntax(kind) => self.syntax(kind).has_block(era),
        }
    }

    /// The platform's whole message for the search `source`, which must be the one that was parsed.
    ///
    /// ```
    /// use mockorg_soql::{TextEra, sosl::parse_search};
    ///
    /// let source = "FIND {John|jane} RETURNING Contact";
    /// let error = parse_search(source).unwrap_err();
    /// assert_eq!(
    ///     error.message(source, TextEra::Modern),
    ///     "\nFIND {John|jane} RETURNING Contact\n         ^\nERROR at Row:1:Column:10\n\
    ///      line 1:10 mismatched character '|' expecting '}'"
    /// );
    /// ```
    #[must_use]
    pub fn message(&self, source: &str, era: TextEra) -> String {
        if let SearchErrorKind::Syntax(kind) = &self.kind {
            return self.syntax(kind).message(source, era);
        }
        let text = self.text(source, era);
        if self.has_block(era) { token_block(source, self.at, &text) } else { text }
    }

    fn syntax(&self, kind: &SyntaxErrorKind) -> SyntaxError {
        SyntaxError { kind: kind.clone(), at: self.at }
    }
}

impl From<SyntaxError> for SearchError {
    fn from(error: SyntaxError) -> Self {
        Self { kind: SearchErrorKind::Syntax(error.kind), at: error.at }
    }
}

impl fmt::Display for SearchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}: {:?}", self.code(), self.at, self.kind)
    }
}

impl error::Error for SearchError {}
