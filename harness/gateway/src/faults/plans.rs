//! The plans of an org, for those who run it.

use mockorg_org::{
    ControlRefusal,
    faults::{FaultPlan, FaultState},
};

use crate::Gateway;

impl Gateway {
    /// The plan of the catalogue with this name, to be changed and added.
    ///
    /// # Errors
    ///
    /// When there is none; the refusal lists those that there are.
    pub fn named_fault(&self, name: &str) -> Result<FaultPlan, ControlRefusal> {
        self.faults().catalogue.plan(name)
    }

    /// Has things go wrong as the plan says. A plan of the same name is replaced.
    ///
    /// # Errors
    ///
    /// What is wrong with the plan, and what would be right.
    pub fn add_fault(&self, plan: FaultPlan) -> Result<FaultState, ControlRefusal> {
        self.with_org(|org, now| org.add_fault(now, plan))
    }

    /// Every plan, and how often it has struck, in the order in which they are asked.
    pub fn fault_states(&self) -> Vec<FaultState> {
        self.with_org(|org, _| org.faults().to_vec())
    }

    /// Ends the plan with this name, or all of them; says how many.
    pub fn end_faults(&self, name: Option<&str>) -> usize {
        self.with_org(|org, now| match name {
            Some(name) => usize::from(org.end_fault(now, name)),
            None => org.end_faults(now),
        })
    }
}
