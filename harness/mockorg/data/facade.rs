//! Orgs that outlive their process, as their users choose and see them.

use std::path::Path;

use mockorg_gateway::NotKept;

use super::{DataChoice, Durability, Recovered};
use crate::{MockOrg, MockOrgBuilder};

impl MockOrgBuilder {
    /// Keeps everything that is done to the org in a folder, which is made when there is none, and goes on with the org
    /// that is there. Clients are answered when what they did is kept; see [`durability`](Self::durability).
    ///
    /// Records, events, sessions, jobs, the clock, snapshots, faults, stubs and webhooks are kept, whoever added them, and
    /// webhooks go on behind the last event that their endpoint took. What the org file and this builder begin with is
    /// there at each start, even if it was ended in the life before. Branches, the journal of calls, handlers, and
    /// clients of the Streaming API are not kept.
    ///
    /// An org that is there must have begun as this one is told to: with the same org file, definitions, settings and
    /// kind of clock. One process at a time has the folder.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{ADMIN, MockOrg};
    ///
    /// let folder = std::env::temp_dir().join(format!("mockorg-kept-{}", std::process::id()));
    /// let org = MockOrg::builder().data_dir(&folder).start_blocking()?;
    /// let session = org.login(ADMIN.username, ADMIN.password)?;
    /// drop(org);
    ///
    /// let org = MockOrg::builder().data_dir(&folder).start_blocking()?;
    /// assert!(org.recovered().is_some_and(|recovered| recovered.entries > 0));
    /// # drop((org, session));
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn data_dir(mut self, folder: impl AsRef<Path>) -> Self {
        let folder = folder.as_ref().to_owned();
        match &mut self.data {
            Some(choice) => choice.folder = folder,
            None => self.data = Some(DataChoice::new(folder)),
        }
        self
    }

    /// When what is done counts as kept; nothing without [`data_dir`](Self::data_dir).
    pub const fn durability(mut self, durability: Durability) -> Self {
        if let Some(choice) = &mut self.data {
            choice.durability = durability;
        }
        self
    }

    /// Gives up what lies in the folder of [`data_dir`](Self::data_dir), and begins anew.
    pub const fn data_reset(mut self) -> Self {
        if let Some(choice) = &mut self.data {
            choice.reset = true;
        }
        self
    }

    /// After how many entries an image of the org is made in the folder of [`data_dir`](Self::data_dir), so that the
    /// next start need not do them again; 50,000 unless it is told.
    pub const fn image_every(mut self, entries: u64) -> Self {
        if let Some(choice) = &mut self.data {
            choice.image_every = entries;
        }
        self
    }
}

impl MockOrg {
    /// What was found in the folder in which the org is kept; `None` when it is kept nowhere.
    #[must_use]
    pub fn recovered(&self) -> Option<&Recovered> {
        self.data.as_ref().map(|data| &data.recovered)
    }

    /// Has `tell` told when what is done to the org cannot be kept any more: the disk is full, or fails. From then on
    /// every request is refused with 503 and `UNKNOWN_EXCEPTION`. Only the first caller is told.
    pub fn on_data_loss(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        if let Some(data) = &self.data {
            data.keeper.on_loss(move |why: &NotKept| tell(&why.to_string()));
        }
    }

    /// Has `tell` told when an image of the org could not be made: nothing is lost, but the next start takes longer.
    /// Only the first caller is told, and of what was before, too.
    pub fn on_data_note(&self, tell: impl Fn(&str) + Send + Sync + 'static) {
        if let Some(data) = &self.data {
            data.keeper.on_note(tell);
        }
    }

    /// Waits until everything is kept that was done up to now, by this program, too.
    ///
    /// # Errors
    ///
    /// When it cannot be kept.
    pub async fn kept(&self) -> Result<(), NotKept> {
        self.gateway.settled().await
    }
}
