//! The org that contract cases run against, as the harness sees it.

use std::{error::Error, io, path::Path, process::ExitCode, time::Duration};

use libtest_mimic::{Arguments, Failed, Trial};
use mockorg::{ADMIN, CLIENT_ID, CLIENT_SECRET, MockOrg, MockOrgBuilder, REFRESH_TOKEN, RESTRICTED};
use mockorg_contract::Target;
use tokio::runtime::{Builder, Runtime};

/// The base64 of client id and secret, as HTTP Basic wants them.
const BASIC: &str = "bW9ja29yZzptb2Nrb3Jn";

/// A JWT of the client for the administrator that expires three minutes after an org's default time.
const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJtb2Nrb3JnIiwic3ViIjoiYWRtaW5AbW9ja29yZy5leGFtcGxlIiwiYXVkIjoiaHR0cHM6Ly9sb2dpbi5zYWxlc2ZvcmNlLmNvbSIsImV4cCI6MTc2ODQ2Nzc4MH0.bm90IHZlcmlmaWVk";

/// How long asynchronous operations take, so that cases see each of their states.
const ASYNC_DELAY: Duration = Duration::from_secs(2);

/// How an org of the cases begins.
pub(crate) fn org() -> MockOrgBuilder {
    MockOrg::builder()
        .schema_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/schema"))
        .async_delay(ASYNC_DELAY)
}

/// An org behind an address: tokens, and facts about it.
pub(crate) fn target(org: &MockOrg, address: &str) -> Result<Target, Failed> {
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
        ("declaredObject", "Voyage__c"),
        ("orderEvent", "Order_Event__e"),
        ("fixedTime", "2026-01-15T09:00:00.000+0000"),
        ("windowStart", "2026-01-15T08:00:00%2B00:00"),
        ("windowEnd", "2026-01-15T09:05:00%2B00:00"),
        ("tooLong", &"x".repeat(16_400)),
    ];
    let target = Target::new(address)
        .credential("admin", &org.session().access_token)
        .credential("restricted", restricted.access_token)
        .with_control();
    Ok(facts.into_iter().fold(target, |target, (name, value)| target.variable(name, value)))
}

/// A runtime of the calling thread.
pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Runs the trials; data that cannot be read is a trial that fails.
pub(crate) fn run_trials(trials: Result<Vec<Trial>, Box<dyn Error>>) -> ExitCode {
    match trials {
        Ok(trials) => libtest_mimic::run(&Arguments::from_args(), trials).exit_code(),
        Err(error) => {
            let failed = Failed::from(error.to_string());
            let broken = Trial::test("the data of the trials can be read", move || Err(failed));
            libtest_mimic::run(&Arguments::default(), vec![broken]).exit_code()
        }
    }
}
