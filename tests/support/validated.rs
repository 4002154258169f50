//! Orgs whose every answer is held against what its endpoint promises, when the test is done with them.

use std::{
    fmt::Write as _,
    ops::Deref,
    sync::{Arc, LazyLock},
};

use mockorg::{JournalSettings, MockOrg, MockOrgBuilder};
use mockorg_contract::{Schemas, answer::Exchange};

use super::{exchange::exchange, own_schemas::schemas_with_own};

static SCHEMAS: LazyLock<Arc<Schemas>> =
    LazyLock::new(|| schemas_with_own().unwrap_or_else(|error| panic!("{error}")));

/// How many calls of one test are kept; a test that makes more fails.
const CALLS: usize = 100_000;

/// An org that is checked when it is dropped.
#[derive(Debug)]
pub(crate) struct Validated(MockOrg);

/// Starts orgs that are checked.
pub(crate) trait Validating {
    /// Starts the org; its answers are checked when it is dropped.
    fn validated(self) -> Validated;
}

impl Validating for MockOrgBuilder {
    #[track_caller]
    fn validated(self) -> Validated {
        let started = self.journal(JournalSettings::full(CALLS)).start_blocking();
        Validated(started.unwrap_or_else(|error| panic!("the org cannot start: {error}")))
    }
}

/// Everything in which these answers break the promises of their endpoints; empty when nothing does.
pub(crate) fn violations(calls: &[Exchange], dropped: u64) -> String {
    let mut report = String::new();
    if dropped > 0 {
        report.push_str("the journal has lost calls, which could not be checked\n");
    }
    for call in calls {
        for violation in SCHEMAS.violations(&call.request, &call.answer) {
            // Writing into a String cannot fail.
            let _ = writeln!(
                report,
                "{violation}\n{}\n{}\n",
                String::from_utf8_lossy(&call.request.body),
                call.answer
            );
        }
    }
    report
}

impl Deref for Validated {
    type Target = MockOrg;

    fn deref(&self) -> &MockOrg {
        &self.0
    }
}

impl Drop for Validated {
    fn drop(&mut self) {
        // A test that has failed says why; a second panic would hide it.
        if std::thread::panicking() {
            return;
        }
        // Calls of the Pub/Sub API are told by their status only, and have no JSON.
        let calls = self.0.calls();
        let calls: Vec<Exchange> =
            calls.iter().filter(|call| call.grpc.is_none()).map(|call| exchange(call)).collect();
        let report = violations(&calls, self.0.journal_dropped());
        assert!(report.is_empty(), "answers break what their endpoints promise:\n{report}");
    }
}
