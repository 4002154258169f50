//! The Salesforce Object Search Language: grammar, tree, printer and errors.
//!
//! Invariant: as in the rest of the crate, names stay as written and nothing here knows an object.
//! Conditions, order terms and field expressions are those of [`crate::tree`].

mod diagnostic;
mod parser;
mod printer;
mod returning;
mod term;
mod term_scan;
mod tree;
mod with;

pub use diagnostic::{SearchError, SearchErrorKind};
pub use parser::parse_search;
pub use term::parse_term;
pub use tree::{
    Piece, Quoted, Returning, Search, SearchGroup, SearchUpdate, SearchWith, Term, TermExpr, UpdateKind,
    WithKind, Word,
};
