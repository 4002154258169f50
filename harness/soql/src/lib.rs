//! The Salesforce Object Query Language: lexer, grammar, tree, printer and caret diagnostics; and,
//! in [`sosl`], the search language, whose clauses it shares.
//!
//! Invariant: this crate knows no objects. It accepts any identifier and any function name; what a
//! name means, and whether it may stand where it stands, is decided by the org.

mod diagnostic;
mod lexer;
mod moment;
mod parser;
mod printer;
pub mod sosl;
mod text;
mod token;
pub mod tree;

pub use diagnostic::{SyntaxError, SyntaxErrorKind, TextEra, caret_block};
pub use parser::parse;
