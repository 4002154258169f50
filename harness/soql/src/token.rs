//! Tokens: what a stretch of the statement is, and where it stands. A token owns nothing.

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: TokenKind,
    /// First byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

/// The kinds of token. Keywords are words: nearly all of them are also names of objects or fields
/// (`Order`, `Group`, `Case`), so only the grammar can tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A keyword, a name, a date literal or a currency literal without sign and fraction.
    Word,
    /// `12`, `-3.5`, `1.5e3`.
    Number,
    /// A quoted string with good escapes.
    String,
    /// `2020-01-31`.
    Date,
    /// `2020-01-31T10:00:00Z`.
    DateTime,
    /// `10:00:00.000Z`.
    Time,
    /// `USD-12`, `USD12.5`: the currency literals that cannot be words.
    Currency,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `(`
    Open,
    /// `)`
    Close,
    /// `:`
    Colon,
    /// `*`, `/`, `~`, and a sign without a number: tokens that no rule takes.
    Stray,
    /// `=`
    Equal,
    /// `!=` or `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// Text that is no token.
    Bad(Fault),
    /// The end of the statement.
    End,
}

/// Why text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A character that begins no token.
    Character,
    /// A backslash in a string before something that it does not escape.
    Escape,
    /// A string without its closing quote.
    UnclosedString,
    /// Shaped like a date, but no day of the calendar.
    Date,
    /// Shaped like a datetime, but no such moment or incomplete.
    DateTime,
    /// Shaped like a time, but no time of day or incomplete.
    Time,
}

impl Token {
    /// The token's text.
    pub(crate) fn text(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether this is the given keyword, without regard to case.
    pub(crate) fn is_word(self, source: &str, keyword: &str) -> bool {
        let bytes = source.as_bytes().get(self.start..self.end).unwrap_or_default();
        self.kind == TokenKind::Word && bytes.eq_ignore_ascii_case(keyword.as_bytes())
    }
}
