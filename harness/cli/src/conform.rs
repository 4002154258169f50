//! `mockorg conform`: the contract cases against any org, the mock or a sandbox.

use std::{path::Path, process::ExitCode};

use mockorg_contract::{CaseFormat, Runner, Schemas, Target, Verdict, load_cases};
use tokio::runtime;

use crate::{args::ConformArguments, output};

/// The exit code when the org contradicts a case; 1 means that the cases could not be run.
const DIFFERS: u8 = 2;

/// Runs the cases and says how each went.
pub(crate) fn conform(arguments: &ConformArguments) -> Result<ExitCode, String> {
    for folder in [&arguments.cases, &arguments.schemas] {
        if !folder.is_dir() {
            return Err(missing(folder));
        }
    }
    let format =
        CaseFormat::load(&arguments.schemas.join("case.schema.json")).map_err(|error| error.to_string())?;
    let mut cases = load_cases(&arguments.cases, &format).map_err(|error| error.to_string())?;
    if let Some(prefix) = &arguments.case {
        cases.retain(|case| case.name.starts_with(prefix.as_str()));
        if cases.is_empty() {
            return Err(format!(
                "no case below {} has a name that begins with '{prefix}'",
                arguments.cases.display()
            ));
        }
    }
    let schemas = Schemas::load(&arguments.schemas).map_err(|error| error.to_string())?;
    let runner = Runner::new(target(arguments), schemas).map_err(|error| error.to_string())?;
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let newest = runner
            .client()
            .newest_version()
            .await
            .map_err(|error| format!("{error}; is {} the address of an org?", arguments.target))?;
        let (mut matched, mut differed, mut skipped) = (0, 0, 0);
        for case in &cases {
            for outcome in runner.run_all(case, newest).await {
                match outcome.verdict {
                    Verdict::Match => matched += 1,
                    Verdict::Differs(_) => differed += 1,
                    Verdict::Skipped(_) => skipped += 1,
                }
                output::say(&outcome.to_string());
            }
        }
        output::say(&format!("{matched} match, {differed} differ, {skipped} skipped"));
        Ok(if differed == 0 { ExitCode::SUCCESS } else { ExitCode::from(DIFFERS) })
    })
}

fn target(arguments: &ConformArguments) -> Target {
    let mut target = Target::new(&arguments.target);
    for (name, token) in [("admin", &arguments.token), ("restricted", &arguments.restricted_token)] {
        if let Some(token) = token {
            target = target.credential(name, token);
        }
    }
    for (name, value) in &arguments.variables {
        target = target.variable(name, value);
    }
    target.writes = !arguments.read_only;
    target
}

fn missing(folder: &Path) -> String {
    format!(
        "there is no folder {}; run this in a checkout of the project, or give --cases and --schemas",
        folder.display()
    )
}
