//! Cases that run on any org hold in any month: their days are moved, and so is the org's clock.
//!
//! What holds only at the time for which a case was written needs the value `fixedTime`, which an org that is no mock
//! does not give.

#[path = "support/own_schemas.rs"]
mod own_schemas;
#[path = "support/subject.rs"]
mod subject;

use std::{error::Error, path::Path, process::ExitCode, sync::Arc};

use libtest_mimic::{Failed, Trial};
use mockorg::{Clock, Timestamp};
use mockorg_contract::{
    ApiVersion, Case, CaseFormat, Runner, Schemas, Verdict, load_cases, months::months_until,
};

/// Late in a month of another length, and early in a month that no year begins with.
const TIMES: [(i64, i64, &str); 2] = [(2026, 11, "2026-11-22T16:30:00Z"), (2028, 6, "2028-06-02T03:00:00Z")];

fn main() -> ExitCode {
    subject::run_trials(trials())
}

fn trials() -> Result<Vec<Trial>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schemas = own_schemas::schemas_with_own()?;
    let cases = |months| {
        let format = CaseFormat::load(&root.join("schemas/case.schema.json"))?.moved_by(months);
        load_cases(&root.join("harness/contract/cases"), &format)
    };
    let written = cases(0)?;
    let newest = ApiVersion::parse("68.0").ok_or("no version")?;
    let mut trials = Vec::new();
    for (year, month, now) in TIMES {
        for (case, written) in cases(months_until(year, month))?.into_iter().zip(&written) {
            // Only what speaks of days can go wrong by moving them.
            let speaks_of_days = format!("{:?}", case.steps) != format!("{:?}", written.steps);
            let fixed = case.needs.variables.iter().any(|name| name == "fixedTime");
            let Some(version) = case.runs_at(newest).last().copied() else { continue };
            if speaks_of_days && !fixed && !case.needs.control {
                let schemas = Arc::clone(&schemas);
                let name = format!("{} at {version} on {}", case.name, &now[..10]);
                trials.push(Trial::test(name, move || run(&case, version, now, schemas)));
            }
        }
    }
    Ok(trials)
}

fn run(case: &Case, version: ApiVersion, now: &str, schemas: Arc<Schemas>) -> Result<(), Failed> {
    let now = Timestamp::parse(now).ok_or("no time")?;
    let org = subject::org().clock(Clock::Manual(now)).start_blocking()?;
    let mut target = subject::target(&org, org.url())?;
    target.variables.remove("fixedTime");
    let runner = Runner::new(target, schemas)?;
    let outcome = subject::runtime()?.block_on(runner.run(case, version));
    match &outcome.verdict {
        Verdict::Match => Ok(()),
        Verdict::Skipped(_) | Verdict::Differs(_) => Err(Failed::from(outcome)),
    }
}
