//! From tokens to a tree.

use super::{
    error::FormulaError,
    lexer::{Token, tokens},
    tree::{Binary, Expr, Unary},
};

/// The longest formula, in characters.
const LONGEST: usize = 3900;
/// How deep brackets and signs may lie in one another.
const DEEPEST: usize = 60;
/// How high a tree may be; a chain of operators is as high as it is long.
const HIGHEST: usize = 400;

/// Reads a formula.
///
/// # Errors
///
/// When the text is no formula, or too long or too deep.
pub(super) fn parse(source: &str) -> Result<Expr, FormulaError> {
    let length = source.chars().count();
    if length > LONGEST {
        return Err(FormulaError::new(format_args!(
            "Formula is too long ({length} characters). Maximum length is 3,900 characters."
        )));
    }
    let tokens = tokens(source)?;
    let mut parser = Parser { tokens: &tokens, depth: 0 };
    let (expr, _) = parser.expression(0)?;
    match parser.tokens {
        [] => Ok(expr),
        [extra, ..] => Err(FormulaError::syntax(format_args!("Extra '{}'", extra.shown()))),
    }
}

struct Parser<'t> {
    tokens: &'t [Token],
    depth: usize,
}

/// An expression and how high its tree is.
type Grown = (Expr, usize);

impl Parser<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn expression(&mut self, least: u8) -> Result<Grown, FormulaError> {
        let (mut left, mut height) = self.operand()?;
        while let Some(Token::Operator(operator)) = self.tokens.first() {
            let operator = *operator;
            if operator.rank() < least.max(1) {
                break;
            }
            self.tokens = &self.tokens[1..];
            let (right, other) = self.expression(operator.rank() + 1)?;
            height = height.max(other) + 1;
            if height > HIGHEST {
                return Err(too_complex());
            }
            left = Expr::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok((left, height))
    }

    fn operand(&mut self) -> Result<Grown, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(too_complex());
        }
        let grown = match self.next() {
            Some(Token::Number(number)) => (Expr::Number(number), 1),
            Some(Token::Text(text)) => (Expr::Text(text), 1),
            Some(Token::Name(name)) => self.named(name)?,
            Some(Token::Operator(Binary::Minus)) => self.signed(Unary::Minus)?,
            Some(Token::Operator(Binary::Plus)) => self.expression(Binary::Times.rank())?,
            Some(Token::Not) => self.signed(Unary::Not)?,
            Some(Token::Open) => {
                let inner = self.expression(0)?;
                self.close()?;
                inner
            }
            Some(token) => return Err(FormulaError::syntax(format_args!("Found '{}'", token.shown()))),
            None => return Err(FormulaError::syntax("Formula ends too early")),
        };
        self.depth -= 1;
        Ok(grown)
    }

    /// A sign binds tighter than everything but a power.
    fn signed(&mut self, sign: Unary) -> Result<Grown, FormulaError> {
        let (inner, height) = self.expression(Binary::Power.rank())?;
        Ok((Expr::Unary(sign, Box::new(inner)), height + 1))
    }

    fn close(&mut self) -> Result<(), FormulaError> {
        match self.next() {
            Some(Token::Close) => Ok(()),
            Some(_) | None => Err(FormulaError::syntax("Missing ')'")),
        }
    }

    fn named(&mut self, name: Box<str>) -> Result<Grown, FormulaError> {
        if self.tokens.first() != Some(&Token::Open) {
            return Ok((constant(&name).unwrap_or_else(|| path(&name)), 1));
        }
        self.tokens = &self.tokens[1..];
        let mut arguments = Vec::new();
        let mut height = 0;
        if self.tokens.first() == Some(&Token::Close) {
            self.tokens = &self.tokens[1..];
            return Ok((Expr::Call(name, arguments), 1));
        }
        loop {
            let (argument, other) = self.expression(0)?;
            arguments.push(argument);
            height = height.max(other);
            match self.next() {
                Some(Token::Comma) => {}
                Some(Token::Close) => return Ok((Expr::Call(name, arguments), height + 1)),
                Some(_) | None => return Err(FormulaError::syntax("Missing ')'")),
            }
        }
    }
}

fn constant(name: &str) -> Option<Expr> {
    match name {
        _ if name.eq_ignore_ascii_case("TRUE") => Some(Expr::Boolean(true)),
        _ if name.eq_ignore_ascii_case("FALSE") => Some(Expr::Boolean(false)),
        _ if name.eq_ignore_ascii_case("NULL") => Some(Expr::Null),
        _ => None,
    }
}

fn path(name: &str) -> Expr {
    Expr::Path(name.split('.').map(Into::into).collect())
}

fn too_complex() -> FormulaError {
    FormulaError::new("Formula is too complex: its parts lie too deep in one another")
}
