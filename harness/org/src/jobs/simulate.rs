//! Making a simulated job: its checks, its trackers, its steps on the agenda.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Control, Counts, Work,
    job_types::{self, Identifier, JobTypeRow, Shown},
    refusal::{ControlRefusal, list},
    simulated::{JobError, JobState, SimulatedJob},
    simulated_event::EndEvent,
    tracker::Rows,
};
use crate::{
    Org, RecordId, RecordView, Timestamp, Value,
    catalog::{Catalog, FieldDef, SObjectDef},
    ctx::Ctx,
    operation::Operation,
};

/// The objects that show jobs.
const OPERATION: &str = "RevenueAsyncOperation";
const TRACKER: &str = "AsyncOperationTracker";

/// The simulated jobs whose trackers have not expired, by number.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct SimulatedJobs {
    pub(super) by_number: BTreeMap<u64, Simulated>,
    pub(super) made: u64,
}

impl SimulatedJobs {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.by_number.len()
    }
}

/// A simulated job.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(super) struct Simulated {
    pub(super) ctx: Ctx,
    #[serde(with = "super::job_types::named")]
    pub(super) row: &'static JobTypeRow,
    pub(super) request_identifier: Box<str>,
    pub(super) rows: Rows,
    pub(super) counts: Counts,
    pub(super) errors: Vec<JobError>,
    pub(super) reference: Option<RecordId>,
    pub(super) event: Option<EndEvent>,
    pub(super) hold: bool,
}

/// What the agenda holds for a simulated job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Step {
    /// It leaves the queue.
    Start,
    /// It ends.
    Finish,
    /// Its trackers' retention is over.
    Expire,
}

impl Org {
    /// Makes the trackers of a job appear that mockorg does not run itself, and plans how they walk their
    /// states. At the end the rows of the error log come first, then the terminal trackers, then the event.
    ///
    /// # Errors
    ///
    /// Names what is wrong with the job and what would be right: an unknown job type, user, object, event,
    /// field, category or record, or more failed items than there are items.
    pub fn simulate_job(&mut self, now: Timestamp, job: SimulatedJob) -> Result<JobState, ControlRefusal> {
        self.tape.write(|| {
            let control = Control::SimulateJob(Box::new(job.clone()));
            Operation::Control { at: now, control }
        });
        let savepoint = self.store.savepoint();
        let made = self.make_simulated(now, job);
        match made {
            Ok(number) => {
                self.commit(now);
                self.simulated_state(number)
            }
            Err(refusal) => {
                self.store.rollback(savepoint);
                Err(refusal)
            }
        }
    }

    fn make_simulated(&mut self, now: Timestamp, job: SimulatedJob) -> Result<u64, ControlRefusal> {
        let catalog = Arc::clone(&self.catalog);
        let row = known_job_type(&catalog, &job.job_type)?;
        let counts = counts(job.total_items, job.failed_items)?;
        let ctx = self.simulated_ctx(now, job.on_behalf_of.as_deref())?;
        let objects = shown_by(&catalog, row, &job)?;
        let reference = self.reference_of(&objects, job.reference_record)?;
        job.errors.iter().try_for_each(|error| self.check_job_error(&catalog, error))?;
        let event = EndEvent::of(&catalog, row, &job.event)?;
        let uuid: Box<str> = self.uuids.uuid().into();
        let values = [("JobType", Value::text(&job.job_type)), ("CorrelationIdentifier", Value::text(&uuid))];
        let mut rows = Rows::default();
        for (def, reference) in objects.iter().zip(reference) {
            let values = self.submitted(&ctx, &values, counts);
            if &*def.name == OPERATION {
                let mut values = values;
                values.push(("ReferenceEntityId", reference.into()));
                rows.operation = Some(self.system_create(&ctx, OPERATION, values)?);
            } else {
                rows.tracker = Some(self.submit_tracker_row(&ctx, values, reference)?);
            }
        }
        let identifier = match row.identifier {
            Identifier::Uuid => None,
            Identifier::Operation => rows.operation.or(rows.tracker),
            Identifier::Tracker => rows.tracker.or(rows.operation),
        };
        let request_identifier = match identifier {
            None => uuid,
            Some(id) => {
                let text = id.to_string();
                self.update_tracker(&ctx, rows, &[("CorrelationIdentifier", Value::text(&text))])?;
                text.into()
            }
        };
        self.simulated.made += 1;
        let number = self.simulated.made;
        if !job.hold {
            let half = self.settings.async_delay.0 / 2;
            let rest = self.settings.async_delay.0.saturating_sub(half);
            let start = now + job.delay_to_start.unwrap_or(half);
            self.agenda.plan(start, Work::Simulated(number, Step::Start));
            let finish = start + job.delay_to_finish.unwrap_or(rest);
            self.agenda.plan(finish, Work::Simulated(number, Step::Finish));
        }
        self.agenda.plan(self.expiry(now), Work::Simulated(number, Step::Expire));
        let simulated = Simulated {
            ctx,
            row,
            request_identifier,
            rows,
            counts,
            errors: job.errors,
            reference: job.reference_record,
            event,
            hold: job.hold,
        };
        self.simulated.by_number.insert(number, simulated);
        Ok(number)
    }

