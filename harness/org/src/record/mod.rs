//! Records: values in slots, tables with their indexes, and the undo log of a transaction.

mod slots;
mod store;
mod table;

pub use slots::{Record, RecordView};
pub(crate) use store::{Savepoint, Store};
pub(crate) use table::Table;
