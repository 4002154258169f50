//! `mockorg conform`: the contract cases against any org, the mock or a sandbox.

use std::process::ExitCode;

use clap::Args;
use mockorg_contract::{Runner, Verdict};
use tokio::runtime;

use crate::{
    connect::ConnectArguments,
    contract_data::{ContractData, ContractDataArguments},
    output,
};

/// The exit code when the org contradicts a case; 1 means that the cases could not be run.
const DIFFERS: u8 = 2;

/// Which org is held against which cases.
#[derive(Clone, Debug, Args)]
pub(crate) struct ConformArguments {
    #[command(flatten)]
    connect: ConnectArguments,
    #[command(flatten)]
    data: ContractDataArguments,
    /// Leave out cases that change data
    #[arg(long)]
    read_only: bool,
}

/// Runs the cases and says how each went.
pub(crate) fn conform(arguments: &ConformArguments) -> Result<ExitCode, String> {
    let ContractData { cases, schemas } = arguments.data.load()?;
    let mut target = arguments.connect.connect();
    target.writes = !arguments.read_only;
    let runner = Runner::new(target, schemas).map_err(|error| error.to_string())?;
    let runtime =
        runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let newest =
            runner.client().newest_version().await.map_err(|error| {
                format!("{error}; is {} the address of an org?", arguments.connect.target)
            })?;
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