    /// The circumstances of a job on behalf of this user, or of an administrator.
    fn simulated_ctx(&self, now: Timestamp, named: Option<&str>) -> Result<Ctx, ControlRefusal> {
        let mut users = self.records("User").filter(|user| user.get("IsActive").is_true());
        let user = match named {
            Some(name) => {
                let id: Option<RecordId> = name.parse().ok();
                let is_meant = |user: &RecordView<'_>| {
                    let own = user.get("Username");
                    id == Some(user.id()) || own.as_text().is_some_and(|own| own.eq_ignore_ascii_case(name))
                };
                users.find(is_meant).ok_or_else(|| {
                    ControlRefusal::new(
                        format!("`onBehalfOf` names no active user: `{name}`"),
                        "give the id or the user name of an active user, or leave it out",
                    )
                })?
            }
            None => {
                let mut administrators =
                    users.filter(|user| self.access_of(now, user.id()).has("ModifyAllData"));
                administrators.next().ok_or_else(|| {
                    ControlRefusal::new(
                        "the org has no administrator on whose behalf the job could run",
                        "name a user with `onBehalfOf`",
                    )
                })?
            }
        };
        let access = self.access_of(now, user.id());
        Ok(Ctx { now, version: Self::WORK_VERSION, user: user.id(), session: 0, access })
    }

    /// The ReferenceEntityId of each object's row.
    fn reference_of(
        &self,
        objects: &[&SObjectDef],
        id: Option<RecordId>,
    ) -> Result<Vec<Option<RecordId>>, ControlRefusal> {
        let Some(id) = id else { return Ok(vec![None; objects.len()]) };
        let fields: Vec<Option<&FieldDef>> =
            objects.iter().map(|def| def.field("ReferenceEntityId")).collect();
        let taken: Vec<Option<RecordId>> =
            fields.iter().map(|field| field.filter(|field| self.may_refer(field, id)).map(|_| id)).collect();
        if taken.iter().all(Option::is_none) {
            let allowed = objects.iter().zip(&fields).map(|(def, field)| {
                let targets = field.map(|field| list(&field.reference_to)).unwrap_or_default();
                format!("{} refers to {targets}", def.name)
            });
            return Err(ControlRefusal::new(
                format!("`referenceRecordId` names no record that a tracker can refer to: `{id}`"),
                format!("give the id of a record of the org: {}", list(allowed)),
            ));
        }
        Ok(taken)
    }

    /// Whether a reference field may hold this id: of a live record of one of its objects.
    pub(super) fn may_refer(&self, field: &FieldDef, id: RecordId) -> bool {
        self.store.live(id).is_some_and(|record| field.reference_to.contains(&record.object.name))
    }

    /// Checks a row for the error log before it is needed.
    pub(super) fn check_job_error(&self, catalog: &Catalog, error: &JobError) -> Result<(), ControlRefusal> {
        let Some(log) = catalog.find_any("RevenueTransactionErrorLog") else {
            return Err(ControlRefusal::new(
                "the org has no RevenueTransactionErrorLog",
                "leave out `errors`, or switch on the feature RevenueLifecycle",
            ));
        };
        if error.code.is_empty() || error.message.is_empty() {
            return Err(ControlRefusal::new(
                "an error needs a `code` and a `message`",
                r#"write {"code":"INVALID_INPUT","message":"…"}"#,
            ));
        }
        for (name, text) in [("ErrorCode", &error.code), ("ErrorMessage", &error.message)] {
            let length = log.field(name).map_or(u32::MAX, |field| field.length);
            if u32::try_from(text.chars().count()).is_ok_and(|count| count > length) {
                return Err(ControlRefusal::new(
                    format!("the text of {name} is too long"),
                    format!("the error log holds at most {length} characters"),
                ));
            }
        }
        for (name, value) in [("Category", &error.category), ("Severity", &error.severity)] {
            let (Some(field), Some(value)) = (log.field(name), value) else { continue };
            if !field.picklist_values.iter().any(|own| *own.value == **value) {
                return Err(ControlRefusal::new(
                    format!("`{value}` is no {name} of the error log"),
                    format!("choose one of {}", list(field.picklist_values.iter().map(|own| &*own.value))),
                ));
            }
        }
        for (name, id) in
            [("PrimaryRecordId", error.primary_record), ("RelatedRecordId", error.related_record)]
        {
            let (Some(field), Some(id)) = (log.field(name), id) else { continue };
            if !self.may_refer(field, id) {
                return Err(ControlRefusal::new(
                    format!("{name} of the error log cannot hold `{id}`"),
                    format!("give the id of a record of the org: one of {}", list(&field.reference_to)),
                ));
            }
        }
        Ok(())
    }
}

