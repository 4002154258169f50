//! The mock beside the org: a fresh one for each case.

use std::path::PathBuf;

use mockorg::{Clock, MockOrg, RESTRICTED};
use mockorg_contract::{
    Target,
    conform::{Reference, StartReference},
};

use super::facts;

/// Starts mocks with further definitions. Their time stands: at that of the given clock, or at the default.
pub(crate) fn starter(schemas: Vec<PathBuf>, clock: Option<Clock>) -> StartReference {
    let has = |object: &str| schemas.iter().any(|folder| folder.join(format!("{object}.json")).is_file());
    let own = facts::OWN_OBJECTS.into_iter().filter(|(_, object)| has(object)).collect::<Vec<_>>();
    Box::new(move || {
        let failed =
            |error: &dyn std::fmt::Display| format!("the mock beside the org does not start: {error}");
        let mut builder = MockOrg::builder().async_delay(facts::ASYNC_DELAY);
        for folder in &schemas {
            builder = builder.schema_dir(folder);
        }
        if let Some(clock) = clock {
            builder = builder.clock(clock.frozen());
        }
        let org = builder.start_blocking().map_err(|error| failed(&error))?;
        let restricted =
            org.login(RESTRICTED.username, RESTRICTED.password).map_err(|error| failed(&error))?;
        let mut target = Target::new(org.url())
            .credential("admin", &org.session().access_token)
            .credential("restricted", restricted.access_token)
            .with_control();
        facts::give(&mut target, facts::USERS);
        facts::give(&mut target, [("starterOrg", "starter")]);
        facts::give(&mut target, own.iter().copied());
        if clock.is_none() {
            facts::give(&mut target, facts::DEFAULT_TIME);
        }
        facts::give(&mut target, [("tooLong", facts::too_long().as_str())]);
        Ok(Reference { target, guard: Box::new(org) })
    })
}
