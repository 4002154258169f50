//! The grammar: recursive descent over the lexer's tokens, one file per part of the statement.

pub(crate) mod clause;
pub(crate) mod condition;
pub(crate) mod cursor;
pub(crate) mod expr;
pub(crate) mod literal;
mod select_list;
mod statement;
pub(crate) mod words;

pub use statement::parse;
