//! The grammar: recursive descent over the lexer's tokens, one file per part of the statement.

mod clause;
mod condition;
mod cursor;
mod expr;
mod literal;
mod select_list;
mod statement;
mod words;

pub use statement::parse;
