//! Why an org cannot be kept in a folder, or be had from it.

use std::{io, path::PathBuf};

use mockorg_gateway::recording::file::FileError;
use thiserror::Error;

/// Why a folder cannot be used to keep an org. Shown, it says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file or the folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process keeps its org there.
    #[error("{} belongs to another mockorg that runs; stop that one, or choose another folder", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A journal cannot be read.
    #[error("{}: {source}", path.display())]
    Journal {
        /// The journal.
        path: PathBuf,
        /// What is wrong, and what to do.
        source: FileError,
    },
    /// A journal between two others, or the image before the first one, is not there.
    #[error("{}: entry {from} and those behind it are missing, up to entry {to}; put the files back, or begin anew with --data-reset", path.display())]
    Gap {
        /// The folder.
        path: PathBuf,
        /// The first entry that is missing.
        from: u64,
        /// The first entry that is there again.
        to: u64,
    },
    /// The org in the folder began otherwise than this one would.
    #[error(
        "the org in {} began otherwise: {what} differ from what is asked for now; start it as before, choose another folder, or give that org up with --data-reset", path.display()
    )]
    Differs {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: String,
    },
}

impl DataError {
    /// What went wrong with a file.
    pub(crate) fn file(path: &std::path::Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
