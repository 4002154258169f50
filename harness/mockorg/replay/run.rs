//! A recording, run again.

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use mockorg_gateway::{Entry, recording::file::Reader};

use super::Difference;
use crate::{StartError, beginning::Beginning};

/// What came of a recording that was run again.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// How many entries were done again.
    pub entries: u64,
    /// How many answers were held against the recorded ones.
    pub compared: u64,
    /// What of the end of the file could not be read, as after a crash.
    pub torn: Option<String>,
    /// The first difference; nothing behind it was done again.
    pub difference: Option<Difference>,
}

/// Why a recording cannot be run again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The file cannot be opened.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: std::io::Error,
    },
    /// The file is no recording, or a damaged one.
    #[error("{}: {what}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// The file goes on where another one ends.
    #[error("{} goes on after {first} entries of other files; replay a recording, or the first journal of a folder", path.display())]
    Continuation {
        /// The file.
        path: PathBuf,
        /// How many entries are in other files.
        first: u64,
    },
    /// The org of the recording does not begin in this version of mockorg.
    #[error("the org of {} does not begin: {source}", path.display())]
    Start {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<StartError>,
    },
}

/// Does again what a recording holds, to an org that begins as the recorded one did, and stops at the first answer that
/// differs from the recorded one.
///
/// # Errors
///
/// When the file cannot be read, is no recording, or its org does not begin in this version of mockorg.
///
/// # Examples
///
/// See [`MockOrg::save_recording`](crate::MockOrg::save_recording).
pub fn replay(path: impl AsRef<Path>) -> Result<Replay, ReplayError> {
    let path = path.as_ref();
    let format = |error: mockorg_gateway::recording::file::FileError| ReplayError::Format {
        path: path.to_owned(),
        what: error.to_string(),
    };
    let file = File::open(path).map_err(|source| ReplayError::Read { path: path.to_owned(), source })?;
    let mut reader = Reader::open(BufReader::new(file)).map_err(format)?;
    let header = reader.header().clone();
    if header.first > 0 {
        return Err(ReplayError::Continuation { path: path.to_owned(), first: header.first });
    }
    let gateway = Beginning::gateway_of(header.beginning)
        .map_err(|source| ReplayError::Start { path: path.to_owned(), source: Box::new(source) })?;
    let mut replay = Replay { entries: 0, compared: 0, torn: None, difference: None };
    while let Some(unit) = reader.next_unit().map_err(format)? {
        for entry in unit {
            replay.entries += 1;
            // The header is the first line.
            let line = replay.entries + 1;
            let recorded = match &entry {
                Entry::Org { outcome, .. } => outcome.clone(),
                _ => None,
            };
            let now = gateway.repeat(entry.clone());
            let (Some(recorded), Some(now)) = (recorded, now) else { continue };
            replay.compared += 1;
            replay.difference = Difference::between(line, &entry, &recorded, &now);
            if replay.difference.is_some() {
                return Ok(replay);
            }
        }
    }
    replay.torn = reader.end().torn.as_ref().map(ToString::to_string);
    Ok(replay)
}
