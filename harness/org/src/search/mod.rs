//! SOSL: a term is held against the text of records, and what RETURNING asks for is read as a query
//! would read it.

mod fields;
mod fold;
mod layout;
mod matcher;
mod parameters;
mod pattern;
mod run;
mod scope;
mod share;
mod suggestions;
#[cfg(test)]
mod tests;
mod tokens;
