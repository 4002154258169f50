//! What is done to subscribers from outside: they are resumed.

use crate::{ApiError, ErrorCode, Org, Reply, ResumeFrom, Timestamp, events::SubscriberStatus, jobs::Work};

impl Org {
    /// Lets an automation run again that has failed too often.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when there is no automation of this name.
    pub(crate) fn resume_subscriber(
        &mut self,
        now: Timestamp,
        name: &str,
        from: ResumeFrom,
    ) -> Result<Reply, ApiError> {
        let at = self.automations.list.iter().position(|own| *own.name == *name);
        let Some((at, state)) = at.and_then(|at| Some((at, self.automations.states.get_mut(at)?))) else {
            let message = format!("There is no automation {name}");
            return Err(ApiError::exception(ErrorCode::NotFound, message));
        };
        state.status = SubscriberStatus::Running;
        state.retries = 0;
        if from == ResumeFrom::Tip {
            state.position = self.events.tail();
        }
        if !state.planned {
            state.planned = true;
            self.agenda.plan(now, Work::Automate(at));
        }
        self.show_automation(now, at)?;
        Ok(Reply::Done)
    }
}
