//! A recording as it grows, in memory or in a file.

use std::{
    env, fmt,
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use mockorg_gateway::{
    Entry, Recorder, Settled,
    recording::file::{FileError, GroupPlace, Header, OrgBeginning, write_header, write_unit},
};
use mockorg_org::Recording;

use crate::{MockOrg, MockOrgBuilder};

/// The environment variable that names a folder for the recordings of tests that fail.
pub const RECORDINGS: &str = "MOCKORG_RECORDINGS";

/// How many bytes a recording has at most.
const LONGEST: usize = 256 * 1024 * 1024;

/// Why there is no recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The org does not record.
    #[error("the org does not record; start it with `MockOrg::builder().record()`")]
    Off,
    /// There was more to record than is kept.
    #[error("the recording has grown beyond {LONGEST} bytes and was given up; record less of the run")]
    TooLong,
    /// An entry cannot be written down.
    #[error("the recording cannot be written: {0}; report this as a mistake of mockorg")]
    Unwritable(String),
    /// Nothing more could be recorded at some time.
    #[error("the recording is not whole: {0}")]
    GivenUp(String),
    /// The file cannot be written.
    #[error("cannot write {}: {source}; choose another place", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: std::io::Error,
    },
}

/// What an org is to record, and where.
#[derive(Clone, Debug)]
pub(crate) enum RecordChoice {
    /// In memory, until somebody saves it.
    Memory,
    /// In a file, as it happens.
    File(PathBuf),
}

impl RecordChoice {
    /// What is recorded where nobody has chosen: everything in memory, where failing tests shall leave recordings.
    pub(crate) fn wanted() -> Option<Self> {
        env::var_os(RECORDINGS).map(|_| Self::Memory)
    }
}

/// Everything that is done to an org, as the text of a recording.
#[derive(Debug)]
pub(crate) struct Tape(Mutex<Written>);

struct Written {
    to: To,
    units: u64,
    /// Why nothing is recorded any more.
    broken: Option<RecordingError>,
    tell: Option<Tell>,
}

/// Tells that nothing is recorded any more.
type Tell = Box<dyn Fn(&RecordingError) + Send>;

#[derive(Debug)]
enum To {
    Memory(Vec<u8>),
    /// A file, and what one unit is written into before it goes there.
    File(PathBuf, File, Vec<u8>),
}

impl Tape {
    /// A recording of an org that begins so.
    pub(crate) fn new(choice: RecordChoice, beginning: OrgBeginning) -> Result<Arc<Self>, RecordingError> {
        let header = Header {
            mockorg: env!("CARGO_PKG_VERSION").into(),
            first: 0,
            recording: Recording::Answers,
            beginning,
        };
        let mut line = Vec::new();
        write_header(&mut line, &header).map_err(|error| unwritable(&error))?;
        let to = match choice {
            RecordChoice::Memory => To::Memory(line),
            RecordChoice::File(path) => {
                let made = File::create(&path).and_then(|mut file| file.write_all(&line).map(|()| file));
                match made {
                    Ok(file) => To::File(path, file, Vec::new()),
                    Err(source) => return Err(RecordingError::Write { path, source }),
                }
            }
        };
        Ok(Arc::new(Self(Mutex::new(Written { to, units: 0, broken: None, tell: None }))))
    }

    fn written(&self) -> MutexGuard<'_, Written> {
        // Units are added whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, path: &Path) -> Result<(), RecordingError> {
        let written = self.written();
        if let Some(error) = &written.broken {
            return Err(RecordingError::GivenUp(error.to_string()));
        }
        let saved = match &written.to {
            To::Memory(text) => fs::write(path, text),
            To::File(from, ..) => fs::copy(from, path).map(drop),
        };
        saved.map_err(|source| RecordingError::Write { path: path.to_owned(), source })
    }
}

fn unwritable(error: &FileError) -> RecordingError {
    RecordingError::Unwritable(error.to_string())
}

