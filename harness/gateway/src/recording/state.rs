//! All of an org in one piece: itself, its clock and its snapshots, so that what led there need not be done again.
//!
//! The file is a line as that of a journal, which says what follows, and the images of the orgs one after the other.

use std::sync::Arc;

use mockorg_org::{Org, Timestamp, events::ReplayId};
use serde::{Deserialize, Serialize};

use super::file::{FileError, read_title, write_title};
use crate::{
    Clock, Gateway, OrgFactory,
    moment::{Beginning, Moment},
    snapshots::Snapshot,
    stubs::{KeptStubs, WrittenStub},
    webhooks::{KeptWebhooks, WrittenWebhook},
};

/// What the first line calls the file.
const FORMAT: &str = "mockorg-state";

/// An org as it was at one moment, to be written down while it goes on.
#[derive(Debug)]
pub struct OrgState {
    /// How many entries led there.
    pub entries: u64,
    imported: Option<Arc<str>>,
    /// The org, and its snapshots by their names.
    moments: Vec<(Option<Box<str>>, Snapshot)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Contents {
    entries: u64,
    imported: Option<Box<str>>,
    moments: Vec<About>,
}

/// What is known of an org beside its image.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct About {
    snapshot: Option<Box<str>>,
    clock: Clock,
    latest: Timestamp,
    started: Timestamp,
    beginning: Beginning,
    begun: ReplayId,
    stubs: Vec<WrittenStub>,
    webhooks: Vec<WrittenWebhook>,
    bytes: u64,
}

impl Gateway {
    /// The org as it is now, with what `mark` gives while nothing can happen to it: how many entries led here.
    ///
    /// This costs as little as a snapshot. `None` when there are snapshots of before another org file was imported:
    /// their definitions are not at hand any more.
    pub fn org_state(&self, mark: impl FnOnce() -> u64) -> Option<OrgState> {
        let state = self.state();
        let imported = self.imported();
        if self.has_imported() && !state.snapshots.is_empty() {
            return None;
        }
        let own = (None, self.snapshot(&state));
        let snapshots =
            state.snapshots.iter().map(|(name, kept)| (Some(name.clone()), Snapshot::clone(kept)));
        let moments = std::iter::once(own).chain(snapshots).collect();
        Some(OrgState { entries: mark(), imported, moments })
    }

    /// Puts the org to a state that was written down; gives how many entries led there. Nobody else touches the org.
    ///
    /// # Errors
    ///
    /// [`FileError`]; nothing has changed then.
    pub fn put_state(&self, bytes: &[u8]) -> Result<u64, FileError> {
        let (contents, mut rest): (Contents, _) = read_title(FORMAT, bytes)?;
        let broken = |why: String| FileError::Unknown { line: 1, why: why.into() };
        let Some(first) = contents.moments.first() else {
            return Err(broken("there is no org in it".to_owned()));
        };
        let make: OrgFactory = match &contents.imported {
            Some(file) => self
                .import_again(file, first.started)
                .ok_or_else(|| broken("the org file that was imported cannot be read again".to_owned()))?,
            None => self.maker(),
        };
        let catalog = Arc::clone(make(first.started).catalog());
        let mut moments = Vec::new();
        for about in contents.moments {
            let length = usize::try_from(about.bytes).unwrap_or(usize::MAX);
            let (image, behind) =
                rest.split_at_checked(length).ok_or_else(|| broken("the file is too short".to_owned()))?;
            rest = behind;
            let org =
                Org::from_image(Arc::clone(&catalog), image).map_err(|error| broken(error.to_string()))?;
            let About { snapshot, clock, latest, started, beginning, begun, stubs, webhooks, .. } = about;
            let moment = Moment::again(org, clock, (latest, started), beginning, begun);
            let stubs = KeptStubs::read(stubs).map_err(broken)?;
            let webhooks = KeptWebhooks::read(webhooks).map_err(|refusal| broken(refusal.to_string()))?;
            moments.push((snapshot, Snapshot::of(moment, stubs, webhooks)));
        }
        let mut state = self.state();
        state.snapshots.clear();
        for (name, kept) in moments {
            if let Some(name) = name {
                state.snapshots.insert(name, Arc::new(kept));
                continue;
            }
            let (stubs, webhooks) = kept.beside();
            self.stubs().put_back(stubs);
            self.webhooks().put_back(webhooks);
            state.moment = kept.moment().clone();
        }
        Ok(contents.entries)
    }
}

impl OrgState {
    /// The state as bytes.
    ///
    /// # Errors
    ///
    /// [`FileError::Unwritable`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, FileError> {
        let images: Vec<_> = self.moments.iter().map(|(_, kept)| kept.moment().org.image()).collect();
        let about = |((name, kept), image): (&(Option<Box<str>>, Snapshot), &Vec<u8>)| {
            let (moment, (stubs, webhooks)) = (kept.moment(), kept.beside());
            About {
                snapshot: name.clone(),
                clock: moment.clock,
                latest: moment.latest(),
                started: moment.started,
                beginning: moment.beginning,
                begun: moment.begun,
                stubs: stubs.written(),
                webhooks: webhooks.written(),
                bytes: image.len() as u64,
            }
        };
        let contents = Contents {
            entries: self.entries,
            imported: self.imported.as_deref().map(Into::into),
            moments: self.moments.iter().zip(&images).map(about).collect(),
        };
        let mut bytes = Vec::new();
        write_title(&mut bytes, FORMAT, &contents)?;
        images.iter().for_each(|image| bytes.extend_from_slice(image));
        Ok(bytes)
    }
}
