//! Where plans strike inside the org: calls, records, jobs and events.

use std::sync::Arc;

use super::{
    operations::{OperationName, job_type_of, records_of, user_named_by},
    plan::{EventFault, Fault, FaultPlan, JobOutcome},
    registry::{Facts, Place, Running},
    texts::compose,
};
use crate::{
    ApiError, Call, DuplicateResult, ErrorCode, ErrorLayer, Org, RecordId, Timestamp,
    bulk::JobFamily,
    catalog::{DuplicateAction, SObjectDef},
    ctx::Ctx,
    events::{EventBody, StoredEvent, change_event_of},
};

/// What the alert of a duplicate says.
const ALERT: &str = "You're creating a duplicate record. We recommend you use an existing record instead.";
/// The objects by which clients follow jobs: they tell of failures and do not fail themselves.
const BOOKS: [&str; 3] = ["AsyncOperationTracker", "RevenueAsyncOperation", "RevenueTransactionErrorLog"];

/// What a struck job comes to.
#[derive(Clone, Debug)]
pub(crate) struct StruckJob {
    /// The plan.
    pub(crate) plan: Box<str>,
    /// How it ends.
    pub(crate) outcome: JobOutcome,
    /// What its errors say.
    pub(crate) error: ApiError,
}

impl Fault {
    /// The error of a fault that refuses a request or a call; `None` for all other faults.
    #[must_use]
    pub fn refusal(&self) -> Option<ApiError> {
        let Self::Error { code, message, status } = self else { return None };
        let error = compose((*code, message.as_deref()), &[], &[], ErrorLayer::Exception);
        Some(match status {
            Some(status) => error.with_status(*status),
            None => error,
        })
    }
}

impl Org {
    /// Refuses a call that a plan strikes.
    ///
    /// # Errors
    ///
    /// The plan's.
    pub(crate) fn strike_call(
        &mut self,
        now: Timestamp,
        user: Option<RecordId>,
        call: &Call,
    ) -> Result<(), ApiError> {
        self.strike_call_of(now, user, call, |_| true)
    }

    /// The same of a call inside another one, which only plans that name its operation mean.
    ///
    /// # Errors
    ///
    /// The plan's.
    pub(crate) fn strike_inner_call(&mut self, ctx: &Ctx, call: &Call) -> Result<(), ApiError> {
        self.strike_call_of(ctx.now, Some(ctx.user), call, |plan| !plan.scope.operations.is_empty())
    }

    fn strike_call_of(
        &mut self,
        now: Timestamp,
        user: Option<RecordId>,
        call: &Call,
        applies: impl Fn(&FaultPlan) -> bool,
    ) -> Result<(), ApiError> {
        let operation = OperationName::of_call(call);
        if self.faults.at(Place::Record) {
            self.faults.running = Some(Running { operation: Some(operation), job_type: None });
        }
        if !self.faults.at(Place::Call) {
            return Ok(());
        }
        let asks = |wants: fn(&super::FaultScope) -> bool| self.faults.asks(Place::Call, wants);
        let object = asks(|scope| !scope.objects.is_empty()).then(|| self.object_of_call(call)).flatten();
        let name = match user {
            Some(user) if asks(|scope| !scope.users.is_empty()) => self.user_name(user),
            Some(_) => None,
            None => user_named_by(call).map(Into::into),
        };
        let records = records_of(call);
        let object = object.as_deref();
        let facts = Facts {
            operations: &[operation],
            objects: object.as_slice(),
            records: &records,
            user: name.as_deref(),
            ..Facts::default()
        };
        match self.faults.strike(now, Place::Call, &facts, applies) {
            Some(FaultPlan { fault: Fault::Error { code, message, status }, .. }) => {
                let error = compose((*code, message.as_deref()), &[], &records, ErrorLayer::Exception);
                Err(match status {
                    Some(status) => error.with_status(*status),
                    None => error,
                })
            }
            _ => Ok(()),
        }
    }

