//! What is chosen about an org that outlives its process.

use std::path::PathBuf;

/// When what is done to an org counts as kept, so that its clients are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When the disk has it: no answer is lost when the process or the machine dies. Clients that come together share
    /// one wait for the disk.
    #[default]
    Fsync,
    /// When the operating system has it: no answer is lost when the process dies, but the last ones may be when the
    /// machine does.
    Os,
}

/// Where an org is kept, and how.
#[derive(Clone, Debug)]
pub(crate) struct DataChoice {
    pub(crate) folder: PathBuf,
    pub(crate) durability: Durability,
    /// Whether what lies in the folder is given up.
    pub(crate) reset: bool,
    /// After how many entries an image of the org is made, so that the next start need not do them again.
    pub(crate) image_every: u64,
}

impl DataChoice {
    /// So many entries are done again in about a second.
    const IMAGE_EVERY: u64 = 50_000;

    pub(crate) const fn new(folder: PathBuf) -> Self {
        Self { folder, durability: Durability::Fsync, reset: false, image_every: Self::IMAGE_EVERY }
    }
}