impl Written {
    fn write(&mut self, entries: &[Entry]) -> Result<(), RecordingError> {
        match &mut self.to {
            To::Memory(text) => {
                write_unit(text, entries, GroupPlace::First).map_err(|error| unwritable(&error))?;
                if text.len() > LONGEST {
                    *text = Vec::new();
                    return Err(RecordingError::TooLong);
                }
            }
            To::File(path, file, buffer) => {
                buffer.clear();
                write_unit(buffer, entries, GroupPlace::First).map_err(|error| unwritable(&error))?;
                file.write_all(buffer)
                    .map_err(|source| RecordingError::Write { path: path.clone(), source })?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Written")
            .field("units", &self.units)
            .field("broken", &self.broken)
            .finish_non_exhaustive()
    }
}

impl Recorder for Tape {
    fn recording(&self) -> Recording {
        Recording::Answers
    }

    fn append(&self, entries: Vec<Entry>) -> u64 {
        let mut written = self.written();
        written.units += 1;
        if written.broken.is_none()
            && let Err(error) = written.write(&entries)
        {
            if let Some(tell) = &written.tell {
                tell(&error);
            }
            written.broken = Some(error);
        }
        written.units
    }

    fn is_settled(&self, _: u64) -> bool {
        // Nobody was promised that a recording lasts.
        true
    }

    fn settled(&self, _: u64) -> Settled<'_> {
        Box::pin(async { Ok(()) })
    }
}

impl MockOrgBuilder {
    /// Has the org keep all that is done to it, with what comes of it, for [`MockOrg::save_recording`].
    pub fn record(mut self) -> Self {
        self.record = Some(RecordChoice::Memory);
        self
    }

    /// The same into a file, as it happens.
    pub fn record_to(mut self, path: impl AsRef<Path>) -> Self {
        self.record = Some(RecordChoice::File(path.as_ref().to_owned()));
        self
    }
}

impl MockOrg {
    /// Writes down everything that was done to the org so far, with what came of it, as a file that `mockorg replay` and
    /// [`replay`](crate::replay) run again. It holds what clients sent, passwords and tokens of this org included.
    ///
    /// With the environment variable `MOCKORG_RECORDINGS` naming a folder every org records, and one that is dropped by a
    /// test which panics leaves its recording there.
    ///
    /// # Errors
    ///
    /// When the org was not started with [`MockOrgBuilder::record`](crate::MockOrgBuilder::record), or the file cannot
    /// be written.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::builder().record().start_blocking()?;
    /// org.login(mockorg::ADMIN.username, mockorg::ADMIN.password)?;
    /// let file = std::env::temp_dir().join(format!("recording-{}.jsonl", std::process::id()));
    /// org.save_recording(&file)?;
    /// let replay = mockorg::replay(&file)?;
    /// assert!(replay.compared > 0 && replay.difference.is_none());
    /// # std::fs::remove_file(&file)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save_recording(&self, path: impl AsRef<Path>) -> Result<(), RecordingError> {
        self.recorded.as_ref().ok_or(RecordingError::Off)?.tape.save(path.as_ref())
    }

    /// Has `tell` told when nothing can be recorded any more, as on a full disk; the org goes on.
    pub fn on_recording_loss(&self, tell: impl Fn(&RecordingError) + Send + 'static) {
        if let Some(recorded) = &self.recorded {
            recorded.tape.written().tell = Some(Box::new(tell));
        }
    }
}

/// The recording of a running org; a test that fails leaves it in the folder for such.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) tape: Arc<Tape>,
    /// The port of the org, which tells several of one test apart.
    pub(crate) port: u16,
}

impl Drop for Recorded {
    fn drop(&mut self) {
        let (true, Some(folder)) = (thread::panicking(), env::var_os(RECORDINGS)) else { return };
        let test = thread::current().name().unwrap_or("test").replace("::", "-");
        let port = self.port;
        let path = Path::new(&folder).join(format!("{test}-{port}.jsonl"));
        let saved = fs::create_dir_all(&folder)
            .map_err(|source| RecordingError::Write { path: folder.into(), source })
            .and_then(|()| self.tape.save(&path));
        tell(&match saved {
            Ok(()) => format!("what was done to the org: mockorg replay {}", path.display()),
            Err(error) => format!("no recording of the org: {error}"),
        });
    }
}

#[expect(clippy::print_stderr, reason = "whoever sees the test fail shall see where its recording lies")]
fn tell(line: &str) {
    eprintln!("{line}");
}
