//! Reading records: rows, calculated values, relationships, replication windows.

mod calculated;
mod related;
mod replication;
mod retrieve;
mod row;

pub(crate) use calculated::{Calculated, Calculations, Held};
pub(crate) use row::Shapes;
