//! What can be wrong with a file of entries.

use std::{fmt, io};

use super::VERSION;

/// Why a file of entries cannot be read or written. Shown, it says what to do.
#[derive(Debug)]
#[non_exhaustive]
pub enum FileError {
    /// The bytes cannot be got.
    Read(io::Error),
    /// The file does not begin as a journal does.
    NoJournal,
    /// The file ends within its first line: its writer died before it wrote anything else.
    NoHeader,
    /// The file was written by a newer mockorg.
    Version {
        /// The version of the file.
        version: u32,
    },
    /// A line is damaged, and what follows was written after it was safe.
    Damaged {
        /// The byte at which the damage begins.
        at: u64,
        /// The line, from 1.
        line: u64,
        /// How many entries are good before it.
        entries: u64,
    },
    /// A line is whole, but says what this mockorg does not know.
    Unknown {
        /// The line, from 1.
        line: u64,
        /// What the reader says.
        why: Box<str>,
    },
    /// An entry cannot be written down.
    Unwritable {
        /// What the writer says.
        why: Box<str>,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::NoJournal => f.write_str("this is no journal of mockorg; give a file that mockorg wrote"),
            Self::NoHeader => f.write_str("the journal ends within its first line; it holds nothing"),
            Self::Version { version } => write!(
                f,
                "the journal is of version {version}, and this mockorg reads versions up to {VERSION}; use the mockorg that wrote it, or a newer one"
            ),
            Self::Damaged { at, line, entries } => write!(
                f,
                "line {line} is damaged (byte {at}), and good lines follow, so that this is no write that broke off; the {entries} entries before it are good: put the file back from a copy, or cut it at that byte and lose what follows"
            ),
            Self::Unknown { line, why } => write!(
                f,
                "line {line} is whole, but this mockorg does not understand it ({why}); use the mockorg that wrote the file"
            ),
            Self::Unwritable { why } => write!(f, "an entry cannot be written down: {why}"),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Read(error) = self { Some(error) } else { None }
    }
}

/// The end of a file that is no whole entry: its writer died while it wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Torn {
    /// The byte at which it begins: what the file is to be cut to.
    pub at: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many entries are good before it.
    pub entries: u64,
}

impl fmt::Display for Torn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, bytes, entries } = self;
        write!(
            f,
            "{bytes} bytes from byte {at} on were never wholly written; {entries} entries before them are kept"
        )
    }
}
