//! From the files of a folder to the org that they hold.

use std::{
    fs::{self, File},
    io::BufReader,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread::JoinHandle,
    time::Instant,
};

use mockorg_gateway::{
    Gateway,
    recording::file::{End, FileError, OrgBeginning, Reader},
};
use mockorg_org::Timestamp;

use super::{
    DataChoice, DataError, Recovered,
    again::difference,
    folder::{Folder, Kind},
    images::Images,
    recorder::Keeper,
    writer::{Writer, create},
};

/// A folder that was looked at and not yet read.
#[derive(Debug)]
pub(crate) struct Found {
    folder: Arc<Folder>,
    choice: DataChoice,
    beginning: OrgBeginning,
    began: Instant,
    notes: Vec<String>,
}

/// A folder in which an org is kept while it runs.
#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) recovered: Recovered,
    writer: Option<JoinHandle<()>>,
    images: Option<JoinHandle<()>>,
    folder: Arc<Folder>,
    /// Tells that an image is due.
    due: Option<Sender<()>>,
    /// Until somebody makes images.
    told: Mutex<Option<Receiver<()>>>,
}

/// So many entries are done again in the blink of an eye.
const WORTH_AN_IMAGE: u64 = 2_000;

/// A journal, open behind its first line.
type Journal = Reader<BufReader<File>>;

impl Found {
    /// Looks into a folder for an org that began as this one would.
    pub(crate) fn open(choice: DataChoice, now: OrgBeginning) -> Result<Self, DataError> {
        let began = Instant::now();
        let folder = Folder::open(&choice.folder)?;
        if choice.reset {
            folder.remove_before(Kind::Image, u64::MAX)?;
            folder.remove_before(Kind::Journal, u64::MAX)?;
            folder.sync()?;
        }
        let mut found = Self { folder: Arc::new(folder), choice, beginning: now, began, notes: Vec::new() };
        found.drop_unwritten()?;
        let Some(first) = found.folder.numbers(Kind::Journal)?.first().copied() else { return Ok(found) };
        let header = found.journal(first)?.header().clone();
        if let Some(what) = difference(&header.beginning, &found.beginning) {
            return Err(DataError::Differs { path: found.folder.path().to_owned(), what });
        }
        let this = env!("CARGO_PKG_VERSION");
        if *header.mockorg != *this {
            found.notes.push(format!("kept by mockorg {}, and gone on with by {this}", header.mockorg));
        }
        found.beginning = header.beginning;
        Ok(found)
    }

    /// When the org began, or begins now.
    pub(crate) const fn at(&self) -> Timestamp {
        self.beginning.at
    }

