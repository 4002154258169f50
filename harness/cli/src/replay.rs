//! `mockorg replay`: a recording, run again.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::output;

/// What to replay.
#[derive(Clone, Debug, Args)]
pub(crate) struct ReplayArguments {
    /// A recording: of `mockorg serve --record`, of a failing test, or the journal of a data folder
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Does again what a recording holds; 0 when every answer is as recorded, 1 at the first one that differs.
pub(crate) fn replay(arguments: &ReplayArguments) -> Result<ExitCode, String> {
    let replay = mockorg::replay(&arguments.file).map_err(|error| error.to_string())?;
    if let Some(torn) = &replay.torn {
        output::complain(&format!("the end of the file is torn: {torn}"));
    }
    if let Some(difference) = &replay.difference {
        output::say(&format!(
            "{} answers are as recorded, then one differs\n{difference}",
            replay.compared - 1
        ));
        return Ok(ExitCode::FAILURE);
    }
    output::say(&format!(
        "done again: {} entries; all {} recorded answers are the same",
        replay.entries, replay.compared
    ));
    if replay.compared == 0 {
        output::complain("the file holds no answers to compare; `mockorg serve --record FILE` records them");
    }
    Ok(ExitCode::SUCCESS)
}
