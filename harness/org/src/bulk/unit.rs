//! A piece of bulk work: one upload, one batch or one statement, and how far it has come.

use std::sync::Arc;

use bytes::Bytes;

use super::{
    columns::Column,
    outcome::Outcomes,
    reply::{BulkBatch, BulkJob, BulkState},
};
use crate::{FieldInput, QueryPage, RecordId, Timestamp, ctx::Ctx, events::Actor, query::Export};

/// A job, with everything that it needs to go on.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Job {
    /// As clients see it; counters are brought up to date when one asks.
    pub(crate) shown: BulkJob,
    /// On whose behalf it runs. Permissions are those of the moment of the request.
    pub(crate) ctx: Ctx,
    /// As whose changes its changes are told.
    pub(crate) actor: Option<Actor>,
    /// The one unit of a job of Bulk API 2.0; the batches of one of Bulk API 1.0.
    pub(crate) units: Vec<Unit>,
    /// How many records a chunk has.
    pub(crate) chunk_size: Option<u32>,
}

/// One upload, batch or statement.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Unit {
    /// The batch's id, or the job's.
    pub(crate) id: RecordId,
    /// The upload or statement as it came.
    pub(crate) request: Bytes,
    /// Records that came in another form than CSV.
    pub(crate) records: Option<Arc<[Vec<FieldInput>]>>,
    /// The records between which a chunk of a query lies, the last included.
    pub(crate) range: Option<(RecordId, RecordId)>,
    pub(crate) state: UnitState,
    /// Why it failed.
    pub(crate) message: Option<Box<str>>,
    pub(crate) created: Timestamp,
    pub(crate) modified: Timestamp,
    /// When it began to run.
    pub(crate) begun: Option<Timestamp>,
    pub(crate) ended: Option<Timestamp>,
    pub(crate) progress: Progress,
    pub(crate) outcomes: Arc<Outcomes>,
    pub(crate) result: ResultSet,
}

/// The states of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum UnitState {
    /// Its data are not there yet.
    Open,
    Queued,
    InProgress,
    Completed,
    Failed,
    NotProcessed,
}

/// How far a unit has come.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Progress {
    /// It has not begun.
    Waiting,
    /// Rows are written: the columns, and the byte or record at which the next one begins.
    Writing(Arc<[Column]>, usize),
    /// Rows are read: the statement, the records, and the place of the next one.
    Reading(#[serde(skip)] Option<Box<Export>>, Arc<[RecordId]>, usize),
    /// Nothing is left to do.
    Done,
}

/// The rows that a query gave.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct ResultSet {
    /// The id under which Bulk API 1.0 answers them.
    pub(crate) id: Option<RecordId>,
    pub(crate) header: Bytes,
    /// The row with which each piece begins, and its lines.
    pub(crate) pieces: Vec<(u64, Bytes)>,
    pub(crate) rows: u64,
    /// The rows themselves, where they are answered in another form than CSV.
    pub(crate) page: Option<Box<QueryPage>>,
}

impl Unit {
    /// A unit that waits for its data.
    pub(crate) fn open(id: RecordId, now: Timestamp) -> Self {
        Self {
            id,
            request: Bytes::new(),
            records: None,
            range: None,
            state: UnitState::Open,
            message: None,
            created: now,
            modified: now,
            begun: None,
            ended: None,
            progress: Progress::Waiting,
            outcomes: Arc::default(),
            result: ResultSet::default(),
        }
    }

    /// A unit that holds its data.
    pub(crate) fn queued(id: RecordId, now: Timestamp, request: Bytes) -> Self {
        Self { request, state: UnitState::Queued, ..Self::open(id, now) }
    }

    /// Ends the unit as a whole.
    pub(crate) fn fail(&mut self, now: Timestamp, message: impl Into<Box<str>>) {
        self.end(now, UnitState::Failed);
        self.message = Some(message.into());
    }

    /// Ends the unit.
    pub(crate) fn end(&mut self, now: Timestamp, state: UnitState) {
        self.state = state;
        self.modified = now;
        self.ended = Some(now);
        self.progress = Progress::Done;
    }

    /// How many rows were processed, failed ones included.
    pub(crate) fn processed(&self) -> u64 {
        self.outcomes.processed().max(self.result.rows)
    }

    /// For how long it has run, in milliseconds.
    pub(crate) fn millis(&self, now: Timestamp) -> u64 {
        let Some(begun) = self.begun else { return 0 };
        u64::try_from(self.ended.unwrap_or(now).millis() - begun.millis()).unwrap_or_default()
    }

    /// The batch as clients see it.
    pub(crate) fn shown(&self, job: RecordId, now: Timestamp) -> BulkBatch {
        let state = match self.state {
            UnitState::Open | UnitState::Queued => "Queued",
            UnitState::InProgress => "InProgress",
            UnitState::Completed => "Completed",
            UnitState::Failed => "Failed",
            UnitState::NotProcessed => "NotProcessed",
        };
        BulkBatch {
            id: self.id,
            job,
            state: state.into(),
            message: self.message.clone(),
            created: self.created,
            modified: self.modified,
            processed: self.processed(),
            failed: self.outcomes.failed(),
            millis: self.millis(now),
        }
    }
}

impl Job {
    /// The job as clients see it at `now`.
    pub(crate) fn shown(&self, now: Timestamp) -> BulkJob {
        let count = |state: UnitState| self.units.iter().filter(|unit| unit.state == state).count() as u64;
        BulkJob {
            processed: self.units.iter().map(Unit::processed).sum(),
            failed: self.units.iter().map(|unit| unit.outcomes.failed()).sum(),
            millis: self.units.iter().map(|unit| unit.millis(now)).sum(),
            error_message: self.units.iter().find_map(|unit| unit.message.clone()),
            batches: [
                count(UnitState::Queued),
                count(UnitState::InProgress),
                count(UnitState::Completed),
                count(UnitState::Failed),
                self.units.len() as u64,
            ],
            ..self.shown.clone()
        }
    }

    /// Moves the job to a state.
    pub(crate) const fn enter(&mut self, now: Timestamp, state: BulkState) {
        self.shown.state = state;
        self.shown.modified = now;
    }
}
