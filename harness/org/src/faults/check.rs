//! Whether a plan can be taken: what could never strike is refused with what to do instead.

use super::{
    operations::{OPERATIONS, spelling},
    plan::{EventFault, Fault, FaultPlan, FaultScope, JobOutcome},
    registry::Running,
    texts::default_text,
};
use crate::{
    ControlRefusal, ErrorCode, Org, Timestamp,
    catalog::Kind,
    events::object_by_change_event,
    jobs::{Task, list},
};

/// The jobs of the Bulk APIs by the names that their lists have.
pub(super) const BULK_JOBS: [&str; 3] = ["V2Ingest", "V2Query", "Classic"];
/// The operations that save or delete records.
const SAVING: &[&str] = &[
    "Create",
    "Update",
    "Upsert",
    "Delete",
    "Undelete",
    "Merge",
    "UpdateRelated",
    "DeleteRelated",
    "Bulk",
    "Bulk.Upload",
    "Bulk.CreateIngestJob",
    "Bulk.AddBatch",
];
/// The operations of the asset life cycle that write records.
const INSIDE: &[&str] = &[
    "Initiate",
    "AssetAction",
    "ExchangeAssets",
    "GenerateAsset",
    "ChangeAsset",
    "CancelAsset",
    "InvokeAction",
    "ConvertLead",
];

fn refuse(error: impl Into<Box<str>>, hint: impl Into<Box<str>>) -> ControlRefusal {
    ControlRefusal::new(error, hint)
}

impl Running {
    /// Whether what is being done writes records of the asset life cycle by itself.
    pub(super) fn is_inside(&self) -> bool {
        self.job_type.is_some_and(|own| Task::JOB_TYPES.contains(&own))
            || self.operation.is_some_and(|own| INSIDE.iter().any(|name| own.is_meant_by(name)))
    }
}

impl FaultScope {
    /// Whether the scope means records that the asset life cycle writes.
    pub(super) fn is_inside(&self) -> bool {
        self.operations.iter().any(|name| INSIDE.contains(&&**name))
            || self.job_types.iter().any(|name| Task::JOB_TYPES.contains(&&**name))
    }
}

impl Org {
    /// Checks a plan and puts its names in the platform's spelling.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and what to do about it.
    pub(super) fn checked_plan(
        &self,
        now: Timestamp,
        mut plan: FaultPlan,
    ) -> Result<FaultPlan, ControlRefusal> {
        if plan.name.trim().is_empty() {
            return Err(refuse("a plan needs a `name`", "give one; by it the plan is ended"));
        }
        check_fault(&plan.fault)?;
        check_timing(now, &plan)?;
        check_members(&plan)?;
        self.check_operations(&mut plan)?;
        self.check_objects(&mut plan)?;
        self.check_users(&plan.scope)?;
        self.check_records(&plan)?;
        check_job_types(&plan)?;
        Ok(plan)
    }

    fn check_operations(&self, plan: &mut FaultPlan) -> Result<(), ControlRefusal> {
        for name in &mut plan.scope.operations {
            *name = spelling(name).ok_or_else(|| {
                refuse(
                    format!("there is no operation `{name}`"),
                    format!(
                        "`operations` names some of {}; those of the Tooling API as `Tooling.Query`",
                        list(OPERATIONS.iter().copied().flatten())
                    ),
                )
            })?;
        }
        let saves = |name: &str| SAVING.contains(&name) || INSIDE.contains(&name);
        if matches!(plan.fault, Fault::Record { .. })
            && let Some(name) = plan.scope.operations.iter().find(|name| !saves(name))
        {
            return Err(refuse(
                format!("`{name}` saves no records that could fail one by one"),
                format!(
                    "`operations` of a record fault names some of {}; to refuse the call as a whole, use an error fault",
                    list(SAVING.iter().chain(INSIDE))
                ),
            ));
        }
        Ok(())
    }

