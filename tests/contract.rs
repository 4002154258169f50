//! The contract cases, each against an org of its own: `cargo test -p mockorg --test contract renewal` runs those of an area.
//!
//! A case runs once per version that it asks for, under the name `area/case at 62.0`. A failure prints what
//! differs and the curl line that repeats the request.

use std::{error::Error, path::Path, process::ExitCode, sync::Arc, time::Duration};

use libtest_mimic::{Arguments, Failed, Trial};
use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, MockOrg, REFRESH_TOKEN, RESTRICTED};
use mockorg_contract::{
    ApiVersion, Case, CaseFormat, Runner, Schemas, Target, Verdict, coverage::Coverage, load_cases,
};
use tokio::runtime;

/// The base64 of client id and secret, as HTTP Basic wants them.
const BASIC: &str = "bW9ja29yZzptb2Nrb3Jn";

/// A JWT of the client for the administrator that expires three minutes after an org's default time.
const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJtb2Nrb3JnIiwic3ViIjoiYWRtaW5AbW9ja29yZy5leGFtcGxlIiwiYXVkIjoiaHR0cHM6Ly9sb2dpbi5zYWxlc2ZvcmNlLmNvbSIsImV4cCI6MTc2ODQ2Nzc4MH0.bm90IHZlcmlmaWVk";

/// How long asynchronous operations take, so that cases see each of their states.
const ASYNC_DELAY: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            let failed = Failed::from(error.to_string());
            let broken = Trial::test("cases, schemas and endpoint table can be read", move || Err(failed));
            libtest_mimic::run(&Arguments::default(), vec![broken]).exit_code()
        }
    }
}

fn trials() -> Result<Vec<Trial>, Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schemas = Schemas::load(&root.join("schemas"))?;
    let format = CaseFormat::load(&root.join("schemas/case.schema.json"))?;
    let cases = load_cases(&root.join("harness/contract/cases"), &format)?;
    let newest = newest(&schemas)?;
    let mut trials = vec![coverage_trial(&schemas, &cases)];
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
    let org = MockOrg::builder().start_blocking()?;
    let runner = Runner::new(Target::new(org.url()), Arc::clone(schemas))?;
    Ok(runtime()?.block_on(runner.client().newest_version())?)
}

fn run(case: &Case, version: ApiVersion, schemas: Arc<Schemas>) -> Result<(), Failed> {
    let org = MockOrg::builder()
        .schema_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema"))
        .async_delay(ASYNC_DELAY)
        .start_blocking()?;
    let runner = Runner::new(target(&org)?, schemas)?;
    let outcome = runtime()?.block_on(runner.run(case, version));
    match &outcome.verdict {
        Verdict::Match => Ok(()),
        // Whatever a case needs, this target has; a skipped case would go unnoticed.
        Verdict::Skipped(_) | Verdict::Differs(_) => Err(Failed::from(outcome)),
    }
}

/// The org as the cases see it: an address, tokens, and facts about it.
fn target(org: &MockOrg) -> Result<Target, Failed> {
    let restricted = org.login(RESTRICTED.username, RESTRICTED.password)?;
    let facts = [
        ("username", ADMIN.username),
        ("password", ADMIN.password),
        ("clientId", CLIENT_ID),
        ("clientSecret", CLIENT_SECRET),
        ("basic", BASIC),
        ("refreshToken", REFRESH_TOKEN),
        ("assertion", ASSERTION),
        ("starterOrg", "starter"),
        ("customObject", "Parcel__c"),
        ("orderEvent", "Order_Event__e"),
        ("fixedTime", "2026-01-15T09:00:00.000+0000"),
        ("windowStart", "2026-01-15T08:00:00%2B00:00"),
        ("windowEnd", "2026-01-15T09:05:00%2B00:00"),
        ("tooLong", &"x".repeat(16_400)),
    ];
    let target = Target::new(org.url())
        .credential("admin", &org.session().access_token)
        .credential("restricted", restricted.access_token)
        .with_control();
    Ok(facts.into_iter().fold(target, |target, (name, value)| target.variable(name, value)))
}

fn runtime() -> std::io::Result<runtime::Runtime> {
    runtime::Builder::new_current_thread().enable_all().build()
}
