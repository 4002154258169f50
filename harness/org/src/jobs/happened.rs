//! What the agenda did while the org's time moved on: told to those who move it.

use super::{Work, simulate::Step};
use crate::{Org, RecordId, Timestamp, events::ReplayId, operation::Operation, redefine::MetadataWork};

/// What happened while the org's time moved, in order. Of very much only the beginning is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// What happened, oldest first: at most [`Happened::MOST`].
    pub happenings: Vec<Happening>,
    /// How much more there was.
    pub left_out: u64,
}

/// One thing that happened, at the org's time at which it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When, by the org's clock.
    pub at: Timestamp,
    /// What.
    pub what: Occurrence,
}

/// What can happen while time moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// A job left the queue. It is named by its request identifier, and `status` is what its trackers show now.
    JobStarted {
        /// The request identifier.
        job: Box<str>,
        /// The Status of its trackers.
        status: Option<Box<str>>,
    },
    /// A job did its work and ended.
    JobEnded {
        /// The request identifier.
        job: Box<str>,
        /// The Status of its trackers.
        status: Option<Box<str>>,
    },
    /// The trackers of a job were deleted, because their retention was over.
    TrackerExpired {
        /// The AsyncOperationTracker, or the RevenueAsyncOperation where there is no other.
        tracker: Option<RecordId>,
    },
    /// The flow of order to asset looked at an order that was activated.
    OrderActivated {
        /// The order.
        order: RecordId,
    },
    /// Records whose time in the Recycle Bin was over are gone for good.
    RecycleBinEmptied {
        /// How many.
        records: usize,
    },
    /// An automation handled its next events.
    AutomationRan {
        /// Its name.
        name: Box<str>,
    },
    /// A deployment or retrieval of metadata left the queue.
    MetadataStarted {
        /// Its id.
        request: RecordId,
    },
    /// A deployment or retrieval of metadata ended.
    MetadataEnded {
        /// Its id.
        request: RecordId,
    },
    /// A job of a Bulk API went on, or was forgotten.
    BulkJob {
        /// Its id.
        job: RecordId,
        /// What became of it: `started`, `worked`, `ended`, `aborted` or `expired`.
        step: &'static str,
    },
    /// An event was published.
    EventPublished {
        /// The channel of this kind of event alone.
        channel: Box<str>,
        /// Its position.
        replay_id: ReplayId,
    },
    /// Sessions ended that nobody used.
    SessionsExpired {
        /// How many.
        sessions: usize,
    },
    /// Query locators ended that nobody used.
    LocatorsExpired {
        /// How many.
        locators: usize,
    },
}

impl Occurrence {
    /// What happened, as the control surface names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::JobStarted { .. } => "jobStarted",
            Self::JobEnded { .. } => "jobEnded",
            Self::TrackerExpired { .. } => "trackerExpired",
            Self::OrderActivated { .. } => "orderActivated",
            Self::RecycleBinEmptied { .. } => "recycleBinEmptied",
            Self::AutomationRan { .. } => "automationRan",
            Self::MetadataStarted { .. } => "metadataStarted",
            Self::MetadataEnded { .. } => "metadataEnded",
            Self::BulkJob { .. } => "bulkJob",
            Self::EventPublished { .. } => "eventPublished",
            Self::SessionsExpired { .. } => "sessionsExpired",
            Self::LocatorsExpired { .. } => "locatorsExpired",
        }
    }
}

impl Happened {
    /// How much is told.
    pub const MOST: usize = 1000;

    fn add(&mut self, at: Timestamp, what: Occurrence) {
        if self.happenings.len() < Self::MOST {
            self.happenings.push(Happening { at, what });
        } else {
            self.left_out += 1;
        }
    }

    /// The happenings of one kind, such as `eventPublished`.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Happening> {
        self.happenings.iter().filter(move |happening| happening.what.kind() == kind)
    }
}

/// What is known of a piece of work before it is done.
struct Prospect {
    what: Occurrence,
    /// The row whose Status tells what became of it.
    tracker: Option<RecordId>,
    /// The records that may be gone afterwards.
    due: Vec<RecordId>,
}

impl Prospect {
    const fn of(what: Occurrence) -> Self {
        Self { what, tracker: None, due: Vec::new() }
    }

