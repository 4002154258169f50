//! Known gaps, held to what they state: `cargo test -p mockorg --test gaps composite` runs those of that name.
//!
//! Each gap with a case is run against an org of its own and must fail just as its entry says. One that passes, or
//! fails in another way, fails the suite, so that the list cannot rot.

#[path = "support/subject.rs"]
mod subject;

use std::{error::Error, path::Path, process::ExitCode, sync::Arc};

use libtest_mimic::{Failed, Trial};
use mockorg_contract::{
    Case, CaseFormat, Runner, Schemas,
    gaps::{Gap, Gaps},
    load_cases,
};

fn main() -> ExitCode {
    subject::run_trials(trials())
}

fn trials() -> Result<Vec<Trial>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let gaps = Gaps::load(&root.join("harness/contract/gaps.json"))?;
    let schemas = Schemas::load(&root.join("schemas"))?;
    let format = CaseFormat::load(&root.join("schemas/case.schema.json"))?;
    let cases = load_cases(&root.join("harness/contract/gap-cases"), &format)?;
    let pairs = gaps.with_cases(cases)?;
    Ok(pairs
        .into_iter()
        .map(|(gap, case)| {
            let (gap, schemas) = (gap.clone(), Arc::clone(&schemas));
            Trial::test(format!("{} is still a gap", gap.id), move || run(&gap, &case, schemas))
        })
        .collect())
}

fn run(gap: &Gap, case: &Case, schemas: Arc<Schemas>) -> Result<(), Failed> {
    let org = subject::org().start_blocking()?;
    let runner = Runner::new(subject::target(&org, org.url())?, schemas)?;
    let outcome = subject::runtime()?.block_on(async {
        let newest = runner.client().newest_version().await?;
        let version = case.runs_at(newest).last().copied().unwrap_or(newest);
        Ok::<_, mockorg_contract::ClientError>(runner.run(case, version).await)
    })?;
    gap.judge(&outcome).map_err(Failed::from)
}
