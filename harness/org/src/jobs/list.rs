//! All jobs of the org, as their trackers show them.

use std::collections::BTreeMap;

use super::{refusal::ControlRefusal, simulated::JobState, tracker::Rows};
use crate::{Org, RecordId, RecordView};

impl Org {
    /// Every job whose trackers are neither deleted nor expired, oldest first: those that mockorg runs and
    /// those that a test simulates.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobState> {
        let simulated: BTreeMap<RecordId, bool> = self
            .simulated
            .by_number
            .values()
            .flat_map(|job| job.rows.ids().map(|row| (row, job.hold)))
            .collect();
        let mut operations: BTreeMap<Box<str>, RecordId> = self
            .records("RevenueAsyncOperation")
            .filter_map(|row| Some((row.get("CorrelationIdentifier").as_text()?.into(), row.id())))
            .collect();
        let mut jobs: Vec<JobState> = Vec::new();
        for row in self.records("AsyncOperationTracker") {
            let twin = row.get("CorrelationIdentifier").as_text().and_then(|own| operations.remove(own));
            jobs.push(state(row, Rows { operation: twin, tracker: Some(row.id()) }));
        }
        for id in operations.into_values() {
            let row = self.store.live(id);
            jobs.extend(row.map(|row| state(row, Rows { operation: Some(id), tracker: None })));
        }
        for job in &mut jobs {
            let hold = job.rows().ids().find_map(|row| simulated.get(&row));
            job.simulated = hold.is_some();
            job.held = hold == Some(&true) && job.finished_at.is_none();
        }
        jobs.sort_by_key(|job| (job.submitted_at, job.tracker, job.operation));
        jobs
    }

    /// A simulated job as its trackers show it.
    pub(super) fn simulated_state(&self, number: u64) -> Result<JobState, ControlRefusal> {
        let job = self.simulated.by_number.get(&number);
        let shown = job.and_then(|job| {
            let row = job.rows.ids().find_map(|row| self.store.get(row))?;
            let state = state(row, job.rows);
            Some(JobState { simulated: true, held: job.hold && state.finished_at.is_none(), ..state })
        });
        shown.ok_or_else(|| ControlRefusal::new("the job has no trackers any more", "simulate another job"))
    }
}

fn state(row: RecordView<'_>, rows: Rows) -> JobState {
    let text = |name: &str| row.get(name).as_text().unwrap_or_default().into();
    let count = |name: &str| row.get(name).as_int().unwrap_or_default();
    let at = |name: &str| row.get(name).as_datetime();
    JobState {
        request_identifier: text("CorrelationIdentifier"),
        job_type: text("JobType"),
        status: text("Status"),
        simulated: false,
        held: false,
        operation: rows.operation,
        tracker: rows.tracker,
        total_items: count("TotalJobItems"),
        successful_items: count("SuccessfulJobItems"),
        failed_items: count("FailedJobItems"),
        submitted_at: at("SubmittedAt"),
        started_at: at("StartedAt"),
        finished_at: at("FinishedAt"),
        expires_at: at("ExpiresAt"),
    }
}

impl JobState {
    const fn rows(&self) -> Rows {
        Rows { operation: self.operation, tracker: self.tracker }
    }

    /// Whether the job is meant by a request identifier or by the id of a tracker.
    pub(super) fn has_name(&self, text: &str, record: Option<RecordId>) -> bool {
        &*self.request_identifier == text || record.is_some_and(|id| self.rows().ids().any(|own| own == id))
    }
}
