//! Plans of a test: taken, shown, and given up.

use super::plan::{FaultPlan, FaultState};
use crate::{Control, ControlRefusal, Org, Timestamp, jobs::Work, operation::Operation};

impl Org {
    /// Takes a plan of what is to go wrong, in the place of one of the same name. It begins to count anew.
    ///
    /// # Errors
    ///
    /// What the org does not know, and plans that could never strike.
    pub fn add_fault(&mut self, now: Timestamp, plan: FaultPlan) -> Result<FaultState, ControlRefusal> {
        self.tape
            .write(|| Operation::Control { at: now, control: Control::AddFault(Box::new(plan.clone())) });
        let plan = self.checked_plan(now, plan)?;
        let until = plan.timing.until;
        let state = self.faults.put(self.settings.seed, plan);
        self.let_go(now);
        if let Some(until) = until {
            self.agenda.plan(until, Work::LetGo);
        }
        Ok(state)
    }

    /// The plans in the order in which they were added, spent ones included.
    #[must_use]
    pub fn faults(&self) -> &[FaultState] {
        self.faults.states()
    }

    /// Gives up a plan; jobs that hang by it go on. Gives whether there was one of this name.
    pub fn end_fault(&mut self, now: Timestamp, name: &str) -> bool {
        self.tape.write(|| Operation::Control { at: now, control: Control::EndFault(name.into()) });
        let ended = self.faults.end(|own| *own.plan.name == *name) > 0;
        self.let_go(now);
        ended
    }

    /// Gives up all plans; gives how many there were.
    pub fn end_faults(&mut self, now: Timestamp) -> usize {
        self.tape.write(|| Operation::Control { at: now, control: Control::EndFaults });
        let ended = self.faults.end(|_| true);
        self.let_go(now);
        ended
    }

    /// Lets jobs go on that no plan keeps any longer.
    pub(crate) fn let_go(&mut self, now: Timestamp) {
        for work in self.faults.release(now) {
            self.agenda.plan(now, work);
        }
    }
}