    /// A step of a job.
    fn of_job(ends: bool, job: &str, tracker: Option<RecordId>) -> Self {
        let (job, status) = (job.into(), None);
        let what =
            if ends { Occurrence::JobEnded { job, status } } else { Occurrence::JobStarted { job, status } };
        Self { what, tracker, due: Vec::new() }
    }
}

impl Org {
    /// As [`Org::advance`], and says what happened since `from`, when somebody last looked.
    pub fn advance_telling(&mut self, from: Timestamp, now: Timestamp) -> Happened {
        let mut happened = Happened::default();
        if self.next_deadline().is_some_and(|deadline| deadline <= now) {
            self.tape.write(|| Operation::Advance(now));
            while let Some((at, work)) = self.agenda.take_due(now) {
                let tail = self.events.tail();
                let prospect = self.prospect(at, &work);
                self.perform_and_commit(at, work);
                if let Some(what) = prospect.and_then(|prospect| self.outcome(prospect)) {
                    happened.add(at, what);
                }
                for event in self.events.after(tail) {
                    let (channel, replay_id) = ((*event.channel).into(), event.replay_id);
                    happened.add(event.created_date, Occurrence::EventPublished { channel, replay_id });
                }
            }
            self.agenda.enter(0);
        }
        let sessions = self.access.sessions_ended(from, now, self.session_lifetime());
        if sessions > 0 {
            happened.add(now, Occurrence::SessionsExpired { sessions });
        }
        let locators = self.cursors.ended(from, now, self.settings.locator_seconds);
        if locators > 0 {
            happened.add(now, Occurrence::LocatorsExpired { locators });
        }
        happened
    }

    /// What work is about to do; `None` for work that no longer concerns anybody.
    fn prospect(&self, at: Timestamp, work: &Work) -> Option<Prospect> {
        Some(match work {
            Work::Start(job) => Prospect::of_job(false, &job.request_identifier, Some(job.tracker.tracker)),
            Work::Finish(job) => Prospect::of_job(true, &job.request_identifier, Some(job.tracker.tracker)),
            Work::Expire(_, tracker) => {
                Prospect::of(Occurrence::TrackerExpired { tracker: Some(tracker.tracker) })
            }
            Work::Simulated(number, step) => {
                let job = self.simulated.by_number.get(number)?;
                let tracker = job.rows.tracker.or(job.rows.operation);
                match step {
                    Step::Start => Prospect::of_job(false, &job.request_identifier, tracker),
                    Step::Finish => Prospect::of_job(true, &job.request_identifier, tracker),
                    Step::Expire => Prospect::of(Occurrence::TrackerExpired { tracker }),
                }
            }
            Work::OrderActivated(_, order) => Prospect::of(Occurrence::OrderActivated { order: *order }),
            Work::Purge => {
                let due = self.store.deleted_until(self.purged_until(at)).into_iter().collect();
                Prospect { what: Occurrence::RecycleBinEmptied { records: 0 }, tracker: None, due }
            }
            Work::Automate(place) => {
                let name = self.automations.name_of(*place)?.into();
                Prospect::of(Occurrence::AutomationRan { name })
            }
            Work::Metadata(MetadataWork::Start(request)) => {
                Prospect::of(Occurrence::MetadataStarted { request: *request })
            }
            Work::Metadata(MetadataWork::Finish(request)) => {
                Prospect::of(Occurrence::MetadataEnded { request: *request })
            }
            Work::Bulk(step) => {
                let (job, step) = step.told();
                Prospect::of(Occurrence::BulkJob { job, step })
            }
            // What is published is told for itself, and what goes on is told by its own work.
            Work::Publish(_) | Work::LetGo => return None,
        })
    }

    /// What became of it; `None` when nothing did.
    fn outcome(&self, prospect: Prospect) -> Option<Occurrence> {
        let Prospect { mut what, tracker, due } = prospect;
        match &mut what {
            Occurrence::JobStarted { status, .. } | Occurrence::JobEnded { status, .. } => {
                // The call that planned a job may have been undone as a whole, or its tracker been deleted.
                let row = self.store.get(tracker?)?;
                *status = row.get("Status").as_text().map(Into::into);
            }
            Occurrence::RecycleBinEmptied { records } => {
                *records = due.iter().filter(|id| self.store.get(**id).is_none()).count();
                if *records == 0 {
                    return None;
                }
            }
            _ => {}
        }
        Some(what)
    }
}
