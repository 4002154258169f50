//! `mockorg conform cleanup`: what a run has left in an org, by its ledger.

use std::{process::ExitCode, sync::Arc};

use mockorg_contract::{
    Client, Schemas,
    conform::{Ledger, Moment, Swept, sweep},
};

use super::{arguments::CleanupArguments, ledgers};
use crate::{connect::Connected, output};

/// The exit code when something is left.
const LEFT: u8 = 2;

/// Works off ledgers and says what it deleted, and what it could not.
pub(crate) async fn cleanup(arguments: &CleanupArguments) -> Result<ExitCode, String> {
    let paths = match &arguments.ledger {
        Some(path) => vec![path.clone()],
        None => ledgers::all()?,
    };
    if paths.is_empty() {
        output::say("there is no ledger; nothing is left to remove");
        return Ok(ExitCode::SUCCESS);
    }
    let Connected { target, organization, newest, .. } = arguments.connect.connect().await?;
    let organization =
        organization.id.ok_or("the org does not tell its id, so that no ledger can be held to it")?;
    let schemas =
        Schemas::from_files(mockorg::schemas::files().iter().copied()).map_err(|error| error.to_string())?;
    let mut left = false;
    for path in paths {
        let ledger = match Ledger::take_up(&path) {
            Ok(ledger) => Arc::new(ledger),
            Err(reason) if arguments.ledger.is_some() => return Err(reason),
            Err(reason) => {
                output::say(&format!("left alone: {reason}"));
                continue;
            }
        };
        let header = ledger.header();
        if header.organization.get(..15) != organization.get(..15) {
            let other = format!(
                "{} speaks of the org {} at {}, not of {organization}",
                path.display(),
                header.organization,
                header.target
            );
            if arguments.ledger.is_some() {
                return Err(format!("{other}; give --target with the address of that org"));
            }
            output::say(&format!("left alone: {other}"));
            continue;
        }
        let client = Client::new(target.clone(), Arc::clone(&schemas))
            .map_err(|error| error.to_string())?
            .witnessed(Arc::clone(&ledger) as Arc<_>);
        tell(&sweep(&client, &ledger, newest, Moment::Afterwards).await?);
        if ledger.is_settled() {
            ledgers::forget(&ledger)?;
            output::say(&format!("{} is settled and removed", path.display()));
        } else {
            left = true;
            output::say(&format!("{} stays; run this again when the reasons are gone", path.display()));
        }
    }
    Ok(if left { ExitCode::from(LEFT) } else { ExitCode::SUCCESS })
}

fn tell(swept: &Swept) {
    for created in &swept.removed {
        output::say(&format!("deleted {} {}", created.object.as_deref().unwrap_or("record"), created.id));
    }
    for kept in &swept.kept {
        let object = kept.created.object.as_deref().unwrap_or("record");
        output::say(&format!("could not delete {object} {}: {}", kept.created.id, kept.reason));
    }
    for (intent, reason) in &swept.unsettled {
        output::say(&format!("not known what became of {}: {reason}", intent.request));
    }
}
