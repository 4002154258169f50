//! An org as an org file that begins another one with the same records.

mod left_out;
mod steps;
mod whole;

pub use left_out::LeftOut;
pub use whole::Export;
