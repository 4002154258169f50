//! Records: typed columns in chunks, tables with their indexes, and the undo log of a transaction.

mod bin;
mod bits;
mod changes;
mod choice;
mod chunk;
mod column;
mod image;
mod index;
mod pages;
mod slots;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod view;

pub(crate) use bits::{Bits, CHUNK_ROWS};
pub(crate) use changes::Change;
pub(crate) use chunk::{Chunk, RowNo};
pub(crate) use column::{Column, Data};
pub(crate) use pages::Pages;
pub use slots::Record;
pub(crate) use store::{Savepoint, Store};
pub(crate) use table::Table;
pub use view::RecordView;