    /// Refuses the save or deletion of a record by a client that a plan strikes. `id` is that of a record that is there.
    ///
    /// # Errors
    ///
    /// The plan's.
    pub(crate) fn strike_record(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: Option<RecordId>,
        operation: &'static str,
    ) -> Result<(), ApiError> {
        if !self.faults.at(Place::Record) {
            return Ok(());
        }
        self.strike_record_at(ctx, Place::Record, (def, id), Some(operation))
    }

    /// The same of a record that the asset life cycle writes, which only plans that name its operation or job mean.
    ///
    /// # Errors
    ///
    /// The plan's.
    pub(crate) fn strike_inside(
        &mut self,
        ctx: &Ctx,
        def: &SObjectDef,
        id: Option<RecordId>,
    ) -> Result<(), ApiError> {
        let inside = self.faults.at(Place::Inside) && self.faults.running.is_some_and(|own| own.is_inside());
        if !inside || BOOKS.contains(&&*def.name) {
            return Ok(());
        }
        self.strike_record_at(ctx, Place::Inside, (def, id), None)
    }

    fn strike_record_at(
        &mut self,
        ctx: &Ctx,
        place: Place,
        (def, id): (&SObjectDef, Option<RecordId>),
        operation: Option<&'static str>,
    ) -> Result<(), ApiError> {
        let running = self.faults.running;
        let operations: Vec<OperationName> = operation
            .map(OperationName::of)
            .into_iter()
            .chain(running.and_then(|running| running.operation))
            .collect();
        let user = match self.faults.asks(place, |scope| !scope.users.is_empty()) {
            true => self.user_name(ctx.user),
            false => None,
        };
        let facts = Facts {
            operations: &operations,
            objects: &[&def.name],
            records: id.as_slice(),
            user: user.as_deref(),
            job_type: running.and_then(|running| running.job_type),
            ..Facts::default()
        };
        let duplicates_allowed = self.saving.allow_duplicates;
        let deletes = operation == Some("Delete");
        let applies = |plan: &FaultPlan| match &plan.fault {
            Fault::Record { code: ErrorCode::DuplicatesDetected, .. } => !duplicates_allowed && !deletes,
            _ => true,
        };
        let Some(FaultPlan { fault: Fault::Record { code, message, fields }, .. }) =
            self.faults.strike(ctx.now, place, &facts, applies)
        else {
            return Ok(());
        };
        let error = compose((*code, message.as_deref()), fields, id.as_slice(), ErrorLayer::Dml);
        if error.code == ErrorCode::DuplicatesDetected {
            let result = self.duplicates_of(ctx, def, id);
            return Err(error.with_duplicates(result));
        }
        Err(error)
    }

    /// What a duplicate rule of the object would tell: the first of its rules, and another record.
    fn duplicates_of(&self, ctx: &Ctx, def: &SObjectDef, id: Option<RecordId>) -> DuplicateResult {
        let rule = def.duplicate_rules.first();
        let action = rule.map(|rule| if id.is_some() { rule.on_update } else { rule.on_insert });
        let others = self.store.live_records(def).map(|record| record.id()).find(|own| Some(*own) != id);
        DuplicateResult {
            version: ctx.version,
            allow_save: action.is_none_or(|action| action == DuplicateAction::Allow),
            rule: rule.map_or_else(
                || format!("Standard_{}_Duplicate_Rule", def.name).into(),
                |rule| rule.name.clone(),
            ),
            object: Arc::clone(&def.name),
            alert: rule.and_then(|rule| rule.message.as_deref()).unwrap_or(ALERT).into(),
            records: others.into_iter().collect(),
        }
    }

