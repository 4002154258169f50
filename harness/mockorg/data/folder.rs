//! The folder of an org that outlives its process: which files lie in it, and who may touch them.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use super::DataError;

const LOCK: &str = "LOCK";

/// A folder that nobody else touches.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// The system takes the lock back when the process ends, however it does.
    _lock: File,
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Entries, from the one of its number on.
    Journal,
    /// What came of the entries before the one of its number.
    Image,
}

impl Kind {
    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Journal => ("journal-", ".jsonl"),
            Self::Image => ("state-", ".image"),
        }
    }

    fn number(self, name: &str) -> Option<u64> {
        let (before, behind) = self.parts();
        let digits = name.strip_prefix(before)?.strip_suffix(behind)?;
        digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())?
    }
}

impl Folder {
    /// Makes the folder when there is none, and keeps others off.
    pub(crate) fn open(path: &Path) -> Result<Self, DataError> {
        fs::create_dir_all(path).map_err(DataError::file(path))?;
        let lock = path.join(LOCK);
        let file = File::options().create(true).truncate(false).write(true).open(&lock);
        let file = file.map_err(DataError::file(&lock))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: file }),
            Err(TryLockError::WouldBlock) => Err(DataError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(DataError::File { path: lock, source }),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file.
    pub(crate) fn file(&self, kind: Kind, number: u64) -> PathBuf {
        let (before, behind) = kind.parts();
        // As many digits as keep the files of any life in order for the eye.
        self.path.join(format!("{before}{number:012}{behind}"))
    }

    /// The numbers of the files of a kind, in order.
    pub(crate) fn numbers(&self, kind: Kind) -> Result<Vec<u64>, DataError> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(DataError::file(&self.path))? {
            let name = entry.map_err(DataError::file(&self.path))?.file_name();
            numbers.extend(name.to_str().and_then(|name| kind.number(name)));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Has the disk know which files there are.
    pub(crate) fn sync(&self) -> Result<(), DataError> {
        // Elsewhere a folder cannot be opened, and its files are told with their content.
        #[cfg(unix)]
        File::open(&self.path).and_then(|folder| folder.sync_all()).map_err(DataError::file(&self.path))?;
        Ok(())
    }

    /// Removes the files of a kind before a number.
    pub(crate) fn remove_before(&self, kind: Kind, number: u64) -> Result<(), DataError> {
        for old in self.numbers(kind)?.into_iter().filter(|old| *old < number) {
            let path = self.file(kind, old);
            fs::remove_file(&path).map_err(DataError::file(&path))?;
        }
        Ok(())
    }
}
