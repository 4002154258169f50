//! Recordings in a folder: `vXX.0/<area>/<case>.json`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{Recording, RecordingError};
use crate::redact::Body;

/// A folder of recordings.
#[derive(Debug, Clone)]
pub struct Recordings {
    dir: PathBuf,
}

impl Recordings {
    /// The recordings in a folder, which need not exist yet.
    pub fn in_dir(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Where the recording of a case lies.
    pub fn path(&self, case: &str, version: &str) -> PathBuf {
        self.dir.join(format!("v{version}")).join(format!("{case}.json"))
    }

    /// Writes a recording over an older one, and says where it lies.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] when the file cannot be written.
    pub fn write(&self, recording: &Recording) -> Result<PathBuf, RecordingError> {
        let path = self.path(&recording.case, &recording.version);
        let failed = |error: io::Error| unusable(&path, &error.to_string());
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let text = Body::Json(recording.to_json()).pretty();
        fs::write(&path, text + "\n").map_err(failed)?;
        Ok(path)
    }

    /// The recording of a case, if there is one.
    ///
    /// # Errors
    ///
    /// [`RecordingError`] when the file cannot be read or is no recording of this case.
    pub fn read(&self, case: &str, version: &str) -> Result<Option<Recording>, RecordingError> {
        let path = self.path(case, version);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&path, &error.to_string())),
        };
        let recording = Recording::parse(&path.display().to_string(), &text)?;
        if recording.case != case || recording.version != version {
            return Err(unusable(
                &path,
                "is the recording of another case; its name must be that of its case",
            ));
        }
        Ok(Some(recording))
    }
}

fn unusable(path: &Path, problem: &str) -> RecordingError {
    RecordingError { place: path.display().to_string(), problem: problem.to_owned() }
}
