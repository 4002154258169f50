//! What was found in the folder of an org that outlives its process.

use std::{fmt, time::Duration};

/// What an org was made of that was there before its process. Shown, it is one line without the notes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// How many entries had been kept, from the beginning of the org on.
    pub entries: u64,
    /// Up to which entry an image of the org was there; `None` without any.
    pub image: Option<u64>,
    /// How many entries were done again.
    pub repeated: u64,
    /// How long it took.
    pub took: Duration,
    /// What was cut off the end, and what else is to be known; a line for each.
    pub notes: Vec<String>,
}

impl fmt::Display for Recovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entries, image, repeated, took, .. } = self;
        write!(f, "{entries} entries")?;
        if let Some(image) = image {
            write!(f, ", an image of the first {image}")?;
        }
        write!(f, ", {repeated} done again, in {:.3} s", took.as_secs_f64())
    }
}