/// The row of a job type that one of the trackers knows.
fn known_job_type(catalog: &Catalog, job_type: &str) -> Result<&'static JobTypeRow, ControlRefusal> {
    let known = job_types_of(catalog);
    if known.contains(&job_type) {
        return Ok(job_types::find(job_type));
    }
    Err(ControlRefusal::new(
        format!("`{job_type}` is no job type"),
        format!("`jobType` is one of {}", list(known)),
    ))
}

/// Every job type of the org's trackers, each once.
pub(super) fn job_types_of(catalog: &Catalog) -> Vec<&str> {
    let mut known: Vec<&str> = Vec::new();
    for def in [OPERATION, TRACKER].into_iter().filter_map(|name| catalog.find_any(name)) {
        known.extend(values_of(def));
    }
    known.sort_unstable();
    known.dedup();
    known
}

fn values_of(def: &SObjectDef) -> impl Iterator<Item = &str> {
    def.field("JobType").into_iter().flat_map(|field| &field.picklist_values).map(|own| &*own.value)
}

/// The objects that show a job: those that the caller names, or those that the job type has by itself as far
/// as the org has them and they know it.
fn shown_by<'a>(
    catalog: &'a Catalog,
    row: &JobTypeRow,
    job: &SimulatedJob,
) -> Result<Vec<&'a SObjectDef>, ControlRefusal> {
    let knows = |def: &SObjectDef| values_of(def).any(|value| value == &*job.job_type);
    if job.objects.is_empty() {
        let names: &[&str] = match row.shown {
            Shown::Both => &[OPERATION, TRACKER],
            Shown::Operation => &[OPERATION],
            Shown::Tracker => &[TRACKER],
        };
        let own: Vec<&SObjectDef> =
            names.iter().filter_map(|name| catalog.find_any(name)).filter(|def| knows(def)).collect();
        if !own.is_empty() {
            return Ok(own);
        }
    }
    let mut objects: Vec<&SObjectDef> = Vec::new();
    for name in &job.objects {
        let def = [OPERATION, TRACKER]
            .into_iter()
            .find(|own| own.eq_ignore_ascii_case(name))
            .and_then(|own| catalog.find_any(own));
        match def {
            Some(def) if !knows(def) => {
                return Err(ControlRefusal::new(
                    format!("{} has no job type `{}`", def.name, job.job_type),
                    "leave that object out of `objects`",
                ));
            }
            Some(def) if objects.iter().all(|own| own.index != def.index) => objects.push(def),
            Some(_) => {}
            None => {
                return Err(ControlRefusal::new(
                    format!("`objects` names no tracker: `{name}`"),
                    format!("name {OPERATION}, {TRACKER} or both, as far as the org has them"),
                ));
            }
        }
    }
    match objects.is_empty() {
        true => Err(ControlRefusal::new(
            format!("the org has no object that shows jobs of type `{}`", job.job_type),
            "switch on the feature RevenueLifecycle, or choose another job type",
        )),
        false => Ok(objects),
    }
}

/// The counters, which must fit each other.
pub(super) fn counts(total: u32, failed: u32) -> Result<Counts, ControlRefusal> {
    if failed > total {
        return Err(ControlRefusal::new(
            format!("{failed} of {total} items cannot fail"),
            "`failedItems` is at most `totalItems`",
        ));
    }
    if i32::try_from(total).is_err() {
        return Err(ControlRefusal::new(
            format!("{total} items are more than a tracker can count"),
            format!("`totalItems` is at most {}", i32::MAX),
        ));
    }
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Counts { total: count(total), failed: count(failed) })
}
