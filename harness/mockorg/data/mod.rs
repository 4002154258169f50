//! Orgs that outlive their process: a folder with journals of what was done, and with images of what came of it.

mod again;
mod choice;
mod error;
mod facade;
mod folder;
mod images;
mod recorder;
mod recovered;
mod recovery;
mod writer;

pub(crate) use again::Told;
pub(crate) use choice::DataChoice;
pub use choice::Durability;
pub use error::DataError;
pub use recovered::Recovered;
pub(crate) use recovery::{Data, Found};
