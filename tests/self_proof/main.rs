//! The harness proves itself: every single deviation of an org is noticed by a case, by name.
//!
//! Each row of `mutations.json` changes the answers of an honest org in one way. The cases that the row names run
//! against that org, and at least one must report a difference; `cargo test -p mockorg --test self_proof status` runs
//! the rows of that name. What noticed what stands in `kill-table.md`, written by `MOCKORG_WRITE=1`.

mod mutation;
#[path = "../support/own_schemas.rs"]
mod own_schemas;
mod proxy;
#[path = "../support/subject.rs"]
mod subject;

use std::{env, error::Error, fmt::Write as _, fs, iter, path::Path, process::ExitCode, sync::Arc};

use libtest_mimic::{Failed, Trial};
use mockorg_contract::{
    ApiVersion, Case, CaseFormat, Runner, Schemas, Verdict, check::Difference, load_cases,
};
use tokio::net::TcpListener;

use crate::{
    mutation::{Mutation, mutations},
    own_schemas::schemas_with_own,
    proxy::DeviatingOrg,
};

/// Fewer would leave whole kinds of deviations out.
const FEWEST: usize = 60;

fn main() -> ExitCode {
    subject::run_trials(trials())
}

fn trials() -> Result<Vec<Trial>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schemas = schemas_with_own()?;
    let format = CaseFormat::load(&root.join("schemas/case.schema.json"))?;
    let cases = Arc::new(load_cases(&root.join("harness/contract/cases"), &format)?);
    let mutations = mutations()?;
    if mutations.len() < FEWEST {
        return Err(format!("{} mutations; at least {FEWEST} are wanted", mutations.len()).into());
    }
    if env::var_os("MOCKORG_WRITE").is_some() {
        write_table(&root.join("tests/self_proof/kill-table.md"), &mutations, &cases, &schemas)?;
    }
    // What differs without a deviation would make every deviation look noticed.
    let is_named = |case: &&Case| {
        mutations.iter().flat_map(|mutation| &mutation.cases).any(|name| case.name.starts_with(name.as_str()))
    };
    let honest = cases.iter().filter(is_named).cloned().map(|case| {
        let schemas = Arc::clone(&schemas);
        Trial::test(format!("{} finds nothing to say of an honest org", case.name), move || {
            match run(&Mutation::none(), &case, &schemas)?.0.first() {
                Some(difference) => Err(Failed::from(difference.to_string())),
                None => Ok(()),
            }
        })
    });
    let honest: Vec<Trial> = honest.collect();
    let table = fs::read_to_string(root.join("tests/self_proof/kill-table.md"))?;
    let listed = mutations.iter().all(|mutation| table.contains(&format!("\n| {} | `", mutation.name)));
    let fresh = Trial::test("the table has every deviation, and who noticed it", move || {
        if listed {
            Ok(())
        } else {
            Err("write it anew: MOCKORG_WRITE=1 cargo test -p mockorg --test self_proof".into())
        }
    });
    let noticed = mutations.into_iter().map(|mutation| {
        let (cases, schemas) = (Arc::clone(&cases), Arc::clone(&schemas));
        Trial::test(format!("{} is noticed", mutation.name), move || {
            notice(&mutation, &cases, &schemas).map(drop)
        })
    });
    Ok(iter::once(fresh).chain(noticed).chain(honest).collect())
}

/// Who noticed a deviation, and how.
struct Noticed {
    case: String,
    difference: Difference,
}

/// Runs the cases that a mutation names, until one notices it.
fn notice(mutation: &Mutation, cases: &[Case], schemas: &Arc<Schemas>) -> Result<Noticed, Failed> {
    let is_named = |case: &&Case| mutation.cases.iter().any(|name| case.name.starts_with(name.as_str()));
    let named: Vec<&Case> = cases.iter().filter(is_named).collect();
    if named.is_empty() {
        return Err(Failed::from(format!("no case is named {:?}", mutation.cases)));
    }
    let mut applied = false;
    for case in named {
        let (differences, was_applied) = run(mutation, case, schemas)?;
        applied |= was_applied;
        if let Some(difference) = differences.into_iter().next() {
            if !was_applied {
                let message = format!("{} differs without any deviation: {difference}", case.name);
                return Err(Failed::from(message));
            }
            return Ok(Noticed { case: case.name.clone(), difference });
        }
    }
    let what = if applied { "nobody noticed it" } else { "no answer was ever changed" };
    Err(Failed::from(format!("{what} among {:?}", mutation.cases)))
}

/// Runs a case against an org that deviates, and another one for each version; gives what differed, and whether an
/// answer was changed.
fn run(mutation: &Mutation, case: &Case, schemas: &Arc<Schemas>) -> Result<(Vec<Difference>, bool), Failed> {
    let newest = ApiVersion::parse("68.0").ok_or("no version")?;
    let mut applied = false;
    for version in case.runs_at(newest) {
        let (differences, was_applied) = run_at(mutation, case, version, schemas)?;
        applied |= was_applied;
        if !differences.is_empty() {
            return Ok((differences, was_applied));
        }
    }
    Ok((Vec::new(), applied))
}

fn run_at(
    mutation: &Mutation,
    case: &Case,
    version: ApiVersion,
    schemas: &Arc<Schemas>,
) -> Result<(Vec<Difference>, bool), Failed> {
    subject::runtime()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let org = subject::org().public_url(&address).start().await?;
        let honest = format!("http://{}", org.address());
        let deviating = DeviatingOrg::new(&honest, mutation.clone())?;
        let serving = tokio::spawn(Arc::clone(&deviating).serve(listener));
        let runner = Runner::new(subject::target(&org, &address)?, Arc::clone(schemas))?;
        let differences = match runner.run(case, version).await.verdict {
            Verdict::Differs(differences) => differences,
            Verdict::Match => Vec::new(),
            Verdict::Skipped(reason) => {
                return Err(Failed::from(format!("{} did not run: {reason}", case.name)));
            }
        };
        serving.abort();
        Ok((differences, deviating.was_applied()))
    })
}

/// Writes which case noticed which deviation, and where.
fn write_table(
    path: &Path,
    mutations: &[Mutation],
    cases: &[Case],
    schemas: &Arc<Schemas>,
) -> Result<(), Box<dyn Error>> {
    let mut rows = String::new();
    let mut caught = 0;
    for mutation in mutations {
        let (by, place) = match notice(mutation, cases, schemas) {
            Ok(noticed) => {
                caught += 1;
                (
                    format!("`{}`", noticed.case),
                    format!("{}, {}", noticed.difference.step, noticed.difference.place),
                )
            }
            Err(_) => ("**nobody**".to_owned(), String::new()),
        };
        writeln!(rows, "| {} | {by} | {place} |", mutation.name)?;
    }
    let table = format!(
        "# Deviations that the harness notices\n\nWritten by `MOCKORG_WRITE=1 cargo test -p mockorg --test self_proof`: \
         {caught} of {} single deviations of an org are noticed.\n\n| Deviation | Noticed by | Where |\n| --- | --- | --- |\n{rows}",
        mutations.len()
    );
    fs::write(path, table)?;
    Ok(())
}
