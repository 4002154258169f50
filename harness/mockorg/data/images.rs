//! The thread that makes images of the org, so that its next start is short and its journals stay so.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    sync::{Arc, mpsc::Receiver},
    thread::{self, JoinHandle},
};

use mockorg_gateway::Gateway;

use super::{
    DataError,
    folder::{Folder, Kind},
    recorder::Keeper,
};

/// Makes images of an org.
pub(super) struct Images {
    pub(super) folder: Arc<Folder>,
    pub(super) keeper: Arc<Keeper>,
    pub(super) gateway: Arc<Gateway>,
}

impl Images {
    /// Makes an image whenever it is told, on a thread of its own, until nobody is left to tell it.
    pub(super) fn start(self, told: Receiver<()>) -> io::Result<JoinHandle<()>> {
        thread::Builder::new().name("mockorg-images".to_owned()).spawn(move || {
            while told.recv().is_ok() {
                // The journals hold everything: without an image the next start takes longer. The next one may do.
                if let Err(why) = self.make() {
                    self.keeper.note(format!(
                        "no image of the org was made, so that its next start takes longer; nothing is lost: {why}"
                    ));
                }
            }
        })
    }

    /// Makes an image, and removes what it stands for. The org is held no longer than for a snapshot.
    fn make(&self) -> Result<(), DataError> {
        let Some(state) = self.gateway.org_state(|| self.keeper.turn()) else {
            self.keeper.note(
                "no image of the org can be made while it has snapshots and another org file was imported, so that its \
                 next start takes longer; nothing is lost: delete the snapshots to have images again"
                    .to_owned(),
            );
            return Ok(());
        };
        let path = self.folder.file(Kind::Image, state.entries);
        let bytes = state.to_bytes().map_err(|source| DataError::Journal { path: path.clone(), source })?;
        // Under another name until it is whole.
        let making = path.with_extension("making");
        let written = File::create(&making).and_then(|mut file| {
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&making, &path)
        });
        written.map_err(DataError::file(&path))?;
        self.folder.sync()?;
        self.folder.remove_before(Kind::Journal, state.entries)?;
        self.folder.remove_before(Kind::Image, state.entries)
    }
}
