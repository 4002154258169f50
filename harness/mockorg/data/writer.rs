//! The thread that writes entries: what has come meanwhile goes to the disk together.

use std::{
    fs::File,
    io::{self, Write as _},
    sync::{Arc, mpsc::Sender},
    thread::{self, JoinHandle},
};

use mockorg_gateway::recording::file::{GroupPlace, Header, OrgBeginning, write_header, write_unit};
use mockorg_org::Recording;

use super::{
    DataError, Durability,
    folder::{Folder, Kind},
    recorder::{Keeper, Order},
};

/// So many bytes are written at once at most; the disk is waited for once all the same.
const PIECE: usize = 4 * 1024 * 1024;

/// Writes what a keeper is given into the journals of a folder.
pub(super) struct Writer {
    pub(super) folder: Arc<Folder>,
    pub(super) keeper: Arc<Keeper>,
    pub(super) durability: Durability,
    pub(super) beginning: OrgBeginning,
    pub(super) journal: File,
    /// Is told after so many entries that an image is due.
    pub(super) images: Sender<()>,
    pub(super) image_every: u64,
    pub(super) since_image: u64,
}

impl Writer {
    /// Begins to write on a thread of its own, until the keeper is at its end.
    pub(super) fn start(mut self) -> io::Result<JoinHandle<()>> {
        thread::Builder::new().name("mockorg-journal".to_owned()).spawn(move || {
            let mut buffer = Vec::new();
            while let Some(orders) = self.keeper.next() {
                if let Err(why) = self.write(orders, &mut buffer) {
                    self.keeper.lose(&format!("{}: {why}", self.folder.path().display()));
                    // What is handed over from now on is not taken.
                    return;
                }
            }
        })
    }

    fn write(&mut self, orders: Vec<Order>, buffer: &mut Vec<u8>) -> Result<(), String> {
        let (mut entries, mut place) = (0, GroupPlace::First);
        for order in orders {
            match order {
                Order::Unit(unit) => {
                    write_unit(buffer, &unit, place).map_err(|error| error.to_string())?;
                    place = GroupPlace::Later;
                    entries += unit.len() as u64;
                    if buffer.len() >= PIECE {
                        self.flush(buffer)?;
                    }
                }
                Order::Turn(position) => {
                    self.flush(buffer)?;
                    self.settle(std::mem::take(&mut entries))?;
                    place = GroupPlace::First;
                    self.journal =
                        create(&self.folder, &self.beginning, position).map_err(|error| error.to_string())?;
                }
            }
        }
        self.flush(buffer)?;
        self.settle(entries)
    }

    fn flush(&mut self, buffer: &mut Vec<u8>) -> Result<(), String> {
        self.journal.write_all(buffer).map_err(|error| error.to_string())?;
        buffer.clear();
        buffer.shrink_to(PIECE);
        Ok(())
    }

    fn settle(&mut self, entries: u64) -> Result<(), String> {
        if entries > 0 {
            if self.durability == Durability::Fsync {
                self.journal.sync_data().map_err(|error| error.to_string())?;
            }
            self.keeper.keep(entries);
            self.since_image += entries;
            if self.since_image >= self.image_every {
                self.since_image = 0;
                // Nobody is left to make images when the org ends.
                let _ = self.images.send(());
            }
        }
        Ok(())
    }
}

/// Makes a journal whose first entry has this number.
pub(super) fn create(folder: &Folder, beginning: &OrgBeginning, first: u64) -> Result<File, DataError> {
    let path = folder.file(Kind::Journal, first);
    let header = Header {
        mockorg: env!("CARGO_PKG_VERSION").into(),
        first,
        recording: Recording::Operations,
        beginning: beginning.clone(),
    };
    let mut line = Vec::new();
    write_header(&mut line, &header).map_err(|source| DataError::Journal { path: path.clone(), source })?;
    let made = File::create(&path).and_then(|mut file| {
        file.write_all(&line)?;
        file.sync_all()?;
        Ok(file)
    });
    let file = made.map_err(DataError::file(&path))?;
    folder.sync()?;
    Ok(file)
}
