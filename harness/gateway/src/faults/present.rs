//! Whether anything can go wrong at all, for those who must not pay when nothing can.

use std::sync::atomic::{AtomicBool, Ordering};

use mockorg_org::Org;

use super::catalogue::Catalogue;

/// What the shell remembers of the plans of its org.
#[derive(Debug)]
pub(crate) struct Faults {
    any: AtomicBool,
    /// The faults that have names.
    pub(crate) catalogue: Catalogue,
}

impl Faults {
    /// Nothing goes wrong.
    pub(crate) const fn new(catalogue: &'static str) -> Self {
        Self { any: AtomicBool::new(false), catalogue: Catalogue::new(catalogue) }
    }

    /// Whether a plan may strike an exchange.
    pub(crate) fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Looks at the org after it was changed. Most often nothing is new, and nothing is written.
    pub(crate) fn follow(&self, org: &Org) {
        let any = org.has_exchange_faults();
        if any != self.any() {
            self.any.store(any, Ordering::Relaxed);
        }
    }
}