    /// Says that the rows of a job are what is written now.
    pub(crate) const fn run_rows(&mut self, family: JobFamily) {
        if self.faults.at(Place::Record) {
            let operation = match family {
                JobFamily::Classic => "Bulk.AddBatch",
                JobFamily::Ingest | JobFamily::Query => "Bulk.Upload",
            };
            self.faults.running = Some(Running {
                operation: Some(OperationName::of(operation)),
                job_type: Some(job_type_of(family)),
            });
        }
    }

    /// Says that the work of a job, or nothing, is what is done now.
    pub(crate) const fn run_work(&mut self, job_type: Option<&'static str>) {
        if self.faults.at(Place::Record) {
            self.faults.running = Some(Running { operation: None, job_type });
        }
    }

    /// What a job comes to that a plan strikes; `partly` tells whether single items of it can fail.
    pub(crate) fn strike_job(
        &mut self,
        ctx: &Ctx,
        job_type: &str,
        (object, records): (Option<&str>, &[RecordId]),
        partly: bool,
    ) -> Option<StruckJob> {
        if !self.faults.at(Place::Job) {
            return None;
        }
        let user = match self.faults.asks(Place::Job, |scope| !scope.users.is_empty()) {
            true => self.user_name(ctx.user),
            false => None,
        };
        let mut objects: Vec<&str> = object.into_iter().collect();
        let catalog = Arc::clone(&self.catalog);
        for def in records.iter().filter_map(|id| catalog.object_of(*id)) {
            if !objects.contains(&&*def.name) {
                objects.push(&def.name);
            }
        }
        let facts = Facts {
            objects: &objects,
            records,
            user: user.as_deref(),
            job_type: Some(job_type),
            ..Facts::default()
        };
        let applies = |plan: &FaultPlan| {
            partly || !matches!(plan.fault, Fault::Job { outcome: JobOutcome::CompletedWithFailures, .. })
        };
        let plan = self.faults.strike(ctx.now, Place::Job, &facts, applies)?;
        let Fault::Job { outcome, code, message } = &plan.fault else { return None };
        let code = code.unwrap_or(ErrorCode::UnknownException);
        let error = compose((code, message.as_deref()), &[], &[], ErrorLayer::Dml);
        Some(StruckJob { plan: plan.name.clone(), outcome: *outcome, error })
    }

    /// What happens to an event on its way.
    pub(crate) fn strike_event(&mut self, event: &StoredEvent) -> Option<EventFault> {
        let user = match self.faults.asks(Place::Event, |scope| !scope.users.is_empty()) {
            true => self.user_name(event.created_by),
            false => None,
        };
        let entity = match &event.body {
            EventBody::Change(change) => Some(Arc::clone(&change.entity)),
            _ => None,
        };
        let mut objects = vec![&*event.event, &*event.channel];
        objects.extend(entity.as_deref());
        let has_schema = matches!(event.body, EventBody::Platform(_) | EventBody::Change(_));
        let facts = Facts { objects: &objects, user: user.as_deref(), ..Facts::default() };
        let applies = |plan: &FaultPlan| has_schema || plan.fault != Fault::Event(EventFault::NewSchema);
        let plan = self.faults.strike(event.created_date, Place::Event, &facts, applies)?;
        match &plan.fault {
            Fault::Event(fault) => Some(fault.clone()),
            _ => None,
        }
    }

    /// Whether a change of an object is told by a gap event.
    pub(crate) fn strike_change(&mut self, now: Timestamp, def: &SObjectDef, user: RecordId) -> bool {
        let event = change_event_of(def);
        let user = match self.faults.asks(Place::Change, |scope| !scope.users.is_empty()) {
            true => self.user_name(user),
            false => None,
        };
        let facts = Facts { objects: &[&def.name, &event], user: user.as_deref(), ..Facts::default() };
        self.faults.strike(now, Place::Change, &facts, |_| true).is_some()
    }

    /// The name with which a user logs in.
    pub(super) fn user_name(&self, user: RecordId) -> Option<Box<str>> {
        self.store.get(user)?.get("Username").as_text().map(Into::into)
    }
}
