//! `mockorg drift`: how the org of today differs from a saved import.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, ValueEnum};
use mockorg_contract::{
    Json,
    import::{self, Change},
};

use crate::{
    connect::ConnectArguments,
    import::{CallArguments, ask, made, refused},
    output,
};

/// The exit code when there are differences; 1 means that the comparison could not be made.
const DIFFERS: u8 = 2;

/// Which import is compared with which org.
#[derive(Clone, Debug, Args)]
pub(crate) struct DriftArguments {
    /// The folder that `import describe` wrote
    #[arg(long, value_name = "DIR")]
    saved: PathBuf,
    /// How to show the differences
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    format: Format,
    #[command(flatten)]
    calls: CallArguments,
    #[command(flatten)]
    connect: ConnectArguments,
}

/// A form of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line per difference
    Terminal,
    /// One JSON object
    Json,
}

/// Compares, and says what differs.
pub(crate) fn drift(arguments: &DriftArguments) -> Result<ExitCode, String> {
    let saved = import::load(&arguments.saved).map_err(|error| error.to_string())?;
    for name in &saved.edited {
        output::complain(&format!(
            "{name}.json was changed since the import; its changes count as the org's"
        ));
    }
    let selection = &saved.manifest.selection;
    let version = arguments.calls.version().or(saved.manifest.version);
    let (answers, rows) = ask(&arguments.connect, &arguments.calls, version, selection)?;
    let today = made(&answers, rows, selection.exact)?;
    if !today.refused.is_empty() {
        return Err(refused(&today));
    }
    let changes =
        import::drift(&saved.definitions, today.definitions.iter().map(|definition| &definition.json));
    match arguments.format {
        Format::Terminal => {
            for change in &changes {
                output::say(&change.to_string());
            }
            output::say(&format!("{} differences", changes.len()));
        }
        Format::Json => {
            let changes = changes.iter().map(Change::to_json).collect();
            output::say(&Json::Object(vec![("changes".to_owned(), Json::Array(changes))]).to_string());
        }
    }
    Ok(if changes.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
}
