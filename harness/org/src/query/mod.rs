//! SOQL: a statement is resolved against the catalog into a plan of slots, the plan is evaluated, and
//! what does not fit on one page waits behind a locator.

mod aggregates;
mod calendar;
mod children;
mod columns;
mod conditions;
mod currency;
mod cursors;
mod date_literals;
mod date_parts;
mod distance;
mod errors;
mod event_condition;
mod explain;
mod export;
mod filter;
mod format;
mod forming;
mod functions;
mod grouping;
mod groups;
mod image;
mod like;
mod limits;
mod literals;
mod locales;
mod name_object;
mod operand;
mod order;
mod pages;
mod path;
mod plan;
mod reader;
mod resolve;
mod returning;
mod run;
mod scan;
mod scope;
mod scopes;
mod select_list;
mod semi_join;
mod shape;
mod terms;
#[cfg(test)]
mod tests;
mod topic;
mod type_of;
mod usage;
mod vector;

pub(crate) use cursors::Cursors;
pub(crate) use event_condition::EventCondition;
pub(crate) use export::Export;
pub(crate) use image::CursorsImage;
pub(crate) use returning::Returned;
pub(crate) use topic::{TopicQuery, object_of_topic};
