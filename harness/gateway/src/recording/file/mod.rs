//! The file in which entries are kept, as bytes: what can be read by eye, found by `grep`, and held against its
//! checksums.
//!
//! A line is eight hexadecimal digits of CRC-32, a mark, and JSON; the checksum is that of mark and JSON. The first
//! line says how the org began, each other line is one entry.

mod error;
mod header;
mod line;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use error::{FileError, Torn};
pub use header::{Header, OrgBeginning, PermissionAssignment, VERSION};
pub use line::GroupPlace;
pub(crate) use reader::read_title;
pub use reader::{End, Reader};
pub(crate) use writer::write_title;
pub use writer::{write_header, write_unit};
