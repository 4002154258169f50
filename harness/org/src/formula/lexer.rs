//! From the text of a formula to its tokens.

use rust_decimal::Decimal;

use super::{error::FormulaError, tree::Binary};

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(Decimal),
    Text(Box<str>),
    /// A name, or a path of names: `Account.Owner:User.Name`.
    Name(Box<str>),
    Operator(Binary),
    Not,
    Open,
    Close,
    Comma,
}

impl Token {
    /// The token as messages show it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Name(name) => name.to_string(),
            Self::Operator(operator) => operator.sign().to_owned(),
            Self::Not => "!".to_owned(),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
            Self::Comma => ",".to_owned(),
        }
    }
}

/// Splits a formula into tokens.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, FormulaError> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = rest.trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let (_, after) = comment.split_once("*/").ok_or_else(|| FormulaError::syntax("Missing '*/'"))?;
            rest = after;
        } else {
            let (token, after) = match first {
                '"' | '\'' => text(&rest[1..], first)?,
                '0'..='9' | '.' => number(rest)?,
                '$' | '_' => name(rest),
                letter if letter.is_ascii_alphabetic() => name(rest),
                _ => sign(rest).ok_or_else(|| FormulaError::syntax(format_args!("Found '{first}'")))?,
            };
            tokens.push(token);
            rest = after;
        }
    }
    Ok(tokens)
}

fn text(source: &str, quote: char) -> Result<(Token, &str), FormulaError> {
    let mut text = String::new();
    let mut chars = source.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Ok((Token::Text(text.into()), &source[at + 1..]));
        }
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some((_, 'n')) => text.push('\n'),
            Some((_, 'r')) => text.push('\r'),
            Some((_, 't')) => text.push('\t'),
            Some((_, escaped)) => text.push(escaped),
            None => break,
        }
    }
    Err(FormulaError::syntax(format_args!("Missing '{quote}'")))
}

fn number(source: &str) -> Result<(Token, &str), FormulaError> {
    let end = source.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(source.len());
    let (digits, rest) = source.split_at(end);
    let plain = digits.trim_end_matches('.');
    let number = plain.parse::<Decimal>();
    number
        .map(|number| (Token::Number(number), rest))
        .map_err(|_| FormulaError::syntax(format_args!("Found '{digits}'")))
}

fn name(source: &str) -> (Token, &str) {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | ':');
    let end = source.find(|c| !part(c)).unwrap_or(source.len());
    let (name, rest) = source.split_at(end);
    (Token::Name(name.into()), rest)
}

fn sign(source: &str) -> Option<(Token, &str)> {
    use Binary as B;
    // Longer signs first.
    const SIGNS: &[(&str, Token)] = &[
        ("||", Token::Operator(B::Or)),
        ("&&", Token::Operator(B::And)),
        ("==", Token::Operator(B::Equal)),
        ("<>", Token::Operator(B::NotEqual)),
        ("!=", Token::Operator(B::NotEqual)),
        ("<=", Token::Operator(B::LessOrEqual)),
        (">=", Token::Operator(B::GreaterOrEqual)),
        ("=", Token::Operator(B::Equal)),
        ("<", Token::Operator(B::Less)),
        (">", Token::Operator(B::Greater)),
        ("&", Token::Operator(B::Concat)),
        ("+", Token::Operator(B::Plus)),
        ("-", Token::Operator(B::Minus)),
        ("*", Token::Operator(B::Times)),
        ("/", Token::Operator(B::Divide)),
        ("^", Token::Operator(B::Power)),
        ("!", Token::Not),
        ("(", Token::Open),
        (")", Token::Close),
        (",", Token::Comma),
    ];
    SIGNS.iter().find_map(|(sign, token)| Some((token.clone(), source.strip_prefix(sign)?)))
}
