//! The contract cases, each against an org of its own: `cargo test -p mockorg --test contract renewal` runs those of an area.
//!
//! A case runs once per version that it asks for, under the name `area/case at 62.0`. A failure prints what
//! differs and the curl line that repeats the request.

#[path = "../support/own_schemas.rs"]
mod own_schemas;
mod recorded;
mod snapshots;
#[path = "../support/subject.rs"]
mod subject;

use std::{error::Error, path::Path, process::ExitCode, sync::Arc};

use libtest_mimic::{Failed, Trial};
use mockorg_contract::{
    ApiVersion, Case, CaseFormat, Runner, Schemas, Target, Verdict, coverage::Coverage, load_cases,
};

use own_schemas::schemas_with_own;

fn main() -> ExitCode {
    subject::run_trials(trials())
}

fn trials() -> Result<Vec<Trial>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schemas = schemas_with_own()?;
    let format = CaseFormat::load(&root.join("schemas/case.schema.json"))?;
    let cases = load_cases(&root.join("harness/contract/cases"), &format)?;
    let newest = newest(&schemas)?;
    let mut trials = vec![coverage_trial(&schemas, &cases), snapshots::unreferenced(&cases, newest)];
    trials.extend(recorded::proofs(&cases, newest, &schemas));
    for case in cases.into_iter().map(Arc::new) {
        for version in case.runs_at(newest) {
            let (case, schemas) = (Arc::clone(&case), Arc::clone(&schemas));
            let name = format!("{} at {version}", case.name);
            trials.push(Trial::test(name, move || run(&case, version, schemas)));
        }
    }
    Ok(trials)
}

fn coverage_trial(schemas: &Schemas, cases: &[Case]) -> Trial {
    let missing = Coverage::of_cases(&schemas.endpoints, cases).missing(&schemas.endpoints);
    Trial::test("every method of every endpoint is reached by a case", move || {
        if missing.is_empty() { Ok(()) } else { Err(Failed::from(format!("no case reaches {missing:?}"))) }
    })
}

fn newest(schemas: &Arc<Schemas>) -> Result<ApiVersion, Box<dyn Error>> {
    let org = subject::org().start_blocking()?;
    let runner = Runner::new(Target::new(org.url()), Arc::clone(schemas))?;
    Ok(subject::runtime()?.block_on(runner.client().newest_version())?)
}

fn run(case: &Case, version: ApiVersion, schemas: Arc<Schemas>) -> Result<(), Failed> {
    let org = subject::org().start_blocking()?;
    let runner = Runner::new(subject::target(&org, org.url())?, schemas)?;
    let outcome = subject::runtime()?.block_on(runner.run(case, version));
    match &outcome.verdict {
        Verdict::Match => {
            snapshots::compare(case, version, &outcome.exchanges)?;
            recorded::compare(case, version, &outcome.exchanges)
        }
        // Whatever a case needs, this target has; a skipped case would go unnoticed.
        Verdict::Skipped(_) | Verdict::Differs(_) => Err(Failed::from(outcome)),
    }
}
