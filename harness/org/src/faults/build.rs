//! Plans in the words of a test: what goes wrong, then where, then when.

use std::time::Duration;

use super::plan::{BodyFault, EventFault, Fault, FaultPlan, JobOutcome, Probability};
use crate::{ErrorCode, RecordId, Timestamp};

/// What goes wrong. The plan is named after it; [`FaultPlan::named`] gives another name.
impl FaultPlan {
    /// Calls are refused with an error, in the platform's words; nothing of them happens.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg_org::{ErrorCode, faults::FaultPlan};
    ///
    /// let plan = FaultPlan::error(ErrorCode::ServerUnavailable).on_operation("Query").times(2);
    /// assert_eq!((&*plan.name, plan.timing.times), ("SERVER_UNAVAILABLE", Some(2)));
    /// ```
    #[must_use]
    pub fn error(code: ErrorCode) -> Self {
        Self::new(code.as_str(), Fault::Error { code, message: None, status: None })
    }

    /// The saves of records fail with an error, in the platform's words: alone, in collections, in jobs.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg_org::{ErrorCode, faults::FaultPlan};
    ///
    /// let plan = FaultPlan::record_error(ErrorCode::UnableToLockRow).on_object("Account").every(2);
    /// assert_eq!(&*plan.scope.objects[0], "Account");
    /// ```
    #[must_use]
    pub fn record_error(code: ErrorCode) -> Self {
        Self::new(code.as_str(), Fault::Record { code, message: None, fields: Vec::new() })
    }

    /// Jobs end like this.
    #[must_use]
    pub fn job(outcome: JobOutcome) -> Self {
        Self::new("job", Fault::Job { outcome, code: None, message: None })
    }

    /// Events take this way.
    #[must_use]
    pub fn event(fault: EventFault) -> Self {
        Self::new("event", Fault::Event(fault))
    }

    /// Answers wait, by the machine's clock.
    #[must_use]
    pub fn latency(latency: Duration) -> Self {
        Self::new("latency", Fault::Latency(latency))
    }

    /// Connections are closed without an answer; the calls do not happen.
    #[must_use]
    pub fn dropped() -> Self {
        Self::new("drop", Fault::Drop)
    }

    /// Connections are reset without an answer; the calls have happened.
    #[must_use]
    pub fn reset() -> Self {
        Self::new("reset", Fault::Reset)
    }

    /// Bodies break off after so many bytes.
    #[must_use]
    pub fn truncated(bytes: u64) -> Self {
        Self::new("truncated", Fault::Body(BodyFault::Truncated(bytes)))
    }

    /// Bodies come at so many bytes a second.
    #[must_use]
    pub fn slow(bytes_a_second: u64) -> Self {
        Self::new("slow", Fault::Body(BodyFault::Slow(bytes_a_second)))
    }

    /// A page stands in place of the answer, as of a proxy; HTML unless there is no body.
    #[must_use]
    pub fn page(status: u16, body: &str) -> Self {
        Self::new("page", Fault::Page { status, content_type: None, body: body.into() })
    }
}

/// Where it goes wrong. Each kind of place narrows it down; of one kind, any will do.
impl FaultPlan {
    /// The same plan under another name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// The same plan with these words instead of the platform's, of errors.
    #[must_use]
    pub fn saying(mut self, words: &str) -> Self {
        if let Fault::Error { message, .. } | Fault::Record { message, .. } | Fault::Job { message, .. } =
            &mut self.fault
        {
            *message = Some(words.into());
        }
        self
    }

    /// Of this operation only, such as `Create` or `Bulk.Upload`.
    #[must_use]
    pub fn on_operation(mut self, operation: &str) -> Self {
        self.scope.operations.push(operation.into());
        self
    }

    /// Of this object or event only.
    #[must_use]
    pub fn on_object(mut self, object: &str) -> Self {
        self.scope.objects.push(object.into());
        self
    }

    /// Of this record only.
    #[must_use]
    pub fn on_record(mut self, id: RecordId) -> Self {
        self.scope.records.push(id);
        self
    }

    /// Of what this user does only.
    #[must_use]
    pub fn for_user(mut self, username: &str) -> Self {
        self.scope.users.push(username.into());
        self
    }

    /// Of this resource only, by its id in the endpoint index, such as `query` or `oauth-token`.
    #[must_use]
    pub fn on_endpoint(mut self, endpoint: &str) -> Self {
        self.scope.endpoints.push(endpoint.into());
        self
    }

    /// Of this HTTP method only.
    #[must_use]
    pub fn on_method(mut self, method: &str) -> Self {
        self.scope.methods.push(method.into());
        self
    }

    /// Of jobs of this type only.
    #[must_use]
    pub fn on_job_type(mut self, job_type: &str) -> Self {
        self.scope.job_types.push(job_type.into());
        self
    }
}

/// When it goes wrong.
impl FaultPlan {
    /// Not the first so many times.
    #[must_use]
    pub const fn after(mut self, spared: u32) -> Self {
        self.timing.after = spared;
        self
    }

    /// Only every so many-th time, the first of them too.
    #[must_use]
    pub const fn every(mut self, every: u32) -> Self {
        self.timing.every = every;
        self
    }

    /// So many times at most.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.timing.times = Some(times);
        self
    }

    /// With this probability, from 0 to 1; drawn from the org's seed.
    #[must_use]
    pub fn with_probability(mut self, share: f64) -> Self {
        self.timing.probability = Some(Probability::of_share(share));
        self
    }

    /// From this time of the org on.
    #[must_use]
    pub const fn from_time(mut self, from: Timestamp) -> Self {
        self.timing.from = Some(from);
        self
    }

    /// Until this time of the org.
    #[must_use]
    pub const fn until_time(mut self, until: Timestamp) -> Self {
        self.timing.until = Some(until);
        self
    }
}

impl Probability {
    /// The probability of a share of all; less than 0 counts as 0, and more than 1 as 1.
    #[must_use]
    pub fn of_share(share: f64) -> Self {
        let millionths = (share.clamp(0.0, 1.0) * f64::from(Self::ONE.0)).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of a million lies between 0 and a million"
        )]
        let millionths = millionths as u32;
        Self(millionths)
    }

    /// The share of all, from 0 to 1.
    #[must_use]
    pub fn share(self) -> f64 {
        f64::from(self.0) / f64::from(Self::ONE.0)
    }
}
