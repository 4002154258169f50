//! Jobs as tests make them: simulated ones, and failures of real ones.

use mockorg_org::{ControlRefusal, InjectedFailure, JobFault, JobState, JobStep, SimulatedJob};

use crate::MockOrg;

impl MockOrg {
    /// Makes the trackers of a job appear that the org does not run itself, such as placing a quote. They walk
    /// their states by the clock, or by [`MockOrg::step_job`] when the job is held; the end comes with rows of
    /// the error log and an event.
    ///
    /// # Errors
    ///
    /// What is wrong with the job, and what would be right.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use std::time::Duration;
    ///
    /// use mockorg::{JobError, MockOrg, SimulatedJob};
    ///
    /// let org = MockOrg::start().await;
    /// let job = SimulatedJob {
    ///     total_items: 3,
    ///     failed_items: 1,
    ///     errors: vec![JobError::new("INVALID_API_INPUT", "Include record type and method.")],
    ///     ..SimulatedJob::of("PlaceQuote")
    /// };
    /// let submitted = org.simulate_job(job).unwrap();
    /// assert_eq!(&*submitted.status, "Submitted");
    ///
    /// org.advance(Duration::from_secs(60)).await;
    /// let tracker = org.record(&submitted.tracker.unwrap().to_string()).unwrap();
    /// assert_eq!(tracker.text("Status").as_deref(), Some("CompletedWithFailures"));
    /// assert_eq!(org.events_on("/event/QuoteSaveEvent").len(), 1);
    /// # });
    /// ```
    pub fn simulate_job(&self, job: SimulatedJob) -> Result<JobState, ControlRefusal> {
        self.gateway.with_org(|org, now| org.simulate_job(now, job))
    }

    /// Lets a simulated job go on that was made with `hold`. `id` is the id of one of its trackers, or its
    /// request identifier.
    ///
    /// # Errors
    ///
    /// What is wrong with the step, and which steps are legal.
    ///
    /// # Examples
    ///
    /// ```
    /// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    /// # runtime.block_on(async {
    /// use mockorg::{JobStep, MockOrg, SimulatedJob};
    ///
    /// let org = MockOrg::start().await;
    /// let job = org.simulate_job(SimulatedJob { hold: true, ..SimulatedJob::of("PlaceOrder") }).unwrap();
    /// org.step_job(&job.request_identifier, JobStep::to("InProgress")).unwrap();
    /// let ended = org.step_job(&job.request_identifier, JobStep::to("Failure")).unwrap();
    /// assert_eq!(ended.failed_items, 1);
    /// # });
    /// ```
    pub fn step_job(&self, id: &str, step: JobStep) -> Result<JobState, ControlRefusal> {
        self.gateway.with_org(|org, now| org.step_job(now, id, step))
    }

    /// Every job whose trackers are neither deleted nor expired, oldest first, simulated or not.
    #[must_use]
    pub fn jobs(&self) -> Vec<JobState> {
        self.gateway.with_org(|org, _| org.jobs())
    }

    /// Lets jobs of the org fail: renewals, amendments and cancellations of assets, and order to asset. What is
    /// struck fails as if the platform had refused it; nothing else of the job does.
    ///
    /// # Errors
    ///
    /// What is wrong with a failure that could never strike.
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{ErrorCode, JobFault, MockOrg};
    ///
    /// let org = MockOrg::start_blocking();
    /// let fault = JobFault::new(ErrorCode::UnknownException, "The service is down.");
    /// org.inject_failure(JobFault { job_type: Some("PearRenewAssets".into()), ..fault }).unwrap();
    /// // The next asset that is to be renewed fails; then:
    /// assert_eq!(org.clear_failures(), 1);
    /// ```
    pub fn inject_failure(&self, fault: JobFault) -> Result<InjectedFailure, ControlRefusal> {
        self.gateway.with_org(|org, _| org.inject_failure(fault))
    }

    /// The injected failures with how often each has struck, spent ones included.
    #[must_use]
    pub fn failures(&self) -> Vec<InjectedFailure> {
        self.gateway.with_org(|org, _| org.failures().to_vec())
    }

    /// Forgets every injected failure; gives how many there were.
    pub fn clear_failures(&self) -> usize {
        self.gateway.with_org(|org, _| org.clear_failures())
    }
}
