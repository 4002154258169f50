//! SOQL: a statement is resolved against the catalog into a plan of slots, the plan is evaluated, and
//! what does not fit on one page waits behind a locator.

mod calendar;
mod conditions;
mod cursors;
mod date_literals;
mod errors;
mod filter;
mod like;
mod literals;
mod name_object;
mod order;
mod path;
mod plan;
mod reader;
mod resolve;
mod run;
mod scan;
mod select_list;
mod shape;
#[cfg(test)]
mod tests;

pub(crate) use cursors::Cursors;