    /// Removes the last journal if its maker died before the first line was safe.
    fn drop_unwritten(&mut self) -> Result<(), DataError> {
        let Some(last) = self.folder.numbers(Kind::Journal)?.last().copied() else { return Ok(()) };
        match self.journal(last) {
            Err(DataError::Journal { path, source: FileError::NoHeader }) => {
                fs::remove_file(&path).map_err(DataError::file(&path))?;
                self.notes.push(format!("{} was begun and not written; it held nothing", path.display()));
                self.folder.sync()
            }
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn journal(&self, number: u64) -> Result<Journal, DataError> {
        let path = self.folder.file(Kind::Journal, number);
        let file = File::open(&path).map_err(DataError::file(&path))?;
        let input = BufReader::with_capacity(1 << 20, file);
        Reader::open(input).map_err(|source| DataError::Journal { path, source })
    }

    /// Does again to the org what is kept in the folder, and keeps what is done to it from now on.
    pub(crate) fn go_on(mut self, gateway: &mut Gateway) -> Result<Data, DataError> {
        let numbers = self.folder.numbers(Kind::Journal)?;
        let image = self.put_image(gateway)?;
        let (mut position, mut repeated) = (image.unwrap_or_default(), 0);
        let mut last = None;
        for number in numbers.into_iter().filter(|number| image.is_none_or(|image| *number >= image)) {
            if number != position {
                let path = self.folder.path().to_owned();
                return Err(DataError::Gap { path, from: position, to: number });
            }
            let end = self.repeat(number, gateway)?;
            position += end.entries;
            repeated += end.entries;
            last = Some((number, end));
        }
        let journal = match last {
            Some((number, end)) => self.cut(number, end)?,
            None => create(&self.folder, &self.beginning, position)?,
        };
        let keeper = Keeper::new(position);
        gateway.resume(Arc::clone(&keeper) as Arc<_>);
        let (tell, told) = mpsc::channel();
        let writer = Writer {
            folder: Arc::clone(&self.folder),
            keeper: Arc::clone(&keeper),
            durability: self.choice.durability,
            beginning: self.beginning,
            journal,
            images: tell.clone(),
            image_every: self.choice.image_every,
            since_image: repeated,
        };
        let writer = writer.start().map_err(DataError::file(self.folder.path()))?;
        let took = self.began.elapsed();
        let recovered = Recovered { entries: position, image, repeated, took, notes: self.notes };
        Ok(Data {
            keeper,
            recovered,
            writer: Some(writer),
            images: None,
            folder: self.folder,
            due: Some(tell),
            told: Mutex::new(Some(told)),
        })
    }

    /// Puts the org to the newest image that is good; gives how many entries led there.
    fn put_image(&mut self, gateway: &Gateway) -> Result<Option<u64>, DataError> {
        for number in self.folder.numbers(Kind::Image)?.into_iter().rev() {
            let path = self.folder.file(Kind::Image, number);
            let bytes = fs::read(&path).map_err(DataError::file(&path))?;
            match gateway.put_state(&bytes) {
                Ok(entries) if entries == number => return Ok(Some(number)),
                Ok(_) => {
                    self.notes.push(format!("{} is of another entry than its name says", path.display()))
                }
                Err(error) => self.notes.push(format!("{} is of no use: {error}", path.display())),
            }
        }
        Ok(None)
    }

    /// Does again what one journal holds.
    fn repeat(&self, number: u64, gateway: &Gateway) -> Result<End, DataError> {
        let mut journal = self.journal(number)?;
        let path = self.folder.file(Kind::Journal, number);
        let broken = |source| DataError::Journal { path: path.clone(), source };
        while let Some(unit) = journal.next_unit().map_err(broken)? {
            for entry in unit {
                gateway.repeat(entry);
            }
        }
        Ok(journal.end())
    }

    /// Opens the last journal to be gone on with, without what was not wholly written.
    fn cut(&mut self, number: u64, end: End) -> Result<File, DataError> {
        let path = self.folder.file(Kind::Journal, number);
        let file = File::options().append(true).open(&path).map_err(DataError::file(&path))?;
        if let Some(torn) = end.torn {
            file.set_len(torn.at).and_then(|()| file.sync_all()).map_err(DataError::file(&path))?;
            self.notes.push(format!("{}: {torn}", path.display()));
        }
        Ok(file)
    }
}

impl Data {
    /// Makes images from now on.
    pub(crate) fn make_images(&mut self, gateway: &Arc<Gateway>) -> Result<(), DataError> {
        let told = self.told.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let Some(told) = told else { return Ok(()) };
        let images = Images {
            folder: Arc::clone(&self.folder),
            keeper: Arc::clone(&self.keeper),
            gateway: Arc::clone(gateway),
        };
        self.images = Some(images.start(told).map_err(DataError::file(self.folder.path()))?);
        Ok(())
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // A last image, unless the next start would hardly notice.
        let since = self.keeper.kept().saturating_sub(self.recovered.image.unwrap_or_default());
        if let Some(tell) = self.due.take().filter(|_| since > WORTH_AN_IMAGE) {
            // Nobody makes images of an org that could not start.
            let _ = tell.send(());
        }
        self.keeper.end();
        if let Some(writer) = self.writer.take() {
            // What it could not write it has told.
            let _ = writer.join();
        }
        if let Some(images) = self.images.take() {
            let _ = images.join();
        }
    }
}
