//! What a test asks of the org beside the API, as data: a journal of a run holds these like calls.

use serde::{Deserialize, Serialize};

use super::{
    fault::{InjectedFailure, JobFault},
    refusal::ControlRefusal,
    simulated::{JobState, JobStep, SimulatedJob},
};
use crate::{
    Org, Timestamp,
    faults::{FaultPlan, FaultState},
    operation::Outcome,
};

/// One order of a test. Nobody is asked for permission, and no API request is counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Control {
    /// Makes the trackers of a job appear, see [`Org::simulate_job`].
    SimulateJob(Box<SimulatedJob>),
    /// Lets a held job go on, see [`Org::step_job`].
    StepJob {
        /// The id of a tracker, or the request identifier.
        id: Box<str>,
        /// Where to.
        step: JobStep,
    },
    /// Lets jobs fail, see [`Org::inject_failure`].
    InjectFailure(JobFault),
    /// Forgets every injected failure, see [`Org::clear_failures`].
    ClearFailures,
    /// Takes a plan of what goes wrong, see [`Org::add_fault`].
    AddFault(Box<FaultPlan>),
    /// Gives up the plan of this name, see [`Org::end_fault`].
    EndFault(Box<str>),
    /// Gives up all plans, see [`Org::end_faults`].
    EndFaults,
}

/// What the org did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ControlReply {
    /// A job as its trackers show it now.
    Job(Box<JobState>),
    /// The failure as it was taken.
    Failure(Box<InjectedFailure>),
    /// How many failures are forgotten, or plans given up.
    Cleared(usize),
    /// The plan as it was taken.
    Fault(Box<FaultState>),
}

impl Org {
    /// Does what a test asks for at `now`.
    ///
    /// # Errors
    ///
    /// What is wrong and what to do about it; nothing has changed then.
    pub fn control(&mut self, now: Timestamp, control: Control) -> Result<ControlReply, ControlRefusal> {
        let reply = self.obey(now, control);
        self.tape.answer(|| Outcome::Ordered(reply.clone()));
        reply
    }

    fn obey(&mut self, now: Timestamp, control: Control) -> Result<ControlReply, ControlRefusal> {
        Ok(match control {
            Control::SimulateJob(job) => ControlReply::Job(Box::new(self.simulate_job(now, *job)?)),
            Control::StepJob { id, step } => ControlReply::Job(Box::new(self.step_job(now, &id, step)?)),
            Control::InjectFailure(fault) => ControlReply::Failure(Box::new(self.inject_failure(fault)?)),
            Control::ClearFailures => ControlReply::Cleared(self.clear_failures()),
            Control::AddFault(plan) => ControlReply::Fault(Box::new(self.add_fault(now, *plan)?)),
            Control::EndFault(name) => ControlReply::Cleared(usize::from(self.end_fault(now, &name))),
            Control::EndFaults => ControlReply::Cleared(self.end_faults(now)),
        })
    }
}