    fn check_objects(&self, plan: &mut FaultPlan) -> Result<(), ControlRefusal> {
        let of_events = matches!(plan.fault, Fault::Event(_));
        let of_records = matches!(plan.fault, Fault::Record { .. });
        for name in &mut plan.scope.objects {
            if of_events && name.starts_with('/') {
                continue;
            }
            let changed = object_by_change_event(&self.catalog, name).filter(|_| of_events);
            match self.catalog.find_any(name) {
                Some(def) if of_records && def.kind != Kind::SObject => {
                    return Err(refuse(
                        format!("there are no records of {}", def.name),
                        "choose an object; for events, use an event fault",
                    ));
                }
                Some(def) => *name = (*def.name).into(),
                None if changed.is_some() => {}
                None => {
                    let what = if of_events { "event or object" } else { "object" };
                    return Err(refuse(
                        format!("the org has no {what} `{name}`"),
                        "give an API name, as describeGlobal or the list of events has it",
                    ));
                }
            }
        }
        Ok(())
    }

    fn check_users(&self, scope: &FaultScope) -> Result<(), ControlRefusal> {
        let known = |name: &str| {
            self.records("User")
                .any(|user| user.get("Username").as_text().is_some_and(|own| own.eq_ignore_ascii_case(name)))
        };
        match scope.users.iter().find(|name| !known(name)) {
            None => Ok(()),
            Some(name) => Err(refuse(
                format!("the org has no user `{name}`"),
                "give a user name, such as admin@mockorg.example",
            )),
        }
    }

    fn check_records(&self, plan: &FaultPlan) -> Result<(), ControlRefusal> {
        match plan.scope.records.iter().find(|id| self.store.get(**id).is_none()) {
            None => Ok(()),
            Some(id) => Err(refuse(
                format!("the org has no record `{id}`"),
                "give the id of a record that is there already",
            )),
        }
    }
}

/// Checks what a plan says about its fault.
fn check_fault(fault: &Fault) -> Result<(), ControlRefusal> {
    let (code, message) = match fault {
        Fault::Error { code, message, status } => {
            if status.is_some_and(|status| !(400..=599).contains(&status)) {
                return Err(refuse(
                    "`status` is no status of an error",
                    "give one from 400 to 599, or leave it out for the one that the code has",
                ));
            }
            (*code, message)
        }
        Fault::Record { code, message, .. } => (*code, message),
        Fault::Job { code, message, .. } => (code.unwrap_or(ErrorCode::UnknownException), message),
        Fault::Page { status, .. } if !(200..=599).contains(status) => {
            return Err(refuse("`status` is no status of an answer", "give one from 200 to 599"));
        }
        Fault::Body(super::BodyFault::Slow(0)) => {
            return Err(refuse(
                "a body at 0 bytes a second never comes",
                "give a rate of at least 1, or use a drop fault",
            ));
        }
        Fault::Event(EventFault::Gap(0)) => {
            return Err(refuse("a gap of 0 replay ids is none", "skip at least 1"));
        }
        _ => return Ok(()),
    };
    if code == ErrorCode::NotModelled {
        return Err(refuse(
            format!("{code} is no error of the platform"),
            "choose a code that a real org could answer",
        ));
    }
    match message {
        Some(text) if text.is_empty() => {
            Err(refuse("`message` is empty", "write what the platform would say, or leave it out"))
        }
        None if default_text(code).is_none() => Err(refuse(
            format!("{code} has no words that always fit"),
            "give a `message`: what the platform would say",
        )),
        _ => Ok(()),
    }
}

