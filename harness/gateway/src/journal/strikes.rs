//! Which faults strike while something is done.

use mockorg_org::Org;

/// How often each fault of an org had struck.
pub(crate) struct Strikes(Vec<u64>);

impl Strikes {
    /// How often they have struck up to now. Costs nothing in an org without faults.
    pub(crate) fn until_now(org: &Org) -> Self {
        Self(org.faults().iter().map(|state| state.struck).collect())
    }

    /// The names of those that have struck since. None is added by those whom they strike.
    pub(crate) fn since(self, org: &Org) -> Vec<Box<str>> {
        let states = org.faults().iter().zip(self.0);
        states
            .filter(|(state, before)| state.struck != *before)
            .map(|(state, _)| state.plan.name.clone())
            .collect()
    }
}

/// Names the faults that struck a request on its way: an extension of the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultNames(pub(crate) Vec<Box<str>>);
