//! Faults on purpose: what goes wrong, where and when.

use mockorg_org::{
    ControlRefusal,
    faults::{FaultPlan, FaultState},
};

use crate::MockOrg;

/// The faults that have names, as they are written in the format of `schemas/faults.schema.json`: what each does, what
/// clients see of it, and an example.
///
/// # Examples
///
/// ```
/// assert!(mockorg::fault_catalogue().contains("row-lock"));
/// ```
#[must_use]
pub fn fault_catalogue() -> &'static str {
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/faults.json"))
}

impl MockOrg {
    /// Has things go wrong as the plan says, until it is ended or the org is reset. A plan of the same name is replaced.
    ///
    /// # Errors
    ///
    /// What is wrong with the plan, such as an object that the org does not have, and what would be right.
    ///
    /// # Examples
    ///
    /// Every second account that is saved is locked, three times:
    ///
    /// ```
    /// use mockorg::{ErrorCode, FaultPlan, MockOrg};
    ///
    /// let org = MockOrg::start_blocking();
    /// let lock = FaultPlan::record_error(ErrorCode::UnableToLockRow).on_object("Account").every(2).times(3);
    /// org.add_fault(lock).unwrap();
    /// assert_eq!(org.faults()[0].struck, 0);
    ///
    /// let refusal = org.add_fault(FaultPlan::error(ErrorCode::QueryTimeout).on_object("Acount")).unwrap_err();
    /// assert!(refusal.to_string().contains("no object `Acount`"));
    /// ```
    pub fn add_fault(&self, plan: FaultPlan) -> Result<FaultState, ControlRefusal> {
        self.gateway.add_fault(plan)
    }

    /// Adds a fault of the catalogue, with what `change` makes of it.
    ///
    /// # Errors
    ///
    /// When the catalogue has no such fault, which it then lists; and those of [`MockOrg::add_fault`].
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::MockOrg;
    ///
    /// let org = MockOrg::start_blocking();
    /// org.use_fault("expired-session", |fault| fault.after(10)).unwrap();
    /// org.use_fault("row-lock", |fault| fault.on_object("Account").times(2)).unwrap();
    /// assert!(org.end_fault("row-lock"));
    /// assert!(org.use_fault("bad-luck", |fault| fault).is_err());
    /// ```
    pub fn use_fault(
        &self,
        name: &str,
        change: impl FnOnce(FaultPlan) -> FaultPlan,
    ) -> Result<FaultState, ControlRefusal> {
        self.add_fault(change(self.named_fault(name)?))
    }

    /// The plan of a fault of the catalogue, to be changed and added.
    ///
    /// # Errors
    ///
    /// When there is no such fault; the refusal lists those that there are.
    pub fn named_fault(&self, name: &str) -> Result<FaultPlan, ControlRefusal> {
        self.gateway.named_fault(name)
    }

    /// Adds a plan that ends when the returned guard is dropped.
    ///
    /// # Errors
    ///
    /// Those of [`MockOrg::add_fault`].
    ///
    /// # Examples
    ///
    /// ```
    /// use mockorg::{FaultPlan, MockOrg};
    ///
    /// let org = MockOrg::start_blocking();
    /// {
    ///     let outage = org.scoped_fault(FaultPlan::page(503, "<h1>Down for Maintenance</h1>")).unwrap();
    ///     assert_eq!(outage.struck(), 0);
    /// }
    /// assert!(org.faults().is_empty());
    /// ```
    pub fn scoped_fault(&self, plan: FaultPlan) -> Result<ScopedFault<'_>, ControlRefusal> {
        let name = self.add_fault(plan)?.plan.name;
        Ok(ScopedFault { org: self, name })
    }

    /// Every plan and how often it has struck, spent ones included, in the order in which they are asked.
    #[must_use]
    pub fn faults(&self) -> Vec<FaultState> {
        self.gateway.fault_states()
    }

    /// Ends a plan; `false` when there is none of this name. Jobs that hang by it go on.
    pub fn end_fault(&self, name: &str) -> bool {
        self.gateway.end_faults(Some(name)) > 0
    }

    /// Ends all plans; says how many there were.
    pub fn end_faults(&self) -> usize {
        self.gateway.end_faults(None)
    }
}

/// A plan that ends when this is dropped.
#[derive(Debug)]
#[must_use = "the fault ends when the guard is dropped"]
pub struct ScopedFault<'o> {
    org: &'o MockOrg,
    name: Box<str>,
}

impl ScopedFault<'_> {
    /// How often the plan has struck.
    #[must_use]
    pub fn struck(&self) -> u64 {
        let states = self.org.faults();
        states.iter().find(|state| state.plan.name == self.name).map_or(0, |state| state.struck)
    }
}

impl Drop for ScopedFault<'_> {
    fn drop(&mut self) {
        self.org.end_fault(&self.name);
    }
}