fn check_timing(now: Timestamp, plan: &FaultPlan) -> Result<(), ControlRefusal> {
    let timing = &plan.timing;
    let never = |error: &str, hint: &str| Err(refuse(error, hint));
    if timing.times == Some(0) {
        return never(
            "a fault that strikes 0 times never strikes",
            "give `times` of at least 1, or leave it out for a fault that lasts until it is ended",
        );
    }
    match timing.probability {
        Some(likely) if likely > super::Probability::ONE => {
            return never("`probability` is more than 1", "give a number above 0, up to 1");
        }
        Some(likely) if likely.0 == 0 => {
            return never("a fault of probability 0 never strikes", "give a number above 0, up to 1");
        }
        _ => {}
    }
    if timing.until.is_some_and(|until| until <= timing.from.unwrap_or(now) || until <= now) {
        return never(
            "`until` is over before the fault could strike",
            "give a time after `from` and after the org's own time",
        );
    }
    Ok(())
}

/// Refuses members of a scope that nothing of this kind has.
fn check_members(plan: &FaultPlan) -> Result<(), ControlRefusal> {
    let FaultScope { operations, records, endpoints, methods, job_types, .. } = &plan.scope;
    let exchange = !endpoints.is_empty() || !methods.is_empty();
    let (what, wrong): (&str, &[(&str, bool)]) = match &plan.fault {
        Fault::Error { .. } if exchange => (
            "an error of an endpoint",
            &[
                ("operations", !operations.is_empty()),
                ("records", !records.is_empty()),
                ("jobTypes", !job_types.is_empty()),
            ],
        ),
        Fault::Error { .. } => ("an error of an operation", &[("jobTypes", !job_types.is_empty())]),
        Fault::Record { .. } => (
            "the save of a record",
            &[("endpoints", !endpoints.is_empty()), ("methods", !methods.is_empty())],
        ),
        Fault::Job { .. } => (
            "a job",
            &[
                ("operations", !operations.is_empty()),
                ("endpoints", !endpoints.is_empty()),
                ("methods", !methods.is_empty()),
            ],
        ),
        Fault::Event(_) => (
            "an event",
            &[
                ("operations", !operations.is_empty()),
                ("records", !records.is_empty()),
                ("endpoints", !endpoints.is_empty()),
                ("methods", !methods.is_empty()),
                ("jobTypes", !job_types.is_empty()),
            ],
        ),
        Fault::Latency(_) | Fault::Drop | Fault::Reset | Fault::Body(_) | Fault::Page { .. } => (
            "a request",
            &[
                ("operations", !operations.is_empty()),
                ("records", !records.is_empty()),
                ("jobTypes", !job_types.is_empty()),
            ],
        ),
    };
    match wrong.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((member, _)) => {
            let hint = match &plan.fault {
                Fault::Job { .. } => "use `jobTypes`, `objects`, `records` and `users`",
                Fault::Event(_) => "use `objects` with names of events or objects, and `users`",
                Fault::Record { .. } => "use `operations`, `objects`, `records`, `users` and `jobTypes`",
                Fault::Error { .. } if !exchange => "use `operations`, or a job fault",
                _ => "use `endpoints`, `methods`, `objects` and `users`",
            };
            Err(refuse(format!("{what} is not chosen by `{member}`"), hint))
        }
    }
}

fn check_job_types(plan: &FaultPlan) -> Result<(), ControlRefusal> {
    let types = &plan.scope.job_types;
    let known = |name: &str| Task::JOB_TYPES.contains(&name) || BULK_JOBS.contains(&name);
    if let Some(name) = types.iter().find(|name| !known(name)) {
        return Err(refuse(
            format!("mockorg runs no jobs of type `{name}`"),
            format!(
                "`jobTypes` names some of {}; other jobs are simulated, with failed items of their own",
                list(Task::JOB_TYPES.iter().chain(&BULK_JOBS))
            ),
        ));
    }
    let partial = matches!(plan.fault, Fault::Job { outcome: JobOutcome::CompletedWithFailures, .. });
    let writes = !matches!(plan.fault, Fault::Record { .. }) && !partial;
    if !types.is_empty() && !writes && types.iter().all(|name| &**name == "V2Query") {
        return Err(refuse(
            "a query job has no rows that could fail",
            "let it fail as a whole, or hang, with a job fault",
        ));
    }
    Ok(())
}
