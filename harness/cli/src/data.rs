//! `mockorg serve --data`: an org that outlives its process.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mockorg::{Durability, MockOrg, MockOrgBuilder};

use crate::output;

/// Where the org is kept.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct DataArguments {
    /// Keep everything that is done to the org in this folder, and go on with the org that is there
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// When clients are answered: when the disk has what they did, or when the operating system has it
    #[arg(
        long,
        value_name = "fsync|os",
        requires = "data",
        default_value = "fsync",
        hide_possible_values = true
    )]
    durability: DurabilityChoice,
    /// Give up the org that is in the folder, and begin anew
    #[arg(long, requires = "data")]
    data_reset: bool,
    /// After how many entries an image of the org is made, which shortens the next start
    #[arg(long, value_name = "ENTRIES", requires = "data")]
    image_every: Option<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum DurabilityChoice {
    /// When the disk has it.
    #[default]
    Fsync,
    /// When the operating system has it.
    Os,
}

impl DataArguments {
    /// The builder with what was chosen.
    pub(crate) fn choose(&self, builder: MockOrgBuilder) -> MockOrgBuilder {
        let Some(folder) = &self.data else { return builder };
        let durability = match self.durability {
            DurabilityChoice::Fsync => Durability::Fsync,
            DurabilityChoice::Os => Durability::Os,
        };
        let mut builder = builder.data_dir(folder).durability(durability);
        if self.data_reset {
            builder = builder.data_reset();
        }
        if let Some(entries) = self.image_every {
            builder = builder.image_every(entries);
        }
        builder
    }

    /// What was found in the folder, in one line; says what else is to be known of it.
    pub(crate) fn tell(&self, org: &MockOrg) -> Option<String> {
        let (folder, recovered) = (self.data.as_ref()?, org.recovered()?);
        for note in &recovered.notes {
            output::complain(note);
        }
        Some(format!("{}: {recovered}", folder.display()))
    }
}
